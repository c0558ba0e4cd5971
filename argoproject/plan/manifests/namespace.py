"""The destination cluster's side: the namespace with its guards, Secrets, accounts and bindings.

Each guard is one `yield` in `guards`, except the Pod Security labels, which `namespace` writes; what could weaken it is
declared on the model (`argoproject.models.namespace`), where checks, diff and audit read it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from argoproject.models import Keep, Lifecycle, NamespaceMode, PodSecurity, Registry
from argoproject.models.namespace import Weaker
from argoproject.models.namespace import guards as guards_of
from argoproject.plan.manifests.common import Values, manifest, placed, planned, spelled
from argoproject.plan.model import (
    DockerConfig,
    Manifest,
    Ownership,
    PlannedObject,
    RegistryLogin,
    SecretLeaf,
)
from argoproject.project.access import kubernetes_groups
from argoproject.project.model import Project

__all__ = [
    "RBAC_GROUP",
    "access_bindings",
    "guards",
    "namespace",
    "pull_secret_accounts",
    "role_binding",
    "secrets",
]

RBAC_GROUP = "rbac.authorization.k8s.io"

_OWNERSHIP = {
    NamespaceMode.CREATE: Ownership.CREATE,
    NamespaceMode.ADOPT: Ownership.ADOPT,
    NamespaceMode.EXISTING: Ownership.PATCH,
}


def namespace(
    project: Project, labels: Mapping[str, str], annotations: Mapping[str, str]
) -> PlannedObject:
    """The Namespace.

    Args:
        project: the environment.
        labels: the labels that bind admission policies. Pod Security labels come last: nothing overrides them.
        annotations: what admission policies permit.
    """
    settings = project.namespace_settings
    metadata = {
        "name": project.names.namespace,
        "labels": {**settings.labels, **labels, **_pod_security_labels(settings.pod_security)},
        "annotations": {**settings.annotations, **annotations},
    }
    return PlannedObject(
        key="namespace",
        cluster=project.identity.cluster,
        manifest=manifest("v1", "Namespace", metadata, project.identity),
        ownership=_OWNERSHIP[settings.mode or NamespaceMode.CREATE],
        protect=project.settings.lifecycle is not Lifecycle.RETIRING,
        keep=Keep.NAMESPACE in project.settings.keep,
    )


def _pod_security_labels(pod_security: PodSecurity | None) -> dict[str, str]:
    """Source: kubernetes.io, "Pod Security Admission", labels of namespaces."""
    labels: dict[str, str] = {}
    if pod_security is None:
        return labels
    for mode, guard in guards_of(PodSecurity).items():
        level = getattr(pod_security, mode)
        if guard.weaker is Weaker.LEVEL and level is not None:
            labels[f"pod-security.kubernetes.io/{mode}"] = str(level)
            if pod_security.version:
                labels[f"pod-security.kubernetes.io/{mode}-version"] = pod_security.version
    return labels


def guards(project: Project, values: Values) -> Iterator[PlannedObject]:
    """Quota, limits and network policies of the namespace."""
    settings, names = project.namespace_settings, project.namespace_settings.object_names
    if settings.quota:
        spec: dict[str, Any] = {"hard": dict(settings.quota)}
        quota = placed(project, "v1", "ResourceQuota", names.quota, spec=spec)
        yield planned(project, "quota", quota)
    for name, item in settings.quotas.items():
        object_name = names.quotas.get(name, name)
        quota = placed(project, "v1", "ResourceQuota", object_name, spec=spelled(item))
        yield planned(project, f"quota-{name}", quota)
    if settings.limits is not None:
        container = {
            "type": "Container",
            **spelled(settings.limits.model_copy(update={"extra": ()})),
        }
        items = [container] if len(container) > 1 else []
        spec = {"limits": [*items, *(spelled(item) for item in settings.limits.extra)]}
        limits = placed(project, "v1", "LimitRange", names.limits, spec=spec)
        yield planned(project, "limits", limits)
    for name in settings.network_policies:
        spec = values.filled(project.platform.network_policies[name].spec)
        policy = placed(
            project, "networking.k8s.io/v1", "NetworkPolicy", names.policy(name), spec=spec
        )
        yield planned(project, f"network-policy-{name}", policy)


def secrets(project: Project, values: Values) -> Iterator[PlannedObject]:
    """Pull Secrets, of which registries of one name share one, and Opaque Secrets of the workloads."""
    logins: dict[str, list[RegistryLogin]] = defaultdict(list)
    pulls: dict[str, SecretLeaf] = {}
    for key, registry in sorted(project.settings.registries.items()):
        name = _pull_secret_name(key, registry)
        if registry.dockerconfigjson is not None:
            pulls[name] = values.secret(registry.dockerconfigjson)
        elif registry.password is not None:
            password = values.secret(registry.password)
            logins[name].append(RegistryLogin(registry.server, registry.username or "", password))
    configs = {**{name: DockerConfig(tuple(items)) for name, items in logins.items()}, **pulls}
    for name, config in sorted(configs.items()):
        data = {".dockerconfigjson": config}
        type_ = "kubernetes.io/dockerconfigjson"
        secret = placed(project, "v1", "Secret", name, type=type_, stringData=data)
        yield planned(project, f"pull-secret-{name}", secret)
    workloads = project.namespace_settings.secrets
    for name, sources in sorted(workloads.items()):
        data = {key: values.secret(source) for key, source in sources.items()}
        secret = placed(project, "v1", "Secret", name, type="Opaque", stringData=data)
        yield planned(project, f"secret-{name}", secret)


def _pull_secret_name(key: str, registry: Registry) -> str:
    return registry.secret_name or f"pull-{key}"


def pull_secret_accounts(project: Project) -> Iterator[PlannedObject]:
    """The pull Secrets of ServiceAccounts.

    The accounts are not created here: Kubernetes, a chart or the platform does that. So nothing else of them is set.
    """
    attached: dict[str, list[str]] = defaultdict(list)
    for key, registry in sorted(project.settings.registries.items()):
        for account in registry.service_accounts:
            name = _pull_secret_name(key, registry)
            if name not in attached[account]:
                attached[account].append(name)
    for account, names in sorted(attached.items()):
        built = {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": account, "namespace": project.names.namespace},
            "imagePullSecrets": [{"name": name} for name in names],
        }
        yield planned(project, f"account-{account}", built, Ownership.PATCH)


def access_bindings(project: Project, today: dt.date) -> Iterator[PlannedObject]:
    """What people may do in the namespace on a given day."""
    for role, groups in sorted(kubernetes_groups(project, today).items()):
        key = f"access-{role}"
        subjects = [{"apiGroup": RBAC_GROUP, "kind": "Group", "name": group} for group in groups]
        yield planned(project, key, role_binding(project, key, role, subjects))


def role_binding(
    project: Project,
    name: str,
    role: str,
    subjects: Sequence[Mapping[str, str]],
    kind: Literal["ClusterRole", "Role"] = "ClusterRole",
) -> Manifest:
    """A ClusterRole, or a Role of the namespace, given inside the namespace only.

    Args:
        project: the environment.
        name: name of the binding.
        role: name of the role.
        subjects: who gets it, as RBAC spells subjects.
        kind: kind of the role.
    """
    reference = {"apiGroup": RBAC_GROUP, "kind": kind, "name": role}
    version = f"{RBAC_GROUP}/v1"
    return placed(project, version, "RoleBinding", name, roleRef=reference, subjects=subjects)
