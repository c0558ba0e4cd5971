"""One rule of sharing: profile, team.yaml, product.yaml, project.yaml become one environment.

The layers are merged in this order, the part that a file has for the environment's class directly after that file.
Maps merge key by key, lists and scalars of the nearer file replace, null removes. The profile is chosen first.
Network policies are the exception, because the profile's are a floor: tenants' come on top.

Where a value came from is not carried along but found again when somebody asks (`Project.position`): layers are few,
questions are rare.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from argoproject import placeholders
from argoproject.errors import Position, Problem
from argoproject.load import Folder, Tree, data_at, without_nulls
from argoproject.models import ClassSettings, Cluster, Guardrails, Platform, Profile
from argoproject.plan.model import Identity
from argoproject.types import free_form
from argoproject.validation import nearest, validate
from argoproject.yamlfile import Data, Document, Path, path_text

__all__ = ["Layer", "Project", "merge", "resolve"]

_SOURCE_HOLDERS = ("base", "requirements", "application")
_SOURCE_MAPS = ("applications", "applicationSets")
_PROFILE_ONLY = ("platformManifests", "impersonation", "admission")


@dataclass(frozen=True, slots=True)
class Layer:
    """One file's part of an environment. `prefix` leads from the document's root to `data`."""

    document: Document
    prefix: Path
    data: Mapping[str, Data]

    def position(self, path: Path) -> Position:
        return self.document.position((*self.prefix, *path))


@dataclass(frozen=True)
class Project:
    """An environment as resolved: what its files, its profile and the platform make of it together.

    `settings` are the merged files; `profile` and `guardrails` bound them. `manifests` are the extra manifests with
    their placeholders filled. Built by `resolve`, or in Python by a platform team's own program.
    """

    identity: Identity
    platform: Platform
    settings: ClassSettings
    profile_name: str
    layers: tuple[Layer, ...] = ()
    manifests: tuple[tuple[Document, Mapping[str, Any]], ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Names of sops secrets to their nearest file."""

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

    @cached_property
    def namespace_name(self) -> str:
        own = self.settings.namespace.name if self.settings.namespace else None
        identity = self.identity
        return own or f"{identity.team}-{identity.product}-{identity.environment}"

    @cached_property
    def name(self) -> str:
        """Name of the AppProject and of everything that is called after it."""
        return self.settings.name or f"{self.namespace_name}-{self.identity.cluster}"

    def origin(self, path: Path = ()) -> tuple[Layer | None, Path]:
        """The layer that decides `path`, and how much of the path it holds."""
        best: tuple[Layer | None, Path] = (None, ())
        for layer in reversed(self.layers):
            held = _held(layer.data, path)
            if len(held) > len(best[1]) or best[0] is None:
                best = (layer, held)
            if len(held) == len(path):
                return layer, held
        return best

    def position(self, path: Path = ()) -> Position:
        """Where `path` is decided: in the nearest file that has it, else where it would stand."""
        if not path:
            return self.layers[-1].document.position() if self.layers else Position(str(self.identity))
        layer, held = self.origin(path)
        return layer.position(held) if layer else Position(str(self.identity))

    def problem(
        self, path: Path, code: str, message: str, remedy: str = ""
    ) -> Problem:
        """A problem of this environment, at the place that decides `path`."""
        return Problem(self.position(path), path_text(path), message, remedy, code)


def effective_guardrails(platform: Platform, team: str, environment_class: str) -> Guardrails:
    """A team's guardrails for one class: each field of the class replaces the general one."""
    general = platform.teams[team]
    special = general.classes.get(environment_class)
    if special is None:
        return general
    given = {name: getattr(special, name) for name in special.model_fields_set}
    return general.model_copy(update=given)


