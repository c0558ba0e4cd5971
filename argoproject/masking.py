"""Values as they may be shown: what is called or looks like a secret is not, unless it is a placeholder for one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from argoproject.checks._inline_secrets import is_secret_key, looks_secret

__all__ = ["NOT_SHOWN", "masked"]

NOT_SHOWN = "<not shown>"

_PLACEHOLDER = re.compile(r"<(?:secret|docker configuration for) [^<>]+>|<secret>")
"""What a plan has in the place of a secret (`argoproject.leaves`)."""


def masked(value: Any, key: object = "") -> Any:
    """A value without what may be a secret: some are allowed in clear by name. `key` is how it is called."""
    if isinstance(value, Mapping):
        return {name: masked(item, name) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item, key) for item in value]
    if not isinstance(value, str) or _PLACEHOLDER.fullmatch(value):
        return value
    named = isinstance(key, str) and is_secret_key(key)
    return NOT_SHOWN if named or looks_secret(value) else value
