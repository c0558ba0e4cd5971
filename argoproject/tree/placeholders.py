"""Fill `${environment}` and its like, and refuse them where they have no meaning.

They are the only replacement there is; this is not a template language. They are allowed in sources, value files, extra
manifests and network policies. `$${` is a plain `${`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.problems import Problem
from argoproject.yamlfile.reader import Data, DataPath, Document, Plain

__all__ = ["PLACEHOLDER_NAMES", "SOURCE_HOLDERS", "fill_placeholders", "placeholder_problems"]

PLACEHOLDER_NAMES = ("namespace", "project", "team", "product", "cluster", "environment")

SOURCE_HOLDERS = ("base", "requirements", "application", "applications", "applicationSets")
"""The settings below which placeholders are allowed."""

_PLACEHOLDER = re.compile(r"\$(\$)?\{([^}]*)(\})?")


def fill_placeholders(data: Data, values: Mapping[str, str]) -> Any:
    """Copy data with every known placeholder replaced. Unknown ones stay, as `placeholder_problems` reports them.

    Example:
        >>> fill_placeholders({"path": "overlays/${environment}", "cost": "$${x}"}, {"environment": "prod"})
        {'path': 'overlays/prod', 'cost': '${x}'}
    """
    if isinstance(data, str):
        return _fill_text(data, values) if "${" in data else data
    if isinstance(data, dict):
        return {key: fill_placeholders(item, values) for key, item in data.items()}
    if isinstance(data, list | tuple):
        return [fill_placeholders(item, values) for item in data]
    return data


def _fill_text(text: str, values: Mapping[str, str]) -> str:
    def replace(match: re.Match[str]) -> str:
        if match.group(1):
            return match.group()[1:]
        return values.get(match.group(2), match.group())

    filled = _PLACEHOLDER.sub(replace, text)
    return Plain(filled) if isinstance(text, Plain) else filled


def placeholder_problems(document: Document, *, everywhere: bool = False) -> Iterator[Problem]:
    """Refuses unknown placeholders, and placeholders where none is allowed.

    Args:
        document: the file as written.
        everywhere: whether placeholders are allowed in the whole file, as in an extra manifest.
    """
    for path, text in document.placeholders:
        if not (everywhere or _is_allowed(path)):
            remedy = "placeholders are allowed in sources, value files, extra manifests and network policies"
            yield document.problem(
                path=path,
                code="placeholder-place",
                message="a `${…}` has no meaning here",
                remedy=remedy,
            )
        for match in _PLACEHOLDER.finditer(text):
            escaped, name, closed = match.groups()
            if escaped or (name in PLACEHOLDER_NAMES and closed):
                continue
            known = ", ".join(f"${{{item}}}" for item in PLACEHOLDER_NAMES)
            remedy = f"known: {known}; a plain `${{` is written `$${{`"
            yield document.problem(
                path=path,
                code="unknown-placeholder",
                message=f"nothing is known for `${{{name}}}`",
                remedy=remedy,
            )


def _is_allowed(path: DataPath) -> bool:
    """Below an Application of a settings file, of its classes or of a profile; in platform.yaml's network policies."""
    holder = path[2] if path[0] in ("classes", "profiles") and len(path) > 2 else path[0]
    return holder in SOURCE_HOLDERS or path[0] == "networkPolicies"
