"""The Application `base`: it makes the namespace and its guards on a cluster that Pulumi cannot reach.

It is deployed in a project of the platform, which no guardrail of the team bounds. So the profile sets what it deploys,
and a team sets only chart values.
"""

from __future__ import annotations

from collections.abc import Iterator

from argoproject.checks.guardrails.bounds import Bounds
from argoproject.models import Access, Base, Namespace, Role, Source
from argoproject.models.base import key_of
from argoproject.models.namespace import guards
from argoproject.models.sources import Helm
from argoproject.problems import Lack, Mistake, Problem
from argoproject.project.applications import deployed
from argoproject.project.model import Found, Project
from argoproject.yamlfile.reader import DataPath, path_text

__all__ = ["check_base"]

_GUARDS = tuple(guards(Namespace))
"""The fields of `namespace` that Pulumi applies, unless there is a `base`."""

_TENANT_FIELDS = frozenset({"values", "values_object", "parameters"})
"""The fields of `base.source.helm` that a team may set: values, which the platform's chart checks."""

_EXCLUDED = "with `base`, Pulumi makes nothing in the namespace: this would be left out"
_MOVE = "move it into what `base` deploys; secrets go there as files of helm-secrets"
_HAND_OVER = "pass it to what `base` deploys, through `base.source.helm.valuesObject`; "
_OF_OTHERS = "values in a shared file that are for other environments belong in the files of those"
_REMOVE = "`null` in project.yaml removes what a shared file sets"


def check_base(project: Project) -> Iterator[Problem]:
    """All rules about `base`, also about its absence."""
    yield from project.problems(base_rules(project))
    for item in project.manifests if project.settings.base is not None else ():
        yield item.document.problem(path=(), code="base-excludes", message=_EXCLUDED, remedy=_MOVE)


def base_rules(project: Project) -> Found:
    """The rules about `base` and what it excludes in the settings."""
    base = project.settings.base
    cluster = project.identity.cluster
    if base is None:
        if project.cluster.base:
            message = f"Pulumi cannot reach the cluster {cluster}: nothing would make the namespace"
            remedy = "add `base`, an Application that makes the namespace and its guards"
            yield ("base",), Lack(code="base-missing", message=message, remedy=remedy)
        return
    if not project.cluster.base:
        message = (
            f"Pulumi reaches the cluster {cluster} and makes the namespace and its guards itself"
        )
        remedy = (
            f"remove `base`, or let the platform team set clusters.{cluster}.base of platform.yaml"
        )
        yield ("base",), Lack(code="base-not-allowed", message=message, remedy=remedy)
    yield from base_project(project, base)
    yield from base_of_tenant(project, base)
    yield from namespace_contents(project)
    yield from namespace_guards(project)
    yield from kubernetes_access(project)


def base_project(project: Project, base: Base) -> Found:
    """Refuse a `base` outside the projects that platform.yaml lists in `argocd.baseProjects`."""
    known = project.platform.argocd.base_projects
    listed = f"one of {', '.join(known)}" if known else "one that the platform team adds there"
    remedy = f"set `project` to {listed}"
    if base.project is None:
        message = "`base` needs a project of the platform: it makes what the environment's own project does not permit"
    elif base.project == "default":
        message = "the project `default` has no guards"
    elif base.project not in known:
        message = f"platform.yaml does not list {base.project!r} under argocd.baseProjects"
        remedy = f"write {listed}"
    else:
        return
    yield ("base", "project"), Mistake(code="base-project", message=message, remedy=remedy)


