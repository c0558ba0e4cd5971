"""The result of a comparison, as plain data: `argoproject.output.diff` shows it to people and programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from argoproject.diff.fields import FieldChange
from argoproject.identity import Identity

__all__ = [
    "Action",
    "BaseUnreadableError",
    "Danger",
    "EnvironmentChange",
    "FileChange",
    "FleetDiff",
    "LineChange",
    "ObjectChange",
    "Reason",
    "dangerous",
    "look",
    "not_shown",
    "safe",
    "shown",
]


class BaseUnreadableError(Exception):
    """A base cannot be read. `str()` says why, and what to do."""


class Danger(StrEnum):
    """How closely a reviewer must look at a change, the least first."""

    SAFE = "safe"
    """It cannot do harm: a version in nonproduction, a new environment within the guardrails."""

    LOOK = "look"
    """It may be intended: access removed, a quota, the value of a secret, a new version in production."""

    DANGEROUS = "dangerous"
    """It widens access, weakens a guard, deletes, replaces or adopts something, or sends a credential elsewhere."""

    @property
    def level(self) -> int:
        """The place in the order: 0 is the least dangerous."""
        return list(Danger).index(self)


class Action(StrEnum):
    """What Pulumi does with an environment or an object."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    """Delete and create again: a name, the namespace, the cluster or another immutable field changes."""

    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a change has its class.

    Attributes:
        danger: the class.
        text: a sentence with a `{}` for each of `values`.
        values: texts from files, which may contain anything. Each output format quotes or escapes them in its own way.

    Example:
        >>> str(dangerous("the group {} gains the role {}", "blue-guests", "readonly"))
        'the group blue-guests gains the role readonly'
    """

    danger: Danger
    text: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.formatted(str)

    def formatted(self, quoted: Callable[[str], str]) -> str:
        """The sentence, with each value as `quoted` writes it."""
        return self.text.format(*map(quoted, self.values))


def shown(value: object) -> str:
    """A value of a manifest as reasons show it. A key that is missing on one side is `not set`."""
    return "not set" if value is None else str(value)


def dangerous(text: str, *values: str) -> Reason:
    """A reason of class `DANGEROUS`."""
    return Reason(Danger.DANGEROUS, text, values)


def look(text: str, *values: str) -> Reason:
    """A reason of class `LOOK`."""
    return Reason(Danger.LOOK, text, values)


def safe(text: str, *values: str) -> Reason:
    """A reason of class `SAFE`: it explains a change."""
    return Reason(Danger.SAFE, text, values)


class _Judged:
    """What has changes, or reasons of its own, with a class each."""

    __slots__ = ()
    reasons: tuple[Reason, ...]

    @property
    def danger(self) -> Danger:
        """The most dangerous of its classes; `SAFE` if there is none."""
        return max(self.dangers(), key=lambda danger: danger.level, default=Danger.SAFE)

    def dangers(self) -> Iterable[Danger]:
        """The class of each reason."""
        return (reason.danger for reason in self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectChange(_Judged):
    """A change of one object. Title, kind and cluster are those of the working tree; of an object that is deleted,
    those of the base.
    """

    title: str
    """Kind and name, for example `Secret argocd/blue-shop`."""

    kind: str
    cluster: str
    action: Action
    fields: tuple[FieldChange, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def namespace(self) -> str:
        """The namespace that the object is, or is in; empty for another object of the whole cluster."""
        namespace, _, name = self.title.removeprefix(f"{self.kind} ").rpartition("/")
        return name if self.kind == "Namespace" else namespace


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentChange(_Judged):
    """The changes of one environment. `reasons` concern the environment as a whole, not its objects."""

    identity: Identity
    project: str
    namespace: str = ""
    """Its namespace; empty where the base does not say."""

    environment_class: str
    production: bool = False
    """Whether it is production in the working tree or in the base."""

    action: Action
    moved_from: Identity | None = None
    """Its folder in the base, where that is another one."""

    reasons: tuple[Reason, ...] = ()
    changes: tuple[ObjectChange, ...] = ()

    def dangers(self) -> Iterable[Danger]:
        """The class of each change. An environment that is created or deleted counts as one change, however many
        objects it has."""
        own = (reason.danger for reason in self.reasons)
        dangers: list[Danger] = [danger for danger in own if danger is not Danger.SAFE]
        if self.action not in (Action.CREATE, Action.DELETE):
            dangers += [change.danger for change in self.changes]
        return dangers or [Danger.SAFE]


@dataclass(frozen=True, slots=True)
class LineChange(FieldChange, _Judged):
    """One changed line of a shared file, and the environments that it affects."""

    reasons: tuple[Reason, ...] = ()
    environments: tuple[str, ...] = ()
    line: int = 0
    """Its line in the working tree; 0 where that is not known."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """A changed file that environments share."""

    file: str
    changes: tuple[LineChange, ...]


def not_shown(*more: str) -> str:
    """A sentence about what a comparison of configurations cannot show, with what else one of them cannot."""
    charts = "what charts and repositories hold, so what a new version deploys"
    return f"Not shown: {'; '.join((*more, charts, 'what is in the clusters'))}."


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetDiff(_Judged):
    """The result of a comparison. `base` describes what the working tree was compared with."""

    base: str
    environments: tuple[EnvironmentChange, ...]
    files: tuple[FileChange, ...] = ()
    problems: tuple[str, ...] = ()
    """The errors of the working tree, a line for each."""

    broken: tuple[Identity, ...] = ()
    """Environments that were not compared, because they have errors in the working tree."""

    policies: tuple[str, ...] = ()
    """Clusters whose admission policies change; only a comparison with a Git revision finds them."""

    notes: tuple[str, ...] = (not_shown(),)
    """Sentences about what this comparison cannot show; the last is about every comparison."""

    @property
    def shown_notes(self) -> tuple[str, ...]:
        """The notes of a report. Where nothing changes, the last one would only be noise."""
        return self.notes if self.environments else self.notes[:-1]

    def dangers(self) -> Iterable[Danger]:
        """The class of each change. A line of a shared file counts only by its own reasons: its effects are counted as
        changes of the environments."""
        for environment in self.environments:
            yield from environment.dangers()
        for file in self.files:
            yield from (change.danger for change in file.changes if change.reasons)
