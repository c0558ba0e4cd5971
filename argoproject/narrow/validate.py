"""The report about selected environments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from argoproject.checks.registry import check_surroundings, check_tree
from argoproject.checks.repositories.repositories import secret_refs
from argoproject.fleet.concern import Concern
from argoproject.fleet.pipeline import validate_tree, without_collector
from argoproject.fleet.report import Report, Unjudged
from argoproject.fleet.selection import NothingSelectedError, chosen, named
from argoproject.identity import Identity
from argoproject.narrow.copies import folders_with, tags_of
from argoproject.narrow.meeting import (
    has_name,
    hosts_of,
    names_of,
    project_names,
    reads,
    serves,
    urls_of,
)
from argoproject.narrow.outline import Folder, Outline, Sketch, read_outline
from argoproject.narrow.text import text_of_data
from argoproject.problems import Problem, together
from argoproject.project.model import Project
from argoproject.project.resolve import resolve
from argoproject.tree.load import Enter, load_more, load_tree
from argoproject.tree.model import Tree
from argoproject.tree.stacks import plain_secrets, stack_files
from argoproject.upstream.urls import matches

__all__ = ["validate_all_for", "validate_everything", "validate_selected"]

BUDGETS = Unjudged("over-budget", "whether quotas exceed the budgets of clusters")
LOGINS = Unjudged("shared-repository", "whether repositories are read with different logins")
SECRETS = Unjudged("secret-unused", "whether the platform's own secrets are used")

_READERS = 50
"""How many other environments are read because they may read the same repositories."""


def validate_everything(root: Path, today: dt.date, name: str) -> Report:
    """The report of the whole tree."""
    judged = validate_tree(root, today, name)
    environments = tuple(str(item.identity) for item in judged.projects)
    return Report(judged.problems, environments, hidden=len(judged.unusable))


def validate_selected(root: Path, today: dt.date, name: str, select: Sequence[str]) -> Report:
    """The report of the whole tree, less what concerns none of the selected environments.

    Their teams are judged in full, as any environment may show what is wrong in a file above the selected ones.

    Raises:
        NothingSelectedError: when a pattern of `select` takes no environment.
    """
    with without_collector():
        outline = read_outline(root)
        tree = load_tree(root, name, enter=_to(map(_key, _doubtful(outline, select))))
        names = named((item.identity for item in outline.environments), resolve(tree)[0])
        try:
            wanted = chosen(names, select)
        except NothingSelectedError:
            # For its error all names are needed.
            return validate_all_for(root, today, name, select)
        part = _read_part(tree, outline, {item.team for item in wanted})
        return part.report(today, wanted) if part else validate_all_for(root, today, name, select)


def validate_all_for(root: Path, today: dt.date, name: str, select: Sequence[str]) -> Report:
    """The same report, from a tree that was judged as a whole; it leaves out nothing.

    Raises:
        NothingSelectedError: when a pattern of `select` takes no environment.
    """
    judged = validate_tree(root, today, name)
    wanted = chosen(named(judged.tree.declared(), judged.projects), select)
    valid = tuple(str(item.identity) for item in judged.projects if item.identity in wanted)
    return Report(tuple(Concern(name, wanted).of(judged.problems)), valid)


def _doubtful(outline: Outline, select: Sequence[str]) -> Iterator[Identity]:
    """Environments whose project a pattern may mean, and which files may call otherwise than their folder does."""
    patterns = [item for item in select if "/" not in item.strip("/")]
    for sketch in outline.environments if patterns else ():
        names = project_names(sketch)
        if names is None or (len(names) > 1 and any(_takes(item, names) for item in patterns)):
            yield sketch.identity


def _takes(pattern: str, names: Iterable[str]) -> bool:
    return any(matches(pattern, name) for name in names)


@dataclass(frozen=True, slots=True)
class _Part:
    """A tree in which the teams of the wanted environments were read, and whatever may collide with them.

    `met` are those environments of other teams.
    """

    tree: Tree
    own: Sequence[Project]
    met: Sequence[Project]
    problems: Sequence[Problem]
    unjudged: Sequence[Unjudged]

    def report(self, today: dt.date, wanted: Collection[Identity]) -> Report:
        """What the report of the whole tree would say about the wanted environments."""
        projects = (*self.own, *self.met)
        found = [
            *self.tree.problems,
            *self.problems,
            *check_tree(self.tree, projects, today, plain_secrets(self.tree.root)),
            *check_surroundings(self.tree, projects),
        ]
        told = (item for item in together(found) if not self._leaves_out(item))
        valid = tuple(str(item.identity) for item in self.own if item.identity in wanted)
        return Report(tuple(Concern(self.tree.name, wanted).of(told)), valid, tuple(self.unjudged))

    def _leaves_out(self, problem: Problem) -> bool:
        """Whether a problem is of a rule that was not judged. Only of the platform's own secrets users are unknown."""
        if problem.code not in {item.code for item in self.unjudged}:
            return False
        files = {file.file for file in self.tree.secrets.values()}
        return problem.code != SECRETS.code or problem.position.file in files


