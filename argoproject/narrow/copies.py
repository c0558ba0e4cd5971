"""In which folders a copy of a secret file may stand: an encrypted value has its tag, which no other has."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from argoproject.narrow.outline import Folder, text_of
from argoproject.narrow.text import is_escaped
from argoproject.secrets.file import SecretFile, ciphertext, encrypted_leaves

__all__ = ["folders_with", "tags_of"]


def tags_of(files: Iterable[SecretFile]) -> frozenset[bytes]:
    """The authentication tags of encrypted values, as they stand in the files."""
    return frozenset(
        match["tag"].encode()
        for file in files
        for _, text in encrypted_leaves(file.document.data)
        if (match := ciphertext(text)) is not None
    )


def folders_with(root: Path, folders: Iterable[Folder], tags: frozenset[bytes]) -> Iterator[Folder]:
    """The folders with a secret or manifest in which one of the tags stands, or may stand under an escape."""
    for folder in folders if tags else ():
        path = "/".join((str(root), "projects", *folder))
        if any(
            _may_hold(file, tags)
            for kind in ("secrets", "manifests")
            for file in _files(path, kind)
        ):
            yield folder


def _files(path: str, kind: str) -> Iterator[str]:
    try:
        with os.scandir(f"{path}/{kind}") as entries:
            yield from [entry.path for entry in entries if entry.is_file(follow_symlinks=False)]
    except OSError:
        return


def _may_hold(file: str, tags: frozenset[bytes]) -> bool:
    text = text_of(file)
    return text is not None and (is_escaped(text.raw) or any(tag in text.raw for tag in tags))
