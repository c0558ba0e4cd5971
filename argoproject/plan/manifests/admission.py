"""ValidatingAdmissionPolicies: what only the cluster can enforce.

Their text is the same for every environment. What differs stands on the environment's own Namespace: the label `LABEL`
binds it, and an annotation each holds what is permitted there. Tenants cannot write Namespaces, and the last of the
policies keeps that so even for Argo CD's own rights.

Every policy lets pass what an update leaves as it was: objects that stood before a setting was tightened can still be
scaled down, finalised and deleted.

Source: kubernetes.io, "Validating Admission Policy"; k8s.io/apiserver v0.36, pkg/admission/plugin/policy/validating.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from argoproject.models import Admission, AdmissionMode
from argoproject.plan.leaves import Manifest
from argoproject.plan.manifests.admission_guards import guards, namespaces
from argoproject.plan.manifests.admission_hosts import routes, services
from argoproject.plan.manifests.admission_text import ACCOUNTS, HOSTS, LABEL, PREFIX, Text
from argoproject.plan.manifests.admission_workloads import claims, workloads
from argoproject.plan.manifests.common import MANAGED_BY
from argoproject.upstream.images import registry_entry

__all__ = ["LABEL", "NAME_PREFIX", "PREFIX", "policies", "settings"]

NAME_PREFIX = "argo-projects-"
"""What the names of the policies begin with."""

_API = "admissionregistration.k8s.io/v1"
_ACTIONS = {AdmissionMode.DENY: ["Deny"], AdmissionMode.WARN: ["Warn", "Audit"]}
_LISTS = {
    "registries": "admission-registries",
    "storage_classes": "admission-storage-classes",
    "ingress_classes": "admission-ingress-classes",
    "priority_classes": "admission-priority-classes",
    "service_types": "admission-service-types",
}


def settings(admission: Admission, hosts: Iterable[str], accounts: Iterable[str]) -> dict[str, str]:
    """What the policies read on a Namespace. `accounts` are the ServiceAccounts of the platform.

    A setting that is left out is not restricted; an empty list permits nothing. Host names are restricted as soon as
    the project declares some, or the profile says which may be declared.
    """
    lists: dict[str, Iterable[str]] = {
        name: map(registry_entry, values) if field == "registries" else values
        for field, name in _LISTS.items()
        if (values := getattr(admission, field)) is not None
    }
    hosts = tuple(hosts)
    if hosts or admission.hosts is not None:
        lists[HOSTS] = hosts
    lists[ACCOUNTS] = accounts
    return {f"{PREFIX}{name}": ",".join(values) for name, values in lists.items()}


def policies(argocd_users: Sequence[str]) -> list[Manifest]:
    """The policies of a cluster, each with its bindings. `argocd_users` are no platform, whatever they may do."""
    made = [workloads(), claims(), routes(), services(argocd_users), guards(argocd_users)]
    home = namespaces(argocd_users)
    return [
        *(item for policy in made for item in (_policy(policy), *_bindings(policy))),
        _policy(home),
        # An update that takes the label away would escape a selector: the policy itself asks what was there before.
        _binding(home, AdmissionMode.DENY, selector=None),
    ]


def _policy(text: Text) -> Manifest:
    rules = [
        {
            "apiGroups": [group],
            "apiVersions": ["*"],
            "operations": list(text.operations),
            "resources": resources.split(),
        }
        for group, resources in text.rules
    ]
    conditions = [
        {"name": name, "expression": item} for name, item in (text.conditions or {}).items()
    ]
    spec = {
        "failurePolicy": "Fail",
        "matchConstraints": {"resourceRules": rules},
        **({"matchConditions": conditions} if conditions else {}),
        "variables": [{"name": key, "expression": item} for key, item in text.variables.items()],
        "validations": [
            {"expression": rule, "messageExpression": words, "reason": "Forbidden"}
            for rule, words in text.validations
        ],
    }
    return _object("ValidatingAdmissionPolicy", f"{NAME_PREFIX}{text.name}", spec)


def _bindings(text: Text) -> list[Manifest]:
    return [_binding(text, mode, selector={LABEL: mode.value}) for mode in AdmissionMode]


def _binding(text: Text, mode: AdmissionMode, *, selector: Mapping[str, str] | None) -> Manifest:
    policy = f"{NAME_PREFIX}{text.name}"
    spec: dict[str, Any] = {"policyName": policy, "validationActions": _ACTIONS[mode]}
    if selector is not None:
        spec["matchResources"] = {"namespaceSelector": {"matchLabels": dict(selector)}}
    return _object("ValidatingAdmissionPolicyBinding", f"{policy}-{mode.value}", spec)


def _object(kind: str, name: str, spec: Mapping[str, Any]) -> Manifest:
    metadata = {"name": name, "labels": dict(MANAGED_BY)}
    return {"apiVersion": _API, "kind": kind, "metadata": metadata, "spec": dict(spec)}
