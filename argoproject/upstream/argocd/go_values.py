"""What a Go template of an ApplicationSet becomes for the values of one element, as far as that can be known.

Values are those of JSON; `Unknown` is a value that only Argo CD knows, `Open` a map that may have further keys. A
function that is not computed here yields `Unknown.ANY`. Nothing is computed that Argo CD computes differently, and what
fails here fails there: a test compares both. Source: Go 1.26, text/template/exec.go; sprig 3.3.0; argo-cd v3.5,
applicationset/utils/template_functions.go.
"""

from __future__ import annotations

import base64
import difflib
import hashlib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any

from argoproject.upstream.argocd.go_templates import (
    FUNCTIONS,
    Argument,
    Block,
    Command,
    Node,
    Pipe,
    TemplateError,
    parse,
)

__all__ = ["ForeignTextError", "Open", "Unknown", "is_templated", "render"]


class Unknown(Enum):
    """A value that is not known."""

    TEXT = "a text"
    ANY = "anything"
    FOREIGN = "a text of people outside of the team"
    """Refused where it becomes part of a text, or of what a function gets."""


class Open(dict[str, Any]):
    """A map of which only some keys are known; the others may have any value."""


class ForeignTextError(TemplateError):
    """A template that fills in an `Unknown.FOREIGN`."""


_MISSING = object()
_ROUND = 2**53
_MARK = "\0"
"""Takes the place of an unknown part of a text; no text of a YAML file has it."""


def is_templated(text: object) -> bool:
    """Whether a text has templates, which a generator's values fill."""
    return isinstance(text, str) and "{{" in text


def render(text: str, values: Mapping[str, Any]) -> str | None:
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

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._variables: dict[str, Any] = {"$": values}

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
        true = _is_true(value)
        if node.kind == "range" and isinstance(value, str | bool | int | float):
            raise TemplateError("range needs a list or a map", "name a list of the generator")
        if node.kind == "range" and true is not False:
            found = self._range(node, value)
        elif true is None:
            inner = value if node.kind == "with" else dot
            found = [_MARK, *self.nodes(node.then, inner), *self.nodes(node.otherwise, dot)]
        elif true:
            found = self.nodes(node.then, value if node.kind == "with" else dot)
        else:
            found = self.nodes(node.otherwise, dot)
        changed = found and _MARK in found
        # A variable that a branch sets keeps its value afterwards; which branch runs may not be known.
        self._variables = {
            name: Unknown.ANY
            if changed and self._variables.get(name) != old
            else self._variables[name]
            for name, old in before.items()
        }
        return found

    def _range(self, node: Block, value: Any) -> list[str]:
        _refuse_foreign(value)
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
        return value

    def _command(self, command: Command, dot: Any, last: Any) -> Any:
        first, *rest = command.arguments
        if first.kind == "function":
            if first.value in ("and", "or"):
                return self._decided(str(first.value), rest, dot, last)
            values = [self._argument(item, dot) for item in rest]
            values += [] if last is _MISSING else [last]
            return _fields(_call(str(first.value), values), first.fields)
        if rest or last is not _MISSING:
            name = "." + ".".join(first.fields) if first.fields else "this"
            raise TemplateError(
                f"{name} is no function", "write a function first: {{ lower .name }}"
            )
        return self._argument(first, dot)

    def _decided(self, name: str, items: Sequence[Argument], dot: Any, last: Any) -> Any:
        """`and` and `or`: what follows the argument that decides is not evaluated."""
        value: Any = last
        for item in items:
            value = self._argument(item, dot)
            true = _is_true(value)
            if true is None or true is (name == "or"):
                return Unknown.ANY if true is None else value
        if value is _MISSING:
            raise TemplateError(f"{name} takes 1 or more arguments, these are 0", "add them")
        return value if last is _MISSING else last

    def _argument(self, item: Argument, dot: Any) -> Any:
        match item.kind:
            case "field":
                value = dot
            case "variable":
                value = self._variables.get(str(item.value), Unknown.ANY)
            case "function":
                value = _call(str(item.value), [])
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


def _refuse_foreign(value: Any) -> None:
    items = (
        value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    )
    if value is Unknown.FOREIGN:
        raise ForeignTextError("anybody who may push or open a pull request writes this text", "")
    for item in items:
        _refuse_foreign(item)


