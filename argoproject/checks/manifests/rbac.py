"""Roles and RoleBindings among the extra manifests. Pulumi applies them with rights that their author lacks.

Kubernetes lets a user grant only what the user has. Pulumi has everything, so this protection does not apply here.
These rules take its place: no role beyond the guardrail, only accounts of the namespace, no wildcards.
"""

from __future__ import annotations

import re

from argoproject.checks.manifests.shape import RBAC, Found, group_kind
from argoproject.problems import Mistake
from argoproject.project.model import ExtraManifest, Project
from argoproject.tree.documents import data_at, list_at

__all__ = ["binding", "role"]

_GUARDS = frozenset({"limitranges", "networkpolicies", "resourcequotas"})
_READING = frozenset({"get", "list", "watch"})
_ESCALATING = re.compile(r"bind|escalate|impersonate.*")
"""Kubernetes 1.36 has verbs such as `impersonate:serviceaccount` in addition to `impersonate`."""


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
