"""What a team may reach: with sources and credentials, and with the entries of `allow`.

Sources and credentials reach repositories, registries, plugins, and servers that receive a login. Every `allow` is of a
kind that platform.yaml lets the team use, for something that it lets the team have.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from argoproject.checks.guardrails.bounds import Bounds, is_reserved
from argoproject.models import Allowance, AllowanceKind, Platform
from argoproject.models.scalars import is_label
from argoproject.problems import Mistake
from argoproject.project.applications import all_sources, deployed, used_urls
from argoproject.project.impersonation import impersonation
from argoproject.project.kinds import ALWAYS_DENIED, APPLICATION
from argoproject.project.model import Found, Project
from argoproject.project.repositories import endpoint_of
from argoproject.upstream.kinds import KIND_FORM, Kind, meant_kind, parse_kind
from argoproject.upstream.urls import is_plain_url
from argoproject.yamlfile.reader import DataPath

__all__ = [
    "NEVER_ALLOWED",
    "check_allowances",
    "endpoints",
    "hydrated_branches",
    "plugins",
    "registries",
    "rendered_namespaces",
    "sources",
    "value_mistakes",
]


def sources(bounds: Bounds) -> Found:
    """Refuses repositories that are outside the team's sources, and credentials that would be sent to such.

    A URL with a pattern or `..` is compared with no source: what fetches it resolves it first, perhaps to elsewhere.
    """
    settings = bounds.project.settings
    urls: list[tuple[DataPath, str, str]] = [
        *((path, url, "the repository is") for path, url in used_urls(bounds.project)),
        *(
            (("repositories", key, "url"), item.url, "the repository is")
            for key, item in settings.repositories.items()
        ),
        *(
            (("credentials", key, "urlPrefix"), item.url_prefix, "the credential would reach")
            for key, item in settings.credentials.items()
        ),
    ]
    for path, url, subject in urls:
        if is_plain_url(url):
            yield from bounds.refuse(path, "sources", url, subject=subject)
        elif bounds.by_tenant(path):
            message = (
                "the URL holds a pattern, a template, `..` or an encoding, which may lead outside "
                "the team's sources"
            )
            yield path, Mistake(code="url-not-plain", message=message, remedy="write the plain URL")


def registries(bounds: Bounds) -> Found:
    """Refuses container registries that are not the team's."""
    for key, registry in bounds.project.settings.registries.items():
        path: DataPath = ("registries", key, "server")
        if is_plain_url(registry.server):
            yield from bounds.refuse(path, "registries", registry.server)
        elif bounds.by_tenant(path):
            message = "the server holds a pattern: it may lead outside the team's registries"
            remedy = "write the host, with its port and path where it has them"
            yield path, Mistake(code="url-not-plain", message=message, remedy=remedy)


def plugins(bounds: Bounds) -> Found:
    """Refuses config management plugins that the guardrail does not name.

    Their code runs next to the repo-server and gets what a source contains. A plugin without a name could be any that
    matches the source (argo-cd, docs/operator-manual/config-management-plugins.md, "discover"), and so could one whose
    name a template fills.
    """
    found: list[tuple[DataPath, str]] = [
        ((*at.path, "plugin"), at.source.plugin.name or "")
        for at in all_sources(bounds.project)
        if at.source.plugin is not None
    ]
    for path, name in found:
        if name and "{{" not in name:
            yield from bounds.refuse(path, "plugins", name, at=(*path, "name"))
        elif bounds.by_tenant(path) and not (name and bounds.permits("plugins", name)):
            code, message = (
                "plugin-templated",
                "the plugin is templated: it could become any plugin",
            )
            remedy = "write its name out"
            if not name:
                code, remedy = "plugin-unnamed", "add its `name`"
                message = "the plugin has no name: any that Argo CD has could run"
            yield path, Mistake(code=code, message=message, remedy=remedy)


def hydrated_branches(bounds: Bounds) -> Found:
    """Refuses hydrator branches that the guardrail does not name: anyone who can push to such a branch can deploy.

    Where only exact revisions are deployed, the guardrail of the class counts alone.
    """
    project = bounds.project
    team, name = project.platform.teams.get(bounds.team), project.environment_class
    of_class = team.classes.get(name) if team is not None else None
    closed = project.fixed_revisions and (of_class is None or of_class.hydrated_branches is None)
    where = f"teams.{bounds.team}.classes.{name}.hydratedBranches"
    for item in deployed(project):
        for place, branch in item.hydrator.branches if item.hydrator is not None else ():
            path = (*item.path, "sourceHydrator", *place)
            if not closed:
                yield from bounds.refuse(path, "hydrated_branches", branch)
            elif bounds.by_tenant(path):
                message = f"the branch {branch} moves: environments of the class {name} take exact revisions only"
                remedy = f"let the platform team protect the branch, and add it to {where}"
                yield path, Mistake(code="branch-not-allowed", message=message, remedy=remedy)