def _printed(value: Any, node: Pipe) -> str:
    _refuse_foreign(value)
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
        case float():
            return str(int(value)) if value.is_integer() and 0 < abs(value) < _ROUND else _MARK
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


def _is_true(value: Any) -> bool | None:
    if isinstance(value, Unknown | Open):
        return None
    return bool(value)


_SELECTING = ("index", "get", "hasKey", "dig")
"""Functions that give a part of a value unchanged."""

_COMPARING = ("eq", "ne", "contains", "hasPrefix", "hasSuffix")
"""Functions whose result is no text."""

_OF_TYPES: Mapping[str, tuple[type, ...]] = {
    "s": (str,),
    "i": (int,),
    "f": (int, float),
    "b": (bool,),
    "m": (dict,),
    "l": (list,),
}
_NAMES = {
    "s": "a text",
    "i": "a whole number",
    "f": "a number",
    "b": "a truth value",
    "m": "a map",
    "l": "a list",
}


def _call(name: str, values: list[Any]) -> Any:
    """The result of a function, after the number and the types of its arguments."""
    if name in _COMPARING:
        values = [Unknown.TEXT if value is Unknown.FOREIGN else value for value in values]
    elif name not in _SELECTING or Unknown.FOREIGN in values:
        _refuse_foreign(values)
    signature = FUNCTIONS[name]
    repeated = signature.endswith("*")
    types = signature.rstrip("*")
    least = len(types) - repeated
    least = 2 if name == "eq" else least
    if len(values) < least or (not repeated and len(values) > len(types)):
        number = f"{least} or more" if repeated else str(len(types))
        message = f"{name} takes {number} arguments, these are {len(values)}"
        raise TemplateError(message, f"write a field of that name as .{name}")
    for at, value in enumerate(values):
        kind = types[min(at, len(types) - 1)]
        if not _fits(kind, value):
            raise TemplateError(
                f"{name} needs {_NAMES[kind]}", "convert it, for example with toString"
            )
    if name in _PARTLY:
        return _PARTLY[name](values)
    known = all(not isinstance(item, Unknown | Open) for item in values)
    if known and name in _COMPUTED:
        return _COMPUTED[name](*values)
    return Unknown.TEXT if name in _GIVES_TEXT else Unknown.ANY


def _fits(kind: str, value: Any) -> bool:
    if value is Unknown.ANY or kind not in _OF_TYPES:
        return True
    if value is Unknown.TEXT:
        return kind == "s"
    if value is None or (isinstance(value, bool) and kind != "b"):
        return False
    return isinstance(value, _OF_TYPES[kind])


def _default(values: list[Any]) -> Any:
    if len(values) < 2:
        return values[0]
    empty = _empty(values[1])
    return Unknown.ANY if empty is None else values[0] if empty else values[1]


def _empty(value: Any) -> bool | None:
    true = _is_true(value)
    return None if true is None else not true


def _has_key(values: list[Any]) -> Any:
    data, key = values
    if isinstance(data, dict) and isinstance(key, str):
        return True if key in data else Unknown.ANY if isinstance(data, Open) else False
    return Unknown.ANY


def _get(values: list[Any]) -> Any:
    data, key = values
    if isinstance(data, dict) and isinstance(key, str):
        return data.get(key, Unknown.ANY if isinstance(data, Open) else "")
    return Unknown.ANY


def _index(values: list[Any]) -> Any:
    value, *keys = values
    for key in keys:
        if isinstance(value, Unknown) or isinstance(key, Unknown):
            if value is Unknown.TEXT and isinstance(key, str):
                raise TemplateError("index needs a list or a map", "name one of the generator")
            return Unknown.ANY
        if isinstance(value, dict) and isinstance(key, str):
            value = value.get(key, Unknown.ANY if isinstance(value, Open) else None)
        elif isinstance(value, list) and isinstance(key, int) and not isinstance(key, bool):
            if not 0 <= key < len(value):
                raise TemplateError(f"the list has no item {key}", f"it has {len(value)}")
            value = value[key]
        elif isinstance(value, str) and isinstance(key, int):
            return Unknown.ANY
        else:
            raise TemplateError("index needs a list or a map", "name one of the generator")
    return value


