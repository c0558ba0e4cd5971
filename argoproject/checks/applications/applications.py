"""Applications: their names, sources, syncs, the `base` Application, and secrets written in clear."""

from __future__ import annotations

from collections.abc import Iterator

from argoproject.checks.applications.annotations import check_annotations
from argoproject.checks.applications.sources import check_sources
from argoproject.checks.applications.sync import check_sync
from argoproject.checks.guardrails.bounds import Bounds
from argoproject.checks.secrets import inline as inline_secrets
from argoproject.identity import APPLICATION_KEYS, HELM_RELEASE_LIMIT, NAME_LIMIT
from argoproject.models import Access, Base, Namespace, Role, Source
from argoproject.models.applications import Helm
from argoproject.problems import Problem
from argoproject.project.applications import Deployed, deployed, is_helm
from argoproject.project.model import Project
from argoproject.yamlfile.reader import Path, path_text

__all__ = ["check", "check_name", "shorter"]

RESERVED_KEYS = frozenset({*APPLICATION_KEYS, *APPLICATION_KEYS.values()})
"""Keys that `applications` may not have: the fields of their own, and what their names end in."""

_GUARDS = ("labels", "annotations", "quota", "limits", "network_policies", "pod_security")
"""What of a namespace Pulumi makes, and leaves to a `base` where there is one."""

_VALUES = frozenset({"values", "values_object", "parameters"})
"""What of `base.source.helm` is a tenant's to say: values, which the platform's chart checks."""


def check(project: Project) -> Iterator[Problem]:
    """All rules about an environment's Applications."""
    items = deployed(project)
    yield from _check_own_names(project)
    for item in items:
        yield from _check_application(project, item)
    yield from _check_releases(project)
    yield from check_sources(project, items)
    yield from _check_base(project)
    yield from inline_secrets.check(project)


def check_name(project: Project, path: Path, what: str, name: str, limit: int) -> Iterator[Problem]:
    """A name over its limit, with one that fits."""
    if len(name) > limit:
        code = f"{what.lower()}-name-too-long"
        message = f"the name of the {what}, {name}, has {len(name)} characters, at most {limit} are allowed"
        remedy = f"set `{path_text(path)}`, for example to {shorter(name, limit)}"
        yield project.problem(path=path, code=code, message=message, remedy=remedy)


def shorter(name: str, limit: int) -> str:
    """A name like `name` that fits: its longest words lose their ends. The same name yields the same suggestion."""
    words = name.split("-")
    while len("-".join(words)) > limit and max(map(len, words)) > 1:
        at = max(range(len(words)), key=lambda index: len(words[index]))
        words[at] = words[at][:-1]
    return "-".join(words)[:limit].strip("-")


def _check_own_names(project: Project) -> Iterator[Problem]:
    names = project.names
    if len(names.namespace) > NAME_LIMIT:
        path: Path = ("namespace", "name")
        yield from check_name(project, path, "namespace", names.namespace, NAME_LIMIT)
    if len(names.namespace) <= NAME_LIMIT or project.settings.name:
        yield from check_name(project, ("name",), "project", names.project, NAME_LIMIT)


def _check_application(project: Project, item: Deployed) -> Iterator[Problem]:
    application, path = item.application, item.path
    if path[0] == "applications" and item.key in RESERVED_KEYS:
        message = f"the key {item.key!r} is taken: {', '.join(sorted(RESERVED_KEYS))} have a meaning of their own"
        yield project.problem(
            path=path, code="reserved-key", message=message, remedy="choose another key"
        )
    if application.name or len(project.names.project) <= NAME_LIMIT:
        yield from _check_application_name(project, item)
    yield from check_sync(project, item)
    yield from check_annotations(project, (*path, "annotations"), application.annotations)
    existing = {other.key for other in deployed(project)}
    for index, key in enumerate(application.moved_from):
        place = (*path, "movedFrom", index)
        if key == item.key:
            message = "this is the Application's own key"
            yield project.problem(
                path=place, code="moved-from-itself", message=message, remedy="remove it"
            )
        elif key in existing:
            message = f"the environment still has an Application {key!r}: its object would become this one's"
            remedy = "remove this entry, or the other Application"
            yield project.problem(
                path=place, code="moved-from-existing", message=message, remedy=remedy
            )


