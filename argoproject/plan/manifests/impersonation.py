"""The account of an environment's syncs, and what it may do where the platform names no ClusterRole.

Roles only add, so the Role is a list of what is permitted: the kinds that a tenant's charts bring. It never contains
the guards, Argo CD's own kinds, other namespaces and the cluster. Who can run a pod in the namespace can run one as
this account; so its rights are the tenant's, whatever the AppProject says.

What Argo CD does as the account (argo-cd v3.5, with gitops-engine):
- syncs, hooks and pruning: get, create, patch (apply, client-side or server-side), update (replace), delete;
  `replace --force` lists and watches until the object is gone. controller/sync.go, pkg/sync/sync_context.go, kubectl's
  own commands.
- Roles and RoleBindings: `kubectl auth reconcile` with the same verbs, after a get of the Namespace, without which the
  sync fails. Kubernetes lets the account grant nothing beyond its own rights. pkg/utils/kube/resource_ops.go,
  rbacReconcile.
- a CustomResourceDefinition: a get, until it is established. sync_context.go, ensureCRDReady.
- deletion by an Application's finalizer: delete. controller/appcontroller.go, finalizeApplicationDeletion (since 3.3).
- what people do in the UI and over the API, since 3.5: get, patch and delete of any object of the Application,
  including those that controllers created, its logs and its events. server/application/application.go,
  getApplicationClusterConfig.
Comparing, caching and the terminal use Argo CD's own rights. Discovery is open to all (`system:discovery`).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from argoproject.models import TenantKinds
from argoproject.plan.manifests.common import manifest, placed, planned
from argoproject.plan.manifests.namespace import RBAC_GROUP, role_binding
from argoproject.plan.model import PlannedObject
from argoproject.project.impersonation import impersonation
from argoproject.project.kinds import (
    APPLICATION,
    DEPLOYABLE,
    STRICTLY_DENIED,
    blacklist,
    cluster_objects,
    denied_kinds,
    is_listed,
    kinds_in,
    namespaced_kinds,
    only_kinds,
    planned_kind,
    whitelist,
)
from argoproject.project.model import Project

__all__ = ["cluster_rules", "namespace_rules", "plural", "sync_account"]

_V1 = f"{RBAC_GROUP}/v1"
_ALL = ("create", "delete", "get", "list", "patch", "update", "watch")
_READ = ("get", "list", "watch")

_SCALED = kinds_in({"apps": "deployments/scale replicasets/scale statefulsets/scale"})

_READABLE = kinds_in(
    {
        "": "endpoints events limitranges pods/log pods/status resourcequotas",
        "acme.cert-manager.io": "challenges orders",
        "apps": "controllerrevisions",
        "discovery.k8s.io": "endpointslices",
        "events.k8s.io": "events",
        "networking.k8s.io": "networkpolicies",
        RBAC_GROUP: "rolebindings roles",
    }
)
"""What people see in Argo CD besides what they deploy: what controllers create, and the guards."""

_GRANTED = kinds_in({"": "events", "events.k8s.io": "events"})
"""What the Roles of charts give to the charts' own controllers, besides the kinds above."""

_PLURALS = {"EventBus": "eventbus", "Gateway": "gateways"}
"""Kinds whose CustomResourceDefinition has another plural than the rule gives."""


def sync_account(project: Project, today: dt.date) -> Iterator[PlannedObject]:
    """ServiceAccount, roles and bindings of an environment's syncs.

    Yields nothing where syncs have Argo CD's own rights. Each binding comes after its role: for a user who may not bind
    everything, Kubernetes looks up what the binding would grant.
    """
    account = impersonation(project)
    if account is None:
        return
    name = account.service_account
    subjects = [{"kind": "ServiceAccount", "name": name, "namespace": project.names.namespace}]
    # Its token is not mounted into pods.
    body = placed(project, "v1", "ServiceAccount", name, automountServiceAccountToken=False)
    yield planned(project, f"sync-account-{name}", body)
    role_key = None
    if account.cluster_role is None:
        role_key = f"sync-role-{name}"
        allowed = namespaced_kinds(project, today)
        listed = whitelist(project)
        # Neither what a whitelist leaves out, nor the parent of an app-of-apps, gets further kinds.
        further = () if only_kinds(allowed, listed) else map(planned_kind, account.kinds)
        rules = namespace_rules(
            strict=project.settings.tenant_kinds is not TenantKinds.STANDARD,
            permitted=(*((item.group, item.kind) for item in further), *allowed),
            listed=listed,
            further=blacklist(project),
        )
        body = placed(project, _V1, "Role", name, rules=[dict(rule) for rule in rules])
        yield planned(project, role_key, body)
        binding = role_binding(project, name, name, subjects, "Role")
    else:
        binding = role_binding(project, name, account.cluster_role, subjects)
    yield planned(project, f"sync-access-{name}", binding, after=role_key)
    objects = cluster_objects(project, today)
    if not objects:
        return
    # The project's name is unique among all environments. No name of an account or a project has a colon, so that no
    # two pairs of them give the same name.
    metadata = {"name": f"{name}:{project.names.project}"}
    role_key = f"sync-cluster-role-{name}"
    cluster_role = cluster_rules(objects)
    body = manifest(_V1, "ClusterRole", metadata, project.identity, rules=cluster_role)
    yield planned(project, role_key, body)
    reference = {"apiGroup": RBAC_GROUP, "kind": "ClusterRole", **metadata}
    body = manifest(
        _V1,
        "ClusterRoleBinding",
        metadata,
        project.identity,
        roleRef=reference,
        subjects=subjects,
    )
    yield planned(project, f"sync-cluster-access-{name}", body, after=role_key)


