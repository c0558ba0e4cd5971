"""One strict YAML reader for every file of the configuration.

It accepts the part of YAML on which people and programs agree. Every scalar arrives as text, so that the schema,
not YAML 1.1, decides what it means: `no` stays "no", `1.10` stays "1.10". An unquoted scalar is a `Plain`, which
fields that want a number, a truth value or free-form data convert (`argoproject.models.values`). Refused, with a
position: duplicate keys, anchors and aliases, tags, several documents, control and invisible characters, oversized or
deeply nested files (PyYAML keeps aliases shared, so a few bytes can stand
for millions of nodes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar, TypeAlias

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from argoproject.problems import Position, Problem, Severity

__all__ = ["Data", "Document", "Path", "Plain", "composed", "parse", "path_text"]

Path: TypeAlias = tuple[str | int, ...]
"""Where a value stands inside a document: keys and list indexes from the root."""

Data: TypeAlias = Any
"""What a document holds: dict, list, str, `Plain`, or None for an empty or null value."""

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32

_PLAIN = "plain"
_QUOTED = "quoted"
_RESERVED_KEY = "4dabf18193072939515e22adb298388d"
"""Marks special values (secrets, assets, other resources) between Pulumi's programs and engine: no file may forge one.
Source: pulumi, sdk/go/common/resource/sig."""

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"
)
_MAYBE_ANCHOR = re.compile(r"(?:^|[\s\[{,:\-])[&*][^\s]", re.MULTILINE)
_MAYBE_DEEP = (" " * 40, "- - - - ", "? ")
_UNQUOTED_PLACEHOLDER = re.compile(r"[{\[,][^\"'\n]*\$\{")


class Plain(str):
    """An unquoted scalar: text whose meaning the schema decides."""

    __slots__ = ()


class _Resolver:
    """Tells the composer nothing but whether a scalar was quoted: meaning belongs to the schema."""

    def resolve(self, kind: type[Node], _value: Any, implicit: Any) -> str:
        if kind is ScalarNode:
            return _PLAIN if implicit[0] else _QUOTED
        return _QUOTED

    def descend_resolver(self, _parent: Any, _index: Any) -> None:
        """The composer calls it for path resolvers, which are not used."""

    def ascend_resolver(self) -> None:
        """The composer calls it for path resolvers, which are not used."""


if yaml.__with_libyaml__:
    from yaml._yaml import CParser

    class _Composer(CParser, _Resolver):
        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)

else:  # pragma: no cover - every wheel of PyYAML carries libyaml
    from yaml.composer import Composer
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class _Composer(Reader, Scanner, Parser, Composer, _Resolver):  # type: ignore[no-redef]
        def __init__(self, text: str) -> None:
            Reader.__init__(self, text)
            Scanner.__init__(self)
            Parser.__init__(self)
            Composer.__init__(self)


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read: its name as told to users, its text and its data.

    `nulls` and `placeholders` say whether a null or a `${` stands anywhere: in most files none does, and nobody needs
    to look for it.
    """

    file: str
    text: str = field(repr=False)
    data: Data = field(repr=False)
    nulls: bool = False
    placeholders: bool = False

    def position(self, path: Path = ()) -> Position:
        """Where `path` stands, or its nearest ancestor that the file has. Composes again: for reports only."""
        return _find(self.file, composed(self.text), path)

    def problem(
        self,
        *,
        path: Path,
        code: str,
        message: str,
        remedy: str = "",
        severity: Severity = Severity.ERROR,
    ) -> Problem:
        """A problem of this file, at the place of `path`."""
        return Problem(
            position=self.position(path),
            path=path_text(path),
            code=code,
            message=message,
            remedy=remedy,
            severity=severity,
        )


@dataclass(slots=True)
class _RefusedError(Exception):
    """Why a text is not acceptable YAML."""

    code: str
    message: str
    remedy: str
    line: int = 0
    column: int = 0

    def problem(self, file: str) -> Problem:
        position = Position(file, self.line, self.column)
        return Problem(
            position=position, path="", code=self.code, message=self.message, remedy=self.remedy
        )


