"""A tree with another project.yaml, judged in memory before anything is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from argoproject.fleet.pipeline import Judged, validate_loaded
from argoproject.identity import Identity
from argoproject.layout import PROJECTS, project_file
from argoproject.problems import ConfigError, Problem
from argoproject.project.model import Project
from argoproject.tree.documents import parse_mapping, settings_problems
from argoproject.tree.model import Folder, Tree
from argoproject.tree.selection import Concern

__all__ = ["Proposal", "propose", "with_project"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A project.yaml that is not written yet.

    Attributes:
        identity: Its environment.
        text: The file.
        judged: The whole tree as `validate` judges it with this file.
    """

    identity: Identity
    text: str
    judged: Judged

    @property
    def project(self) -> Project:
        """The environment, resolved with this file.

        Raises:
            ConfigError: where the file's errors prevent that.
        """
        project = self.judged.project(str(self.identity))
        if project is None:
            raise ConfigError(self.errors)
        return project

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Errors that must be corrected before the file is written. A secret gets its value after it is named."""
        found = self._concerning(self.judged.errors)
        return tuple(item for item in found if item.code != "secret-missing")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Warnings to report when it is written."""
        return self._concerning(self.judged.warnings)

    def _concerning(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """The problems of the environment's own files, of those above them, and of platform.yaml.

        Problems of other environments do not prevent this file from being written.
        """
        root = self.judged.tree.name
        concerning = Concern(self.judged.tree, [self.identity]).of(problems)
        return tuple(item for item in concerning if item.position.file.startswith(f"{root}/"))


def propose(tree: Tree, identity: Identity, text: str, today: dt.date) -> Proposal:
    """Judge a tree as `validate` does, with `text` as the project.yaml of an environment.

    `today` is the day on which access and `allow` expire.
    """
    return Proposal(identity, text, validate_loaded(with_project(tree, identity, text), today))


def with_project(tree: Tree, identity: Identity, text: str) -> Tree:
    """Return a tree with `text` as the project.yaml of an environment, whose folder may be new.

    A text that is not valid YAML is among the problems of the result.
    """
    key = identity.steps
    projects = f"{tree.name}/{PROJECTS}"
    folder = f"{projects}/{identity}"
    file = f"{tree.name}/{project_file(identity)}"
    document, problems = parse_mapping(file, text.encode())
    found = list(problems) or settings_problems(document)
    above = [key[:depth] for depth in range(1, len(key))]
    folders = {item: Folder(f"{projects}/{'/'.join(item)}") for item in above} | tree.folders
    own = folders.get(key, Folder(folder))
    folders[key] = replace(own, settings=None if problems else document)
    return replace(
        tree,
        folders=folders,
        # Without the problems of the old contents, and of a folder or tree without any project.yaml.
        problems=[p for p in tree.problems if p.position.file not in (file, folder, projects)]
        + found,
        broken=(tree.broken - {file}) | ({file} if found else set()),
    )
