"""From pydantic's errors to problems in our own words, with the place in the file.

Nothing of pydantic's wording reaches a user, and no value does: a value may be a secret.
"""

from __future__ import annotations

import difflib
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from argoproject.models.base import SecretSource
from argoproject.problems import Position, Problem
from argoproject.yamlfile.reader import Path, path_text

__all__ = ["nearest", "validate"]

M = TypeVar("M", bound=BaseModel)
Locate = Callable[[Path], Position]

_MAPPING = ("wrong-type", "must be a mapping", "write keys and values")
_LIST = ("wrong-type", "must be a list", "write [a, b], or one `- item` a line")
_TEXT = ("wrong-type", "must be text", "write one value, not a list or a mapping")
_KINDS: Mapping[str, tuple[str, str, str]] = {
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dict_type": _MAPPING,
    "mapping_type": _MAPPING,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "string_type": _TEXT,
    "date_type": ("wrong-type", "must be a date", "write year-month-day, for example 2026-12-24"),
    "bool_type": ("wrong-type", "must be a truth value", "write true or false"),
    "missing": ("missing-key", "is missing", "add it"),
    "int_type": ("wrong-type", "must be a whole number", "write digits"),
}
_PARTIAL = frozenset({"missing", "union_tag_not_found"})


def validate(
    model: type[M], data: Any, locate: Locate, *, partial: bool = False, prefix: Path = ()
) -> tuple[M | None, list[Problem]]:
    """Validate `data`; `locate` says where a path of it stands.

    `partial` forgives what is missing: a team.yaml may hold half of an Application, of which
    project.yaml holds the rest.
    `prefix` goes before the paths that users read.
    """
    try:
        return model.model_validate(data, by_alias=True, by_name=False), []
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
    problems = [
        _problem(model, data, item, locate, prefix)
        for item in details
        if not (partial and item["type"] in _PARTIAL)
    ]
    return None, problems


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    candidates = {item.lower(): item for item in known}
    matches = difflib.get_close_matches(word.lower(), candidates, n=1, cutoff=0.6)
    return candidates[matches[0]] if matches else None


def _problem(
    model: type[BaseModel], data: Any, item: ErrorDetails, locate: Locate, prefix: Path
) -> Problem:
    path = (*_data_path(data, item), *item.get("ctx", {}).get("path", ()))
    code, message, remedy = _words(model, path, item)
    shown = (*prefix, *path)
    return Problem(
        position=locate(path), path=path_text(shown), code=code, message=message, remedy=remedy
    )


def _words(model: type[BaseModel], path: Path, item: ErrorDetails) -> tuple[str, str, str]:
    kind = item["type"]
    context = item.get("ctx", {})
    words = _KINDS.get(kind, ("invalid", "is not valid", ""))
    match kind:
        case "model_type" if context.get("class_name") == SecretSource.__name__:
            remedy = (
                "write {secret: <name>}; if Git has seen a value here, replace it where it is valid"
            )
            words = "secret-in-clear", "a secret's value is not written here", remedy
        case "refused":
            words = context["code"], context["message"], context["remedy"]
        case "extra_forbidden":
            words = "unknown-key", "unknown key", _known_keys(model, path)
        case "literal_error" | "enum" | "union_tag_invalid":
            words = "unknown-value", "is not a known value", f"write one of {_expected(context)}"
        case "union_tag_not_found":
            words = "missing-key", "`type` is missing", f"add it: one of {_tags(model, path)}"
    return words


def _expected(context: Mapping[str, Any]) -> str:
    listed = str(context.get("expected") or context.get("expected_tags"))
    return listed.replace(" or ", ", ").replace("'", "")


def _data_path(data: Any, item: ErrorDetails) -> Path:
    """pydantic's location without what is not in the file: the tags of unions and the `[key]` marks."""
    path: list[str | int] = []
    last = len(item["loc"]) - 1
    for index, step in enumerate(item["loc"]):
        inside = _step(data, step)
        if inside is _ABSENT:
            if index == last and item["type"] == "missing":
                path.append(step)
            elif isinstance(data, str) and isinstance(step, str) and index == last:
                break
            continue
        path.append(step)
        data = inside
    return tuple(path)


_ABSENT = object()


def _step(data: Any, step: str | int) -> Any:
    if isinstance(data, dict):
        return data.get(step, _ABSENT) if isinstance(step, str) else _ABSENT
    if isinstance(data, list | tuple) and isinstance(step, int) and step < len(data):
        return data[step]
    return _ABSENT


def _known_keys(model: type[BaseModel], path: Path) -> str:
    keys = sorted({key for found in _models_at(model, path[:-1]) for key in _fields(found)})
    if not keys:
        return "remove it"
    match = nearest(str(path[-1]), keys)
    if match:
        return f"did you mean `{match}`?"
    return f"known keys: {', '.join(keys)}"


def _tags(model: type[BaseModel], path: Path) -> str:
    tags = {
        tag
        for found in _models_at(model, path)
        if "type" in found.model_fields
        for tag in typing.get_args(found.model_fields["type"].annotation)
    }
    return ", ".join(sorted(tags))


def _models_at(model: type[BaseModel], path: Path) -> tuple[type[BaseModel], ...]:
    """The models that may stand at `path`: several where the type is a union."""
    current: tuple[Any, ...] = (model,)
    for step in path:
        current = tuple(inner for item in current for inner in _inside(item, step))
    return tuple(found for item in current for found in _models_in(item))


def _inside(annotation: Any, step: str | int) -> Iterator[Any]:
    for option in _options(annotation):
        if isinstance(option, type) and issubclass(option, BaseModel):
            field = _fields(option).get(str(step))
            if field is not None:
                yield field
            continue
        arguments = typing.get_args(option)
        if isinstance(step, int) and arguments:
            yield arguments[0]
        elif len(arguments) == 2:
            yield arguments[1]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    for option in _options(annotation):
        if isinstance(option, type) and issubclass(option, BaseModel):
            yield option


def _options(annotation: Any) -> Iterator[Any]:
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        yield from _options(typing.get_args(annotation)[0])
    elif origin is typing.Union or type(annotation).__name__ == "UnionType":
        for item in typing.get_args(annotation):
            yield from _options(item)
    else:
        yield annotation


@cache
def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}
