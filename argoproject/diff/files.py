"""Changes of files that environments share, line by line, with the environments that each line reaches."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from argoproject.diff.acceptances import acceptance_changes
from argoproject.diff.fields import ABSENT, FieldChange, differences, leaves
from argoproject.diff.model import FileChange, Reason, SettingChange
from argoproject.diff.reach import Reach
from argoproject.diff.rules.platform import setting_reasons
from argoproject.diff.side import Side
from argoproject.tree.model import Tree

__all__ = ["file_changes"]

_THERE = "the whole file"
"""What stands for one that came or went."""


def file_changes(before: Side, after: Side, changed: Collection[str]) -> Iterator[FileChange]:
    """The changed files that more than one environment may read, each with its changed lines."""
    old, new = _shared(before.tree), _shared(after.tree)
    projects = (item.settings for side in (before, after) for item in side.states)
    reach = Reach(after.tree.name, tuple(item for item in projects if item is not None))
    yield from acceptance_changes(before, after, reach)
    for file in sorted({*old, *new} & {f"{after.tree.name}/{name}" for name in changed}):
        of_platform = file == after.tree.platform_document.file
        both = of_platform or (file in old and file in new)
        fields = _fields(old.get(file, {}), new.get(file, {})) if both else [_whole(file in new)]
        lines = tuple(
            SettingChange(
                field=field,
                reasons=tuple(_reasons(file, field, before.tree, after.tree)),
                environments=reach.of(file, field.steps),
            )
            for field in fields
        )
        if lines:
            yield FileChange(file, lines)


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[FieldChange]:
    """Every changed line: a map that came or went as a whole counts with each of its own."""
    for whole in differences(old, new):
        yield from leaves(whole)


def _whole(came: bool) -> FieldChange:
    """A file of a team's that came or went: its lines are told where they show, in environments."""
    return FieldChange((), *((ABSENT, _THERE) if came else (_THERE, ABSENT)))


def _reasons(file: str, field: FieldChange, before: Tree, after: Tree) -> Iterator[Reason]:
    """Of a team's file only environments tell."""
    if file == after.platform_document.file and after.platform is not None:
        yield from setting_reasons(field, before.platform, after.platform)


def _shared(tree: Tree) -> Mapping[str, Mapping[str, Any]]:
    """The data of platform.yaml, its manifests, team.yaml and product.yaml with theirs, by name. Secrets' files say
    nothing here: the environments that use them tell."""
    found = {tree.platform_document.file: tree.platform_document.data}
    found |= {item.file: item.data for item in tree.platform_files.values()}
    for key, folder in tree.folders.items():
        if len(key) > 2:
            continue
        documents = [] if folder.settings is None else [folder.settings]
        documents += [item for item in folder.manifests if item.file not in folder.encrypted]
        found |= {item.file: item.data for item in documents}
    return found
