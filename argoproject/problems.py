"""A problem of the configuration: its position, message, remedy and code.

Problems of all files are collected, sorted and reported together, by one `ConfigError`. A problem never contains a
value that may be a secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

__all__ = [
    "Caution",
    "ConfigError",
    "Lack",
    "Mistake",
    "Position",
    "Problem",
    "Severity",
    "counted",
    "listed",
    "printable",
    "together",
]


class Severity(StrEnum):
    """Whether a problem stops the run: an error does, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A position in a file. Lines and columns count from 1; line 0 stands for the file as a whole.

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
        files = {problem.position.file for problem in self.problems}
        total = f"{counted(len(self.problems), 'problem')} in {counted(len(files), 'file')}"
        return "\n".join([*map(str, self.problems), f"{total}; nothing was done"])
