"""`${environment}` and its like: the only replacement there is. It is not a template language.

Placeholders may stand in sources, value files, extra manifests and network policies. `$${` is a plain `${`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.yamlfile import Data, Path, Plain

__all__ = ["NAMES", "fill", "found", "unknown", "used"]

NAMES = ("namespace", "project", "team", "product", "cluster", "environment")

_PLACEHOLDER = re.compile(r"\$(\$)?\{([^}]*)(\})?")


def used(text: str) -> bool:
    """Whether a text may hold a placeholder: cheap, to leave the other texts alone."""
    return "${" in text


def fill(data: Data, values: Mapping[str, str]) -> Any:
    """`data` with every known placeholder replaced; unknown ones stay (`unknown` finds them)."""
    if isinstance(data, str):
        return _fill_text(data, values) if used(data) else data
    if isinstance(data, Mapping):
        return {key: fill(item, values) for key, item in data.items()}
    if isinstance(data, list | tuple):
        return [fill(item, values) for item in data]
    return data


def _fill_text(text: str, values: Mapping[str, str]) -> str:
    def replace(match: re.Match[str]) -> str:
        if match.group(1):
            return match.group()[1:]
        return values.get(match.group(2), match.group())

    filled = _PLACEHOLDER.sub(replace, text)
    return Plain(filled) if isinstance(text, Plain) else filled


def found(data: Data, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text that holds a placeholder, known or not, with the place where it stands."""
    if isinstance(data, str):
        if used(data):
            yield path, data
    elif isinstance(data, Mapping):
        for key, item in data.items():
            yield from found(item, (*path, key))
    elif isinstance(data, list | tuple):
        for index, item in enumerate(data):
            yield from found(item, (*path, index))


def unknown(data: Data) -> Iterator[tuple[Path, str]]:
    """Every placeholder that nothing is known for, with the place where it stands."""
    for path, text in found(data):
        for match in _PLACEHOLDER.finditer(text):
            if not match.group(1) and (match.group(2) not in NAMES or not match.group(3)):
                yield path, match.group(2)
