"""ApplicationSets: what generates Applications, and what each of them is like.

The fields are Argo CD's own where the meaning is the same. A text of the template may contain Go templates; a truth
value or a number may not, as Argo CD's own types do not.
Source: argo-cd v3.5, pkg/apis/application/v1alpha1/applicationset_types.go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from argoproject.models.applications import (
    Finalizer,
    IgnoreDifference,
    Info,
    Lifecycle,
    SyncPolicy,
)
from argoproject.models.base import Model
from argoproject.models.generators import (
    ClusterGenerator,
    PluginGenerator,
    PullRequestGenerator,
    ScmGenerator,
    Selector,
    Settings,
)
from argoproject.models.scalars import (
    DnsLabel,
    Glob,
    KubeVersion,
    LabelKey,
    LabelValue,
    Revision,
    Url,
    refuse,
)
from argoproject.models.scalars import Word as _Word
from argoproject.models.sources import Helm, Kustomize, KustomizeReplica, Source
from argoproject.models.values import Count, Flag, FreeMaps, read_count

__all__ = [
    "ApplicationSet",
    "ApplicationSetTemplate",
    "Generator",
    "GitGenerator",
    "MatrixGenerator",
    "MergeGenerator",
    "Strategy",
    "TemplateSource",
]

_ACTION = re.compile(r"(?:\s*\{\{-|\{\{).*?(?:-\}\}\s*|\}\})", re.DOTALL)


def _templated(kind: Any, *, of_letters: bool = True) -> AfterValidator:
    """The rule of a type for a text in which templates may be: what they become is taken for one letter, or accepted
    where a letter is no part of the type. A generated Application is judged with what they become."""
    rules: list[Callable[[str], str]] = [item.func for item in get_args(kind)[1:]]

    def check(value: str) -> str:
        if "{{" in value and not of_letters:
            return value
        text = _ACTION.sub("x", value) if "{{" in value else value
        try:
            for rule in rules:
                text = rule(text)
        except PydanticCustomError as error:
            context = dict(error.context or {})
            refuse(**{**context, "message": context["message"].replace(repr(text), repr(value))})
        return value

    return AfterValidator(check)


def _read_update(value: Any) -> Any:
    """How many Applications of a step are updated at once: a number, or a share of them.

    Source: `GetScaledValueFromIntOrPercent`; Argo CD ignores what it refuses, and updates all at once.
    """
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,3}%", value):
        return str(value)
    return read_count(value)


TemplatedLabel: TypeAlias = Annotated[str, _templated(DnsLabel)]
TemplatedLabelValue: TypeAlias = Annotated[str, _templated(LabelValue)]
TemplatedUrl: TypeAlias = Annotated[str, _templated(Url)]
TemplatedChart: TypeAlias = Annotated[str, _templated(Glob)]
TemplatedKubeVersion: TypeAlias = Annotated[str, _templated(KubeVersion, of_letters=False)]
TemplatedWord: TypeAlias = Annotated[str, _templated(_Word)]

MaxUpdate: TypeAlias = Annotated[
    int | str,
    BeforeValidator(_read_update),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}]}),
]
"""A number of Applications, or a share of them. Accepts `1`, `25%`; refuses `x`, `1.5`."""


class TemplateHelm(Helm):
    """Options of a Helm source, with the generator's fields."""

    release_name: TemplatedLabel | None = None
    """Name of the release. Default: the Application's name."""

    kube_version: TemplatedKubeVersion | None = None
    """Kubernetes version that the chart sees."""

    namespace: TemplatedLabel | None = None
    """Namespace that the chart sees, when it is not the environment's."""


class TemplateReplica(KustomizeReplica):
    """How many replicas a workload has."""

    count: Annotated[  # type: ignore[assignment]
        int | str, BeforeValidator(lambda value: value if "{{" in str(value) else read_count(value))
    ]
    """How many; the one number of a template that a generator may fill in."""


class TemplateKustomize(Kustomize):
    """Options of a Kustomize source, with the generator's fields."""

    replicas: tuple[TemplateReplica, ...] = ()
    """Replicas to set."""

    namespace: TemplatedLabel | None = None
    """Namespace that every object gets."""

    version: TemplatedWord | None = None
    """Kustomize version."""

    kube_version: TemplatedKubeVersion | None = None
    """Kubernetes version that Kustomize sees."""


