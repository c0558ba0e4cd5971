"""Values as they may be shown: what is called or looks like a secret is not, unless it is a placeholder for one.

The rules are those by which secrets in clear are found (`argoproject.secrets.detection`): a team may allow a
value by name, and all the same it does not belong into a log.
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
"""Keys beside a `name` that says what the value is."""


def masked_at(value: Any, names: Iterable[object]) -> Any:
    """A value without what may be a secret. `names` are the keys that lead to it, the outermost first: below one that
    is called like a secret, nothing is shown."""
    called = any(isinstance(name, str) and is_secret_key(name) for name in names)
    return _hidden(value) if called else masked(value)


def masked(value: Any, key: object = "") -> Any:
    """A value without what may be a secret. `key` is how it is called."""
    if isinstance(key, str) and is_secret_key(key):
        return _hidden(value)
    if isinstance(value, Mapping):
        return _masked_map(value)
    if isinstance(value, list | tuple):
        return [masked(item) for item in value]
    if isinstance(value, str) and not _PLACEHOLDER.fullmatch(value):
        secret = looks_secret(value) or any(True for _ in found(value))
        return NOT_SHOWN if secret else value
    return value


def _masked_map(value: Mapping[str, Any]) -> Mapping[str, Any]:
    name = value.get("name")
    named = isinstance(name, str) and is_secret_key(name)
    return {
        key: _hidden(item) if named and key in _VALUES else masked(item, key)
        for key, item in value.items()
    }


def _hidden(value: Any) -> Any:
    """A value of which nothing is shown but its shape, and what stands for a secret or switches one."""
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
