"""The inventory: one row for each environment of a tree, also for those whose files cannot be used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from argoproject.fleet.pipeline import Judged
from argoproject.identity import APPLICATION_KEYS, Identity
from argoproject.models import Lifecycle
from argoproject.problems import Problem, Severity
from argoproject.project.applications import Version, versions
from argoproject.project.model import Project
from argoproject.tree.selection import Concern
from argoproject.tree.stacks import StackFile

__all__ = [
    "EnvironmentRow",
    "ProductRow",
    "by_product",
    "inventory",
    "problems_by_environment",
]


_ORDER = {key: index for index, key in enumerate(APPLICATION_KEYS)}
"""Applications with a field of their own come first, in the order of their creation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentRow:
    """One environment. If it is not `readable`, its files cannot be used, and the fields that they decide are empty."""

    identity: Identity
    readable: bool
    project: str
    namespace: str
    environment_class: str
    profile: str
    retiring: bool
    versions: tuple[Version, ...]
    stacks: tuple[str, ...]
    """The stacks that take it. Any other number than one is a mistake."""

    problems: tuple[Problem, ...]
    """The problems of its files and of those above."""

    @property
    def errors(self) -> int:
        return sum(item.severity is Severity.ERROR for item in self.problems)

    @property
    def warnings(self) -> int:
        return len(self.problems) - self.errors


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRow:
    """A product, with its environments in the order in which versions move through them.

    Attributes:
        revisions: for each source, by its Application and its name, the revision in each environment; None where the
            environment does not have the source.
    """

    team: str
    product: str
    environments: tuple[EnvironmentRow, ...]
    revisions: Mapping[tuple[str, str], tuple[str | None, ...]]


def inventory(
    judged: Judged,
    stacks: Iterable[StackFile] = (),
    identities: Iterable[Identity] | None = None,
) -> Iterator[EnvironmentRow]:
    """The rows of the inventory, sorted.

    Args:
        judged: the tree, resolved.
        stacks: the stacks that deploy from it.
        identities: the environments to list; by default all.
    """
    projects = {project.identity: project for project in judged.projects}
    problems = problems_by_environment(judged)
    stacks = tuple(stacks)
    for identity in judged.tree.declared() if identities is None else identities:
        taking = tuple(stack.name for stack in stacks if stack.selection.takes(identity))
        yield _row(judged, identity, projects.get(identity), taking, problems.get(identity, ()))


def problems_by_environment(judged: Judged) -> Mapping[Identity, Sequence[Problem]]:
    """The problems that concern each environment: of its own files and those above, and those that name it.

    Problems of the whole tree, as those of platform.yaml or of a stack, are left out.
    """
    concern = Concern(judged.tree, judged.tree.declared())
    found: dict[Identity, list[Problem]] = defaultdict(list)
    for problem in judged.problems:
        for identity in concern.environments(problem) or ():
            found[identity].append(problem)
    return found


def _row(
    judged: Judged,
    identity: Identity,
    project: Project | None,
    stacks: tuple[str, ...],
    problems: Sequence[Problem],
) -> EnvironmentRow:
    platform = judged.tree.platform
    classes = {} if platform is None else platform.environments
    return EnvironmentRow(
        identity=identity,
        readable=project is not None,
        project="" if project is None else project.names.project,
        namespace="" if project is None else project.names.namespace,
        environment_class=classes.get(identity.environment, ""),
        profile="" if project is None else project.profile_name,
        retiring=project is not None and project.settings.lifecycle is Lifecycle.RETIRING,
        versions=() if project is None else versions(project),
        stacks=stacks,
        problems=tuple(problems),
    )


def by_product(rows: Iterable[EnvironmentRow], order: Sequence[str]) -> Iterator[ProductRow]:
    """The products, sorted.

    Args:
        rows: rows of the inventory.
        order: names of environments in the order of platform.yaml, usually development first.
    """
    rank = {name: index for index, name in enumerate(order)}
    products: dict[tuple[str, str], list[EnvironmentRow]] = defaultdict(list)
    for row in rows:
        products[row.identity.team, row.identity.product].append(row)
    for (team, product), members in sorted(products.items()):
        members.sort(key=lambda row: (rank.get(row.identity.environment, len(rank)), row.identity))
        revisions = _revisions(members)
        yield ProductRow(
            team=team, product=product, environments=tuple(members), revisions=revisions
        )


def _revisions(
    rows: Sequence[EnvironmentRow],
) -> Mapping[tuple[str, str], tuple[str | None, ...]]:
    by_row = [
        {(item.application, item.source): item.revision for item in row.versions} for row in rows
    ]
    keys = dict.fromkeys(key for revisions in by_row for key in revisions)
    ordered = sorted(keys, key=lambda key: _ORDER.get(key[0], len(_ORDER)))
    return {key: tuple(revisions.get(key) for revisions in by_row) for key in ordered}
