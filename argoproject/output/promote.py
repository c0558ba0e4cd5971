"""What `promote` tells: the revisions that were copied, and what they do to the objects of the target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from argoproject.diff.model import FleetDiff
from argoproject.edit.promotion import Change
from argoproject.identity import Identity
from argoproject.output.diff.data import as_data

__all__ = ["Promoted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoted:
    """A promotion that was done, or tried. `file` is the target's project.yaml."""

    source: Identity
    target: Identity
    file: str
    changes: tuple[Change, ...]
    written: bool
    difference: FleetDiff

    def text(self) -> str:
        """The revisions; the difference is told after them."""
        if not self.changes:
            return f"{self.target} has the revisions of {self.source} already"
        changes = [f"  {change}" for change in self.changes]
        done = f"{self.file}: {'written' if self.written else 'not written (--dry-run)'}"
        return "\n".join([f"{self.source} → {self.target}", *changes, done])

    def data(self) -> dict[str, Any]:
        return {
            "from": str(self.source),
            "to": str(self.target),
            "file": self.file,
            "changes": [
                {"source": item.label, "before": item.before, "after": item.after}
                for item in self.changes
            ],
            "written": self.written,
            "diff": as_data(self.difference),
        }
