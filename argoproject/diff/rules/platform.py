"""How dangerous a changed line of platform.yaml is by itself: it may decide what can happen later, without changing an
environment today."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from argoproject.diff.fields import ABSENT, FieldChange
from argoproject.diff.model import Reason, dangerous, look, safe
from argoproject.diff.rules.guardrails import guardrail_reasons
from argoproject.models import Namespace, Platform
from argoproject.models.base import key_of
from argoproject.models.namespace import guards
from argoproject.plan.admission import argocd_users

__all__ = ["setting_reasons"]

_QUIET = frozenset({"description", "budget", "uid"})
"""Keys of a cluster or a team that permit nothing."""

_GUARDS = (
    *(
        ("namespace", key_of(Namespace, field))
        for field, it in guards(Namespace).items()
        if it.floor
    ),
    ("tenantKinds",),
    ("impersonation",),
)
"""What a profile sets as a floor for every environment that chooses it, now or later."""


def setting_reasons(
    field: FieldChange, before: Platform | None, after: Platform
) -> Iterator[Reason]:
    """Why a changed line of platform.yaml has its class by itself; nothing where only environments tell."""
    top, name = str(field.steps[0]), str(field.steps[2]) if len(field.steps) > 2 else ""
    if top == "teams":
        yield from _team(field, before, after)
    elif top == "clusters" and name == "argocdUsers":
        yield from _argocd_users(str(field.steps[1]), before, after)
    elif top in _RULES and not (top == "clusters" and name in _QUIET):
        yield from _RULES[top](field)


def _team(field: FieldChange, before: Platform | None, after: Platform) -> Iterator[Reason]:
    name = str(field.steps[2]) if len(field.steps) > 2 else ""
    if name == "reviewers":
        yield look("who reviews the team's files is changed")
    elif name == "recipients":
        yield from _readers(field)
    elif name not in _QUIET:
        yield from guardrail_reasons(before, after, field.steps)


def _readers(field: FieldChange) -> Iterator[Reason]:
    if field.after is ABSENT:
        yield safe("somebody can no longer read secrets that are encrypted from now on")
    else:
        yield dangerous("somebody more can read secrets that are encrypted from now on")


def _secret(field: FieldChange) -> Iterator[Reason]:
    """Longer lists, and a restriction that goes, let the secret be used for more."""
    restricts = field.steps[-1] == "argocdOnly"
    less = field.after == "true" if restricts else field.after is ABSENT
    if less:
        yield look("the platform's secret is for less")
    else:
        yield dangerous("the platform's secret is for more, or for something else")


def _profile(field: FieldChange) -> Iterator[Reason]:
    """The floor itself. Which way it moves, the environments tell that stand on it; later ones do not."""
    steps = field.steps[2:]
    if field.before is not ABSENT and any(steps[: len(guard)] == guard for guard in _GUARDS):
        yield look(
            "the floor of every environment with this profile is changed, later ones included"
        )


def _impersonation(field: FieldChange) -> Iterator[Reason]:
    """The switch of the platform or of a class. Environments tell what it does today; later ones do not."""
    if field.after == "true":
        yield look("syncs run as accounts of the environments, in later ones as well")
    else:
        yield dangerous("syncs may have Argo CD's own rights, in later environments as well")


def _environment_class(field: FieldChange) -> Iterator[Reason]:
    if field.steps[-1] == "impersonation":
        yield from _impersonation(field)
    elif field.steps[-1] == "revisions" and field.before == "fixed":
        yield dangerous(
            "branches and ranges are allowed in this class: what runs is no longer what was reviewed"
        )
    elif field.before is not ABSENT:
        yield look("the class is changed")


def _environment(field: FieldChange) -> Iterator[Reason]:
    if field.before is not ABSENT and field.after is not ABSENT:
        yield dangerous("environments of this name are of another class, with other guardrails")


def _cluster(field: FieldChange) -> Iterator[Reason]:
    if field.before is not ABSENT:
        yield dangerous("the name stands for another cluster: workloads and credentials go there")


def _argocd_users(cluster: str, before: Platform | None, after: Platform) -> Iterator[Reason]:
    """Judged by their effect: a list that is not there stands for a default."""
    old, new = (
        argocd_users(side, cluster) if side is not None and cluster in side.clusters else ()
        for side in (before, after)
    )
    if gone := [item for item in old if not _covers_user(new, item)]:
        yield dangerous(
            "admission policies do not take {} for Argo CD any more: guards may be within its rights",
            ", ".join(gone),
        )
    if come := [item for item in new if not _covers_user(old, item)]:
        yield look(
            "admission policies take {} for Argo CD, and keep it from guards", ", ".join(come)
        )


def _covers_user(patterns: Iterable[str], user: str) -> bool:
    return any(
        user.startswith(item[:-1]) if item.endswith("*") else user == item for item in patterns
    )


def _reserved(field: FieldChange) -> Iterator[Reason]:
    if field.before is not ABSENT:
        yield dangerous("a reserved namespace may be taken")


def _argocd(field: FieldChange) -> Iterator[Reason]:
    if field.steps[1:2] == ("baseProjects",) and field.after is not ABSENT:
        yield dangerous("a `base` Application may stand in one more of the platform's projects")
    else:
        yield look("Argo CD itself is described otherwise")


def _process(_: FieldChange) -> Iterator[Reason]:
    yield look("who must review or approve, or how changes are delivered, is changed")


def _delivery(field: FieldChange) -> Iterator[Reason]:
    if field.steps[1:2] == ("requireApproval",) and field.after is ABSENT:
        yield dangerous("a class of environments is deployed without an approval from now on")
    else:
        yield from _process(field)


_RULES: Mapping[str, Callable[[FieldChange], Iterator[Reason]]] = {
    "argocd": _argocd,
    "clusters": _cluster,
    "deletionThreshold": _process,
    "delivery": _delivery,
    "environmentClasses": _environment_class,
    "environments": _environment,
    "impersonation": _impersonation,
    "profiles": _profile,
    "recipients": _readers,
    "reservedNamespaces": _reserved,
    "reviewers": _process,
    "secrets": _secret,
    "stacks": _process,
}
