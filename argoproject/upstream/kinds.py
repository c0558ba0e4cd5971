"""Kinds of objects as configurations write them: `Kind`, `group/Kind`, and `[group/]Kind/name` for one of the cluster.

One reading for what an `allow` opens, what the account of syncs may have beside, and what both become.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Kind", "parse_kind"]

_GROUP = r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?"
_NAME = r"[a-z0-9](?:[-a-z0-9.:]{0,251}[a-z0-9])?"
_KIND = re.compile(
    rf"(?:(?P<group>{_GROUP})?/)?(?P<kind>[A-Z][A-Za-z0-9]{{0,62}})(?:/(?P<name>{_NAME}))?"
)
"""A kind begins with a capital, as no group and no name does: so `Kind/name` is told from `group/Kind`."""

_NO_GROUP = re.compile(r"core|v[0-9]+(?:(?:alpha|beta)[0-9]+)?")
"""What people write before a kind of the core group: Kubernetes has no group of such a name."""


class Kind(NamedTuple):
    """A kind; with a name, one object of the cluster. The core group is the empty text."""

    group: str
    kind: str
    name: str = ""

    @property
    def whole(self) -> Kind:
        """The kind without the name."""
        return self._replace(name="")

    def __str__(self) -> str:
        return "/".join(part for part in self if part)


def parse_kind(text: str, *, named: bool = False) -> Kind | None:
    """The kind that a text names; None for what is none, a pattern for example. Only where `named`, it may have a
    name."""
    found = _KIND.fullmatch(text)
    if found is None or _NO_GROUP.fullmatch(found["group"] or ""):
        return None
    if found["name"] and not named:
        return None
    return Kind(found["group"] or "", found["kind"], found["name"] or "")
