"""Comparisons as `diff --format json` writes them, for tests of what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from argoproject.diff.fields import ABSENT, Element, FieldChange
from argoproject.diff.model import (
    Action,
    Danger,
    EnvironmentChange,
    FileChange,
    FleetDiff,
    LineChange,
    ObjectChange,
    Reason,
)
from argoproject.identity import Identity, derive
from argoproject.output.diff.data import as_data

__all__ = ["deleted", "difference", "of_version", "raised", "shared", "widened"]


def difference(
    environments: Iterable[EnvironmentChange],
    files: Iterable[FileChange] = (),
    broken: Iterable[Identity] = (),
) -> dict[str, Any]:
    """The whole file, as data."""
    diff = FleetDiff(
        base="main (3f2a1c0)",
        environments=tuple(environments),
        files=tuple(files),
        broken=tuple(broken),
    )
    return as_data(diff)


def shared(environments: Iterable[Identity], file: str = "config/platform.yaml") -> FileChange:
    """The line of platform.yaml that raises a quota in many environments."""
    steps = ("profiles", "small", "namespace", "quota", "pods")
    return FileChange(
        file, (LineChange(steps, "20", "30", environments=tuple(map(str, environments))),)
    )


def raised(identity: Identity) -> EnvironmentChange:
    """What a line of platform.yaml does to many environments, each with names of its own."""
    return _updated(
        identity,
        ObjectChange(
            title=f"ResourceQuota {derive(identity).namespace}/quota",
            kind="ResourceQuota",
            cluster=identity.cluster,
            action=Action.UPDATE,
            fields=(FieldChange(("spec", "hard", "pods"), "20", "30"),),
            reasons=(Reason(Danger.LOOK, "the quota of pods is raised from 20 to 30"),),
        ),
    )


def of_version(identity: Identity, before: str, after: str) -> EnvironmentChange:
    """Production at another revision."""
    field = FieldChange(("spec", "sources", 0, "targetRevision"), before, after)
    reason = Reason(Danger.LOOK, "production gets {} instead of {}", (after, before))
    return _updated(identity, _on_hub(identity, "Application", (field,), (reason,)))


def widened(identity: Identity, group: str) -> EnvironmentChange:
    """A group that gains a role."""
    field = FieldChange(("spec", "roles", Element("admin"), "groups", Element(group)), ABSENT, group)  # fmt: skip
    reason = Reason(Danger.DANGEROUS, "the group {} gains the role admin", (group,))
    return _updated(identity, _on_hub(identity, "AppProject", (field,), (reason,)))


def deleted(identity: Identity) -> EnvironmentChange:
    """An environment that goes."""
    names = derive(identity)
    return EnvironmentChange(
        identity=identity,
        project=names.project,
        namespace=names.namespace,
        environment_class="production",
        action=Action.DELETE,
        reasons=(Reason(Danger.DANGEROUS, "the environment is deleted, with its namespace"),),
        changes=(
            ObjectChange(
                title=f"Namespace {names.namespace}",
                kind="Namespace",
                cluster=identity.cluster,
                action=Action.DELETE,
            ),
        ),
    )


def _on_hub(
    identity: Identity, kind: str, fields: tuple[FieldChange, ...], reasons: tuple[Reason, ...]
) -> ObjectChange:
    return ObjectChange(
        title=f"{kind} argocd/{derive(identity).project}",
        kind=kind,
        cluster="hub",
        action=Action.UPDATE,
        fields=fields,
        reasons=reasons,
    )


def _updated(identity: Identity, change: ObjectChange) -> EnvironmentChange:
    return EnvironmentChange(
        identity=identity,
        project=derive(identity).project,
        namespace=derive(identity).namespace,
        environment_class="production" if identity.environment == "prod" else "nonproduction",
        action=Action.UPDATE,
        changes=(change,),
    )
