"""What is kept of a program's registrations, in memory and as JSON below `.argoproject/previews`.

Values are plain, and marks take the place of secrets and unknown values. Secrets are kept as fingerprints only. They
reveal nothing without their key, which never leaves the folder that Git ignores. Nothing here depends on Pulumi.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from argoproject.tree.files import write

__all__ = [
    "STACK_TYPE",
    "Resource",
    "Secret",
    "Snapshot",
    "SnapshotStore",
    "Unknown",
    "printable",
]

_FORMAT = 1
STACK_TYPE = "pulumi:pulumi:Stack"
_SECRET = "$secret"  # noqa: S105
_UNKNOWN = "$unknown"
_PRIVATE = 0o600
"""The permissions of the files: nobody else may read them."""


@dataclass(frozen=True, slots=True)
class Secret:
    """The mark of a secret value. Equal fingerprints mean equal values; the value cannot be computed from it."""

    fingerprint: str

    def __str__(self) -> str:
        return "<secret>"


@dataclass(frozen=True, slots=True)
class Unknown:
    """The mark of a value that is only known after a deployment."""

    def __str__(self) -> str:
        return "<known after deployment>"


def printable(value: Any) -> Any:
    """A value with text in the place of its marks, at any depth."""
    return json.loads(json.dumps(value, default=str))


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One registration. It refers to other resources by their URN."""

    urn: str
    type: str
    """Type token, `kubernetes:core/v1:Secret` for example."""

    name: str
    """Logical name."""

    parent: str = ""
    custom: bool = True
    """False for a component."""

    provider: str = ""
    """URN of the explicit provider; empty for components and where there is none."""

    dependencies: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    """The options that were set, under Pulumi's names: protect, retainOnDelete, deletedWith, aliases, …"""

    inputs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def protected(self) -> bool:
        return bool(self.options.get("protect"))

    @property
    def cluster(self) -> str:
        """The provider's name, which is the cluster's."""
        return self.provider.rpartition("::")[2]

    @property
    def is_object(self) -> bool:
        """Whether it is a Kubernetes object."""
        return self.custom and "kind" in self.inputs and "metadata" in self.inputs

    @property
    def title(self) -> str:
        """The name to show: `Secret argocd/blue-shop`; for what is no object, its type and logical name."""
        if not self.is_object:
            return f"{self.type.rpartition(':')[2]} {self.name}"
        metadata = self.inputs["metadata"]
        namespace = f"{metadata['namespace']}/" if "namespace" in metadata else ""
        return f"{self.inputs['kind']} {namespace}{metadata.get('name', self.name)}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one run of a stack's program registered and exported."""

    resources: Mapping[str, Resource] = field(default_factory=dict)
    """By URN."""

    outputs: Mapping[str, Any] = field(default_factory=dict)


class SnapshotStore:
    """The folder with the last snapshot of each stack of a project.

    Args:
        root: folder of Pulumi.yaml.
    """

    def __init__(self, root: Path) -> None:
        self._folder = root / ".argoproject" / "previews"

    def fingerprint_key(self) -> bytes:
        """The key of the fingerprints: 32 random bytes, generated at the first call."""
        path = self._folder / ".key"
        with contextlib.suppress(FileNotFoundError):
            return path.read_bytes()
        write(path, secrets.token_bytes(32), _PRIVATE)
        return path.read_bytes()

    def load(self, stack: str) -> Snapshot | None:
        """The stack's last snapshot; None if there is none, if it has another format, or if it is damaged."""
        try:
            content = json.loads(self._path(stack).read_bytes(), object_hook=_unmarked)
            if content["format"] != _FORMAT:
                return None
            resources = {}
            for entry in content["resources"]:
                item = Resource(**{**entry, "dependencies": tuple(entry["dependencies"])})
                resources[item.urn] = item
            return Snapshot(resources, content["outputs"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self, stack: str, snapshot: Snapshot) -> None:
        """Replace the stack's last snapshot."""
        content = {
            "format": _FORMAT,
            "outputs": snapshot.outputs,
            "resources": [
                # The inputs contain marks, which `asdict` would take apart.
                {**asdict(replace(item, inputs={})), "inputs": item.inputs}
                for _, item in sorted(snapshot.resources.items())
            ],
        }
        text = json.dumps(content, indent=1, sort_keys=True, default=_marked)
        write(self._path(stack), text, _PRIVATE)

    def _path(self, stack: str) -> Path:
        return self._folder / f"{stack}.json"


def _marked(value: Any) -> Any:
    """A mark as JSON can contain it: `{"$secret": fingerprint}` or `{"$unknown": true}`."""
    return {_SECRET: value.fingerprint} if isinstance(value, Secret) else {_UNKNOWN: True}


def _unmarked(value: dict[str, Any]) -> Any:
    """The inverse of `_marked`, for every mapping of the file."""
    if set(value) == {_SECRET}:
        return Secret(value[_SECRET])
    return Unknown() if set(value) == {_UNKNOWN} else value
