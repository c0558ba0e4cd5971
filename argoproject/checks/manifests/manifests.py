"""Extra manifests: objects that Pulumi applies for a tenant, who must not reach past the namespace and its guards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.checks.manifests.admitted import admitted, not_admitted
from argoproject.checks.manifests.kinds import CLUSTER_SCOPED, ORDINARY, is_kind_of_programs
from argoproject.checks.manifests.rbac import rbac_problems
from argoproject.checks.manifests.shape import Found, shape_problems
from argoproject.checks.secrets.inline import allowed_in_clear
from argoproject.models import AllowanceKind, Platform, TenantKinds
from argoproject.problems import Mistake, Problem
from argoproject.project.impersonation import impersonation
from argoproject.project.kinds import ALWAYS_DENIED, STRICTLY_DENIED
from argoproject.project.manifests import fill_manifest
from argoproject.project.model import ExtraManifest, Project
from argoproject.secrets.detection import found
from argoproject.secrets.file import is_encrypted
from argoproject.tree import placeholders
from argoproject.tree.documents import data_at
from argoproject.tree.model import Tree
from argoproject.yamlfile.reader import Document, Path, path_text

__all__ = ["check", "check_platform"]

_RESERVED_PREFIXES = ("pulumi.com/", "argocd.argoproj.io/")
_SERVER_FIELDS = (
    "creationTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
)
_PLATFORM = "ask the platform team, who can add it as one of a profile's platformManifests"

_INSTEAD = dict.fromkeys(("Endpoints", "EndpointSlice"), "let a Service select its pods")


def check(project: Project) -> Iterator[Problem]:
    """All rules about an environment's extra manifests."""
    if not project.manifests:
        return
    taken = _taken(project)
    seen: dict[tuple[str, str], str] = {}
    for item in project.manifests:
        document = item.document
        for path, mistake in _problems(project, item, taken):
            yield Problem(
                position=document.position(path),
                path=path_text(path),
                **mistake._asdict(),
            )
        yield from _check_twice(document, item.data, seen)


def _problems(project: Project, item: ExtraManifest, taken: Mapping[tuple[str, str], str]) -> Found:
    manifest = item.data
    if item.secret is not None and any(
        map(is_encrypted, (manifest.get("kind"), manifest.get("apiVersion")))
    ):
        return  # encrypted as a whole, which is said once
    shape = list(shape_problems(manifest))
    if shape:
        yield from shape
        return
    group = str(manifest["apiVersion"]).rpartition("/")[0]
    yield from _in_kind(project, group, manifest["kind"])
    yield from _in_metadata(project, manifest["metadata"])
    yield from _in_content(project, group, item)
    yield from rbac_problems(project, group, manifest)
    if (limits := admitted(project)) is not None:
        yield from not_admitted(limits, group, manifest)
    name = manifest["metadata"]["name"]
    what = taken.get((manifest["kind"], name))
    if manifest["kind"] == "RoleBinding" and name.startswith("access-"):
        what = "what `access` gives"
    if what:
        message = f"{name} is the name of {what}"
        yield (
            ("metadata", "name"),
            Mistake(code="manifest-taken", message=message, remedy="choose another name"),
        )


def _in_kind(project: Project, group: str, kind: str) -> Found:
    shown = f"{group}/{kind}" if group else kind
    if is_kind_of_programs(group, kind):
        message = f"{shown} is no kind of Kubernetes: programs like Pulumi act on it themselves"
        yield (
            ("kind",),
            Mistake(
                code="manifest-kind-reserved",
                message=message,
                remedy="deploy it with an Application",
            ),
        )
    elif (group, kind) in CLUSTER_SCOPED:
        message = f"{shown} stands in no namespace: it would concern the whole cluster"
        yield ("kind",), Mistake(code="manifest-cluster-scoped", message=message, remedy=_PLATFORM)
    elif (group, kind) in ALWAYS_DENIED:
        message = f"{shown} is a guard, or a kind of Argo CD's own: tenants never make it"
        remedy = "use the settings of project.yaml (namespace, applications), or remove the file"
        yield ("kind",), Mistake(code="manifest-denied", message=message, remedy=remedy)
    elif (group, kind) in STRICTLY_DENIED and (
        project.settings.tenant_kinds is not TenantKinds.STANDARD
    ):
        message = f"{shown} is denied where tenantKinds is strict"
        instead = _INSTEAD.get(kind, "use namespace.networkPolicies or access.kubernetes")
        remedy = f"{instead}, or {_PLATFORM}"
        yield ("kind",), Mistake(code="manifest-denied", message=message, remedy=remedy)
    elif (group, kind) not in ORDINARY and not _allowed(project, shown):
        message = f"{shown} is none of the kinds that every tenant may have as an extra manifest"
        remedy = (
            f"deploy it with an Application, add {{kind: namespaceResource, value: {shown}, reason: …}} to `allow`, "
            f"or {_PLATFORM}"
        )
        yield ("kind",), Mistake(code="manifest-kind-not-allowed", message=message, remedy=remedy)


def _allowed(project: Project, shown: str) -> bool:
    """Whether `allow` names the kind. What has expired warns and never takes an object away."""
    return any(
        item.kind is AllowanceKind.NAMESPACE_RESOURCE and item.value.removeprefix("/") == shown
        for item in project.settings.allow
    )


