"""Which stacks a change has to be deployed by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from argoproject.diff.bases.revision import Revision
from argoproject.diff.model import FleetDiff
from argoproject.fleet import Judged
from argoproject.identity import Identity
from argoproject.models import Platform
from argoproject.stacks import StackFile, pulumi_root, stack_files

__all__ = ["Affected", "AffectedStack", "affected"]

_PROGRAM = frozenset(
    {"argoproject", "components", "__main__.py", "requirements.txt", "Pulumi.yaml"}
)
"""What every stack runs. A change of it may change any environment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedStack:
    """A stack, and which of its environments made it one. `production`: one of them is."""

    name: str
    environments: tuple[Identity, ...]
    production: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """The environments that change, come or go, and the stacks that take them."""

    environments: tuple[Identity, ...]
    stacks: tuple[AffectedStack, ...]

    def data(self) -> dict[str, Any]:
        """As JSON has it; the two lists at the end are what a pipeline deploys, in this order."""
        return {
            "environments": list(map(str, self.environments)),
            "stacks": [
                {
                    "stack": item.name,
                    "production": item.production,
                    "environments": list(map(str, item.environments)),
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
    stacks, _ = stack_files(judged.tree.root)
    root = pulumi_root(judged.tree.root)
    files = frozenset() if root is None else revision.below(root).changed(ignored=False)
    everything = tuple(item.identity for item in judged.projects)
    taking = tuple(
        _Taking(item, everything if _is_whole(item, files) else tuple(sorted(changed)))
        for item in stacks
    )
    return Affected(
        environments=tuple(sorted(changed)),
        stacks=tuple(_stacks(taking, judged.tree.platform)),
    )


@dataclass(frozen=True, slots=True)
class _Taking:
    """A stack and the environments from which it takes its own."""

    stack: StackFile
    candidates: tuple[Identity, ...]


def _stacks(taking: Iterable[_Taking], platform: Platform | None) -> Iterator[AffectedStack]:
    for item in taking:
        own = tuple(it for it in item.candidates if item.stack.selection.takes(it))
        if own:
            production = platform is None or any(
                platform.is_production(it.environment) for it in own
            )
            yield AffectedStack(name=item.stack.name, environments=own, production=production)


def _is_whole(stack: StackFile, files: Collection[str]) -> bool:
    """Whether the stack's own file or the program changed."""
    tops = {PurePosixPath(file).parts[0] for file in files}
    return not _PROGRAM.isdisjoint(tops) or f"Pulumi.{stack.name}.yaml" in tops
