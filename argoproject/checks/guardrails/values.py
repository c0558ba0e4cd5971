"""Nothing in a team's own files goes past the guardrails that platform.yaml sets for the team.

What the profile sets is the platform's own decision and not judged here. Whether the profile's guards are still in
force is `argoproject.checks.namespace_floor`'s question, so a value is never reported by both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from argoproject.checks.access import group_lists
from argoproject.checks.guardrails.allowances import (
    check_allowances,
    endpoints,
    hydrated_branches,
    plugins,
    registries,
    rendered_namespaces,
    sources,
)
from argoproject.checks.guardrails.bounds import Bounds, is_reserved, removal, where_listed
from argoproject.checks.resources import quota_names
from argoproject.models import Namespace
from argoproject.models.base import key_of
from argoproject.models.namespace import guards
from argoproject.plan.admission import PREFIX
from argoproject.problems import Lack, Mistake, Problem
from argoproject.project.applications import deployed
from argoproject.project.model import Found, Project
from argoproject.upstream.quantities import effective, exceeds, long_form
from argoproject.yamlfile.reader import DataPath

__all__ = ["check"]

_SYSTEM_DOMAINS = (
    "kubernetes.io",
    "k8s.io",
    "argoproj.io",
    "pulumi.com",
    "openshift.io",
    PREFIX.rstrip("/"),
)
"""Domains whose labels and annotations control admission, quota, adoption and Argo CD's tracking. Only the platform
sets them, whatever the guardrail `labels` allows."""

_NEVER_GIVEN = "cluster-admin"


def check(project: Project) -> Iterator[Problem]:
    """Every value of the team's files that is outside of its guardrails."""
    bounds = Bounds(project)
    rules = (
        cluster,
        profile,
        names,
        groups,
        cluster_roles,
        sources,
        plugins,
        hydrated_branches,
        project_labels,
        rendered_namespaces,
        endpoints,
        registries,
        hosts,
        check_allowances,
        quota,
    )
    yield from project.problems(*(rule(bounds) for rule in rules))
    yield from labels(bounds)
    yield from network_policies(bounds)


def cluster(bounds: Bounds) -> Found:
    """Refuses an environment on a cluster that is not the team's."""
    yield from bounds.refuse((), "clusters", bounds.project.identity.cluster)


def profile(bounds: Bounds) -> Found:
    """Refuses a profile that is neither the environment class's own nor one of the guardrail."""
    project = bounds.project
    name = project.profile_name
    if name != project.platform.environment_classes[project.environment_class].profile:
        yield from bounds.refuse(("profile",), "profiles", name)


def names(bounds: Bounds) -> Found:
    """Refuses names that are reserved or belong to another team.

    Judged are the names of the namespace and the project, former names, whose objects would become this environment's,
    and names of Applications, which become labels of what they deploy.
    """
    project, settings = bounds.project, bounds.project.settings
    chosen = project.namespace_settings.name is not None
    path: DataPath = ("namespace", "name") if chosen else ()
    name = project.names.namespace
    if is_reserved(project.platform, name):
        message = f"the namespace {name} belongs to Kubernetes, Argo CD or the platform"
        remedy = "choose another name" if chosen else "set `namespace.name`, or rename the folders"
        yield path, Mistake(code="namespace-reserved", message=message, remedy=remedy)
    else:
        remedy = "choose another" if chosen else "set `namespace.name`"
        yield from bounds.refuse_name(path, "namespace", name, remedy)
    argocd = project.platform.argocd
    if settings.name == "default" or settings.name in argocd.base_projects:
        message = f"the project {settings.name} is Argo CD's or the platform's"
        remedy = "choose another name"
        yield ("name",), Mistake(code="project-reserved", message=message, remedy=remedy)
    elif settings.name is not None:
        yield from bounds.refuse_name(("name",), "project", settings.name)
    others: list[tuple[DataPath, str, str | None]] = [
        *(
            (("movedFrom", index), "project", name)
            for index, name in enumerate(settings.moved_from)
        ),
        *(
            ((*item.path, "name"), "Application", item.application.name)
            for item in deployed(project)
        ),
        *(
            (("applicationSets", key, "name"), "ApplicationSet", item.name)
            for key, item in settings.application_sets.items()
        ),
    ]
    for place, what, other in others:
        if other is not None and bounds.by_tenant(place):
            yield from bounds.refuse_name(place, what, other)


def labels(bounds: Bounds) -> Iterator[Problem]:
    """Refuses labels and annotations of the namespace that the team may not set, and the removal of the profile's.

    Policies, webhooks and schedulers of the cluster choose namespaces by them. So `tier: null`, which removes a label
    of the profile, is bounded like a line that sets it: by the guardrail `labels`. Below the system domains only the
    platform may do either.
    """
    project = bounds.project
    given = project.namespace_settings
    below = project.namespace_floor
    for field, guard in guards(Namespace).items():
        if guard.guardrail != "labels":
            continue
        marks, kept = getattr(given, field), getattr(below, field)
        place: DataPath = ("namespace", key_of(Namespace, field))
        for key in marks:
            if bounds.by_tenant((*place, key)):
                found = _mark(bounds, (*place, key), key, f"set {key} on the namespace")
                yield from project.problems(found)
        for key in sorted(kept.keys() - marks.keys()):
            position, path = removal(project, (*place, key))
            for problem in project.problems(
                _mark(bounds, path, key, f"remove {key} from the namespace")
            ):
                yield replace(problem, position=position)


