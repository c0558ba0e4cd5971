"""What is left to do for a new environment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from argoproject.identity import PLATFORM
from argoproject.layout import PRODUCT_FILE, TEAM_FILE
from argoproject.project.model import Project
from argoproject.project.secrets import secret_refs
from argoproject.tree.stacks import StackFile
from argoproject.yamlfile.reader import Path

__all__ = ["Unset", "unset_secrets"]

_DEPTHS = {TEAM_FILE: 1, PRODUCT_FILE: 2}
"""Files that several environments share, by the depth of their folder."""


@dataclass(frozen=True, slots=True)
class Unset:
    """A secret without a value that is known here, and the folder where it best stands."""

    folder: str
    name: str


def unset_secrets(project: Project, stacks: Iterable[StackFile]) -> tuple[Unset, ...]:
    """The secrets that an environment names, that have no file, and that its stack's config does not hold."""
    held = {
        key for stack in stacks if stack.selection.takes(project.identity) for key in stack.secrets
    }
    found = [
        Unset(_folder(project, path, name), name)
        for path, name in secret_refs(project)
        if name not in project.secrets and project.secret_key(name) not in held
    ]
    return tuple(dict.fromkeys(found))


def _folder(project: Project, path: Path, name: str) -> str:
    """Beside the file that names it, so that all share it who share the file; but each environment's workloads have
    secrets of their own."""
    if project.secret_key(name).startswith(f"{PLATFORM}/"):
        return PLATFORM
    file = project.layers.position(path).file.rpartition("/")[2]
    own = path[:2] == ("namespace", "secrets")
    return "/".join(project.identity.steps[: None if own else _DEPTHS.get(file)])
