"""Applications and ApplicationSets: what Argo CD deploys, from where, and how.

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
    Glob,
    LabelKey,
    Revision,
    Url,
    Word,
)
from argoproject.models.values import Count, Flag, FreeForm, FreeMap, FreeMaps

__all__ = [
    "Application",
    "ApplicationSet",
    "Base",
    "Finalizer",
    "Lifecycle",
    "OnConflict",
    "Source",
    "SyncPolicy",
    "WaitUntil",
]


class Lifecycle(StrEnum):
    """Whether a thing is in use or on its way out."""

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
    """What a clash of field managers does."""

    FAIL = "fail"
    FORCE = "force"


class HelmParameter(Model):
    """One value, as `helm --set`."""

    name: str
    """Name of the value."""

    value: str
    """The value. Not for secrets: everybody who may see the Application reads it."""

    force_string: Flag | None = None
    """The value is text even when it looks like a number (`--set-string`)."""


class HelmFileParameter(Model):
    """One value read from a file, as `helm --set-file`."""

    name: str
    """Name of the value."""

    path: str
    """The file, below the source."""


class Helm(Model):
    """Options of a Helm source."""

    release_name: DnsLabel | None = None
    """Name of the release. Default: the Application's name."""

    value_files: tuple[str, ...] = ()
    """Value files: in the chart, or `$ref/path` in another source. helm-secrets URLs are allowed."""

    values_object: FreeMap | None = None
    """Values written here. Not for secrets."""

    values: str | None = None
    """Values as one text. Prefer `valuesObject`, which is checked and merged."""

    parameters: tuple[HelmParameter, ...] = ()
    """Single values, as `--set`."""

    file_parameters: tuple[HelmFileParameter, ...] = ()
    """Single values from files, as `--set-file`."""

    ignore_missing_value_files: Flag | None = None
    """A missing value file is no error."""

    skip_crds: Flag | None = None
    """Do not install the chart's CRDs."""

    skip_schema_validation: Flag | None = None
    """Do not check the values against the chart's schema."""

    skip_tests: Flag | None = None
    """Do not render the chart's tests."""

    pass_credentials: Flag | None = None
    """Send the credentials to every domain that the chart's files come from."""

    version: Word | None = None
    """Helm version, `v3`."""

    kube_version: Word | None = None
    """Kubernetes version that the chart is told."""

    api_versions: tuple[str, ...] = ()
    """API versions that the chart is told."""

    namespace: DnsLabel | None = None
    """Namespace that the chart is told, when it is not the environment's."""


class KustomizeReplica(Model):
    """How many replicas a workload has."""

    name: str
    """Name of the workload."""

    count: Count
    """How many."""


class Kustomize(Model):
    """Options of a Kustomize source."""

    name_prefix: str | None = None
    """Goes before every name."""

    name_suffix: str | None = None
    """Goes after every name."""

    images: tuple[str, ...] = ()
    """Images to replace: `name=newname:tag`."""

    replicas: tuple[KustomizeReplica, ...] = ()
    """Replicas to set."""

    common_labels: Mapping[LabelKey, str] = Field(default_factory=dict)
    """Labels for every object."""

    common_annotations: Mapping[LabelKey, str] = Field(default_factory=dict)
    """Annotations for every object."""

    common_annotations_envsubst: Flag | None = None
    """Replace variables in the annotations."""

    force_common_labels: Flag | None = None
    """Override labels that exist."""

    force_common_annotations: Flag | None = None
    """Override annotations that exist."""

    label_without_selector: Flag | None = None
    """Do not put the labels into selectors."""

    label_include_templates: Flag | None = None
    """Put the labels into templates."""

    namespace: DnsLabel | None = None
    """Namespace that every object gets."""

    components: tuple[str, ...] = ()
    """Components to add."""

    ignore_missing_components: Flag | None = None
    """A missing component is no error."""

    patches: FreeMaps = ()
    """Patches, as Kustomize spells them."""

    version: Word | None = None
    """Kustomize version."""

    kube_version: Word | None = None
    """Kubernetes version that Kustomize is told."""

    api_versions: tuple[str, ...] = ()
    """API versions that Kustomize is told."""


class Jsonnet(Model):
    """Options of Jsonnet files in a directory."""

    ext_vars: FreeMaps = ()
    """External variables: `{name, value, code}`."""

    tlas: FreeMaps = ()
    """Top-level arguments: `{name, value, code}`."""

    libs: tuple[str, ...] = ()
    """Library folders."""


class Directory(Model):
    """Options of a source of plain manifests."""

    recurse: Flag | None = None
    """Read folders below as well."""

    include: str | None = None
    """Pattern of the files to read."""

    exclude: str | None = None
    """Pattern of the files to leave out."""

    jsonnet: Jsonnet | None = None
    """Options of Jsonnet files."""


class EnvironmentVariable(Model):
    """An environment variable for a plugin."""

    name: str
    """Name of the variable."""

    value: str
    """Its value. Not for secrets."""


class Plugin(Model):
    """A config management plugin."""

    name: str | None = None
    """Name of the plugin. Default: the one that recognises the source."""

    env: tuple[EnvironmentVariable, ...] = ()
    """Environment variables."""

    parameters: FreeMaps = ()
    """Parameters, as Argo CD spells them: `{name, string | array | map}`."""


