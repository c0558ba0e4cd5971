"""Resolve environments: of files (`resolve`), or of settings built in Python (`project_of`).

The steps and their order are in the docstring of `argoproject.project`. Files are merged by the rule that the nearer
one wins: profile, team.yaml, product.yaml, project.yaml; a file's part for the environment's class comes directly after
the file. Network policies are the exception: tenants add to those of the profile and cannot remove them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeAlias

from argoproject.identity import Identity, Names, derive
from argoproject.layout import LEVELS, PLATFORM_FILE, SETTINGS_FILES
from argoproject.models import ClassSettings, Platform, Profile
from argoproject.models.scalars import is_label
from argoproject.models.validation import did_you_mean, validate
from argoproject.problems import ConfigError, Mistake, Position, Problem
from argoproject.project.kinds import manifests_of
from argoproject.project.model import (
    Layer,
    Layers,
    Project,
    naming,
    placeholder_values,
)
from argoproject.tree.documents import data_at
from argoproject.tree.model import Folder, Tree
from argoproject.tree.placeholders import SOURCE_HOLDERS, fill_placeholders, placeholder_problems
from argoproject.yamlfile.reader import Data, Document, texts_in

__all__ = [
    "PROFILE_ONLY",
    "layers_of",
    "merge",
    "on_floor",
    "profile_layer",
    "project_of",
    "resolve",
    "without_policies",
]

Folders: TypeAlias = tuple[Folder | None, Folder | None, Folder]
"""The folders of team, product and environment; None where the tree has no such folder."""


def resolve(
    tree: Tree, identities: Iterable[Identity] | None = None
) -> tuple[list[Project], list[Problem]]:
    """Resolve environments of a tree.

    Args:
        tree: The folders, as `argoproject.tree.load` read them.
        identities: The environments; None for all.

    Returns:
        The environments in the given order, without those that cannot be resolved, and the problems of resolving.
        Problems of reading the files are in the tree.
    """
    if tree.platform is None:
        return [], []
    resolver = _Resolver(tree, tree.platform)
    chosen = tree.identities() if identities is None else identities
    projects = [project for identity in chosen if (project := resolver.project(identity))]
    return projects, resolver.problems


def project_of(platform: Platform, identity: Identity, settings: ClassSettings) -> Project:
    """An environment of settings that were built in Python. They are merged onto its profile, as files would be.

    Args:
        platform: The platform, which must have the environment's class and profile.
        identity: The environment.
        settings: All that team.yaml, product.yaml and project.yaml would set together.

    Raises:
        ConfigError: with the problems that files would have: an identity that the platform does not know, or settings
            that are not valid together with the profile.
    """
    name = str(identity)
    problems = [
        Problem(position=Position(name), path=level, **mistake._asdict())
        for level, mistake in unknown_steps(platform, identity)
    ]
    class_name = platform.environments.get(identity.environment)
    environment_class = platform.environment_classes.get(class_name or "")
    if class_name is not None and environment_class is None:
        problems.append(_unnamed("environment class", class_name, platform.environment_classes))
    profile_name = settings.profile or (environment_class.profile if environment_class else None)
    if profile_name is not None and profile_name not in platform.profiles:
        problems.append(_unnamed("profile", profile_name, platform.profiles))
    upper = _layer(name, settings)
    problems += placeholder_problems(upper.document)
    if problems or profile_name is None:
        raise ConfigError(problems)
    lower = _layer(PLATFORM_FILE, platform.profiles[profile_name])
    data = on_floor(lower.data, merge(without_policies(lower.data), upper.data))
    names = _names(identity, data)
    filled = _filled_sources(data, placeholder_values(identity, names))
    layers = Layers((lower, upper))
    whole, problems = validate(ClassSettings, {**data, **filled}, layers.position)
    if whole is None:
        raise ConfigError(problems)
    return Project(
        identity=identity,
        names=names,
        platform=platform,
        settings=whole,
        profile_name=profile_name,
        layers=layers,
    )


def _unnamed(noun: str, name: str, known: Collection[str]) -> Problem:
    """The problem of a name that a platform built in Python does not have."""
    remedy = did_you_mean(name, known, otherwise=f"one of {', '.join(known) or 'none'}")
    message = f"platform.yaml has no {noun} {name!r}"
    code = f"unknown-{noun.replace(' ', '-')}"
    return Problem(position=Position(PLATFORM_FILE), code=code, message=message, remedy=remedy)


def unknown_steps(platform: Platform, identity: Identity) -> Iterator[tuple[str, Mistake]]:
    """The steps of an identity that platform.yaml does not know, or that are no names, each by its level."""
    steps = dict(zip(LEVELS, identity.steps, strict=True))
    lists = {
        "team": platform.teams,
        "cluster": platform.clusters,
        "environment": platform.environments,
    }
    for level, name in steps.items():
        if level not in lists:
            if not is_label(name):
                message = f"{name!r} is not a name for a {level}"
                remedy = "use lower-case letters, digits and inner hyphens, at most 63"
                yield level, Mistake("folder-name", message, remedy)
        elif name not in lists[level]:
            known = lists[level]
            hint = did_you_mean(name, known, otherwise=f"known: {', '.join(sorted(known))};")
            yield (
                level,
                Mistake(
                    code=f"unknown-{level}",
                    message=f"platform.yaml knows no {level} {name!r}",
                    remedy=f"{hint} rename the folder, or add {name!r} to platform.yaml",
                ),
            )


def _layer(name: str, settings: ClassSettings) -> Layer:
    """Settings that were built in Python as the layer of a file. It has no positions."""
    dumped = settings.model_dump(mode="json", by_alias=True, exclude_unset=True)
    left_out = PROFILE_ONLY if isinstance(settings, Profile) else ()
    data = {key: value for key, value in dumped.items() if key not in left_out}
    placeholders = tuple((path, text) for path, text in texts_in(data) if "${" in text)
    return Layer(Document(name, "", data, placeholders=placeholders), (), data)


class _Resolver:
    """Resolves the environments of one tree. Layers that several environments share are merged once."""

    def __init__(self, tree: Tree, platform: Platform) -> None:
        self.tree = tree
        self.platform = platform
        self.problems: list[Problem] = []
        self.shared: dict[tuple[str, ...], tuple[Layer, ...]] = {}
        self.bases: dict[tuple[str, ...], tuple[tuple[Layer, ...], Mapping[str, Data]]] = {}

    def project(self, identity: Identity) -> Project | None:
        """Resolve one environment. None: its files are broken or invalid, or the platform does not know its parts."""
        folders = self.tree.above(identity)
        if self._broken(folders) or not self._known(identity, folders[2]):
            return None
        environment_class = self.platform.environments[identity.environment]
        if environment_class not in self.platform.environment_classes:
            return None
        shared = self._shared(identity, environment_class, folders[:2])
        own = tuple(layers_of(folders[2].settings, environment_class))
        profile_name = self._profile_name(environment_class, (*shared, *own))
        if profile_name is None:
            return None
        lower, data = self._base(identity, environment_class, profile_name, shared)
        for layer in own:
            data = merge(data, layer.data, nulls=layer.document.nulls)
        data = on_floor(lower[0].data, data)
        return self._validated(identity, profile_name, Layers((*lower, *own)), data, folders)

    def _validated(
        self,
        identity: Identity,
        profile_name: str,
        layers: Layers,
        data: Mapping[str, Data],
        folders: Folders,
    ) -> Project | None:
        """The environment of merged data, with placeholders filled. None with problems where the data is not valid."""
        names = _names(identity, data)
        values = placeholder_values(identity, names)
        if any(layer.document.placeholders for layer in layers.items):
            data = {**data, **_filled_sources(data, values)}
        settings, problems = validate(ClassSettings, data, layers.position)
        for problem in problems:
            # A shared file may leave a key to nearer files: then this environment has the problem, not all of them.
            missing = problem.code == "missing-key" or layers.of_profile(problem)
            self.problems.append(naming(identity, problem) if missing else problem)
        manifests, refused = manifests_of(folders, values)
        self.problems += refused
        if refused or settings is None:
            return None
        secrets = {
            name: file
            for name, file in self.tree.secrets.items()
            if name in self.platform.secrets and identity.team in self.platform.secrets[name].teams
        }
        for folder in folders:
            secrets |= folder.secrets if folder is not None else {}
        return Project(
            identity=identity,
            names=names,
            platform=self.platform,
            settings=settings,
            profile_name=profile_name,
            layers=layers,
            manifests=manifests,
            secrets=secrets,
        )

    def _broken(self, folders: Folders) -> bool:
        """Whether one of the settings files cannot be read. `load` has reported it."""
        return any(
            folder is not None and f"{folder.shown}/{file}" in self.tree.broken
            for folder, file in zip(folders, SETTINGS_FILES.values(), strict=True)
        )

    def _known(self, identity: Identity, folder: Folder) -> bool:
        """Report the folders whose team, cluster or environment platform.yaml does not know."""
        unknown = list(unknown_steps(self.platform, identity))
        for level, mistake in unknown:
            up = len(LEVELS) - 1 - LEVELS.index(level)
            place = Position(folder.shown.rsplit("/", up)[0] if up else folder.shown)
            self.problems.append(Problem(position=place, path="", **mistake._asdict()))
        return not unknown

    def _profile_name(self, environment_class: str, layers: tuple[Layer, ...]) -> str | None:
        """The profile that the nearest layer chooses, else the class's. None: platform.yaml does not have it."""
        profiles = self.platform.profiles
        for layer in reversed(layers):
            name = layer.data.get("profile")
            if name is None:
                continue
            if name in profiles:
                return str(name)
            self.problems.append(
                Problem(
                    position=layer.position(("profile",)),
                    path="profile",
                    code="unknown-profile",
                    message=f"platform.yaml has no profile {str(name)!r}",
                    remedy=did_you_mean(name, profiles, otherwise=f"one of {', '.join(profiles)}"),
                )
            )
            return None
        default = self.platform.environment_classes[environment_class].profile
        return default if default in profiles else None

    def _shared(
        self, identity: Identity, environment_class: str, folders: tuple[Folder | None, ...]
    ) -> tuple[Layer, ...]:
        """The layers of team.yaml and product.yaml."""
        key = (identity.team, identity.product, environment_class)
        if key not in self.shared:
            self.shared[key] = tuple(
                layer
                for folder in folders
                if folder is not None
                for layer in layers_of(folder.settings, environment_class)
            )
        return self.shared[key]

    def _base(
        self,
        identity: Identity,
        environment_class: str,
        profile_name: str,
        shared: tuple[Layer, ...],
    ) -> tuple[tuple[Layer, ...], Mapping[str, Data]]:
        """The profile and the shared layers, and their merged data."""
        key = (identity.team, identity.product, environment_class, profile_name)
        if key not in self.bases:
            profile = profile_layer(self.tree.platform_document, profile_name)
            data = without_policies(profile.data)
            for layer in shared:
                data = merge(data, layer.data, nulls=layer.document.nulls)
            self.bases[key] = ((profile, *shared), data)
        return self.bases[key]


