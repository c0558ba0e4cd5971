"""The fields of team.yaml, product.yaml and project.yaml, which have one shape, as the profiles of platform.yaml do.

The docstring of a field is its text in docs/reference.md and in the JSON Schemas.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field

from argoproject.models.access import Access
from argoproject.models.application_sets import ApplicationSet
from argoproject.models.applications import Application, Base, Lifecycle
from argoproject.models.base import Model
from argoproject.models.credentials import AnyCredentialTemplate
from argoproject.models.namespace import Namespace
from argoproject.models.repositories import Registry, Repository
from argoproject.models.scalars import (
    Cron,
    DnsLabel,
    DnsName,
    Duration,
    Glob,
    GpgKey,
    GroupName,
    Key,
    KindName,
    KindPattern,
    LabelKey,
    LabelValue,
    Revision,
    Text,
    Word,
    refuse,
)
from argoproject.models.values import Date, Flag

__all__ = [
    "Allowance",
    "AllowanceKind",
    "AppProjectMarks",
    "ClassSettings",
    "DeniedKind",
    "Keep",
    "OrphanedResources",
    "PermittedKind",
    "Settings",
    "SignatureMode",
    "SourceIntegrity",
    "SyncWindow",
    "TenantKinds",
    "Version",
]


class TenantKinds(StrEnum):
    """Namespaced kinds that tenants may deploy in addition to workloads, the weaker setting first."""

    STANDARD = "standard"
    STRICT = "strict"


class PermittedKind(Model):
    """A namespaced kind that tenants may deploy."""

    group: DnsName | Literal[""] = ""
    """API group; empty for the core group."""

    kind: KindName
    """Kind, without patterns."""


def _not_empty(kinds: tuple[PermittedKind, ...]) -> tuple[PermittedKind, ...]:
    """Refuse an empty list. To Argo CD it permits nothing, and everything once it has written the AppProject itself:
    its own type omits an empty list. Source: argo-cd v3.5, types.go and `IsGroupKindNamePermitted`."""
    if not kinds:
        refuse(
            code="kind-list",
            message="an empty list would be left out of the AppProject, which then permits every kind",
            remedy="name the kinds, or remove the key",
        )
    return kinds


class DeniedKind(Model):
    """A namespaced kind that tenants may not deploy."""

    group: GroupName = ""
    """API group; empty for the core group, `*` for every group."""

    kind: KindPattern
    """Kind, or `*` for every kind of the group."""


class AllowanceKind(StrEnum):
    """Limits that an `allow` widens."""

    SOURCE = "source"
    DESTINATION = "destination"
    CLUSTER_RESOURCE = "clusterResource"
    NAMESPACE_RESOURCE = "namespaceResource"
    SOURCE_NAMESPACE = "sourceNamespace"
    INLINE_SECRET = "inlineSecret"  # noqa: S105 - a kind of widening
    EMPTY_SOURCE = "emptySource"
    GENERATOR = "generator"


class Keep(StrEnum):
    """Parts of an environment that stay in the cluster when it is removed."""

    NAMESPACE = "namespace"
    APPLICATIONS = "applications"


class Allowance(Model):
    """One permission beyond the minimum that an environment needs, with its reason, within the team's guardrails."""

    kind: AllowanceKind
    """The limit that is widened."""

    value: Text
    """The value that is allowed: a URL, `<cluster>/<namespace>`, `<group>/<Kind>`, a namespace, the path of a field,
    the key of an Application or ApplicationSet, or `<generator>/<what it reads>`.
    For clusterResource also one object, `<group>/<Kind>/<name>`."""

    reason: Text
    """The reason, for reviewers and auditors."""

    until: Date | None = None
    """Last day on which it is valid. Afterwards it is not part of the plan, and `validate` warns."""


class AppProjectMarks(Model):
    """Labels and annotations of the AppProject."""

    labels: Mapping[LabelKey, LabelValue] = Field(default_factory=dict)
    """Labels (guardrail `labels`). Argo CD's global projects select AppProjects by them."""

    annotations: Mapping[LabelKey, str] = Field(default_factory=dict)
    """Annotations: subscriptions to notifications about all of the project's Applications, and links."""


class SyncWindow(Model):
    """A time in which Applications may sync, or may not."""

    kind: Literal["allow", "deny"]
    """`allow`: syncs are allowed only in the window; `deny`: they are refused in it."""

    schedule: Cron
    """Begin of the window, as a cron expression."""

    duration: Duration
    """Length of the window, for example `8h`."""

    applications: tuple[Glob, ...] = ("*",)
    """Keys of the Applications to which it applies; the key of an ApplicationSet is all that it generates. Default:
    all."""

    manual_sync: Flag | None = None
    """`true`: manual syncs are allowed at any time."""

    sync_overrun: Flag | None = None
    """`true`: a running sync may continue beyond the window."""

    time_zone: Text | None = None
    """Time zone of the schedule, for example `Europe/Madrid`. Default: UTC."""

    description: Text | None = None
    """Purpose of the window."""


class IgnoredOrphan(Model):
    """A resource without an Application that Argo CD does not report."""

    group: str | None = None
    """API group; empty for the core group."""

    kind: str | None = None
    """Kind."""

    name: str | None = None
    """Name or pattern."""


class SignatureMode(StrEnum):
    """Which commits must be signed."""

    NONE = "none"
    HEAD = "head"
    STRICT = "strict"


class Signatures(Model):
    """The signatures of commits and tags."""

    mode: SignatureMode
    """`head`: the deployed commit or tag is signed; `strict`: all commits before it, too; `none`: no check."""

    keys: tuple[GpgKey, ...]
    """GPG keys, of those that Argo CD knows."""


