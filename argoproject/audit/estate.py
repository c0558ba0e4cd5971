"""What rules look at: the fleet on one day, and how a place in it is named."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from argoproject.audit.finding import Found, Severity
from argoproject.identity import Identity
from argoproject.models import Platform
from argoproject.project.model import Project
from argoproject.tree.model import Tree
from argoproject.tree.stacks import StackFile
from argoproject.yamlfile.reader import Path

__all__ = ["Estate", "is_production"]


@dataclass(frozen=True)
class Estate:
    """A tree that could be read, its environments, and the stacks that deploy them."""

    tree: Tree
    platform: Platform
    projects: tuple[Project, ...]
    stacks: tuple[StackFile, ...]
    today: dt.date

    @cached_property
    def by_profile(self) -> Mapping[str, tuple[Project, ...]]:
        """The environments of each profile. Where a `base` makes the namespace, no guard of a profile stands."""
        found: dict[str, list[Project]] = defaultdict(list)
        for project in self.projects:
            if project.settings.base is None:
                found[project.profile_name].append(project)
        return {name: tuple(items) for name, items in found.items()}

    def of_team(self, team: str, environment_class: str | None = None) -> Iterator[Project]:
        """The environments of a team, of one class only where it is given."""
        for project in self.projects:
            if project.identity.team == team and environment_class in (
                None,
                project.environment_class,
            ):
                yield project

    def in_platform(
        self, path: Path, message: str, severity: Severity, projects: Iterable[Project] = ()
    ) -> Found:
        """A cause in platform.yaml, and the environments that it reaches."""
        environments = tuple(project.identity for project in projects)
        return Found(self.tree.platform_document, path, message, severity, environments)

    def in_project(
        self, project: Project, path: Path, message: str, severity: Severity
    ) -> Iterator[Found]:
        """A cause in the files of an environment: the place that decides `path`."""
        layer, held = project.layers.origin(path)
        if layer is not None:
            where: tuple[Identity, ...] = (project.identity,)
            yield Found(layer.document, (*layer.prefix, *held), message, severity, where)


def is_production(project: Project) -> bool:
    """Whether an environment is of a class where what was reviewed is what runs."""
    return project.platform.is_production(project.identity.environment)
