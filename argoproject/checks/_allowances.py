"""Every `allow` is of a kind that platform.yaml lets the team use, for something that it lets the team have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from argoproject.checks._bounds import Bounds, is_plain_url, is_reserved, within, within_sources
from argoproject.errors import Problem
from argoproject.impersonation import impersonation
from argoproject.models import Allowance, AllowanceKind
from argoproject.project import Project
from argoproject.types import is_label
from argoproject.yamlfile import Path

__all__ = ["check_allowances"]

_KIND = re.compile(
    r"(?:(?P<group>[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)?/)?(?P<kind>[A-Z][A-Za-z0-9]{0,62})"
)
_NEVER_ALLOWED = frozenset(
    {
        "limitrange",
        "namespace",
        "resourcequota",
        "argoproj.io/applicationset",
        "argoproj.io/appproject",
    }
)
"""Kinds with which a tenant would lift its own limits; `Namespace` would let a sync relabel the namespace, and an
ApplicationSet reads what its controller may read. In small letters: Kubernetes' rights go by the resource, which is
the same for `NameSpace`."""

_NO_GROUP = re.compile(r"core|v[0-9]+(?:(?:alpha|beta)[0-9]+)?")
"""What people write before a kind of the core group: Kubernetes has no group of such a name."""

_APPLICATION = "argoproj.io/application"
_NAMED = re.compile(
    rf"(?P<whole>{_KIND.pattern})/(?P<name>[a-z0-9](?:[-a-z0-9.:]{{0,251}}[a-z0-9])?)"
)
"""One cluster-scoped object. A kind begins with a capital, as no group and no name does."""


def check_allowances(bounds: Bounds) -> Iterator[Problem]:
    """Allowances beyond the guardrails, and source namespaces that no allowance names."""
    settings = bounds.project.settings
    yield from _beyond_impersonation(bounds.project)
    if settings.allow and bounds.by_tenant(("allow",)):
        for index, item in enumerate(settings.allow):
            yield from _allowance(bounds, ("allow", index), item)
    named = {item.value for item in settings.allow if item.kind is AllowanceKind.SOURCE_NAMESPACE}
    for index, name in enumerate(settings.source_namespaces):
        if name not in named and bounds.by_tenant(("sourceNamespaces",)):
            message = f"no `allow` names the source namespace {name}"
            remedy = f"add {{kind: sourceNamespace, value: {name}, reason: …}} to `allow`"
            path: Path = ("sourceNamespaces", index)
            yield bounds.project.problem(path, "source-namespace-without-allow", message, remedy)


def _beyond_impersonation(project: Project) -> Iterator[Problem]:
    """Destinations where the account of the syncs has no rights, whoever allows them."""
    account = impersonation(project)
    if account is None:
        return
    own = f"{project.identity.cluster}/{project.names.namespace}"
    for index, item in enumerate(project.settings.allow):
        if item.kind is AllowanceKind.DESTINATION and item.value != own:
            message = (
                f"syncs run as the account {account.service_account}, which has rights "
                "in the environment's own namespace only"
            )
            remedy = (
                "remove this entry; what belongs there needs an environment of its own, "
                "or a class that platform.yaml exempts with `impersonation: false`"
            )
            path: Path = ("allow", index, "value")
            yield project.problem(path, "destination-with-impersonation", message, remedy)


def _allowance(bounds: Bounds, path: Path, item: Allowance) -> Iterator[Problem]:
    if not bounds.permits("allow", item.kind):
        message = f"team {bounds.team} may not use `allow` of the kind {item.kind}"
        yield bounds.problem((*path, "kind"), "allow-not-allowed", message, "allow")
        return
    yield from _RULES[item.kind](bounds, (*path, "value"), item.value)


def _source(bounds: Bounds, path: Path, value: str) -> Iterator[Problem]:
    if not is_plain_url(value):
        message = "this is not the URL of one repository"
        remedy = "write the whole URL, without patterns, templates, `..` and encodings"
        yield bounds.project.problem(path, "allow-value", message, remedy)
    elif not within_sources(bounds.allowed("sources"), value):
        message = f"the repository is outside the sources of team {bounds.team}"
        yield bounds.problem(path, "source-not-allowed", message, "sources")


def _destination(bounds: Bounds, path: Path, value: str) -> Iterator[Problem]:
    cluster, _, namespace = value.partition("/")
    if not is_label(cluster) or not is_label(namespace):
        message = "this is not one namespace on one cluster"
        remedy = "write `<cluster>/<namespace>`, without patterns"
        yield bounds.project.problem(path, "allow-value", message, remedy)
        return
    if cluster not in bounds.project.platform.clusters:
        known = ", ".join(bounds.project.platform.clusters)
        message = f"platform.yaml has no cluster {cluster}"
        yield bounds.project.problem(path, "unknown-cluster", message, f"one of {known}")
    elif not bounds.permits("clusters", cluster):
        message = f"team {bounds.team} may not use the cluster {cluster}"
        yield bounds.problem(path, "cluster-not-allowed", message, "clusters")
    yield from _namespace(bounds, path, namespace)


def _source_namespace(bounds: Bounds, path: Path, value: str) -> Iterator[Problem]:
    if not is_label(value):
        message = "this is not the name of one namespace"
        remedy = "write its name, without patterns"
        yield bounds.project.problem(path, "allow-value", message, remedy)
        return
    yield from _namespace(bounds, path, value)


def _namespace(bounds: Bounds, path: Path, name: str) -> Iterator[Problem]:
    if is_reserved(bounds.project.platform, name):
        message = f"the namespace {name} belongs to Kubernetes, Argo CD or the platform"
        remedy = "name a namespace of the team"
        yield bounds.project.problem(path, "namespace-reserved", message, remedy)
    else:
        yield from bounds.refuse_name(path, "namespace", name)


def _cluster_resource(bounds: Bounds, path: Path, value: str) -> Iterator[Problem]:
    """A kind, or one object of it: Argo CD holds a sync to its name since 3.3, below which none is supported."""
    named = _NAMED.fullmatch(value)
    if named is not None:
        yield from _resource(bounds, path, named["whole"], f"/{named['name']}")
    else:
        yield from _resource(bounds, path, value)


def _resource(bounds: Bounds, path: Path, value: str, name: str = "") -> Iterator[Problem]:
    """A kind. The guardrail may allow all of it, or the one object."""
    found = _KIND.fullmatch(value)
    if found is None or _NO_GROUP.fullmatch(found["group"] or ""):
        message = "this is not one kind of resource"
        remedy = "write `<group>/<Kind>`, or `<Kind>` alone for the core group, without patterns"
        yield bounds.project.problem(path, "allow-value", message, remedy)
        return
    kind = f"{found['group']}/{found['kind']}" if found["group"] else found["kind"]
    allowed = tuple(item.removeprefix("/") for item in bounds.allowed("kinds"))
    if kind.lower() in _NEVER_ALLOWED:
        message = f"{kind} is never allowed: with it the guards could be lifted"
        yield bounds.project.problem(path, "kind-reserved", message, "remove this entry")
    elif not (within(allowed, kind) or (name and within(allowed, kind + name))):
        message = f"team {bounds.team} may not deploy {kind}{name}"
        yield bounds.problem(path, "kind-not-allowed", message, "kinds")
    elif kind.lower() == _APPLICATION:
        yield from _app_of_apps(bounds.project, path)


def _app_of_apps(project: Project, path: Path) -> Iterator[Problem]:
    """Argo CD reads Applications on its own cluster only; elsewhere they are objects that nobody heeds."""
    hub = project.platform.argocd.cluster
    if project.identity.cluster != hub:
        message = f"Argo CD heeds Applications on its own cluster, {hub}, only"
        remedy = f"let an environment on {hub} make them, in a namespace of its own"
        yield project.problem(path, "applications-off-hub", message, remedy)


def _anything(_bounds: Bounds, _path: Path, _value: str) -> Iterator[Problem]:
    """The path of a field: permission to use the kind is all there is to judge."""
    return iter(())


_RULES: Mapping[AllowanceKind, Callable[[Bounds, Path, str], Iterator[Problem]]] = {
    AllowanceKind.SOURCE: _source,
    AllowanceKind.DESTINATION: _destination,
    AllowanceKind.CLUSTER_RESOURCE: _cluster_resource,
    AllowanceKind.NAMESPACE_RESOURCE: _resource,
    AllowanceKind.SOURCE_NAMESPACE: _source_namespace,
    AllowanceKind.INLINE_SECRET: _anything,
}
