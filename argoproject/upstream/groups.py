"""The texts that may be SSO groups.

Software compares groups letter by letter, people compare what they see. So a text that looks like another name is
refused, and so are the names of Argo CD and Kubernetes themselves.

Sources: argo-cd v3.5, types.go `validateGroupName` (narrower here: a comma would need quotes); its `g` lines are
transitive, so that a group `role:readonly` would include everyone with that role; kubernetes.io, "Using RBAC
Authorization": groups that begin with `system:` belong to Kubernetes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from argoproject.problems import Mistake

__all__ = ["group_mistake"]

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\"',]")
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks that draw nothing. Other invisible characters are found by their Unicode category."""

_WORD = re.compile(r"[^\W\d_]+")
_LOOK_ALIKE = frozenset(
    {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "FULLWIDTH", "MATHEMATICAL"}
)
"""Scripts with letters that look alike: the first words of the names of Unicode's characters."""

_RESERVED = {"role:": "Argo CD", "proj:": "Argo CD", "system:": "Kubernetes"}


def group_mistake(text: str) -> Mistake | None:
    """Why a text in Unicode's form NFC is not a group; None if it is one."""
    if not text or text != text.strip() or _FORBIDDEN.search(text) or _hides(text):
        rule = (
            "a group name has no quotes, commas, line breaks, invisible characters or outer blanks"
        )
        return Mistake(code="group", message=f"{text!a} is not a group name", remedy=rule)
    owner = next((owner for prefix, owner in _RESERVED.items() if text.startswith(prefix)), "")
    if owner or text in ("admin", "*"):
        message = f"{text!r} is a name of {owner or 'Argo CD'} itself, not an SSO group"
        remedy = "name the group that your SSO provider sends"
        return Mistake(code="group-reserved", message=message, remedy=remedy)
    if not text.isascii() and (mixed := next(_mixed(text), None)):
        message = f"{text!r} mixes {mixed} letters in one word, which look alike"
        remedy = "type the name again, as your SSO provider sends it"
        return Mistake(code="group-look-alike", message=message, remedy=remedy)
    return None


def _hides(text: str) -> bool:
    """Whether a text has invisible characters: controls, directions, joiners, blanks other than the plain one."""
    return not text.isascii() and (
        _UNSEEN.search(text) is not None
        or any(unicodedata.category(char)[0] in "CZ" and char != " " for char in text)
    )


def _mixed(text: str) -> Iterator[str]:
    """The scripts of each word that has letters of several: `Cyrillic and Latin`."""
    for word in _WORD.findall(text):
        scripts = {unicodedata.name(char, "").partition(" ")[0] for char in word} & _LOOK_ALIKE
        if len(scripts) > 1:
            yield " and ".join(sorted(script.capitalize() for script in scripts))
