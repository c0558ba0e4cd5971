"""What an extra manifest may contain: Secrets, Services, Roles and RoleBindings, and values that look like secrets.

Kubernetes lets a user grant only the rights that the user has. Pulumi applies extra manifests and has all rights, so
this protection does not work for them. The rules about roles take its place: no role beyond the guardrail, only
accounts of the namespace, no wildcards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from argoproject.checks.manifests.shape import RBAC, Found, group_kind
from argoproject.checks.secrets.uses import allowed_in_clear
from argoproject.problems import Mistake
from argoproject.project.model import ExtraManifest, Project
from argoproject.secrets.detection import found
from argoproject.secrets.file import is_encrypted
from argoproject.tree.documents import data_at, list_at
from argoproject.yamlfile.reader import path_text

__all__ = ["binding", "clear_values", "role", "secret", "service"]

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
    for path in found(item.data):
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
        mistake = Mistake(
            code="service-external-ips",
            message="a Service with externalIPs takes traffic that is meant for others",
            remedy="remove them, and let traffic come in through an Ingress or a load balancer",
        )
        yield ("spec", "externalIPs"), mistake
    name = str(spec.get("externalName", "")).rstrip(".").lower()
    parts = name.removesuffix(".cluster.local").split(".")
    inside = "." not in name or name.endswith(".cluster.local") or parts[-1] == "svc"
    own = parts[1:] == [project.names.namespace, "svc"]
    if spec.get("type") == "ExternalName" and inside and not own:
        mistake = Mistake(
            code="service-external-name",
            message=f"the Service leads into the cluster, not to a name outside: {name or 'nothing'}",
            remedy="name a host outside the cluster; within the namespace use the other Service itself",
        )
        yield ("spec", "externalName"), mistake


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
