"""Extra manifests: objects that Pulumi applies for a tenant, who must not reach beyond the namespace and its guards.

A rule takes the environment and one manifest of valid shape, and gives the mistakes in it with their places.
The platform's own manifests are checked here as well: they only have to be objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from argoproject.checks.manifests.admitted import admitted, not_admitted
from argoproject.checks.manifests.content import binding, clear_values, role, secret, service
from argoproject.checks.manifests.kinds import permitted_kind
from argoproject.checks.manifests.shape import Found, group_kind, shape_problems
from argoproject.models import Platform
from argoproject.problems import Mistake, Problem
from argoproject.project.impersonation import impersonation
from argoproject.project.kinds import fill_manifest
from argoproject.project.model import ExtraManifest, Project, once
from argoproject.secrets.file import is_encrypted
from argoproject.tree.documents import PLACEHOLDER_NAMES, data_at
from argoproject.tree.model import Tree
from argoproject.yamlfile.reader import Path, path_text

__all__ = ["check", "check_platform"]

_RESERVED_PREFIXES = ("pulumi.com/", "argocd.argoproj.io/")
_SERVER_FIELDS = (
    "ownerReferences",
    "finalizers",
    "generateName",
    "creationTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
)


def check(project: Project) -> Iterator[Problem]:
    """Refuse extra manifests that are not objects, that reach beyond the namespace, or that another file has."""
    seen: dict[tuple[str, str], str] = {}
    for item in project.manifests:
        for path, mistake in _mistakes(project, item):
            yield item.document.problem(path=path, **mistake._asdict())
        yield from _twice(item, seen)


def _mistakes(project: Project, item: ExtraManifest) -> Found:
    manifest = item.data
    whole = map(is_encrypted, (manifest.get("kind"), manifest.get("apiVersion")))
    if item.secret is not None and any(whole):
        return  # the file is encrypted as a whole, which is reported once for all environments
    shape = list(shape_problems(manifest))
    yield from shape
    for rule in () if shape else RULES:
        yield from rule(project, item)


def _twice(item: ExtraManifest, seen: dict[tuple[str, str], str]) -> Iterator[Problem]:
    """Refuse a second file for one object. The API group is ignored: the plan names objects by kind and name."""
    metadata = item.data.get("metadata")
    if not isinstance(metadata, Mapping):
        return
    kind, name = str(item.data.get("kind")), str(metadata.get("name"))
    first = seen.setdefault((kind.lower(), name), item.document.file)
    if first != item.document.file:
        yield item.document.problem(
            path=("metadata", "name"),
            code="manifest-twice",
            message=f"{first} has a {kind} {name} as well",
            remedy="remove one, or rename it",
        )


def own_namespace(project: Project, item: ExtraManifest) -> Found:
    """Refuse objects in another namespace."""
    own = project.names.namespace
    given = item.data["metadata"].get("namespace")
    if given is not None and given != own:
        message = f"the namespace is not the environment's own, {own}"
        mistake = Mistake(
            code="manifest-namespace",
            message=message,
            remedy="leave it out, or write `${namespace}`",
        )
        yield ("metadata", "namespace"), mistake


def server_fields(_: Project, item: ExtraManifest) -> Found:
    """Refuse fields that the cluster and its controllers write.

    `ownerReferences` and `finalizers` would decide when an object is deleted; with `generateName` every deployment
    would create one more.
    """
    paths: list[Path] = [
        ("metadata", key) for key in _SERVER_FIELDS if key in item.data["metadata"]
    ]
    if "status" in item.data:
        paths.append(("status",))
    for path in paths:
        message = f"{path_text(path)} is written by the cluster and its controllers"
        yield path, Mistake(code="manifest-server-field", message=message, remedy="remove it")


def reserved_keys(_: Project, item: ExtraManifest) -> Found:
    """Refuse annotations and labels by which Pulumi and Argo CD are controlled, such as `pulumi.com/patchForce`."""
    for key in ("annotations", "labels"):
        for name in item.data["metadata"].get(key) or ():
            if str(name).startswith(_RESERVED_PREFIXES):
                message = f"{name} controls Pulumi or Argo CD themselves"
                mistake = Mistake(code="manifest-reserved-key", message=message, remedy="remove it")
                yield ("metadata", key, name), mistake


def admission(project: Project, item: ExtraManifest) -> Found:
    """Refuse what the cluster's admission policies would refuse."""
    limits = admitted(project)
    if limits is not None:
        yield from not_admitted(limits, group_kind(item.data)[0], item.data)


def taken_name(project: Project, item: ExtraManifest) -> Found:
    """Refuse names of objects that Kubernetes or the plan create in the namespace."""
    kind, name = item.data["kind"], item.data["metadata"]["name"]
    owner = _taken(project).get((kind, name))
    if kind == "RoleBinding" and name.startswith("access-"):
        owner = "what `access` gives"
    if owner:
        message = f"{name} is the name of {owner}"
        mistake = Mistake(code="manifest-taken", message=message, remedy="choose another name")
        yield ("metadata", "name"), mistake


@once
def _taken(project: Project) -> Mapping[tuple[str, str], str]:
    """Objects that the environment has already, by kind and name, with what they are."""
    settings = project.settings
    taken = {("ServiceAccount", "default"): "the account that every namespace has"}
    syncs = impersonation(project)
    if syncs is not None:
        account = syncs.service_account
        taken["ServiceAccount", account] = "the account of Argo CD's syncs"
        taken["RoleBinding", account] = "the rights of Argo CD's syncs"
        if syncs.cluster_role is None:
            taken["Role", account] = "the rights of Argo CD's syncs"
    for key, registry in settings.registries.items():
        taken["Secret", registry.secret_name or f"pull-{key}"] = f"the pull Secret of {key}"
    if settings.namespace is not None:
        for policy in settings.namespace.network_policies:
            taken["NetworkPolicy", policy] = "a network policy of the platform"
        for name in settings.namespace.secrets:
            taken["Secret", name] = "a Secret of namespace.secrets"
    return taken


RULES: tuple[Callable[[Project, ExtraManifest], Found], ...] = (
    permitted_kind,
    own_namespace,
    server_fields,
    reserved_keys,
    secret,
    clear_values,
    service,
    role,
    binding,
    admission,
    taken_name,
)


def check_platform(tree: Tree, platform: Platform) -> Iterator[Problem]:
    """Refuse manifests of the platform that are not objects, and two of one profile that are the same object."""
    for document in tree.platform_files.values():
        filled, problems = fill_manifest(document, dict.fromkeys(PLACEHOLDER_NAMES, "x"))
        yield from problems
        for path, mistake in () if problems else shape_problems(filled):
            yield document.problem(path=path, **mistake._asdict())
    for profile, settings in platform.profiles.items():
        seen: dict[tuple[str, ...], int] = {}
        for index, item in enumerate(settings.platform_manifests):
            if item.file not in tree.platform_files:
                continue
            data = tree.platform_files[item.file].data
            group = str(data_at(data, ("apiVersion",))).rpartition("/")[0]
            kind, name = data_at(data, ("kind",)), data_at(data, ("metadata", "name"))
            namespace = data_at(data, ("metadata", "namespace")) or item.namespace
            first = seen.setdefault((group, str(kind), str(namespace), str(name)), index)
            if first != index:
                yield tree.platform_document.problem(
                    path=("profiles", profile, "platformManifests", index),
                    code="platform-manifest-twice",
                    message=f"the {kind} {name} is the same object as that of platformManifests[{first}]",
                    remedy="keep one, or give one another name or namespace",
                )
