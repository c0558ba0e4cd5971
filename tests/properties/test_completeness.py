"""Every field of a tenant's files is in a move, or listed here with the reason why it needs none."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from pydantic import BaseModel

from argoproject.models.settings import ClassSettings
from tests.properties.catalogue import MOVES
from tests.properties.moves import APPEND

HARMLESS: Mapping[str, str] = {}
"""Fields that are in no move, as `<model>.<field>`, with the reason. There is none today."""

Field: TypeAlias = tuple[str, str]


def fields(annotation: Any) -> Iterator[Field]:
    """Every field of the models that an annotation contains, at any depth."""
    seen: set[type[BaseModel]] = set()
    waiting = list(models(annotation))
    while waiting:
        model = waiting.pop()
        if model not in seen:
            seen.add(model)
            for name, info in model.model_fields.items():
                yield owner(model, name)
                waiting.extend(models(info.annotation))


def owner(model: type[BaseModel], name: str) -> Field:
    """A field with the model that declares it: a field that several models inherit is one field."""
    bases = (
        base for base in reversed(model.__mro__) if name in vars(base).get("__annotations__", {})
    )
    return next(bases, model).__name__, name


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that an annotation contains, at any depth of the annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from models(argument)


def written(annotation: Any, data: Any) -> Iterator[Field]:
    """The fields that data sets, as a value of this annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _in_model(annotation, data)
        return
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        for value in data.values() if isinstance(data, Mapping) else ():
            yield from written(arguments[1], value)
    elif origin is tuple:
        for item in data if isinstance(data, list) else ():
            yield from written(arguments[0], item)
    else:
        for argument in arguments:
            yield from written(argument, data)


def _in_model(model: type[BaseModel], data: Any) -> Iterator[Field]:
    if not isinstance(data, Mapping) or not _is_of(model, data):
        return
    for name, info in model.model_fields.items():
        key = info.alias or name
        if key in data:
            yield owner(model, name)
            yield from written(info.annotation, data[key])


def _is_of(model: type[BaseModel], data: Mapping[str, Any]) -> bool:
    """Whether data is of a model: of several kinds of credentials, `type` decides."""
    kind = model.model_fields.get("type")
    parts = (kind.annotation, *typing.get_args(kind.annotation)) if kind is not None else ()
    known = [text for part in parts for text in typing.get_args(part) if isinstance(text, str)]
    return not known or data.get("type") in (None, *known)


def whole(path: tuple[str, ...], value: Any) -> Any:
    """The data that a move writes, from the root of a file."""
    for step in reversed(path):
        value = [value] if step == APPEND else {step: value}
    return value


def test_every_field_is_in_a_move() -> None:
    tried = {
        field
        for move in MOVES
        if not move.file
        for value in move.values
        for field in written(ClassSettings, whole(move.path, value))
    }
    known = set(fields(ClassSettings))
    missing = {f"{model}.{name}" for model, name in known - tried}
    assert sorted(missing - set(HARMLESS)) == []
    assert sorted(set(HARMLESS) - missing) == [], "a field in a move needs no reason"


def test_names_of_moves_are_unique() -> None:
    names = [move.name for move in MOVES]
    assert len(set(names)) == len(names)
    assert all(HARMLESS.values())