class SignedRepository(Model):
    """Repositories of a policy."""

    url: Word
    """URL or pattern; with `!` before it, what is left out."""


class SignaturePolicy(Model):
    """Repositories, and the signatures that their commits must have."""

    repos: tuple[SignedRepository, ...]
    """The repositories. Each repository may be in one policy only."""

    gpg: Signatures
    """The signatures."""


class GitIntegrity(Model):
    """Policies for Git repositories."""

    policies: tuple[SignaturePolicy, ...]
    """The policies. A repository that is in none is not checked."""


class SourceIntegrity(Model):
    """What sources must prove before they are used."""

    git: GitIntegrity
    """Of Git repositories."""


class OrphanedResources(Model):
    """How Argo CD treats resources in the namespace that belong to no Application."""

    warn: Flag | None = None
    """Show a warning in Argo CD."""

    ignore: tuple[IgnoredOrphan, ...] = ()
    """Resources that it does not report, in addition to what the platform itself makes in the namespace."""


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
"""A revision, or one for each source by its name, ref or chart.

In Python, a revision alone has the key `""`: `versions: {shop: v1.2}` becomes `{"shop": {"": "v1.2"}}`.
"""


class ClassSettings(Model):
    """The part of an environment that one file sets. Every field is optional, as another file may set it."""

    description: Text | None = None
    """Purpose of the environment. Argo CD shows it."""

    profile: Key | None = None
    """Profile of platform.yaml, within the guardrail `profiles`. Default: the profile of the environment's class."""

    lifecycle: Lifecycle | None = None
    """`active` (default), or `retiring`: its protection is removed, so that a later change can delete it."""

    access: Access | None = None
    """Roles and the groups that have them."""

    namespace: Namespace | None = None
    """The namespace, its quota, limits and network policies."""

    tenant_kinds: TenantKinds | None = None
    """Kinds that tenants may deploy in addition to workloads: `standard`, or `strict`, which refuses network policies
    of every provider, Endpoints, Roles and RoleBindings."""

    namespace_resource_whitelist: Annotated[
        tuple[PermittedKind, ...], AfterValidator(_not_empty)
    ] = ()
    """The only namespaced kinds that tenants may deploy, together with those that an `allow` names. Files of a team may
    shorten the profile's list. Without any, all kinds are permitted that nothing denies."""

    namespace_resource_blacklist: tuple[DeniedKind, ...] = ()
    """Namespaced kinds that tenants may not deploy, in addition to those that `tenantKinds` and the platform deny.
    Files of a team may lengthen the profile's list. No `allow` lifts them."""

    impersonation: Flag | None = None
    """`true`: syncs run as a service account of the environment with rights in its namespace only, instead of Argo CD's
    own account. Files of a team can switch it on but not off. The platform sets the account's name and rights."""

    repositories: Mapping[Key, Repository] = Field(default_factory=dict)
    """Repositories by name. Each that a source uses becomes a Secret of the project."""

    credentials: Mapping[Key, AnyCredentialTemplate] = Field(default_factory=dict)
    """Credentials by name, each for the URLs below a prefix that sources use and that are no repository's."""

    registries: Mapping[Key, Registry] = Field(default_factory=dict)
    """Container registries by name, from which the pods pull images."""

    app_project: AppProjectMarks | None = None
    """Labels and annotations of the AppProject."""

    base: Base | None = None
    """The objects of the namespace as an Argo CD Application, instead of Pulumi resources."""

    requirements: Application | None = None
    """The Application that is deployed before `application`: databases, queues."""

    application: Application | None = None
    """The environment's main Application."""

    applications: Mapping[Key, Application] = Field(default_factory=dict)
    """Other Applications by key."""

    application_sets: Mapping[Key, ApplicationSet] = Field(default_factory=dict)
    """ApplicationSets by key."""

    versions: Mapping[str, Version] = Field(default_factory=dict)
    """Revisions by Application, and by source where an Application has several. A promotion changes these lines."""

    sync_windows: tuple[SyncWindow, ...] = ()
    """Times in which Applications may sync, or may not."""

    orphaned_resources: OrphanedResources | None = None
    """How resources that belong to no Application are treated."""

    source_integrity: SourceIntegrity | None = None
    """Signatures that commits must have (Argo CD 3.5)."""

    hosts: tuple[Glob, ...] = ()
    """Host names that the environment serves, within the guardrail `hosts`. No other environment of the cluster may
    serve them. `*.shop.example.org` is every name below. Where the profile has `admission`, the cluster refuses
    Ingresses and routes with other names."""

    source_namespaces: tuple[DnsLabel, ...] = ()
    """Namespaces of the hub in which Applications of this project may be created. Each needs an `allow`."""

    keep: tuple[Keep, ...] = ()
    """Parts that stay in the cluster when the environment is removed. `applications` also keeps what they need in Argo
    CD, the AppProject and its repositories, and the account of their syncs; the namespace stays with `namespace`."""

    moved_from: tuple[DnsName, ...] = ()
    """Former names of the project, so that Pulumi keeps its resources instead of replacing them."""

    allow: tuple[Allowance, ...] = ()
    """Permissions beyond the minimum, each with its reason."""

    name: DnsName | None = None
    """Name of the project, instead of `<namespace>-<cluster>`."""


class Settings(ClassSettings):
    """A whole team.yaml, product.yaml or project.yaml."""

    classes: Mapping[Key, ClassSettings] = Field(default_factory=dict)
    """Parts for the environments of one class. Each is merged directly after the rest of its file."""
