"""The working tree compared with a base.

Of a Git revision, only environments that a changed file can reach are built on both sides; files that are equal are not
parsed twice.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from argoproject.checks.registry import check_project
from argoproject.diff.bases.exported import as_deployed, exported
from argoproject.diff.bases.rendered import as_rendered, rendered_states
from argoproject.diff.bases.revision import Revision
from argoproject.diff.compare import Platforms, compare
from argoproject.diff.files import file_changes
from argoproject.diff.model import NEVER_SEEN, FleetDiff
from argoproject.diff.moves import moved_between, with_hints
from argoproject.diff.scope import Scope, scope_of
from argoproject.diff.side import Side, acceptances_of
from argoproject.diff.states import EnvironmentState, planned
from argoproject.fleet.pipeline import Judged, platform_files, without_collector
from argoproject.identity import Identity
from argoproject.models import Platform
from argoproject.plan.admission import argocd_users
from argoproject.plan.build import plan_project
from argoproject.problems import Problem, Severity
from argoproject.project.model import Project
from argoproject.project.resolve import resolve
from argoproject.tree.load import load_tree
from argoproject.tree.model import Tree
from argoproject.tree.stacks import Selection, stack_files

__all__ = ["diff_environment", "diff_exported", "diff_rendered", "diff_revision"]


def diff_revision(judged: Judged, revision: Revision, today: dt.date) -> FleetDiff:
    """What changes between a revision and the working tree, which was judged before.

    Environments that are not valid now are left out: `problems` say why.

    Raises:
        BaseUnreadableError: when Git does not give the revision's files.
    """
    with without_collector():
        return _diff_revision(judged, revision, today)


def _diff_revision(judged: Judged, revision: Revision, today: dt.date) -> FleetDiff:
    platform = judged.tree.platform
    if platform is None:
        return FleetDiff(base=str(revision), environments=(), problems=judged.errors)
    changed = revision.changed()
    scope = scope_of(changed, judged.tree.platform_files)
    after = _planned(judged, today, scope)
    before = _past(revision, scope, judged.tree, today)
    comparable = [item for item in before.states if item.identity not in after.broken]
    platforms = Platforms(platform, before.tree.platform)
    changes = compare(comparable, after.states, platforms, before.broken - after.broken)
    return FleetDiff(
        base=str(revision),
        environments=tuple(with_hints(moved_between(stack_files(judged.tree.root)[0], changes))),
        files=tuple(file_changes(before, after, changed)),
        problems=judged.errors,
        broken=tuple(sorted(after.broken)),
        policies=tuple(_changed_policies(before.tree.platform, platform)),
    )


def _changed_policies(before: Platform | None, after: Platform) -> Iterator[str]:
    """Clusters of both sides whose policies differ. Where one comes, a stack's own file says who deploys them."""
    if before is None:
        return
    for cluster in sorted({*before.clusters} & {*after.clusters}):
        if argocd_users(before, cluster) != argocd_users(after, cluster):
            yield cluster


def diff_rendered(judged: Judged, folder: Path, today: dt.date) -> FleetDiff:
    """What changes between a folder that `render` wrote and the working tree.

    Raises:
        BaseUnreadableError: when the folder was not written by `render`.
    """
    before = rendered_states(folder)
    after = _planned(judged, today)
    base = f"the rendered folder {folder}"
    found = _whole(judged, base, before, as_rendered(after.states), after.broken)
    return replace(found, unseen=("protection and what else Pulumi does with objects", *NEVER_SEEN))


def diff_exported(judged: Judged, file: Path, today: dt.date) -> FleetDiff:
    """What changes between an exported state and those environments of the working tree that its stack takes.

    Raises:
        BaseUnreadableError: when the file is no exported state.
    """
    state = exported(file)
    stacks, _ = stack_files(judged.tree.root)
    stack = next((item for item in stacks if item.name == state.stack), None)
    after = _planned(judged, today, None if stack is None else stack.selection)
    base = f"the exported state of the stack {state.stack} in {file}"
    found = _whole(judged, base, state.environments, as_deployed(after.states), after.broken)
    return replace(found, unseen=("what is in Secrets", *NEVER_SEEN))


def diff_environment(before: Project, after: Project, tree: Tree, today: dt.date) -> FleetDiff:
    """What changes in one environment from one text of its project.yaml to another, which is valid."""
    sound = () if _has_errors(before, today) else (before,)
    unknown = () if sound else (before.identity,)
    old, new = (_states(side, tree, today) for side in (sound, (after,)))
    changes = compare(old, new, Platforms(after.platform), unknown)
    return FleetDiff(base="the file as it was", environments=tuple(changes))


def _whole(
    judged: Judged,
    base: str,
    before: Iterable[EnvironmentState],
    after: Iterable[EnvironmentState],
    broken: Collection[Identity],
) -> FleetDiff:
    platform = judged.tree.platform
    if platform is None:
        return FleetDiff(base=base, environments=(), problems=judged.errors)
    comparable = [item for item in before if item.identity not in broken]
    changes = compare(comparable, after, Platforms(platform))
    return FleetDiff(
        base=base,
        environments=tuple(changes),
        problems=judged.errors,
        broken=tuple(sorted(broken)),
    )


def _planned(judged: Judged, today: dt.date, scope: Scope | Selection | None = None) -> Side:
    """The working tree's environments; with a scope, those that it takes."""
    taken = [item for item in judged.projects if scope is None or scope.takes(item.identity)]
    wrong = _Wrong(judged.errors)
    sound = [item for item in taken if not wrong.concerns(item)]
    broken = _listed(judged.tree, scope) - {item.identity for item in sound}
    return Side(
        judged.tree, _states(sound, judged.tree, today), broken, acceptances_of(judged.tree)
    )


def _past(revision: Revision, scope: Scope, known: Tree, today: dt.date) -> Side:
    with tempfile.TemporaryDirectory(prefix="argoproject-") as folder:
        root = Path(folder) / "config"
        root.mkdir()
        revision.write(root, scope.needs)
        tree = load_tree(root, known.name, known)
        acceptances = acceptances_of(tree)
    projects, _ = resolve(tree, [item for item in tree.identities() if scope.takes(item)])
    sound = [item for item in projects if not _has_errors(item, today)]
    broken = _listed(tree, scope) - {item.identity for item in sound}
    return Side(tree, _states(sound, tree, today), broken, acceptances)


def _listed(tree: Tree, scope: Scope | Selection | None) -> frozenset[Identity]:
    """The environments that have a folder, whatever is in it."""
    return frozenset(item for item in tree.declared() if scope is None or scope.takes(item))


def _states(
    projects: Iterable[Project], tree: Tree, today: dt.date
) -> tuple[EnvironmentState, ...]:
    files = platform_files(tree)
    return tuple(planned(plan_project(item, today, files), item) for item in projects)


def _has_errors(project: Project, today: dt.date) -> bool:
    return any(item.severity is Severity.ERROR for item in check_project(project, today))


class _Wrong:
    """What errors concern: the environments that they name, else those of their file."""

    def __init__(self, errors: Iterable[Problem]) -> None:
        errors = tuple(errors)
        self.files = {item.position.file for item in errors if not item.subjects}
        self.named = {name for item in errors for name in item.subjects}

    def concerns(self, project: Project) -> bool:
        files = {layer.document.file for layer in project.layers.items}
        files |= {item.document.file for item in project.manifests}
        return str(project.identity) in self.named or not self.files.isdisjoint(files)
