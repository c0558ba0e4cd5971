"""Which environments a line of a shared file reaches: those in which it, and no nearer file, decides the value."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from argoproject.diff.fields import Element, Steps
from argoproject.identity import PLATFORM
from argoproject.layout import PLATFORM_FILE
from argoproject.models import AllowanceKind, Namespace
from argoproject.project.merge import PROFILE_ONLY
from argoproject.project.model import Layer, Project
from argoproject.project.secrets import secret_refs
from argoproject.yamlfile.reader import Path

__all__ = ["Reach"]

_JOINED = ("namespace", "networkPolicies")
"""The one list to which every layer adds, instead of replacing it."""

_FOR_ALL = frozenset({"argocd", "impersonation", "reservedNamespaces"})
"""Parts of platform.yaml without names that decide something in every environment."""

_FACTS = frozenset({"uid", "budget"})
"""What platform.yaml says of a cluster and no environment is made from."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The environments of both sides, among which reach is sought: a line that is gone reached those of the base.

    `root` is what reports call the tree.
    """

    root: str
    projects: tuple[Project, ...]

    def of(self, file: str, steps: Steps) -> tuple[str, ...]:
        """The environments that the line at `steps` of `file` reaches, by their folders, sorted."""
        decides = self._decides(file, steps)
        return tuple(sorted({str(item.identity) for item in self.projects if decides(item)}))

    def _decides(self, file: str, steps: Steps) -> Callable[[Project], bool]:
        name = file.removeprefix(f"{self.root}/")
        if name == PLATFORM_FILE:
            return _of_platform(file, steps)
        if any(name == posixpath.normpath(item) for item in self._platform_files()):
            return lambda project: name in _manifests(project)
        holders = {
            str(project.identity)
            for project in self.projects
            if any(item.document.file == file for item in project.manifests)
        }
        if holders:
            return lambda project: str(project.identity) in holders
        return lambda project: _is_origin(project, file, steps)

    def _platform_files(self) -> set[str]:
        return {item for project in self.projects for item in _manifests(project)}


def _manifests(project: Project) -> set[str]:
    """The platform's manifests of an environment's profile."""
    return {posixpath.normpath(item.file) for item in project.profile.platform_manifests}


def _is_origin(project: Project, file: str, steps: Steps) -> bool:
    """Whether a part of the file decides the value at `steps`."""
    return any(
        layer.document.file == file and _decided_by(layer, steps, project)
        for layer in project.layers.items
    )


def _decided_by(layer: Layer, steps: Steps, project: Project) -> bool:
    prefix = layer.prefix
    if steps[: len(prefix)] != prefix or (not prefix and steps[:1] == ("classes",)):
        return False
    path = _plain(steps[len(prefix) :])
    return path in ((), _JOINED) or project.layers.origin(path)[0] is layer


def _plain(steps: Steps) -> Path:
    """The steps down to the first element that goes by its name: a list is decided as a whole."""
    at = next((index for index, step in enumerate(steps) if isinstance(step, Element)), len(steps))
    return steps[:at]


def _of_platform(file: str, steps: Steps) -> Callable[[Project], bool]:
    """By the part of platform.yaml. What belongs to no environment alone reaches all of them, or none."""
    if len(steps) < 2:
        return lambda _: True
    top, *rest = map(str, steps)
    if top == "clusters" and not _FACTS.isdisjoint(rest[1:2]):
        return lambda _: False
    if top == "profiles":
        return lambda project: _of_profile(project, file, steps)
    if top == "teams":
        return lambda project: _of_team(project, rest[0], rest[1:])
    decides = _BY_NAME.get(top)
    if decides is not None:
        return lambda project: decides(project, rest[0])
    return lambda _: top in _FOR_ALL


def _of_profile(project: Project, file: str, steps: Steps) -> bool:
    """A line of the profile's own, as its impersonation, reaches all; others where no file of the team decides."""
    if project.profile_name != steps[1] or len(steps) == 2:
        return project.profile_name == steps[1]
    return steps[2] in PROFILE_ONLY or _is_origin(project, file, steps)


def _of_team(project: Project, team: str, rest: list[str]) -> bool:
    if project.identity.team != team:
        return False
    return rest[:1] != ["classes"] or rest[1:2] in ([], [project.environment_class])


def _on_cluster(project: Project, name: str) -> bool:
    """Whether an environment stands on a cluster, deploys to it, or has its Argo CD there."""
    used = {project.identity.cluster, project.platform.argocd.cluster}
    used |= {
        item.value.partition("/")[0]
        for item in project.settings.allow
        if item.kind is AllowanceKind.DESTINATION
    }
    return name in used


def _has_policy(project: Project, name: str) -> bool:
    return name in (project.settings.namespace or Namespace()).network_policies


def _uses(project: Project, secret: str) -> bool:
    key = f"{PLATFORM}/{secret}"
    return any(project.secret_key(name) == key for _, name in secret_refs(project))


_BY_NAME: Mapping[str, Callable[[Project, str], bool]] = {
    "clusters": _on_cluster,
    "environmentClasses": lambda project, name: project.environment_class == name,
    "environments": lambda project, name: project.identity.environment == name,
    "networkPolicies": _has_policy,
    "secrets": _uses,
}
"""Parts of platform.yaml that have names, and which environments go by one."""
