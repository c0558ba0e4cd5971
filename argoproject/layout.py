"""The shape of the tree: which folder is what, and which file belongs where. Every other module reads it from here.

    platform.yaml                                         what the platform team decides
    secrets/NAME.yaml                                     the platform's own secrets
    projects/TEAM/team.yaml                               what a team's environments share
    projects/TEAM/PRODUCT/product.yaml                    what a product's environments share
    projects/TEAM/PRODUCT/CLUSTER/ENVIRONMENT/project.yaml
                                                          one environment

`secrets/` may be next to each of these settings files, `manifests/` next to a product.yaml or project.yaml. Only there
do these names have a meaning of their own: elsewhere they name a level like any other word, so that a product may be
called `manifests`, and an environment `secrets`, but no product `secrets`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from argoproject.identity import Identity

__all__ = [
    "LEVELS",
    "MANIFESTS",
    "PLATFORM_FILE",
    "PRODUCT_FILE",
    "PROJECTS",
    "PROJECT_FILE",
    "SECRETS",
    "SETTINGS_FILES",
    "TEAM_FILE",
    "folder_of",
    "is_side_folder",
    "project_file",
    "side_folder_names",
]

LEVELS = ("team", "product", "cluster", "environment")
"""What the folders below projects/ are named after, the outermost first. A folder's depth counts from 1, a team's."""

PROJECTS = "projects"
MANIFESTS = "manifests"
SECRETS = "secrets"

PLATFORM_FILE = "platform.yaml"
TEAM_FILE = "team.yaml"
PRODUCT_FILE = "product.yaml"
PROJECT_FILE = "project.yaml"

SETTINGS_FILES: Mapping[int, str] = {1: TEAM_FILE, 2: PRODUCT_FILE, 4: PROJECT_FILE}
"""The settings file of a folder, by its depth. A cluster's folder has none."""

_SIDE_FOLDERS: Mapping[str, frozenset[int]] = {
    MANIFESTS: frozenset((2, 4)),
    SECRETS: frozenset((1, 2, 4)),
}
"""The folders that are no level, by the depth of the folders that hold them."""


def is_side_folder(name: str, depth: int) -> bool:
    """Whether a folder is no level but belongs to the settings file next to it.

    Args:
        name: the folder's own name.
        depth: the depth of the folder that holds it, 0 for projects/ itself.
    """
    return depth in _SIDE_FOLDERS.get(name, ())


def side_folder_names(steps: Iterable[str]) -> list[str]:
    """Those of an environment's steps that cannot name a level where they are, because a side folder has the name.

    Example:
        >>> side_folder_names(("blue", "manifests", "secrets", "manifests"))
        ['secrets']
    """
    return [name for depth, name in enumerate(steps) if is_side_folder(name, depth)]


def project_file(identity: Identity) -> str:
    """The path of an environment's project.yaml, below the folder of platform.yaml."""
    return f"{PROJECTS}/{identity}/{PROJECT_FILE}"


def folder_of(file: str) -> tuple[str, ...] | None:
    """The folder of a team, product, cluster or environment to which a file belongs.

    A file in a side folder, or anywhere below an environment, belongs to the folder with the settings file.

    Args:
        file: a path below the folder of platform.yaml.

    Returns:
        Its steps below projects/, empty for a file in projects/ itself; None for a file that is not in projects/.

    Example:
        >>> folder_of("projects/blue/shop/secrets/db.yaml")
        ('blue', 'shop')
        >>> folder_of("projects/blue/manifests/product.yaml")
        ('blue', 'manifests')
    """
    top, *steps = file.split("/")
    if top != PROJECTS or not steps:
        return None
    folders = steps[:-1][: len(LEVELS) + 1]
    side = (depth for depth, name in enumerate(folders) if is_side_folder(name, depth))
    return tuple(folders[: next(side, len(LEVELS))])