def resolve(tree: Tree, identities: Iterable[Identity] | None = None) -> tuple[list[Project], list[Problem]]:
    """Resolve environments; without `identities`, all. Those whose files are broken are left out."""
    if tree.platform is None:
        return [], []
    resolver = _Resolver(tree, tree.platform)
    chosen = tree.identities() if identities is None else identities
    projects = [project for identity in chosen if (project := resolver.project(identity))]
    return projects, resolver.problems


def merge(lower: Mapping[str, Data], upper: Mapping[str, Data]) -> dict[str, Data]:
    """`lower` overlaid by `upper`: maps key by key, everything else replaces, None removes."""
    result = dict(lower)
    for key, value in upper.items():
        if value is None:
            result.pop(key, None)
        elif value.__class__ is dict:
            below = result.get(key)
            result[key] = merge(below if below.__class__ is dict else {}, value)
        else:
            result[key] = value
    return result


class _Resolver:
    def __init__(self, tree: Tree, platform: Platform) -> None:
        self.tree = tree
        self.platform = platform
        self.problems: list[Problem] = []
        self.shared: dict[tuple[str, ...], tuple[tuple[Layer, ...], Mapping[str, Data]]] = {}

    def project(self, identity: Identity) -> Project | None:
        folders = self.tree.above(identity)
        if self._unusable(folders) or not self._known(identity, folders[2]):
            return None
        environment_class = self.platform.environments[identity.environment]
        own = tuple(layers_of(folders[2].settings, environment_class))
        profile_name = self._profile_name(identity, environment_class, own)
        if profile_name is None:
            return None
        shared, lower = self._shared(identity, environment_class, profile_name)
        layers = (*shared, *own)
        data = lower
        for layer in own:
            data = _merge_layer(data, layer.data)
        unresolved = _Unresolved(identity, self.platform, profile_name, layers, data)
        return self._finish(unresolved, folders)

    def _finish(
        self, unresolved: _Unresolved, folders: tuple[Folder | None, Folder | None, Folder]
    ) -> Project | None:
        draft = unresolved.draft()
        data, problems = _filled(draft, unresolved.data)
        settings, invalid = validate(ClassSettings, data, draft.position)
        if problems or invalid or settings is None:
            self.problems += problems + invalid
            return None
        manifests, invalid = _manifests(draft, folders[1:])
        self.problems += invalid
        return Project(
            identity=draft.identity,
            platform=self.platform,
            settings=settings,
            profile_name=draft.profile_name,
            layers=draft.layers,
            manifests=manifests,
            secrets={name: file for folder in folders if folder for name, file in folder.secrets.items()},
        )

    def _unusable(self, folders: tuple[Folder | None, ...]) -> bool:
        files = ("team.yaml", "product.yaml", "project.yaml")
        return any(
            folder is not None and f"{folder.path}/{file}" in self.tree.broken
            for folder, file in zip(folders, files, strict=True)
        )

    def _known(self, identity: Identity, folder: Folder) -> bool:
        """Report a folder whose team, cluster or environment platform.yaml does not know."""
        known = True
        levels = (
            ("team", identity.team, self.platform.teams, 3),
            ("cluster", identity.cluster, self.platform.clusters, 1),
            ("environment", identity.environment, self.platform.environments, 0),
        )
        for level, name, table, up in levels:
            if name not in table:
                shown = folder.path.rsplit("/", up)[0] if up else folder.path
                self.problems.append(_unknown_folder(level, name, table, shown))
                known = False
        return known

    def _profile_name(
        self, identity: Identity, environment_class: str, own: tuple[Layer, ...]
    ) -> str | None:
        upper, _ = self._files(identity, environment_class)
        for layer in reversed((*upper, *own)):
            name = layer.data.get("profile")
            if name is None:
                continue
            if name in self.platform.profiles:
                return str(name)
            match = nearest(name, self.platform.profiles)
            remedy = f"did you mean {match}?" if match else f"one of {', '.join(self.platform.profiles)}"
            message = f"platform.yaml has no profile {str(name)!r}"
            self.problems.append(Problem(layer.position(("profile",)), "profile", message, remedy, "unknown-profile"))
            return None
        name = self.platform.environment_classes[environment_class].profile
        return name if name in self.platform.profiles else None

    def _files(
        self, identity: Identity, environment_class: str
    ) -> tuple[tuple[Layer, ...], Mapping[str, Data]]:
        """The layers of team.yaml and product.yaml, merged once for all environments that share them."""
        key = (identity.team, identity.product, environment_class)
        if key not in self.shared:
            team, product, _ = self.tree.above(identity)
            layers = tuple(
                layer
                for folder in (team, product)
                if folder is not None
                for layer in layers_of(folder.settings, environment_class)
            )
            self.shared[key] = (layers, {})
        return self.shared[key]

    def _shared(
        self, identity: Identity, environment_class: str, profile_name: str
    ) -> tuple[tuple[Layer, ...], Mapping[str, Data]]:
        key = (identity.team, identity.product, environment_class, profile_name)
        if key not in self.shared:
            profile = profile_layer(self.tree.platform_document, profile_name)
            layers = (profile, *self._files(identity, environment_class)[0])
            data: Mapping[str, Data] = {}
            for layer in layers:
                data = _merge_layer(data, layer.data)
            self.shared[key] = (layers, data)
        return self.shared[key]


