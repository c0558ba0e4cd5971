"""Changed lines of the files that environments share, with the environments that each line affects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from argoproject.audit.run import BASELINE
from argoproject.diff.fields import ABSENT, FieldChange, differences, leaves
from argoproject.diff.model import FileChange, Reason, SettingChange, look, safe
from argoproject.diff.reach import Reach
from argoproject.diff.rules.platform import setting_reasons
from argoproject.diff.states import Side
from argoproject.tree.model import Tree
from argoproject.tree.selection import takes

__all__ = ["file_changes"]

_WHOLE_FILE = "the whole file"
"""The value of a team's file that was added or removed: its lines show in the environments."""


def file_changes(before: Side, after: Side, changed: Collection[str]) -> Iterator[FileChange]:
    """The changed files that more than one environment may read, each with its changed lines.

    Args:
        before: the base.
        after: the working tree.
        changed: the files that differ, relative to the folder of platform.yaml.
    """
    old, new = _shared(before.tree), _shared(after.tree)
    projects = (item.settings for side in (before, after) for item in side.states)
    reach = Reach(after.tree.name, tuple(item for item in projects if item is not None))
    if acceptances := tuple(_acceptance_changes(before, after, reach)):
        yield FileChange(f"{reach.root}/{BASELINE}", acceptances)
    platform_file = after.tree.platform_document.file
    for file in sorted({*old, *new} & {f"{after.tree.name}/{name}" for name in changed}):
        fields: Iterable[FieldChange]
        if file == platform_file or (file in old and file in new):
            # A map that was added or removed counts with each of its lines.
            whole = differences(old.get(file, {}), new.get(file, {}))
            fields = [line for item in whole for line in leaves(item)]
        else:
            sides = (ABSENT, _WHOLE_FILE) if file in new else (_WHOLE_FILE, ABSENT)
            fields = [FieldChange((), *sides)]
        lines: list[SettingChange] = []
        for field in fields:
            reasons: Iterable[Reason] = ()
            if file == platform_file and after.tree.platform is not None:
                reasons = setting_reasons(field, before.tree.platform, after.tree.platform)
            where = reach.of(file, field.steps)
            lines.append(SettingChange(field=field, reasons=tuple(reasons), environments=where))
        if lines:
            yield FileChange(file, tuple(lines))


def _shared(tree: Tree) -> Mapping[str, Mapping[str, Any]]:
    """The data of platform.yaml, team.yaml, product.yaml and their manifests, by file.

    Files of secrets are left out: their changes show in the environments that use them.
    """
    found = {tree.platform_document.file: tree.platform_document.data}
    found |= {item.file: item.data for item in tree.platform_files.values()}
    for key, folder in tree.folders.items():
        if len(key) > 2:
            continue
        documents = [] if folder.settings is None else [folder.settings]
        documents += [item for item in folder.manifests if item.file not in folder.encrypted]
        found |= {item.file: item.data for item in documents}
    return found


def _acceptance_changes(before: Side, after: Side, reach: Reach) -> Iterator[SettingChange]:
    """The changed lines of audit.yaml. An entry affects the environments that it names, and those of its places."""
    sides = (before.acceptances, after.acceptances)
    for field in differences(*sides):
        whole = len(field.steps) == 1 or isinstance(field.before, Mapping)
        if whole and field.after in (ABSENT, None, []):
            reason = safe("the audit reports again what was accepted")
        else:
            reason = look("a finding of the audit is accepted, or its acceptance is changed")
        affected: set[str] = set()
        for entry in _entries(field, sides):
            for pattern in _texts(entry, "environments"):
                affected.update(
                    str(item.identity)
                    for item in reach.projects
                    if takes(pattern, item.identity, item.names.project)
                )
            for place in _texts(entry, "at"):
                file, _, key = place.partition(":")
                affected.update(
                    reach.of(f"{reach.root}/{file}", tuple(key.split(".")) if key else ())
                )
        yield SettingChange(field=field, reasons=(reason,), environments=tuple(sorted(affected)))


def _entries(field: FieldChange, sides: tuple[Mapping[str, Any], ...]) -> Iterator[Any]:
    """The entries of audit.yaml, before and after, to which a changed line belongs.

    The line is inside the entry with an index (`accepted[0].reason`), is one entry, or is the list of all of them.
    """
    steps = field.steps[:2]
    if len(steps) == 2 and isinstance(steps[1], int):
        for side in sides:
            yield side[str(steps[0])][steps[1]]
        return
    for value in (field.before, field.after):
        yield from value if isinstance(value, list) else (value,)


def _texts(entry: Any, key: str) -> Iterator[str]:
    """The texts in a list of an entry, which may have any form."""
    values = entry.get(key) if isinstance(entry, Mapping) else None
    yield from (item for item in values or () if isinstance(item, str))
