"""Entries of `ignoreDifferences`: what they select, and the fields that they name as JSON pointers.

An entry that selects nothing has no effect, and Argo CD does not report it.

Source: argo-cd v3.5.7, util/argo/normalizers/diff_normalizer.go (`NewIgnoreNormalizer`, `Normalize`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from argoproject.models import IgnoreDifference
from argoproject.problems import Caution, Mistake
from argoproject.project.model import Found
from argoproject.upstream.jq import as_jq, check_jq
from argoproject.upstream.kinds import BUILT_IN, meant_kind
from argoproject.yamlfile.reader import DataPath

__all__ = ["check_pointer", "check_selection", "ignore_differences"]

_GROUP_OF = {kind: group for group, kinds in BUILT_IN.items() for kind in kinds}
_KIND_BY_LOWER = {kind.lower(): kind for kind in _GROUP_OF}
_PATTERN = re.compile(r"[*?\[\]{}!]")
_GROUP = re.compile(r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?")
_NO_GROUP = re.compile(r"core|v[0-9]+(?:(?:alpha|beta)[0-9]+)?")
"""What users write for the core group, or a version."""


def ignore_differences(path: DataPath, differences: Sequence[IgnoreDifference]) -> Found:
    """Refuse entries that ignore nothing, fields that cannot exist, and jq that Argo CD cannot compile.

    Args:
        path: The field `ignoreDifferences`.
        differences: Its value.
    """
    for at, item in enumerate(differences):
        place = (*path, at)
        if not (item.json_pointers or item.jq_path_expressions or item.managed_fields_managers):
            message = "no field is named: nothing would be ignored"
            remedy = "add jsonPointers, jqPathExpressions or managedFieldsManagers"
            yield place, Mistake(code="ignore-nothing", message=message, remedy=remedy)
        if selection := check_selection(item.group or "", item.kind, item.name or ""):
            yield (*place, selection[0]), selection[1]
        for index, manager in enumerate(item.managed_fields_managers):
            if "*" in manager:
                message = "a manager is compared as it is, and none has such a name"
                remedy = "write its name, for example kube-controller-manager"
                yield (*place, "managedFieldsManagers", index), _ignored(message, remedy)
        for index, pointer in enumerate(item.json_pointers):
            if mistake := check_pointer(pointer):
                yield (*place, "jsonPointers", index), mistake
        for index, expression in enumerate(item.jq_path_expressions):
            if mistake := check_jq(expression):
                yield (*place, "jqPathExpressions", index), mistake


def check_selection(group: str, kind: str, name: str) -> tuple[str, Mistake] | None:
    """Why an entry selects no object, with the field that is wrong; None if it can select one.

    Group and kind may be patterns, and are compared without a version. A name is compared as it is.

    Args:
        group: The API group; empty for the core group.
        kind: The kind.
        name: The object's name; empty for all.
    """
    if mistake := _group_mistake(group):
        return "group", mistake
    if "*" in name or "?" in name:
        message = "the name is compared as it is, and no object has such a name"
        return "name", _ignored(message, "write one name, or remove `name` to select all")
    if _PATTERN.search(kind) or not kind:
        return None
    if kind not in _GROUP_OF and kind[0].islower():
        known = _KIND_BY_LOWER.get(kind.lower())
        remedy = f"write {known or 'it as in the manifests, for example Certificate'}"
        message = f"the kind {kind!r} is written in small letters"
        return "kind", _ignored(message, remedy, Mistake if known else Caution)
    if _PATTERN.search(group) or kind in BUILT_IN.get(group, (kind,)):
        return None
    place = _GROUP_OF.get(kind)
    remedy = f"write `group: {place}`" if place else "add `group`, without the version"
    if place == "":
        remedy = "remove `group`"
    message = f"{f'the group {group}' if group else 'the core group'} has no kind {kind}"
    found = "group", _ignored(message, remedy, Caution if group else Mistake)
    meant = meant_kind(group, kind)
    if meant is not None and meant.kind != kind:
        found = "kind", _ignored(f"Kubernetes has no kind {kind}", f"did you mean {meant}?")
    return found


def _group_mistake(group: str) -> Mistake | None:
    """Why a text is neither an API group nor a pattern of groups."""
    bare, slash, _ = group.partition("/")
    valid = not group or _GROUP.fullmatch(group) or _PATTERN.search(group)
    if valid and not slash and not _NO_GROUP.fullmatch(group):
        return None
    remedy = f"write {bare}, without a version" if slash else "write for example apps"
    if _NO_GROUP.fullmatch(bare):
        remedy = "remove `group` for the core group"
    return _ignored(f"{group!r} is not an API group", remedy)


def _ignored(message: str, remedy: str, kind: type[Mistake] = Mistake) -> Mistake:
    return kind(
        code="ignore-selection", message=f"{message}: nothing would be ignored", remedy=remedy
    )


_TEXT_MAP = re.compile(
    r"(?:.*/)?(?:annotations|labels|matchLabels|nodeSelector)/|/(?:data|binaryData|stringData)/"
)
"""Maps from names to strings. A string has no fields, so that a second `/` belongs to the name, and must be written
`~1`."""

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
        return Mistake(
            code="json-pointer", message=f"{text!r} is not a JSON pointer", remedy=remedy
        )
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
    if not what:
        return None
    return Mistake(code="json-pointer", message=f"{what}: nothing would be ignored", remedy=remedy)