def project_labels(bounds: Bounds) -> Found:
    """Refuses labels of the AppProject that the team may not set, change or remove.

    A global project of Argo CD, which widens or narrows what AppProjects permit, selects them by labels (argocd-cm,
    `globalProjects`).
    """
    settings, profile = bounds.project.settings.app_project, bounds.project.profile.app_project
    given = settings.labels if settings is not None else {}
    below = profile.labels if profile is not None else {}
    for key in sorted(given.keys() | below.keys()):
        if given.get(key) != below.get(key):
            action = "set" if key in given else "remove"
            path: DataPath = ("appProject", "labels", key)
            yield from _mark(bounds, path, key, f"{action} the label {key} of the AppProject")


def _mark(bounds: Bounds, path: DataPath, key: str, action: str) -> Found:
    prefix = key.rpartition("/")[0]
    if any(prefix == domain or prefix.endswith(f".{domain}") for domain in _SYSTEM_DOMAINS):
        message = f"only the platform may {action}"
        yield path, Mistake(code="label-reserved", message=message, remedy="remove this line")
    elif not bounds.permits("labels", key):
        yield path, bounds.refusal("labels", subject=action)


def quota(bounds: Bounds) -> Found:
    """Refuses a quota above the guardrail, or above the profile's where the guardrail has no number, and a resource
    without any quota that the guardrail bounds.

    Example:
        The profile has `pods: 20`, the guardrail `quotaMax` has `pods: 40, services: 5`. A team may write `pods: 40`,
        not `pods: 41`; and one of the files has to limit `services`, since no quota would mean no limit at all.
    """
    project = bounds.project
    given = project.namespace_settings.quota
    floor = project.namespace_floor.limited()
    own = effective(given)
    limited = project.namespace_settings.limited() if project.namespace_settings.quotas else own
    highest = effective(bounds.guardrails.quota_max)
    where = f"{bounds.where('quota_max')} of platform.yaml"
    for key, value in given.items():
        path: DataPath = ("namespace", "quota", key)
        name = long_form(key)
        below = floor.get(name)
        limit = highest.get(name, below)
        raised = below is None or exceeds(value, below)
        if raised and limit is not None and exceeds(value, limit):
            of_profile = "" if name in highest else f", as in the profile {project.profile_name}"
            mistake = bounds.refusal(
                "quota_max", subject=key, value=value, highest=limit, profile=of_profile
            )
            remedy = f"lower it, or let the platform team raise {key} in {where}"
            yield path, mistake._replace(remedy=remedy)
    for key in sorted(highest.keys() & limited.keys() - own.keys()):
        if exceeds(limited[key], highest[key]) and limited[key] != floor.get(key):
            mistake = bounds.refusal(
                "quota_max", subject=key, value=limited[key], highest=highest[key], profile=""
            )
            yield ("namespace", "quotas"), mistake._replace(remedy=f"lower it, or raise {where}")
    if not given and bounds.permits("removable", "quota"):
        return
    for key in sorted(highest.keys() - limited.keys() - floor.keys()):
        if any(quota_names({key: highest[key]}, ())):
            continue  # the guardrail itself is refused
        message = f"{key} has no limit, though at most {highest[key]} is allowed"
        remedy = f"set it in project.yaml or the profile, or let the platform team remove it from {where}"
        path = ("namespace", "quota", key)
        yield path, Lack(code="quota-missing", message=message, remedy=remedy)


def groups(bounds: Bounds) -> Found:
    """Refuses access for groups that are not the team's."""
    for item in group_lists(bounds.project):
        for index, binding in enumerate(item.bindings):
            yield from bounds.refuse((*item.path, index), "groups", binding.group)


def cluster_roles(bounds: Bounds) -> Found:
    """Refuses ClusterRoles that the guardrail does not allow; no guardrail allows cluster-admin.

    A role of the profile is the tenant's decision as soon as a file of the tenant chooses its groups.
    """
    access = bounds.project.settings.access
    if access is None:
        return
    for name in access.kubernetes:
        path: DataPath = ("access", "kubernetes", name)
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


def _cluster_role(bounds: Bounds, path: DataPath, name: str) -> Found:
    if name == _NEVER_GIVEN:
        message = f"the ClusterRole {name} is never given: it could remove the namespace's guards"
        remedy = "name another one"
        yield path, Mistake(code="cluster-role-reserved", message=message, remedy=remedy)
    elif not bounds.permits("cluster_roles", name):
        yield path, bounds.refusal("cluster_roles", value=name)


def network_policies(bounds: Bounds) -> Iterator[Problem]:
    """Refuses policies on top of the profile's: each opens more, as Kubernetes adds them up."""
    project = bounds.project
    floor = project.namespace_floor.network_policies
    for name in project.namespace_settings.network_policies:
        if name not in floor and not bounds.permits("network_policies", name):
            position, path = where_listed(project, name)
            mistake = bounds.refusal("network_policies", value=name)
            yield Problem(position=position, path=path, **mistake._asdict())


def hosts(bounds: Bounds) -> Found:
    """Refuses host names that are not the team's."""
    for index, host in enumerate(bounds.project.settings.hosts):
        yield from bounds.refuse(("hosts", index), "hosts", host)
