"""The platform's own manifests (`platformManifests`): they are objects, and each is an object of its own.

Rules about tenants do not apply to them. They may be in any namespace, so their names are compared with those of all
other planned objects: of the environment, of other environments, of Argo CD's namespace and of the cluster.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from argoproject.checks.fleet import claims
from argoproject.checks.manifests.guards import guard_mistakes, limit_range
from argoproject.checks.manifests.kinds import CLUSTER_SCOPED, RBAC, group_kind, shape_problems
from argoproject.checks.manifests.manifests import taken
from argoproject.identity import PLATFORM, Identity
from argoproject.models import Platform
from argoproject.plan.admission import cluster_policies, is_enforceable
from argoproject.plan.helm_secrets import helm_secrets_keys
from argoproject.problems import Problem
from argoproject.project.kinds import fill_manifest
from argoproject.project.model import Project, naming, placeholder_values
from argoproject.tree.documents import data_at
from argoproject.tree.model import Tree
from argoproject.tree.placeholders import PLACEHOLDER_NAMES, fill_placeholders

__all__ = ["check_platform", "check_platform_names"]

_GROUPS = {
    "NetworkPolicy": "networking.k8s.io",
    "Role": RBAC,
    "RoleBinding": RBAC,
    "Application": "argoproj.io",
    "ApplicationSet": "argoproj.io",
    "AppProject": "argoproj.io",
}
"""API groups of the kinds that are planned, where there is one."""

_CLAIMED = {
    "Application": "Application",
    "ApplicationSet": "ApplicationSet",
    "project": "AppProject",
    "repository Secret": "Secret",
}
"""Kinds of what an environment claims in Argo CD's namespace, by the noun of `claims`."""


class _Name(NamedTuple):
    """What addresses an object. The namespace is empty for kinds of the cluster, and for a Namespace."""

    cluster: str
    namespace: str
    group: str
    kind: str
    name: str


class _Owner(NamedTuple):
    """What an object is, and the environment that has it; None for what environments share."""

    what: str
    identity: Identity | None


def check_platform(tree: Tree, _: Platform) -> Iterator[Problem]:
    """Refuse manifests of the platform that are not objects, and guards that the API server would refuse."""
    for document in tree.platform_files.values():
        filled, problems = fill_manifest(document, dict.fromkeys(PLACEHOLDER_NAMES, "x"))
        yield from problems
        if not problems:
            shape = list(shape_problems(filled))
            yield from document.problems(shape, () if shape else guard_mistakes(filled))


def check_platform_names(tree: Tree, projects: Sequence[Project]) -> Iterator[Problem]:
    """Refuse manifests of the platform that would replace other planned objects, or those of another environment.

    Each is reported for the first environment only.

    Example:
        A NetworkPolicy `default-deny` without a namespace would replace the guard of every environment of the profile.
        A ConfigMap `backup` in the namespace `velero` would be created by each of them: `${project}-backup` is unique.
    """
    adding = [it for it in projects if it.profile.platform_manifests and it.settings.base is None]
    planned = _planned(tree, projects) if adding else {}
    reported: set[tuple[str, int]] = set()
    for project in adding:
        yield from _above_quota(tree, project)
        for index, name in _manifests(tree, project):
            own = _Owner(f"{_SAME} platformManifests[{index}]", project.identity)
            owner = planned.setdefault(name, own)
            if (name.group, name.kind) == (RBAC, "RoleBinding") and name.name.startswith("access-"):
                of = planned.get(_Name(name.cluster, "", "", "Namespace", name.namespace))
                owner = _Owner("what `access` gives", of.identity) if of else owner
            if owner is own or (project.profile_name, index) in reported:
                continue
            what, code, remedy = owner.what, "manifest-taken", "choose another name"
            twice = what.startswith(_SAME)
            if twice and owner.identity == project.identity:
                code = "platform-manifest-twice"
                remedy = "keep one, or give one another name or namespace"
            elif twice:
                what = f"{_SAME} {owner.identity}"
                remedy = "write a placeholder into the name, for example ${project}"
            elif owner.identity not in (None, project.identity):
                what = f"{what} in {owner.identity}"
            reported.add((project.profile_name, index))
            yield tree.platform_document.problem(
                path=("profiles", project.profile_name, "platformManifests", index),
                code=code,
                message=f"in {project.identity}: the {name.kind} {name.name} is {what}",
                remedy=remedy,
            )


