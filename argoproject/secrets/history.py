"""What a key could ever decrypt: Git keeps every version of every file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from argoproject.layout import MANIFESTS, SECRETS
from argoproject.secrets.file import SecretFile, SecretKey
from argoproject.secrets.recipients import canonical, recipients_of
from argoproject.yamlfile.reader import parse

__all__ = ["HistoryError", "files_for"]

_SECRETS = re.compile(rf"(?:.*/)?(?:{SECRETS}|{MANIFESTS})/[^/]+\.ya?ml", re.DOTALL)
"""Files that may have secrets, wherever the configuration was in an earlier commit."""


class HistoryError(Exception):
    """The history cannot be searched, or not all of it is here. The text says why."""


def files_for(folder: Path, recipient: str) -> tuple[str, ...]:
    """Find the files of which some version, in any commit of any branch, is encrypted for a recipient.

    Args:
        folder: a folder of the repository.
        recipient: the public key.

    Returns:
        Their paths relative to `folder`, sorted.

    Raises:
        HistoryError: where there is no Git repository, or only a part of its history.
    """
    if _git(folder, "rev-parse", "--is-shallow-repository").strip() != b"false":
        raise HistoryError("the clone is shallow: fetch the whole history (git fetch --unshallow)")
    prefix = os.fsdecode(_git(folder, "rev-parse", "--show-prefix").rstrip(b"\n"))
    wanted = canonical(recipient)
    found = set()
    for path, raw in _versions(folder):
        document, problems = parse("", raw)
        if problems or not isinstance(document.data, dict):
            continue
        if wanted in recipients_of(SecretFile(SecretKey("", ""), document).metadata):
            inside = path.startswith(prefix)
            found.add(path[len(prefix) :] if inside else os.path.relpath(path, prefix or "."))
    return tuple(sorted(found))


def _versions(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every version of every file that may have secrets: a path that it had, and its contents."""
    paths: dict[str, str] = {}
    for line in _git(folder, "rev-list", "--all", "--objects").split(b"\n"):
        blob, _, path = line.partition(b" ")
        if _SECRETS.fullmatch(os.fsdecode(path)):
            paths[blob.decode()] = os.fsdecode(path)
    output = _git(folder, "cat-file", "--batch", text="\n".join(paths).encode())
    at = 0
    # Source of the form: git-cat-file, "BATCH OUTPUT".
    for name in paths.values():
        end = output.index(b"\n", at)
        size = int(output[at:end].split(b" ")[2])
        yield name, output[end + 1 : end + 1 + size]
        at = end + size + 2


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
