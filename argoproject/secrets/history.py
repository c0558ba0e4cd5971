"""What a key could ever read: Git keeps every version of every file, and nobody can make it forget."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from argoproject.layout import MANIFESTS, SECRETS
from argoproject.secrets.file import SecretFile
from argoproject.secrets.key import SecretKey
from argoproject.secrets.recipients import canonical, recipients_of
from argoproject.yamlfile.reader import parse

__all__ = ["HistoryError", "files_for"]

_SECRETS = re.compile(rf"(?:.*/)?(?:{SECRETS}|{MANIFESTS})/[^/]+\.ya?ml", re.DOTALL)
"""Files that may hold secrets, wherever the configuration stood once."""


class HistoryError(Exception):
    """The history cannot be searched, or not all of it is here. The text says why."""


def files_for(folder: Path, recipient: str) -> tuple[str, ...]:
    """Every file, relative to `folder`, of which a version in any commit of any branch is for a recipient; sorted.

    Raises:
        HistoryError: where there is no Git repository, or only a part of its history.
    """
    if _git(folder, "rev-parse", "--is-shallow-repository").strip() != b"false":
        raise HistoryError("the clone is shallow: fetch the whole history (git fetch --unshallow)")
    prefix = os.fsdecode(_git(folder, "rev-parse", "--show-prefix").rstrip(b"\n"))
    blobs = dict(_blobs(folder))
    texts = _contents(folder, list(blobs))
    wanted = canonical(recipient)
    found = {blobs[blob] for blob, text in texts if wanted in _readers(text)}
    return tuple(sorted(_relative(path, prefix) for path in found))


def _readers(raw: bytes) -> frozenset[str]:
    document, problems = parse("", raw)
    if problems or not isinstance(document.data, dict):
        return frozenset()
    return frozenset(recipients_of(SecretFile(SecretKey("", ""), document).metadata))


def _blobs(folder: Path) -> Iterator[tuple[str, str]]:
    """Every version of every file that may hold secrets: the object and a path at which it stood."""
    for line in _git(folder, "rev-list", "--all", "--objects").split(b"\n"):
        blob, _, path = line.partition(b" ")
        name = os.fsdecode(path)
        if _SECRETS.fullmatch(name):
            yield blob.decode(), name


def _contents(folder: Path, blobs: list[str]) -> Iterator[tuple[str, bytes]]:
    output = _git(folder, "cat-file", "--batch", text="\n".join(blobs).encode())
    at = 0
    for blob in blobs:
        end = output.index(b"\n", at)
        size = int(output[at:end].split(b" ")[2])
        yield blob, output[end + 1 : end + 1 + size]
        at = end + size + 2


def _relative(path: str, prefix: str) -> str:
    return path[len(prefix) :] if path.startswith(prefix) else os.path.relpath(path, prefix or ".")


def _git(folder: Path, *arguments: str, text: bytes = b"") -> bytes:
    program = shutil.which("git")
    if program is None:
        raise HistoryError("the git program is not on PATH")
    done = subprocess.run(  # noqa: S603 - the program and its arguments are ours
        (program, "-C", str(folder), *arguments), input=text, capture_output=True, check=False
    )
    if done.returncode != 0:
        raise HistoryError(f"{folder} is in no Git repository, or Git cannot read it")
    return done.stdout
