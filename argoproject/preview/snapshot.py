"""The last offline preview of each stack, kept as JSON below `.argoproject/previews`.

Owns the file format and the key of the fingerprints. Secrets are in it as fingerprints only, and these tell nothing to
whoever does not have the key, which never leaves the folder that Git ignores.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from argoproject.preview.record import Resource, Resources, Secret, Unknown

__all__ = ["Snapshot", "SnapshotStore"]

_FORMAT = 1
_SECRET = "$secret"  # noqa: S105
_UNKNOWN = "$unknown"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one run of a stack's program registered and exported."""

    resources: Resources = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)


class SnapshotStore:
    """The folder with the snapshots of a project's stacks."""

    def __init__(self, root: Path) -> None:
        self._folder = root / ".argoproject" / "previews"

    def fingerprint_key(self) -> bytes:
        """Give the key, made at random the first time."""
        path = self._folder / ".key"
        with contextlib.suppress(FileNotFoundError):
            return path.read_bytes()
        _write(path, secrets.token_bytes(32))
        return path.read_bytes()

    def load(self, stack: str) -> Snapshot | None:
        """Give the stack's last snapshot. One of another format, or a broken one, is none."""
        try:
            content = json.loads(self._path(stack).read_bytes())
            return _decoded(content) if content["format"] == _FORMAT else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self, stack: str, snapshot: Snapshot) -> None:
        """Keep the snapshot in the place of the last one."""
        content = json.dumps(_encoded(snapshot), indent=1, sort_keys=True)
        _write(self._path(stack), content.encode())

    def _path(self, stack: str) -> Path:
        return self._folder / f"{stack}.json"


def _write(path: Path, content: bytes) -> None:
    # A rename is atomic: whoever reads meets the old file or the new one, never half of it.
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _encoded(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "outputs": _plain(snapshot.outputs),
        "resources": [_entry(snapshot.resources[urn]) for urn in sorted(snapshot.resources)],
    }


def _entry(resource: Resource) -> dict[str, Any]:
    # The inputs hold marks, which `asdict` would take apart.
    shallow = asdict(replace(resource, inputs={}))
    return {**shallow, "inputs": _plain(resource.inputs)}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Secret):
        return {_SECRET: value.fingerprint}
    return {_UNKNOWN: True} if isinstance(value, Unknown) else value


def _decoded(content: Mapping[str, Any]) -> Snapshot:
    resources = (_resource(entry) for entry in content["resources"])
    return Snapshot({item.urn: item for item in resources}, _marked(content["outputs"]))


def _resource(entry: Mapping[str, Any]) -> Resource:
    return Resource(
        **{
            **entry,
            "dependencies": tuple(entry["dependencies"]),
            "inputs": _marked(entry["inputs"]),
        }
    )


def _marked(value: Any) -> Any:
    if isinstance(value, list):
        return [_marked(item) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {_SECRET}:
        return Secret(value[_SECRET])
    if set(value) == {_UNKNOWN}:
        return Unknown()
    return {key: _marked(item) for key, item in value.items()}
