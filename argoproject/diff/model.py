"""What a comparison finds. Plain data: `argoproject.output.diff` and its siblings tell it to people and programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from argoproject.diff.fields import FieldChange
from argoproject.identity import Identity
from argoproject.problems import Problem

__all__ = [
    "NEVER_SEEN",
    "Action",
    "Danger",
    "EnvironmentChange",
    "FileChange",
    "FleetDiff",
    "ObjectChange",
    "Reason",
    "SettingChange",
    "highest",
]


class Danger(StrEnum):
    """How closely a reviewer has to look, the least first."""

    SAFE = "safe"
    LOOK = "look"
    """It may be meant: access lost, a quota, a secret's value, production on a new version."""

    DANGEROUS = "dangerous"
    """It widens, weakens, deletes, replaces, adopts, or sends a credential elsewhere."""

    @property
    def level(self) -> int:
        return _LEVELS[self]


_LEVELS = {danger: level for level, danger in enumerate(Danger)}


class Action(StrEnum):
    """What becomes of an environment or an object."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    """Deleted and created anew: a name, the namespace, the cluster or another fixed field changed."""

    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a change has its class. `text` has a `{}` for each of `values`.

    Values come from files, so whoever shows them decides how they stay what they are.
    """

    danger: Danger
    text: str
    values: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.told(str)

    def told(self, quoted: Callable[[str], str]) -> str:
        """The words, each value as `quoted` writes it."""
        return self.text.format(*map(quoted, self.values))


def highest(dangers: Iterable[Danger]) -> Danger:
    """The highest class; what has no reason is safe."""
    return max(dangers, key=lambda danger: danger.level, default=Danger.SAFE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectChange:
    """One object. `key` is the same for the same object of every environment; the rest is as it will be, or was."""

    key: str
    kind: str
    namespace: str | None
    name: str
    cluster: str
    action: Action
    fields: tuple[FieldChange, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def title(self) -> str:
        """`Secret argocd/blue-shop`."""
        return (
            f"{self.kind} {self.namespace}/{self.name}"
            if self.namespace
            else f"{self.kind} {self.name}"
        )

    @property
    def danger(self) -> Danger:
        return highest(reason.danger for reason in self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentChange:
    """One environment. `reasons` are about it as a whole, apart from its objects."""

    identity: Identity
    project: str
    namespace: str = ""
    """Its namespace; empty where the base does not tell."""

    environment_class: str
    production: bool = False
    """Whether it is, or was, production."""

    action: Action
    moved_from: Identity | None = None
    """The folder that it had before."""

    reasons: tuple[Reason, ...] = ()
    changes: tuple[ObjectChange, ...] = ()

    @property
    def danger(self) -> Danger:
        return highest(self.dangers())

    def dangers(self) -> Iterable[Danger]:
        """The class of each change. An environment that comes or goes is one change, however many objects it has."""
        dangers: list[Danger] = [
            reason.danger for reason in self.reasons if reason.danger is not Danger.SAFE
        ]
        if self.action not in (Action.CREATE, Action.DELETE):
            dangers += [change.danger for change in self.changes]
        return dangers or [Danger.SAFE]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingChange:
    """One line of a file that environments share, and the environments that it reaches."""

    field: FieldChange
    reasons: tuple[Reason, ...] = ()
    environments: tuple[str, ...] = ()

    @property
    def danger(self) -> Danger:
        return highest(reason.danger for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that environments share."""

    file: str
    changes: tuple[SettingChange, ...]


NEVER_SEEN = (
    "what charts and repositories hold, so what a new version deploys",
    "what is in the clusters",
)
"""What no comparison of configurations tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetDiff:
    """Everything. `base` says in words what the working tree was compared with."""

    base: str
    environments: tuple[EnvironmentChange, ...]
    files: tuple[FileChange, ...] = ()
    problems: tuple[Problem, ...] = ()
    """What is wrong with the working tree."""

    broken: tuple[Identity, ...] = ()
    """Environments that are not compared, because the working tree's are not valid."""

    policies: tuple[str, ...] = ()
    """Clusters whose admission policies change. Only a comparison with a Git revision knows."""

    unseen: tuple[str, ...] = NEVER_SEEN
    """What may be different all the same."""

    @property
    def danger(self) -> Danger:
        return highest(self.dangers())

    def dangers(self) -> Iterable[Danger]:
        """The class of each change. A shared file's line counts only for reasons of its own: its effects count where
        they show."""
        for environment in self.environments:
            yield from environment.dangers()
        for file in self.files:
            yield from (change.danger for change in file.changes if change.reasons)
