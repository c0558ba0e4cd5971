"""One secret's file by itself: is it what sops makes of one secret, and nothing else?

What can be seen without a key is refused without one. sops itself is asked only for what needs the key: whether the
values are the ones that were encrypted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.models.validation import nearest
from argoproject.problems import Mistake
from argoproject.secrets.file import (
    BOUND_KEY,
    FOR,
    METADATA,
    VALUE,
    SecretFile,
    ciphertext,
    is_encrypted,
    write_again,
)
from argoproject.secrets.recipients import recipients_of
from argoproject.yamlfile.reader import Path

__all__ = ["file_problems"]

Found = Iterator[tuple[Path, Mistake]]

_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_SELECTORS = (
    "encrypted_regex",
    "encrypted_suffix",
    "unencrypted_regex",
    "unencrypted_suffix",
    "encrypted_comment_regex",
    "unencrypted_comment_regex",
)
"""What sops may know at most one of in a file. Source: sops 3.13, stores/stores.go."""

_TEXTS = ("lastmodified", "mac", "version", *_SELECTORS)
_ENTRIES: Mapping[str, frozenset[str]] = {
    "age": frozenset(("recipient", "enc")),
    "pgp": frozenset(("fp", "enc", "created_at")),
    "kms": frozenset(("arn", "role", "enc", "created_at", "aws_profile")),
    "gcp_kms": frozenset(("resource_id", "enc", "created_at")),
    "azure_kv": frozenset(("vault_url", "name", "version", "enc", "created_at")),
    "hc_vault": frozenset(("vault_address", "engine_path", "key_name", "enc", "created_at")),
}
"""What sops writes for each key service. Source: the same file. Groups of keys, which need several people at once, are
not among it: no rule of ours makes them."""


def file_problems(file: SecretFile) -> Found:
    """Everything that is wrong with a file, whatever stands around it."""
    yield from _manifest(file) if file.is_manifest else _value_file(file)
    if not file.plain:
        yield from _metadata(file)


def _value_file(file: SecretFile) -> Found:
    for key, value in file.document.data.items():
        if key == METADATA:
            continue
        if key not in (VALUE, FOR):
            match = nearest(key, (VALUE, FOR))
            hint = f"did you mean `{match}`? " if match else ""
            remedy = f"{hint}one file holds one secret; {write_again(file.key)}"
            yield (
                (key,),
                Mistake(
                    code="secret-file-key",
                    message=f"a secret's file has no key but `{VALUE}` and `{FOR}`",
                    remedy=remedy,
                ),
            )
        else:
            yield from _text(file, key, value)
    if VALUE not in file.document.data:
        message = f"the file has no `{VALUE}`"
        yield (), Mistake(code="secret-no-value", message=message, remedy=write_again(file.key))


def _text(file: SecretFile, key: str, value: Any) -> Found:
    path: Path = (key,)
    remedy = write_again(file.key)
    if not isinstance(value, str) or not value.strip():
        what = "is empty" if value in (None, "") or isinstance(value, str) else "must be text"
        yield path, Mistake(code="secret-no-value", message=what, remedy=remedy)
    elif file.plain:
        if is_encrypted(value):
            message = "the value is encrypted, but what sops writes beside it is gone"
            yield (
                path,
                Mistake(
                    code="secret-metadata",
                    message=message,
                    remedy="take the file from Git's history as it was",
                ),
            )
        elif key == FOR and value != str(file.key):
            yield (
                path,
                Mistake(
                    code="secret-elsewhere",
                    message="the file belongs elsewhere",
                    remedy=f"write {file.key}, or remove it",
                ),
            )
    elif not is_encrypted(value):
        yield path, _clear(value, remedy)
    else:
        yield from _type_of(path, value, remedy)


def _clear(value: str, remedy: str) -> Mistake:
    code = "secret-clear-value"
    if value.startswith("ENC["):
        message = "this is no value that sops has encrypted"
        return Mistake(code=code, message=message, remedy=remedy)
    message = "the value is not encrypted, beside others that are"
    remedy += "; if Git has seen it, replace it where it is valid"
    return Mistake(code=code, message=message, remedy=remedy)


def _type_of(path: Path, value: str, remedy: str) -> Found:
    match = ciphertext(value)
    if match is not None and match["type"] != "str":
        message = "the value was encrypted as a number or truth value: leading zeros and spelling are lost"
        yield (
            path,
            Mistake(
                code="secret-type",
                message=message,
                remedy=f"{remedy}, or quote it before you encrypt",
            ),
        )


def _manifest(file: SecretFile) -> Found:
    data = file.document.data
    if data.get("kind") != "Secret" or data.get("apiVersion") != "v1":
        message = "only Secrets are encrypted: everything else is judged and reviewed"
        yield (
            ("kind",),
            Mistake(
                code="manifest-encrypted",
                message=message,
                remedy="remove sops from it: sops decrypt -i",
            ),
        )
        return
    for key, value in data.items():
        if key not in ("data", "stringData", METADATA):
            yield from _hidden((key,), value)
    for key in ("data", "stringData"):
        for name, value in _map(data.get(key)).items():
            yield from _type_of((key, name), str(value), "encrypt the file again")
    if not file.bound and not file.plain:
        message = "the file does not say where it belongs: a copy of somebody else's could not be told from it"
        remedy = f"decrypt it, add {BOUND_KEY}: {file.key} to its stringData, and encrypt it"
        yield ("stringData",), Mistake(code="secret-not-bound", message=message, remedy=remedy)


def _hidden(path: Path, value: Any) -> Found:
    """Encrypted parts outside the values: nobody could judge them."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _hidden((*path, key), item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _hidden((*path, index), item)
    elif isinstance(value, str) and value.startswith("ENC["):
        message = "only `data` and `stringData` of a Secret are encrypted: the rest is judged and reviewed"
        remedy = "encrypt with encrypted_regex: ^(data|stringData)$, as .sops.yaml says"
        yield path, Mistake(code="manifest-encrypted", message=message, remedy=remedy)


