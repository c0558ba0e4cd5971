"""Edits of a YAML file that leave all else as it is: comments, quotes, order, line ends.

An edit cuts or inserts text where the strict reader found the nodes. Afterwards the new text is read again: it must
hold exactly the data that was wanted, or the edit is refused. So no unusual way of writing YAML can make a file mean
something else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from argoproject.yamlfile.insert import inserted
from argoproject.yamlfile.reader import Data, Path, parse, path_text
from argoproject.yamlfile.remove import removed, start_of
from argoproject.yamlfile.text import UnusualError, scalar

__all__ = ["EditError", "scalar", "with_values", "without"]


class EditError(Exception):
    """A file is written in a way that is not edited here. The text says where, and what to do."""


def with_values(text: str, values: Mapping[Path, str]) -> str:
    """The text with a scalar at each path: replaced in its quotes where it stands, else added.

    Raises:
        EditError: when it cannot be done without changing anything else.
    """
    edited, data = text, _data(text)
    try:
        for path, value in values.items():
            edited, data = inserted(edited, path, value), _set(data, path, value)
    except UnusualError:
        raise _refused(text, values) from None
    return _checked(text, edited, data, values)


def without(text: str, paths: Collection[Path]) -> str:
    """The text without what stands at the paths, and without what is empty then; their own comments go along.

    Raises:
        EditError: when it cannot be done without changing anything else.
    """
    edited, data = text, _data(text)
    try:
        # From the end, so that the places and indexes of the others stay true.
        for path in sorted(paths, key=lambda path: start_of(text, path), reverse=True):
            edited, data = removed(edited, path), _removed(data, path)
    except UnusualError:
        raise _refused(text, paths) from None
    return _checked(text, edited, data, paths)


def _data(text: str) -> Data:
    return parse("", text.encode())[0].data or {}


def _checked(before: str, after: str, wanted: Data, paths: Collection[Path]) -> str:
    document, problems = parse("", after.encode())
    if problems or (document.data or {}) != wanted:
        raise _refused(before, paths)
    return after


def _refused(text: str, paths: Collection[Path]) -> EditError:
    document, _ = parse("", text.encode())
    places = ", ".join(f"{path_text(path)} (line {document.position(path).line})" for path in paths)
    return EditError(f"this is written in a way that only people can edit: {places}")


def _set(data: Data, path: Path, value: str) -> Data:
    if not path:
        return value
    inner = data if isinstance(data, dict) else {}
    return {**inner, path[0]: _set(inner.get(path[0]), path[1:], value)}


def _removed(data: Data, path: Path) -> Data:
    step, rest = path[0], path[1:]
    below = _removed(data[step], rest) if rest else None
    if isinstance(data, list):
        kept = [below if index == step else item for index, item in enumerate(data)]
        return [item for index, item in enumerate(kept) if index != step or below]
    kept_keys = {key: below if key == step else item for key, item in data.items()}
    return {key: item for key, item in kept_keys.items() if key != step or below}
