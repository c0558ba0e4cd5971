"""Entries of `ignoreDifferences`: what they select, and the fields that they name as JSON pointers.

An entry that selects nothing has no effect, and Argo CD does not report it.

Source: argo-cd v3.5.7, util/argo/normalizers/diff_normalizer.go (`NewIgnoreNormalizer`, `Normalize`).
"""

from __future__ import annotations

import re

from argoproject.problems import Caution, Mistake
from argoproject.upstream.jq import as_jq
from argoproject.upstream.kinds import BUILT_IN, meant_kind

__all__ = ["check_pointer", "check_selection"]

_SELECTION = "ignore-selection"
_GROUP_OF = {kind: group for group, kinds in BUILT_IN.items() for kind in kinds}
_CASES = {kind.lower(): kind for kind in _GROUP_OF}
_PATTERN = re.compile(r"[*?\[\]{}!]")
_GROUP = re.compile(r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?")
_NO_GROUP = re.compile(r"core|v[0-9]+(?:(?:alpha|beta)[0-9]+)?")


def check_selection(group: str, kind: str, name: str) -> tuple[str, Mistake] | None:
    """Why an entry selects no object, with the field that is wrong; None if it can select one.

    Group and kind may be patterns, and are compared without a version. A name is compared as it is.

    Args:
        group: The API group; empty for the core group.
        kind: The kind.
        name: The object's name; empty for all.
    """
    bare, slash, _ = group.partition("/")
    patterned = _PATTERN.search(group)
    if (
        slash
        or _NO_GROUP.fullmatch(group)
        or not (_GROUP.fullmatch(group) or patterned or not group)
    ):
        message = f"{group!r} is not an API group: nothing would be ignored"
        remedy = f"write {bare}, without a version" if slash else "write for example apps"
        if _NO_GROUP.fullmatch(bare):
            remedy = "remove `group` for the core group"
        return "group", Mistake(_SELECTION, message, remedy)
    if "*" in name or "?" in name:
        message = (
            "the name is compared as it is, and no object has such a name: nothing would be ignored"
        )
        remedy = "write one name, or remove `name` to select all"
        return "name", Mistake(_SELECTION, message, remedy)
    if _PATTERN.search(kind) or not kind:
        return None
    if kind not in _GROUP_OF and kind[0].islower():
        known = _CASES.get(kind.lower())
        message = f"the kind {kind!r} is written in small letters: nothing would be ignored"
        remedy = (
            f"write {known}" if known else "write it as in the manifests, for example Certificate"
        )
        return "kind", (Mistake if known else Caution)(_SELECTION, message, remedy)
    if patterned or kind in BUILT_IN.get(group, (kind,)):
        return None
    place = _GROUP_OF.get(kind)
    holder = f"the group {group}" if group else "the core group"
    message = f"{holder} has no kind {kind}: nothing would be ignored"
    remedy = f"write `group: {place}`" if place else "add `group`, without the version"
    if place == "":
        remedy = "remove `group`"
    meant = meant_kind(group, kind)
    if meant is not None and meant.kind != kind:
        message = f"Kubernetes has no kind {kind}: nothing would be ignored"
        field, mistake = "kind", Mistake(_SELECTION, message, f"did you mean {meant}?")
    else:
        field, mistake = "group", (Caution if group else Mistake)(_SELECTION, message, remedy)
    return field, mistake


_TEXT_MAP = re.compile(
    r"(?:.*/)?(?:annotations|labels|matchLabels|nodeSelector)/|/(?:data|binaryData|stringData)/"
)
"""Maps from names to texts: what follows one name is no field, so that a `/` in it is one that is not escaped."""

_INDEX = re.compile(r"(.*)\[([0-9]+)\]")


def check_pointer(text: str) -> Mistake | None:
    """Why a text is not a JSON pointer (RFC 6901) to a field that could exist; None if it is one.

    Example:
        `/spec/replicas`, `/metadata/annotations/example.org~1checksum`, `/spec/template/spec/containers/0/image`.
    """
    parts = text[1:].split("/")
    mapped = _TEXT_MAP.match(text)
    rest = text[mapped.end() :] if mapped else ""
    what = ""
    if not text.startswith("/"):
        field = re.fullmatch(r"\.?([A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)*)", text, re.ASCII)
        remedy = "begin with `/`, as in /spec/replicas"
        if field:
            remedy = f"write /{field[1].replace('.', '/')}"
        return Mistake("json-pointer", f"{text!r} is not a JSON pointer", remedy)
    if "*" in parts or "-" in parts or "[*]" in text or "[]" in text:
        what = "a JSON pointer has no pattern for all items"
        remedy = f"write it in `jqPathExpressions`: {as_jq(parts)}"
    elif text == "/kind":
        what, remedy = "without its kind no object can be compared", "remove it"
    elif mapped and "/" in rest:
        what = "a `/` in a name is written ~1, and this names a field below a text"
        remedy = f"write {mapped[0]}{rest.replace('/', '~1')}"
    elif "" in parts:
        what, remedy = "a field without a name", f"write /{'/'.join(filter(None, parts))}"
    elif any(map(_INDEX.fullmatch, parts)):
        what = "an index is a part of its own in a JSON pointer"
        remedy = "write " + re.sub(r"\[([0-9]+)\]", r"/\1", text)
    elif "." in parts[0]:
        what = "fields are joined by `/` in a JSON pointer"
        remedy = f"write /{parts[0].replace('.', '/')}"
    return Mistake("json-pointer", f"{what}: nothing would be ignored", remedy) if what else None
