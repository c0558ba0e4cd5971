"""A project.yaml like another environment's: without what belongs to that one alone, or must be asked for anew."""

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
_ANEW = "a widening is asked for anew, with a reason of its own"
_SOME_TIME = "access for some time is asked for anew"
_OWN: Mapping[Path, str] = {
    ("name",): _NAME,
    ("namespace", "name"): _NAME,
    ("namespace", "mode"): "the namespace is a new one",
    ("movedFrom",): _PAST,
    ("lifecycle",): _IN_USE,
    ("keep",): "what stays when it is removed is decided anew",
    ("hosts",): "a host serves one environment",
}
_OWN_OF_APPLICATIONS = {"name": _NAME, "movedFrom": _PAST, "lifecycle": _IN_USE}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part that is not taken over, and why."""

    path: Path
    reason: str
    detail: str = ""

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return f"{path_text(self.path)}{detail}: {self.reason}"


def like(document: Document, parts: Mapping[Path, str]) -> str:
    """The file without what is left out, and with the new environment's own `parts`.

    Raises:
        EditError: where that cannot be cut out of it.
    """
    text = without(document.text, tuple(item.path for item in left_out(document)))
    return with_values(text, parts)


def left_out(document: Document) -> tuple[LeftOut, ...]:
    """What of a project.yaml is not taken over, in the order of the file's parts."""
    prefixes: list[Path] = [()]
    prefixes += [("classes", name) for name in document.data.get("classes") or {}]
    return tuple(item for prefix in prefixes for item in _below(document.data, prefix))


def _below(data: Data, prefix: Path) -> Iterator[LeftOut]:
    for path, reason in _OWN.items():
        if _stands(data, (*prefix, *path)):
            yield LeftOut((*prefix, *path), reason)
    for path in _applications(data_at(data, prefix)):
        for key, reason in _OWN_OF_APPLICATIONS.items():
            if _stands(data, (*prefix, *path, key)):
                yield LeftOut((*prefix, *path, key), reason)
    yield from _bindings(data_at(data, (*prefix, "access")), (*prefix, "access"))
    for index, item in enumerate(data_at(data, (*prefix, "allow")) or ()):
        yield LeftOut((*prefix, "allow", index), _ANEW, f"{item.get('kind')} {item.get('value')}")


def _stands(data: Data, path: Path) -> bool:
    parent = data_at(data, path[:-1])
    return isinstance(parent, dict) and path[-1] in parent


def _applications(data: Data) -> Iterator[Path]:
    """Where Applications and ApplicationSets stand."""
    yield from ((key,) for key in ("base", "requirements", "application"))
    for group in ("applications", "applicationSets"):
        yield from ((group, key) for key in data_at(data, (group,)) or ())


def _bindings(data: Data, path: Path) -> Iterator[LeftOut]:
    """Groups that have access until a day, wherever they stand below `access`."""
    if isinstance(data, dict) and "group" in data and data.get("until"):
        yield LeftOut(path, _SOME_TIME, f"{data['group']} until {data['until']}")
    elif isinstance(data, dict | list):
        items = data.items() if isinstance(data, dict) else enumerate(data)
        for step, item in items:
            yield from _bindings(item, (*path, step))
