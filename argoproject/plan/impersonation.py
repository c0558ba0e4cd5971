"""The account of an environment's syncs, and its rights: a Role of its own, unless the platform names a ClusterRole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from argoproject.models import Impersonation, TenantKinds
from argoproject.plan.leaves import Manifest
from argoproject.plan.manifests import impersonation as sync_role
from argoproject.plan.manifests import namespace as manifests
from argoproject.plan.model import PlannedObject
from argoproject.project.impersonation import impersonation
from argoproject.project.kinds import cluster_objects, namespaced_kinds, planned_kind
from argoproject.project.model import Project

__all__ = ["sync_account"]


def sync_account(project: Project, today: dt.date) -> Iterator[PlannedObject]:
    """Account, rights, bindings; nothing where syncs have Argo CD's own rights. Each binding comes after its role:
    Kubernetes looks up what it would grant, for whoever is not permitted to bind everything."""
    account = impersonation(project)
    if account is None:
        return
    identity, namespace, name = project.identity, project.names.namespace, account.service_account
    subject = manifests.account_subject(namespace, name)
    yield _planned(
        project, f"sync-account-{name}", manifests.service_account(identity, namespace, name)
    )
    role_key = None
    if account.cluster_role is None:
        role_key = f"sync-role-{name}"
        yield _planned(project, role_key, _role(project, account, today))
    binding = manifests.role_binding(
        identity,
        namespace,
        name,
        account.cluster_role or name,
        [subject],
        "Role" if account.cluster_role is None else "ClusterRole",
    )
    yield _planned(project, f"sync-access-{name}", binding, after=role_key)
    objects = cluster_objects(project, today)
    if objects:
        # The project's name is unique among all environments. No name of an account or a project has a colon, so that
        # no two pairs of them are written alike.
        cluster_name = f"{name}:{project.names.project}"
        rules = sync_role.cluster_rules(objects)
        role_key = f"sync-cluster-role-{name}"
        yield _planned(project, role_key, sync_role.cluster_role(identity, cluster_name, rules))
        cluster_binding = sync_role.cluster_role_binding(identity, cluster_name, subject)
        yield _planned(project, f"sync-cluster-access-{name}", cluster_binding, after=role_key)


def _role(project: Project, account: Impersonation, today: dt.date) -> Manifest:
    strict = project.settings.tenant_kinds is not TenantKinds.STANDARD
    own = tuple((item.group, item.kind) for item in map(planned_kind, account.kinds))
    permitted = (*own, *namespaced_kinds(project, today))
    rules = sync_role.namespace_rules(strict=strict, permitted=permitted)
    return sync_role.role(project.identity, project.names.namespace, account.service_account, rules)


def _planned(
    project: Project, key: str, manifest: Manifest, after: str | None = None
) -> PlannedObject:
    return PlannedObject(key=key, cluster=project.identity.cluster, manifest=manifest, after=after)
