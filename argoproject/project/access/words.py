"""What a role permits, in words."""

from __future__ import annotations

from collections.abc import Mapping

from argoproject.models import Permission
from argoproject.project.access.assignments import Assignment, System
from argoproject.project.access.built_in import DESCRIPTIONS

__all__ = ["what"]

_CLUSTER_ROLES: Mapping[str, str] = {
    "view": "see most objects, but no Secrets",
    "edit": "change most objects, read Secrets, open shells in pods",
    "admin": "change most objects, read Secrets, open shells in pods, give Roles",
    "cluster-admin": "do everything",
}
"""Kubernetes' user-facing ClusterRoles, as they come. Source: kubernetes.io, "Using RBAC Authorization"."""


def what(item: Assignment) -> str:
    """What an assignment permits. Of other ClusterRoles than Kubernetes' own only their cluster knows it."""
    if item.system is System.KUBERNETES:
        return _CLUSTER_ROLES.get(item.role, "as the cluster defines it")
    if item.own is None:
        text = DESCRIPTIONS[item.role]
        return f"{text[0].lower()}{text[1:]}"
    return "; ".join(map(_permission, item.own.permissions))


def _permission(permission: Permission) -> str:
    """`get, sync applications (only application)`."""
    some = permission.applications if "*" not in permission.applications else ()
    only = f" (only {', '.join(some)})" if some else ""
    return f"{', '.join(permission.actions)} {permission.resource}{only}"