@dataclass(frozen=True, slots=True)
class _Unresolved:
    identity: Identity
    platform: Platform
    profile_name: str
    layers: tuple[Layer, ...]
    data: Mapping[str, Data]

    def draft(self) -> Project:
        """A project that knows its names and layers, before its settings are known to be valid."""
        namespace = data_at(self.data, ("namespace", "name"))
        names = {"name": self.data.get("name"), "namespace": {"name": namespace} if namespace else None}
        settings = ClassSettings.model_construct(
            name=names["name"],
            namespace=_Named(namespace) if isinstance(namespace, str) else None,
        )
        return Project(self.identity, self.platform, settings, self.profile_name, self.layers)


@dataclass(frozen=True, slots=True)
class _Named:
    """Just enough of a namespace to compute names from."""

    name: str


def layers_of(document: Document | None, environment_class: str) -> list[Layer]:
    """A file's layers for a class: the file itself, then its part for the class."""
    if document is None:
        return []
    data = document.data
    special = data_at(data, ("classes", environment_class))
    if "classes" not in data:
        return [Layer(document, (), data)]
    general = {key: value for key, value in data.items() if key != "classes"}
    layers = [Layer(document, (), general)]
    if isinstance(special, dict):
        layers.append(Layer(document, ("classes", environment_class), special))
    return layers


def profile_layer(document: Document, name: str) -> Layer:
    """The profile as the lowest layer, without what only profiles have."""
    data = data_at(document.data, ("profiles", name)) or {}
    shared = {key: value for key, value in data.items() if key not in _PROFILE_ONLY}
    return Layer(document, ("profiles", name), shared)


def _merge_layer(lower: Mapping[str, Data], upper: Mapping[str, Data]) -> Mapping[str, Data]:
    result = merge(lower, upper)
    below = data_at(lower, ("namespace", "networkPolicies")) or []
    added = data_at(upper, ("namespace", "networkPolicies")) or []
    if below and isinstance(result.get("namespace"), dict):
        result["namespace"]["networkPolicies"] = list(dict.fromkeys([*below, *added]))
    return result


def _held(data: Data, path: Path) -> Path:
    """How much of `path` the data has."""
    for index, step in enumerate(path):
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return path[:index]
    return path


def _unknown_folder(level: str, name: str, known: Mapping[str, Any], shown: str) -> Problem:
    match = nearest(name, known)
    hint = f"did you mean {match}?" if match else f"known: {', '.join(sorted(known))}"
    remedy = f"{hint} Rename the folder, or add {name!r} to platform.yaml"
    message = f"platform.yaml knows no {level} {name!r}"
    return Problem(Position(shown), "", message, remedy, f"unknown-{level}")