class Source(Model):
    """Where an Application's manifests come from."""

    repo_url: Url = Field(alias="repoURL")
    """Git repository, Helm repository, or `host/path` of an OCI registry (guardrail `sources`)."""

    path: str | None = None
    """Folder in the Git repository."""

    chart: Glob | None = None
    """Chart in the Helm repository or registry."""

    target_revision: Revision | None = None
    """Branch, tag, commit or chart version. Mostly set by `versions`."""

    ref: DnsLabel | None = None
    """Name by which other sources' value files use this repository: `$<ref>/path`."""

    name: DnsLabel | None = None
    """Name of the source, for `versions` and for Argo CD."""

    helm: Helm | None = None
    """Options of a Helm chart."""

    kustomize: Kustomize | None = None
    """Options of Kustomize. Empty braces say that the folder is Kustomize's."""

    directory: Directory | None = None
    """Options of plain manifests. Empty braces say that the folder holds plain manifests."""

    plugin: Plugin | None = None
    """Options of a config management plugin."""


class Automated(Model):
    """Sync without anybody asking."""

    enabled: Flag | None = None
    """Switches automated sync off while keeping its options."""

    prune: Flag | None = None
    """Delete what left the source."""

    self_heal: Flag | None = None
    """Mend what was changed in the cluster."""

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
    """How often to retry; -1 for ever."""

    refresh: Flag | None = None
    """Use the newest revision when retrying."""

    backoff: Backoff | None = None
    """Pauses between retries."""


class SyncPolicy(Model):
    """When and how Argo CD syncs."""

    automated: Automated | None = None
    """Sync without anybody asking. Empty braces switch it on."""

    sync_options: tuple[Word, ...] = ()
    """Options as Argo CD spells them: `ServerSideApply=true`."""

    retry: Retry | None = None
    """What happens when a sync fails."""


class IgnoreDifference(Model):
    """A field on which cluster and source may differ."""

    group: str | None = None
    """API group; empty for the core group."""

    kind: str
    """Kind."""

    name: str | None = None
    """Name. Default: all of the kind."""

    namespace: DnsLabel | None = None
    """Namespace."""

    json_pointers: tuple[str, ...] = ()
    """Fields as JSON pointers."""

    jq_path_expressions: tuple[str, ...] = ()
    """Fields as jq expressions."""

    managed_fields_managers: tuple[str, ...] = ()
    """Fields of these managers."""


class Info(Model):
    """A line that Argo CD shows beside the Application."""

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

    subchart_repositories: tuple[Url, ...] = ()
    """Repositories of charts that the charts depend on (guardrail `sources`). Argo CD takes their Secrets along when it
    builds the dependencies; those of an OCI registry as `host/path`, without `oci://`."""

    sync_policy: SyncPolicy | None = None
    """When and how Argo CD syncs. Without, only when asked."""

    ignore_differences: tuple[IgnoreDifference, ...] = ()
    """Fields on which cluster and source may differ."""

    info: tuple[Info, ...] = ()
    """Lines that Argo CD shows beside it."""

    revision_history_limit: Count | None = None
    """How many past syncs are kept."""

    annotations: Mapping[LabelKey, str] = Field(default_factory=dict)
    """Annotations, for example subscriptions to notifications."""

    finalizer: Finalizer | None = None
    """What deleting it does to its workloads: `foreground` (default) or `background` deletes them,
    `none` leaves them."""

    name: DnsLabel | None = None
    """Name, instead of `<project>-<key>`."""

    lifecycle: Lifecycle | None = None
    """`retiring` lifts the protection, so that it may be removed."""

    moved_from: tuple[DnsLabel, ...] = ()
    """Keys that it had before, so that Pulumi keeps it instead of replacing it."""

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


class ApplicationSetTemplate(Model):
    """What every generated Application is like. Project and destination are the environment's own."""

    name: str | None = None
    """Name of a generated Application, with the generator's fields: `{{ .path.basename }}`.
    The project's name goes before it."""

    source: FreeMap | None = None
    """Where its manifests come from, with the generator's fields."""

    sources: FreeMaps = ()
    """Several places, instead of `source`."""

    sync_policy: SyncPolicy | None = None
    """When and how Argo CD syncs."""

    annotations: Mapping[LabelKey, str] = Field(default_factory=dict)
    """Annotations."""


class ApplicationSet(Model):
    """An ApplicationSet whose Applications stay inside the environment."""

    generators: FreeMaps = ()
    """Generators as Argo CD spells them: `list`, `git`, `matrix`, `merge`."""

    template: ApplicationSetTemplate | None = None
    """What every generated Application is like."""

    subchart_repositories: tuple[Url, ...] = ()
    """Repositories of charts that the charts depend on (guardrail `sources`). Argo CD takes their Secrets along when it
    builds the dependencies; those of an OCI registry as `host/path`, without `oci://`."""

    preserve_resources_on_deletion: Flag | None = None
    """Leave the workloads when the ApplicationSet is deleted."""

    applications_sync: Glob | None = None
    """`create-only`, `create-update` (default), `create-delete` or `sync`."""

    strategy: FreeForm = None
    """Order of progressive syncs, as Argo CD spells it."""

    name: DnsLabel | None = None
    """Name, instead of `<project>-<key>`."""

    lifecycle: Lifecycle | None = None
    """`retiring` lifts the protection, so that it may be removed."""
