"""An entry out of a text, with the comments that are its own."""

from __future__ import annotations

import re

from yaml.nodes import CollectionNode, MappingNode, Node

from argoproject.yamlfile.reader import Path, composed
from argoproject.yamlfile.text import UnusualError, end_of

__all__ = ["removed", "start_of"]

_BLANK = re.compile(r"(?:[ \t]*\r?\n)+")
_COMMENT = re.compile(r"([ \t]*)#[^\n]*(?:\n|\Z)")


def removed(text: str, path: Path) -> str:
    """The text without the entry at `path`. A collection that would be empty goes with its last entry.

    Raises:
        UnusualError: where no collections lead there.
    """
    way = _way(text, path)
    while len(way) > 1 and len(way[-1][0].value) == 1:
        way.pop()
    container, index = way[-1]
    span = _in_flow if container.flow_style else _in_block
    start, end = span(text, container, index)
    return text[:start] + text[end:]


def start_of(text: str, path: Path) -> int:
    """Where an entry begins."""
    return _start(*_way(text, path)[-1])


def _way(text: str, path: Path) -> list[tuple[CollectionNode, int]]:
    """Each collection on the way to an entry, with the index at which the way goes on."""
    node = composed(text)
    way: list[tuple[CollectionNode, int]] = []
    for step in path:
        if not isinstance(node, CollectionNode):
            raise UnusualError
        index = step if isinstance(step, int) else _keys(node).index(step)
        way.append((node, index))
        node = _value(node, index)
    return way


def _keys(node: CollectionNode) -> list[str]:
    return [key.value for key, _ in node.value]


def _value(node: CollectionNode, index: int) -> Node:
    value: Node = node.value[index][1] if isinstance(node, MappingNode) else node.value[index]
    return value


def _start(container: CollectionNode, index: int) -> int:
    first: Node = container.value[index]
    if isinstance(container, MappingNode):
        first = container.value[index][0]
    at: int = first.start_mark.index
    return at


def _in_flow(text: str, container: CollectionNode, index: int) -> tuple[int, int]:
    """From the entry to the next one; of the last entry, from the end of the one before."""
    start, end = _start(container, index), end_of(text, _value(container, index))
    if index + 1 < len(container.value):
        return start, _start(container, index + 1)
    return (end_of(text, _value(container, index - 1)), end) if index else (start, end)


def _in_block(text: str, container: CollectionNode, index: int) -> tuple[int, int]:
    """Whole lines: the comments directly above, the entry, and comments that are indented like what is in it."""
    column = container.start_mark.column
    start = text.rfind("\n", 0, _start(container, index)) + 1
    end = _next_line(text, end_of(text, _value(container, index)))
    while (comment := _COMMENT.match(text, end)) and len(comment[1]) > column:
        end = comment.end()
    return _without_gap(text, _comments_above(text, start, column), end)


def _next_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _comments_above(text: str, start: int, column: int) -> int:
    """Where the comments of an entry begin. Those at the top of a file are the file's."""
    first = start
    while first:
        above = text.rfind("\n", 0, first - 1) + 1
        comment = _COMMENT.match(text, above)
        if not comment or len(comment[1]) != column:
            return first
        first = above
    return start


def _without_gap(text: str, start: int, end: int) -> tuple[int, int]:
    """Blank lines stood on both sides: one side is enough."""
    before = text[:start]
    blank_above = not before or before.endswith(("\n\n", "\n\r\n"))
    if end >= len(text):
        kept = len(before.rstrip())
        return (_next_line(text, kept) if kept else 0), end
    blank = _BLANK.match(text, end)
    return (start, blank.end()) if blank and blank_above else (start, end)