def parse(file: str, raw: bytes) -> tuple[Document, tuple[Problem, ...]]:
    """Read one file. With problems, the document is empty: half-read data would yield false reports."""
    try:
        text = _decode(raw)
        _refuse_characters(text)
        _refuse_structure(text)
        root = _compose(text)
    except _RefusedError as refused:
        return Document(file, "", {}), (refused.problem(file),)
    builder = _Builder(file)
    data = builder.build(root) if root is not None else {}
    if builder.problems:
        return Document(file, text, {}), tuple(builder.problems)
    return Document(file, text, data, builder.nulls, "${" in text), ()


def path_text(path: Sequence[str | int]) -> str:
    """`("sources", 1, "path")` as users write it: `sources[1].path`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


class _Builder:
    """Turns nodes into data and collects what the nodes do wrong."""

    _message: ClassVar[str] = "{} is not part of this format"

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.nulls = False

    def build(self, node: Node) -> Data:
        if node.__class__ is ScalarNode:
            return self._scalar(node)
        if node.__class__ is MappingNode:
            return self._mapping(node)
        if node.tag != _QUOTED:
            self._refuse_tag(node)
        return [self.build(child) for child in node.value]

    def _mapping(self, node: MappingNode) -> dict[str, Data]:
        if node.tag != _QUOTED:
            self._refuse_tag(node)
        result: dict[str, Data] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if key_node.__class__ is not ScalarNode:
                self._refuse(
                    key_node,
                    code="key-not-text",
                    message="a key must be text",
                    remedy="write one word before the colon",
                )
                continue
            if key in result:
                self._refuse_duplicate(key_node, node)
            elif key == _RESERVED_KEY:
                remedy = "remove it"
                self._refuse(
                    key_node,
                    code="reserved-key",
                    message="this key has a meaning of its own to Pulumi",
                    remedy=remedy,
                )
            elif key == "<<":
                self._refuse(
                    key_node,
                    code="merge-key",
                    message="`<<` merges are not supported",
                    remedy="write the keys out",
                )
            elif not key.isprintable() or key_node.tag not in (_PLAIN, _QUOTED):
                self._scalar(key_node)
            result[key] = (
                self._scalar(value_node)
                if value_node.__class__ is ScalarNode
                else self.build(value_node)
            )
        return result

    def _scalar(self, node: ScalarNode) -> str | None:
        value: str = node.value
        if not value.isprintable() and (found := _INVISIBLE.search(value)):
            self._refuse(
                node,
                code="invisible-character",
                message=f"the text holds the invisible character U+{ord(found.group()):04X}",
                remedy="remove it",
            )
        if node.tag == _PLAIN:
            if value not in _NULL:
                return Plain(value)
            self.nulls = True
            return None
        if node.tag != _QUOTED:
            self._refuse_tag(node)
        return value

    def _refuse_duplicate(self, key_node: ScalarNode, mapping: MappingNode) -> None:
        first = next(key for key, _ in mapping.value if key.value == key_node.value)
        self._refuse(
            key_node,
            code="duplicate-key",
            message=f"the key {key_node.value!r} stands here a second time",
            remedy=f"keep one; the first is on line {first.start_mark.line + 1}",
        )

    def _refuse_tag(self, node: Node) -> None:
        self._refuse(
            node,
            code="tag",
            message="YAML tags (`!…`) are not supported",
            remedy="remove the tag; quote text where needed",
        )

    def _refuse(self, node: Node, *, code: str, message: str, remedy: str) -> None:
        mark = node.start_mark
        position = Position(self.file, mark.line + 1, mark.column + 1)
        self.problems.append(
            Problem(position=position, path="", code=code, message=message, remedy=remedy)
        )


def _decode(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise _RefusedError(
            "file-too-large", f"the file is larger than {MAX_BYTES // 1024} KiB", "split it"
        )
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _RefusedError(
            "encoding", "the file is not UTF-8 text", "save it as UTF-8", line, 1
        ) from None


def _refuse_characters(text: str) -> None:
    if text.isascii() and "\x00" not in text and "\x7f" not in text and "\x1b" not in text:
        return
    found = _INVISIBLE.search(text)
    if found is None:
        return
    line = text.count("\n", 0, found.start()) + 1
    column = found.start() - (text.rfind("\n", 0, found.start()) + 1) + 1
    message = f"the file holds the invisible character U+{ord(found.group()):04X}"
    raise _RefusedError("invisible-character", message, "remove it", line, column)


def _refuse_structure(text: str) -> None:
    """Refuse aliases and deep nesting before anything recursive runs on the text."""
    suspicious = (
        (("&" in text or "*" in text) and _MAYBE_ANCHOR.search(text))
        or text.count("[") + text.count("{") >= MAX_DEPTH
        or any(sign in text for sign in _MAYBE_DEEP)
    )
    if suspicious:
        _inspect_events(text)


def _inspect_events(text: str) -> None:
    depth = 0
    for event in _events(text):
        line, column = _place(event.start_mark)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            message = "YAML anchors and aliases (`&name`, `*name`) are not supported"
            remedy = "write the value out; share through product.yaml or team.yaml; quote text that begins with & or *"
            raise _RefusedError("alias", message, remedy, line, column)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            message = f"the file nests deeper than {MAX_DEPTH} levels"
            raise _RefusedError("too-deep", message, "flatten it", line, column)


def _events(text: str) -> Iterator[yaml.Event]:
    composer = _Composer(text)
    try:
        while (event := composer.get_event()) is not None:
            yield event
    except yaml.YAMLError as error:
        raise _syntax_refusal(text, error) from None


def _compose(text: str) -> Node | None:
    try:
        root: Node | None = _Composer(text).get_single_node()
    except yaml.YAMLError as error:
        raise _syntax_refusal(text, error) from None
    return root


def _syntax_refusal(text: str, error: yaml.YAMLError) -> _RefusedError:
    line, column = _place(getattr(error, "problem_mark", None))
    what = str(getattr(error, "problem", "") or "")
    if "but found another document" in what:
        return _RefusedError(
            "several-documents",
            "the file holds several documents",
            "keep one; remove `---`",
            line,
            column,
        )
    rows = text.splitlines()
    for row in rows[max(0, line - 2) : line]:
        if _UNQUOTED_PLACEHOLDER.search(row):
            remedy = 'write "${…}" in quotes inside braces and brackets'
            return _RefusedError(
                "unquoted-placeholder", "a `${…}` inside braces is not quoted", remedy, line, column
            )
    if "\t" in "".join(rows[max(0, line - 2) : line]):
        return _RefusedError(
            "tab", "the line is indented with a tab", "indent with spaces", line, column
        )
    remedy = "put text with `: ` or a leading symbol in quotes; check the indentation"
    message = f"this is not valid YAML: {_plain_words(what)}"
    return _RefusedError("yaml-syntax", message, remedy, line, column)


def _place(mark: Any) -> tuple[int, int]:
    """Line and column of a mark, from 1."""
    return (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)


def _plain_words(problem: str) -> str:
    """The parser's reason without text of the file, which may be a secret."""
    return re.sub(r"'[\w.-]{2,}'", "…", problem).strip() or "it cannot be read"


@lru_cache(maxsize=64)
def composed(text: str) -> Node | None:
    """The nodes of a text that was read, with their places in it; None where it holds none."""
    try:
        return _compose(text)
    except _RefusedError:
        return None


def _find(file: str, root: Node | None, path: Path) -> Position:
    if root is None:
        return Position(file)
    node, mark = root, root.start_mark
    for step in path:
        child = _child(node, step)
        if child is None:
            break
        node, mark = child
    return Position(file, mark.line + 1, mark.column + 1)


def _child(node: Node, step: str | int) -> tuple[Node, yaml.Mark] | None:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == step:
                return value, key.start_mark
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark
    return None
