"""What `new` tells: what it left out, and what is left to do."""

from __future__ import annotations

from collections.abc import Iterator

from argoproject.edit.draft import Draft, Wish
from argoproject.edit.steps import unset_secrets
from argoproject.layout import PRODUCT_FILE, PROJECTS
from argoproject.models.validation import nearest
from argoproject.output.text import command_line
from argoproject.problems import counted
from argoproject.project.applications import deployed
from argoproject.project.model import Project
from argoproject.tree.model import Tree
from argoproject.tree.stacks import stack_files

__all__ = ["told_left_out", "told_steps"]


def told_left_out(tree: Tree, wish: Wish, draft: Draft) -> Iterator[str]:
    """What of the other environment's folder is not taken over."""
    if wish.like is None:
        return
    folder = f"{tree.name}/{PROJECTS}/{wish.like.identity}/"
    lines = [str(item) for item in draft.left_out]
    for item in wish.like.manifests:
        file = item.document.file.removeprefix(folder)
        if file != item.document.file:
            todo = (
                "make it anew, it is encrypted for its place"
                if item.secret
                else "copy it if it is wanted here"
            )
            lines.append(f"{file}: {todo}")
    if lines:
        yield f"not taken over from {wish.like.identity}:"
        yield from (f"  {line}" for line in lines)


def told_steps(config: str, tree: Tree, wish: Wish, project: Project) -> Iterator[str]:
    """The next steps, as commands where there are any."""
    yield from _doubt(tree, project)
    empty = wish.like is None and not deployed(project)
    steps = [
        *_secrets(config, tree, project),
        *(["give it an Application, as the end of the file shows"] if empty else ()),
        *_shared(tree, project),
        command_line("validate", config),
        command_line("diff", config),
        "commit the folder and open a pull request",
    ]
    yield "next:"
    yield from (f"  {number}. {step}" for number, step in enumerate(steps, start=1))


def _doubt(tree: Tree, project: Project) -> Iterator[str]:
    """A product of which there is no other environment, and one that is called nearly so."""
    team, product = project.identity.team, project.identity.product
    products = {key[1] for key in tree.folders if len(key) > 1 and key[0] == team}
    match = nearest(product, products) if product not in products else None
    if match:
        yield f"{product} is a new product of {team}: did you mean {match}?"


def _secrets(config: str, tree: Tree, project: Project) -> Iterator[str]:
    unset = unset_secrets(project, stack_files(tree.root)[0])
    if unset:
        whose = "its value" if len(unset) == 1 else "their values"
        commands = [
            f"\n     {command_line(f'secret set {item.folder} {item.name}', config)}"
            for item in unset
        ]
        yield f"give {counted(len(unset), 'secret')} {whose}:{''.join(commands)}"


def _shared(tree: Tree, project: Project) -> Iterator[str]:
    product = f"{project.identity.team}/{project.identity.product}"
    folder = tree.folders.get((project.identity.team, project.identity.product))
    if folder is None or folder.settings is None:
        where = f"{tree.name}/{PROJECTS}/{product}/{PRODUCT_FILE}"
        yield f"put what all environments of {product} share into {where}"
