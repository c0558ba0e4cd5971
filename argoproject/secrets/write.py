"""Secret files as they are to be written: encrypted for the right people, each at its place."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from argoproject.models import Platform
from argoproject.secrets.decrypt import clear_manifest, reveal
from argoproject.secrets.file import FOR, METADATA, VALUE, SecretFile
from argoproject.secrets.key import SecretKey
from argoproject.secrets.program import Sops, SopsError
from argoproject.secrets.recipients import (
    creation_rule,
    is_recipient,
    named_recipients,
    recipients_for,
    recipients_of,
)
from argoproject.yamlfile.reader import parse
from argoproject.yamlfile.syntax import MAX_BYTES

__all__ = ["NoRecipientsError", "Sealed", "reseal", "seal"]


class NoRecipientsError(Exception):
    """platform.yaml does not say who may read what belongs at this key."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file's new contents and who can read them."""

    key: SecretKey
    text: str = field(repr=False)
    recipients: frozenset[str]


def seal(sops: Sops, platform: Platform, key: SecretKey, value: str) -> Sealed:
    """One secret's file. Needs public keys only.

    Raises:
        NoRecipientsError: when platform.yaml names none for this place.
        SopsError: when sops refuses.
    """
    return _sealed(sops, platform, key, json.dumps({VALUE: value, FOR: str(key)}), "json")


def reseal(sops: Sops, platform: Platform, file: SecretFile) -> Sealed:
    """A file encrypted anew, with a new data key, for the people whom platform.yaml names now. Needs a private key.

    Raises:
        NoRecipientsError: when platform.yaml names none for this place.
        SopsError: when the file cannot be decrypted, or was encrypted for another place.
    """
    if not file.is_manifest:
        return seal(sops, platform, file.key, reveal(sops, file))
    clear_manifest(sops, file)
    return _sealed(sops, platform, file.key, sops.decrypt_text(file.document.text), "yaml")


def _sealed(sops: Sops, platform: Platform, key: SecretKey, clear: str, form: str) -> Sealed:
    if any(not is_recipient(item) for _, item in named_recipients(platform)):
        message = "platform.yaml has recipients that sops does not know"
        raise SopsError("recipient", message, "argoproject validate says which")
    recipients = recipients_for(platform, key)
    if not recipients:
        raise NoRecipientsError(key)
    rule = creation_rule(recipients, manifest=key.is_manifest)
    text = sops.encrypt(clear, rule, form)
    if len(text.encode()) > MAX_BYTES:
        message = f"encrypted, the secret is larger than {MAX_BYTES // 1024} KiB"
        raise SopsError("file-too-large", message, "split it")
    _check_readers(text, recipients)
    return Sealed(key, text, recipients)


def _check_readers(text: str, recipients: frozenset[str]) -> None:
    """What sops made is for these people and nobody else, whatever its environment told it."""
    document, problems = parse("", text.encode())
    if problems or frozenset(recipients_of(document.data[METADATA])) != recipients:
        message = "sops encrypted for other people than platform.yaml names"
        raise SopsError("secret-recipients", message, "look for settings of sops on this machine")
