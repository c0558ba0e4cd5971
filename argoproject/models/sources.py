"""Sources of Applications: where manifests come from, and the options of the tool that renders them.

The fields are Argo CD's own where the meaning is the same.
Source: argo-cd v3.5, pkg/apis/application/v1alpha1/types.go.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from argoproject.models.base import Model
from argoproject.models.scalars import (
    Branch,
    DnsLabel,
    Glob,
    KubeVersion,
    LabelKey,
    Reference,
    Revision,
    Url,
    ValueName,
    Word,
)
from argoproject.models.values import Count, Flag, FreeMap

__all__ = [
    "Directory",
    "Helm",
    "Jsonnet",
    "Kustomize",
    "KustomizePatch",
    "Plugin",
    "Source",
    "SourceHydrator",
]


class HelmParameter(Model):
    """One value, as `helm --set`."""

    name: ValueName
    """Name of the value."""

    value: str
    """The value. Not for secrets: everyone who may see the Application can read it."""

    force_string: Flag | None = None
    """The value is text even when it looks like a number (`--set-string`)."""


class HelmFileParameter(Model):
    """One value read from a file, as `helm --set-file`."""

    name: ValueName
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
    """A missing value file is not an error."""

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

    kube_version: KubeVersion | None = None
    """Kubernetes version that the chart sees."""

    api_versions: tuple[str, ...] = ()
    """API versions that the chart sees."""

    namespace: DnsLabel | None = None
    """Namespace that the chart sees, when it is not the environment's."""


class KustomizeReplica(Model):
    """How many replicas a workload has."""

    name: str
    """Name of the workload."""

    count: Count
    """How many."""


class PatchTarget(Model):
    """The objects that a patch changes: those that have all of these."""

    group: str | None = None
    """API group."""

    version: str | None = None
    """Version of the API."""

    kind: str | None = None
    """Kind."""

    name: str | None = None
    """Name, as a regular expression."""

    namespace: str | None = None
    """Namespace, as a regular expression."""

    label_selector: str | None = None
    """Labels, as `kubectl get --selector` takes them."""

    annotation_selector: str | None = None
    """Annotations, in the same form."""


class KustomizePatch(Model):
    """A patch: of one object, or of all that `target` selects."""

    path: str | None = None
    """File of the patch, below the source."""

    patch: str | None = None
    """The patch as text: part of an object, or a list of operations (JSON 6902), which needs a `target`."""

    target: PatchTarget | None = None
    """The objects that it changes. Default: the one that the patch names."""

    options: Mapping[str, Flag] = Field(default_factory=dict)
    """`allowNameChange` and `allowKindChange`."""


class Kustomize(Model):
    """Options of a Kustomize source."""

    name_prefix: str | None = None
    """Prefix of every name."""

    name_suffix: str | None = None
    """Suffix of every name."""

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
    """A missing component is not an error."""

    patches: tuple[KustomizePatch, ...] = ()
    """Patches, as Kustomize spells them."""

    version: Word | None = None
    """Kustomize version, one of platform.yaml's `argocd.kustomizeVersions`. Default: Argo CD's own."""

    kube_version: KubeVersion | None = None
    """Kubernetes version that Kustomize sees."""

    api_versions: tuple[str, ...] = ()
    """API versions that Kustomize sees."""


class JsonnetVariable(Model):
    """A variable of Jsonnet."""

    name: str
    """Its name."""

    value: str
    """Its value. Not for secrets."""

    code: Flag | None = None
    """The value is Jsonnet, not text."""


class Jsonnet(Model):
    """Options of Jsonnet files in a directory."""

    ext_vars: tuple[JsonnetVariable, ...] = ()
    """External variables."""

    tlas: tuple[JsonnetVariable, ...] = ()
    """Top-level arguments."""

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

    disable_extension_filter: Flag | None = None
    """Read files whatever their ending is, since Argo CD 3.6."""


class EnvironmentVariable(Model):
    """An environment variable for a plugin."""

    name: str
    """Name of the variable."""

    value: str
    """Its value. Not for secrets."""


