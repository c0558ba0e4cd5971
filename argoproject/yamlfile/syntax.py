"""From bytes to the nodes of a YAML text, and the texts that are refused on the way.

This is the part of YAML on which people and programs agree. Refused are:

- anchors and aliases: PyYAML shares the nodes of an alias, so a few bytes can mean millions of nodes;
- control and invisible characters: a reviewer does not see them;
- files over 256 KiB, more than 32 levels of nesting, several documents in one file, text that is not UTF-8.

`nodes_of` refuses the whole text at the first of these; `argoproject.yamlfile.reader` refuses single nodes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import yaml
from yaml._yaml import CParser
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from argoproject.problems import Mistake

__all__ = [
    "INVISIBLE",
    "MAX_BYTES",
    "MAX_DEPTH",
    "PLAIN",
    "TOO_DEEP",
    "UNTAGGED",
    "Entry",
    "RefusedError",
    "entries",
    "entry_at",
    "node_tree",
    "nodes_of",
]

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32

TOO_DEEP = Mistake("too-deep", f"the file nests deeper than {MAX_DEPTH} levels", "flatten it")

PLAIN = "plain"
"""Tag of a scalar without quotes and without a tag of its own."""

UNTAGGED = "untagged"
"""Tag of a quoted scalar, a mapping or a sequence, without a tag of its own."""

INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"
)
_MAYBE_ANCHOR = re.compile(r"[&*](?<![^\s\[{,:\-].)\S")
_MAYBE_DEEP = (" " * 40, "- - - - ", "? ")
_UNQUOTED_PLACEHOLDER = re.compile(r"[{\[,][^\"'\n]*\$\{")


_CONFLICT = re.compile(r"^<<<<<<< ", re.MULTILINE)
_UNMERGED = Mistake(
    "conflict-markers",
    "the file holds conflict markers of Git: a merge is not finished",
    "keep one side, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>",
)


class _Resolver:
    """Gives the composer no more than whether a scalar was quoted: the schema decides the meaning."""

    def resolve(self, kind: type[Node], _value: Any, implicit: Any) -> str:
        return PLAIN if kind is ScalarNode and implicit[0] else UNTAGGED

    def descend_resolver(self, _parent: Any, _index: Any) -> None:
        """The composer requires it for path resolvers, which are not used."""

    def ascend_resolver(self) -> None:
        """The composer requires it for path resolvers, which are not used."""


class _Composer(CParser, _Resolver):
    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)


@dataclass(slots=True)
class RefusedError(Exception):
    """A text is refused. `line` and `column` count from 1; 0 is the file as a whole."""

    mistake: Mistake
    line: int = 0
    column: int = 0


def nodes_of(raw: bytes) -> tuple[str, Node | None]:
    """Read the bytes of a file.

    Returns:
        The text and its root node; None where the text has no node.

    Raises:
        RefusedError: For text that is not accepted.
    """
    if len(raw) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1024} KiB"
        raise RefusedError(Mistake("file-too-large", message, "split it"))
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        mistake = Mistake("encoding", "the file is not UTF-8 text", "save it as UTF-8")
        raise RefusedError(mistake, raw.count(b"\n", 0, error.start) + 1, 1) from None
    if not text.isascii():
        _refuse_invisible(text)
    if "<<<<<<< " in text and (marker := _CONFLICT.search(text)):
        raise RefusedError(_UNMERGED, text.count("\n", 0, marker.start()) + 1, 1)
    try:
        _refuse_recursion(text)
        root: Node | None = _Composer(text).get_single_node()
    except yaml.YAMLError as error:
        # libyaml accepts no control character of ASCII, so that only text that it refuses is searched for them.
        _refuse_invisible(text)
        raise _syntax_refusal(text, error) from None
    return text, root


def _refuse_invisible(text: str) -> None:
    if found := INVISIBLE.search(text):
        at = found.start()
        message = f"the file holds the invisible character U+{ord(found.group()):04X}"
        mistake = Mistake("invisible-character", message, "remove it")
        raise RefusedError(mistake, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


@lru_cache(maxsize=64)
def node_tree(text: str) -> Node | None:
    """The nodes of a text that was read before, with their places in it. None where it has none, or was refused."""
    try:
        root: Node | None = _Composer(text).get_single_node()
    except yaml.YAMLError:
        return None
    return root


class Entry(NamedTuple):
    """One entry of a mapping or sequence."""

    step: str | int
    """Its key or index."""

    first: Node
    """The node where it begins: its key, or the item itself."""

    value: Node


def entries(node: Node | None) -> list[Entry]:
    """The entries of a mapping or sequence in their order; none of any other node."""
    if isinstance(node, MappingNode):
        return [Entry(key.value, key, value) for key, value in node.value]
    if isinstance(node, SequenceNode):
        return [Entry(index, item, item) for index, item in enumerate(node.value)]
    return []


def entry_at(node: Node | None, step: str | int) -> Entry | None:
    """The entry of a mapping's key or a sequence's index; None if there is none. A sequence is indexed directly."""
    if isinstance(node, MappingNode):
        return _by_key(node).get(step)
    items = node.value if isinstance(node, SequenceNode) else ()
    if isinstance(step, int) and 0 <= step < len(items):
        return Entry(step, items[step], items[step])
    return None


@lru_cache(maxsize=64)
def _by_key(node: MappingNode) -> dict[str | int, Entry]:
    """The entries of a mapping by key, the first of each: a file may have thousands of problems."""
    found: dict[str | int, Entry] = {}
    for key, value in node.value:
        found.setdefault(key.value, Entry(key.value, key, value))
    return found


def _refuse_recursion(text: str) -> None:
    """Refuse aliases and deep nesting by the events of the parser, before anything recursive runs on the text.

    Most files have no sign of either and are not parsed for it. Nesting without a sign has less than 80 levels, which
    the reader counts.
    """
    has_signs = (
        (("&" in text or "*" in text) and _MAYBE_ANCHOR.search(text))
        or text.count("[") + text.count("{") >= MAX_DEPTH
        or any(sign in text for sign in _MAYBE_DEEP)
    )
    if not has_signs:
        return
    composer: Any = _Composer(text)
    depth = 0
    while (event := composer.get_event()) is not None:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            message = "YAML anchors and aliases (`&name`, `*name`) are not supported"
            remedy = "write the value out; share through product.yaml or team.yaml; quote text that begins with & or *"
            mistake = Mistake("alias", message, remedy)
        elif depth > MAX_DEPTH:
            mistake = TOO_DEEP
        else:
            continue
        raise RefusedError(mistake, event.start_mark.line + 1, event.start_mark.column + 1)


def _syntax_refusal(text: str, error: yaml.YAMLError) -> RefusedError:
    """The refusal of text that is not YAML, with the usual causes in words of their own.

    Words of the file are cut from the parser's reason, as they may be a secret.
    """
    mark = getattr(error, "problem_mark", None)
    line, column = (0, 0) if mark is None else (mark.line + 1, mark.column + 1)
    reason = str(getattr(error, "problem", "") or "")
    rows = text.splitlines()[max(0, line - 2) : line]
    if "but found another document" in reason:
        code, remedy = "several-documents", "keep one; remove `---`"
        message = "the file holds several documents"
    elif any(map(_UNQUOTED_PLACEHOLDER.search, rows)):
        code, remedy = "unquoted-placeholder", 'write "${…}" in quotes inside braces and brackets'
        message = "a `${…}` inside braces is not quoted"
    elif any(row.lstrip(" ").startswith("\t") for row in rows):
        code, remedy = "tab", "indent with spaces"
        message = "the line is indented with a tab"
    else:
        code = "yaml-syntax"
        remedy = "put text with `: ` or a leading symbol in quotes; check the indentation"
        shown = re.sub(r"'[\w.-]{2,}'", "…", reason).strip() or "it cannot be read"
        message = f"this is not valid YAML: {shown}"
    return RefusedError(Mistake(code, message, remedy), line, column)
