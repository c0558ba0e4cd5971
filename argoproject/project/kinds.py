"""Kinds that tenants of an environment may or may not deploy, and those that its allowances open on a given day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from argoproject.models import AllowanceKind
from argoproject.project.access import current_allowances
from argoproject.project.model import Project
from argoproject.upstream.kinds import Kind, parse_kind

__all__ = [
    "ALWAYS_DENIED",
    "APPLICATION",
    "STRICTLY_DENIED",
    "cluster_objects",
    "denied_kinds",
    "namespaced_kinds",
    "only_kinds",
    "planned_kind",
]

ALWAYS_DENIED = (
    ("", "LimitRange"),
    ("", "ResourceQuota"),
    ("argoproj.io", "AppProject"),
    ("argoproj.io", "Application"),
    ("argoproj.io", "ApplicationSet"),
)
"""The guards of the namespace, and Argo CD's own kinds: who creates Applications is limited by no AppProject."""

APPLICATION = ("argoproj.io", "Application")
"""The only one of `ALWAYS_DENIED` that an `allow` can lift, for the parent of an app-of-apps. The Applications that
it creates have an effect only where another project lists its namespace in `sourceNamespaces`."""

STRICTLY_DENIED = (
    ("", "Endpoints"),
    ("cilium.io", "CiliumNetworkPolicy"),
    ("crd.projectcalico.org", "NetworkPolicy"),
    ("discovery.k8s.io", "EndpointSlice"),
    ("networking.k8s.io", "NetworkPolicy"),
    ("projectcalico.org", "NetworkPolicy"),
    ("rbac.authorization.k8s.io", "Role"),
    ("rbac.authorization.k8s.io", "RoleBinding"),
)
"""Kinds that decide who reaches whom: network policies of Kubernetes and of network plugins, which take precedence
over them or open what they close; addresses behind a Service, which lead traffic into other namespaces; and roles.
The plugins' cluster-scoped kinds need no entry: no project permits one unless an `allow` names it."""


def denied_kinds(
    *, strict: bool, permitted: Iterable[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """The namespaced kinds that tenants may not deploy.

    Args:
        strict: whether `STRICTLY_DENIED` is denied, too.
        permitted: kinds that allowances open, as (group, kind); the guards stay denied nevertheless.

    Returns:
        Sorted pairs of (group, kind).
    """
    liftable = (APPLICATION, *STRICTLY_DENIED)
    lifted = set(permitted).intersection(liftable)
    denied = (*ALWAYS_DENIED, *(STRICTLY_DENIED if strict else ()))
    return tuple(sorted(item for item in denied if item not in lifted))


def only_kinds(permitted: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The only kinds of an environment that may create Applications; empty for all other environments.

    An app-of-apps deploys nothing but what its allowances name.
    """
    kinds = tuple(permitted)
    return kinds if APPLICATION in kinds else ()


def namespaced_kinds(project: Project, today: dt.date) -> tuple[tuple[str, str], ...]:
    """The namespaced kinds that allowances open today, as (group, kind)."""
    allowed = _allowed(project, AllowanceKind.NAMESPACE_RESOURCE, today)
    return tuple((item.group, item.kind) for item in allowed)


def cluster_objects(project: Project, today: dt.date) -> tuple[Kind, ...]:
    """The cluster-scoped objects that allowances open today; without a name, all objects of the kind."""
    return tuple(_allowed(project, AllowanceKind.CLUSTER_RESOURCE, today))


def _allowed(project: Project, sort: AllowanceKind, today: dt.date) -> Iterator[Kind]:
    named = sort is AllowanceKind.CLUSTER_RESOURCE
    for item in current_allowances(project, sort, today):
        yield planned_kind(item.value, named=named)


def planned_kind(text: str, *, named: bool = False) -> Kind:
    """Parse a kind that the checks have accepted.

    Raises:
        ValueError: if it is not a kind, which a check should have refused.
    """
    kind = parse_kind(text, named=named)
    if kind is None:
        message = f"{text!r} is no kind of resource, and no check refused it"
        raise ValueError(message)
    return kind
