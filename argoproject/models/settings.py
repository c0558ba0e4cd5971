"""What team.yaml, product.yaml and project.yaml hold: one shape, shared by all three and by profiles."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from argoproject.models.access import Access
from argoproject.models.applications import Application, ApplicationSet, Base, Lifecycle
from argoproject.models.base import Model
from argoproject.models.namespace import Namespace
from argoproject.models.repositories import AnyCredentialTemplate, Registry, Repository
from argoproject.models.scalars import (
    Cron,
    DnsLabel,
    DnsName,
    Duration,
    Glob,
    Key,
    Revision,
    Text,
    refuse,
)
from argoproject.models.values import Date, Flag, FreeMap

__all__ = [
    "Allowance",
    "AllowanceKind",
    "ClassSettings",
    "Keep",
    "OrphanedResources",
    "Settings",
    "SyncWindow",
    "TenantKinds",
    "Version",
]


class TenantKinds(StrEnum):
    """Which namespaced kinds tenants may deploy besides workloads, the weaker first."""

    STANDARD = "standard"
    STRICT = "strict"


class AllowanceKind(StrEnum):
    """What an `allow` widens."""

    SOURCE = "source"
    DESTINATION = "destination"
    CLUSTER_RESOURCE = "clusterResource"
    NAMESPACE_RESOURCE = "namespaceResource"
    SOURCE_NAMESPACE = "sourceNamespace"
    INLINE_SECRET = "inlineSecret"  # noqa: S105 - a kind of widening


class Keep(StrEnum):
    """What stays in the cluster when the environment is removed."""

    NAMESPACE = "namespace"
    APPLICATIONS = "applications"


class Allowance(Model):
    """One widening of the least that an environment needs, with its reason. Bounded by the team's guardrails."""

    kind: AllowanceKind
    """What is widened."""

    value: Text
    """What is allowed: a URL, `<cluster>/<namespace>`, `<group>/<Kind>`, a namespace, or the path of a field. Of
    clusterResource also one object, `<group>/<Kind>/<name>`."""

    reason: Text
    """Why, for the reviewer and the auditor."""

    until: Date | None = None
    """Last day. Afterwards it leaves the plan and `validate` warns."""


class SyncWindow(Model):
    """When Applications may, or may not, sync."""

    kind: Literal["allow", "deny"]
    """`allow`: only then; `deny`: not then."""

    schedule: Cron
    """Begin, as a cron expression."""

    duration: Duration
    """How long, for example `8h`."""

    applications: tuple[Glob, ...] = ("*",)
    """Keys of the Applications that it is about. Default: all."""

    manual_sync: Flag | None = None
    """People may sync all the same."""

    sync_overrun: Flag | None = None
    """A running sync may go on beyond the window."""

    time_zone: Text | None = None
    """Time zone of the schedule, as `Europe/Madrid`. Default: UTC."""

    description: Text | None = None
    """What it is for."""


class IgnoredOrphan(Model):
    """A resource that belongs to nobody and may stay."""

    group: str | None = None
    """API group; empty for the core group."""

    kind: str | None = None
    """Kind."""

    name: str | None = None
    """Name or pattern."""


class OrphanedResources(Model):
    """Resources in the namespace that belong to no Application."""

    warn: Flag | None = None
    """Show a warning in Argo CD."""

    ignore: tuple[IgnoredOrphan, ...] = ()
    """Those that may stay."""


def _versions(value: Any) -> Any:
    if isinstance(value, str):
        return {"": value}
    if isinstance(value, dict) and "" in value:
        refuse(
            code="version-unknown-source",
            message="a source has a name",
            remedy="name it, or write the revision alone",
        )
    return value


Version: TypeAlias = Annotated[
    Mapping[str, Revision],
    BeforeValidator(_versions, json_schema_input_type=str | dict[str, str]),
]
"""A revision, or one for each source by its name, ref or chart. The key `""` stands for the only source."""


class ClassSettings(Model):
    """What an environment is made of, as one file says it. Every field may be absent."""

    description: Text | None = None
    """What the environment is for; Argo CD shows it."""

    profile: Key | None = None
    """Profile of platform.yaml. Default: the environment class's (guardrail `profiles`)."""

    lifecycle: Lifecycle | None = None
    """`active` (default), or `retiring`: protection is lifted, so that a later change may remove it."""

    access: Access | None = None
    """Who may do what."""

    namespace: Namespace | None = None
    """The namespace and its guards."""

    tenant_kinds: TenantKinds | None = None
    """Kinds that tenants may deploy besides workloads: `standard`, or `strict`: no network policy
    of any provider, no Endpoints, no Role or RoleBinding."""

    impersonation: Flag | None = None
    """`true`: syncs run as an account of the environment, with rights in its namespace alone, instead of Argo CD's own.
    Files of a team may switch it on, never off. The platform names the account and its rights."""

    repositories: Mapping[Key, Repository] = Field(default_factory=dict)
    """Repositories by name. Each becomes a project-scoped Secret where a source uses it."""

    credentials: Mapping[Key, AnyCredentialTemplate] = Field(default_factory=dict)
    """Credentials by name, for every URL below a prefix that a source uses and no repository names."""

    registries: Mapping[Key, Registry] = Field(default_factory=dict)
    """Container registries by name, from which the pods pull."""

    base: Base | None = None
    """The namespace side as an Argo CD Application, instead of Pulumi resources."""

    requirements: Application | None = None
    """What the application needs first: databases, queues."""

    application: Application | None = None
    """The application."""

    applications: Mapping[Key, Application] = Field(default_factory=dict)
    """Further Applications by key."""

    application_sets: Mapping[Key, ApplicationSet] = Field(default_factory=dict)
    """ApplicationSets by key."""

    versions: Mapping[str, Version] = Field(default_factory=dict)
    """Revisions by Application, and by source where it has several. Promotion is a change of these lines."""

    sync_windows: tuple[SyncWindow, ...] = ()
    """When Applications may sync."""

    orphaned_resources: OrphanedResources | None = None
    """Resources that belong to no Application."""

    source_integrity: FreeMap | None = None
    """Signatures that commits must carry, as Argo CD 3.5 spells it."""

    hosts: tuple[Glob, ...] = ()
    """Host names that the environment serves (guardrail `hosts`), no other environment of the cluster among them.
    `*.shop.example.org` is every name below. Where the profile has `admission`, the cluster holds Ingresses and routes
    to them."""

    source_namespaces: tuple[DnsLabel, ...] = ()
    """Hub namespaces in which Applications of this project may be made (needs `allow`)."""

    keep: tuple[Keep, ...] = ()
    """What stays in the cluster when the environment is removed."""

    moved_from: tuple[DnsName, ...] = ()
    """Names that the project had before, so that Pulumi keeps its resources instead of replacing them."""

    allow: tuple[Allowance, ...] = ()
    """Every widening beyond least privilege."""

    name: DnsName | None = None
    """Name of the project, instead of `<namespace>-<cluster>`."""


class Settings(ClassSettings):
    """A whole team.yaml, product.yaml or project.yaml."""

    classes: Mapping[Key, ClassSettings] = Field(default_factory=dict)
    """Parts for the environments of one class. Each comes directly after the rest of its file."""
