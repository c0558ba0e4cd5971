"""Where nodes stand in their text, and how scalars are written."""

from __future__ import annotations

import json

from yaml.nodes import CollectionNode, Node, ScalarNode

from argoproject.yamlfile.reader import parse

__all__ = ["UnusualError", "end_of", "line_end", "newline", "scalar"]


class UnusualError(Exception):
    """The text is written in a way that is not edited here."""


def scalar(value: str, style: str | None = None, *, flow: bool = False) -> str:
    """A text as YAML writes it: in the quotes of `style`, else plain where it stays the same text.

    `flow`: inside braces or brackets, where commas and brackets have a meaning.
    """
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if style == '"' or not _stays(f"{{k: {value} }}" if flow else f"k: {value}", value):
        return json.dumps(value, ensure_ascii=False)
    return value


def _stays(text: str, value: str) -> bool:
    """Whether the value of `k` means itself to the reader."""
    document, problems = parse("", text.encode())
    return not problems and document.data == {"k": value}


def newline(text: str) -> str:
    """How the text ends its lines."""
    return "\r\n" if "\r\n" in text else "\n"


def line_end(text: str, at: int) -> int:
    """Where the line of a place ends, before the sign that ends it."""
    end = text.find("\n", at)
    if end < 0:
        return len(text)
    return end - 1 if text[end - 1 : end] == "\r" else end


def end_of(text: str, node: Node) -> int:
    """Where the last sign of a node stands: not the comments and blank lines that the parser counts to it."""
    if isinstance(node, CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return end_of(text, last[1] if isinstance(last, tuple) else last)
    end: int = node.end_mark.index
    block = isinstance(node, ScalarNode) and node.style in ("|", ">")
    return len(text[:end].rstrip()) if block else end
