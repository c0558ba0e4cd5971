"""What a key could ever decrypt: Git keeps every version of every file."""

from __future__ import annotations

import os
import re
from pathlib import Path

from argoproject.git import GitError, GitMissingError, contents, git
from argoproject.layout import MANIFESTS, SECRETS
from argoproject.secrets.file import SecretFile, SecretKey
from argoproject.secrets.recipients import canonical, recipients_of
from argoproject.yamlfile.reader import parse

__all__ = ["HistoryError", "files_for"]

_SECRETS = re.compile(rf"(?:.*/)?(?:{SECRETS}|{MANIFESTS})/[^/]+\.ya?ml", re.DOTALL)
"""Files that may have secrets, wherever the configuration was in an earlier commit."""

_PARTS = re.compile(r"/(?:keys|v1)/|(?<!/)/(?!/)|\+")
"""Where a recipient is divided that sops writes in parts: address, name and version of a key."""


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
    try:
        return _files_for(folder, canonical(recipient))
    except GitMissingError:
        raise HistoryError("the git program is not on PATH") from None
    except GitError:
        raise HistoryError(f"{folder} is in no Git repository, or Git cannot read it") from None


def _files_for(folder: Path, wanted: str) -> tuple[str, ...]:
    if git(folder, "rev-parse", "--is-shallow-repository").strip() != b"false":
        raise HistoryError("the clone is shallow: fetch the whole history (git fetch --unshallow)")
    prefix = os.fsdecode(git(folder, "rev-parse", "--show-prefix").rstrip(b"\n"))
    # Every version of every file that may have secrets, with a path that it had.
    paths: dict[str, str] = {}
    for line in git(folder, "rev-list", "--all", "--objects").split(b"\n"):
        blob, _, path = os.fsdecode(line).partition(" ")
        if _SECRETS.fullmatch(path):
            paths[blob] = path
    found = set()
    for path, raw in zip(paths.values(), contents(folder, paths), strict=True):
        if _is_for(raw or b"", wanted):
            inside = path.startswith(prefix)
            found.add(path[len(prefix) :] if inside else os.path.relpath(path, prefix or "."))
    return tuple(sorted(found))


def _is_for(raw: bytes, wanted: str) -> bool:
    """Whether a version of a file is encrypted for a recipient.

    Earlier commits have files that the checks never saw. Where YAML or sops' metadata have a form that this program
    does not read, the version counts if its text contains every part of the recipient: sops writes some in pieces.
    """
    document, problems = parse("", raw)
    if not problems and isinstance(document.data, dict):
        metadata = SecretFile(SecretKey("", ""), document).metadata
        if "key_groups" not in metadata:
            return wanted in recipients_of(metadata)
    text = raw.decode(errors="replace").casefold()
    return all(part in text for part in _PARTS.split(wanted.casefold()))