def plural(kind: str) -> str:
    """The resource of a kind, as RBAC names it.

    Source: k8s.io/apimachinery v0.36, pkg/api/meta/restmapper.go, UnsafeGuessKindToResource, which is right except for
    the kinds of a few CustomResourceDefinitions.

    Example:
        >>> plural("NetworkPolicy"), plural("Ingress"), plural("Endpoints")
        ('networkpolicies', 'ingresses', 'endpoints')
    """
    if kind in _PLURALS:
        return _PLURALS[kind]
    name = kind.lower()
    if name.endswith("endpoints"):
        return name
    if name.endswith("s"):
        return f"{name}es"
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"


@lru_cache(maxsize=1 << 10)
def namespace_rules(
    *,
    strict: bool,
    permitted: tuple[tuple[str, str], ...],
    listed: tuple[tuple[str, str], ...] = (),
    further: tuple[tuple[str, str], ...] = (),
) -> tuple[dict[str, Any], ...]:
    """The rules of the Role in the namespace.

    What is denied is taken out by its resource, not by its kind: `Resourcequota` would be `resourcequotas` as well.

    Args:
        strict: whether the kinds are left out that only `strict` denies.
        permitted: further kinds as (group, kind), of the profile and of allowances.
        listed: the environment's whitelist.
        further: kinds that the blacklist denies, with `*` for any.
    """
    usual = {*DEPLOYABLE, *permitted, *(() if strict else STRICTLY_DENIED)}
    denied = denied_kinds(strict=strict, permitted=permitted)
    kept = (it for it in only_kinds(permitted, listed) or usual if not is_listed(further, *it))
    deployed = {(group, plural(kind)) for group, kind in kept} - {
        (group, plural(kind)) for group, kind in denied
    }
    verbs: dict[tuple[str, str], set[str]] = defaultdict(set)
    for resource in deployed:
        verbs[resource] |= set(_ALL)
    for resource in _READABLE:
        verbs[resource] |= set(_READ)
    for scaled in _SCALED:
        if (scaled[0], scaled[1].partition("/")[0]) in deployed:
            verbs[scaled] |= {"get", "patch", "update"}
    for granted in () if strict or APPLICATION in permitted else _GRANTED:
        verbs[granted] |= {"create", "patch", "update"}
    verbs["", "namespaces"] = {"get"}  # in a Role, that is its own namespace alone
    return _grouped(verbs)


def _grouped(verbs: Mapping[tuple[str, str], Iterable[str]]) -> tuple[dict[str, Any], ...]:
    """One rule for the resources of a group that have the same verbs."""
    rules: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (group, resource), allowed in verbs.items():
        rules[group, tuple(sorted(allowed))].append(resource)
    return tuple(
        {"apiGroups": [group], "resources": sorted(resources), "verbs": list(allowed)}
        for (group, allowed), resources in sorted(rules.items())
    )


def cluster_rules(objects: Iterable[tuple[str, str, str]]) -> list[dict[str, Any]]:
    """The rules of the ClusterRole.

    A create request has no name that RBAC could check: it is permitted for the kind, and the AppProject restricts the
    name. Source: kubernetes.io, "Using RBAC Authorization", Referring to resources.

    Args:
        objects: cluster-scoped objects as (group, kind, name); without a name, all objects of the kind.
    """
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for group, kind, name in objects:
        names[group, plural(kind)].add(name)
    rules = []
    for (group, resource), named in sorted(names.items()):
        rule = {"apiGroups": [group], "resources": [resource]}
        if "" in named:
            rules.append({**rule, "verbs": list(_ALL)})
            continue
        rules.append({**rule, "verbs": ["create"]})
        verbs = [verb for verb in _ALL if verb != "create"]
        rules.append({**rule, "resourceNames": sorted(named), "verbs": verbs})
    return rules