def _filled_sources(data: Mapping[str, Data], values: Mapping[str, str]) -> Mapping[str, Data]:
    """The keys of the settings in which placeholders are allowed, with their placeholders filled."""
    sources = {key: data[key] for key in SOURCE_HOLDERS if key in data}
    filled: Mapping[str, Data] = fill_placeholders(sources, values)
    return filled


def _names(identity: Identity, data: Mapping[str, Data]) -> Names:
    """The names that the merged files set, and those that are derived where they set none."""
    namespace = data_at(data, ("namespace", "name"))
    project = data.get("name")
    return derive(
        identity,
        str(namespace) if isinstance(namespace, str) else None,
        str(project) if isinstance(project, str) else None,
    )


PROFILE_ONLY = ("platformManifests", "impersonation", "admission")
"""Keys that only a profile has, or that have another meaning in the files of teams (`impersonation`)."""


def merge(
    lower: Mapping[str, Data], upper: Mapping[str, Data], *, nulls: bool = True
) -> dict[str, Data]:
    """Merge two layers: maps key by key, lists and scalars of `upper` replace, None removes.

    Args:
        lower: The layer below.
        upper: The layer whose values count.
        nulls: Whether `upper` may have a None. Without, a map that only `upper` has is taken as it is, not copied.

    Example:
        >>> merge({"quota": {"pods": "5", "cpu": "2"}, "hosts": ["a"]}, {"quota": {"cpu": None}, "hosts": []})
        {'quota': {'pods': '5'}, 'hosts': []}
    """
    result = dict(lower)
    for key, value in upper.items():
        if value is None:
            result.pop(key, None)
        elif value.__class__ is dict and ((below := result.get(key)).__class__ is dict or nulls):
            result[key] = merge(below if below.__class__ is dict else {}, value, nulls=nulls)
        else:
            result[key] = value
    return result


