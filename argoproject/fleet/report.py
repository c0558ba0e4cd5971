"""What a report says, whatever its form."""

from __future__ import annotations

from dataclasses import dataclass

from argoproject.problems import Problem, Severity, counted

__all__ = ["Report", "Unjudged"]


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A rule that a report about some environments leaves out, since it is about all of them."""

    code: str
    what: str
    """As users read it, after `not judged: `."""


@dataclass(frozen=True, slots=True)
class Report:
    """Problems, sorted; the environments that are well enough to be judged; and what was not judged."""

    problems: tuple[Problem, ...]
    environments: tuple[str, ...]
    unjudged: tuple[Unjudged, ...] = ()
    hidden: int = 0
    """How many environments cannot be judged, because a file of theirs or above them is broken."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(item for item in self.problems if item.severity is Severity.ERROR)

    @property
    def valid(self) -> bool:
        return not self.errors

    def summary(self) -> str:
        """One line: how much is wrong in how many files, or that nothing is."""
        number = len(self.problems) - len(self.errors)
        warnings = f", {counted(number, 'warning')}" if number else ""
        if self.valid:
            return f"{counted(len(self.environments), 'environment')}: no problems{warnings}"
        files = {item.position.file for item in self.errors}
        hidden = counted(self.hidden, "environment")
        more = f"; {hidden} not judged before that is mended" if self.hidden else ""
        return f"{counted(len(self.errors), 'problem')} in {counted(len(files), 'file')}{warnings}{more}"

    def notes(self) -> tuple[str, ...]:
        """What was not judged, and what judges it."""
        if not self.unjudged:
            return ()
        what = "; ".join(item.what for item in self.unjudged)
        return (f"not judged, as it is about all environments: {what} (`validate` without SELECT)",)
