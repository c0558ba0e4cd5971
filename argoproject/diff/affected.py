"""Which stacks a change has to be deployed by."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from argoproject.diff.bases.revision import Revision
from argoproject.diff.model import FleetDiff
from argoproject.fleet.pipeline import Judged
from argoproject.identity import Identity
from argoproject.models import Platform
from argoproject.tree.stacks import StackFile, pulumi_root, stack_files

__all__ = ["Affected", "AffectedStack", "affected", "every_stack"]

_PROGRAM = frozenset(
    {"argoproject", "components", "__main__.py", "requirements.txt", "Pulumi.yaml"}
)
"""What every stack runs. A change of it may change any environment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedStack:
    """A stack, and which of its environments made it one, or of the clusters whose admission policies it deploys.

    `production`: one of all its environments is, or one that these policies guard. An update takes the whole stack,
    whatever changed in it.
    """

    name: str
    environments: tuple[Identity, ...]
    policies: tuple[str, ...]
    production: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """The environments that change, come or go, and the stacks that take them."""

    environments: tuple[Identity, ...]
    stacks: tuple[AffectedStack, ...]
    known: int
    """How many stacks there are."""

    def data(self) -> dict[str, Any]:
        """As JSON has it; the two lists at the end are what a pipeline deploys, in this order."""
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
    """The stacks that have to deploy what changed since a revision.

    An environment that is not valid counts where a changed file may reach it. A change of the program, or of a
    stack's own file, concerns all environments of the stacks.

    Raises:
        BaseUnreadableError: when Git does not tell what changed.
    """
    changed = {item.identity for item in found.environments} | set(found.broken)
    changed |= {item.moved_from for item in found.environments if item.moved_from is not None}
    root = pulumi_root(judged.tree.root)
    own = {f"Pulumi.{stack.name}.yaml" for stack in stack_files(judged.tree.root)[0]}
    files = frozenset() if root is None else revision.below(root).changed(_PROGRAM | own)
    program = bool(files - own)
    production = {item.identity for item in found.environments if item.production}
    return _affected(
        judged,
        _Changed(
            changed,
            frozenset(found.policies),
            lambda stack: program or f"Pulumi.{stack.name}.yaml" in files,
            production,
        ),
    )


def every_stack(judged: Judged) -> Affected:
    """All stacks that deploy something: what is deployed where nothing is known of what was."""
    everything = frozenset(judged.tree.declared())
    return _affected(judged, _Changed(everything, frozenset(), lambda _: True))


@dataclass(frozen=True, slots=True)
class _Changed:
    """What changed: environments, clusters' policies, and stacks as a whole."""

    environments: AbstractSet[Identity]
    policies: AbstractSet[str]
    is_whole: Callable[[StackFile], bool]
    production: AbstractSet[Identity] = frozenset()
    """Environments that were production, whatever they are now."""


def _affected(judged: Judged, changed: _Changed) -> Affected:
    stacks, _ = stack_files(judged.tree.root)
    everything = changed.environments | set(judged.tree.declared())
    found = (_stack(judged.tree.platform, stack, changed, everything) for stack in stacks)
    return Affected(
        known=len(stacks),
        environments=tuple(sorted(changed.environments)),
        stacks=tuple(item for item in found if item.environments or item.policies),
    )


def _stack(
    platform: Platform | None,
    stack: StackFile,
    changed: _Changed,
    everything: AbstractSet[Identity],
) -> AffectedStack:
    """A stack with what of it is affected, which may be nothing."""
    whole = changed.is_whole(stack)
    taken = sorted(filter(stack.selection.takes, everything))
    policies = tuple(name for name in stack.admission_policies if whole or name in changed.policies)
    guarded = {item for item in everything if item.cluster in policies}
    return AffectedStack(
        name=stack.name,
        environments=tuple(item for item in taken if whole or item in changed.environments),
        policies=policies,
        production=not changed.production.isdisjoint(taken)
        or _has_production(platform, guarded.union(taken)),
    )


def _has_production(platform: Platform | None, identities: Iterable[Identity]) -> bool:
    """Whether one of the environments is production. Where nobody can tell, it is."""
    return platform is None or any(platform.is_production(item.environment) for item in identities)
