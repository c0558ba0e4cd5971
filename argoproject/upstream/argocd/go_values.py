"""Values of Go templates, of which only Argo CD may know some, and functions that can read those.

Values are those of JSON; `Unknown` is a value that only Argo CD knows, `Open` a map that may have further keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

__all__ = [
    "EXACT",
    "PARTLY",
    "TYPE_NAMES",
    "ForeignTextError",
    "Open",
    "Parameters",
    "TemplateError",
    "Unknown",
    "fits",
    "has_foreign",
    "is_true",
    "refuse_foreign",
    "undecided",
]

Parameters = Mapping[str, Any]
"""The values that fill one generated Application: `{"name": "a", "path": {"basename": "b"}}`."""

EXACT = 2**53
"""Whole numbers below it are exact as floats, which the numbers of JSON are in Go."""


class Unknown(Enum):
    """A value that only Argo CD will know. Functions and fields of it are unknown as well."""

    TEXT = "a text"
    ANY = "anything"
    FOREIGN = "foreign text"
    """Text that people outside the team write, such as the title of a pull request. Printing it, or passing it to a
    function, raises `ForeignTextError`; comparing it does not."""


class Open(dict[str, Any]):
    """A map of which only some keys are known; the others may have any value."""


class TemplateError(ValueError):
    """A template that Argo CD does not parse or execute: it would generate nothing.

    Attributes:
        path: The generator's field that fails, from the list of generators on; empty for a template of the set.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy
        self.path: tuple[str | int, ...] = ()


class ForeignTextError(TemplateError):
    """A template that fills in an `Unknown.FOREIGN`."""


def refuse_foreign(value: Any) -> None:
    """Refuse foreign text, also inside a map or a list.

    Raises:
        ForeignTextError: There is some.
    """
    if has_foreign(value):
        raise ForeignTextError("anyone who may push or open a pull request writes this text", "")


def has_foreign(value: Any) -> bool:
    """Whether a value is foreign text, or a map or a list with some."""
    if isinstance(value, Mapping):
        return any(map(has_foreign, value.values()))
    return any(map(has_foreign, value)) if isinstance(value, list) else value is Unknown.FOREIGN


def undecided(*values: Any) -> Unknown:
    """The unknown value that may be any of these, or a part of one: foreign text, if it could be some."""
    return Unknown.FOREIGN if any(map(has_foreign, values)) else Unknown.ANY


def is_true(value: Any) -> bool | None:
    """Go's truth of a value; None where it is unknown. An `Open` map may be empty."""
    if isinstance(value, Unknown | Open):
        return None
    return bool(value)


_OF_TYPES: Mapping[str, tuple[type, ...]] = {
    "s": (str,),
    "i": (int,),
    "f": (int, float),
    "b": (bool,),
    "m": (dict,),
    "l": (list,),
}
TYPE_NAMES = {
    "s": "a text",
    "i": "a whole number",
    "f": "a number",
    "b": "a truth value",
    "m": "a map",
    "l": "a list",
}


def fits(kind: str, value: Any) -> bool:
    """Whether a value may be an argument of a kind, one letter of a signature; True where it is unknown."""
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
    return undecided(*values) if empty is None else values[0] if empty else values[1]


def _empty(value: Any) -> bool | None:
    true = is_true(value)
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
    return undecided(data)


def _index(values: list[Any]) -> Any:
    value, *keys = values
    for key in keys:
        if isinstance(value, Unknown) or isinstance(key, Unknown):
            if value is Unknown.TEXT and isinstance(key, str):
                raise TemplateError("index needs a list or a map", "name one of the generator")
            return undecided(value)
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


def _not(values: list[Any]) -> Any:
    true = is_true(values[0])
    return Unknown.ANY if true is None else not true


def _dig(values: list[Any]) -> Any:
    *keys, otherwise, value = values if len(values) > 2 else (None, None, Unknown.ANY)
    for key in keys:
        if not isinstance(value, dict) or not isinstance(key, str) or isinstance(value, Open):
            return undecided(value, otherwise)
        if key not in value:
            return otherwise
        value = value[key]
    return value


def _ternary(values: list[Any]) -> Any:
    first, second, choice = values
    return undecided(first, second) if isinstance(choice, Unknown) else first if choice else second


PARTLY: Mapping[str, Callable[[list[Any]], Any]] = {
    "default": _default,
    "hasKey": _has_key,
    "get": _get,
    "index": _index,
    "eq": _eq,
    "ne": lambda values: _not([_eq(values)]),
    "dig": _dig,
    "ternary": _ternary,
    "not": _not,
    "empty": lambda values: Unknown.ANY if _empty(values[0]) is None else _empty(values[0]),
}
"""Functions that have a result, or a part of one, although some of their arguments are unknown."""
