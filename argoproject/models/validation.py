"""From pydantic's errors to problems in this program's words, with the place in the file.

No wording of pydantic reaches a user, and no value does: a value may be a secret.
"""

from __future__ import annotations

import difflib
import typing
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from argoproject.models.base import SecretSource
from argoproject.problems import Mistake, Position, Problem
from argoproject.yamlfile.reader import DataPath, path_text

__all__ = ["MAPPING", "did_you_mean", "judge", "nearest", "validate"]

M = TypeVar("M", bound=BaseModel)
Locate = Callable[[DataPath], Position]

MAPPING = Mistake("wrong-type", "must be a mapping", "write keys and values")
_LIST = Mistake("wrong-type", "must be a list", "write [a, b], or one `- item` a line")
_TEXT = Mistake("wrong-type", "must be text", "write one value, not a list or a mapping")
_MISTAKES: Mapping[str, Mistake] = {
    "model_type": MAPPING,
    "model_attributes_type": MAPPING,
    "dict_type": MAPPING,
    "mapping_type": MAPPING,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "string_type": _TEXT,
    "date_type": Mistake(
        "wrong-type", "must be a date", "write year-month-day, for example 2026-12-24"
    ),
    "bool_type": Mistake("wrong-type", "must be a truth value", "write true or false"),
    "missing": Mistake("missing-key", "is missing", "add it"),
    "int_type": Mistake("wrong-type", "must be a whole number", "write digits"),
}
"""The mistake for each type of pydantic's errors that needs no more than the type."""

_ELSEWHERE: Mapping[str, str] = {
    "managedNamespaceMetadata": "write `labels` and `annotations` in `namespace`: the platform makes it, not Argo CD",
}
"""The remedy for keys of Argo CD that are not what the format calls them."""

_INCOMPLETE = frozenset({"missing", "union_tag_not_found"})
"""Types of errors that a file nearer to the environment can repair."""

_ABSENT = object()


def validate(
    model: type[M], data: Any, locate: Locate, *, partial: bool = False, prefix: DataPath = ()
) -> tuple[M | None, list[Problem]]:
    """Validate data of a file against a model.

    Args:
        model: The model that the data must fit.
        data: What the strict reader gave.
        locate: Gives the position of a path of `data`. It is asked for problems only.
        partial: Whether missing keys are accepted: a team.yaml may hold half of an Application, of which project.yaml
            holds the rest.
        prefix: Goes before the paths that users read, where `data` is a part of the file.

    Returns:
        The instance and no problem, or None and every problem. None and no problem: `partial`, and keys are missing.
    """
    instance, found = judge(model, data, partial=partial)
    return instance, [
        Problem(position=locate(path), path=path_text((*prefix, *path)), **mistake._asdict())
        for path, mistake in found
    ]


def judge(
    model: type[M], data: Any, *, partial: bool = False
) -> tuple[M | None, list[tuple[DataPath, Mistake]]]:
    """Like `validate`, for data that is in no file: mistakes with their paths in the data."""
    try:
        return model.model_validate(data, by_alias=True, by_name=False), []
    except ValidationError as error:
        return None, list(_mistakes_of(model, data, error, partial=partial))


def _mistakes_of(
    model: type[BaseModel], data: Any, error: ValidationError, *, partial: bool = False
) -> Iterator[tuple[DataPath, Mistake]]:
    """The mistakes that pydantic found in `data`, with their places there; without missing keys where `partial`."""
    details = error.errors(include_url=False)
    meant = set(_meant(details))
    for item in details:
        # A key that another one was probably meant to be is not missing as well.
        if item["loc"] in meant or (partial and item["type"] in _INCOMPLETE):
            continue
        path = (*_path_in_data(data, item), *item.get("ctx", {}).get("path", ()))
        mistake = _mistake(model, path, item)
        if item["type"] == "string_type" and isinstance(item["input"], int | float):
            mistake = mistake._replace(remedy="put it in quotes")
        yield path, mistake