def base_of_tenant(project: Project, base: Base) -> Found:
    """Refuse fields of `base` that files of the team set, or remove with `null`, apart from chart values.

    Example:
        With `base` in the profile, `base: {source: {helm: {valuesObject: {…}}}}` in project.yaml is allowed;
        `base: {source: {path: other}}` and `base: {source: {path: null}}` are refused.
    """
    if not project.layers.items:
        # Built in Python, without layers: only a copy of the profile's own `base` is accepted.
        versions, below = project.settings.versions, project.profile.versions
        if base == project.profile.base and versions.get("base") == below.get("base"):
            return
    bounds = Bounds(project)
    own = [path for path in _fields_of_platform(project, base) if bounds.by_tenant(path)]
    own += _removed_fields(project, base)
    if own:
        message = (
            f"only the profile sets what `base` deploys, here {', '.join(map(path_text, own))}: it is in a project "
            "of the platform, which the team's guardrails do not bound"
        )
        remedy = (
            f"let the platform team set it in profiles.{project.profile_name} (base, and its revision in versions); "
            "the team may set helm.valuesObject, helm.values and helm.parameters of its source"
        )
        yield own[0], Mistake(code="base-of-tenant", message=message, remedy=remedy)


def _fields_of_platform(project: Project, base: Base) -> Iterator[DataPath]:
    """The fields of `base` that only the platform may set, as far as they are set."""
    if base.project is not None:
        yield "base", "project"
    if base.sources:
        yield "base", "sources"
    if base.source_hydrator is not None:
        yield "base", "sourceHydrator"
    source = base.source
    for name in sorted(source.model_fields_set - {"helm"}) if source is not None else ():
        yield "base", "source", key_of(Source, name)
    helm = source.helm if source is not None else None
    for name in sorted(helm.model_fields_set - _TENANT_FIELDS) if helm is not None else ():
        yield "base", "source", "helm", key_of(Helm, name)
    for item in deployed(project):
        if item.key == "base":
            yield from (at.version_path for at in item.sources if at.version_path is not None)


def _removed_fields(project: Project, base: Base) -> Iterator[DataPath]:
    """The fields of the profile's source that files of the team removed with `null`."""
    below = project.profile.base.source if project.profile.base is not None else None
    given = base.source
    if below is None or given is None:
        return
    for name in sorted(below.model_fields_set - given.model_fields_set):
        yield "base", "source", key_of(Source, name)
    if below.helm is not None and given.helm is not None:
        for name in sorted(
            below.helm.model_fields_set - given.helm.model_fields_set - _TENANT_FIELDS
        ):
            yield "base", "source", "helm", key_of(Helm, name)


def _excluded(remedy: str) -> Mistake:
    return Lack(code="base-excludes", message=_EXCLUDED, remedy=remedy)


def namespace_contents(project: Project) -> Found:
    """Refuse what Pulumi would make inside the namespace, which it cannot reach: registries and secrets."""
    if project.settings.registries:
        yield ("registries",), _excluded(_MOVE)
    if project.namespace_settings.secrets:
        yield ("namespace", "secrets"), _excluded(_MOVE)


def namespace_guards(project: Project) -> Found:
    """Refuse the guards of the namespace that files of the team set: Pulumi does not apply them.

    Those of the profile are accepted: the platform applies them through `base`.
    """
    given = project.namespace_settings
    below = project.namespace_floor
    for name in _GUARDS:
        value = getattr(given, name)
        if value and value != getattr(below, name):
            yield ("namespace", key_of(Namespace, name)), _excluded(f"{_HAND_OVER}{_OF_OTHERS}")


def kubernetes_access(project: Project) -> Found:
    """Refuse access to the namespace that files of the team give: Pulumi would make no RoleBinding there."""
    given, below = project.settings.access or Access(), project.profile.access or Access()
    paths: list[DataPath] = []
    if given.kubernetes and given.kubernetes != below.kubernetes:
        paths.append(("access", "kubernetes"))
    if given.cluster_roles != below.cluster_roles:
        paths.append(("access", "clusterRoles"))
    for key, role in given.roles.items():
        own = below.roles.get(key, Role())
        if role.kubernetes and (role.kubernetes, role.groups) != (own.kubernetes, own.groups):
            paths.append(("access", "roles", key, "kubernetes"))
    for path in paths:
        yield path, _excluded(f"{_HAND_OVER}{_REMOVE}")
