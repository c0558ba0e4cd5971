"""Changes of files that environments share, line by line, with the environments that each line reaches."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from argoproject.diff.guardrails import setting_reasons
from argoproject.diff.model import FileChange, SettingChange
from argoproject.diff.reach import reached
from argoproject.diff.side import Side
from argoproject.differences import differences
from argoproject.load import Tree
from argoproject.project import Project

__all__ = ["file_changes"]


def file_changes(before: Side, after: Side, changed: Collection[str]) -> Iterator[FileChange]:
    """The changed files that more than one environment may read, each with its changed lines."""
    old, new = _shared(before.tree), _shared(after.tree)
    projects = [item.settings for side in (before, after) for item in side.states if item.settings]
    for file in sorted({*old, *new} & {f"{after.tree.name}/{name}" for name in changed}):
        lines = tuple(_lines(file, old.get(file, {}), new.get(file, {}), projects))
        if lines:
            yield FileChange(file, lines)


def _lines(
    file: str, old: Mapping[str, Any], new: Mapping[str, Any], projects: list[Project]
) -> Iterator[SettingChange]:
    for field in differences(old, new):
        yield SettingChange(
            field=field,
            reasons=tuple(setting_reasons(file, field)),
            environments=reached(file, field.steps, projects),
        )


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
