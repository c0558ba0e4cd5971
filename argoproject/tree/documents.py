"""Single files, without those above them: parsed, and checked as written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from argoproject.models import Settings
from argoproject.models.validation import MAPPING, validate
from argoproject.problems import Position, Problem
from argoproject.tree.placeholders import (
    PLACEHOLDER_NAMES,
    fill_placeholders,
    placeholder_problems,
)
from argoproject.yamlfile.reader import Data, DataPath, Document, parse

__all__ = [
    "data_at",
    "data_for_validation",
    "list_at",
    "parse_mapping",
    "settings_problems",
    "without_nulls",
]


def parse_mapping(shown: str, raw: bytes) -> tuple[Document, tuple[Problem, ...]]:
    """Parse a file of keys and values.

    Args:
        shown: the file's name in reports.
        raw: its bytes.

    Returns:
        The document, and the problems of its YAML.
    """
    document, problems = parse(shown, raw)
    if not problems and not isinstance(document.data, dict):
        problems = (Problem(position=Position(shown, 1, 1), path="", **MAPPING._asdict()),)
    return document, problems


def settings_problems(document: Document) -> list[Problem]:
    """The problems of a team.yaml, product.yaml or project.yaml by itself: required keys may be in other files."""
    _, problems = validate(Settings, data_for_validation(document), document.position, partial=True)
    problems += _unknown_nulls(document)
    unknown = tuple(f"{item.path}." for item in problems if item.code == "unknown-key")
    # What is below a mistyped key has its place when the key is corrected.
    placed = (it for it in placeholder_problems(document) if not it.path.startswith(unknown))
    return [*problems, *placed]


def _unknown_nulls(document: Document) -> list[Problem]:
    """The problems of unknown keys without a value, which `data_for_validation` leaves out."""
    data = document.data if document.nulls else {}
    nulls: dict[str, Any] = {key: None for key, item in data.items() if item is None}
    for key in ("access", "namespace"):
        inner = data.get(key)
        if isinstance(inner, dict):
            nulls[key] = {name: None for name, item in inner.items() if item is None}
    _, problems = validate(Settings, nulls, document.position, partial=True)
    return [item for item in problems if item.code == "unknown-key"]


def data_for_validation(document: Document) -> Data:
    """The data as the models can validate it: with `x` for each placeholder, and without nulls.

    A null in a file removes the value of the file above, so that it is no value itself.
    """
    data = document.data
    if document.placeholders:
        holders = {key: data[key] for (key, *_), _ in document.placeholders}
        data = {**data, **fill_placeholders(holders, dict.fromkeys(PLACEHOLDER_NAMES, "x"))}
    return without_nulls(data) if document.nulls else data


def without_nulls(data: Data) -> Any:
    """Copy data without the keys whose value is null."""
    if isinstance(data, dict):
        return {key: without_nulls(item) for key, item in data.items() if item is not None}
    if isinstance(data, list):
        return [without_nulls(item) for item in data]
    return data


def data_at(data: Data, path: DataPath) -> Data:
    """The value at `path`, or None."""
    for step in path:
        if isinstance(data, str):
            return None
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def list_at(data: Data, path: DataPath) -> Sequence[Any]:
    """The items of the list at `path`; none where there is no list."""
    value = data_at(data, path)
    return value if isinstance(value, list | tuple) else ()
