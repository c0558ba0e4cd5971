"""One secret's file by itself: it must be what sops makes of one secret, and nothing else.

What can be checked without a key is checked here. sops itself is only needed for the rest: whether the values are those
that were encrypted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from argoproject.models.validation import nearest
from argoproject.problems import Mistake
from argoproject.project.model import Found
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
from argoproject.yamlfile.reader import DataPath, texts_in

__all__ = ["MANIFEST_RULES", "METADATA_RULES", "VALUE_RULES", "file_mistakes"]

_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_ENCRYPTED_FIELDS = ("data", "stringData")
"""The fields of a Secret that sops encrypts in a manifest."""

_SELECTORS = (
    "encrypted_regex",
    "encrypted_suffix",
    "unencrypted_regex",
    "unencrypted_suffix",
    "encrypted_comment_regex",
    "unencrypted_comment_regex",
)
"""Rules for what is encrypted, of which a file has at most one. Source: sops 3.13, stores/stores.go."""

_TEXTS = ("lastmodified", "mac", "version", "mac_only_encrypted", *_SELECTORS)
_ENTRIES: Mapping[str, frozenset[str]] = {
    "age": frozenset(("recipient", "enc")),
    "pgp": frozenset(("fp", "enc", "created_at")),
    "kms": frozenset(("arn", "role", "enc", "created_at", "aws_profile")),
    "gcp_kms": frozenset(("resource_id", "enc", "created_at")),
    "azure_kv": frozenset(("vault_url", "name", "version", "enc", "created_at")),
    "hc_vault": frozenset(("vault_address", "engine_path", "key_name", "enc", "created_at")),
}
"""The fields that sops writes for each key service. Source: the same file. Groups of keys, which need several people at
once, are missing on purpose: no creation rule of this project makes them."""


def file_mistakes(file: SecretFile) -> Found:
    """All mistakes of a file, whatever else is in the tree."""
    rules = MANIFEST_RULES if file.is_manifest else VALUE_RULES
    for rule in (*rules, *(() if file.plain else METADATA_RULES)):
        yield from rule(file)


def only_known_keys(file: SecretFile) -> Found:
    """Refuses keys other than `value` and `for`: one file holds one secret."""
    for key in file.document.data:
        if key not in (VALUE, FOR, METADATA):
            match = nearest(key, (VALUE, FOR))
            hint = f"did you mean `{match}`? " if match else ""
            message = f"a secret's file has no key but `{VALUE}` and `{FOR}`"
            remedy = f"{hint}one file holds one secret; {write_again(file.key)}"
            yield (key,), Mistake(code="secret-file-key", message=message, remedy=remedy)


def texts(file: SecretFile) -> Found:
    """Refuses a file without a value, and values that are empty or no text."""
    code = "secret-no-value"
    for key, value in _fields(file):
        if not _has_text(value):
            empty = value is None or isinstance(value, str)
            yield (key,), _damage(file, "is empty" if empty else "must be text", code)
    if VALUE not in file.document.data:
        yield (), _damage(file, f"the file has no `{VALUE}`", code)


def plain_texts(file: SecretFile) -> Found:
    """Refuses, in a file without sops' metadata, encrypted values and the name of another place."""
    for key, value in _fields(file) if file.plain else ():
        if is_encrypted(value):
            message = "the value is encrypted, but the metadata that sops writes is missing"
            remedy = "take the file from Git's history as it was"
            yield (key,), Mistake(code="secret-metadata", message=message, remedy=remedy)
        elif key == FOR and _has_text(value) and value != str(file.key):
            message, remedy = "the file belongs elsewhere", f"write {file.key}, or remove it"
            yield (key,), Mistake(code="secret-elsewhere", message=message, remedy=remedy)


def encrypted_texts(file: SecretFile) -> Found:
    """Refuses, in an encrypted file, values in clear, damaged ones, and those that were encrypted as a number."""
    remedy = write_again(file.key)
    for key, value in () if file.plain else _fields(file):
        if not _has_text(value):
            continue
        if is_encrypted(value):
            yield from _encrypted_as_text((key,), value, remedy)
        elif value.startswith("ENC["):
            message = "this is not a value encrypted by sops"
            yield (key,), _damage(file, message, "secret-clear-value")
        else:
            message = "the value is not encrypted, while the file is"
            more = f"{remedy}; if Git has seen it, replace it where it is valid"
            yield (key,), Mistake(code="secret-clear-value", message=message, remedy=more)


def only_secrets(file: SecretFile) -> Found:
    """Refuses encrypted manifests of other kinds than Secret: they could be neither checked nor reviewed."""
    if not _is_secret(file):
        message = "only Secrets are encrypted: everything else is judged and reviewed"
        remedy = "remove sops from it: sops decrypt -i"
        yield ("kind",), Mistake(code="manifest-encrypted", message=message, remedy=remedy)


def readable_parts(file: SecretFile) -> Found:
    """Refuses a Secret of which more than the values is encrypted."""
    data = file.document.data if _is_secret(file) else {}
    readable = {key: data[key] for key in data if key not in (*_ENCRYPTED_FIELDS, METADATA)}
    for path, text in texts_in(readable):
        if not text.startswith("ENC["):
            continue
        message = "only `data` and `stringData` of a Secret are encrypted: the rest is judged and reviewed"
        remedy = "encrypt with encrypted_regex: ^(data|stringData)$, as .sops.yaml says"
        yield path, Mistake(code="manifest-encrypted", message=message, remedy=remedy)


