"""Every `allow` is of a kind that platform.yaml lets the team use, for something that it lets the team have."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from argoproject.checks._bounds import Bounds, is_plain_url, is_reserved, within, within_sources
from argoproject.checks._files import Words
from argoproject.errors import Problem
from argoproject.impersonation import impersonation
from argoproject.models import Allowance, AllowanceKind, Platform
from argoproject.project import Project
from argoproject.types import is_label
from argoproject.yamlfile import Path

__all__ = ["check_allowances", "value_words"]

_FORM = "allow-value"

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


def value_words(platform: Platform, kind: AllowanceKind, value: str) -> Iterator[Words]:
    """What is wrong with the value of an `allow`, whoever writes it."""
    if kind is AllowanceKind.SOURCE and not is_plain_url(value):
        remedy = "write the whole URL, without patterns, templates, `..` and encodings"
        yield _FORM, "this is not the URL of one repository", remedy
    elif kind is AllowanceKind.DESTINATION:
        yield from _destination_words(platform, value)
    elif kind is AllowanceKind.SOURCE_NAMESPACE:
        if is_label(value):
            yield from _namespace_words(platform, value)
        else:
            message = "this is not the name of one namespace"
            yield _FORM, message, "write its name, without patterns"
    elif kind in (AllowanceKind.NAMESPACE_RESOURCE, AllowanceKind.CLUSTER_RESOURCE):
        yield from _kind_words(_named(kind, value)[0])


def _destination_words(platform: Platform, value: str) -> Iterator[Words]:
    cluster, _, namespace = value.partition("/")
    if not is_label(cluster) or not is_label(namespace):
        message = "this is not one namespace on one cluster"
        yield _FORM, message, "write `<cluster>/<namespace>`, without patterns"
        return
    if cluster not in platform.clusters:
        known = ", ".join(platform.clusters)
        yield "unknown-cluster", f"platform.yaml has no cluster {cluster}", f"one of {known}"
    yield from _namespace_words(platform, namespace)


def _namespace_words(platform: Platform, name: str) -> Iterator[Words]:
    if is_reserved(platform, name):
        message = f"the namespace {name} belongs to Kubernetes, Argo CD or the platform"
        yield "namespace-reserved", message, "name a namespace of the team"


def _kind_words(value: str) -> Iterator[Words]:
    found = _KIND.fullmatch(value)
    if found is None or _NO_GROUP.fullmatch(found["group"] or ""):
        remedy = "write `<group>/<Kind>`, or `<Kind>` alone for the core group, without patterns"
        yield _FORM, "this is not one kind of resource", remedy
    elif _spelled(value).lower() in _NEVER_ALLOWED:
        message = f"{_spelled(value)} is never allowed: with it the guards could be lifted"
        yield "kind-reserved", message, "remove this entry"


def _spelled(kind: str) -> str:
    """`/ResourceQuota` is `ResourceQuota`."""
    return kind.removeprefix("/")


def _named(kind: AllowanceKind, value: str) -> tuple[str, str]:
    """A kind, and `/<name>` where one object of the cluster is meant.

    Argo CD holds a sync to its name since 3.3, below which none is supported.
    """
    named = _NAMED.fullmatch(value) if kind is AllowanceKind.CLUSTER_RESOURCE else None
    return (named["whole"], f"/{named['name']}") if named is not None else (value, "")


def _allowance(bounds: Bounds, path: Path, item: Allowance) -> Iterator[Problem]:
    if not bounds.permits("allow", item.kind):
        message = f"team {bounds.team} may not use `allow` of the kind {item.kind}"
        yield bounds.problem((*path, "kind"), "allow-not-allowed", message, "allow")
        return
    place: Path = (*path, "value")
    wrong = list(value_words(bounds.project.platform, item.kind, item.value))
    for words in wrong:
        yield bounds.project.problem(place, *words)
    codes = {code for code, _, _ in wrong}
    if not codes & {_FORM, "kind-reserved"}:
        yield from _beyond(bounds, place, item, codes)


def _beyond(
    bounds: Bounds, path: Path, item: Allowance, codes: Collection[str]
) -> Iterator[Problem]:
    """What the team's guardrails do not hold. `codes` are those of what is wrong with the value itself."""
    match item.kind:
        case AllowanceKind.SOURCE:
            if not within_sources(bounds.allowed("sources"), item.value):
                message = f"the repository is outside the sources of team {bounds.team}"
                yield bounds.problem(path, "source-not-allowed", message, "sources")
        case AllowanceKind.DESTINATION:
            cluster, _, namespace = item.value.partition("/")
            if "unknown-cluster" not in codes and not bounds.permits("clusters", cluster):
                message = f"team {bounds.team} may not use the cluster {cluster}"
                yield bounds.problem(path, "cluster-not-allowed", message, "clusters")
            if "namespace-reserved" not in codes:
                yield from bounds.refuse_name(path, "namespace", namespace)
        case AllowanceKind.SOURCE_NAMESPACE:
            if not codes:
                yield from bounds.refuse_name(path, "namespace", item.value)
        case AllowanceKind.CLUSTER_RESOURCE | AllowanceKind.NAMESPACE_RESOURCE:
            yield from _resource(bounds, path, *_named(item.kind, item.value))


def _resource(bounds: Bounds, path: Path, value: str, name: str) -> Iterator[Problem]:
    """A kind. The guardrail may allow all of it, or the one object."""
    kind = _spelled(value)
    allowed = tuple(map(_spelled, bounds.allowed("kinds")))
    if not (within(allowed, kind) or (name and within(allowed, kind + name))):
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
