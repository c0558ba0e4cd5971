"""Profile, team.yaml, product.yaml and project.yaml become one environment, merged by `project.merge`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from argoproject.identity import Identity, Names, derive
from argoproject.layout import SETTINGS_FILES
from argoproject.models import ClassSettings, Platform, Profile
from argoproject.models.validation import nearest, validate
from argoproject.problems import Position, Problem
from argoproject.project.manifests import manifests_of
from argoproject.project.merge import (
    PROFILE_ONLY,
    layers_of,
    merge,
    on_floor,
    profile_layer,
    without_policies,
)
from argoproject.project.model import (
    Layer,
    Layers,
    Project,
    naming,
    placeholder_values,
)
from argoproject.secrets.file import SecretFile
from argoproject.tree import placeholders
from argoproject.tree.documents import data_at
from argoproject.tree.model import Folder, Tree
from argoproject.yamlfile.reader import Data, Document

__all__ = ["project_of", "resolve"]


def resolve(
    tree: Tree, identities: Iterable[Identity] | None = None
) -> tuple[list[Project], list[Problem]]:
    """Resolve environments; without `identities`, all. Those whose files are broken are left out."""
    if tree.platform is None:
        return [], []
    resolver = _Resolver(tree, tree.platform)
    chosen = tree.identities() if identities is None else identities
    projects = [project for identity in chosen if (project := resolver.project(identity))]
    return projects, resolver.problems


def project_of(platform: Platform, identity: Identity, settings: ClassSettings) -> Project:
    """An environment made in Python instead of from files: on top of its profile, as files would be.

    Raises:
        KeyError: when the platform has no such environment, class or profile.
        pydantic.ValidationError: when profile and settings together are not valid.
    """
    environment_class = platform.environment_classes[platform.environments[identity.environment]]
    profile_name = settings.profile or environment_class.profile
    lower = _written("platform.yaml", platform.profiles[profile_name])
    upper = _written(str(identity), settings)
    data = on_floor(lower.data, merge(without_policies(lower.data), upper.data))
    names = _names(identity, data)
    values = placeholder_values(identity, names)
    merged = ClassSettings.model_validate({**data, **_sources(data, values)})
    return Project(
        identity=identity,
        names=names,
        platform=platform,
        settings=merged,
        profile_name=profile_name,
        layers=Layers((lower, upper)),
    )


def _written(name: str, settings: ClassSettings) -> Layer:
    """Settings as a file would hold them."""
    dumped = settings.model_dump(mode="json", by_alias=True, exclude_unset=True)
    left_out = PROFILE_ONLY if isinstance(settings, Profile) else ()
    data = {key: value for key, value in dumped.items() if key not in left_out}
    return Layer(Document(name, "", data), (), data)


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
        if environment_class not in self.platform.environment_classes:
            return None
        own = tuple(layers_of(folders[2].settings, environment_class))
        profile_name = self._profile_name(identity, environment_class, own)
        if profile_name is None:
            return None
        shared, data = self._shared(identity, environment_class, profile_name)
        for layer in own:
            data = merge(data, layer.data)
        data = on_floor(shared[0].data, data)
        draft = _Draft(identity, profile_name, Layers((*shared, *own)), data)
        return self._finish(draft, folders)

    def _finish(
        self, draft: _Draft, folders: tuple[Folder | None, Folder | None, Folder]
    ) -> Project | None:
        names = _names(draft.identity, draft.data)
        values = placeholder_values(draft.identity, names)
        data = _filled(draft, values)
        settings, invalid = validate(ClassSettings, data, draft.layers.position)
        invalid = [_named(draft, item) for item in invalid]
        manifests, refused = manifests_of(folders, values)
        self.problems += [*invalid, *refused]
        if refused or settings is None:
            return None
        return Project(
            identity=draft.identity,
            names=names,
            platform=self.platform,
            settings=settings,
            profile_name=draft.profile_name,
            layers=draft.layers,
            manifests=manifests,
            secrets=self._secrets(draft.identity, folders),
        )

    def _secrets(
        self, identity: Identity, folders: Iterable[Folder | None]
    ) -> Mapping[str, SecretFile]:
        """The sops files by name, the nearer one instead of the other: project, product, team, then the platform's
        where they are for the team."""
        found = {
            name: file
            for name, file in self.tree.secrets.items()
            if name in self.platform.secrets and identity.team in self.platform.secrets[name].teams
        }
        for folder in folders:
            found |= folder.secrets if folder is not None else {}
        return found

    def _unusable(self, folders: tuple[Folder | None, ...]) -> bool:
        return any(
            folder is not None and f"{folder.path}/{file}" in self.tree.broken
            for folder, file in zip(folders, SETTINGS_FILES.values(), strict=True)
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
            remedy = (
                f"did you mean {match}?" if match else f"one of {', '.join(self.platform.profiles)}"
            )
            message = f"platform.yaml has no profile {str(name)!r}"
            self.problems.append(
                Problem(
                    position=layer.position(("profile",)),
                    path="profile",
                    code="unknown-profile",
                    message=message,
                    remedy=remedy,
                )
            )
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
            data = without_policies(profile.data)
            for layer in layers[1:]:
                data = merge(data, layer.data)
            self.shared[key] = (layers, data)
        return self.shared[key]


@dataclass(frozen=True, slots=True)
class _Draft:
    """An environment that is merged but not yet known to be valid."""

    identity: Identity
    profile_name: str
    layers: Layers
    data: Mapping[str, Data]


def _named(draft: _Draft, problem: Problem) -> Problem:
    """The problem with the environment's name where one file left a key to others and none of them says it, and
    where its place is the profile."""
    shared = problem.code == "missing-key" or draft.layers.of_profile(problem)
    return naming(draft.identity, problem) if shared else problem


def _unknown_folder(level: str, name: str, known: Mapping[str, Any], shown: str) -> Problem:
    match = nearest(name, known)
    hint = f"did you mean {match}?" if match else f"known: {', '.join(sorted(known))};"
    remedy = f"{hint} rename the folder, or add {name!r} to platform.yaml"
    message = f"platform.yaml knows no {level} {name!r}"
    return Problem(
        position=Position(shown), path="", code=f"unknown-{level}", message=message, remedy=remedy
    )


def _filled(draft: _Draft, values: Mapping[str, str]) -> Mapping[str, Data]:
    """The settings with the placeholders of their sources filled."""
    data = draft.data
    if not any(layer.document.placeholders for layer in draft.layers.items):
        return data
    return {**data, **_sources(data, values)}


def _sources(data: Mapping[str, Data], values: Mapping[str, str]) -> Mapping[str, Data]:
    """The part of the settings in which placeholders may stand, with these filled."""
    sources = {key: data[key] for key in placeholders.SOURCE_HOLDERS if key in data}
    filled: Mapping[str, Data] = placeholders.fill(sources, values)
    return filled


def _names(identity: Identity, data: Mapping[str, Data]) -> Names:
    """The names that the merged files give or leave to be derived."""
    namespace = data_at(data, ("namespace", "name"))
    project = data.get("name")
    return derive(
        identity,
        str(namespace) if isinstance(namespace, str) else None,
        str(project) if isinstance(project, str) else None,
    )
