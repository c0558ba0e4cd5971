"""A file of secrets as it is in Git, encrypted with sops and never decrypted here, and the keys of its secrets.

A file has two entries, `value` and `for`; `for` says where the file belongs. Both are encrypted, and sops' message
authentication code covers both. So a copy of another team's file is refused when a deployment decrypts it: its `for`
names the other folder, and only a holder of a private key can change it. A file without `for` was written by hand; it
works, with a warning (`SecretFile.bound`).

A Secret among the extra manifests must have the same in an encrypted entry of its `stringData` (`BOUND_KEY`): sops'
authentication code covers the values and their order, but not the names of keys. Without this entry, anyone who can
write to Git could rename the keys, or give the manifest another name or place.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from argoproject.identity import PLATFORM
from argoproject.layout import MANIFESTS, PROJECTS, SECRETS
from argoproject.yamlfile.reader import DataPath, Document, texts_in

__all__ = [
    "BOUND_KEY",
    "FOR",
    "METADATA",
    "VALUE",
    "SecretFile",
    "SecretKey",
    "ciphertext",
    "encrypted_leaves",
    "is_encrypted",
    "write_again",
]

_MANIFEST = ".yaml"
"""The end of a manifest's name; no secret's name has a dot."""


@dataclass(frozen=True, slots=True)
class SecretKey:
    """What a secret's value is looked up by. `str()` is its text in files, messages, stacks and Pulumi's state.

    Attributes:
        folder: `platform` for the platform's own secrets; else the folder below projects/ of the team, product or
            environment; empty for a value that has no place in the tree, as the keys for helm-secrets.
        name: the secret's name, or the name of the file for a manifest with encrypted parts.
        part: of a manifest, the place of one encrypted value; else empty.

    Example:
        >>> str(SecretKey("blue/shop", "db"))
        'blue/shop/db'
        >>> SecretKey.parse("blue/shop/manifests/db.yaml#stringData.password")
        SecretKey(folder='blue/shop', name='db.yaml', part='stringData.password')
    """

    folder: str
    name: str
    part: str = ""

    @classmethod
    def parse(cls, text: str) -> SecretKey:
        """The key that has this text: `SecretKey.parse(str(key)) == key`."""
        place, _, part = text.partition("#")
        folder, _, name = place.rpartition("/")
        if name.endswith(_MANIFEST):
            folder = folder.removesuffix(f"/{MANIFESTS}")
        return cls(folder, name, part)

    def __str__(self) -> str:
        name = f"{MANIFESTS}/{self.name}" if self.is_manifest else self.name
        text = f"{self.folder}/{name}" if self.folder else name
        return f"{text}#{self.part}" if self.part else text

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps of the folder: `("blue", "shop")`."""
        return tuple(self.folder.split("/"))

    @property
    def owner(self) -> str:
        """The team, or `platform`."""
        return self.steps[0]

    @property
    def is_manifest(self) -> bool:
        """Whether it is the key of a manifest with encrypted parts, or of one of these parts."""
        return self.name.endswith(_MANIFEST)

    @property
    def file(self) -> str:
        """The path of the file that holds the value, below the folder of platform.yaml."""
        above = "" if self.folder == PLATFORM else f"{PROJECTS}/{self.folder}/"
        side, end = (MANIFESTS, "") if self.is_manifest else (SECRETS, ".yaml")
        return f"{above}{side}/{self.name}{end}"


VALUE = "value"
FOR = "for"
METADATA = "sops"

BOUND_KEY = "argo-projects.for"
"""The key of an encrypted manifest's `stringData` that says where it belongs. It does not reach the cluster."""

_BASE64 = r"[A-Za-z0-9+/]+={0,2}"
_ENCRYPTED = re.compile(
    rf"ENC\[AES256_GCM,data:(?P<data>{_BASE64}),iv:(?P<iv>{_BASE64}),tag:(?P<tag>{_BASE64}),type:(?P<type>[a-z]+)\]"
)
"""A value that sops has encrypted. Source: sops 3.13, aes/cipher.go."""


@dataclass(frozen=True, slots=True)
class SecretFile:
    """A file that holds secrets. `key` is where it belongs."""

    key: SecretKey
    document: Document

    @property
    def file(self) -> str:
        """The file's name in reports."""
        return self.document.file

    @property
    def is_manifest(self) -> bool:
        """Whether it is an extra manifest of which parts are encrypted, instead of one secret's value."""
        return self.key.is_manifest

    @property
    def plain(self) -> bool:
        """Whether the file is in clear: it has no metadata of sops."""
        return METADATA not in self.document.data

    @property
    def bound(self) -> bool:
        """Whether the ciphertext itself says where the file belongs."""
        if not self.is_manifest:
            return FOR in self.document.data
        values = self.document.data.get("stringData")
        return isinstance(values, dict) and is_encrypted(values.get(BOUND_KEY))

    @property
    def metadata(self) -> Mapping[str, Any]:
        """What sops wrote about keys and integrity; empty where there is none."""
        metadata = self.document.data.get(METADATA)
        return metadata if isinstance(metadata, dict) else {}

    def secret_keys(self) -> tuple[SecretKey, ...]:
        """The keys of the secrets in the file, as plans name them."""
        if not self.is_manifest:
            return (self.key,)
        return tuple(self.leaf_key(path) for path, _ in encrypted_leaves(self.document.data))

    def leaf_key(self, path: DataPath) -> SecretKey:
        """The key of one value of a manifest."""
        return replace(self.key, part=".".join(map(str, path)))


def write_again(key: SecretKey) -> str:
    """The remedy for a file that cannot be used: the command, where there is one."""
    if key.is_manifest:
        return f"encrypt the file again, with {BOUND_KEY}: {key} in its stringData"
    return f"set it again: argoproject secret set {key.folder} {key.name}"


def ciphertext(text: Any) -> re.Match[str] | None:
    """The parts of an encrypted value (`data`, `iv`, `tag`, `type`), or None where the text is none.

    The same ciphertext has one spelling only: bits that decoders skip at the end of base64 must be 0, so that a copy
    of a file is recognised.
    """
    match = _ENCRYPTED.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    for part in match.group("data", "iv", "tag"):
        try:
            canonical = base64.b64encode(base64.b64decode(part, validate=True)).decode()
        except binascii.Error:
            return None
        if canonical != part:
            return None
    return match


def is_encrypted(text: Any) -> bool:
    """Whether a value is encrypted."""
    return ciphertext(text) is not None


def encrypted_leaves(data: Mapping[str, Any]) -> Iterator[tuple[DataPath, str]]:
    """Every encrypted value of a file with its path, except for those in sops' metadata."""
    own = {key: value for key, value in data.items() if key != METADATA}
    return ((path, text) for path, text in texts_in(own) if is_encrypted(text))
