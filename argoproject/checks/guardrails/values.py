"""Nothing in a team's own files goes past the guardrails that platform.yaml sets for the team.

What the profile sets is the platform's own decision and not judged here. Whether the profile's guards still stand is
`floor`'s question, so a value is never reported by both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from argoproject.checks.guardrails.allowances import check_allowances
from argoproject.checks.guardrails.bounds import (
    Bounds,
    is_plain_url,
    is_reserved,
    removal,
    within,
    within_registries,
    within_sources,
)
from argoproject.checks.guardrails.endpoints import check_endpoints, check_namespaces, check_plugins
from argoproject.checks.namespace.limits import where_listed
from argoproject.models import Access, Binding, Namespace
from argoproject.plan.manifests.admission import PREFIX
from argoproject.problems import Problem
from argoproject.project.applications import deployed, used_urls
from argoproject.project.model import Project
from argoproject.upstream.quantities import exceeds
from argoproject.yamlfile.reader import Path

__all__ = ["check"]

_SYSTEM_DOMAINS = (
    "kubernetes.io",
    "k8s.io",
    "argoproj.io",
    "pulumi.com",
    "openshift.io",
    PREFIX.rstrip("/"),
)
"""Labels and annotations below these domains steer the platform: admission, quota, adoption, Argo CD's tracking."""

_NEVER_GIVEN = "cluster-admin"


def check(project: Project) -> Iterator[Problem]:
    """Every value of the team's files that is beyond its guardrails."""
    bounds = Bounds(project)
    for rule in (
        _cluster,
        _profile,
        _names,
        _labels,
        _quota,
        _groups,
        _cluster_roles,
        _sources,
        check_plugins,
        check_namespaces,
        check_endpoints,
        _registries,
        _network_policies,
        _hosts,
        check_allowances,
    ):
        yield from rule(bounds)


def _cluster(bounds: Bounds) -> Iterator[Problem]:
    cluster = bounds.project.identity.cluster
    if not bounds.permits("clusters", cluster):
        message = f"team {bounds.team} may not use the cluster {cluster}"
        yield bounds.problem(path=(), code="cluster-not-allowed", message=message, field="clusters")


def _profile(bounds: Bounds) -> Iterator[Problem]:
    project = bounds.project
    name = project.profile_name
    of_class = project.platform.environment_classes[project.environment_class].profile
    if name != of_class and name not in bounds.allowed("profiles"):
        message = f"team {bounds.team} may not choose the profile {name}"
        yield bounds.problem(
            path=("profile",), code="profile-not-allowed", message=message, field="profiles"
        )


def _names(bounds: Bounds) -> Iterator[Problem]:
    project = bounds.project
    chosen = project.settings.namespace is not None and project.settings.namespace.name is not None
    path: Path = ("namespace", "name") if chosen else ()
    name = project.names.namespace
    if is_reserved(project.platform, name):
        message = f"the namespace {name} belongs to Kubernetes, Argo CD or the platform"
        remedy = "choose another name" if chosen else "set `namespace.name`, or rename the folders"
        yield project.problem(path=path, code="namespace-reserved", message=message, remedy=remedy)
    else:
        remedy = "choose another" if chosen else "set `namespace.name`"
        yield from bounds.refuse_name(path, "namespace", name, remedy)
    if project.settings.name is not None:
        yield from _project_name(bounds, project.settings.name)
    yield from _former_and_application_names(bounds)


def _project_name(bounds: Bounds, name: str) -> Iterator[Problem]:
    argocd = bounds.project.platform.argocd
    if name == "default" or name in argocd.base_projects:
        message = f"the project {name} is Argo CD's or the platform's"
        yield bounds.project.problem(
            path=("name",), code="project-reserved", message=message, remedy="choose another name"
        )
    else:
        yield from bounds.refuse_name(("name",), "project", name)


