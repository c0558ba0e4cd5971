"""Decrypting the files that a deployment needs: each once, in parallel, all failures at once.

The files must have been checked before (`argoproject.checks.secrets`): sops acts on what a file says about keys before
it verifies anything.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from functools import reduce
from operator import getitem
from typing import Any, TypeAlias

from argoproject.problems import ConfigError, Position, Problem
from argoproject.secrets.file import (
    BOUND_KEY,
    FOR,
    VALUE,
    SecretFile,
    SecretKey,
    encrypted_leaves,
    write_again,
)
from argoproject.secrets.program import NO_KEY, Sops, SopsError
from argoproject.secrets.recipients import recipients_of

__all__ = ["WORKERS", "decrypt", "decrypt_manifest", "decrypt_secret", "placeholders_only"]

Values: TypeAlias = dict[SecretKey, str]

WORKERS = max(8, 2 * (os.cpu_count() or 1))
"""How many files are decrypted at a time: sops waits for its key services more than it computes."""

_offline: ContextVar[bool] = ContextVar("offline", default=False)


@contextmanager
def placeholders_only() -> Iterator[None]:
    """Decrypt nothing inside this context: each value is a placeholder that changes with the text in the file.

    For a file in clear that is a hash of the value: do not show it where the value must not be guessed.
    """
    token = _offline.set(True)
    try:
        yield
    finally:
        _offline.reset(token)


def decrypt(files: Iterable[SecretFile], *, age_key: str | None = None) -> Values:
    """Decrypt the values of files, by the keys that plans use (`SecretFile.secret_keys`).

    Args:
        files: the files, each once.
        age_key: a private age key in addition to those of the machine.

    Returns:
        The values in clear by their keys; inside `placeholders_only`, placeholders.

    Raises:
        ConfigError: with one problem for each file that cannot be decrypted, or that belongs elsewhere.
    """
    files = tuple(files)
    if _offline.get():
        return {
            key: f"<encrypted {hashlib.sha256(text.encode()).hexdigest()[:12]}>"
            for file in files
            for key, text in _values_as_written(file)
        }
    sops = Sops(age_key)
    values: Values = {}
    problems: list[Problem] = []
    with ThreadPoolExecutor(WORKERS) as workers:
        for found in workers.map(lambda file: _decrypt_file(sops, file), files):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                values.update(found)
    if problems:
        raise ConfigError(problems)
    return values


def decrypt_secret(sops: Sops, file: SecretFile, written_for: SecretKey | None = None) -> str:
    """Decrypt the file of one secret.

    Args:
        sops: the program.
        file: the file.
        written_for: the key for which the file was written; by default its own.

    Raises:
        SopsError: when the file cannot be decrypted, was encrypted for another place, or has other keys.
    """
    clear = sops.decrypt(file.document.text)
    place = written_for or file.key
    _check_place(file, clear.get(FOR, str(place)), place)
    value = clear.get(VALUE)
    if not isinstance(value, str) or set(clear) - {VALUE, FOR}:
        message = "the file has something else than one text"
        raise SopsError("secret-key", message, write_again(file.key))
    return value


def decrypt_manifest(sops: Sops, file: SecretFile) -> dict[str, Any]:
    """Decrypt a manifest.

    Raises:
        SopsError: when it cannot be decrypted, or was encrypted for another place.
    """
    clear = sops.decrypt(file.document.text)
    values = clear.get("stringData")
    place = values.get(BOUND_KEY) if isinstance(values, dict) else None
    _check_place(file, place, file.key)
    return clear


def _check_place(file: SecretFile, found: Any, place: SecretKey) -> None:
    if found != str(place):
        message = "the file was encrypted for another place: its secret must not be used here"
        raise SopsError("secret-elsewhere", message, write_again(file.key))


def _values_as_written(file: SecretFile) -> Iterator[tuple[SecretKey, str]]:
    """The values of a file by their keys as they are in Git: encrypted, or in clear where the file is."""
    if not file.is_manifest:
        yield file.key, str(file.document.data[VALUE])
        return
    for path, text in encrypted_leaves(file.document.data):
        yield file.leaf_key(path), text


def _decrypt_file(sops: Sops, file: SecretFile) -> Values | Problem:
    """Decrypt one file, or say why not."""
    try:
        if file.plain:
            return dict(_values_as_written(file))
        if not file.is_manifest:
            return {file.key: decrypt_secret(sops, file)}
        clear: Any = decrypt_manifest(sops, file)
        paths = (path for path, _ in encrypted_leaves(file.document.data))
        return {file.leaf_key(path): str(reduce(getitem, path, clear)) for path in paths}
    except SopsError as error:
        mistake = error.mistake
        if mistake.code == NO_KEY and (readers := ", ".join(recipients_of(file.metadata))):
            mistake = mistake._replace(message=f"{mistake.message}; it is for {readers}")
        return Problem(position=Position(file.file), path="", **mistake._asdict())