class PluginParameter(Model):
    """A parameter for a plugin, with one value."""

    name: str
    """Name of the parameter."""

    string: str | None = None
    """Its value, where it is a text."""

    array: tuple[str, ...] | None = None
    """Its value, where it is a list."""

    map: Mapping[str, str] | None = None
    """Its value, where it is a map."""


class Plugin(Model):
    """A config management plugin."""

    name: str | None = None
    """Name of the plugin. Default: the one that recognises the source."""

    env: tuple[EnvironmentVariable, ...] = ()
    """Environment variables."""

    parameters: tuple[PluginParameter, ...] = ()
    """Parameters that the plugin announces."""


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

    tag_prefix: Word | None = None
    """Begin of the tags among which a range of versions chooses, since Argo CD 3.5: `shop/`."""

    ref: Reference | None = None
    """Name by which other sources' value files use this repository: `$<ref>/path`."""

    name: DnsLabel | None = None
    """Name of the source, for `versions` and for Argo CD."""

    helm: Helm | None = None
    """Options of a Helm chart."""

    kustomize: Kustomize | None = None
    """Options of Kustomize. Empty braces declare the folder as Kustomize's."""

    directory: Directory | None = None
    """Options of plain manifests. Empty braces declare a folder of plain manifests."""

    plugin: Plugin | None = None
    """Options of a config management plugin."""


class DrySource(Model):
    """A folder in Git from which Argo CD renders the manifests that it writes."""

    repo_url: Url = Field(alias="repoURL")
    """Git repository (guardrail `sources`)."""

    target_revision: Revision | None = None
    """Branch, tag or commit. Mostly set by `versions`."""

    path: str
    """Folder in the repository."""

    helm: Helm | None = None
    """Options of a Helm chart, since Argo CD 3.4, as the options of other tools."""

    kustomize: Kustomize | None = None
    """Options of Kustomize. Empty braces declare the folder as Kustomize's."""

    directory: Directory | None = None
    """Options of plain manifests. Empty braces declare a folder of plain manifests."""

    plugin: Plugin | None = None
    """Options of a config management plugin."""

    def as_source(self) -> Source:
        """The same as the source of an Application without a hydrator, which has the same rules."""
        return Source.model_construct(self.model_fields_set, **dict(self))


class SyncSource(Model):
    """A folder in Git with rendered manifests, from which Argo CD syncs."""

    repo_url: Url | None = Field(alias="repoURL", default=None)
    """Git repository (guardrail `sources`), since Argo CD 3.5. Default: that of `drySource`."""

    target_branch: Branch
    """Branch (guardrail `hydratedBranches`). Without `hydrateTo` Argo CD writes to it as well."""

    path: str
    """Folder to which the manifests are written: not the repository's root, and for this Application alone."""


class HydrateTo(Model):
    """A branch on which rendered manifests wait."""

    target_branch: Branch
    """Branch to which Argo CD writes (guardrail `hydratedBranches`). Somebody else merges it into that of
    `syncSource`."""


class SourceHydrator(Model):
    """Rendered manifests in Git: Argo CD renders one folder, writes the result to a branch, and syncs from there."""

    dry_source: DrySource
    """What is rendered."""

    sync_source: SyncSource
    """From where Argo CD syncs."""

    hydrate_to: HydrateTo | None = None
    """Another branch to which Argo CD writes, for example to have it reviewed."""

    @property
    def url(self) -> str:
        """The repository to which Argo CD writes."""
        return self.sync_source.repo_url or self.dry_source.repo_url

    @property
    def branches(self) -> tuple[tuple[tuple[str, str], str], ...]:
        """The branch from which Argo CD syncs and, last, the one to which it writes; each with its place."""
        parts = (("syncSource", self.sync_source), ("hydrateTo", self.hydrate_to))
        return tuple(
            ((name, "targetBranch"), part.target_branch) for name, part in parts if part is not None
        )

    @property
    def written_branch(self) -> tuple[tuple[str, str], str]:
        """The branch to which Argo CD writes, with its place."""
        return self.branches[-1]