def _check_application_name(project: Project, item: Deployed) -> Iterator[Problem]:
    place = (*item.path, "name")
    if len(item.name) > NAME_LIMIT:
        limit = HELM_RELEASE_LIMIT if _names_release(item) else NAME_LIMIT
        yield from check_name(project, place, "Application", item.name, limit)
    elif len(item.name) > HELM_RELEASE_LIMIT and _names_release(item):
        message = (
            f"the Application's name, {item.name}, becomes a Helm release's: it has {len(item.name)} characters, "
            f"at most {HELM_RELEASE_LIMIT} are allowed"
        )
        example = shorter(item.name, HELM_RELEASE_LIMIT)
        remedy = (
            f"set `{path_text(place)}`, for example to {example}, or `helm.releaseName` in the source; "
            "a folder that is no chart says so with `kustomize: {}` or `directory: {}`"
        )
        yield project.problem(
            path=place, code="release-name-too-long", message=message, remedy=remedy
        )


def _check_releases(project: Project) -> Iterator[Problem]:
    """Two releases of one name in the namespace: charts name their objects after it, so they would be the same."""
    seen: dict[str, str] = {}
    for item in deployed(project):
        for at in item.sources:
            helm = at.source.helm
            if helm is None or helm.release_name is None or helm.namespace is not None:
                continue
            release = helm.release_name
            first = seen.setdefault(release, item.name)
            if first != item.name:
                message = f"the Application {first} has a release {release} in the same namespace"
                remedy = "give one of them another `releaseName`"
                place = (*at.path, "helm", "releaseName")
                yield project.problem(
                    path=place, code="release-twice", message=message, remedy=remedy
                )


def _names_release(item: Deployed) -> bool:
    """Whether the Application's name becomes the name of a Helm release."""
    return any(
        is_helm(at.source) and not (at.source.helm and at.source.helm.release_name)
        for at in item.sources
    )


def _check_base(project: Project) -> Iterator[Problem]:
    base = project.settings.base
    if base is None:
        if project.cluster.base:
            cluster = project.identity.cluster
            message = f"Pulumi cannot reach the cluster {cluster}: nothing would make the namespace"
            remedy = "add `base`, an Application that makes the namespace and its guards"
            yield project.lack(path=("base",), code="base-missing", message=message, remedy=remedy)
        return
    yield from _check_base_project(project, base)
    yield from _check_base_origin(project, base)
    message = "with `base`, Pulumi makes nothing in the namespace: this would be left out"
    remedy = "move it into what `base` deploys; secrets go there as files of helm-secrets"
    for path in _not_with_base(project):
        yield project.lack(path=path, code="base-excludes", message=message, remedy=remedy)
    for document in (item.document for item in project.manifests):
        yield Problem(
            position=document.position(),
            path="",
            code="base-excludes",
            message=message,
            remedy=remedy,
        )
    hand = "hand it to what `base` deploys, through `base.source.helm.valuesObject`; "
    remedy = hand + "what a shared file says for others belongs into the files of those"
    for path in _guards_of_tenants(project):
        yield project.lack(path=path, code="base-excludes", message=message, remedy=remedy)
    remedy = hand + "`null` in project.yaml removes what a shared file says"
    for path in _kubernetes_access_of_tenants(project):
        yield project.lack(path=path, code="base-excludes", message=message, remedy=remedy)


def _check_base_project(project: Project, base: Base) -> Iterator[Problem]:
    path, known = ("base", "project"), project.platform.argocd.base_projects
    listed = f"one of {', '.join(known)}" if known else "one that the platform team adds there"
    if base.project is None:
        message = (
            "`base` needs a project of the platform: it makes what the environment's own may not"
        )
        yield project.problem(
            path=path, code="base-project", message=message, remedy=f"set `project` to {listed}"
        )
    elif base.project == "default":
        message = "the project `default` has no guards"
        yield project.problem(
            path=path, code="base-project", message=message, remedy=f"set `project` to {listed}"
        )
    elif base.project not in known:
        message = f"platform.yaml does not list {base.project!r} under argocd.baseProjects"
        yield project.problem(
            path=path, code="base-project", message=message, remedy=f"write {listed}"
        )