def _eq(values: list[Any]) -> Any:
    first, *others = values
    result: Any = False
    for other in others:
        for value in (first, other):
            if isinstance(value, dict | list) or value is None:
                return Unknown.ANY
        if Unknown.ANY in (first, other):
            return Unknown.ANY
        kinds = {_kind(first), _kind(other)}
        if len(kinds) > 1:
            message = f"{' and '.join(sorted(kinds))} cannot be compared"
            raise TemplateError(message, "convert one of them, for example with toString")
        if Unknown.TEXT in (first, other):
            result = Unknown.ANY
        elif first == other:
            return True
    return result


def _kind(value: Any) -> str:
    if value is Unknown.TEXT or isinstance(value, str):
        return "a text"
    if isinstance(value, bool):
        return "a truth value"
    return "a number of the template" if isinstance(value, int) else "a number of the element"


def _ne(values: list[Any]) -> Any:
    return _not([_eq(values)])


def _not(values: list[Any]) -> Any:
    true = _is_true(values[0])
    return Unknown.ANY if true is None else not true


def _dig(values: list[Any]) -> Any:
    *keys, otherwise, value = values if len(values) > 2 else (None, None, Unknown.ANY)
    for key in keys:
        if not isinstance(value, dict) or not isinstance(key, str) or isinstance(value, Open):
            return Unknown.ANY
        if key not in value:
            return otherwise
        value = value[key]
    return value


def _ternary(values: list[Any]) -> Any:
    first, second, choice = values
    return Unknown.ANY if isinstance(choice, Unknown) else first if choice else second


_PARTLY: Mapping[str, Callable[[list[Any]], Any]] = {
    "default": _default,
    "hasKey": _has_key,
    "get": _get,
    "index": _index,
    "eq": _eq,
    "ne": _ne,
    "dig": _dig,
    "ternary": _ternary,
    "not": _not,
    "empty": lambda values: Unknown.ANY if _empty(values[0]) is None else _empty(values[0]),
}


def _normalize(text: str) -> Any:
    lower = re.sub(r"[^-a-z0-9.]", "-", text.lower())
    return lower[:253].strip("-.") if text.isascii() else Unknown.TEXT


def _printf(form: str, *values: Any) -> Any:
    if form.count("%s") != form.count("%") or form.count("%s") != len(values):
        return Unknown.TEXT
    if not all(isinstance(item, str) for item in values):
        return Unknown.TEXT
    return form % values


def _trunc(number: int, text: str) -> Any:
    if not text.isascii():
        return Unknown.TEXT
    if number < 0:
        return text[number:] if -number < len(text) else text
    return text[:number]


_WORDS = re.compile(r"(?:[A-Z]?[a-z]+)(?:[-_ ]?[A-Z]?[a-z]+)*")
_WORD = re.compile(r"[A-Z]?[a-z]+")


def _words(text: str, join: Callable[[str], str]) -> Any:
    """A text of plain words in another form. Those with digits, other signs or capitals side by side are not computed.

    Source: github.com/huandu/xstrings 1.5.0, convert.go. `{{ kebabcase "ShopApi_eu" }}` is `shop-api-eu`.
    """
    return join(text) if _WORDS.fullmatch(text) else Unknown.TEXT


def _joined(sign: str) -> Callable[[str], Any]:
    return lambda text: _words(text, lambda it: sign.join(_WORD.findall(it)).lower())


def _capitals(text: str) -> str:
    return re.sub("(?<![A-Za-z0-9_])[a-z]", lambda match: match[0].upper(), text)


def _substr(start: int, end: int, text: str) -> Any:
    if not text.isascii() or start < 0 or start > len(text) or 0 <= end < start:
        return Unknown.TEXT
    return text[start:] if end < 0 else text[start:end]


def _of_texts(function: Callable[..., str]) -> Callable[..., Any]:
    """A function of plain texts; of others it is not computed."""
    plain = re.compile(r"[ !#-\[\]-~]*")
    return lambda *values: (
        function(values)
        if all(isinstance(item, str) and plain.fullmatch(item) for item in values)
        else Unknown.TEXT
    )


