"""A project.yaml like another environment's, without what belongs to that one alone or must be requested again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from argoproject.tree.documents import data_at
from argoproject.yamlfile.edit import with_values, without
from argoproject.yamlfile.reader import Data, Document, Path, path_text

__all__ = ["LeftOut", "left_out", "like"]

_NAME = "names follow from the path"
_PAST = "nothing was here before"
_IN_USE = "a new environment is in use"
_WIDENING = "a widening must be requested again, with a reason of its own"
_TEMPORARY = "temporary access must be requested again"
_OWN: Mapping[Path, str] = {
    ("name",): _NAME,
    ("namespace", "name"): _NAME,
    ("namespace", "mode"): "the namespace is a new one",
    ("movedFrom",): _PAST,
    ("lifecycle",): _IN_USE,
    ("keep",): "what is kept when it is removed must be decided again",
    ("hosts",): "a host serves one environment",
}
"""Keys that are not copied, and why."""

_OWN_OF_APPLICATIONS = {"name": _NAME, "movedFrom": _PAST, "lifecycle": _IN_USE}
"""Keys of an Application or ApplicationSet that are not copied, and why."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part of the file that is not copied.

    Attributes:
        path: Its key in the file.
        reason: Why it is not copied.
        detail: The value where the key alone does not identify it, such as an entry of a list.
    """

    path: Path
    reason: str
    detail: str = ""

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return f"{path_text(self.path)}{detail}: {self.reason}"


def like(document: Document, parts: Mapping[Path, str]) -> str:
    """Return another environment's file for a new environment.

    Args:
        document: The project.yaml of the other environment.
        parts: Values of the new environment, by their keys.

    Raises:
        EditError: where what is left out cannot be removed without changing more.
    """
    text = without(document.text, tuple(item.path for item in left_out(document)))
    return with_values(text, parts)


def left_out(document: Document) -> tuple[LeftOut, ...]:
    """Return what of a project.yaml is not copied, in the order of the file's parts; below `classes`, too."""
    data = document.data
    prefixes: list[Path] = [()]
    prefixes += [("classes", name) for name in data.get("classes") or {}]
    return tuple(item for prefix in prefixes for item in _below(data, prefix))


def _below(data: Data, prefix: Path) -> Iterator[LeftOut]:
    """What is left out of the settings at a path: of the file as a whole, or of one class."""
    own = {(*prefix, *path): reason for path, reason in _OWN.items()}
    settings = data_at(data, prefix)
    applications: list[Path] = [(key,) for key in ("base", "requirements", "application")]
    for group in ("applications", "applicationSets"):
        applications += [(group, key) for key in data_at(settings, (group,)) or ()]
    for path in applications:
        own |= {(*prefix, *path, key): reason for key, reason in _OWN_OF_APPLICATIONS.items()}
    for path, reason in own.items():
        parent = data_at(data, path[:-1])
        if isinstance(parent, dict) and path[-1] in parent:
            yield LeftOut(path, reason)
    access = (*prefix, "access")
    yield from _temporary(data_at(data, access), access)
    for index, item in enumerate(data_at(data, (*prefix, "allow")) or ()):
        value = f"{item.get('kind')} {item.get('value')}"
        yield LeftOut((*prefix, "allow", index), _WIDENING, value)


def _temporary(data: Data, path: Path) -> Iterator[LeftOut]:
    """Groups that have access until a day, at any depth below `access`."""
    if isinstance(data, dict) and "group" in data and data.get("until"):
        yield LeftOut(path, _TEMPORARY, f"{data['group']} until {data['until']}")
    elif isinstance(data, dict | list):
        items = data.items() if isinstance(data, dict) else enumerate(data)
        for step, item in items:
            yield from _temporary(item, (*path, step))