def rendered_namespaces(bounds: Bounds) -> Found:
    """Refuses namespaces that Helm or Kustomize renders for. Argo CD would refuse the sync, once it is deployed."""
    project = bounds.project
    cluster, own = project.identity.cluster, project.names.namespace
    tools = ("helm", "kustomize")
    found: list[tuple[DataPath, Any]] = [
        ((*at.path, tool, "namespace"), getattr(getattr(at.source, tool), "namespace", None))
        for at in all_sources(project)
        for tool in tools
    ]
    opened = {item.value for item in project.settings.allow if item.kind == "destination"}
    for path, name in found:
        if name is None or name == own or f"{cluster}/{name}" in opened:
            continue
        if bounds.by_tenant(path):
            message = f"{name} is not the environment's namespace, {own}, and no `allow` opens it"
            remedy = "remove it: what names no namespace is deployed to the environment's"
            yield path, Mistake(code="rendered-namespace", message=message, remedy=remedy)


def endpoints(bounds: Bounds) -> Found:
    """Refuses proxies and login servers that the platform does not name: each could keep what is sent through it or
    to it. No entry of the guardrail allows a URL with a pattern or `..`, so that its remedy is another."""
    settings = bounds.project.settings
    found: list[tuple[DataPath, str | None]] = []
    for key, repository in settings.repositories.items():
        path: DataPath = ("repositories", key)
        found.append(((*path, "proxy"), repository.proxy))
        if repository.credentials is not None:
            field, url = endpoint_of(repository.credentials) or ("", None)
            found.append(((*path, "credentials", field), url))
    for key, template in settings.credentials.items():
        path = ("credentials", key)
        field, url = endpoint_of(template) or ("", None)
        found += [((*path, "proxy"), template.proxy), ((*path, field), url)]
    for path, url in found:
        if url is None:
            continue
        if is_plain_url(url):
            yield from bounds.refuse(path, "endpoints", url)
        elif bounds.by_tenant(path):
            mistake = bounds.refusal("endpoints", value=url)
            yield path, mistake._replace(remedy="write the plain URL")


_FORM = "allow-value"

_NAMESPACE = Kind("", "Namespace")
"""With it a sync could relabel the environment's own."""

NEVER_ALLOWED = frozenset(
    str(kind).lower()
    for kind in (_NAMESPACE, *(Kind(*item) for item in ALWAYS_DENIED if item != APPLICATION))
)
"""Kinds with which a tenant would lift its own limits; an ApplicationSet reads what its controller may read. In lower
case: Kubernetes grants rights by resource, which is the same for `NameSpace`."""

_APPLICATION = str(Kind(*APPLICATION)).lower()


def check_allowances(bounds: Bounds) -> Found:
    """Refuse allowances outside of the guardrails, and source namespaces that no allowance names."""
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
            path: DataPath = ("sourceNamespaces", index)
            mistake = Mistake(code="source-namespace-without-allow", message=message, remedy=remedy)
            yield path, mistake


def _beyond_impersonation(project: Project) -> Found:
    """Refuse destinations where the account of the syncs has no rights, even if the profile allows them."""
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
            path: DataPath = ("allow", index, "value")
            mistake = Mistake(code="destination-with-impersonation", message=message, remedy=remedy)
            yield path, mistake


def value_mistakes(platform: Platform, kind: AllowanceKind, value: str) -> Iterator[Mistake]:
    """Find mistakes in the value of an `allow` that are refused in every file, the platform's own included.

    Args:
        platform: decides which clusters exist and which namespaces are reserved.
        kind: kind of the `allow`.
        value: its value, for example `hub/blue-apps` of a destination.
    """
    if kind is AllowanceKind.SOURCE and not is_plain_url(value):
        remedy = "write the whole URL, without patterns, templates, `..` and encodings"
        yield Mistake(code=_FORM, message="this is not the URL of one repository", remedy=remedy)
    elif kind is AllowanceKind.DESTINATION:
        yield from _destination_mistakes(platform, value)
    elif kind is AllowanceKind.GENERATOR:
        yield from _generator_mistakes(platform, value)
    elif kind is AllowanceKind.SOURCE_NAMESPACE:
        if is_label(value):
            yield from _namespace_mistakes(platform, value)
        else:
            message = "this is not the name of one namespace"
            yield Mistake(code=_FORM, message=message, remedy="write its name, without patterns")
    elif kind in (AllowanceKind.NAMESPACE_RESOURCE, AllowanceKind.CLUSTER_RESOURCE):
        resource = _kind(kind, value)
        if resource is None:
            yield Mistake(code=_FORM, message="this is not one kind of resource", remedy=KIND_FORM)
        elif str(resource.whole).lower() in NEVER_ALLOWED:
            message = f"{resource.whole} is never allowed: with it the guards could be lifted"
            yield Mistake(code="kind-reserved", message=message, remedy="remove this entry")
        elif meant := meant_kind(resource.group, resource.kind):
            message = f"Kubernetes has no kind {resource.whole}"
            yield Mistake(code=_FORM, message=message, remedy=f"did you mean {meant}?")


