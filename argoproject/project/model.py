"""A resolved environment, `Project`, and the origin of each of its values, `Layers`.

Origins are not recorded while files are merged. `Layers` finds them on demand, as layers are few and questions rare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from itertools import chain
from typing import Any, TypeAlias, TypeVar

from argoproject.identity import PLATFORM, Identity, Names
from argoproject.layout import PROJECT_FILE
from argoproject.models import ClassSettings, Cluster, Guardrails, Namespace, Platform, Profile
from argoproject.problems import Caution, Gap, Lack, Mistake, Position, Problem, Severity
from argoproject.secrets.file import SecretFile, SecretKey
from argoproject.yamlfile.reader import Data, DataPath, Document, path_text

__all__ = [
    "ExtraManifest",
    "Found",
    "Layer",
    "Layers",
    "Project",
    "effective_guardrails",
    "has_path",
    "naming",
    "once",
    "placeholder_values",
]

T = TypeVar("T")

_NO_SETTINGS = Namespace()

Found: TypeAlias = Iterator[tuple[DataPath, Mistake]]
"""Mistakes in settings or in a file, each with its place there."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One file's part of an environment.

    Attributes:
        document: The file.
        prefix: DataPath from the root of the document to `data`: `("classes", "production")` for a class's part.
        data: What the part sets.
    """

    document: Document
    prefix: DataPath
    data: Mapping[str, Data]

    def position(self, path: DataPath) -> Position:
        """The position of `path`, which is relative to `data`, in the file."""
        return self.document.position((*self.prefix, *path))


@dataclass(frozen=True, slots=True)
class Layers:
    """The layers of an environment: the profile first, then team.yaml, product.yaml and project.yaml.

    Example:
        `project.layers.origin(("access", "admin", 0))` is the layer of team.yaml and the whole path, if no nearer file
        sets `access.admin`. `project.layers.position(("access", "admin", 0))` is its line and column in that file.
    """

    items: tuple[Layer, ...] = ()

    def origin(self, path: DataPath) -> tuple[Layer | None, DataPath]:
        """The nearest layer that sets `path`.

        Returns:
            The layer and the part of `path` that it has: all of it, or where no layer sets `path`, the longest part
            that a layer has. A missing key belongs into a file of the team, so a layer of a file comes before the
            profile then. None and the empty path where there are no layers.
        """
        best: tuple[Layer | None, DataPath] = (None, ())
        for layer in reversed(self.items):
            held = _held(layer.data, path)
            if len(held) == len(path):
                return layer, held
            of_profile = layer is self.items[0] and best[0] is not None
            if not of_profile and (best[0] is None or len(held) > len(best[1])):
                best = (layer, held)
        return best

    def position(self, path: DataPath = ()) -> Position:
        """The position at which `path` is set, else where it would have to be added."""
        layer, held = self.origin(path)
        return layer.position(held) if layer else Position("")

    def of_profile(self, problem: Problem) -> bool:
        """Whether the position of a problem is in the file of the profile, the first layer."""
        return bool(self.items) and problem.position.file == self.items[0].document.file


@dataclass(frozen=True, slots=True)
class ExtraManifest:
    """One extra manifest.

    Attributes:
        document: The file.
        data: Its object, with placeholders filled and without the metadata that sops adds to a file.
        secret: The sops file, where parts of the object are encrypted: `data` has their ciphertext. Else None.
    """

    document: Document
    data: Mapping[str, Any]
    secret: SecretFile | None = None


@dataclass(frozen=True)
class Project:
    """A resolved environment: all that checks, plan, audit and diff know about it.

    `resolve` makes it of files, `project_of` of settings that a platform team's own program has built.

    Attributes:
        identity: Team, product, cluster and environment.
        names: Its namespace and AppProject.
        platform: The whole platform.yaml.
        settings: The merged files. `profile` and `guardrails` bound them.
        profile_name: Key of its profile in platform.yaml.
        layers: The files before the merge, for the position of a value.
        manifests: Its extra manifests and those of its product.
        secrets: The sops files that it may use, by the name of the secret: of each name the nearest file.

    Example:
        A rule reads settings and reports where they are set::

            if project.settings.hosts and project.environment_class == "production":
                yield project.problem(path=("hosts", 0), code="host", message="…", remedy="…")
    """

    identity: Identity
    names: Names
    platform: Platform
    settings: ClassSettings
    profile_name: str
    layers: Layers = field(default_factory=Layers)
    manifests: tuple[ExtraManifest, ...] = ()
    secrets: Mapping[str, SecretFile] = field(default_factory=dict)
    _derived: dict[Callable[..., Any], Any] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    @property
    def environment_class(self) -> str:
        """The class of its environment, for example `production`."""
        return self.platform.environments[self.identity.environment]

    @property
    def fixed_revisions(self) -> bool:
        """Whether its class allows exact revisions only: no branch and no range."""
        return self.platform.environment_classes[self.environment_class].revisions == "fixed"

    @property
    def cluster(self) -> Cluster:
        """Its cluster, as platform.yaml describes it."""
        return self.platform.clusters[self.identity.cluster]

    @property
    def profile(self) -> Profile:
        """Its profile, as platform.yaml describes it."""
        return self.platform.profiles[self.profile_name]

    @property
    def namespace_settings(self) -> Namespace:
        """The settings of its namespace, empty where no file has any."""
        return self.settings.namespace or _NO_SETTINGS

    @property
    def namespace_floor(self) -> Namespace:
        """The namespace that its profile describes, empty where it describes none. No file goes below its guards."""
        return self.profile.namespace or _NO_SETTINGS

    @cached_property
    def guardrails(self) -> Guardrails:
        """The team's guardrails for the environment's class."""
        return effective_guardrails(self.platform, self.identity.team, self.environment_class)

    def secret_key(self, name: str) -> SecretKey:
        """The key under which the value of `{secret: <name>}` is looked up. It never names a secret of another team.

        The nearest sops file comes first, then the platform's secret if it is for the team, then the team's secret in
        Pulumi config: `blue/shop/token` of a product's file, `platform/token`, `blue/token`.
        """
        team = self.identity.team
        if name in self.secrets:
            return self.secrets[name].key
        shared = self.platform.secrets.get(name)
        owner = PLATFORM if shared is not None and team in shared.teams else team
        return SecretKey(owner, name)

    def problem(
        self,
        *,
        path: DataPath,
        code: str,
        message: str,
        remedy: str = "",
        severity: Severity = Severity.ERROR,
    ) -> Problem:
        """A problem of this environment.

        Args:
            path: Place in the merged settings; the problem's position is where a file sets it.
            code: Stable identifier.
            message: The reason.
            remedy: What to do about it.
            severity: Error or warning.
        """
        return self.named(
            Problem(
                position=self.layers.position(path),
                path=path_text(path),
                code=code,
                message=message,
                remedy=remedy,
                severity=severity,
            )
        )

    def problems(self, *found: Iterable[tuple[DataPath, Mistake]]) -> Iterator[Problem]:
        """Mistakes in the merged settings, as problems of this environment."""
        return (self.placed(path, mistake) for path, mistake in chain.from_iterable(found))

    def placed(self, path: DataPath, mistake: Mistake) -> Problem:
        """A mistake at its place in the merged settings, as a problem of this environment.

        The environment is the subject of a `Lack`, unless the position is in the environment's own file. That of a
        `Gap` always is.
        """
        if isinstance(mistake, Gap):
            return self.layers.items[-1].document.problem(path=path, **mistake._asdict())
        severity = Severity.WARNING if isinstance(mistake, Caution) else Severity.ERROR
        problem = self.problem(path=path, severity=severity, **mistake._asdict())
        return naming(self.identity, problem) if isinstance(mistake, Lack) else problem

    def named(self, problem: Problem) -> Problem:
        """The problem, with the environment as its subject where its position is in platform.yaml, which all share."""
        return naming(self.identity, problem) if self.layers.of_profile(problem) else problem


def once(function: Callable[[Project], T]) -> Callable[[Project], T]:
    """Decorator: a pure function of a project is computed once for each project, and its result is kept with it."""

    @wraps(function)
    def remembered(project: Project) -> T:
        derived = project._derived  # noqa: SLF001 - the memo is for this function
        if function not in derived:
            derived[function] = function(project)
        result: T = derived[function]
        return result

    return remembered


def effective_guardrails(platform: Platform, team: str, environment_class: str) -> Guardrails:
    """A team's guardrails for one class: a field that `classes.<class>` sets replaces the general field as a whole."""
    general = platform.teams[team]
    special = general.classes.get(environment_class)
    if special is None:
        return general
    given = {name: getattr(special, name) for name in special.model_fields_set}
    return general.model_copy(update=given)


def naming(identity: Identity, problem: Problem) -> Problem:
    """The problem with the environment as its subject, unless its position is in the environment's own file."""
    own = problem.position.file.endswith(f"/{PROJECT_FILE}")
    return problem if own else replace(problem, subjects=(str(identity),))


def placeholder_values(identity: Identity, names: Names) -> dict[str, str]:
    """The values of the placeholders `${…}` in an environment, by name."""
    return {
        "namespace": names.namespace,
        "project": names.project,
        "team": identity.team,
        "product": identity.product,
        "cluster": identity.cluster,
        "environment": identity.environment,
    }


def has_path(data: Data, path: DataPath) -> bool:
    """Whether the data has a value at the path, null or not."""
    return len(_held(data, path)) == len(path)


def _held(data: Data, path: DataPath) -> DataPath:
    """The part of `path` that the data has."""
    for index, step in enumerate(path):
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return path[:index]
    return path
