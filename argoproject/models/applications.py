"""Applications: what Argo CD deploys, and how it syncs. Sources and ApplicationSets have modules of their own.

The fields are Argo CD's own where the meaning is the same.
Source: argo-cd v3.5, pkg/apis/application/v1alpha1/types.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field

from argoproject.models.base import Model
from argoproject.models.scalars import (
    DnsLabel,
    DnsName,
    Duration,
    Key,
    LabelKey,
    LabelValue,
    Url,
    Word,
)
from argoproject.models.sources import Source, SourceHydrator
from argoproject.models.values import Count, Flag

__all__ = [
    "Application",
    "Base",
    "Finalizer",
    "IgnoreDifference",
    "Info",
    "Lifecycle",
    "OnConflict",
    "SyncPolicy",
    "WaitUntil",
]


class Lifecycle(StrEnum):
    """Whether an object is in use, or about to be removed."""

    ACTIVE = "active"
    RETIRING = "retiring"


class Finalizer(StrEnum):
    """What deleting an Application does to its workloads."""

    FOREGROUND = "foreground"
    BACKGROUND = "background"
    NONE = "none"


class WaitUntil(StrEnum):
    """What the next Application waits for."""

    CREATED = "created"
    HEALTHY = "healthy"


class OnConflict(StrEnum):
    """What happens when another field manager owns a field."""

    FAIL = "fail"
    FORCE = "force"


class Automated(Model):
    """Sync automatically."""

    enabled: Flag | None = None
    """Switches automated sync off while keeping its options."""

    prune: Flag | None = None
    """Delete what left the source."""

    self_heal: Flag | None = None
    """Revert what was changed in the cluster."""

    allow_empty: Flag | None = None
    """Also sync when the source has become empty."""


class Backoff(Model):
    """Pauses between retries."""

    duration: Duration | None = None
    """First pause."""

    factor: Count | None = None
    """How much longer each following one is."""

    max_duration: Duration | None = None
    """Longest pause."""


class Retry(Model):
    """What happens when a sync fails."""

    limit: Count | None = None
    """How often to retry; -1 for no limit. Argo CD reads a missing limit as 0, so `validate` warns."""

    refresh: Flag | None = None
    """Use the newest revision when retrying."""

    backoff: Backoff | None = None
    """Pauses between retries."""


class SyncPolicy(Model):
    """When and how Argo CD syncs."""

    automated: Automated | None = None
    """Sync automatically. Empty braces switch it on."""

    sync_options: tuple[Word, ...] = ()
    """Options that Argo CD reads of an Application, as it spells them: `ServerSideApply=true`; `Delete` and `Prune`
    since 3.4."""

    retry: Retry | None = None
    """What happens when a sync fails."""


class IgnoreDifference(Model):
    """A field on which cluster and source may differ."""

    group: str | None = None
    """API group without a version, or a pattern. Default: the core group."""

    kind: str
    """Kind, or a pattern."""

    name: str | None = None
    """Name of one object. Default: all of the kind."""

    namespace: DnsLabel | None = None
    """Namespace."""

    json_pointers: tuple[str, ...] = ()
    """Fields as JSON pointers: `/spec/replicas`. A `/` in a name is written `~1`."""

    jq_path_expressions: tuple[str, ...] = ()
    """Fields in jq: `.spec.template.spec.containers[] | select(.name == "proxy") | .image`."""

    managed_fields_managers: tuple[str, ...] = ()
    """Fields of these managers."""


class Info(Model):
    """A line that Argo CD shows with the Application."""

    name: str
    """Its title."""

    value: str
    """Its text; URLs become links."""


class Application(Model):
    """One Argo CD Application of the environment."""

    source: Source | None = None
    """Where its manifests come from."""

    sources: tuple[Source, ...] = ()
    """Several places, instead of `source`."""

    source_hydrator: SourceHydrator | None = None
    """Rendered manifests that Argo CD writes to Git and syncs from there, instead of `source`."""

    subchart_repositories: tuple[Url, ...] = ()
    """Repositories of charts that the charts depend on (guardrail `sources`). Argo CD uses their Secrets when it
    builds the dependencies; those of an OCI registry as `host/path`, without `oci://`."""

    sync_policy: SyncPolicy | None = None
    """When and how Argo CD syncs. Without it, only on request."""

    ignore_differences: tuple[IgnoreDifference, ...] = ()
    """Fields on which cluster and source may differ."""

    info: tuple[Info, ...] = ()
    """Lines that Argo CD shows with it."""

    revision_history_limit: Count | None = None
    """How many past syncs are kept."""

    labels: Mapping[LabelKey, LabelValue] = Field(default_factory=dict)
    """Labels, by which people filter Applications in Argo CD. Those of Argo CD, Kubernetes and the platform are
    refused, apart from `app.kubernetes.io/name`, `part-of`, `component` and `version`."""

    annotations: Mapping[LabelKey, str] = Field(default_factory=dict)
    """Annotations, for example subscriptions to notifications. Of those that steer Argo CD, teams may set
    `argocd.argoproj.io/manifest-generate-paths` and `argocd.argoproj.io/compare-options`."""

    finalizer: Finalizer | None = None
    """What deleting it does to its workloads: `foreground` (default) or `background` deletes them,
    `none` leaves them."""

    name: DnsLabel | None = None
    """Name, instead of `<project>-<key>`."""

    lifecycle: Lifecycle | None = None
    """`retiring` lifts the protection, so that it may be removed."""

    moved_from: tuple[DnsLabel, ...] = ()
    """Keys that it had before, so that Pulumi keeps it instead of replacing it."""

    after: tuple[Key, ...] | None = None
    """Keys of the Applications after which it is created, instead of the default: `requirements` comes after `base`,
    `application` after `requirements`, all others after `application`. `after: []` is as soon as possible; all
    Applications come after `base`."""

    wait_until: WaitUntil | None = None
    """`healthy`: the next Application is created only when this one is synced and healthy."""

    managed_elsewhere: tuple[Word, ...] = ()
    """Fields left to another writer (Image Updater, Kargo, the UI), as `source.targetRevision`."""

    on_conflict: OnConflict | None = None
    """`fail` (default) or `force` when another manager wrote a field."""


class Base(Application):
    """The namespace side as an Argo CD Application, for clusters that Pulumi cannot reach."""

    project: DnsName | None = None
    """The platform's AppProject for it (platform.yaml lists them); never `default`."""