class TemplateSource(Source):
    """Where the manifests of a generated Application come from, with the generator's fields."""

    repo_url: TemplatedUrl = Field(alias="repoURL")
    """Git repository, Helm repository, or `host/path` of an OCI registry (guardrail `sources`)."""

    chart: TemplatedChart | None = None
    """Chart in the Helm repository or registry."""

    target_revision: Revision | None = None
    """Branch, tag, commit or chart version. `versions` does not set it."""

    name: TemplatedLabel | None = None
    """Name of the source."""

    helm: TemplateHelm | None = None
    """Options of a Helm chart."""

    kustomize: TemplateKustomize | None = None
    """Options of Kustomize. Empty braces declare the folder as Kustomize's."""


class TemplateDestination(Model):
    """Where a generated Application deploys to. What it leaves out is the environment's own."""

    name: str | None = None
    """Name of the cluster in Argo CD: `{{ .name }}`."""

    server: str | None = None
    """URL of the cluster, instead of its name."""

    namespace: TemplatedLabel | None = None
    """Namespace."""


class ApplicationSetTemplate(Model):
    """The fields of every generated Application. The project is the environment's own."""

    name: str | None = None
    """Name of a generated Application, with the generator's fields: `{{ .path.basename }}`.
    Its prefix is the project's name."""

    labels: Mapping[LabelKey, TemplatedLabelValue] = Field(default_factory=dict)
    """Labels, by which the steps of `strategy` select."""

    annotations: Mapping[LabelKey, str] = Field(default_factory=dict)
    """Annotations."""

    destination: TemplateDestination | None = None
    """Another cluster or namespace, of those that `allow` of the kind destination names."""

    source: TemplateSource | None = None
    """Where its manifests come from."""

    sources: tuple[TemplateSource, ...] = ()
    """Several places, instead of `source`."""

    sync_policy: SyncPolicy | None = None
    """When and how Argo CD syncs."""

    ignore_differences: tuple[IgnoreDifference, ...] = ()
    """Fields on which cluster and source may differ."""

    info: tuple[Info, ...] = ()
    """Lines that Argo CD shows with it."""

    revision_history_limit: Count | None = None
    """How many past syncs are kept."""


class ListGenerator(Settings):
    """Elements written here."""

    elements: FreeMaps = ()
    """The values of each generated Application."""

    elements_yaml: str | None = None
    """Elements as the text of a YAML list, for the second generator of a `matrix`: `{{ .items | toJson }}`."""


class GitFiles(Model):
    """Files or folders of a repository."""

    path: str
    """Pattern of their paths: `parts/*`."""

    exclude: Flag | None = None
    """Leave them out."""


class GitGenerator(Settings):
    """An Application for each folder, or for each item of files, of a repository."""

    repo_url: TemplatedUrl = Field(alias="repoURL")
    """Repository that is read (guardrail `sources`)."""

    revision: Revision
    """Branch, tag or commit; HEAD is the newest commit of the default branch."""

    directories: tuple[GitFiles, ...] = ()
    """Folders."""

    files: tuple[GitFiles, ...] = ()
    """Files with values, instead of folders."""

    requeue_after_seconds: Count | None = None
    """How often the repository is read. Default: every 3 minutes."""

    path_param_prefix: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    """Field that holds `path`, where two generators of a `matrix` read folders."""

    values: Mapping[str, str] = Field(default_factory=dict)
    """Further values, with the fields of the generator: `{{ .values.<key> }}`."""


class MatrixGenerator(Settings):
    """Every pair of what two generators yield."""

    generators: tuple[Generator, ...]
    """The two generators. The second may use the values of the first."""


class MergeGenerator(Settings):
    """What the first generator yields, with values of the others."""

    generators: tuple[Generator, ...]
    """The generators."""

    merge_keys: tuple[str, ...]
    """Fields by which items belong together."""


class Generator(Settings):
    """What yields the values of the generated Applications: one of its kinds."""

    list_: Annotated[ListGenerator | None, Field(alias="list")] = None
    """Elements written here."""

    git: GitGenerator | None = None
    """Folders or files of a repository."""

    matrix: MatrixGenerator | None = None
    """Every pair of what two generators yield."""

    merge: MergeGenerator | None = None
    """What several generators yield, joined by fields."""

    clusters: ClusterGenerator | None = None
    """Clusters of platform.yaml, by name."""

    pull_request: PullRequestGenerator | None = None
    """Pull requests of a repository."""

    scm_provider: ScmGenerator | None = None
    """Repositories of an organisation."""

    plugin: PluginGenerator | None = None
    """What a server of the platform answers."""

    selector: Selector | None = None
    """Which of the values are used."""


