"""A secret's key: the place in the tree to which its value belongs, and its name there."""

from __future__ import annotations

from dataclasses import dataclass

from argoproject.identity import PLATFORM
from argoproject.layout import MANIFESTS, PROJECTS, SECRETS

__all__ = ["SecretKey"]

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
