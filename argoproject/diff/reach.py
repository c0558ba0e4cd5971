"""Which environments a line of a shared file reaches: those in which it, and no nearer file, decides the value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from argoproject.checks.credentials import secret_refs
from argoproject.differences import Element, Steps
from argoproject.identity import PLATFORM
from argoproject.models import Namespace
from argoproject.project import Project
from argoproject.yamlfile import Path

__all__ = ["reached"]


def reached(file: str, steps: Steps, projects: Iterable[Project]) -> tuple[str, ...]:
    """The environments that the line at `steps` of `file` reaches, by their folders, sorted.

    `projects` are those of both sides: a line that is gone reached the environments of the base.
    """
    decides = _decides(file, steps)
    return tuple(sorted({str(item.identity) for item in projects if decides(item)}))


def _decides(file: str, steps: Steps) -> Callable[[Project], bool]:
    if file.endswith("/platform.yaml"):
        return _of_platform(file, steps)
    if file.endswith(("/team.yaml", "/product.yaml")):
        return lambda project: _is_origin(project, file, steps)
    if "/manifests/" in file:
        return lambda project: any(item.document.file == file for item in project.manifests)
    return lambda project: any(
        file.endswith(f"/{item.file}") for item in project.profile.platform_manifests
    )


def _is_origin(project: Project, file: str, steps: Steps) -> bool:
    """Whether the file's layer decides the value, or a part of it."""
    return any(
        layer.document.file == file and _inside(layer.prefix, steps, project)
        for layer in project.layers.items
    )


def _inside(prefix: Path, steps: Steps, project: Project) -> bool:
    if steps[: len(prefix)] != prefix:
        return False
    if not prefix and steps[:1] == ("classes",):
        return False
    path = _plain(steps[len(prefix) :])
    layer, _ = project.layers.origin(path)
    return layer is not None and layer.prefix == prefix


def _plain(steps: Steps) -> Path:
    """The steps down to the first element that goes by its name: a list is decided as a whole."""
    at = next((index for index, step in enumerate(steps) if isinstance(step, Element)), len(steps))
    return steps[:at]


def _of_platform(file: str, steps: Steps) -> Callable[[Project], bool]:
    """By the part of platform.yaml. What belongs to no environment alone reaches all of them, or none."""
    if len(steps) < 2:
        return lambda _: True
    top, name = str(steps[0]), str(steps[1])
    if top == "profiles":
        return lambda project: _of_profile(project, file, steps)
    if top == "teams":
        return lambda project: _of_team(project, name, steps[2:])
    decides = _BY_NAME.get(top)
    if decides is not None:
        return lambda project: decides(project, name)
    return lambda _: top in _FOR_ALL


_FOR_ALL = frozenset({"argocd", "reservedNamespaces"})
"""Parts without names that decide something in every environment."""


def _of_profile(project: Project, file: str, steps: Steps) -> bool:
    """A line of the profile's own, as its impersonation, reaches all; others where no file of the team decides."""
    if project.profile_name != steps[1] or len(steps) == 2:
        return project.profile_name == steps[1]
    layered = bool(project.layers.items) and steps[2] in project.layers.items[0].data
    return _is_origin(project, file, steps) if layered else True


def _of_team(project: Project, team: str, steps: Steps) -> bool:
    if project.identity.team != team:
        return False
    return steps[:1] != ("classes",) or len(steps) < 2 or steps[1] == project.environment_class


def _uses(project: Project, secret: str) -> bool:
    key = f"{PLATFORM}/{secret}"
    return any(project.secret_key(name) == key for _, name in secret_refs(project))


_BY_NAME: Mapping[str, Callable[[Project, str], bool]] = {
    "clusters": lambda project, name: (
        name in (project.identity.cluster, project.platform.argocd.cluster)
    ),
    "environmentClasses": lambda project, name: project.environment_class == name,
    "environments": lambda project, name: project.identity.environment == name,
    "networkPolicies": lambda project, name: (
        name in (project.settings.namespace or Namespace()).network_policies
    ),
    "secrets": _uses,
}
"""Parts of platform.yaml that have names, and which environments go by one."""
