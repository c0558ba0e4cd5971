"""Which environments a line of a shared file affects: those in which it decides the value, and no nearer file does."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from argoproject.diff.fields import Element, Steps
from argoproject.identity import PLATFORM
from argoproject.layout import PLATFORM_FILE
from argoproject.models import AllowanceKind, Namespace
from argoproject.project.model import Project
from argoproject.project.repositories import secret_refs
from argoproject.project.resolve import PROFILE_ONLY
from argoproject.secrets.file import SecretKey

__all__ = ["Reach", "has_network_policy", "uses_cluster", "uses_secret"]

_MERGED = ("namespace", "networkPolicies")
"""The only list to which every layer adds, instead of replacing it."""

_FOR_ALL = frozenset({"argocd", "impersonation", "reservedNamespaces"})
"""Keys of platform.yaml that decide something in every environment."""

_FACTS = frozenset({"uid", "budget"})
"""Keys of a cluster that decide nothing in an environment."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The environments that a line may affect.

    Attributes:
        root: the folder of platform.yaml, as positions name it.
        projects: the environments of both sides: a line that is removed affects environments of the base.
    """

    root: str
    projects: tuple[Project, ...]

    def of(self, file: str, steps: Steps) -> tuple[str, ...]:
        """The folders of the environments that a line affects, sorted.

        Args:
            file: the file, as positions name it.
            steps: the path of the line in it.

        Example:
            `of("config/projects/blue/team.yaml", ("access", "admin"))` gives the environments of the team blue whose
            product.yaml and project.yaml do not set `access.admin`.
        """
        decides = self._decides(file, steps)
        return tuple(sorted({str(item.identity) for item in self.projects if decides(item)}))

    def _decides(self, file: str, steps: Steps) -> Callable[[Project], bool]:
        name = file.removeprefix(f"{self.root}/")
        if name == PLATFORM_FILE:
            return _platform_line(file, steps)
        if any(name in _platform_manifests(project) for project in self.projects):
            return lambda project: name in _platform_manifests(project)
        users = {
            str(project.identity)
            for project in self.projects
            if any(item.document.file == file for item in project.manifests)
        }
        if users:
            return lambda project: str(project.identity) in users
        return lambda project: _is_origin(project, file, steps)


def _platform_manifests(project: Project) -> set[str]:
    """The files of the platform's manifests in the environment's profile."""
    return {posixpath.normpath(item.file) for item in project.profile.platform_manifests}


def _is_origin(project: Project, file: str, steps: Steps) -> bool:
    """Whether a layer of the file decides the environment's value at `steps`."""
    for layer in project.layers.items:
        prefix = layer.prefix
        other_class = not prefix and steps[:1] == ("classes",)
        if layer.document.file != file or steps[: len(prefix)] != prefix or other_class:
            continue
        # A list is decided as a whole: the path ends before the first element that has a name.
        below = steps[len(prefix) :]
        end = next((at for at, step in enumerate(below) if isinstance(step, Element)), len(below))
        path = below[:end]
        if path in ((), _MERGED) or project.layers.origin(path)[0] is layer:
            return True
    return False


def _platform_line(file: str, steps: Steps) -> Callable[[Project], bool]:
    """Decides by the key of platform.yaml. A key that is not listed affects no environment."""
    if len(steps) < 2:
        return lambda _: True
    top, name, *rest = map(str, steps)
    if top == "clusters" and not _FACTS.isdisjoint(rest[:1]):
        return lambda _: False
    if top == "profiles":
        # What only a profile can set affects all its environments; the rest only those whose files do not set it.
        whole = len(steps) == 2 or steps[2] in PROFILE_ONLY
        return lambda project: (
            project.profile_name == name and (whole or _is_origin(project, file, steps))
        )
    if top == "teams":
        of_class = rest[1:2] if rest[:1] == ["classes"] else []
        return lambda project: (
            project.identity.team == name and (of_class in ([], [project.environment_class]))
        )
    decides = _BY_NAME.get(top)
    if decides is not None:
        return lambda project: decides(project, name)
    return lambda _: top in _FOR_ALL


def uses_cluster(project: Project, name: str) -> bool:
    """Whether an environment is on a cluster, may deploy to it, or is deployed by an Argo CD there."""
    used = {project.identity.cluster, project.platform.argocd.cluster}
    used |= {
        item.value.partition("/")[0]
        for item in project.settings.allow
        if item.kind is AllowanceKind.DESTINATION
    }
    return name in used


def has_network_policy(project: Project, name: str) -> bool:
    """Whether an environment's namespace has a network policy of platform.yaml."""
    return name in (project.settings.namespace or Namespace()).network_policies


def uses_secret(project: Project, name: str) -> bool:
    """Whether an environment uses a secret of the platform."""
    key = SecretKey(PLATFORM, name)
    return any(project.secret_key(own) == key for _, own in secret_refs(project))


_BY_NAME: Mapping[str, Callable[[Project, str], bool]] = {
    "clusters": uses_cluster,
    "environmentClasses": lambda project, name: project.environment_class == name,
    "environments": lambda project, name: project.identity.environment == name,
    "networkPolicies": has_network_policy,
    "secrets": uses_secret,
}
"""Keys of platform.yaml that contain names, and whether an environment uses one of them."""