def placeholder_values(project: Project) -> dict[str, str]:
    """What `${…}` stands for in this environment."""
    identity = project.identity
    return {
        "namespace": project.namespace_name,
        "project": project.name,
        "team": identity.team,
        "product": identity.product,
        "cluster": identity.cluster,
        "environment": identity.environment,
    }


def _filled(draft: Project, data: Mapping[str, Data]) -> tuple[Mapping[str, Data], list[Problem]]:
    """Fill the placeholders of the sources, and refuse them anywhere else."""
    if not any(placeholders.used(layer.document.text) for layer in draft.layers):
        return data, []
    values = placeholder_values(draft)
    result = dict(data)
    problems: list[Problem] = []
    for key in _SOURCE_HOLDERS:
        if isinstance(data.get(key), dict):
            result[key] = _fill_application(draft, data[key], (key,), values, problems)
    for key in _SOURCE_MAPS:
        if isinstance(data.get(key), dict):
            result[key] = {
                name: _fill_application(draft, item, (key, name), values, problems)
                for name, item in data[key].items()
            }
    for path, _ in _misplaced(result):
        remedy = "placeholders may stand in sources, value files, extra manifests and network policies"
        problems.append(draft.problem(path, "placeholder-place", "a `${…}` has no meaning here", remedy))
    return result, problems


def _fill_application(
    draft: Project, data: Data, path: Path, values: Mapping[str, str], problems: list[Problem]
) -> Data:
    if not isinstance(data, dict):
        return data
    problems += [
        _unknown_placeholder(draft, where, name) for where, name in placeholders.unknown(data, path)
    ]
    return placeholders.fill(data, values)


def _unknown_placeholder(draft: Project, path: Path, name: str) -> Problem:
    remedy = f"one of {', '.join('${' + known + '}' for known in placeholders.NAMES)}; a plain `${{` is written `$${{`"
    return draft.problem(path, "unknown-placeholder", f"nothing is known for `${{{name}}}`", remedy)


def _misplaced(data: Mapping[str, Data]) -> list[tuple[Path, str]]:
    rest = {
        key: value for key, value in data.items() if key not in (*_SOURCE_HOLDERS, *_SOURCE_MAPS)
    }
    return [(path, text) for path, text in _texts(rest, ()) if placeholders.used(text)]


def _texts(data: Data, path: Path) -> Iterable[tuple[Path, str]]:
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, dict):
        for key, item in data.items():
            yield from _texts(item, (*path, key))
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from _texts(item, (*path, index))


def _manifests(
    draft: Project, folders: Iterable[Folder | None]
) -> tuple[tuple[tuple[Document, Mapping[str, Any]], ...], list[Problem]]:
    """The extra manifests of product and project, the nearer file of a name instead of the other."""
    documents = {
        document.file.rsplit("/", 1)[1]: document
        for folder in folders
        if folder
        for document in folder.manifests
    }
    values = placeholder_values(draft)
    problems: list[Problem] = []
    manifests = []
    for document in documents.values():
        unknown = list(placeholders.unknown(document.data))
        problems += [
            Problem(document.position(path), path_text(path), found.message, found.remedy, found.code)
            for path, name in unknown
            if (found := _unknown_placeholder(draft, (), name))
        ]
        filled = placeholders.fill(without_nulls(document.data), values)
        converted, invalid = _free(document, filled)
        problems += invalid
        if not unknown and not invalid:
            manifests.append((document, converted))
    return tuple(manifests), problems


def _free(document: Document, data: Data) -> tuple[Mapping[str, Any], list[Problem]]:
    from pydantic_core import PydanticCustomError  # noqa: PLC0415 - only for manifests

    try:
        return free_form(data), []
    except PydanticCustomError as error:
        context = error.context or {}
        path = context["path"]
        problem = Problem(
            document.position(path), path_text(path), context["message"], context["remedy"], context["code"]
        )
        return {}, [problem]
