"""A scalar into a text: in the place of the one that stands there, or as a new entry where people look for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from argoproject.yamlfile.reader import Path, composed
from argoproject.yamlfile.text import UnusualError, end_of, line_end, newline, scalar

__all__ = ["inserted"]

_PREDECESSORS: Mapping[str, tuple[str, ...]] = {
    "profile": ("description",),
    "versions": ("description", "profile"),
}
"""After which keys people look for a key. Others go to the end."""

_NULL = ("", "~", "null", "Null", "NULL")


def inserted(text: str, path: Path, value: str) -> str:
    """The text with `value` at `path`.

    Raises:
        UnusualError: where something else than a scalar stands there, or on the way.
    """
    node, rest, flow = _deepest(text, path)
    if node is None:
        end = newline(text)
        separator = "" if not text or text.endswith("\n") else end
        return f"{text}{separator}{_entry(rest, value, end)}{end}"
    if isinstance(node, MappingNode) and rest:
        into = _into_flow if node.flow_style else _into_block
        return into(text, node, rest, value)
    if not isinstance(node, ScalarNode) or (rest and not _is_null(node)):
        raise UnusualError
    new = _flow(rest, value) if rest else scalar(value, node.style, flow=flow)
    return _spliced(text, node, new if node.value or node.style else f" {new}")


def _is_null(node: ScalarNode) -> bool:
    return not node.style and node.value in _NULL


def _spliced(text: str, node: Node, new: str) -> str:
    return text[: node.start_mark.index] + new + text[node.end_mark.index :]


def _deepest(text: str, path: Path) -> tuple[Node | None, Path, bool]:
    """The node that stands furthest along a path, the rest of the path, and whether it is inside braces."""
    node = composed(text)
    flow = False
    for at, step in enumerate(path):
        child = next((item for key, item in _items(node) if key == step), None)
        if child is None:
            return node, path[at:], flow
        flow = flow or bool(getattr(node, "flow_style", False))
        node = child
    return node, (), flow


def _items(node: Node | None) -> Iterator[tuple[str | int, Node]]:
    if isinstance(node, MappingNode):
        yield from ((key.value, value) for key, value in node.value)
    elif isinstance(node, SequenceNode):
        yield from enumerate(node.value)


def _into_flow(text: str, node: MappingNode, rest: Path, value: str) -> str:
    if not node.value:
        return _spliced(text, node, _flow(rest, value))
    at = end_of(text, node.value[-1][1])
    return f"{text[:at]}, {_flow_entry(rest, value)}{text[at:]}"


def _into_block(text: str, node: MappingNode, rest: Path, value: str) -> str:
    column = node.start_mark.column
    end = newline(text)
    entry = _line(rest, value) if column else _entry(rest, value, end)
    at = line_end(text, end_of(text, _predecessor(node, str(rest[0]))))
    return f"{text[:at]}{end}{' ' * column}{entry}{text[at:]}"


def _predecessor(node: MappingNode, key: str) -> Node:
    """The value after which a new key goes."""
    wanted = _PREDECESSORS.get(key, ())
    found = [value for name, value in node.value if name.value in wanted]
    last: Node = (found or [node.value[-1][1]])[-1]
    return last


def _entry(path: Path, value: str, end: str) -> str:
    """An entry of the file's own level: what it holds stands on lines of its own."""
    if len(path) == 1:
        return _line(path, value)
    return f"{scalar(str(path[0]))}:{end}  {_line(path[1:], value)}"


def _line(path: Path, value: str) -> str:
    """An entry on a line of its own; what it holds stands in braces."""
    held = _flow(path[1:], value) if len(path) > 1 else scalar(value)
    return f"{scalar(str(path[0]))}: {held}"


def _flow_entry(path: Path, value: str) -> str:
    held = _flow(path[1:], value) if len(path) > 1 else scalar(value, flow=True)
    return f"{scalar(str(path[0]), flow=True)}: {held}"


def _flow(path: Path, value: str) -> str:
    return f"{{ {_flow_entry(path, value)} }}"
