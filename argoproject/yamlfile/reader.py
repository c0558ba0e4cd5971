"""One strict YAML reader for every file of the configuration: `parse`.

Every scalar arrives as text, so that the schema, not YAML 1.1, decides its meaning: `no` stays "no", `1.10` stays
"1.10". An unquoted scalar is a `Plain`, which fields that want a number, a truth value or free-form data convert
(`argoproject.models.values`). Refused with a position: duplicate keys, merges (`<<`), tags, keys that are not text,
keys reserved by Pulumi, invisible characters, and what `argoproject.yamlfile.syntax` refuses of the text as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, TypeAlias

from yaml.nodes import MappingNode, Node, ScalarNode

from argoproject.problems import Caution, Mistake, Position, Problem, Severity
from argoproject.yamlfile.syntax import (
    INVISIBLE,
    MAX_DEPTH,
    PLAIN,
    TOO_DEEP,
    UNTAGGED,
    RefusedError,
    entry_at,
    node_tree,
    nodes_of,
)

__all__ = ["NULLS", "Data", "DataPath", "Document", "Plain", "parse", "path_text", "texts_in"]

DataPath: TypeAlias = tuple[str | int, ...]
"""The place of a value inside a document: keys and list indexes from the root."""

Data: TypeAlias = Any
"""The data of a document: dict, list, str, `Plain`, or None for an empty or null value."""

_RESERVED_KEY = "4dabf18193072939515e22adb298388d"
"""Marks special values (secrets, assets, other resources) between Pulumi's programs and engine: no file may forge one.
Source: pulumi, sdk/go/common/resource/sig."""

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
"""How a null is written without quotes."""


class Plain(str):
    """An unquoted scalar: text whose meaning the schema decides."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read.

    Attributes:
        file: Its name, as users read it in reports.
        text: Its text.
        data: Its data.
        nulls: Whether a null is in it anywhere. Most files have none, and are not searched for them.
        placeholders: The texts of the data with a `${`, each with its place.
    """

    file: str
    text: str = field(repr=False)
    data: Data = field(repr=False)
    nulls: bool = False
    placeholders: tuple[tuple[DataPath, str], ...] = field(default=(), repr=False)

    def position(self, path: DataPath = ()) -> Position:
        """The position of `path`, or of its nearest ancestor that the file has. Parses again: for reports only."""
        node = node_tree(self.text)
        if node is None:
            return Position(self.file)
        mark = node.start_mark
        for step in path:
            found = entry_at(node, step)
            if found is None:
                break
            mark, node = found.first.start_mark, found.value
        return Position(self.file, mark.line + 1, mark.column + 1)

    def problem(
        self,
        *,
        path: DataPath,
        code: str,
        message: str,
        remedy: str = "",
        severity: Severity = Severity.ERROR,
    ) -> Problem:
        """A problem of this file, at the position of `path`."""
        return Problem(
            position=self.position(path),
            path=path_text(path),
            code=code,
            message=message,
            remedy=remedy,
            severity=severity,
        )

    def problems(self, *found: Iterable[tuple[DataPath, Mistake]]) -> Iterator[Problem]:
        """Mistakes with their places in this file, as problems."""
        for path, mistake in chain.from_iterable(found):
            severity = Severity.WARNING if isinstance(mistake, Caution) else Severity.ERROR
            yield self.problem(path=path, severity=severity, **mistake._asdict())


def parse(file: str, raw: bytes) -> tuple[Document, tuple[Problem, ...]]:
    """Read one file.

    Args:
        file: Name of the file for its positions.
        raw: Its bytes.

    Returns:
        The document and no problem, or a document without data and every problem: data of half a file would lead to
        false reports.

    Example:
        >>> document, problems = parse("team.yaml", b"versions: {shop: 1.10}")
        >>> document.data, str(document.position(("versions", "shop")))
        ({'versions': {'shop': '1.10'}}, 'team.yaml:1:12')
        >>> document, problems = parse("team.yaml", b"name: a\\nname: b")
        >>> print(problems[0])
        team.yaml:2:1: the key 'name' is here a second time (keep one; the first is on line 1) [duplicate-key]
    """
    try:
        text, root = nodes_of(raw)
    except RefusedError as refused:
        position = Position(file, refused.line, refused.column)
        problem = Problem(position=position, path="", **refused.mistake._asdict())
        return Document(file, "", {}), (problem,)
    builder = _Builder(file)
    data = builder.build(root) if root is not None else {}
    if builder.problems:
        return Document(file, text, {}), tuple(builder.problems)
    texts = texts_in(data) if "${" in text else ()
    placeholders = tuple((path, value) for path, value in texts if "${" in value)
    return Document(file, text, data, builder.nulls, placeholders), ()


def path_text(path: Sequence[str | int]) -> str:
    """A path as users write it.

    Example:
        >>> path_text(("application", "sources", 1, "path"))
        'application.sources[1].path'
    """
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def texts_in(data: Data, path: DataPath = ()) -> Iterator[tuple[DataPath, str]]:
    """Every text in some data with its place, below the place of the data itself. Keys are not among them.

    Example:
        >>> list(texts_in({"path": "overlays", "files": ["a.yaml"]}))
        [(('path',), 'overlays'), (('files', 0), 'a.yaml')]
    """
    steps: Iterable[tuple[str | int, Data]] = ()
    if isinstance(data, dict | Mapping):
        steps = data.items()
    elif isinstance(data, list | tuple):
        steps = enumerate(data)
    elif isinstance(data, str):
        yield path, data
    for step, item in steps:
        if isinstance(item, str):  # without a generator for each text
            yield (*path, step), item
        else:
            yield from texts_in(item, (*path, step))


_TAG = Mistake(
    "tag", "YAML tags (`!…`) are not supported", "remove the tag; quote text where needed"
)
_KEY_NOT_TEXT = Mistake("key-not-text", "a key must be text", "write one word before the colon")
_MERGE = Mistake("merge-key", "`<<` merges are not supported", "write the keys out")
_RESERVED = Mistake("reserved-key", "this key has a meaning of its own to Pulumi", "remove it")
_EMPTY_ITEM = Mistake(
    "empty-item", "an item of the list is empty", "remove the `-`, or give it a value"
)


class _Builder:
    """Turns the nodes of one file into data, and collects the problems of these nodes."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.nulls = False
        self.depth = 0

    def build(self, node: Node) -> Data:
        if node.__class__ is ScalarNode:
            return self._scalar(node)
        if node.tag != UNTAGGED:
            self._refuse(node, _TAG)
        data: Data = None
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._refuse(node, TOO_DEEP)
        elif node.__class__ is MappingNode:
            data = self._mapping(node)
        else:
            data = [self.build(child) for child in node.value]
            if self.nulls and None in data:
                self._refuse_empty_items(node, data)
        self.depth -= 1
        return data

    def _refuse_empty_items(self, node: Node, items: Sequence[Data]) -> None:
        """Refuse items without a value, such as a `-` that is left over.

        Kubernetes reads one as an empty object, and an empty rule of a network policy permits everything.
        """
        for child, item in zip(node.value, items, strict=True):
            if item is None and child.__class__ is ScalarNode:
                self._refuse(child, _EMPTY_ITEM)

    def _mapping(self, node: MappingNode) -> dict[str, Data]:
        result: dict[str, Data] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if key_node.__class__ is not ScalarNode:
                self._refuse(key_node, _KEY_NOT_TEXT)
                continue
            if key in result:
                first = next(other for other, _ in node.value if other.value == key)
                message = f"the key {key!r} is here a second time"
                remedy = f"keep one; the first is on line {first.start_mark.line + 1}"
                self._refuse(key_node, Mistake("duplicate-key", message, remedy))
            elif key == _RESERVED_KEY:
                self._refuse(key_node, _RESERVED)
            elif key == "<<":
                self._refuse(key_node, _MERGE)
            elif not key.isprintable() or key_node.tag not in (PLAIN, UNTAGGED):
                self._scalar(key_node)
            result[key] = (
                self._scalar(value_node)
                if value_node.__class__ is ScalarNode
                else self.build(value_node)
            )
        return result

    def _scalar(self, node: ScalarNode) -> str | None:
        value: str = node.value
        if not value.isprintable() and (found := INVISIBLE.search(value)):
            message = f"the text holds the invisible character U+{ord(found.group()):04X}"
            self._refuse(node, Mistake("invisible-character", message, "remove it"))
        if node.tag == PLAIN:
            if value not in NULLS:
                return Plain(value)
            self.nulls = True
            return None
        if node.tag != UNTAGGED:
            self._refuse(node, _TAG)
        return value

    def _refuse(self, node: Node, mistake: Mistake) -> None:
        mark = node.start_mark
        position = Position(self.file, mark.line + 1, mark.column + 1)
        self.problems.append(Problem(position=position, path="", **mistake._asdict()))
