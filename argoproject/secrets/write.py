"""Encrypting files: for the recipients that platform.yaml names, each bound to its place."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from argoproject.models import Platform
from argoproject.secrets.decrypt import decrypt_manifest, decrypt_secret
from argoproject.secrets.file import FOR, METADATA, VALUE, SecretFile, SecretKey
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
    """platform.yaml names no recipient for this secret. The argument is its `SecretKey`."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file's new contents and who can read them."""

    key: SecretKey
    text: str = field(repr=False)
    recipients: frozenset[str]


def seal(sops: Sops, platform: Platform, key: SecretKey, value: str) -> Sealed:
    """Encrypt the file of one secret. Needs public keys only.

    Args:
        sops: the program.
        platform: names the recipients.
        key: the secret's key, to which the file is bound.
        value: the value in clear.

    Raises:
        NoRecipientsError: when platform.yaml names none for this place.
        SopsError: when sops refuses.
    """
    return _sealed(sops, platform, key, json.dumps({VALUE: value, FOR: str(key)}), "json")


def reseal(sops: Sops, platform: Platform, file: SecretFile) -> Sealed:
    """Encrypt a file again, with a new data key, for the recipients that platform.yaml names now. Needs a private key.

    Raises:
        NoRecipientsError: when platform.yaml names none for this place.
        SopsError: when the file cannot be decrypted, or was encrypted for another place.
    """
    if not file.is_manifest:
        return seal(sops, platform, file.key, decrypt_secret(sops, file))
    decrypt_manifest(sops, file)
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
    # Settings of the machine must not have added or replaced recipients.
    document, problems = parse("", text.encode())
    if problems or frozenset(recipients_of(document.data[METADATA])) != recipients:
        message = "sops encrypted for other recipients than platform.yaml names"
        raise SopsError("secret-recipients", message, "look for settings of sops on this machine")
    return Sealed(key, text, recipients)
