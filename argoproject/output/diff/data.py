"""A comparison as all formats show it: summaries, values, environments grouped by equal changes; and as JSON."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from argoproject.diff.fields import ABSENT, FieldChange
from argoproject.diff.model import (
    Action,
    Danger,
    EnvironmentChange,
    FleetDiff,
    LineChange,
    ObjectChange,
    Reason,
)
from argoproject.output.text import shortened
from argoproject.plan.model import plain
from argoproject.problems import counted, printable
from argoproject.secrets.detection import masked, masked_at

__all__ = [
    "MOST",
    "Group",
    "as_data",
    "counts",
    "dangerous_first",
    "grouped",
    "left_out",
    "one_line",
    "production",
    "reason_text",
    "sentence",
    "sides",
    "value",
    "where",
]

_LONGEST = 2000
"""Characters of a value that a page shows."""

MOST = 200
"""How many fields, reasons or lines of one object or file a report shows."""

_MOST_AS_DATA = 1000
_LONGEST_AS_DATA = 10_000
"""The same, and characters of a value, for programs."""

_DONE = {
    Action.CREATE: "new",
    Action.UPDATE: "changed",
    Action.REPLACE: "replaced",
    Action.DELETE: "deleted",
}


def counts(diff: FleetDiff) -> str:
    """Return the number of changes of each class: `2 dangerous, 7 to look at, 1 safe`."""
    found = Counter(diff.dangers())
    return f"{found[Danger.DANGEROUS]} dangerous, {found[Danger.LOOK]} to look at, {found[Danger.SAFE]} safe"


def sentence(diff: FleetDiff) -> str:
    """Return the number of environments by action: `8 environments: 1 new, 7 changed`."""
    broken = f"; {counted(len(diff.broken), 'environment')} NOT COMPARED" if diff.broken else ""
    if not diff.environments:
        return f"no environment changes{broken}"
    found = Counter(item.action for item in diff.environments)
    parts = [f"{found[action]} {word}" for action, word in _DONE.items() if found[action]]
    return f"{counted(len(diff.environments), 'environment')}: {', '.join(parts)}{broken}"


def where(diff: FleetDiff, danger: Danger) -> list[str]:
    """Return the environments, those of production first, then the shared files, that have a change of a class."""
    changed = [item for item in diff.environments if danger in item.dangers()]
    changed.sort(key=lambda item: not item.production)
    places = [str(item.identity) for item in changed]
    places += [
        file.file
        for file in diff.files
        if any(item.reasons and item.danger is danger for item in file.changes)
    ]
    return places


def production(diff: FleetDiff, shown: Iterable[str]) -> list[str]:
    """Return the environments of production that change, the most dangerous first, without those that are shown."""
    known = frozenset(shown)
    changed = [item for item in diff.environments if item.production]
    changed.sort(key=lambda item: -item.danger.level)
    return [name for item in changed if (name := str(item.identity)) not in known]


def value(field: FieldChange, side: Any) -> Any:
    """Return one side of a field as JSON data, without what may be a secret."""
    return masked_at(plain(side), field.steps)


def one_line(field: FieldChange, side: Any, most: int) -> str:
    """Return one side of a field as JSON in one line of at most `most` characters, `(none)` for an absent one."""
    if side is ABSENT:
        return "(none)"
    return shortened(printable(json.dumps(value(field, side), ensure_ascii=False)), most)


def sides(field: FieldChange, group: Group | None = None) -> tuple[str | None, str | None]:
    """Return both sides of a field, None for an absent one: text as it is, other values as JSON, secrets masked.

    Args:
        field: A field of an object, or a line of a file.
        group: The environments that change in the same way; their own names become placeholders.
    """

    def text(side: object) -> str | None:
        if side is ABSENT:
            return None
        shown = value(field, side)
        text = shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False)
        return shortened(text if group is None else group.general(text), _LONGEST)

    return text(field.before), text(field.after)


def reason_text(
    reason: Reason, group: Group | None = None, quoted: Callable[[str], str] = printable
) -> str:
    """Return the text of a reason.

    Args:
        reason: The reason.
        group: The environments that change in the same way; their own names become placeholders.
        quoted: Formats each value in it, such as a name from a file. Secrets in it are masked already.
    """

    def shown(text: str) -> str:
        masked_text = str(masked(text))
        return quoted(masked_text if group is None else group.general(masked_text))

    return reason.formatted(shown)


Judged = TypeVar("Judged", Reason, ObjectChange, LineChange)


def dangerous_first(items: Sequence[Judged], most: int) -> list[Judged]:
    """Return at most so many items: all in their order, or else the most dangerous."""
    if len(items) <= most:
        return list(items)
    return sorted(items, key=lambda item: -item.danger.level)[:most]


def left_out(items: Sequence[Reason | ObjectChange | LineChange], most: int) -> str:
    """Return how many items are left out, `and 5 more, 2 of them dangerous`; empty where none are."""
    left = sorted(items, key=lambda item: -item.danger.level)[most:]
    dangerous = sum(item.danger is Danger.DANGEROUS for item in left)
    of_them = f", {dangerous} of them dangerous" if dangerous else ""
    return f"and {len(left)} more{of_them}" if left else ""


def as_data(diff: FleetDiff) -> dict[str, Any]:
    """Return the comparison, environments by name.

    A field has no `before` or `after` where its value is absent on that side. Of a huge change the most dangerous parts
    are there, and `leftOut` is the number of the others.
    """
    dangers = Counter(diff.dangers())
    files = [
        {
            "file": file.file,
            **_count(len(file.changes) - _MOST_AS_DATA),
            "changes": [
                {
                    **_short(_field(item)),
                    "danger": str(item.danger),
                    "reasons": _reasons(item.reasons),
                    "environments": list(item.environments),
                    **({"line": item.line} if item.line else {}),
                }
                for item in dangerous_first(file.changes, _MOST_AS_DATA)
            ],
        }
        for file in diff.files
    ]
    return {
        "base": diff.base,
        "danger": str(diff.danger),
        "summary": {
            **{str(danger): dangers[danger] for danger in reversed(Danger)},
            "environments": dict(Counter(str(item.action) for item in diff.environments)),
        },
        "notes": list(diff.notes),
        "problems": list(diff.problems),
        "notCompared": list(map(str, diff.broken)),
        "files": files,
        "environments": [_bounded(_environment(item)) for item in diff.environments],
    }


def _bounded(environment: dict[str, Any]) -> dict[str, Any]:
    """The data of an environment with at most so many fields and reasons for each object."""
    levels = [str(danger) for danger in reversed(Danger)]

    def some(item: dict[str, Any]) -> dict[str, Any]:
        fields, reasons = item.get("fields", []), item["reasons"]
        if max(len(fields), len(reasons)) > _MOST_AS_DATA:
            reasons = sorted(reasons, key=lambda it: levels.index(it["danger"]))
        left = sum(max(len(items) - _MOST_AS_DATA, 0) for items in (fields, reasons))
        kept = {"fields": [*map(_short, fields[:_MOST_AS_DATA])]} if "fields" in item else {}
        return {**item, "reasons": reasons[:_MOST_AS_DATA], **kept, **_count(left)}

    return {**some(environment), "changes": [some(item) for item in environment["changes"]]}


def _count(left: int) -> dict[str, int]:
    return {"leftOut": left} if left > 0 else {}


def _short(field: dict[str, Any]) -> dict[str, Any]:
    """The data of a field, with a shortened text in place of a value that is longer than a program needs."""
    for side in ("before", "after"):
        text = json.dumps(field.get(side), ensure_ascii=False)
        if len(text) > _LONGEST_AS_DATA:
            field = {**field, side: shortened(text, _LONGEST_AS_DATA)}
    return field


def _environment(change: EnvironmentChange) -> dict[str, Any]:
    objects = [
        {
            "object": item.title,
            "kind": item.kind,
            "cluster": item.cluster,
            "action": str(item.action),
            "danger": str(item.danger),
            "reasons": _reasons(item.reasons),
            "fields": [_field(field) for field in item.fields],
        }
        for item in change.changes
    ]
    return {
        "environment": str(change.identity),
        "project": change.project,
        "namespace": change.namespace,
        "class": change.environment_class,
        "action": str(change.action),
        **({} if change.moved_from is None else {"movedFrom": str(change.moved_from)}),
        "danger": str(change.danger),
        "reasons": _reasons(change.reasons),
        "changes": objects,
    }


def _field(field: FieldChange) -> dict[str, Any]:
    sides = {"before": field.before, "after": field.after}
    present = {name: value(field, side) for name, side in sides.items() if side is not ABSENT}
    return {"path": field.path, **present}


def _reasons(reasons: Iterable[Reason]) -> list[dict[str, str]]:
    return [{"danger": str(item.danger), "text": reason_text(item, quoted=str)} for item in reasons]


@dataclass(frozen=True, slots=True)
class Group:
    """Environments with equal changes: one line of platform.yaml may change a thousand of them in the same way.

    Changes are equal that differ only in the environments' own names. They are shown once, as those of the first
    environment, with placeholders such as `${namespace}` for its names.
    """

    environments: tuple[EnvironmentChange, ...]

    @property
    def first(self) -> EnvironmentChange:
        """The environment whose changes are shown."""
        return self.environments[0]

    @property
    def names(self) -> list[str]:
        """All environments of the group."""
        return [str(item.identity) for item in self.environments]

    def cluster(self, change: ObjectChange) -> str:
        """Return the cluster of an object of `first`, or a placeholder where each environment has its own."""
        alone = len(self.environments) == 1
        return change.cluster if alone or not _is_inside(self.first, change) else "${cluster}"

    def general(self, text: str) -> str:
        """Return a text about `first` that is true for all: with placeholders instead of its names."""
        return text if len(self.environments) == 1 else _general(self.first, text)


def grouped(environments: Iterable[EnvironmentChange]) -> list[Group]:
    """Group environments by equal changes. The most dangerous group is first; equal ones are sorted by name."""
    found: dict[str, list[EnvironmentChange]] = {}
    for item in environments:
        data = _environment(item)
        same = {key: data[key] for key in ("class", "action", "reasons")}
        objects = [
            {**shown, "cluster": "" if _is_inside(item, change) else change.cluster}
            for shown, change in zip(data["changes"], item.changes, strict=True)
        ]
        signature = _general(item, json.dumps({**same, "objects": objects}, sort_keys=True))
        found.setdefault(signature, []).append(item)
    groups = [Group(tuple(items)) for items in found.values()]
    return sorted(groups, key=lambda group: (-group.first.danger.level, group.first.identity))


def _is_inside(environment: EnvironmentChange, change: ObjectChange) -> bool:
    """Whether an object is the environment's namespace or in it: then it is on the environment's own cluster."""
    return change.namespace != "" and change.namespace == environment.namespace


def _general(change: EnvironmentChange, text: str) -> str:
    """A text with placeholders instead of the environment's own names. Longer names that contain one are kept."""
    text = text.replace(str(change.identity), "${team}/${product}/${cluster}/${environment}")
    for name, placeholder in ((change.project, "${project}"), (change.namespace, "${namespace}")):
        if name:
            text = re.sub(rf"(?<![a-z0-9-]){re.escape(name)}(?![a-z0-9])", placeholder, text)
    return text