def _destination_mistakes(platform: Platform, value: str) -> Iterator[Mistake]:
    cluster, _, namespace = value.partition("/")
    if not is_label(cluster) or not is_label(namespace):
        message = "this is not one namespace on one cluster"
        remedy = "write `<cluster>/<namespace>`, without patterns"
        yield Mistake(code=_FORM, message=message, remedy=remedy)
        return
    if cluster not in platform.clusters:
        yield _unknown_cluster(platform, cluster)
    yield from _namespace_mistakes(platform, namespace)


def _generator_mistakes(platform: Platform, value: str) -> Iterator[Mistake]:
    kind, _, name = value.partition("/")
    forms = {"clusters": "<cluster>", "plugin": "<ConfigMap>"}
    forms |= {"pullRequest": "<host>/<owner>/<repository>", "scmProvider": "<host>/<owner>"}
    least = forms.get(kind, "").count("/")
    if kind not in forms or not all(name.split("/")) or name.count("/") < least or "*" in name:
        message = "this is not what one generator reads"
        remedy = (
            f"write {', '.join(f'`{key}/{form}`' for key, form in forms.items())}, without patterns"
        )
        yield Mistake(code=_FORM, message=message, remedy=remedy)
    elif kind == "clusters" and name not in platform.clusters:
        yield _unknown_cluster(platform, name)


def _unknown_cluster(platform: Platform, name: str) -> Mistake:
    message, remedy = (
        f"platform.yaml has no cluster {name}",
        f"one of {', '.join(platform.clusters)}",
    )
    return Mistake(code="unknown-cluster", message=message, remedy=remedy)


def _namespace_mistakes(platform: Platform, name: str) -> Iterator[Mistake]:
    if is_reserved(platform, name):
        message = f"the namespace {name} belongs to Kubernetes, Argo CD or the platform"
        remedy = "name a namespace of the team"
        yield Mistake(code="namespace-reserved", message=message, remedy=remedy)


def _kind(sort: AllowanceKind, value: str) -> Kind | None:
    """One object of the cluster may be named: Argo CD limits a sync to its name since 3.3, the oldest supported."""
    return parse_kind(value, named=sort is AllowanceKind.CLUSTER_RESOURCE)


def _allowance(bounds: Bounds, path: DataPath, item: Allowance) -> Found:
    """Judge one `allow` of a tenant: its kind first, then its value, then what the team's guardrails allow of it."""
    if not bounds.permits("allow", item.kind):
        yield (*path, "kind"), bounds.refusal("allow", value=item.kind)
        return
    place: DataPath = (*path, "value")
    mistakes = list(value_mistakes(bounds.project.platform, item.kind, item.value))
    for mistake in mistakes:
        yield place, mistake
    codes = {mistake.code for mistake in mistakes}
    if not codes & {_FORM, "kind-reserved"}:
        yield from _outside(bounds, place, item, codes)


def _outside(bounds: Bounds, path: DataPath, item: Allowance, codes: Collection[str]) -> Found:
    """Refuse what is outside of the team's guardrails. `codes` are those of the mistakes in the value itself."""
    match item.kind:
        case AllowanceKind.SOURCE:
            yield from bounds.refuse(path, "sources", item.value, subject="the repository is")
        case AllowanceKind.DESTINATION:
            cluster, _, namespace = item.value.partition("/")
            if "unknown-cluster" not in codes:
                yield from bounds.refuse(path, "clusters", cluster)
            if "namespace-reserved" not in codes:
                yield from bounds.refuse_name(path, "namespace", namespace)
        case AllowanceKind.GENERATOR if not codes:
            yield from bounds.refuse(path, "generators", item.value)
            if item.value.startswith(_CLUSTERS):
                yield from bounds.refuse(path, "clusters", item.value.removeprefix(_CLUSTERS))
        case AllowanceKind.SOURCE_NAMESPACE if not codes:
            yield from bounds.refuse_name(path, "namespace", item.value)
        case AllowanceKind.CLUSTER_RESOURCE | AllowanceKind.NAMESPACE_RESOURCE:
            kind = str(_kind(item.kind, item.value))
            yield from bounds.refuse(path, "kinds", kind)
            if kind.lower() == _APPLICATION:
                yield from _app_of_apps(bounds, path, kind)


_CLUSTERS = "clusters/"


def _app_of_apps(bounds: Bounds, path: DataPath, kind: str) -> Found:
    """Argo CD reads Applications on its own cluster only; on another cluster they have no effect."""
    hub = bounds.project.platform.argocd.cluster
    if bounds.permits("kinds", kind) and bounds.project.identity.cluster != hub:
        message = f"Argo CD reads Applications on its own cluster, {hub}, only"
        remedy = f"let an environment on {hub} create them, in a namespace of its own"
        yield path, Mistake(code="applications-off-hub", message=message, remedy=remedy)