def _of_numbers(function: Callable[..., int]) -> Callable[..., Any]:
    """A function of whole numbers that are small enough for every reader of JSON."""

    def compute(*values: Any) -> Any:
        whole = [item for item in values if type(item) in (int, float) and item == int(item)]
        result = function(*map(int, whole)) if len(whole) == len(values) else _ROUND
        return result if abs(result) < _ROUND else Unknown.ANY

    return compute


def _indented(count: int, text: str, before: str = "") -> Any:
    if not 0 <= count < 100:
        return Unknown.TEXT
    pad = " " * count
    return before + pad + text.replace("\n", "\n" + pad)


def _digest(name: str) -> Callable[[str], str]:
    return lambda text: hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


def _of_ascii(function: Callable[[str], str]) -> Callable[[str], Any]:
    return lambda text: function(text) if text.isascii() else Unknown.TEXT


_COMPUTED: Mapping[str, Callable[..., Any]] = {
    "lower": _of_ascii(str.lower),
    "upper": _of_ascii(str.upper),
    "trim": _of_ascii(lambda text: text.strip(" \t\n\v\f\r")),
    "trimPrefix": lambda prefix, text: text.removeprefix(prefix),
    "trimSuffix": lambda suffix, text: text.removesuffix(suffix),
    "replace": lambda old, new, text: text.replace(old, new) if old else Unknown.TEXT,
    "contains": lambda part, text: part in text,
    "hasPrefix": lambda prefix, text: text.startswith(prefix),
    "hasSuffix": lambda suffix, text: text.endswith(suffix),
    "splitList": lambda sign, text: text.split(sign) if sign else Unknown.ANY,
    "trunc": _trunc,
    "kebabcase": _joined("-"),
    "snakecase": _joined("_"),
    "camelcase": lambda text: _words(
        text, lambda it: "".join(part[:1].upper() + part[1:] for part in re.split("[-_ ]", it))
    ),
    "title": _of_ascii(_capitals),
    "nospace": _of_ascii(lambda text: re.sub(r"[ \t\n\v\f\r]", "", text)),
    "trimAll": lambda signs, text: text.strip(signs) if signs else text,
    "repeat": lambda count, text: text * count if 0 <= count < 100 else Unknown.TEXT,
    "substr": _substr,
    "indent": _indented,
    "nindent": lambda count, text: _indented(count, text, "\n"),
    "quote": _of_texts(lambda values: " ".join(f'"{item}"' for item in values)),
    "squote": _of_texts(lambda values: " ".join(f"'{item}'" for item in values)),
    "cat": _of_texts(" ".join),
    "sha256sum": _digest("sha256"),
    "sha1sum": _digest("sha1"),
    "b64enc": lambda text: base64.b64encode(text.encode()).decode(),
    "len": lambda value: (
        len(value)
        if isinstance(value, list | dict) or (isinstance(value, str) and value.isascii())
        else Unknown.ANY
    ),
    "add": _of_numbers(lambda *values: sum(values)),
    "sub": _of_numbers(lambda first, second: first - second),
    "mul": _of_numbers(lambda *values: math.prod(values)),
    "add1": _of_numbers(lambda value: value + 1),
    "int": _of_numbers(lambda value: value),
    "normalize": _normalize,
    "printf": _printf,
    "toString": lambda value: value if isinstance(value, str) else Unknown.TEXT,
    "list": lambda *values: list(values),
    "first": lambda value: value[0] if isinstance(value, list) and value else Unknown.ANY,
    "last": lambda value: value[-1] if isinstance(value, list) and value else Unknown.ANY,
    "join": lambda sign, value: (
        sign.join(value)
        if isinstance(value, list) and all(isinstance(item, str) for item in value)
        else Unknown.TEXT
    ),
}

_TEXTS = """lower upper trim trimPrefix trimSuffix trimAll replace trunc normalize slugify printf print quote squote
toString toJson toYaml join title kebabcase nospace camelcase snakecase sha256sum sha1sum b64enc indent nindent repeat
substr cat"""
_GIVES_TEXT = frozenset(_TEXTS.split())
"""Functions whose result is a text, although it is not computed here."""
