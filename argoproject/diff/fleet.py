"""Compares the working tree with a base: a Git revision, a rendered folder or an exported state.

For a Git revision, only environments that a changed file can affect are planned on both sides, and files that are equal
on both sides are parsed once.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from argoproject.audit.run import BASELINE
from argoproject.checks.manifests.platform import check_platform
from argoproject.checks.registry import check_project
from argoproject.diff.bases import as_deployed, as_rendered, exported, rendered_states
from argoproject.diff.compare import compare, with_name_hints, with_stack_moves
from argoproject.diff.files import file_changes
from argoproject.diff.model import FileChange, FleetDiff, not_shown
from argoproject.diff.revision import Revision
from argoproject.diff.stacks import base_stacks, comparable, stack_changes
from argoproject.diff.states import EnvironmentState, Side, acceptances_of, planned_state
from argoproject.fleet.pipeline import Judged, platform_files, without_collector
from argoproject.identity import Identity, derive
from argoproject.layout import MANIFESTS, project_file
from argoproject.models import Platform
from argoproject.plan.admission import argocd_users
from argoproject.plan.build import plan_project
from argoproject.problems import Severity, bounded
from argoproject.project.model import Project
from argoproject.project.resolve import resolve
from argoproject.tree.load import load_tree
from argoproject.tree.model import Tree
from argoproject.tree.selection import Scope, Selection, chosen
from argoproject.tree.stacks import read_stacks, stack_files

__all__ = ["diff_environment", "diff_exported", "diff_rendered", "diff_revision", "only"]


def diff_revision(judged: Judged, revision: Revision, today: dt.date) -> FleetDiff:
    """Compare a Git revision with the working tree.

    Args:
        judged: the working tree, validated before. Environments with errors are not compared.
        revision: the base.
        today: the day for which both sides are planned.

    Raises:
        BaseUnreadableError: if Git cannot read the revision's files.
    """
    with without_collector():
        changed, hidden = revision.changed(), revision.hidden()
        unseen, lost = Scope.of_files(hidden.files()), Scope.of_files(hidden.files(changed=True))
        scope = Scope.of_files(changed, judged.tree.platform_files)
        after = _working_tree(judged, today, scope)
        before = _base(revision, scope, judged.tree, today)
        everything = {*judged.tree.declared(), *before.tree.declared(), *hidden.environments()}
        gone = {
            item
            for item in set(before.tree.declared()).difference(judged.tree.declared())
            if project_file(item) not in hidden
        }
        unseen_ones = frozenset(filter(unseen.takes, everything)) - gone
        lost_ones = {item for item in unseen_ones if lost.takes(item) or scope.takes(item)}
        broken = after.broken.union(lost_ones)
        platforms = [side.tree.platform for side in (after, before)]
        changes = compare(
            [item for item in before.states if item.identity not in broken | unseen_ones],
            [item for item in after.states if item.identity not in unseen_ones],
            [item for item in platforms if item is not None],
            before.broken - broken - unseen_ones,
        )
        old_stacks, stacks, unread = comparable(
            base_stacks(revision), read_stacks(judged.tree.root)
        )
        reasons = [
            *hidden.sentences(judged.tree.name),
            *unread,
            *_unread_acceptances(before, after),
        ]
        errors = [text for text, has_changed in reasons if has_changed or lost_ones]
        return FleetDiff(
            base=str(revision),
            environments=tuple(
                with_name_hints(with_stack_moves(old_stacks or stacks, stacks, changes))
            ),
            files=(
                *file_changes(before, after, changed),
                *stack_changes(old_stacks, stacks, everything, judged.tree.platform),
            ),
            problems=(*map(str, bounded(judged.errors)), *errors),
            broken=tuple(sorted(broken)),
            policies=tuple(_changed_policies(*platforms)),
            notes=(*(f"Not compared: {text}." for text, _ in reasons), not_shown()),
        )


def _unread_acceptances(before: Side, after: Side) -> Iterator[tuple[str, bool]]:
    """Why acceptances are not compared, with whether the working tree is the reason."""
    file = f"{after.tree.name}/{BASELINE}"
    if after.acceptances is None:
        yield f"{file} cannot be read: argoproject validate reports why", True
    elif before.acceptances is None:
        yield f"{file} cannot be read in the base", False


def _changed_policies(after: Platform | None, before: Platform | None) -> Iterator[str]:
    """The clusters of both sides whose admission policies differ.

    A cluster that is added is left out: the file of a stack says which stack deploys its policies.
    """
    if before is None or after is None:
        return
    for cluster in sorted({*before.clusters} & {*after.clusters}):
        if argocd_users(before, cluster) != argocd_users(after, cluster):
            yield cluster


def diff_rendered(judged: Judged, folder: Path, today: dt.date) -> FleetDiff:
    """Compare a folder that `render` wrote with the working tree. The arguments are those of `diff_revision`.

    Raises:
        BaseUnreadableError: if the folder was not written by `render`.
    """
    before = rendered_states(folder)
    after = _working_tree(judged, today)
    return _without_settings(
        judged,
        after.broken,
        before,
        as_rendered(after.states),
        base=f"the rendered folder {folder}",
        unseen="stack files, protection and what else Pulumi does with objects",
    )


def diff_exported(judged: Judged, file: Path, today: dt.date) -> FleetDiff:
    """Compare an exported state with the environments of the working tree that its stack selects.

    The arguments are those of `diff_revision`.

    Raises:
        BaseUnreadableError: if the file is not an exported state.
    """
    name, before = exported(file)
    stacks, _ = stack_files(judged.tree.root)
    selection = next((item.selection for item in stacks if item.name == name), None)
    after = _working_tree(judged, today, selection)
    return _without_settings(
        judged,
        after.broken,
        before,
        as_deployed(after.states),
        base=f"the exported state of the stack {name} in {file}",
        unseen="stack files and what is in Secrets",
    )


def _without_settings(
    judged: Judged,
    broken: Collection[Identity],
    before: Iterable[EnvironmentState],
    after: Iterable[EnvironmentState],
    *,
    base: str,
    unseen: str,
) -> FleetDiff:
    platform = judged.tree.platform
    comparable = [item for item in before if item.identity not in broken]
    return FleetDiff(
        base=base,
        environments=tuple(compare(comparable, after, () if platform is None else [platform])),
        problems=tuple(map(str, bounded(judged.errors))),
        broken=tuple(sorted(broken)),
        notes=(not_shown(unseen),),
    )


def diff_environment(before: Project, after: Project, tree: Tree, today: dt.date) -> FleetDiff:
    """Compare one environment before and after an edit of its project.yaml.

    Args:
        before: the environment as it was; it may have errors.
        after: the environment after the edit, without errors.
        tree: the tree of both.
        today: the day for which both are planned.
    """
    valid = not _has_errors(before, today)
    old = _states((before,) if valid else (), tree, today)
    new = _states((after,), tree, today)
    unreadable = () if valid else (before.identity,)
    changes = compare(old, new, [after.platform], unreadable)
    return FleetDiff(base="the file as it was", environments=tuple(changes))


def _working_tree(judged: Judged, today: dt.date, scope: Scope | Selection | None = None) -> Side:
    """The working tree as a side; with a scope, only the environments in it."""
    inside = {item for item in judged.tree.declared() if scope is None or scope.takes(item)}
    named = {name for error in judged.errors for name in error.subjects}
    files = {error.position.file for error in judged.errors if not error.subjects}
    files |= judged.tree.broken
    valid = [
        item
        for item in judged.projects
        if item.identity in inside
        and str(item.identity) not in named
        and files.isdisjoint(_planned_from(item, judged.tree))
    ]
    return _side(judged.tree, inside, valid, today)


def _base(revision: Revision, scope: Scope, known: Tree, today: dt.date) -> Side:
    """A Git revision as a side. `known` is the working tree, whose parsed files are used again where they are equal."""
    with tempfile.TemporaryDirectory(prefix="argoproject-") as folder:
        root = Path(folder) / "config"
        root.mkdir()
        revision.write(root, scope.needs)
        tree = load_tree(root, known.name, known)
        projects, _ = resolve(tree, [item for item in tree.identities() if scope.takes(item)])
        wrong = () if tree.platform is None else check_platform(tree, tree.platform)
        files = {item.position.file for item in wrong if item.severity is Severity.ERROR}
        files |= tree.broken
        valid = [
            item
            for item in projects
            if files.isdisjoint(_planned_from(item, tree)) and not _has_errors(item, today)
        ]
        return _side(tree, set(filter(scope.takes, tree.declared())), valid, today)


def _side(tree: Tree, inside: set[Identity], valid: Sequence[Project], today: dt.date) -> Side:
    broken = frozenset(inside - {item.identity for item in valid})
    return Side(tree, _states(valid, tree, today), broken, acceptances_of(tree))


def _planned_from(project: Project, tree: Tree) -> frozenset[str]:
    """The files from which an environment is planned, those included that cannot be read.

    An error in another file, such as a stray file or a file of secrets, does not prevent a comparison.
    """
    _, *own = tree.above(project.identity)
    folders = tuple(f"{folder.shown}/{MANIFESTS}/" for folder in own if folder)
    return frozenset(
        (
            *(layer.document.file for layer in project.layers.items),
            *(item.document.file for item in project.manifests),
            *(f"{tree.name}/{item.file}" for item in project.profile.platform_manifests),
            *(file for file in tree.broken if file.startswith(folders)),
        )
    )


def _states(
    projects: Iterable[Project], tree: Tree, today: dt.date
) -> tuple[EnvironmentState, ...]:
    files = platform_files(tree)
    return tuple(planned_state(plan_project(item, today, files), item) for item in projects)


def _has_errors(project: Project, today: dt.date) -> bool:
    return any(item.severity is Severity.ERROR for item in check_project(project, today))


def only(diff: FleetDiff, names: Mapping[Identity, str], patterns: Sequence[str]) -> FleetDiff:
    """The part of a comparison about some environments, with the lines of files that reach one of them.

    Args:
        diff: the whole comparison.
        names: the environments of the working tree, with the names of their projects.
        patterns: as on the command line; one matches an environment by its folder now or before.

    Raises:
        NothingSelectedError: for a pattern that matches no environment, neither of the working tree nor of the base.
    """
    everything = dict(names)
    for item in diff.environments:  # what was deleted or moved exists in the base only
        for identity in filter(None, (item.moved_from, item.identity)):
            everything.setdefault(identity, item.project or derive(identity).project)
    wanted = frozenset(chosen(everything, patterns))
    environments = tuple(
        item for item in diff.environments if {item.identity, item.moved_from} & wanted
    )
    # A line may reach an environment of which no object changes, as one of a stack file does.
    reached = {str(identity) for identity in wanted}
    files = (
        FileChange(
            file.file,
            tuple(item for item in file.changes if not reached.isdisjoint(item.environments)),
        )
        for file in diff.files
    )
    return replace(
        diff,
        environments=environments,
        files=tuple(file for file in files if file.changes),
        broken=tuple(item for item in diff.broken if item in wanted),
    )
