"""Edits of a YAML file that keep everything else: comments, quotes, order, line ends. `with_values` and `without`.

An edit inserts or cuts text at the places where the strict reader found the nodes. Then the new text is read again: it
must have exactly the data that was wanted, or the edit is refused with `EditError`. So no unusual way of writing YAML
can change the meaning of a file.

Example:
    >>> with_values("versions: {shop: v1}  # promoted by CI", {("versions", "shop"): "v2"})
    'versions: {shop: v2}  # promoted by CI'
    >>> without("hosts: [a, b]  # shared", [("hosts", 0)])
    'hosts: [b]  # shared'
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from argoproject.yamlfile.reader import NULLS, Data, DataPath, parse, path_text
from argoproject.yamlfile.syntax import Entry, entries, node_tree

__all__ = ["EditError", "scalar", "with_values", "without"]

_PREDECESSORS: Mapping[str, tuple[str, ...]] = {
    "profile": ("description",),
    "versions": ("description", "profile"),
}
"""The keys after which readers expect a key. Other new keys go to the end."""

_BLANK = re.compile(r"(?:[ \t]*\r?\n)+")
_COMMENT = re.compile(r"([ \t]*)#[^\n]*(?:\n|\Z)")


class EditError(Exception):
    """A file is written in a way that this program does not edit. `str()` is the message, with the paths and lines."""


class _UnusualError(Exception):
    """The nodes of a text are not those that an edit expects."""


def with_values(text: str, values: Mapping[DataPath, str]) -> str:
    """Set scalars of a file.

    Args:
        text: A text that the strict reader accepts.
        values: The scalar for each path; no path is empty. One that exists is replaced within its quotes, a missing
            one is added, together with the mappings on its path.

    Returns:
        The new text.

    Raises:
        EditError: Where this would change anything else, for example if there is a list on the path.
    """
    edited, data = text, _data(text)
    try:
        for path, value in values.items():
            edited, data = _inserted(edited, path, value), _set(data, path, value)
    except _UnusualError:
        raise _refused(text, values) from None
    return _checked(text, edited, data, values)


def without(text: str, paths: Collection[DataPath]) -> str:
    """Remove entries of a file, with the comments that belong to them.

    Args:
        text: A text that the strict reader accepts.
        paths: Entries that the text has; no path is empty. A collection that becomes empty is removed too.

    Returns:
        The new text.

    Raises:
        EditError: Where this would change anything else.
    """
    edited, data = text, _data(text)
    try:
        # From the end, so that the positions and indexes of the others stay valid.
        places = {path: _way(text, path)[-1][1].first.start_mark.index for path in paths}
        for path in sorted(paths, key=places.__getitem__, reverse=True):
            edited, data = _removed(edited, path), _unset(data, path)
    except _UnusualError:
        raise _refused(text, paths) from None
    return _checked(text, edited, data, paths)


def scalar(value: str, style: str | None = None, *, flow: bool = False) -> str:
    """A text as a YAML scalar.

    Args:
        value: The text.
        style: Its quotes, `'` or `"`; None for none where the text reads back unchanged without, else for `"`.
        flow: Whether it is inside braces or brackets, where commas and brackets have a meaning.

    Example:
        >>> scalar("v1.2"), scalar("a: b"), scalar("a, b"), scalar("a, b", flow=True)
        ('v1.2', '"a: b"', 'a, b', '"a, b"')
    """
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    document, problems = parse("", (f"{{k: {value} }}" if flow else f"k: {value}").encode())
    if style == '"' or problems or document.data != {"k": value}:
        return json.dumps(value, ensure_ascii=False)
    return value


# The data that an edit must have as its result.


def _data(text: str) -> Data:
    return parse("", text.encode())[0].data or {}


def _set(data: Data, path: DataPath, value: str) -> Data:
    if not path:
        return value
    inner = data if isinstance(data, dict) else {}
    return {**inner, path[0]: _set(inner.get(path[0]), path[1:], value)}


def _unset(data: Data, path: DataPath) -> Data:
    step, rest = path[0], path[1:]
    below = _unset(data[step], rest) if rest else None
    if isinstance(data, list):
        kept = [below if index == step else item for index, item in enumerate(data)]
        return [item for index, item in enumerate(kept) if index != step or below]
    kept_keys = {key: below if key == step else item for key, item in data.items()}
    return {key: item for key, item in kept_keys.items() if key != step or below}


def _checked(before: str, after: str, wanted: Data, paths: Collection[DataPath]) -> str:
    document, problems = parse("", after.encode())
    if problems or (document.data or {}) != wanted:
        raise _refused(before, paths)
    return after


def _refused(text: str, paths: Collection[DataPath]) -> EditError:
    document, _ = parse("", text.encode())
    places = ", ".join(f"{path_text(path)} (line {document.position(path).line})" for path in paths)
    return EditError(f"this is written in a way that only people can edit: {places}")


# Insertion.


def _inserted(text: str, path: DataPath, value: str) -> str:
    """The text with `value` at `path`."""
    node, rest, in_flow = node_tree(text), path, False
    while rest and (inner := [it.value for it in entries(node) if it.step == rest[0]]):
        in_flow = in_flow or bool(getattr(node, "flow_style", False))
        node, rest = inner[0], rest[1:]
    if node is None:
        newline = _newline(text)
        separator = "" if not text or text.endswith("\n") else newline
        return f"{text}{separator}{_top_entry(rest, value, newline)}{newline}"
    if isinstance(node, MappingNode) and rest:
        return _into_mapping(text, node, rest, value)
    empty = isinstance(node, ScalarNode) and not node.style and node.value in NULLS
    if not isinstance(node, ScalarNode) or (rest and not empty):
        raise _UnusualError
    new = _in_braces(rest, value) if rest else scalar(value, node.style, flow=in_flow)
    return _replaced(text, node, new if node.value or node.style else f" {new}")


def _into_mapping(text: str, node: MappingNode, rest: DataPath, value: str) -> str:
    """The text with a new entry in a mapping: inside its braces, or on lines of its own."""
    if node.flow_style and not node.value:
        return _replaced(text, node, _in_braces(rest, value))
    last: Node = node.value[-1][1]
    if node.flow_style:
        at = _end_of(text, last)
        return f"{text[:at]}, {_entry(rest, value, flow=True)}{text[at:]}"
    predecessors = _PREDECESSORS.get(str(rest[0]), ())
    after = [entry.value for entry in entries(node) if entry.step in predecessors]
    newline = _newline(text)
    column = node.start_mark.column
    entry = _entry(rest, value) if column else _top_entry(rest, value, newline)
    at = text.find("\n", _end_of(text, (after or [last])[-1]))
    at = len(text) if at < 0 else at - (text[at - 1] == "\r")
    return f"{text[:at]}{newline}{' ' * column}{entry}{text[at:]}"


def _replaced(text: str, node: Node, new: str) -> str:
    return text[: node.start_mark.index] + new + text[node.end_mark.index :]


def _top_entry(path: DataPath, value: str, newline: str) -> str:
    """An entry of the file's top level: what it contains is on lines of its own."""
    if len(path) == 1:
        return _entry(path, value)
    return f"{scalar(str(path[0]))}:{newline}  {_entry(path[1:], value)}"