def _in_metadata(project: Project, metadata: Mapping[str, Any]) -> Found:
    namespace = metadata.get("namespace")
    own = project.names.namespace
    if namespace is not None and namespace != own:
        message = f"the namespace is not the environment's own, {own}"
        remedy = "leave it out, or write `${namespace}`"
        yield (
            ("metadata", "namespace"),
            Mistake(code="manifest-namespace", message=message, remedy=remedy),
        )
    for key in ("ownerReferences", "finalizers", "generateName", *_SERVER_FIELDS):
        if key in metadata:
            message = f"metadata.{key} is written by the cluster and its controllers"
            yield (
                ("metadata", key),
                Mistake(code="manifest-server-field", message=message, remedy="remove it"),
            )
    for key in ("annotations", "labels"):
        entries = metadata.get(key)
        for name in entries if isinstance(entries, Mapping) else ():
            if str(name).startswith(_RESERVED_PREFIXES):
                message = f"{name} steers Pulumi or Argo CD themselves"
                path: Path = ("metadata", key, name)
                yield (
                    path,
                    Mistake(code="manifest-reserved-key", message=message, remedy="remove it"),
                )


def _in_content(project: Project, group: str, item: ExtraManifest) -> Found:
    manifest = item.data
    if "status" in manifest:
        message = "status is written by the cluster and its controllers"
        yield (
            ("status",),
            Mistake(code="manifest-server-field", message=message, remedy="remove it"),
        )
    if (group, manifest["kind"]) == ("", "Secret"):
        yield from _in_secret(manifest, encrypted=item.secret is not None)
    else:
        yield from _in_clear(project, item)
    if (group, manifest["kind"]) == ("", "Service"):
        yield from _in_service(project, manifest.get("spec"))


def _in_service(project: Project, spec: Any) -> Found:
    """Traffic that would be led away from others, or into their namespaces past the network policies.

    Source: CVE-2020-8554 (externalIPs); an ingress controller follows an ExternalName with its own rights to connect.
    """
    spec = spec if isinstance(spec, Mapping) else {}
    if spec.get("externalIPs"):
        message = "a Service with externalIPs takes traffic that is meant for others"
        remedy = "remove them: what comes in comes through an Ingress or a load balancer"
        yield (
            ("spec", "externalIPs"),
            Mistake(code="service-external-ips", message=message, remedy=remedy),
        )
    name = str(spec.get("externalName", "")).rstrip(".").lower()
    parts = name.removesuffix(".cluster.local").split(".")
    inside = "." not in name or name.endswith(".cluster.local") or parts[-1] == "svc"
    if (
        spec.get("type") == "ExternalName"
        and inside
        and parts[1:] != [project.names.namespace, "svc"]
    ):
        message = f"the Service leads into the cluster, not to a name outside: {name or 'nothing'}"
        remedy = (
            "name a host outside the cluster; within the namespace use the other Service itself"
        )
        yield (
            ("spec", "externalName"),
            Mistake(code="service-external-name", message=message, remedy=remedy),
        )


def _in_clear(project: Project, item: ExtraManifest) -> Found:
    """Values that look like secrets in a ConfigMap or in the environment of a workload."""
    allowed = allowed_in_clear(project)
    file = item.document.file.rpartition("/")[2]
    for path in found(item.data):
        place = f"manifests/{file}:{path_text(path)}"
        if place not in allowed:
            message = "this looks like a secret, and stands in Git in clear"
            remedy = (
                "put it into secrets/, name it in namespace.secrets, and refer to that Secret; "
                f"if it is none: allow: [{{kind: inlineSecret, value: {place!r}, reason: …}}]"
            )
            yield path, Mistake(code="inline-secret", message=message, remedy=remedy)


def _in_secret(manifest: Mapping[str, Any], *, encrypted: bool) -> Found:
    """Every value is encrypted. What else is wrong with an encrypted file is said once, not by each environment."""
    for key in ("data", "stringData"):
        data = manifest.get(key) or {}
        if not isinstance(data, Mapping):
            message, remedy = f"{key} is no mapping", "write keys and values"
            yield (key,), Mistake(code="manifest-secret", message=message, remedy=remedy)
        elif not all((encrypted and is_encrypted(value)) or value == "" for value in data.values()):
            remedy = (
                "put the values into secrets/ and name them in namespace.secrets, or encrypt the file with sops "
                "(encrypted_regex: ^(data|stringData)$); if Git has seen them, replace them where they are valid"
            )
            yield (
                (key,),
                Mistake(code="manifest-clear-secret", message="a Secret in clear", remedy=remedy),
            )
    if manifest.get("type") == "kubernetes.io/service-account-token":
        message = "Kubernetes would write a token of a ServiceAccount into the Secret, which never expires"
        remedy = "let pods mount their account's token, or request one that expires"
        yield ("type",), Mistake(code="manifest-secret-type", message=message, remedy=remedy)


def _check_twice(
    document: Document, manifest: Mapping[str, Any], seen: dict[tuple[str, str], str]
) -> Iterator[Problem]:
    """Two files for one object. The API group is left out: the plan calls objects by kind and name."""
    metadata = manifest.get("metadata")
    if not isinstance(metadata, Mapping):
        return
    kind, name = str(manifest.get("kind")), str(metadata.get("name"))
    first = seen.setdefault((kind.lower(), name), document.file)
    if first != document.file:
        message = f"{first} has a {kind} {name} as well"
        path: Path = ("metadata", "name")
        remedy = "remove one, or rename it"
        yield Problem(
            position=document.position(path),
            path=path_text(path),
            code="manifest-twice",
            message=message,
            remedy=remedy,
        )


def check_platform(tree: Tree, platform: Platform) -> Iterator[Problem]:
    """Refuse manifests of the platform that are not objects, and two of one profile that are the same object."""
    for document in tree.platform_files.values():
        filled, problems = fill_manifest(document, dict.fromkeys(placeholders.NAMES, "x"))
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


def _taken(project: Project) -> dict[tuple[str, str], str]:
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
        for secret in settings.namespace.secrets:
            taken["Secret", secret] = "a Secret of namespace.secrets"
    return taken
