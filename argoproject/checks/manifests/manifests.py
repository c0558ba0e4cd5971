"""Extra manifests: objects that Pulumi applies for a tenant, who must not reach beyond the namespace and its guards.

A rule takes the environment and one manifest of valid shape, and gives the mistakes in it with their places.

Kubernetes lets a user grant only the rights that the user has. Pulumi applies extra manifests and has all rights, so
this protection does not work for them. The rules about roles take its place: no role beyond the guardrail, only
accounts of the namespace, no wildcards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from argoproject.checks.manifests.admitted import admitted, not_admitted
from argoproject.checks.manifests.guards import guard_mistakes
from argoproject.checks.manifests.kinds import RBAC, group_kind, permitted_kind, shape_problems
from argoproject.checks.secrets.uses import allowed_in_clear
from argoproject.problems import Mistake, Problem
from argoproject.project.impersonation import impersonation
from argoproject.project.kinds import ALWAYS_DENIED
from argoproject.project.model import ExtraManifest, Found, Project, once
from argoproject.secrets.detection import secret_paths
from argoproject.secrets.file import is_encrypted
from argoproject.tree.documents import data_at, list_at
from argoproject.yamlfile.reader import DataPath, path_text

__all__ = [
    "binding",
    "check",
    "clear_values",
    "role",
    "secret",
    "service",
    "taken",
]

_GUARDS = frozenset({"limitranges", "networkpolicies", "resourcequotas"})
_READING = frozenset({"get", "list", "watch"})
_ESCALATING = re.compile(r"bind|escalate|impersonate.*")
"""Kubernetes 1.36 has verbs such as `impersonate:serviceaccount` in addition to `impersonate`."""


def secret(_: Project, item: ExtraManifest) -> Found:
    """Refuse values of a Secret in clear, and tokens that do not expire.

    Other mistakes in an encrypted file are reported once, not by each environment.
    Source of the last: Kubernetes, "Managing Service Accounts", "Manual Secret management for ServiceAccounts".
    """
    if group_kind(item.data) != ("", "Secret"):
        return
    encrypted = item.secret is not None
    for key in ("data", "stringData"):
        data = item.data.get(key) or {}
        if not isinstance(data, Mapping):
            message, remedy = f"{key} is not a mapping", "write keys and values"
            yield (key,), Mistake(code="manifest-secret", message=message, remedy=remedy)
        elif not all((encrypted and is_encrypted(value)) or value == "" for value in data.values()):
            remedy = (
                "put the values into secrets/ and name them in namespace.secrets, or encrypt the file with sops "
                "(encrypted_regex: ^(data|stringData)$); if Git has seen them, replace them where they are valid"
            )
            message = "a Secret in clear"
            yield (key,), Mistake(code="manifest-clear-secret", message=message, remedy=remedy)
    if item.data.get("type") == "kubernetes.io/service-account-token":
        message = "Kubernetes would write a token of a ServiceAccount into the Secret, which never expires"
        remedy = "let pods mount their account's token, or request one that expires"
        yield ("type",), Mistake(code="manifest-secret-type", message=message, remedy=remedy)


def clear_values(project: Project, item: ExtraManifest) -> Found:
    """Refuse values that look like secrets, for example in a ConfigMap or in the environment of a workload."""
    if group_kind(item.data) == ("", "Secret"):
        return
    allowed = allowed_in_clear(project)
    file = item.document.file.rpartition("/")[2]
    for path in secret_paths(item.data):
        place = f"manifests/{file}:{path_text(path)}"
        if place not in allowed:
            message = "this looks like a secret, and is in Git in clear"
            remedy = (
                "put it into secrets/, name it in namespace.secrets, and refer to that Secret; "
                f"if it is none: allow: [{{kind: inlineSecret, value: {place!r}, reason: …}}]"
            )
            yield path, Mistake(code="inline-secret", message=message, remedy=remedy)


def service(project: Project, item: ExtraManifest) -> Found:
    """Refuse Services that take traffic of others, or lead into other namespaces past the network policies.

    An ExternalName is accepted if it is outside the cluster, or a Service of the own namespace:

        db.example.org                            accepted
        db.blue-shop-prod.svc.cluster.local       accepted in the namespace blue-shop-prod
        db.green-shop-prod.svc.cluster.local      refused
        kubernetes                                refused: DNS completes it inside the cluster

    Source: CVE-2020-8554 (externalIPs). An ingress controller follows an ExternalName with its own rights to connect.
    """
    spec = item.data.get("spec")
    if group_kind(item.data) != ("", "Service") or not isinstance(spec, Mapping):
        return
    if spec.get("externalIPs"):
        message = "a Service with externalIPs takes traffic that is meant for others"
        remedy = "remove them, and let traffic come in through an Ingress or a load balancer"
        mistake = Mistake(code="service-external-ips", message=message, remedy=remedy)
        yield ("spec", "externalIPs"), mistake
    name = str(spec.get("externalName", "")).rstrip(".").lower()
    parts = name.removesuffix(".cluster.local").split(".")
    inside = "." not in name or name.endswith(".cluster.local") or parts[-1] == "svc"
    own = parts[1:] == [project.names.namespace, "svc"]
    if spec.get("type") == "ExternalName" and inside and not own:
        message = f"the Service leads into the cluster, not to a name outside: {name or 'nothing'}"
        remedy = (
            "name a host outside the cluster; within the namespace use the other Service itself"
        )
        mistake = Mistake(code="service-external-name", message=message, remedy=remedy)
        yield ("spec", "externalName"), mistake


def guard(_: Project, item: ExtraManifest) -> Found:
    """Refuse NetworkPolicies that the API server would refuse or read otherwise, like those of platform.yaml."""
    if group_kind(item.data) not in ALWAYS_DENIED:
        yield from guard_mistakes(item.data)


def role(_: Project, item: ExtraManifest) -> Found:
    """Refuse wildcards in a Role, verbs that give other rights, and rights to change the guards of the namespace.

    Source: Kubernetes, "Role Based Access Control Good Practices", "Privilege escalation risks".
    """
    if group_kind(item.data) != (RBAC, "Role"):
        return
    for index, rule in enumerate(list_at(item.data, ("rules",))):
        verbs = set(map(str, list_at(rule, ("verbs",))))
        for key in ("apiGroups", "resources", "verbs"):
            if "*" in list_at(rule, (key,)):
                message = "a Role with `*` permits what nobody has reviewed"
                remedy = "name each of them"
                mistake = Mistake(code="role-wildcard", message=message, remedy=remedy)
                yield ("rules", index, key), mistake
        for verb in sorted(filter(_ESCALATING.fullmatch, verbs)):
            message = f"the verb {verb} lets its holder get every other right"
            mistake = Mistake(code="role-escalation", message=message, remedy="remove it")
            yield ("rules", index, "verbs"), mistake
        if verbs <= _READING:
            continue
        named = {str(it).partition("/")[0].lower() for it in list_at(rule, ("resources",))}
        for resource in sorted(_GUARDS & named):
            message = f"{resource} are guards of the namespace: with this Role they could be lifted"
            remedy = "remove them, or write a rule for them with the verbs get, list, watch"
            mistake = Mistake(code="role-guards", message=message, remedy=remedy)
            yield ("rules", index, "resources"), mistake


def binding(project: Project, item: ExtraManifest) -> Found:
    """Refuse a RoleBinding to a ClusterRole that the guardrail does not list, and subjects other than own accounts."""
    if group_kind(item.data) != (RBAC, "RoleBinding"):
        return
    known = project.guardrails.cluster_roles
    permitted = ("view",) if known is None else known
    if data_at(item.data, ("roleRef", "kind")) == "ClusterRole":
        name = str(data_at(item.data, ("roleRef", "name")))
        if name not in permitted:
            message = f"the team may not give the ClusterRole {name}"
            remedy = f"use {', '.join(permitted)}, or a Role; or ask the platform team for the guardrail clusterRoles"
            yield ("roleRef", "name"), Mistake(code="binding-role", message=message, remedy=remedy)
    for index, subject in enumerate(list_at(item.data, ("subjects",))):
        namespace = data_at(subject, ("namespace",))
        if data_at(subject, ("kind",)) != "ServiceAccount":
            message = "an extra manifest binds only ServiceAccounts"
            remedy = "give people their rights through `access`"
            mistake = Mistake(code="binding-subject", message=message, remedy=remedy)
            yield ("subjects", index), mistake
        elif namespace not in (None, project.names.namespace):
            message = "the ServiceAccount is of another namespace"
            remedy = f"write `namespace: {project.names.namespace}`"
            mistake = Mistake(code="binding-subject", message=message, remedy=remedy)
            yield ("subjects", index, "namespace"), mistake


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
        yield from item.document.problems(_mistakes(project, item), _twice(item, seen))


def _mistakes(project: Project, item: ExtraManifest) -> Found:
    manifest = item.data
    whole = map(is_encrypted, (manifest.get("kind"), manifest.get("apiVersion")))
    if item.secret is not None and any(whole):
        return  # the file is encrypted as a whole, which is reported once for all environments
    shape = list(shape_problems(manifest))
    yield from shape
    for rule in () if shape else RULES:
        yield from rule(project, item)


def _twice(item: ExtraManifest, seen: dict[tuple[str, str], str]) -> Found:
    """Refuse a second file for one object. The API group is ignored: the plan names objects by kind and name."""
    metadata = item.data.get("metadata")
    if not isinstance(metadata, Mapping):
        return
    kind, name = str(item.data.get("kind")), str(metadata.get("name"))
    first = seen.setdefault((kind.lower(), name), item.document.file)
    if first != item.document.file:
        message, remedy = f"{first} has a {kind} {name} as well", "remove one, or rename it"
        mistake = Mistake(code="manifest-twice", message=message, remedy=remedy)
        yield ("metadata", "name"), mistake


def own_namespace(project: Project, item: ExtraManifest) -> Found:
    """Refuse objects in another namespace."""
    own = project.names.namespace
    given = item.data["metadata"].get("namespace")
    if given is not None and given != own:
        message = f"the namespace is not the environment's own, {own}"
        remedy = "leave it out, or write `${namespace}`"
        mistake = Mistake(code="manifest-namespace", message=message, remedy=remedy)
        yield ("metadata", "namespace"), mistake


def server_fields(_: Project, item: ExtraManifest) -> Found:
    """Refuse fields that the cluster and its controllers write.

    `ownerReferences` and `finalizers` would decide when an object is deleted; with `generateName` every deployment
    would create one more.
    """
    paths: list[DataPath] = [
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
    owner = taken(project).get((kind, name))
    if kind == "RoleBinding" and name.startswith("access-"):
        owner = "what `access` gives"
    if owner:
        message = f"{name} is the name of {owner}"
        mistake = Mistake(code="manifest-taken", message=message, remedy="choose another name")
        yield ("metadata", "name"), mistake


@once
def taken(project: Project) -> Mapping[tuple[str, str], str]:
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
    for policy in project.namespace_settings.network_policies:
        name = project.namespace_settings.object_names.policy(policy)
        taken["NetworkPolicy", name] = "a network policy of the platform"
    for name in project.namespace_settings.secrets:
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
    guard,
    role,
    binding,
    admission,
    taken_name,
)
