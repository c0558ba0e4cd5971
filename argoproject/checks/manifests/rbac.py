"""Roles among the extra manifests. Pulumi applies them with rights that their author lacks.

Kubernetes lets nobody grant more than they have; Pulumi has everything, so this protection does not work here and
its place is taken by rules: no role beyond the guardrail, nobody but accounts of the namespace, no wildcards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.problems import Mistake
from argoproject.project.model import Project
from argoproject.tree.documents import list_at
from argoproject.yamlfile.reader import Path

__all__ = ["rbac_problems"]

_GROUP = "rbac.authorization.k8s.io"
_GUARDS = frozenset({"limitranges", "networkpolicies", "resourcequotas"})
_READING = frozenset({"get", "list", "watch"})
_ESCALATING = re.compile(r"bind|escalate|impersonate.*")
"""Kubernetes 1.36 has `impersonate:serviceaccount` and more beside `impersonate`."""


def rbac_problems(
    project: Project, group: str, manifest: Mapping[str, Any]
) -> Iterator[tuple[Path, Mistake]]:
    """What is wrong with a Role or a RoleBinding."""
    if group != _GROUP:
        return
    if manifest["kind"] == "Role":
        yield from _in_role(manifest)
    elif manifest["kind"] == "RoleBinding":
        yield from _in_binding(project, manifest)


def _in_role(manifest: Mapping[str, Any]) -> Iterator[tuple[Path, Mistake]]:
    for index, rule in enumerate(list_at(manifest, ("rules",))):
        for key in ("apiGroups", "resources", "verbs"):
            if "*" in list_at(rule, (key,)):
                message = "a Role with `*` permits what nobody has reviewed"
                yield (
                    ("rules", index, key),
                    Mistake(code="role-wildcard", message=message, remedy="name what is meant"),
                )
        for verb in sorted(filter(_ESCALATING.fullmatch, map(str, list_at(rule, ("verbs",))))):
            message = f"the verb {verb} lets its holder get every other right"
            yield (
                ("rules", index, "verbs"),
                Mistake(code="role-escalation", message=message, remedy="remove it"),
            )
        if not set(map(str, list_at(rule, ("verbs",)))) <= _READING:
            named = {str(item).partition("/")[0].lower() for item in list_at(rule, ("resources",))}
            for resource in sorted(_GUARDS & named):
                message = (
                    f"{resource} are the namespace's guards: with this Role they could be lifted"
                )
                remedy = "remove them, or write a rule for them with the verbs get, list, watch"
                yield (
                    ("rules", index, "resources"),
                    Mistake(code="role-guards", message=message, remedy=remedy),
                )


def _in_binding(project: Project, manifest: Mapping[str, Any]) -> Iterator[tuple[Path, Mistake]]:
    reference = manifest.get("roleRef")
    known = project.guardrails.cluster_roles
    permitted = ("view",) if known is None else known
    if isinstance(reference, Mapping) and reference.get("kind") == "ClusterRole":
        name = str(reference.get("name"))
        if name not in permitted:
            message = f"the team may not give the ClusterRole {name}"
            remedy = f"use {', '.join(permitted)}, or a Role; or ask the platform team for the guardrail clusterRoles"
            yield ("roleRef", "name"), Mistake(code="binding-role", message=message, remedy=remedy)
    for index, subject in enumerate(list_at(manifest, ("subjects",))):
        if not isinstance(subject, Mapping) or subject.get("kind") != "ServiceAccount":
            message = "an extra manifest binds only ServiceAccounts"
            remedy = "give people their rights through `access`"
            yield (
                ("subjects", index),
                Mistake(code="binding-subject", message=message, remedy=remedy),
            )
        elif subject.get("namespace") not in (None, project.names.namespace):
            message = "the ServiceAccount is of another namespace"
            remedy = f"write `namespace: {project.names.namespace}`"
            yield (
                ("subjects", index, "namespace"),
                Mistake(code="binding-subject", message=message, remedy=remedy),
            )