def _meant(details: Iterable[ErrorDetails]) -> Iterator[tuple[int | str, ...]]:
    """The places of missing keys for which a key that is not known was probably meant."""
    missing: dict[tuple[int | str, ...], list[str]] = defaultdict(list)
    for item in details:
        if item["type"] == "missing":
            missing[item["loc"][:-1]].append(str(item["loc"][-1]))
    for item in details if missing else ():
        place = item["loc"][:-1]
        if item["type"] == "extra_forbidden" and place in missing:
            match = nearest(str(item["loc"][-1]), missing[place])
            if match is not None:
                yield (*place, match)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, whatever its case. None: no word is near.

    Example:
        >>> nearest("GitLba", ["github", "gitlab"])
        'gitlab'
    """
    candidates = {item.lower(): item for item in known}
    matches = difflib.get_close_matches(word.lower(), candidates, n=1, cutoff=0.6)
    return candidates[matches[0]] if matches else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """The remedy for a word that is not known: the one that was probably meant, or else another remedy.

    Example:
        >>> did_you_mean("GitLba", ["github", "gitlab"], otherwise="one of github, gitlab")
        'did you mean gitlab?'
    """
    match = nearest(word, known)
    return f"did you mean {match}?" if match else otherwise


def _mistake(model: type[BaseModel], path: DataPath, item: ErrorDetails) -> Mistake:
    """The mistake of one of pydantic's errors."""
    context = item.get("ctx", {})
    match item["type"]:
        case "model_type" if context.get("class_name") == SecretSource.__name__:
            remedy = (
                "write {secret: <name>}; if Git has seen a value here, replace it where it is valid"
            )
            return Mistake("secret-in-clear", "a secret's value is not written here", remedy)
        case "refused":
            return Mistake(context["code"], context["message"], context["remedy"])
        case "extra_forbidden":
            models = _models_at(model, path[:-1])
            keys = sorted({str(key) for found in models for key in _fields(found)})
            match = nearest(str(path[-1]), keys)
            remedy = f"did you mean `{match}`?" if match else f"known keys: {', '.join(keys)}"
            remedy = _ELSEWHERE.get(str(path[-1]), remedy)
            return Mistake("unknown-key", "unknown key", remedy if keys else "remove it")
        case "literal_error" | "enum" | "union_tag_invalid":
            expected = str(context.get("expected") or context.get("expected_tags"))
            listed = expected.replace(" or ", ", ").replace("'", "")
            word = context.get("tag", item.get("input"))
            remedy = did_you_mean(str(word), listed.split(", "), f"write one of {listed}")
            return Mistake("unknown-value", "is not a known value", remedy)
        case "union_tag_not_found":
            types = [_fields(found).get("type") for found in _models_at(model, path)]
            tags = sorted({tag for item in types for tag in typing.get_args(item)})
            return Mistake("missing-key", "`type` is missing", f"add it: one of {', '.join(tags)}")
        case kind:
            return _MISTAKES.get(kind, Mistake("invalid", "is not valid"))


def _path_in_data(data: Any, item: ErrorDetails) -> DataPath:
    """The path of an error in the file: pydantic's location without the tags of unions and the `[key]` marks."""
    path: list[str | int] = []
    last = len(item["loc"]) - 1
    for index, step in enumerate(item["loc"]):
        inside = _ABSENT
        if isinstance(data, dict) and isinstance(step, str):
            inside = data.get(step, _ABSENT)
        elif isinstance(data, list | tuple) and isinstance(step, int) and step < len(data):
            inside = data[step]
        if inside is not _ABSENT:
            path.append(step)
            data = inside
        elif index == last and item["type"] == "missing":
            path.append(step)
    return tuple(path)


def _models_at(model: type[BaseModel], path: DataPath) -> tuple[type[BaseModel], ...]:
    """The models that may be at `path`: several where the type is a union."""
    current: list[Any] = [model]
    for step in path:
        options = [option for annotation in current for option in _options(annotation)]
        current = []
        for option in options:
            arguments = typing.get_args(option)
            if isinstance(option, type) and issubclass(option, BaseModel):
                current += [_fields(option)[step]] if step in _fields(option) else []
            elif isinstance(step, int) and arguments:
                current.append(arguments[0])
            elif len(arguments) == 2:
                current.append(arguments[1])
    options = [option for annotation in current for option in _options(annotation)]
    return tuple(it for it in options if isinstance(it, type) and issubclass(it, BaseModel))


def _options(annotation: Any) -> Iterator[Any]:
    """The types of which a value has one: of `Annotated[A | None, …]` A and None."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        yield from _options(typing.get_args(annotation)[0])
    elif origin is typing.Union or type(annotation).__name__ == "UnionType":
        for item in typing.get_args(annotation):
            yield from _options(item)
    else:
        yield annotation


@cache
def _fields(model: type[BaseModel]) -> dict[str | int, Any]:
    """The annotations of a model's fields by their keys in YAML."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}
