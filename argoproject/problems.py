"""What can be wrong with a configuration, and how it is told.

Every mistake is a `Problem`: where it is, what it is, what to do. Problems are collected over all files and told
at once, sorted, by one `ConfigError`. A problem never holds a value that may be a secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

__all__ = ["ConfigError", "Mistake", "Position", "Problem", "Severity", "counted", "together"]

_SHOWN = 3
"""How many environments a problem names."""


class Severity(StrEnum):
    """Whether a problem stops the run."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file. Lines and columns count from 1; 0 stands for the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Problem:
    """One mistake, in the words that its author reads.

    `path` is the key inside the file (`application.sources[1].path`), `remedy` what to do about it, `code` a stable
    identifier, `subjects` the environments that lack something, where the place is a file that others share.
    """

    position: Position
    path: str
    message: str
    remedy: str
    code: str
    severity: Severity = Severity.ERROR
    subjects: tuple[str, ...] = ()

    def __str__(self) -> str:
        """One line, whatever line breaks an author wrote into a key."""
        label = "warning: " if self.severity is Severity.WARNING else ""
        return _one_line(f"{self.position}: {self._told(label)} [{self.code}]")

    @property
    def words(self) -> str:
        """What is wrong with which key, and what to do, for readers who are told the place otherwise."""
        return _one_line(self._told(""))

    def _told(self, label: str) -> str:
        path = f"{self.path}: " if self.path else ""
        subjects = f"in {_listed(self.subjects)}: " if self.subjects else ""
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{path}{label}{subjects}{self.message}{remedy}"


class Mistake(NamedTuple):
    """A problem whose place its finder does not know: `project.problem(path=..., **mistake._asdict())`."""

    code: str
    message: str
    remedy: str = ""


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def together(problems: Iterable[Problem]) -> list[Problem]:
    """The problems, sorted, each once: one that several environments have names them in its `subjects`."""
    subjects: dict[Problem, list[str]] = {}
    for problem in sorted(set(problems)):
        subjects.setdefault(replace(problem, subjects=()), []).extend(problem.subjects)
    return [replace(problem, subjects=tuple(names)) for problem, names in subjects.items()]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown


def _one_line(text: str) -> str:
    """Text in which nothing moves a cursor, or is a command to whoever reads the line."""
    if text.isprintable():
        return text
    signs = (sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
    return "".join(signs)


class ConfigError(Exception):
    """The configuration cannot be used. `str()` is the whole report, ready to print."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        files = {problem.position.file for problem in self.problems}
        told = f"{counted(len(self.problems), 'problem')} in {counted(len(files), 'file')}"
        return "\n".join([*map(str, self.problems), f"{told}; nothing was done"])
