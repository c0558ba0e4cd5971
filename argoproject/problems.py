"""A problem of the configuration: its position, message, remedy and code.

Problems of all files are collected, sorted and reported together, by one `ConfigError`. A problem never contains a
value that may be a secret.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple, TypeVar

__all__ = [
    "Caution",
    "ConfigError",
    "Gap",
    "Lack",
    "Mistake",
    "Position",
    "Problem",
    "Severity",
    "bounded",
    "counted",
    "listed",
    "printable",
    "shortened",
    "together",
    "within",
    "without_logins",
]

T = TypeVar("T")

_PATH, _TEXT = 300, 3000
"""The most characters of a problem's path, and of its message and its remedy."""

MOST_ALIKE = 100
"""How many problems of one kind a report contains for each file."""

MOST = 1000
"""How many problems, or findings, a report contains."""

_LOGIN = re.compile(
    # A user with a password: to the last `@`. A port is none.
    r"(?<=://)[^\s/@:'\"]*:(?!\d+(?:[/\s'\"),]|$))[^@\n]*@(?:\S*@)?"
    # A token instead of a user; the user of SSH is no secret.
    r"|(?<=http://)[^\s/@'\"]+@|(?<=https://)[^\s/@'\"]+@|(?<=oci://)[^\s/@'\"]+@"
    # Without a scheme; not the tag and digest of an image, and not an account.
    r"|(?<![\w/.-])(?!(?:serviceAccount|oidc|mailto):)[\w.+%-]+:(?!//)[^\s/@]+@(?!sha\d+:)(?=[\w\[])",
    re.IGNORECASE,
)
"""The login in the text of a URL."""


class Severity(StrEnum):
    """Whether a problem stops the run: an error does, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A position in a file. Lines and columns count from 1; line 0 means the file as a whole.

    `str()` is `<file>:<line>:<column>`, as editors and compilers write it, or `<file>` alone.
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Problem:
    """One problem of the configuration.

    Attributes:
        position: Where the file has to change.
        path: The key inside the file, for example `application.sources[1].path`; empty for the file as a whole.
        message: The reason, in the words that the file's author reads.
        remedy: What to do about it; empty where the message says it.
        code: Stable identifier, for example `quota-exceeded`.
        severity: Error or warning.
        subjects: The environments that have the problem, where `position` is in a file that others share.

    Example:
        `str()` of a problem is one line:
        `config/projects/blue/team.yaml:3:9: access.admin: blue is not a group (…) [group]`.
    """

    position: Position
    path: str = ""
    message: str
    remedy: str
    code: str
    severity: Severity = Severity.ERROR
    subjects: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # One place for all messages: none contains a login, and none is as long as a value that it repeats.
        for name, most in (("path", _PATH), ("message", _TEXT), ("remedy", _TEXT)):
            text = getattr(self, name)
            if "@" in text or len(text) > most:
                object.__setattr__(self, name, shortened(without_logins(text), most))

    def __str__(self) -> str:
        label = "warning: " if self.severity is Severity.WARNING else ""
        return printable(f"{self.position}: {self._labelled(label)} [{self.code}]")

    @property
    def text(self) -> str:
        """Path, environments, message and remedy on one line, for formats that show position and code themselves."""
        return printable(self._labelled(""))

    def _labelled(self, label: str) -> str:
        path = f"{self.path}: " if self.path else ""
        subjects = f"in {listed(self.subjects)}: " if self.subjects else ""
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{path}{label}{subjects}{self.message}{remedy}"


class Mistake(NamedTuple):
    """A problem without its position, as found by a function that knows the value but not the file.

    Example:
        `project.placed(("hosts", 0), mistake)` is the problem at its position.
    """

    code: str
    message: str
    remedy: str = ""


class Lack(Mistake):
    """A mistake because something is missing in one environment.

    Its position may be in a file of the team or product, whose other environments do not have the problem.
    """

    __slots__ = ()


class Gap(Mistake):
    """A mistake because the environment's own file does not say something that only this file can say well.

    Its position is in that file, wherever the rest is.
    """

    __slots__ = ()


class Caution(Mistake):
    """A mistake that is only a warning."""

    __slots__ = ()


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: `1 file`, `2 files`, and `2 repositories` where the `plural` is irregular."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def listed(names: Sequence[str], most: int = 3) -> str:
    """The first `most` names, and the number of the others: `a, b, c and 4 more`."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def printable(text: str) -> str:
    """The text on one line, with control and invisible characters escaped: `\\x1b`, `\\u202e`.

    A key of a file may contain any of them, and a terminal or a CI system could read them as commands.
    """
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def without_logins(text: str) -> str:
    """The text without the user and password of URLs in it.

    Example:
        >>> without_logins("http://me:word@host/x, ssh://git@host/x, me:word@host")
        'http://…@host/x, ssh://git@host/x, …@host'
    """
    return _LOGIN.sub("…@", text) if "@" in text else text


def shortened(text: str, most: int) -> str:
    """At most `most` characters; an ellipsis marks a text that was longer."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def within(
    items: Iterable[T],
    kind: Callable[[T], Hashable],
    most_alike: int = MOST_ALIKE,
    most: int = MOST,
) -> tuple[list[T], list[tuple[T, int]]]:
    """The items that a report has room for: of each kind the first ones.

    Args:
        items: in the order of the report.
        kind: equal for items of which a reader learns nothing new.
        most_alike: how many of one kind are reported.
        most: how many are reported of all.

    Returns:
        The items to report, and the first of each kind of those that are left out with the number of these. Beyond some
        kinds, the rest counts as one kind.
    """
    kept: list[T] = []
    seen: Counter[Hashable] = Counter()
    left: dict[Hashable, tuple[T, int]] = {}
    for item in items:
        key = kind(item)
        seen[key] += 1
        if seen[key] <= most_alike and len(kept) < most:
            kept.append(item)
            continue
        if key not in left and len(left) >= _KINDS_LEFT:
            key = None
        first, number = left.get(key, (item, 0))
        left[key] = (first, number + 1)
    return kept, list(left.values())


_KINDS_LEFT = 20
"""Of how many kinds a report says separately how much is left out."""


def bounded(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that a report has room for, and one for each kind that says how many of it are left out.

    Example:
        A file in which one key is 20,000 times yields 100 problems, and `19,899 more problems like these are not
        reported`.
    """
    kept, left = within(problems, lambda it: (it.position.file, it.code, it.severity))
    for first, number in left:
        noun = "problem" if number == 1 else "problems"
        found = Problem(
            position=first.position,
            message=f"{number:,} more {noun} of this kind ({first.code}) are not reported",
            remedy="correct those that are, and run it again",
            code="left-out",
            severity=first.severity,
        )
        kept.append(found)
    return kept


def together(problems: Iterable[Problem]) -> list[Problem]:
    """Sort problems and join equal ones: a problem that several environments have names all of them in `subjects`."""
    subjects: dict[Problem, list[str]] = {}
    for problem in sorted(set(problems)):
        subjects.setdefault(replace(problem, subjects=()), []).extend(problem.subjects)
    return [replace(problem, subjects=tuple(names)) for problem, names in subjects.items()]


class ConfigError(Exception):
    """The configuration cannot be used. `str()` is the report: a line for each problem, and their number."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        shown = map(str, bounded(self.problems))
        files = {problem.position.file for problem in self.problems}
        total = f"{counted(len(self.problems), 'problem')} in {counted(len(files), 'file')}"
        return "\n".join([*shown, f"{total}; nothing was done"])