def _former_and_application_names(bounds: Bounds) -> Iterator[Problem]:
    """Former names, whose objects would become this environment's; names of Applications, which become labels."""
    settings = bounds.project.settings
    names: list[tuple[Path, str, str | None]] = [
        (("movedFrom", index), "project", name) for index, name in enumerate(settings.moved_from)
    ]
    names += [
        ((*item.path, "name"), "Application", item.application.name)
        for item in deployed(bounds.project)
    ]
    names += [
        (("applicationSets", key, "name"), "ApplicationSet", item.name)
        for key, item in settings.application_sets.items()
    ]
    for path, what, name in names:
        if name is not None and bounds.by_tenant(path):
            yield from bounds.refuse_name(path, what, name)


def _labels(bounds: Bounds) -> Iterator[Problem]:
    namespace = bounds.project.settings.namespace or Namespace()
    profile = bounds.project.profile.namespace or Namespace()
    for field, given, below in (
        ("labels", namespace.labels, profile.labels),
        ("annotations", namespace.annotations, profile.annotations),
    ):
        for key in given:
            path: Path = ("namespace", field, key)
            if bounds.by_tenant(path):
                yield from _label(bounds, path, key, f"set {key} on")
        for key in sorted(below.keys() - given.keys()):
            position, path = removal(bounds.project, ("namespace", field, key))
            for problem in _label(bounds, path, key, f"remove {key} from"):
                yield replace(problem, position=position)


def _label(bounds: Bounds, path: Path, key: str, action: str) -> Iterator[Problem]:
    prefix = key.rpartition("/")[0]
    if any(prefix == domain or prefix.endswith(f".{domain}") for domain in _SYSTEM_DOMAINS):
        message = f"only the platform may {action} the namespace"
        yield bounds.project.problem(
            path=path, code="label-reserved", message=message, remedy="remove this line"
        )
    elif not bounds.permits("labels", key):
        message = f"team {bounds.team} may not {action} the namespace"
        yield bounds.problem(path=path, code="label-not-allowed", message=message, field="labels")


def _quota(bounds: Bounds) -> Iterator[Problem]:
    project = bounds.project
    quota = (project.settings.namespace or Namespace()).quota
    floor = (project.profile.namespace or Namespace()).quota
    highest = bounds.guardrails.quota_max
    where = f"{bounds.where('quota_max')} of platform.yaml"
    for key, value in quota.items():
        below = floor.get(key)
        if below is not None and not exceeds(value, below):
            continue
        bound = highest.get(key, below)
        if bound is None or not exceeds(value, bound):
            continue
        whose = "" if key in highest else f", as in the profile {project.profile_name}"
        message = f"{key} is {value}, at most {bound} is allowed{whose}"
        remedy = f"lower it, or let the platform team raise {key} in {where}"
        yield project.problem(
            path=("namespace", "quota", key), code="quota-above-max", message=message, remedy=remedy
        )
    for key in sorted(highest.keys() - quota.keys() - floor.keys()):
        message = f"{key} has no limit, though at most {highest[key]} is allowed"
        remedy = f"set it in project.yaml or the profile, or let the platform team remove it from {where}"
        yield project.lack(
            path=("namespace", "quota", key), code="quota-missing", message=message, remedy=remedy
        )


def _groups(bounds: Bounds) -> Iterator[Problem]:
    access = bounds.project.settings.access
    if access is None:
        return
    for path, binding in _bindings(access):
        if not bounds.permits("groups", binding.group) and bounds.by_tenant(path):
            message = f"team {bounds.team} may not give access to the group {binding.group!r}"
            yield bounds.problem(
                path=path, code="group-not-allowed", message=message, field="groups"
            )


def _bindings(access: Access) -> Iterator[tuple[Path, Binding]]:
    lists: list[tuple[Path, Iterable[Binding]]] = [
        (("access", "admin"), access.admin),
        (("access", "readonly"), access.readonly),
    ]
    lists += [
        (("access", "roles", key, "groups"), role.groups) for key, role in access.roles.items()
    ]
    lists += [(("access", "kubernetes", key), items) for key, items in access.kubernetes.items()]
    for path, bindings in lists:
        for index, binding in enumerate(bindings):
            yield (*path, index), binding