def layers_of(document: Document | None, environment_class: str) -> list[Layer]:
    """The layers of a file for a class: the file without `classes`, then its part for the class, if it has one."""
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
    """The profile of platform.yaml as the lowest layer, without the keys in `PROFILE_ONLY`."""
    data = data_at(document.data, ("profiles", name)) or {}
    shared = {key: value for key, value in data.items() if key not in PROFILE_ONLY}
    return Layer(document, ("profiles", name), shared)


def on_floor(profile: Mapping[str, Data], data: Mapping[str, Data]) -> Mapping[str, Data]:
    """Put the profile's network policies before those of the merged files, each of them once.

    Example:
        >>> profile = {"namespace": {"networkPolicies": ["default-deny", "dns"]}}
        >>> on_floor(profile, {"namespace": {"networkPolicies": ["from-ingress", "dns"]}})
        {'namespace': {'networkPolicies': ['default-deny', 'dns', 'from-ingress']}}
        >>> on_floor(profile, {})
        {'namespace': {'networkPolicies': ['default-deny', 'dns']}}
    """
    floor = data_at(profile, ("namespace", "networkPolicies")) or []
    own = data_at(data, ("namespace", "networkPolicies")) or []
    if not floor or not isinstance(floor, list) or not isinstance(own, list):
        return data
    namespace = data.get("namespace")
    inner = namespace if isinstance(namespace, dict) else {}
    policies = list(dict.fromkeys([*floor, *own]))
    return {**data, "namespace": {**inner, "networkPolicies": policies}}


def without_policies(profile: Mapping[str, Data]) -> Mapping[str, Data]:
    """The profile's data without its network policies, which `on_floor` adds after the merge."""
    namespace = profile.get("namespace")
    if not isinstance(namespace, dict) or "networkPolicies" not in namespace:
        return profile
    inner = {key: value for key, value in namespace.items() if key != "networkPolicies"}
    return {**profile, "namespace": inner}
