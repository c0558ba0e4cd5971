"""Which texts are SSO groups.

Groups are compared letter by letter, and people compare what they see: what could pass for another name, or for a name
of Argo CD's or Kubernetes' own, is refused.

Sources: argo-cd v3.5, types.go `validateGroupName` (narrower here: a comma would need quotes); its `g` lines are
transitive, so that `role:readonly` as a group would stand for everybody who has that role; kubernetes.io, "Using RBAC
Authorization": groups that begin with `system:` are Kubernetes' own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

__all__ = ["group_problem"]

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\"',]")
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks that draw nothing; other invisible characters tell by their category."""

_WORD = re.compile(r"[^\W\d_]+")
_LOOK_ALIKE = frozenset(
    {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "FULLWIDTH", "MATHEMATICAL"}
)
"""Scripts with letters that look like each other's, as the names of Unicode's characters begin."""

_RESERVED = {"role:": "Argo CD", "proj:": "Argo CD", "system:": "Kubernetes"}


def group_problem(text: str) -> tuple[str, str, str] | None:
    """Why a text in Unicode's form NFC is no group: code, what is wrong, remedy. None: it is one."""
    if not text or text != text.strip() or _FORBIDDEN.search(text) or _hides(text):
        rule = (
            "a group name has no quotes, commas, line breaks, invisible characters or outer blanks"
        )
        return "group", f"{text!a} is not a group name", rule
    if owner := _owner(text):
        message = f"{text!r} is a name of {owner} itself, not an SSO group"
        return "group-reserved", message, "name the group that your SSO provider sends"
    if not text.isascii() and (mixed := next(_mixed(text), None)):
        message = f"{text!r} mixes {mixed} letters in one word, which look alike"
        return "group-look-alike", message, "type the name anew, as your SSO provider sends it"
    return None


def _owner(text: str) -> str:
    if text in ("admin", "*"):
        return "Argo CD"
    return next((owner for prefix, owner in _RESERVED.items() if text.startswith(prefix)), "")


def _hides(text: str) -> bool:
    """Whether something in it is not seen: controls, directions, joiners, blanks that are not the plain one."""
    return not text.isascii() and (
        _UNSEEN.search(text) is not None
        or any(unicodedata.category(char)[0] in "CZ" and char != " " for char in text)
    )


def _mixed(text: str) -> Iterator[str]:
    """`Cyrillic and Latin` for each word that has letters of both."""
    for word in _WORD.findall(text):
        scripts = {unicodedata.name(char, "").partition(" ")[0] for char in word} & _LOOK_ALIKE
        if len(scripts) > 1:
            yield " and ".join(sorted(script.capitalize() for script in scripts))