def _above_quota(tree: Tree, project: Project) -> Iterator[Problem]:
    """Refuse LimitRanges of the platform that contradict the quotas of an environment's namespace."""
    for item in project.profile.platform_manifests:
        document = tree.platform_files.get(item.file)
        own = item.namespace in (None, project.names.namespace)
        if document is None or not own or group_kind(document.data) != ("", "LimitRange"):
            continue
        spec = document.data.get("spec")
        alone = list(limit_range(spec))
        found = (it for it in limit_range(spec, project.namespace_settings) if it not in alone)
        for problem in document.problems(found):
            yield naming(project.identity, problem)


_SAME = "the same object as that of"


def _manifests(tree: Tree, project: Project) -> Iterator[tuple[int, _Name]]:
    """The names of the manifests that the platform adds to an environment, with their place in the profile."""
    values = placeholder_values(project.identity, project.names)
    for index, item in enumerate(project.profile.platform_manifests):
        document = tree.platform_files.get(item.file)
        metadata = data_at(document.data, ("metadata",)) if document else None
        if document is None or not isinstance(metadata, Mapping):
            continue
        if not {"apiVersion", "kind"} <= document.data.keys():
            continue
        filled = fill_placeholders(dict(metadata), values)
        kind = group_kind(document.data)
        namespace = filled.get("namespace") or item.namespace or project.names.namespace
        where = "" if kind in CLUSTER_SCOPED else str(namespace)
        yield index, _Name(project.identity.cluster, where, *kind, str(filled.get("name")))


def _planned(tree: Tree, projects: Sequence[Project]) -> dict[_Name, _Owner]:
    """All planned objects, without those of platformManifests."""
    found: dict[_Name, _Owner] = {}
    argocd = projects[0].platform.argocd
    for project in projects:
        for (_, noun, name), _path in claims(project):
            if noun != "namespace":
                kind = _CLAIMED[noun]
                key = _Name(argocd.cluster, argocd.namespace, _GROUPS.get(kind, ""), kind, name)
                found[key] = _Owner(f"the {noun} that is planned", project.identity)
        if project.settings.base is None:
            for key, what in _in_namespace(project):
                found[key] = _Owner(what, project.identity)
    platform = tree.platform
    if platform is not None:
        clusters = [name for name in platform.clusters if is_enforceable(platform, name)]
        policies = (item for it in cluster_policies(platform, clusters) for item in it.objects)
        keys = helm_secrets_keys(platform, (*platform.teams, PLATFORM))
        for item in (*policies, *keys):
            key = _Name(item.cluster, item.namespace or "", item.group, item.kind, item.name)
            found[key] = _Owner("one that environments share", None)
    return found


def _in_namespace(project: Project) -> Iterator[tuple[_Name, str]]:
    """The objects of an environment's namespace, with what they are. Bindings of `access` are known by their names."""
    settings, names = project.namespace_settings, project.namespace_settings.object_names
    where = (project.identity.cluster, project.names.namespace)
    for (kind, name), what in taken(project).items():
        yield _Name(*where, _GROUPS.get(kind, ""), kind, name), what
    namespace = _Name(where[0], "", "", "Namespace", where[1])
    yield namespace, "the namespace of the environment"
    if settings.quota is not None:
        yield _Name(*where, "", "ResourceQuota", names.quota), "the quota of the platform"
    for key in settings.quotas:
        yield _Name(*where, "", "ResourceQuota", names.quotas.get(key, key)), f"the quota {key}"
    if settings.limits is not None:
        yield _Name(*where, "", "LimitRange", names.limits), "the limits of the platform"
    for item in project.manifests:
        name = str(data_at(item.data, ("metadata", "name")))
        yield _Name(*where, *group_kind(item.data), name), f"that of {item.document.file}"