MatrixGenerator.model_rebuild()
MergeGenerator.model_rebuild()


class StepExpression(Model):
    """Which Applications a step updates."""

    key: LabelKey
    """Key of a label in `template.labels`."""

    operator: Literal["In", "NotIn"]
    """Whether the label has one of the values, or none of them."""

    values: tuple[str, ...]
    """Values of the label."""


class Step(Model):
    """A step of a progressive sync."""

    match_expressions: tuple[StepExpression, ...] = ()
    """Which Applications it updates: those that meet all. Without any, all."""

    max_update: MaxUpdate | None = None
    """How many of them at once: a number, or a share such as `25%`. Default: all."""


class RollingSync(Model):
    """A progressive sync. It switches automated sync off: what is in no step is never synced."""

    steps: tuple[Step, ...] = ()
    """The steps, one after the other."""


class Strategy(Model):
    """Order in which generated Applications are updated and deleted."""

    type: Literal["AllAtOnce", "RollingSync"] | None = None
    """`AllAtOnce` (default) or `RollingSync`."""

    rolling_sync: RollingSync | None = None
    """The steps of `RollingSync`."""

    deletion_order: Literal["AllAtOnce", "Reverse"] | None = None
    """`Reverse` deletes the Applications of the last step first."""


class IgnoredField(Model):
    """A field of generated Applications that the ApplicationSet leaves to others."""

    name: str | None = None
    """Name of the Application. Default: all."""

    json_pointers: tuple[str, ...] = ()
    """Fields as JSON pointers: `/spec/syncPolicy`."""

    jq_path_expressions: tuple[str, ...] = ()
    """Fields as jq expressions."""


_WRITTEN_HERE = {
    "goTemplate": ("templates are always Go's", "remove it"),
    "goTemplateOptions": ("missing fields are always errors", "remove it"),
    "syncPolicy": (
        "its fields are one level higher",
        "write `applicationsSync` and `finalizer` in the ApplicationSet",
    ),
    "templatePatch": (
        "a patch could replace the destination and the sources, which are judged in `template`",
        "write the fields in `template`; `{{ if … }}` in a text chooses its value",
    ),
}
"""Fields of Argo CD's spec that are not accepted: why, and what to write."""


class ApplicationSet(Model):
    """An ApplicationSet whose Applications stay inside the environment."""

    @model_validator(mode="before")
    @classmethod
    def _without_own_spec(cls, data: Any) -> Any:
        for key, (message, remedy) in _WRITTEN_HERE.items():
            if isinstance(data, Mapping) and key in data:
                refuse(code="set-field", message=message, remedy=remedy, path=(key,))
        return data

    generators: tuple[Generator, ...] = ()
    """What yields the values of the generated Applications."""

    template: ApplicationSetTemplate | None = None
    """The fields of every generated Application."""

    subchart_repositories: tuple[Url, ...] = ()
    """Repositories of charts that the charts depend on (guardrail `sources`). Argo CD uses their Secrets when it
    builds the dependencies; those of an OCI registry as `host/path`, without `oci://`."""

    finalizer: Finalizer | None = None
    """What deleting a generated Application does to its workloads: `foreground` (default) or `background` deletes
    them, `none` leaves them."""

    preserve_resources_on_deletion: Flag | None = None
    """Argo CD's own name for `finalizer: none`."""

    applications_sync: Literal["create-only", "create-update", "create-delete", "sync"] | None = (
        None
    )
    """What the set does with its Applications: `create-update` (default) never deletes one."""

    strategy: Strategy | None = None
    """Order of progressive syncs."""

    ignore_application_differences: tuple[IgnoredField, ...] = ()
    """Fields of generated Applications that the ApplicationSet leaves to others."""

    name: DnsLabel | None = None
    """Name, instead of `<project>-<key>`."""

    lifecycle: Lifecycle | None = None
    """`retiring` lifts the protection, so that it may be removed."""
