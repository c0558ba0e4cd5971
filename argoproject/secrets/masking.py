"""Values as they may be shown: not what has the name or the form of a secret, unless it is a placeholder for one.

The rules are those that find secrets in clear (`argoproject.secrets.detection`). A value that a team allows by name is
not shown either: it does not belong into a log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from argoproject.secrets.detection import found, is_secret_key, looks_secret

__all__ = ["NOT_SHOWN", "masked", "masked_at"]

NOT_SHOWN = "<not shown>"

_PLACEHOLDER = re.compile(r"<(?:secret|docker configuration for) [^<>]+>|<secret>|<not shown>")
"""What a plan has in the place of a secret (`argoproject.plan.leaves`)."""

_VALUES = ("value", "string")
"""Keys next to a `name` that names the value, as in the environment of a container."""


def masked_at(value: Any, names: Iterable[object]) -> Any:
    """Copy a value without what may be a secret.

    Args:
        value: plain data.
        names: the keys that lead to it, the outermost first. Below one with the name of a secret, nothing is shown.
    """
    secret = any(isinstance(name, str) and is_secret_key(name) for name in names)
    return _hidden(value) if secret else masked(value)


def masked(value: Any, key: object = "") -> Any:
    """Copy a value without what may be a secret.

    Args:
        value: plain data.
        key: the key of the value, if it has one.

    Example:
        >>> masked({"user": "shop", "password": "hunter2", "env": [{"name": "API_TOKEN", "value": "x"}]})
        {'user': 'shop', 'password': '<not shown>', 'env': [{'name': 'API_TOKEN', 'value': '<not shown>'}]}
    """
    if isinstance(key, str) and is_secret_key(key):
        return _hidden(value)
    if isinstance(value, Mapping):
        name = value.get("name")
        named = isinstance(name, str) and is_secret_key(name)
        return {
            key: _hidden(item) if named and key in _VALUES else masked(item, key)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [masked(item) for item in value]
    if isinstance(value, str) and not _PLACEHOLDER.fullmatch(value):
        secret = looks_secret(value) or any(True for _ in found(value))
        return NOT_SHOWN if secret else value
    return value


def _hidden(value: Any) -> Any:
    """Copy a value of which only the structure is shown, with placeholders for secrets, truth values and nulls."""
    if isinstance(value, Mapping):
        return {key: _hidden(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(item) for item in value]
    shown = (
        value is None
        or isinstance(value, bool)
        or (isinstance(value, str) and _PLACEHOLDER.fullmatch(value))
    )
    return value if shown else NOT_SHOWN