def _read_part(tree: Tree, outline: Outline, teams: Collection[str]) -> _Part | None:
    """Read the part of a tree that decides about teams; None where nothing less than all of it does."""
    others = [item for item in outline.environments if item.identity.team not in teams]
    if not others:
        return None
    load_more(tree, lambda key: key[0] in teams)
    own, problems = resolve(tree, [item for item in tree.identities() if item.team in teams])
    meeting, logins = _meeting(tree, own, others)
    folders = [*map(_key, meeting), *_with_secrets(tree, outline)]
    load_more(tree, _to(folder for folder in folders if folder[0] not in teams))
    plain = {file.key for file in tree.secret_files() if file.plain}
    if not plain >= _stated_plain(tree.root):
        return None  # which secret a stack means by a name that is wrong: any may be the nearest
    met, _ = resolve(tree, [item for item in tree.identities() if item in meeting])
    return _Part(tree, own, met, problems, tuple(_unjudged(tree, own, logins)))


def _meeting(
    tree: Tree, own: Sequence[Project], others: Sequence[Sketch]
) -> tuple[frozenset[Identity], bool]:
    """The environments of other teams that may collide with the own ones, and whether logins can be compared."""
    profiles = text_of_data(tree.platform_document.data.get("profiles"))
    sketches = [replace(item, texts=(*item.texts, profiles)) for item in others]
    names, urls = names_of(own), urls_of(own)
    meeting = {item.identity for item in sketches if has_name(item, names)}
    if hosts := hosts_of(own):
        meeting |= {item.identity for item in sketches if serves(item, hosts)}
    readers = {item.identity for item in sketches if reads(item, urls)} if urls else set()
    few = len(readers) <= _READERS
    return frozenset(meeting | readers if few else meeting), few


def _with_secrets(tree: Tree, outline: Outline) -> Iterator[Folder]:
    """Folders of other teams with copies of secret files, and with the secrets that a stack allows in clear."""
    read = tree.folders
    others = (item for item in outline.folders if item not in read)
    yield from folders_with(tree.root, others, tags_of(tree.secret_files()))
    yield from (tuple(key.split("/")[:-1]) for key in _stated_plain(tree.root) if "/" in key)


def _stated_plain(root: Path) -> frozenset[str]:
    """The secrets that stacks allow in clear."""
    return frozenset(key for stack in stack_files(root)[0] for key in stack.plain)


def _unjudged(tree: Tree, own: Sequence[Project], logins: bool) -> Iterator[Unjudged]:
    """The rules about which more environments decide than were read."""
    platform = tree.platform
    if platform is not None and any(item.budget for item in platform.clusters.values()):
        yield BUDGETS
    if not logins:
        yield LOGINS
    used = {item.secret_key(name) for item in own for _, name in secret_refs(item)}
    if platform is not None and any(file.key not in used for file in tree.secrets.values()):
        yield SECRETS


def _key(identity: Identity) -> Folder:
    return identity.team, identity.product, identity.cluster, identity.environment


def _to(folders: Iterable[Folder]) -> Enter:
    """Enter these folders and those above them, and nothing below."""
    way = {folder[:depth] for folder in folders for depth in range(1, len(folder) + 1)}
    return way.__contains__
