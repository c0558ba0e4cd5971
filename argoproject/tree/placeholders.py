"""`${environment}` and its like: the only replacement there is. It is not a template language.

Placeholders may stand in sources, value files, extra manifests and network policies. `$${` is a plain `${`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.problems import Problem
from argoproject.yamlfile.reader import Data, Document, Path, Plain, path_text

__all__ = ["NAMES", "SOURCE_HOLDERS", "check", "fill", "used"]

NAMES = ("namespace", "project", "team", "product", "cluster", "environment")

SOURCE_HOLDERS = ("base", "requirements", "application", "applications", "applicationSets")
"""The settings below which placeholders may stand."""

_PLACEHOLDER = re.compile(r"\$(\$)?\{([^}]*)(\})?")


def used(text: str) -> bool:
    """Whether a text may hold a placeholder: cheap, to leave the other texts alone."""
    return "${" in text


def fill(data: Data, values: Mapping[str, str]) -> Any:
    """`data` with every known placeholder replaced; unknown ones stay (`check` finds them)."""
    if isinstance(data, str):
        return _fill_text(data, values) if used(data) else data
    if isinstance(data, dict):
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


def check(document: Document, *, everywhere: bool = False) -> Iterator[Problem]:
    """Placeholders that nothing is known for, or that stand where none may. `everywhere`: an extra manifest."""
    if not document.placeholders:
        return
    for path, text in _found(document.data):
        if not (everywhere or _may_stand(path)):
            remedy = "placeholders may stand in sources, value files, extra manifests and network policies"
            yield Problem(
                position=document.position(path),
                path=path_text(path),
                code="placeholder-place",
                message="a `${…}` has no meaning here",
                remedy=remedy,
            )
        for name in _unknown(text):
            known = ", ".join(f"${{{item}}}" for item in NAMES)
            remedy = f"known: {known}; a plain `${{` is written `$${{`"
            yield Problem(
                position=document.position(path),
                path=path_text(path),
                code="unknown-placeholder",
                message=f"nothing is known for `${{{name}}}`",
                remedy=remedy,
            )


def _may_stand(path: Path) -> bool:
    """Below an Application of a settings file, of its classes or of a profile; in platform.yaml's network policies."""
    holder = path[2] if path[0] in ("classes", "profiles") and len(path) > 2 else path[0]
    return holder in SOURCE_HOLDERS or path[0] == "networkPolicies"


def _found(data: Data, path: Path = ()) -> Iterator[tuple[Path, str]]:
    if isinstance(data, str):
        if used(data):
            yield path, data
    elif isinstance(data, dict):
        for key, item in data.items():
            yield from _found(item, (*path, key))
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from _found(item, (*path, index))


def _unknown(text: str) -> Iterator[str]:
    for match in _PLACEHOLDER.finditer(text):
        if not match.group(1) and (match.group(2) not in NAMES or not match.group(3)):
            yield match.group(2)
