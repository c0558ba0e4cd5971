"""How dangerous a changed line of platform.yaml is by itself: it may widen what teams can do later, without changing an
environment today.

What a line does to environments is judged there, from their objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from argoproject.checks._guards import exceeds
from argoproject.diff.model import Reason
from argoproject.diff.rules.changed import dangerous, look, safe
from argoproject.differences import ABSENT, Element, FieldChange
from argoproject.models import Guardrails

__all__ = ["setting_reasons"]

_LISTS = frozenset(
    field.alias or name for name, field in Guardrails.model_fields.items() if name != "quota_max"
)
"""Guardrails that list what a team may use: longer is wider."""

_OPEN = frozenset({"registries", "networkPolicies"})
"""Those without which anything is allowed: there a first list narrows."""

_QUIET = frozenset({"description", "budget", "uid"})
"""Keys of a cluster or a team that permit nothing."""


def setting_reasons(file: str, field: FieldChange) -> Iterator[Reason]:
    """Why a changed line of a shared file has its class by itself; nothing for files of teams, and where environments
    tell."""
    if not file.endswith("/platform.yaml"):
        return
    rule = _RULES.get(str(field.steps[0]))
    if rule is not None and _QUIET.isdisjoint(field.steps[2:]):
        yield from rule(field)


def _team(field: FieldChange) -> Iterator[Reason]:
    _, *rest = field.steps
    if len(rest) < 2:
        yield look("the team is added" if field.before is ABSENT else "the team is removed")
        return
    if rest[1] == "classes":
        rest = [rest[0], *rest[3:]]
    name = str(rest[1]) if len(rest) > 1 else ""
    if name == "reviewers":
        yield look("who reviews the team's files is changed")
    elif name == "recipients":
        yield from _readers(field)
    elif name == "quotaMax":
        yield from _quota(field)
    elif name in _LISTS:
        yield from _list(field, name)
    else:
        yield look("the guardrail is changed")


def _quota(field: FieldChange) -> Iterator[Reason]:
    before, after = field.before, field.after
    scalars = isinstance(before, str) and isinstance(after, str)
    if scalars and exceeds(str(before), str(after)):
        yield look("the guardrail is narrowed")
    else:
        yield dangerous("the guardrail is widened" if scalars else "the guardrail is changed")


def _list(field: FieldChange, name: str) -> Iterator[Reason]:
    """An element that came widens, one that went narrows. Of a whole list that came or went it depends on what is
    allowed without one."""
    whole = not isinstance(field.steps[-1], Element)
    came = field.before is ABSENT
    if whole and not came and field.after is not ABSENT:
        yield dangerous("the guardrail is changed")
        return
    widens = came != (whole and name in _OPEN)
    yield dangerous("the guardrail is widened") if widens else look("the guardrail is narrowed")


def _readers(field: FieldChange) -> Iterator[Reason]:
    if field.after is ABSENT:
        yield safe("somebody can no longer read secrets that are encrypted from now on")
    else:
        yield dangerous("somebody more can read secrets that are encrypted from now on")


def _secret(field: FieldChange) -> Iterator[Reason]:
    if field.after is ABSENT:
        yield look("the platform's secret is for less")
    else:
        yield dangerous("the platform's secret is for more, or for something else")


def _environment_class(field: FieldChange) -> Iterator[Reason]:
    if field.steps[-1] == "revisions" and field.before == "fixed":
        yield dangerous(
            "branches and ranges are allowed in this class: what runs is no longer what was reviewed"
        )
    elif field.before is not ABSENT:
        yield look("the class is changed")


def _environment(field: FieldChange) -> Iterator[Reason]:
    if field.before is not ABSENT and field.after is not ABSENT:
        yield look("environments of this name are of another class")


def _cluster(field: FieldChange) -> Iterator[Reason]:
    if field.before is not ABSENT:
        yield dangerous("the name stands for another cluster: workloads and credentials go there")


def _reserved(field: FieldChange) -> Iterator[Reason]:
    if field.before is not ABSENT:
        yield dangerous("a reserved namespace may be taken")


def _argocd(_: FieldChange) -> Iterator[Reason]:
    yield look("Argo CD itself is described otherwise")


def _process(_: FieldChange) -> Iterator[Reason]:
    yield look("who must review or approve, or how changes are delivered, is changed")


_RULES: Mapping[str, Callable[[FieldChange], Iterator[Reason]]] = {
    "argocd": _argocd,
    "clusters": _cluster,
    "deletionThreshold": _process,
    "delivery": _process,
    "environmentClasses": _environment_class,
    "environments": _environment,
    "recipients": _readers,
    "reservedNamespaces": _reserved,
    "reviewers": _process,
    "secrets": _secret,
    "stacks": _process,
    "teams": _team,
}
