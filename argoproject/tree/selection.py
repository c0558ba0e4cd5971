"""Which environments something is about. All ways to say so are here, so that they agree.

takes       a pattern matches an environment: of SELECT (the argument of commands), of `audit.yaml`
chosen      the environments that patterns match
Selection   a stack takes an environment (`argo-projects:select`)
Scope       changed files reach an environment
Concern     a problem concerns an environment
Patterns    the way back: the shortest patterns for a set of environments
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from argoproject.identity import Identity
from argoproject.layout import LEVELS, PROJECT_FILE, folder_of
from argoproject.models.base import Model
from argoproject.models.scalars import Glob
from argoproject.models.validation import did_you_mean
from argoproject.problems import Problem
from argoproject.tree.model import Tree
from argoproject.upstream.urls import matches

__all__ = ["Concern", "NothingSelectedError", "Patterns", "Scope", "Selection", "chosen", "takes"]

_KNOWN = 5
"""How many names an error lists."""

_SILENT = ("schema", ".sops.yaml", "README.md", ".gitkeep", ".DS_Store")
"""What is next to platform.yaml and decides about no environment."""

_HIDING = frozenset(
    {"folder-name", "symlink", "unknown-team", "unknown-cluster", "unknown-environment"}
)
"""Codes of problems of a folder as a whole that may be a misspelt one, so that environments are missing next to it."""


class NothingSelectedError(Exception):
    """A pattern matches no environment. `str()` is the message for the user."""


def takes(pattern: str, identity: Identity, project: str) -> bool:
    """Whether a pattern matches an environment.

    Args:
        pattern: a folder below projects/, which takes all environments below it, with `*` for any text within one
            step; or the name of a project, likewise with `*`.
        identity: the environment.
        project: the name of its project.

    Example:
        >>> prod = Identity("blue", "shop", "eu-1", "prod")
        >>> [takes(it, prod, "blue-shop-prod-eu-1") for it in ("blue", "*/*/eu-1", "blue-shop-*", "blue/shop/prod")]
        [True, True, True, False]
    """
    steps = pattern.strip("/").split("/")
    below = len(steps) <= len(LEVELS) and all(map(matches, steps, identity.steps))
    return below or (len(steps) == 1 and matches(pattern, project))


def chosen(environments: Mapping[Identity, str], patterns: Iterable[str]) -> tuple[Identity, ...]:
    """The environments that any pattern matches, sorted.

    Args:
        environments: those to choose from, with the names of their projects.
        patterns: as `takes` reads them.

    Raises:
        NothingSelectedError: for a pattern that matches none.
    """
    found: set[Identity] = set()
    for pattern in patterns:
        taken = {item for item, name in environments.items() if takes(pattern, item, name)}
        if not taken:
            raise NothingSelectedError(_nothing_selected(pattern, environments))
        found |= taken
    return tuple(sorted(found))


def _nothing_selected(pattern: str, environments: Mapping[Identity, str]) -> str:
    """The message for a pattern that matches nothing, with the folder or project that was probably meant."""
    depth = pattern.strip("/").count("/") + 1
    known = sorted({"/".join(item.steps[:depth]) for item in environments})
    names = sorted(environments.values()) if depth == 1 else ()
    shown = ", ".join([*known[:_KNOWN], "…"] if len(known) > _KNOWN else known)
    hint = did_you_mean(
        pattern.strip("/"),
        [*known, *names],
        otherwise=f"known: {shown}" if known else "there is none",
    )
    return f"no environment is called {pattern} ({hint})"


class Selection(Model):
    """Which environments a stack takes: those that every given list matches. Without a list, all."""

    clusters: tuple[Glob, ...] | None = None
    """Clusters, by name or pattern."""

    teams: tuple[Glob, ...] | None = None
    """Teams, by name or pattern."""

    products: tuple[Glob, ...] | None = None
    """Products, by `<product>` or `<team>/<product>`, or pattern."""

    environments: tuple[Glob, ...] | None = None
    """Environments, by name or pattern."""

    def takes(self, identity: Identity) -> bool:
        """Whether the stack takes an environment."""
        return self.takes_below(identity.steps)

    def takes_below(self, folder: Sequence[str]) -> bool:
        """Whether the stack takes environments below a folder, given as its steps below projects/."""
        names: list[tuple[str, ...]] = [(name,) for name in folder]
        names[1:2] = [(product, f"{folder[0]}/{product}") for product in folder[1:2]]
        lists = (self.teams, self.products, self.clusters, self.environments)
        return all(
            patterns is None or any(matches(item, name) for item in patterns for name in own)
            for patterns, own in zip(lists, names, strict=False)
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """The environments that changed files can reach: those in one of some folders, or below it.

    `folders` are steps below projects/; the empty one reaches all.
    """

    folders: frozenset[tuple[str, ...]]

    @classmethod
    def of_files(cls, files: Iterable[str], for_all: Iterable[str] = ()) -> Scope:
        """The scope of changed files.

        Args:
            files: paths below the folder of platform.yaml.
            for_all: files that profiles name, which count for every environment wherever they are.
        """
        shared = frozenset(map(posixpath.normpath, for_all))
        folders: set[tuple[str, ...]] = set()
        for file in files:
            folder = () if file in shared else folder_of(file)
            if folder is not None:
                folders.add(folder)
            elif file.split("/")[0] not in _SILENT:
                folders.add(())
        return cls(frozenset(folders))

    def takes(self, identity: Identity) -> bool:
        """Whether an environment is reached."""
        return self._reaches(identity.steps)

    def needs(self, file: str) -> bool:
        """Whether a file is needed to build a reached environment: its own files, and those above it."""
        own = folder_of(file)
        return (
            own is None
            or self._reaches(own)
            or any(folder[: len(own)] == own for folder in self.folders)
        )

    def _reaches(self, steps: tuple[str, ...]) -> bool:
        return any(steps[:depth] in self.folders for depth in range(len(steps) + 1))


class Concern:
    """Which problems of a tree concern some of its environments.

    A problem that names environments concerns those. Of the others the position decides: a file of a team concerns the
    environments in or below its folder, anything else (platform.yaml, the platform's secrets, a stack, a file or folder
    directly in projects/) all of them.

    Args:
        tree: the tree that has the problems.
        environments: those that are asked about.
        selection: the stack that takes them. With it, whatever may hide an environment of the stack concerns all: a
            folder `Prod` is no environment, so the stack would delete what it had deployed for `prod`.
    """

    def __init__(
        self, tree: Tree, environments: Iterable[Identity], selection: Selection | None = None
    ) -> None:
        self._tree = tree
        self._selection = selection
        self._named = {str(identity): identity for identity in environments}
        self._below: dict[tuple[str, ...], list[Identity]] = defaultdict(list)
        for identity in self._named.values():
            for depth in range(1, len(LEVELS) + 1):
                self._below[identity.steps[:depth]].append(identity)

    def environments(self, problem: Problem) -> Sequence[Identity] | None:
        """Those of the environments that a problem concerns; None where it is one of the whole tree."""
        if problem.subjects:
            return [self._named[name] for name in problem.subjects if name in self._named]
        file = problem.position.file
        folder = self._tree.nearest_folder(file)
        if not folder:
            return None
        hides = problem.code in _HIDING and not problem.position.line
        if self._selection and (hides or posixpath.basename(file) == PROJECT_FILE):
            beside = self._tree.nearest_folder(posixpath.dirname(file)) or ()
            if self._selection.takes_below(beside):
                return None
        return self._below.get(folder, ())

    def of(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems that concern the environments or the whole tree. Of `subjects`, only these environments stay."""
        found = []
        for problem in problems:
            environments = self.environments(problem)
            if environments is None:
                found.append(problem)
            elif environments:
                subjects = tuple(map(str, environments)) if problem.subjects else ()
                found.append(replace(problem, subjects=subjects))
        return found


