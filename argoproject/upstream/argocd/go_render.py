"""What a Go template of an ApplicationSet becomes for the values of one element, as far as that can be known.

Nothing is computed that Argo CD computes differently, and what fails here fails there:
tests/upstream/argocd/test_go_templates.py compares both. Source: Go 1.26, text/template/exec.go.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from argoproject.upstream.argocd.go_functions import call
from argoproject.upstream.argocd.go_templates import (
    Argument,
    Block,
    Command,
    Node,
    Pipe,
    parse,
)
from argoproject.upstream.argocd.go_values import (
    EXACT,
    ForeignTextError,
    Open,
    Parameters,
    TemplateError,
    Unknown,
    has_foreign,
    is_true,
    refuse_foreign,
    undecided,
)
from argoproject.upstream.urls import with_gaps
from argoproject.yamlfile.reader import DataPath

__all__ = [
    "beginning",
    "could_yield",
    "fill",
    "fill_text",
    "is_templated",
    "render",
    "shortest",
    "templated_texts",
]

_ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_MISSING = object()
_MARK = "\0"
"""Takes the place of an unknown part of a text; no text of a YAML file has it."""


def is_templated(text: object) -> bool:
    """Whether a text has templates, which a generator's values fill."""
    return isinstance(text, str) and "{{" in text


def render(text: str, values: Parameters) -> str | None:
    """A text with its templates filled; None where a part of it cannot be known.

    Raises:
        TemplateError: Argo CD would not generate the Application; or a map or a list would become part of the text.

    Example:
        `render("x/{{ .path.basename | upper }}", {"path": {"basename": "b"}})` is `x/B`.
    """
    if not is_templated(text):
        return text
    printed = "".join(_Run(values).nodes(parse(text), values))
    return None if _MARK in printed else printed


class _Run:
    """One evaluation: its variables, and the values of the element."""

    def __init__(self, values: Parameters) -> None:
        self._variables: dict[str, Any] = {"$": values}
        self._foreign: set[str] = set()
        """Variables to which foreign text was assigned, perhaps in a branch that does not run."""

    def nodes(self, nodes: Sequence[Node], dot: Any) -> list[str]:
        printed: list[str] = []
        for node in nodes:
            match node:
                case str():
                    printed.append(node)
                case Pipe():
                    value = self._pipe(node, dot)
                    printed += [] if node.variables else [_printed(value, node)]
                case Block():
                    printed += self._block(node, dot)
        return printed

    def _block(self, node: Block, dot: Any) -> list[str]:
        before = dict(self._variables)
        value = self._pipe(node.pipe, dot)
        true = is_true(value)
        if node.kind == "range" and isinstance(value, str | bool | int | float):
            raise TemplateError("range needs a list or a map", "name a list of the generator")
        if node.kind == "range" and true is not False:
            found = self._range(node, value)
        elif true is None:
            inner = value if node.kind == "with" else dot
            # Both branches are evaluated, so that a mistake in either is found.
            found = [_MARK, *self.nodes(node.then, inner), *self.nodes(node.otherwise, dot)]
        elif true:
            found = self.nodes(node.then, value if node.kind == "with" else dot)
        else:
            found = self.nodes(node.otherwise, dot)
        changed = found and _MARK in found
        # A variable that a branch sets keeps its value afterwards; which branch runs may not be known.
        self._variables = {
            name: self._either(name)
            if changed and self._variables.get(name) != old
            else self._variables[name]
            for name, old in before.items()
        }
        return found

    def _either(self, name: str) -> Unknown:
        """The value of a variable that a branch sets, where only Argo CD knows which branch runs."""
        return Unknown.FOREIGN if name in self._foreign else Unknown.ANY

    def _range(self, node: Block, value: Any) -> list[str]:
        refuse_foreign(value)
        names = node.pipe.variables
        if isinstance(value, list) and None not in value:
            found: list[str] = []
            for index, item in enumerate(value):
                self._variables |= dict(zip(reversed(names), (item, index), strict=False))
                found += self.nodes(node.then, item)
            return found
        if value is Unknown.TEXT:
            raise TemplateError("range needs a list or a map", "name a list of the generator")
        self._variables |= dict.fromkeys(names, Unknown.ANY)
        return [_MARK, *self.nodes(node.then, Unknown.ANY)]

    def _pipe(self, pipe: Pipe, dot: Any) -> Any:
        value: Any = _MISSING
        for command in pipe.commands:
            value = self._command(command, dot, value)
        if pipe.variables and len(pipe.variables) == 1:
            self._variables[pipe.variables[0]] = value
            if has_foreign(value):
                self._foreign.add(pipe.variables[0])
        return value

    def _command(self, command: Command, dot: Any, last: Any) -> Any:
        first, *rest = command.arguments
        if first.kind == "function":
            if first.value in ("and", "or"):
                return self._decided(str(first.value), rest, dot, last)
            values = [self._argument(item, dot) for item in rest]
            values += [] if last is _MISSING else [last]
            return _fields(call(str(first.value), values), first.fields)
        if rest or last is not _MISSING:
            name = "." + ".".join(first.fields) if first.fields else "this"
            raise TemplateError(
                f"{name} is not a function", "write a function first: {{ lower .name }}"
            )
        return self._argument(first, dot)

    def _decided(self, name: str, items: Sequence[Argument], dot: Any, last: Any) -> Any:
        """`and` and `or`: the argument that decides is the result, and what follows it is not evaluated."""
        value: Any = last
        for at, item in enumerate(items):
            value = self._argument(item, dot)
            true = is_true(value)
            if true is None:
                return undecided(value, *(self._possible(it, dot) for it in items[at + 1 :]), last)
            if true is (name == "or"):
                return value
        if value is _MISSING:
            raise TemplateError(f"{name} takes 1 or more arguments, got 0", "add them")
        return value if last is _MISSING else last

    def _possible(self, item: Argument, dot: Any) -> Any:
        """The value of an argument that may not be evaluated, so that it may fail."""
        try:
            return self._argument(item, dot)
        except ForeignTextError:
            raise
        except TemplateError:
            return Unknown.ANY

    def _argument(self, item: Argument, dot: Any) -> Any:
        match item.kind:
            case "field":
                value = dot
            case "variable":
                value = self._variables.get(str(item.value), Unknown.ANY)
            case "function":
                value = call(str(item.value), [])
            case "pipe":
                value = self._pipe(item.value, dot)
            case _:
                value = item.value
        return _fields(value, item.fields)


