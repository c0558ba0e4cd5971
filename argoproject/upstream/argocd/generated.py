"""What an ApplicationSet's generators yield, where it stands in the configuration and not in a repository.

Source: argo-cd v3.5.7, applicationset/generators/list.go and matrix.go, applicationset/utils/utils.go
`RenderTemplateParams`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["could_yield", "filled", "parameters"]

Parameters = Mapping[str, Any]

_FIELD = re.compile(r"\{\{\s*\.([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)\s*\}\}")
_TEMPLATE = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def parameters(generators: Sequence[Mapping[str, Any]]) -> tuple[Parameters, ...] | None:
    """What each generated Application is filled with; None where only a repository knows.

    Known are lists, and matrices of them. A `selector`, `elementsYaml`, an element that is itself a template, and
    fields that both sides of a matrix have are left to Argo CD.
    """
    every: list[Parameters] = []
    for generator in generators:
        found = _of_generator(generator)
        if found is None:
            return None
        every += found
    return tuple(every)


def filled(text: str, values: Parameters) -> str | None:
    """A text with fields for its templates; None where one is more than a field, or is no text."""
    parts: list[str] = []
    end = 0
    for match in _FIELD.finditer(text):
        value = _value(values, match[1])
        if value is None:
            return None
        parts += text[end : match.start()], value
        end = match.end()
    rest = text[end:]
    return None if "{{" in rest or any("{{" in part for part in parts) else "".join([*parts, rest])


def could_yield(template: str, text: str) -> bool:
    """Whether a template, filled with whatever, can become a text."""
    literals = map(re.escape, _TEMPLATE.split(template))
    return re.fullmatch(".*".join(literals), text, re.DOTALL) is not None


def _of_generator(generator: Mapping[str, Any]) -> list[Parameters] | None:
    match generator:
        case {"list": {"elements": [*elements], **rest}, **other} if not rest and not other:
            known = all(isinstance(item, Mapping) and not _has_template(item) for item in elements)
            return list(elements) if known else None
        case {"matrix": {"generators": [first, second]}, **other} if not other:
            return _product(_of_generator(first), _of_generator(second))
    return None


def _product(
    first: list[Parameters] | None, second: list[Parameters] | None
) -> list[Parameters] | None:
    if first is None or second is None:
        return None
    pairs = [(one, other) for one in first for other in second]
    if any(one.keys() & other.keys() for one, other in pairs):
        return None
    return [{**other, **one} for one, other in pairs]


def _value(values: Any, field: str) -> str | None:
    for step in field.split("."):
        if not isinstance(values, Mapping) or step not in values:
            return None
        values = values[step]
    return values if isinstance(values, str) else None


def _has_template(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_template, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_has_template, value))
    return isinstance(value, str) and "{{" in value
