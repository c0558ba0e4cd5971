"""The admission policies of a cluster, and what each environment's Namespace contains for them.

The policies themselves are in admission.yaml, next to this file, as kubectl would apply them. Only the names under
which Argo CD reaches the cluster differ between clusters, and are filled in here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from copy import deepcopy
from functools import cache
from importlib.resources import files

import yaml

from argoproject.models import Admission
from argoproject.plan.leaves import Manifest
from argoproject.upstream.urls import registry_entry

__all__ = ["LABEL", "NAME_PREFIX", "PREFIX", "policies", "settings"]

NAME_PREFIX = "argo-projects-"
"""The names of all policies begin with it."""

LABEL = "argo-projects/admission"
"""Label that binds a Namespace to the policies. Its value is the mode: `deny` or `warn`."""

PREFIX = "argo-projects/"
"""Prefix of the platform's own labels and annotations."""

_ARGOCD_USERS = '(request.userInfo.username == "ARGOCD_USERS")'
"""The placeholder in admission.yaml. It is valid CEL, so that the file is, too."""

_LISTS = {
    "registries": "admission-registries",
    "storage_classes": "admission-storage-classes",
    "ingress_classes": "admission-ingress-classes",
    "priority_classes": "admission-priority-classes",
    "service_types": "admission-service-types",
}


def settings(admission: Admission, hosts: Iterable[str], accounts: Iterable[str]) -> dict[str, str]:
    """The annotations of a Namespace that the policies read.

    Args:
        admission: what the profile permits. A list that is not set restricts nothing; an empty one permits nothing.
        hosts: the host names that the project declares. They are restricted as soon as there are any, or the profile
            says which may be declared.
        accounts: the platform's ServiceAccounts in the namespace.

    Returns:
        Annotations; each value is a list, separated by commas.
    """
    lists: dict[str, Iterable[str]] = {
        name: map(registry_entry, values) if field == "registries" else values
        for field, name in _LISTS.items()
        if (values := getattr(admission, field)) is not None
    }
    hosts = tuple(hosts)
    if hosts or admission.hosts is not None:
        lists["admission-hosts"] = hosts
    lists["admission-accounts"] = accounts
    return {f"{PREFIX}{name}": ",".join(values) for name, values in lists.items()}


def policies(argocd_users: Sequence[str]) -> list[Manifest]:
    """The policies of a cluster, each followed by its bindings.

    Args:
        argocd_users: names under which Argo CD reaches the cluster; one that ends in `*` is a prefix. They never count
            as the platform, whatever their rights are, because tenants deploy through them.

    Example:
        `["argo", "system:argo-*"]` becomes in every expression
        `(request.userInfo.username == "argo" || request.userInfo.username.startsWith("system:argo-"))`.
    """
    user = "request.userInfo.username"
    tests = [
        # A JSON string is a CEL string, too.
        f"{user}.startsWith({json.dumps(name[:-1])})"
        if name.endswith("*")
        else f"{user} == {json.dumps(name)}"
        for name in argocd_users
    ]
    is_argocd = f"({' || '.join(tests)})" if tests else "false"
    manifests = deepcopy(_manifests())
    for manifest in manifests:
        for variable in manifest["spec"].get("variables", ()):
            variable["expression"] = variable["expression"].replace(_ARGOCD_USERS, is_argocd)
    return manifests


@cache
def _manifests() -> list[Manifest]:
    text = files(__package__).joinpath("admission.yaml").read_text(encoding="utf-8")
    return list(yaml.load_all(text, Loader=yaml.CSafeLoader))
