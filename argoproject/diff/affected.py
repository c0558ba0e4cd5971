"""Which stacks must be deployed after a change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from argoproject.diff.model import FleetDiff
from argoproject.diff.revision import Revision
from argoproject.fleet.pipeline import Judged
from argoproject.identity import Identity
from argoproject.problems import Problem, Severity
from argoproject.tree.pulumi import pulumi_project
from argoproject.tree.stacks import StackFile, stack_files

__all__ = ["Affected", "AffectedStack", "affected", "every_stack"]

_PROGRAM = frozenset(
    {"argoproject", "components", "__main__.py", "requirements.txt", "Pulumi.yaml"}
)
"""The program, which every stack runs: a change of it may change any environment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedStack:
    """A stack that must be deployed, and why.

    Attributes:
        name: the stack.
        environments: its environments that are affected.
        policies: the clusters whose admission policies it deploys and that are affected.
        production: whether any of its environments is production, affected or not, or any that these policies guard:
            `pulumi up` updates the whole stack.
    """

    name: str
    environments: tuple[Identity, ...]
    policies: tuple[str, ...]
    production: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """The environments that are created, changed or deleted, and the stacks that select them."""

    environments: tuple[Identity, ...]
    stacks: tuple[AffectedStack, ...]
    known: int
    """The number of all stacks."""

    problems: tuple[Problem, ...] = ()
    """Errors of stack files: a stack whose file cannot be used is missing."""

    def data(self) -> dict[str, Any]:
        """The form in JSON. The lists `nonproduction` and `production` are what a pipeline deploys, in this order."""
        return {
            "environments": list(map(str, self.environments)),
            "stacks": [
                {
                    "stack": item.name,
                    "production": item.production,
                    "environments": list(map(str, item.environments)),
                    "admissionPolicies": list(item.policies),
                }
                for item in self.stacks
            ],
            "nonproduction": [item.name for item in self.stacks if not item.production],
            "production": [item.name for item in self.stacks if item.production],
        }


def affected(judged: Judged, found: FleetDiff, revision: Revision) -> Affected:
    """The stacks that must be deployed after what changed since a revision.

    A change of the program, or of a stack's own file, affects all environments of the stacks.

    Args:
        judged: the working tree.
        found: the comparison with the revision. Environments that could not be compared count as changed.
        revision: the base.

    Raises:
        BaseUnreadableError: if Git cannot read the revision's files.
    """
    stacks, problems = stack_files(judged.tree.root)
    changed = {item.identity for item in found.environments} | set(found.broken)
    changed |= {item.moved_from for item in found.environments if item.moved_from is not None}
    project = pulumi_project(judged.tree.root)
    files: frozenset[str] = frozenset()
    own = {stack.name: stack.path for stack in stacks}
    if project is not None:
        files = replace(revision, folder=project.root).changed(_PROGRAM.union(own.values()))
    whole = {name for name, file in own.items() if files.difference(own.values()) or file in files}
    production = {item.identity for item in found.environments if item.production}
    result = _affected(judged, stacks, changed, frozenset(found.policies), whole, production)
    return replace(result, problems=_errors(problems))


def every_stack(judged: Judged) -> Affected:
    """All stacks that deploy something: where it is unknown what was deployed before."""
    stacks, problems = stack_files(judged.tree.root)
    whole = {stack.name for stack in stacks}
    result = _affected(judged, stacks, frozenset(judged.tree.declared()), whole=whole)
    return replace(result, problems=_errors(problems))


def _errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(item for item in problems if item.severity is Severity.ERROR)


def _affected(
    judged: Judged,
    stacks: Sequence[StackFile],
    changed: AbstractSet[Identity],
    policies: AbstractSet[str] = frozenset(),
    whole: AbstractSet[str] = frozenset(),
    production: AbstractSet[Identity] = frozenset(),
) -> Affected:
    """Match stacks with what changed.

    Args:
        judged: the working tree.
        stacks: all stacks.
        changed: the environments that changed, deleted ones included.
        policies: the clusters whose admission policies changed.
        whole: the stacks of which everything is affected.
        production: the environments that are production, or were before the change.
    """
    everything = changed | set(judged.tree.declared())
    platform = judged.tree.platform
    found: list[AffectedStack] = []
    for stack in stacks:
        is_whole = stack.name in whole
        selected = sorted(filter(stack.selection.takes, everything))
        clusters = [it for it in stack.admission_policies if is_whole or it in policies]
        guarded = {item for item in everything if item.cluster in clusters}
        item = AffectedStack(
            name=stack.name,
            environments=tuple(it for it in selected if is_whole or it in changed),
            policies=tuple(clusters),
            # Without a valid platform.yaml, the classes are unknown: then the stack counts as production.
            production=platform is None
            or not production.isdisjoint(selected)
            or any(platform.is_production(it.environment) for it in guarded.union(selected)),
        )
        if item.environments or item.policies:
            found.append(item)
    return Affected(known=len(stacks), environments=tuple(sorted(changed)), stacks=tuple(found))
