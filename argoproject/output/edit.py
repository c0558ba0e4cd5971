"""What `new` and `promote` print: what was copied and what not, what changes, and what is left to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from argoproject.diff.model import FleetDiff
from argoproject.edit.draft import Draft, Wish, unset_secrets
from argoproject.edit.promotion import Change
from argoproject.identity import Identity
from argoproject.layout import PRODUCT_FILE, PROJECTS
from argoproject.models.validation import nearest
from argoproject.output.diff.data import as_data
from argoproject.output.text import command_line
from argoproject.problems import counted
from argoproject.project.applications import deployed
from argoproject.project.model import Project
from argoproject.tree.model import Tree
from argoproject.tree.stacks import stack_files

__all__ = ["Promoted", "next_steps", "not_copied"]


def not_copied(tree: Tree, wish: Wish, draft: Draft) -> Iterator[str]:
    """Yield lines that say what of the `--like` environment's folder is not in the new one, and why.

    Args:
        tree: The tree that both environments are in.
        wish: What was asked for; without `like` there is no line.
        draft: The new project.yaml.
    """
    if wish.like is None:
        return
    folder = f"{tree.name}/{PROJECTS}/{wish.like.identity}/"
    lines = [str(item) for item in draft.left_out]
    for item in wish.like.manifests:
        file = item.document.file.removeprefix(folder)
        if file == item.document.file:
            continue  # it belongs to the product or the team, whose new environment has it as well
        if item.secret:
            lines.append(f"{file}: create it again, it is encrypted for its place")
        else:
            lines.append(f"{file}: copy it if it is wanted here")
    if lines:
        yield f"not copied from {wish.like.identity}:"
        yield from (f"  {line}" for line in lines)


def next_steps(config: str, tree: Tree, wish: Wish, project: Project) -> Iterator[str]:
    """Yield the numbered steps that are left after `new`, as commands where there is one.

    Args:
        config: The value of `--config`, for the commands.
        tree: The tree without the new environment.
        wish: What was asked for.
        project: The new environment, resolved.
    """
    team, name = project.identity.team, project.identity.product
    products = {key[1] for key in tree.folders if len(key) > 1 and key[0] == team}
    if name not in products and (match := nearest(name, products)):
        yield f"{name} is a new product of {team}: did you mean {match}?"
    steps = []
    if unset := unset_secrets(project, stack_files(tree.root)[0]):
        values = "its value" if len(unset) == 1 else "their values"
        commands = (command_line(f"secret set {it.folder} {it.name}", config) for it in unset)
        lines = "".join(f"\n     {command}" for command in commands)
        steps.append(f"give {counted(len(unset), 'secret')} {values}:{lines}")
    if wish.like is None and not deployed(project):
        steps.append("give it an Application, as the end of the file shows")
    shared = tree.folders.get((team, name))
    if shared is None or shared.settings is None:
        file = f"{tree.name}/{PROJECTS}/{team}/{name}/{PRODUCT_FILE}"
        steps.append(f"put what all environments of {team}/{name} share into {file}")
    steps += [
        command_line("validate", config),
        command_line("diff", config),
        "commit the folder and open a pull request",
    ]
    yield "next:"
    yield from (f"  {number}. {step}" for number, step in enumerate(steps, start=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoted:
    """The result of `promote`.

    Attributes:
        source: The environment whose revisions were copied.
        target: The environment that gets them.
        file: The project.yaml of the target.
        changes: The revisions that differ.
        written: Whether the file was written; not with `--dry-run`, or without changes.
        difference: What the changes do to the objects of the target.
    """

    source: Identity
    target: Identity
    file: str
    changes: tuple[Change, ...]
    written: bool
    difference: FleetDiff

    def text(self) -> str:
        """Return the revisions for a terminal; `difference` is printed after them, as by `diff`."""
        if not self.changes:
            return f"{self.target} has the revisions of {self.source} already"
        changes = [f"  {change}" for change in self.changes]
        done = f"{self.file}: {'written' if self.written else 'not written (--dry-run)'}"
        return "\n".join([f"{self.source} → {self.target}", *changes, done])

    def data(self) -> dict[str, Any]:
        """Return everything for scripts."""
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