def _check_base_origin(project: Project, base: Base) -> Iterator[Problem]:
    """Where `base` may be, and who says what it deploys: it stands in a project that no guardrail bounds."""
    if not project.cluster.base:
        cluster = project.identity.cluster
        message = (
            f"Pulumi reaches the cluster {cluster} and makes the namespace and its guards itself"
        )
        remedy = (
            f"remove `base`, or let the platform team set clusters.{cluster}.base of platform.yaml"
        )
        yield project.lack(path=("base",), code="base-not-allowed", message=message, remedy=remedy)
    bounds = Bounds(project)
    own = [path for path in _platforms_part(project, base) if bounds.by_tenant(path)]
    own += _taken_away(project, base)
    if own and not _as_in_profile(project, base):
        message = (
            f"only the profile says what `base` deploys, here {', '.join(map(path_text, own))}: it stands in a project "
            "of the platform, whose guards are not the team's"
        )
        remedy = (
            f"let the platform team say it in profiles.{project.profile_name} (base, and its revision in versions); "
            "the team's own are helm.valuesObject, helm.values and helm.parameters of its source"
        )
        yield project.problem(path=own[0], code="base-of-tenant", message=message, remedy=remedy)


def _platforms_part(project: Project, base: Base) -> Iterator[Path]:
    """What of `base` is the platform's to say, as far as somebody said it."""
    if base.project is not None:
        yield "base", "project"
    if base.sources:
        yield "base", "sources"
    source = base.source
    for name in sorted(source.model_fields_set - {"helm"}) if source is not None else ():
        yield "base", "source", Source.model_fields[name].alias or name
    helm = source.helm if source is not None else None
    for name in sorted(helm.model_fields_set - _VALUES) if helm is not None else ():
        yield "base", "source", "helm", Helm.model_fields[name].alias or name
    for item in deployed(project):
        if item.key == "base":
            yield from (at.version_path for at in item.sources if at.version_path is not None)


def _taken_away(project: Project, base: Base) -> Iterator[Path]:
    """What the profile says of the source and files of the team removed, as `null` does."""
    below = project.profile.base.source if project.profile.base is not None else None
    given = base.source
    if below is None or given is None:
        return
    for name in sorted(below.model_fields_set - given.model_fields_set):
        yield "base", "source", Source.model_fields[name].alias or name
    if below.helm is not None and given.helm is not None:
        for name in sorted(below.helm.model_fields_set - given.helm.model_fields_set - _VALUES):
            yield "base", "source", "helm", Helm.model_fields[name].alias or name


def _as_in_profile(project: Project, base: Base) -> bool:
    """For an environment that was built in Python and so has no layers: whether `base` is the profile's own."""
    same_versions = project.settings.versions.get("base") == project.profile.versions.get("base")
    return not project.layers.items and base == project.profile.base and same_versions


def _guards_of_tenants(project: Project) -> Iterator[Path]:
    """What files of the team say about the namespace. What only the profile says is the platform's, as `base` is."""
    given = project.settings.namespace or Namespace()
    below = project.profile.namespace or Namespace()
    for name in _GUARDS:
        value = getattr(given, name)
        if value and value != getattr(below, name):
            yield "namespace", Namespace.model_fields[name].alias or name


def _kubernetes_access_of_tenants(project: Project) -> Iterator[Path]:
    given, below = project.settings.access or Access(), project.profile.access or Access()
    if given.kubernetes and given.kubernetes != below.kubernetes:
        yield "access", "kubernetes"
    if given.cluster_roles != below.cluster_roles:
        yield "access", "clusterRoles"
    for key, role in given.roles.items():
        own = below.roles.get(key, Role())
        if role.kubernetes and (role.kubernetes, role.groups) != (own.kubernetes, own.groups):
            yield "access", "roles", key, "kubernetes"


def _not_with_base(project: Project) -> Iterator[Path]:
    settings = project.settings
    if settings.registries:
        yield ("registries",)
    if settings.namespace is not None and settings.namespace.secrets:
        yield ("namespace", "secrets")
