"""What of a report concerns some environments: a stack's, or those that somebody asks about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from argoproject.identity import Identity
from argoproject.problems import Problem

__all__ = ["Concern"]

_BESIDE = {"manifests": (3, 5), "secrets": (2, 3, 5)}
"""How many folders below projects/ these stand, beside a team.yaml, product.yaml or project.yaml: elsewhere they are
a product or an environment of that name."""


class Concern:
    """What concerns environments: platform.yaml and what else stands outside projects/, their own folders and the
    files above them.

    A problem that names environments concerns only those.
    """

    def __init__(self, root: str, environments: Iterable[Identity]) -> None:
        """`root` is what reports call the tree."""
        self.projects = f"{root}/projects"
        self.environments = frozenset(map(str, environments))
        self.folders = {
            f"{self.projects}/{'/'.join(name.split('/')[:depth])}"
            for name in self.environments
            for depth in (1, 2, 3, 4)
        }

    def of(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems that concern the environments. Of those that a problem names, these remain."""
        return [
            replace(item, subjects=tuple(filter(self.environments.__contains__, item.subjects)))
            for item in problems
            if self._has(item)
        ]

    def _has(self, problem: Problem) -> bool:
        if problem.subjects and self.environments.isdisjoint(problem.subjects):
            return False
        file = problem.position.file
        if not file.startswith(f"{self.projects}/"):
            return True
        return file in self.folders or self._folder(file) in self.folders

    def _folder(self, file: str) -> str:
        """The folder that a file belongs to: that of a manifest or secret is the one beside whose file it stands."""
        *steps, _ = file.removeprefix(f"{self.projects}/").split("/")
        if steps and len(steps) in _BESIDE.get(steps[-1], ()):
            steps.pop()
        return "/".join((self.projects, *steps))