def _metadata(file: SecretFile) -> Found:
    """sops reads what it wrote more freely than this: in any case, and a mapping where a list belongs. What it acts on
    must be what is judged, so that nothing but its own spelling is accepted."""
    remedy = write_again(file.key)
    path: Path = (METADATA,)
    metadata = file.metadata
    if not metadata:
        yield (
            path,
            Mistake(
                code="secret-metadata",
                message="what sops wrote beside the value is gone",
                remedy=remedy,
            ),
        )
        return
    if str(metadata.get("mac_only_encrypted", "false")).lower() != "false":
        message = "the authentication code covers encrypted values only: others could be changed or added unseen"
        place = (*path, "mac_only_encrypted")
        yield (
            place,
            Mistake(
                code="secret-mac-only-encrypted",
                message=message,
                remedy=f"remove it from .sops.yaml, and {remedy}",
            ),
        )
    for key, value in metadata.items():
        yield from _entry(path, key, value, remedy)
    for key in ("lastmodified", "version"):
        if not isinstance(metadata.get(key), str) or (
            key == "lastmodified" and not _TIME.fullmatch(str(metadata[key]))
        ):
            yield (
                (*path, key),
                Mistake(
                    code="secret-metadata",
                    message=f"`{METADATA}.{key}` is missing or damaged",
                    remedy=remedy,
                ),
            )
    if not is_encrypted(metadata.get("mac")):
        message = "the authentication code is missing or damaged: nobody could tell a changed value"
        yield (*path, "mac"), Mistake(code="secret-mac", message=message, remedy=remedy)
    if sum(key in metadata for key in _SELECTORS) > 1:
        message = "sops takes only one rule of what is encrypted in a file"
        yield path, Mistake(code="secret-metadata", message=message, remedy=remedy)
    if not any(recipients_of(metadata)):
        yield (
            path,
            Mistake(
                code="secret-no-recipient",
                message="the file names nobody who can read it",
                remedy=remedy,
            ),
        )


def _entry(path: Path, key: str, value: Any, remedy: str) -> Found:
    """One key of sops' own: a text of its, or the entries of one key service."""
    place = (*path, key)
    if key in _ENTRIES:
        allowed = _ENTRIES[key]
        if not isinstance(value, list | None) or not all(
            isinstance(item, Mapping)
            and set(item) <= allowed
            and all(_is_text(text) for text in item.values())
            for item in value or ()
        ):
            message = "the entries of a key service are not as sops writes them"
            yield place, Mistake(code="secret-metadata", message=message, remedy=remedy)
    elif key not in _TEXTS and key != "mac_only_encrypted":
        message = "this key is none that sops writes into files of one group of keys"
        yield place, Mistake(code="secret-metadata", message=message, remedy=remedy)


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