def values_of_manifests(file: SecretFile) -> Found:
    """Refuses values of a Secret that were encrypted as a number or truth value."""
    for field in _ENCRYPTED_FIELDS if _is_secret(file) else ():
        values = file.document.data.get(field)
        for name, value in values.items() if isinstance(values, Mapping) else ():
            yield from _encrypted_as_text((field, name), str(value), "encrypt the file again")


def bound_manifests(file: SecretFile) -> Found:
    """Refuses an encrypted Secret that does not say where it belongs."""
    if _is_secret(file) and not file.bound and not file.plain:
        message = "the file does not say where it belongs: a copy of another team's file would look the same"
        remedy = f"decrypt it, add {BOUND_KEY}: {file.key} to its stringData, and encrypt it"
        yield ("stringData",), Mistake(code="secret-not-bound", message=message, remedy=remedy)


def metadata_exists(file: SecretFile) -> Found:
    """Refuses a file whose metadata is empty or no mapping."""
    if not file.metadata:
        yield (METADATA,), _damage(file, "the metadata that sops writes is missing")


def known_metadata(file: SecretFile) -> Found:
    """Refuses metadata that is not exactly as sops writes it.

    sops reads it more freely than that: in any case, and a mapping in place of a list. What it acts on must be what was
    checked, so only its own form is accepted.
    """
    for key, value in file.metadata.items():
        if key in _ENTRIES:
            valid = isinstance(value, list | None) and all(
                isinstance(item, Mapping)
                and set(item) <= _ENTRIES[key]
                and all(isinstance(text, str | None) for text in item.values())
                for item in value or ()
            )
            message = "the entries of a key service are not as sops writes them"
        else:
            valid = key in _TEXTS
            message = "this key is none that sops writes into files of one group of keys"
        if not valid:
            yield (METADATA, key), _damage(file, message)


def times_and_versions(file: SecretFile) -> Found:
    """Refuses metadata without the time of the last change or the version of sops."""
    for key, form in (("lastmodified", _TIME), ("version", None)) if file.metadata else ():
        text = file.metadata.get(key)
        if not isinstance(text, str) or (form is not None and not form.fullmatch(text)):
            yield (METADATA, key), _damage(file, f"`{METADATA}.{key}` is missing or damaged")


def authenticated(file: SecretFile) -> Found:
    """Refuses a file without an authentication code, and a code that does not cover the values in clear."""
    if str(file.metadata.get("mac_only_encrypted", "false")).lower() != "false":
        message = "the authentication code covers encrypted values only: others could be changed or added unseen"
        remedy = f"remove it from .sops.yaml, and {write_again(file.key)}"
        path = (METADATA, "mac_only_encrypted")
        yield path, Mistake(code="secret-mac-only-encrypted", message=message, remedy=remedy)
    if file.metadata and not is_encrypted(file.metadata.get("mac")):
        message = (
            "the authentication code is missing or damaged: a changed value would not be noticed"
        )
        yield (METADATA, "mac"), _damage(file, message, "secret-mac")


def one_selector(file: SecretFile) -> Found:
    """Refuses more than one rule for what is encrypted, of which sops would follow one."""
    if sum(key in file.metadata for key in _SELECTORS) > 1:
        message = "sops takes only one rule of what is encrypted in a file"
        yield (METADATA,), _damage(file, message)


def some_recipient(file: SecretFile) -> Found:
    """Refuses a file that nobody can decrypt."""
    if file.metadata and not any(recipients_of(file.metadata)):
        yield (METADATA,), _damage(file, "the file has no recipient", "secret-no-recipient")


VALUE_RULES: tuple[Callable[[SecretFile], Found], ...] = (
    only_known_keys,
    texts,
    plain_texts,
    encrypted_texts,
)
"""Rules for the file of one secret."""

MANIFEST_RULES: tuple[Callable[[SecretFile], Found], ...] = (
    only_secrets,
    readable_parts,
    values_of_manifests,
    bound_manifests,
)
"""Rules for a manifest with encrypted parts."""

METADATA_RULES: tuple[Callable[[SecretFile], Found], ...] = (
    metadata_exists,
    known_metadata,
    times_and_versions,
    authenticated,
    one_selector,
    some_recipient,
)
"""Rules for what sops writes into either."""


def _damage(file: SecretFile, message: str, code: str = "secret-metadata") -> Mistake:
    """The mistake of a file that sops has to write again."""
    return Mistake(code=code, message=message, remedy=write_again(file.key))


def _fields(file: SecretFile) -> Iterator[tuple[str, Any]]:
    """The value and the place that a secret's file holds, as far as it does."""
    yield from ((key, item) for key, item in file.document.data.items() if key in (VALUE, FOR))


def _has_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_secret(file: SecretFile) -> bool:
    data = file.document.data
    return (data.get("apiVersion"), data.get("kind")) == ("v1", "Secret")


def _encrypted_as_text(path: DataPath, value: str, remedy: str) -> Found:
    match = ciphertext(value)
    if match is not None and match["type"] != "str":
        message = "the value was encrypted as a number or truth value: leading zeros and spelling are lost"
        more = f"{remedy}, or quote it before you encrypt"
        yield path, Mistake(code="secret-type", message=message, remedy=more)