def _cluster_roles(bounds: Bounds) -> Iterator[Problem]:
    access = bounds.project.settings.access
    if access is None:
        return
    for name in access.kubernetes:
        path: Path = ("access", "kubernetes", name)
        if bounds.by_tenant(path):
            yield from _cluster_role(bounds, path, name)
    for key in ("admin", "readonly"):
        name = getattr(access.cluster_roles, key)
        path = ("access", "clusterRoles", key)
        if name is not None and (name == _NEVER_GIVEN or bounds.by_tenant(path)):
            yield from _cluster_role(bounds, path, name)
    for key, role in access.roles.items():
        if role.kubernetes is None:
            continue
        for field in ("kubernetes", "groups"):
            path = ("access", "roles", key, field)
            if bounds.by_tenant(path):
                yield from _cluster_role(bounds, path, role.kubernetes)
                break


def _cluster_role(bounds: Bounds, path: Path, name: str) -> Iterator[Problem]:
    if name == _NEVER_GIVEN:
        message = f"the ClusterRole {name} is never given: it could remove the namespace's guards"
        yield bounds.project.problem(
            path=path, code="cluster-role-reserved", message=message, remedy="name another one"
        )
    elif name not in bounds.allowed("cluster_roles"):
        message = f"team {bounds.team} may not give the ClusterRole {name}"
        yield bounds.problem(
            path=path, code="cluster-role-not-allowed", message=message, field="cluster_roles"
        )


def _sources(bounds: Bounds) -> Iterator[Problem]:
    settings = bounds.project.settings
    urls: list[tuple[Path, str]] = list(used_urls(bounds.project))
    urls += [
        (("repositories", key, "url"), item.url) for key, item in settings.repositories.items()
    ]
    for path, url in urls:
        yield from _source(bounds, path, url, "the repository is")
    for key, item in settings.credentials.items():
        path = ("credentials", key, "urlPrefix")
        yield from _source(bounds, path, item.url_prefix, "the credential would reach")


def _source(bounds: Bounds, path: Path, url: str, what: str) -> Iterator[Problem]:
    plain = is_plain_url(url)
    if plain and within_sources(bounds.allowed("sources"), url):
        return
    if not bounds.by_tenant(path):
        return
    if not plain:
        message = "the URL holds a pattern, a template, `..` or an encoding, which may lead outside the team's sources"
        yield bounds.project.problem(
            path=path, code="url-not-plain", message=message, remedy="write the plain URL"
        )
        return
    message = f"{what} outside the sources of team {bounds.team}"
    yield bounds.problem(path=path, code="source-not-allowed", message=message, field="sources")


def _registries(bounds: Bounds) -> Iterator[Problem]:
    allowed = bounds.allowed("registries")
    for key, registry in bounds.project.settings.registries.items():
        path: Path = ("registries", key, "server")
        if not is_plain_url(registry.server):
            if bounds.by_tenant(path):
                message = "the server holds a pattern, `..` or an encoding: it may lead outside the team's registries"
                remedy = "write the host, with its port and path where it has them"
                yield bounds.project.problem(
                    path=path, code="url-not-plain", message=message, remedy=remedy
                )
        elif not within_registries(allowed, registry.server) and bounds.by_tenant(path):
            message = f"team {bounds.team} may not pull from {registry.server}"
            yield bounds.problem(
                path=path, code="registry-not-allowed", message=message, field="registries"
            )


def _network_policies(bounds: Bounds) -> Iterator[Problem]:
    """Policies on top of the profile's: each opens more, as Kubernetes adds them up."""
    namespace, profile = bounds.project.settings.namespace, bounds.project.profile.namespace
    allowed = bounds.allowed("network_policies")
    floor = profile.network_policies if profile is not None else ()
    for name in namespace.network_policies if namespace is not None else ():
        if name not in floor and not within(allowed, name):
            message = f"team {bounds.team} may not add the network policy {name}"
            position, path = where_listed(bounds.project, name)
            yield Problem(
                position=position,
                path=path,
                code="network-policy-not-allowed",
                message=message,
                remedy=bounds.remedy("network_policies"),
            )


def _hosts(bounds: Bounds) -> Iterator[Problem]:
    for index, host in enumerate(bounds.project.settings.hosts):
        if not bounds.permits("hosts", host) and bounds.by_tenant(("hosts", index)):
            message = f"team {bounds.team} may not serve {host}"
            yield bounds.problem(
                path=("hosts", index), code="host-not-allowed", message=message, field="hosts"
            )
