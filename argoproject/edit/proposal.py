"""What a tree would be with another project.yaml: judged in memory, before anything is written."""

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
    """A project.yaml that is not written yet, and the whole tree judged with it."""

    identity: Identity
    text: str
    judged: Judged

    @property
    def project(self) -> Project:
        """The environment as it would be.

        Raises:
            ConfigError: when errors leave nothing of it.
        """
        project = self.judged.project(str(self.identity))
        if project is None:
            raise ConfigError(self.errors)
        return project

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What must be mended before the file is written."""
        return self._concerning(self.judged.errors)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What should be known."""
        return self._concerning(self.judged.warnings)

    def _concerning(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Those of the environment's own files, of those above them, and of platform.yaml.

        Other environments' mistakes are no reason not to write this file.
        """
        root = self.judged.tree.name
        concerning = Concern(self.judged.tree, [self.identity]).of(problems)
        return tuple(item for item in concerning if item.position.file.startswith(f"{root}/"))


def propose(tree: Tree, identity: Identity, text: str, today: dt.date) -> Proposal:
    """Judge the tree as `validate` would, were `text` the environment's project.yaml."""
    return Proposal(identity, text, validate_loaded(with_project(tree, identity, text), today))


def with_project(tree: Tree, identity: Identity, text: str) -> Tree:
    """The tree with other contents in one project.yaml, in a new folder where there is none."""
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
        # What was said of the old contents, or of a folder or tree that held no project.yaml.
        problems=[p for p in tree.problems if p.position.file not in (file, folder, projects)]
        + found,
        broken=(tree.broken - {file}) | ({file} if found else set()),
    )