def _fields(value: Any, fields: Sequence[str]) -> Any:
    """The value of a field inside a value: with `missingkey=error` a missing one is an error."""
    for at, name in enumerate(fields):
        if isinstance(value, Mapping):
            if name in value:
                value = value[name]
                continue
            if isinstance(value, Open):
                return Unknown.ANY
            path = ".".join(fields[: at + 1])
            known = {item.lower(): item for item in value}
            near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.6)
            listed = f"known: {', '.join(sorted(value))}" if value else "there is none"
            remedy = f"did you mean {known[near[0]]}?" if near else listed
            raise TemplateError(f"the generator yields no field {path!r}", remedy)
        if value is Unknown.ANY:
            return value
        before = ".".join(fields[:at]) or "this"
        raise TemplateError(f"{before} has no fields", f"remove .{name}")
    return value


def _printed(value: Any, node: Pipe) -> str:
    refuse_foreign(value)
    match value:
        case None:
            message = "a missing value becomes the text <no value>"
            raise TemplateError(message, "name a field that the generator yields, or use `default`")
        case Unknown():
            return _MARK
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        # Go prints a negative zero as -0, and large numbers with an exponent.
        case float():
            return str(int(value)) if value.is_integer() and 0 < abs(value) < EXACT else _MARK
        case str():
            return value
    fields = node.commands[-1].arguments[0].fields
    what = f".{'.'.join(fields)}" if fields else "the value"
    kind = "a map" if isinstance(value, Mapping) else "a list"
    example = next(iter(value), "name") if isinstance(value, Mapping) else ""
    remedy = (
        f"write one of its fields, for example {what}.{example}"
        if example
        else "use `index` or `join`"
    )
    if isinstance(value, Mapping) and {"path", "basename"} <= value.keys():
        remedy = f"write {what}.path, or {what}.basename"
    raise TemplateError(f"{what} is {kind}, not a text", remedy)


def fill(data: Any, values: Parameters) -> Any:
    """Data with its templates filled; a text of which a part is unknown becomes `Unknown.TEXT`.

    Raises:
        TemplateError: A template fails for these values.
    """
    if isinstance(data, str):
        text = render(data, values)
        return Unknown.TEXT if text is None else text
    if isinstance(data, Mapping):
        return {render(key, values) or key: fill(item, values) for key, item in data.items()}
    if isinstance(data, list | tuple):
        return [fill(item, values) for item in data]
    return data


def beginning(text: str) -> str:
    """The text with which every result of a template begins: `x` of `x {{- .name }}`."""
    try:
        nodes = parse(text)
    except TemplateError:  # reported elsewhere
        return text.partition("{{")[0]
    return "".join(map(str, takewhile(lambda node: isinstance(node, str), nodes)))


def shortest(text: str) -> str:
    """A text that a template could yield, with one letter for each part that only Argo CD knows: `pr-a`.

    Raises:
        TemplateError: Argo CD would not parse it.
    """
    printed = (item for item in parse(text) if not (isinstance(item, Pipe) and item.variables))
    return "".join(item if isinstance(item, str) else "a" for item in printed)


def fill_text(text: str, values: Parameters) -> str | None:
    """A text with its templates filled; None where a part of it is unknown, or where Argo CD would fail."""
    try:
        return render(text, values)
    except TemplateError:
        return None


def templated_texts(data: Any, path: DataPath = ()) -> Iterator[tuple[DataPath, str]]:
    """Every text with a template in some data, with its place; keys of maps as well, which Argo CD also fills in.

    Example:
        Of `{"a": ["{{ .x }}"], "{{ .y }}": 1}` these are `(("a", 0), "{{ .x }}")` and `(("{{ .y }}",), "{{ .y }}")`.
    """
    if is_templated(data):
        yield path, data
    steps: Iterable[tuple[Any, Any]] = data.items() if isinstance(data, Mapping) else ()
    for step, item in enumerate(data) if isinstance(data, list | tuple) else steps:
        if isinstance(step, str) and is_templated(step):
            yield (*path, step), step
        yield from templated_texts(item, (*path, step))


def could_yield(template: str, text: str) -> bool:
    """Whether some values could turn a template into a text: `a/{{ .x }}.git` into `a/b.git`."""
    literals = list(map(re.escape, _ACTION.split(template)))
    return re.fullmatch(with_gaps(literals), text, re.DOTALL) is not None
