"""The Pulumi project above a tree: its name, which its config keys begin with, and where its stack files are.

Pulumi.yaml is read as Pulumi reads it. Source: pulumi v3.246, sdk/go/common/workspace/loaders.go, paths.go and
project.go; sdk/go/common/resource/config/key.go.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from argoproject.problems import Mistake, Problem
from argoproject.tree.documents import parse_mapping
from argoproject.tree.files import read_file, unreadable
from argoproject.yamlfile.reader import DataPath, Document

__all__ = [
    "PROJECT",
    "PulumiProject",
    "Setting",
    "config_folder",
    "full_key",
    "mapping",
    "project_name",
    "pulumi_project",
    "pulumi_root",
    "shown_as",
]

PROJECT = "argo-projects"
"""Name of the shipped Pulumi project, and so of its config keys. `pulumi new` gives the project another name."""

_PROJECT_FILE = "Pulumi.yaml"
_DEPLOYMENT = ".deploy"
"""How the names of files with settings of Pulumi Deployments end, `Pulumi.<stack>.deploy.yaml`: they are no stacks."""


class Setting(NamedTuple):
    """The value of one key, with its place: the stack's file, or Pulumi.yaml for a default."""

    document: Document
    path: DataPath
    value: Any


@dataclass(frozen=True, slots=True)
class PulumiProject:
    """The Pulumi.yaml above a tree.

    Attributes:
        root: its folder.
        name: the project's name, the namespace of its config keys.
        folder: the folder of the stack files.
        defaults: the values that Pulumi.yaml gives to keys of the project, by name.
        problems: of Pulumi.yaml itself. It can be used in spite of them.
    """

    root: Path
    name: str = PROJECT
    folder: Path = Path()
    defaults: Mapping[str, Setting] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def files(self) -> list[Path]:
        """The files of its stacks, sorted."""
        files = sorted(self.folder.glob("Pulumi.*.yaml"))
        return [file for file in files if not file.stem.endswith(_DEPLOYMENT)]


def mapping(value: Any) -> Mapping[str, Any]:
    """A value of a stack file as a mapping; empty where it is none."""
    return value if isinstance(value, dict) else {}


def pulumi_root(config: Path) -> Path | None:
    """The folder with the nearest Pulumi.yaml above a tree; None where there is none."""
    for folder in config.resolve().parents:
        if (folder / _PROJECT_FILE).is_file():
            return folder
    return None


def project_name(config: Path) -> str:
    """The name of the Pulumi project above a tree, which its config keys begin with."""
    project = pulumi_project(config)
    return PROJECT if project is None else project.name


def pulumi_project(config: Path) -> PulumiProject | None:
    """Read the nearest Pulumi.yaml above a tree; None where there is none.

    Args:
        config: the folder of platform.yaml.
    """
    root = pulumi_root(config)
    if root is None:
        return None
    shown = shown_as(root / _PROJECT_FILE, root, config)
    try:
        document, broken = parse_mapping(shown, read_file(os.path.realpath(root / _PROJECT_FILE)))
    except OSError as error:
        return PulumiProject(root, folder=root, problems=(unreadable(shown, error),))
    data = {} if broken else document.data
    problems = [*broken]
    if isinstance(data.get("config"), str) and "stackConfigDir" in data:
        message = "`config` and `stackConfigDir` both name the folder of the stack files: Pulumi refuses that"
        mistake = Mistake("stack-folder", message, "keep stackConfigDir")
        problems += document.problems([(("config",), mistake)])
    folder = root / config_folder(data)
    if not folder.is_dir():
        message = "there is no folder of this name, so no stack file can be read"
        key = "stackConfigDir" if "stackConfigDir" in data else "config"
        mistake = Mistake(
            "stack-folder", message, "correct it: the folder is relative to Pulumi.yaml"
        )
        problems += document.problems([((key,), mistake)])
    name = str(data.get("name") or PROJECT)
    defaults = {
        key: Setting(document, path, value)
        for key, path, value in _defaults(mapping(data.get("config")), name)
    }
    return PulumiProject(root, name, folder, defaults, tuple(problems))


def config_folder(project: Mapping[str, Any]) -> str:
    """The folder of the stack files, relative to Pulumi.yaml: `stackConfigDir`, or the older text `config`.

    Args:
        project: the data of Pulumi.yaml.
    """
    old = project.get("config")
    folder = project.get("stackConfigDir") or (old if isinstance(old, str) else ".")
    return str(folder)


def full_key(key: str, project: str) -> str:
    """A key of a config with its namespace: without one it is the project's.

    Example:
        >>> [full_key(key, "envs") for key in ("select", "envs:select", "envs:config:select")]
        ['envs:select', 'envs:select', 'envs:select']
    """
    match key.split(":"):
        case [name]:
            return f"{project}:{name}"
        case [namespace, "config", name]:  # the form that keys once had
            return f"{namespace}:{name}"
    return key


def _defaults(declared: Mapping[str, Any], name: str) -> Iterator[tuple[str, DataPath, Any]]:
    """The values that the `config` of a Pulumi.yaml gives to keys of the project."""
    for key, item in declared.items():
        namespace, _, own = full_key(key, name).partition(":")
        path: DataPath = ("config", key)
        value = item
        if isinstance(item, dict):
            kind = "value" if "value" in item else "default"
            path, value = (*path, kind), item.get(kind)
        if namespace == name and value is not None:
            yield own, path, value


def shown_as(file: Path, root: Path, config: Path) -> str:
    """The name of a file in reports: as users, and programs that mark its lines, find it from where they are."""
    return file.relative_to(root).as_posix() if config.is_absolute() else os.path.relpath(file)