class Patterns:
    """Names many environments with few patterns, which take exactly those, each once.

    `blue` is all of a team, `blue/*/*/prod` all its production. A pattern never takes an environment that is not meant.
    """

    def __init__(self, everything: Iterable[Identity]) -> None:
        """`everything` are all environments of the tree."""
        self._teams: dict[str, Mapping[str, frozenset[Identity]]] = {}
        by_team: dict[str, list[Identity]] = defaultdict(list)
        for identity in everything:
            by_team[identity.team].append(identity)
        for team, identities in by_team.items():
            self._teams[team] = _by_pattern(identities)

    def of(self, identities: Iterable[Identity]) -> Iterator[tuple[str, int]]:
        """Patterns for these environments and how many each takes, sorted."""
        left: dict[str, set[Identity]] = defaultdict(set)
        for identity in identities:
            left[identity.team].add(identity)
        for team, own in sorted(left.items()):
            found: list[tuple[str, int]] = []
            for pattern, taken in self._teams.get(team, {}).items():
                if taken <= own:
                    own.difference_update(taken)
                    found.append((pattern, len(taken)))
            yield from sorted([*found, *((str(identity), 1) for identity in own)])


def _by_pattern(identities: Iterable[Identity]) -> Mapping[str, frozenset[Identity]]:
    """The environments of one team by each pattern that takes more than one, the largest first."""
    found: dict[str, set[Identity]] = defaultdict(set)
    for identity in identities:
        team, product, cluster, environment = identity.steps
        for pattern in (
            team,
            f"{team}/{product}",
            f"{team}/*/*/{environment}",
            f"{team}/*/{cluster}",
            f"{team}/*/{cluster}/{environment}",
            f"{team}/{product}/{cluster}",
            f"{team}/{product}/*/{environment}",
        ):
            found[pattern].add(identity)
    # Among equals the first of the list above, which begins with the most general.
    largest = sorted(found.items(), key=lambda item: -len(item[1]))
    return {pattern: frozenset(taken) for pattern, taken in largest if len(taken) > 1}
