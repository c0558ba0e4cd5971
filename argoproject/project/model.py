"""An environment as resolved, and where each of its values came from.

Provenance is not carried along but found again when somebody asks (`Layers.position`): layers are few, questions are
rare.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from typing import Any, TypeVar

from argoproject.identity import PLATFORM, Identity, Names
from argoproject.layout import PROJECT_FILE
from argoproject.models import ClassSettings, Cluster, Guardrails, Platform, Profile
from argoproject.problems import Position, Problem, Severity
from argoproject.secrets.file import SecretFile
from argoproject.yamlfile.reader import Data, Document, Path, path_text

__all__ = [
    "ExtraManifest",
    "Layer",
    "Layers",
    "Project",
    "naming",
    "once",
    "placeholder_values",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Layer:
    """One file's part of an environment. `prefix` leads from the document's root to `data`."""

    document: Document
    prefix: Path
    data: Mapping[str, Data]

    def position(self, path: Path) -> Position:
        return self.document.position((*self.prefix, *path))


@dataclass(frozen=True, slots=True)
class Layers:
    """The layers of an environment, the profile first, project.yaml last."""

    items: tuple[Layer, ...] = ()

    def origin(self, path: Path) -> tuple[Layer | None, Path]:
        """The layer that decides `path`, and how much of the path it holds.

        What no layer holds would stand in a file of the team's, not in the profile.
        """
        best: tuple[Layer | None, Path] = (None, ())
        for layer in reversed(self.items):
            held = _held(layer.data, path)
            if len(held) == len(path):
                return layer, held
            of_profile = layer is self.items[0] and best[0] is not None
            if not of_profile and (best[0] is None or len(held) > len(best[1])):
                best = (layer, held)
        return best

    def position(self, path: Path = ()) -> Position:
        """Where `path` is decided: in the nearest file that has it, else where it would stand."""
        layer, held = self.origin(path)
        return layer.position(held) if layer else Position("")

    def problem(self, *, path: Path, code: str, message: str, remedy: str = "") -> Problem:
        """A problem, at the place that decides `path`."""
        return Problem(
            position=self.position(path),
            path=path_text(path),
            code=code,
            message=message,
            remedy=remedy,
        )

    def of_profile(self, problem: Problem) -> bool:
        """Whether the place of a problem is the file of the profile, the first layer."""
        return bool(self.items) and problem.position.file == self.items[0].document.file


@dataclass(frozen=True, slots=True)
class ExtraManifest:
    """One extra manifest, with its placeholders filled and without what sops adds to a file.

    `secret` is the file where parts of it are encrypted: those stand in `data` as ciphertext.
    """

    document: Document
    data: Mapping[str, Any]
    secret: SecretFile | None = None


@dataclass(frozen=True)
class Project:
    """An environment as resolved: what its files, its profile and the platform make of it together.

    `settings` are the merged files; `profile` and `guardrails` bound them. `secrets` are the sops files that the
    environment may use, by name: its own, then its product's, then its team's.
    Built by `resolve`, or in Python by a platform team's own program.
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
        return self.platform.environments[self.identity.environment]

    @property
    def fixed_revisions(self) -> bool:
        """Whether only exact revisions are allowed."""
        return self.platform.environment_classes[self.environment_class].revisions == "fixed"

    @property
    def cluster(self) -> Cluster:
        return self.platform.clusters[self.identity.cluster]

    @property
    def profile(self) -> Profile:
        return self.platform.profiles[self.profile_name]

    @cached_property
    def guardrails(self) -> Guardrails:
        """The team's guardrails, those of the environment's class before the general ones."""
        return effective_guardrails(self.platform, self.identity.team, self.environment_class)

    def secret_key(self, name: str) -> str:
        """Where `{secret: name}` is looked up: the nearest sops file, else the platform's secret where it is for the
        team, else the team's secret in Pulumi config. Never a secret of another team."""
        team = self.identity.team
        if name in self.secrets:
            return self.secrets[name].key
        shared = self.platform.secrets.get(name)
        owner = PLATFORM if shared is not None and team in shared.teams else team
        return f"{owner}/{name}"

    def problem(
        self,
        *,
        path: Path,
        code: str,
        message: str,
        remedy: str = "",
        severity: Severity = Severity.ERROR,
    ) -> Problem:
        """A problem of this environment, at the place that decides `path`."""
        problem = self.layers.problem(path=path, code=code, message=message, remedy=remedy)
        return self.named(replace(problem, severity=severity))

    def named(self, problem: Problem) -> Problem:
        """The problem with the environment's name where its place is the profile: platform.yaml is everybody's."""
        return naming(self.identity, problem) if self.layers.of_profile(problem) else problem

    def lack(self, *, path: Path, code: str, message: str, remedy: str = "") -> Problem:
        """A problem that only what the environment lacks makes one: a file that others share may hold its place."""
        return naming(
            self.identity, self.problem(path=path, code=code, message=message, remedy=remedy)
        )


def once(function: Callable[[Project], T]) -> Callable[[Project], T]:
    """Let a pure function of a project be computed once for each, however many rules ask."""

    @wraps(function)
    def remembered(project: Project) -> T:
        derived = project._derived  # noqa: SLF001 - the memo is for this function
        if function not in derived:
            derived[function] = function(project)
        result: T = derived[function]
        return result

    return remembered


def effective_guardrails(platform: Platform, team: str, environment_class: str) -> Guardrails:
    """A team's guardrails for one class: each field of the class replaces the general one."""
    general = platform.teams[team]
    special = general.classes.get(environment_class)
    if special is None:
        return general
    given = {name: getattr(special, name) for name in special.model_fields_set}
    return general.model_copy(update=given)


def naming(identity: Identity, problem: Problem) -> Problem:
    """The problem with the environment's name, unless its place is the environment's own file."""
    own = problem.position.file.endswith(f"/{PROJECT_FILE}")
    return problem if own else replace(problem, subjects=(str(identity),))


def placeholder_values(identity: Identity, names: Names) -> dict[str, str]:
    """What `${…}` stands for in an environment."""
    return {
        "namespace": names.namespace,
        "project": names.project,
        "team": identity.team,
        "product": identity.product,
        "cluster": identity.cluster,
        "environment": identity.environment,
    }


def _held(data: Data, path: Path) -> Path:
    """How much of `path` the data has."""
    for index, step in enumerate(path):
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return path[:index]
    return path
