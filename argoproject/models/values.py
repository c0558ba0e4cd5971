"""Values that a scalar's text becomes: dates, truth values, whole numbers, and data of other products.

`argoproject.models.scalars` has the types that stay text. Here too the docstring of each type lists what it accepts and
what it refuses, all of it unquoted in YAML.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, WithJsonSchema

from argoproject.models.scalars import refuse
from argoproject.yamlfile.reader import Plain

__all__ = [
    "Count",
    "Date",
    "Flag",
    "FreeForm",
    "FreeMap",
    "FreeMaps",
    "free_form",
    "is_ambiguous",
    "read_count",
    "read_date",
    "read_flag",
]

_INT = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"(?:-?(?:0|[1-9][0-9]*)\.[0-9]+|\.[0-9]+)(?:[eE][+-][0-9]+)?")
"""Numbers with a fraction that every reader of YAML 1.1 and 1.2 reads as such."""

_NUMBER_LIKE = re.compile(
    r"[-+]?(?:0[oO][0-7]*|0[xX][0-9a-fA-F]*|0[bB][01]*|[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?"
    r"|\.[0-9]+(?:[eE][-+]?[0-9]+)?|\.(?:inf|Inf|INF))|\.(?:nan|NaN|NAN)"
)
"""What some reader takes for a number. Source: YAML 1.1, types int and float; YAML 1.2, core schema; go-yaml v2, which
Kubernetes, Helm and Argo CD use. Readers leave out `_` before they look."""

_INT_LIMIT = 2**63
_LEADING_ZERO = re.compile(r"[+-]?0[0-9]+")
_TRUE_WORDS = frozenset({"y", "Y", "yes", "Yes", "YES", "on", "On", "ON"})
_FALSE_WORDS = frozenset({"n", "N", "no", "No", "NO", "off", "Off", "OFF"})
_FLAGS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def read_date(value: Any) -> Any:
    """A date from its text. Values of other types are left to pydantic."""
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            refuse(
                code="date",
                message=f"{value!r} is not a date",
                remedy="write year-month-day, for example 2026-12-24",
            )
    return value


Date: TypeAlias = Annotated[
    dt.date, BeforeValidator(read_date), WithJsonSchema({"type": "string", "format": "date"})
]
"""A day. Accepts `2026-12-24`; refuses `2026-13-01`, `24.12.2026`, `tomorrow`."""


def read_flag(value: Any) -> Any:
    """A truth value from its unquoted text (`"true"` in quotes is text). Other types are left to pydantic."""
    if not isinstance(value, str):
        return value
    if value.__class__ is not Plain:
        message = "a truth value must not be quoted"
        refuse(code="flag", message=message, remedy="write true or false")
    if value not in _FLAGS:
        message = f"{str(value)!r} is not a truth value"
        refuse(code="flag", message=message, remedy="write true or false")
    return _FLAGS[value]


def read_count(value: Any) -> Any:
    """A whole number from its text. Values of other types are left to pydantic."""
    if not isinstance(value, str):
        return value
    if not _INT.fullmatch(value):
        zero = _LEADING_ZERO.fullmatch(value)
        remedy = f"write {value.lstrip('+-0') or '0'}" if zero else "write digits"
        message = f"{str(value)!r} is not a whole number"
        refuse(code="number", message=message, remedy=remedy)
    return int(value)


def free_form(value: Any, *, path: tuple[str | int, ...] = ()) -> Any:
    """Data of Kubernetes, Argo CD or a chart, with its unquoted scalars read as YAML 1.2 reads them.

    Scalars that YAML readers understand differently are refused: `no` and `y` (text or a truth value), `012`, `0o14`,
    `1_000`, `1e3` and `+5` (text or different numbers). So is a key without a value: Kubernetes may read it as an empty
    object, which in a network policy is everybody. `creationTimestamp: null`, which kubectl writes, is left out.

    Args:
        value: What the strict reader gave for the field.
        path: Place of `value` below the field.

    Raises:
        PydanticCustomError: For an ambiguous scalar, a null, or a number beyond the range of floats.

    Example:
        >>> free_form({"replicas": Plain("3"), "tag": "3", "ratio": Plain("1.50"), "at": Plain("12:30")})
        {'replicas': 3, 'tag': '3', 'ratio': 1.5, 'at': '12:30'}
    """
    if value.__class__ is Plain:
        return _free_scalar(value, path)
    if isinstance(value, dict):
        return {
            key: free_form(item, path=(*path, key))
            for key, item in value.items()
            if not (item is None and key == "creationTimestamp")
        }
    if value is None:
        message, remedy = "has no value", "write one, {} for an empty object, or remove the line"
        refuse(code="empty-value", message=message, remedy=remedy, path=path)
    if isinstance(value, list | tuple):
        return [free_form(item, path=(*path, index)) for index, item in enumerate(value)]
    return value


def _free_scalar(value: str, path: tuple[str | int, ...]) -> Any:
    if value in _FLAGS:
        return _FLAGS[value]
    if is_ambiguous(value):
        word = "true" if value in _TRUE_WORDS else "false" if value in _FALSE_WORDS else ""
        kind = "a truth value" if word else "a number"
        clear = word or _decimal(value)
        refuse(
            code="ambiguous-scalar",
            message=f"{str(value)!r} is text to some YAML readers and {kind} to others",
            remedy=f'write {clear}, or "{value}" in quotes'
            if clear
            else f'write "{value}" in quotes',
            path=path,
        )
    if _INT.fullmatch(value) and abs(int(value)) < _INT_LIMIT:
        return int(value)
    if _FLOAT.fullmatch(value) and math.isfinite(float(value)):
        return float(value)
    if _NUMBER_LIKE.fullmatch(value):
        refuse(
            code="number",
            message=f"{str(value)!r} is beyond what a number can be",
            remedy="write a smaller number, or text in quotes",
            path=path,
        )
    return str(value)


def is_ambiguous(text: str) -> bool:
    """Whether an unquoted scalar is one thing to some YAML readers and another to others.

    Example:
        `y`, `no`, `0o644`, `1_000`, `1e3`, `+5` and `.inf` are; `true`, `1.50`, `1.5e+3` and `v1` are not.
    """
    if text in _TRUE_WORDS or text in _FALSE_WORDS:
        return True
    if text.startswith("_") or not _NUMBER_LIKE.fullmatch(text.replace("_", "")):
        return False
    return not (_INT.fullmatch(text) or _FLOAT.fullmatch(text))


def _decimal(text: str) -> str:
    """The number that a text may mean, as all readers read it; empty where that is not clear."""
    plain = text.replace("_", "").lower()
    if re.fullmatch(r"[-+]?0[0-9]+", plain):
        return "the number without leading zeros"
    try:
        number = (
            int(plain, 0) if plain.lstrip("+-").startswith(("0x", "0o", "0b")) else float(plain)
        )
    except ValueError:
        return ""
    if not math.isfinite(number):
        return ""
    return str(int(number)) if number == int(number) else repr(float(number))


_FREE = BeforeValidator(free_form)

Flag: TypeAlias = Annotated[bool, BeforeValidator(read_flag), WithJsonSchema({"type": "boolean"})]
"""A truth value, without quotes. Accepts `true`, `False`; refuses `yes`, `on`, `1`."""

Count: TypeAlias = Annotated[int, BeforeValidator(read_count), WithJsonSchema({"type": "integer"})]
"""A whole number. Bounds are rules of the fields. Accepts `42`, `0`, `-1`; refuses `042`, `1.5`, `1e3`, `many`."""

FreeForm: TypeAlias = Annotated[Any, _FREE]
"""Data whose structure another product defines: values of a chart, a strategy. See `free_form`.
Accepts `true`, `3`, `1.50`, `12:30`, `v1`; refuses `no`, `y`, `012`, `0x1F`, `1_000`, `1e3`, `+5`."""

FreeMap: TypeAlias = Annotated[Mapping[str, Any], _FREE]
"""A mapping of such data."""

FreeMaps: TypeAlias = Annotated[tuple[Mapping[str, Any], ...], _FREE]
"""A list of such mappings."""
