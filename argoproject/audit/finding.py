"""A finding, the rule that makes it, and how much it weighs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from argoproject.identity import Identity
from argoproject.problems import Position, Problem
from argoproject.problems import Severity as Stops
from argoproject.yamlfile.reader import Document, Path

if TYPE_CHECKING:
    from argoproject.audit.estate import Estate

__all__ = ["Accepted", "Finding", "Found", "Rule", "Severity", "rule"]


class Severity(StrEnum):
    """How far a finding reaches, the worst first."""

    HIGH = "high"
    """Beyond the environment, or into production."""

    MEDIUM = "medium"
    """A wall is missing: one more mistake, and an attacker is elsewhere."""

    LOW = "low"
    """A second wall is missing, or only nonproduction is behind it."""

    INFO = "info"
    """Nothing is given away; somebody should tidy up."""

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found: a place that is the cause, and the environments that it reaches.

    The same cause may be found once for each environment: what is equal in place, words and severity is told once.
    """

    document: Document = field(repr=False)
    path: Path
    message: str
    severity: Severity
    environments: tuple[Identity, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is looked for. `code` is stable, `severity` the usual one: a rule may weigh a finding otherwise.

    `gain` is what an attacker gets, `source` where the advice comes from.
    """

    code: str
    severity: Severity
    title: str
    gain: str
    remedy: str
    source: str
    find: Callable[[Estate], Iterator[Found]] = field(repr=False, compare=False)


def rule(
    *, code: str, severity: Severity, title: str, gain: str, remedy: str, source: str
) -> Callable[[Callable[[Estate], Iterator[Found]]], Rule]:
    """Make a rule of the function that finds."""

    def made(find: Callable[[Estate], Iterator[Found]]) -> Rule:
        return Rule(
            code=code,
            severity=severity,
            title=title,
            gain=gain,
            remedy=remedy,
            source=source,
            find=find,
        )

    return made


class Accepted(Protocol):
    """What a finding says about its acceptance."""

    @property
    def reason(self) -> str: ...

    @property
    def until(self) -> dt.date: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One cause that stands wider than it needs to, and the environments that it reaches, sorted."""

    rule: Rule
    severity: Severity
    position: Position
    path: str
    message: str
    environments: tuple[Identity, ...]
    accepted: Accepted | None = None
    ended: dt.date | None = None
    """The last day of an acceptance that has ended."""

    @property
    def problem(self) -> Problem:
        """The finding for the reports that `validate` has, too."""
        ended = f"; its acceptance ended {self.ended}" if self.ended is not None else ""
        return Problem(
            position=self.position,
            path=self.path,
            code=self.rule.code,
            message=f"{self.message}{ended}",
            remedy=self.rule.remedy,
            severity=Stops.WARNING,
            subjects=tuple(map(str, self.environments)),
        )
