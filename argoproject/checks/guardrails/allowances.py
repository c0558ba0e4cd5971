"""Every `allow` is of a kind that platform.yaml lets the team use, for something that it lets the team have."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from argoproject.checks.guardrails.bounds import (
    Bounds,
    is_plain_url,
    is_reserved,
    within,
    within_sources,
)
from argoproject.models import Allowance, AllowanceKind, Platform
from argoproject.models.scalars import is_label
from argoproject.problems import Mistake, Problem
from argoproject.project.impersonation import impersonation
from argoproject.project.kinds import ALWAYS_DENIED, APPLICATION
from argoproject.project.model import Project
from argoproject.upstream.kinds import Kind, parse_kind
from argoproject.yamlfile.reader import Path

__all__ = ["check_allowances", "value_words"]

_FORM = "allow-value"

_NAMESPACE = Kind("", "Namespace")
"""With it a sync could relabel the environment's own."""

_NEVER_ALLOWED = frozenset(
    str(kind).lower()
    for kind in (_NAMESPACE, *(Kind(*item) for item in ALWAYS_DENIED if item != APPLICATION))
)
"""Kinds with which a tenant would lift its own limits; an ApplicationSet reads what its controller may read. In small
letters: Kubernetes' rights go by the resource, which is the same for `NameSpace`."""


_APPLICATION = str(Kind(*APPLICATION)).lower()


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
            yield bounds.project.problem(
                path=path, code="source-namespace-without-allow", message=message, remedy=remedy
            )


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
            yield project.problem(
                path=path, code="destination-with-impersonation", message=message, remedy=remedy
            )


def value_words(platform: Platform, kind: AllowanceKind, value: str) -> Iterator[Mistake]:
    """What is wrong with the value of an `allow`, whoever writes it."""
    if kind is AllowanceKind.SOURCE and not is_plain_url(value):
        remedy = "write the whole URL, without patterns, templates, `..` and encodings"
        yield Mistake(code=_FORM, message="this is not the URL of one repository", remedy=remedy)
    elif kind is AllowanceKind.DESTINATION:
        yield from _destination_words(platform, value)
    elif kind is AllowanceKind.SOURCE_NAMESPACE:
        if is_label(value):
            yield from _namespace_words(platform, value)
        else:
            message = "this is not the name of one namespace"
            yield Mistake(code=_FORM, message=message, remedy="write its name, without patterns")
    elif kind in (AllowanceKind.NAMESPACE_RESOURCE, AllowanceKind.CLUSTER_RESOURCE):
        yield from _kind_words(_kind(kind, value))


def _destination_words(platform: Platform, value: str) -> Iterator[Mistake]:
    cluster, _, namespace = value.partition("/")
    if not is_label(cluster) or not is_label(namespace):
        message = "this is not one namespace on one cluster"
        yield Mistake(
            code=_FORM, message=message, remedy="write `<cluster>/<namespace>`, without patterns"
        )
        return
    if cluster not in platform.clusters:
        known = ", ".join(platform.clusters)
        yield Mistake(
            code="unknown-cluster",
            message=f"platform.yaml has no cluster {cluster}",
            remedy=f"one of {known}",
        )
    yield from _namespace_words(platform, namespace)


def _namespace_words(platform: Platform, name: str) -> Iterator[Mistake]:
    if is_reserved(platform, name):
        message = f"the namespace {name} belongs to Kubernetes, Argo CD or the platform"
        yield Mistake(
            code="namespace-reserved", message=message, remedy="name a namespace of the team"
        )


def _kind_words(kind: Kind | None) -> Iterator[Mistake]:
    if kind is None:
        remedy = "write `<group>/<Kind>`, or `<Kind>` alone for the core group, without patterns"
        yield Mistake(code=_FORM, message="this is not one kind of resource", remedy=remedy)
    elif str(kind.whole).lower() in _NEVER_ALLOWED:
        message = f"{kind.whole} is never allowed: with it the guards could be lifted"
        yield Mistake(code="kind-reserved", message=message, remedy="remove this entry")


def _kind(sort: AllowanceKind, value: str) -> Kind | None:
    """One object of the cluster may be named: Argo CD holds a sync to its name since 3.3, below which none is
    supported."""
    return parse_kind(value, named=sort is AllowanceKind.CLUSTER_RESOURCE)


def _allowance(bounds: Bounds, path: Path, item: Allowance) -> Iterator[Problem]:
    if not bounds.permits("allow", item.kind):
        message = f"team {bounds.team} may not use `allow` of the kind {item.kind}"
        yield bounds.problem(
            path=(*path, "kind"), code="allow-not-allowed", message=message, field="allow"
        )
        return
    place: Path = (*path, "value")
    wrong = list(value_words(bounds.project.platform, item.kind, item.value))
    for words in wrong:
        yield bounds.project.problem(path=place, **words._asdict())
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
                yield bounds.problem(
                    path=path, code="source-not-allowed", message=message, field="sources"
                )
        case AllowanceKind.DESTINATION:
            cluster, _, namespace = item.value.partition("/")
            if "unknown-cluster" not in codes and not bounds.permits("clusters", cluster):
                message = f"team {bounds.team} may not use the cluster {cluster}"
                yield bounds.problem(
                    path=path, code="cluster-not-allowed", message=message, field="clusters"
                )
            if "namespace-reserved" not in codes:
                yield from bounds.refuse_name(path, "namespace", namespace)
        case AllowanceKind.SOURCE_NAMESPACE:
            if not codes:
                yield from bounds.refuse_name(path, "namespace", item.value)
        case AllowanceKind.CLUSTER_RESOURCE | AllowanceKind.NAMESPACE_RESOURCE:
            kind = _kind(item.kind, item.value)
            if kind is not None:
                yield from _resource(bounds, path, kind)


def _resource(bounds: Bounds, path: Path, kind: Kind) -> Iterator[Problem]:
    """A kind. The guardrail may allow all of it, or the one object; `/ConfigMap` in it is `ConfigMap`."""
    allowed = tuple(item.removeprefix("/") for item in bounds.allowed("kinds"))
    if not (within(allowed, str(kind.whole)) or (kind.name and within(allowed, str(kind)))):
        message = f"team {bounds.team} may not deploy {kind}"
        yield bounds.problem(path=path, code="kind-not-allowed", message=message, field="kinds")
    elif str(kind).lower() == _APPLICATION:
        yield from _app_of_apps(bounds.project, path)


def _app_of_apps(project: Project, path: Path) -> Iterator[Problem]:
    """Argo CD reads Applications on its own cluster only; elsewhere they are objects that nobody heeds."""
    hub = project.platform.argocd.cluster
    if project.identity.cluster != hub:
        message = f"Argo CD heeds Applications on its own cluster, {hub}, only"
        remedy = f"let an environment on {hub} make them, in a namespace of its own"
        yield project.problem(
            path=path, code="applications-off-hub", message=message, remedy=remedy
        )
