"""The judgement of the API server's own code: the program `kubernetes-validation` answers for many objects at once.

[verdict] = kubernetes.judge([{"apiVersion": "v1", "kind": "LimitRange", …}])
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Kubernetes", "Verdict"]

Manifest = Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """How the API server takes one object.

    Attributes:
        errors: why it refuses the object. Empty: it takes it.
        stored: the object as it is stored, with defaults. Empty where the object cannot be decoded.
        counted: of a ResourceQuota, the keys of `hard` that Kubernetes counts, apart from `count/<resource>.<group>`.
    """

    errors: tuple[str, ...]
    stored: Manifest
    counted: frozenset[str]


class Kubernetes:
    """Runs the program once for any number of objects."""

    def __init__(self, program: Path) -> None:
        self._program = program

    def judge(self, objects: Iterable[Manifest]) -> list[Verdict]:
        """A verdict for each NetworkPolicy, ResourceQuota, LimitRange or Namespace.

        Raises:
            AssertionError: the program fails. It has the program's output.
        """
        found = self._answers(objects)
        return [
            Verdict(
                errors=tuple(item["errors"]),
                stored=item.get("stored") or {},
                counted=frozenset(item.get("counted") or ()),
            )
            for item in found
        ]

    def reads(self, texts: Iterable[str]) -> list[Any]:
        """The data of YAML documents as kubectl, and everything else in Go, reads them."""
        return self._answers(texts, "yaml")

    def pulls(self, pairs: Iterable[tuple[str, str]]) -> list[bool]:
        """Whether the kubelet pulls an image with the login of a registry, for pairs of its server and an image."""
        return self._answers(pairs, "keyring")

    def _answers(self, questions: Iterable[Any], *arguments: str) -> list[Any]:
        lines = [json.dumps(item) for item in questions]
        done = subprocess.run(
            [self._program, *arguments],
            input="\n".join(lines),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(found) == len(lines)
        return found