def _entry(path: DataPath, value: str, *, flow: bool = False) -> str:
    """An entry on one line: what it contains is in braces."""
    inner = _in_braces(path[1:], value) if len(path) > 1 else scalar(value, flow=flow)
    return f"{scalar(str(path[0]), flow=flow)}: {inner}"


def _in_braces(path: DataPath, value: str) -> str:
    return f"{{ {_entry(path, value, flow=True)} }}"


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


# Removal.


def _removed(text: str, path: DataPath) -> str:
    """The text without the entry at `path`. A collection goes together with its only entry."""
    way = _way(text, path)
    while len(way) > 1 and len(way[-1][0].value) == 1:
        way.pop()
    container, entry = way[-1]
    if not container.flow_style:
        start, end = _lines(text, container, entry)
    else:
        # From the entry to the next one; the last entry from the end of the one before.
        items = entries(container)
        at = items.index(entry)
        start, end = entry.first.start_mark.index, _end_of(text, entry.value)
        if at + 1 < len(items):
            end = items[at + 1].first.start_mark.index
        elif at:
            start = _end_of(text, items[at - 1].value)
    return text[:start] + text[end:]


def _way(text: str, path: DataPath) -> list[tuple[CollectionNode, Entry]]:
    """Each collection on the path to an entry, with the entry of it where the path continues."""
    node = node_tree(text)
    way: list[tuple[CollectionNode, Entry]] = []
    for step in path:
        found = [entry for entry in entries(node) if entry.step == step]
        if not found or not isinstance(node, CollectionNode):
            raise _UnusualError
        way.append((node, found[0]))
        node = found[0].value
    return way


def _lines(text: str, container: CollectionNode, entry: Entry) -> tuple[int, int]:
    """The lines of an entry: the comments directly above, the entry itself, and comments indented like its content.

    Comments at the top of a file belong to the file. Of blank lines on both sides, those on one side are kept.
    """
    column = container.start_mark.column
    start = first = text.rfind("\n", 0, entry.first.start_mark.index) + 1
    while first:
        above = text.rfind("\n", 0, first - 1) + 1
        comment = _COMMENT.match(text, above)
        if not comment or len(comment[1]) != column:
            start = first
            break
        first = above
    end = _next_line(text, _end_of(text, entry.value))
    while (comment := _COMMENT.match(text, end)) and len(comment[1]) > column:
        end = comment.end()
    before = text[:start]
    if end >= len(text):
        kept = len(before.rstrip())
        return (_next_line(text, kept) if kept else 0), end
    blank = _BLANK.match(text, end)
    blank_above = not before or before.endswith(("\n\n", "\n\r\n"))
    return (start, blank.end()) if blank and blank_above else (start, end)


def _next_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _end_of(text: str, node: Node) -> int:
    """The end of a node's text, without the comments and blank lines that the parser adds to it."""
    if isinstance(node, CollectionNode) and not node.flow_style and node.value:
        return _end_of(text, entries(node)[-1].value)
    end: int = node.end_mark.index
    block = isinstance(node, ScalarNode) and node.style in ("|", ">")
    return len(text[:end].rstrip()) if block else end
