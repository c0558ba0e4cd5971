"""Decrypting the files that a deployment needs: each once, in parallel, all failures at once.

Whoever calls this has judged the files: sops acts on what they say about keys before anything is known to be true.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from argoproject.problems import ConfigError, Position, Problem
from argoproject.secrets.file import (
    BOUND_KEY,
    FOR,
    VALUE,
    SecretFile,
    encrypted_leaves,
    write_again,
)
from argoproject.secrets.key import SecretKey
from argoproject.secrets.program import NO_KEY, Sops, SopsError
from argoproject.secrets.recipients import recipients_of

__all__ = ["WORKERS", "clear_manifest", "decrypt", "reveal", "without_values"]

Values = dict[SecretKey, str]

WORKERS = max(8, 2 * (os.cpu_count() or 1))
"""How many files are decrypted at a time: sops waits for its key services more than it computes."""

_offline: ContextVar[bool] = ContextVar("offline", default=False)


@contextmanager
def without_values() -> Iterator[None]:
    """Inside it nothing is decrypted: a placeholder that changes with the ciphertext stands for each value."""
    token = _offline.set(True)
    try:
        yield
    finally:
        _offline.reset(token)


def decrypt(files: Iterable[SecretFile], *, age_key: str | None = None) -> Values:
    """The values of these files, by the keys that plans use (`SecretFile.secret_keys`).

    `age_key` is a private age key in addition to those that the machine has.

    Raises:
        ConfigError: with one problem for each file that cannot be decrypted, or that belongs elsewhere.
    """
    files = tuple(files)
    if _offline.get():
        return {key: value for file in files for key, value in _placeholders(file)}
    sops = Sops(age_key)
    values: Values = {}
    problems: list[Problem] = []
    with ThreadPoolExecutor(WORKERS) as workers:
        for found in workers.map(lambda file: _read(sops, file), files):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                values.update(found)
    if problems:
        raise ConfigError(problems)
    return values


def reveal(sops: Sops, file: SecretFile, place: SecretKey | None = None) -> str:
    """The value of one secret's file. `place` is the key that the file was written for, by default where it stands.

    Raises:
        SopsError: when the file cannot be decrypted, was encrypted for another place, or holds anything else.
    """
    clear = sops.decrypt(file.document.text)
    wanted = str(place or file.key)
    _check_place(file, clear.get(FOR, wanted), wanted)
    value = clear.get(VALUE)
    if not isinstance(value, str) or set(clear) - {VALUE, FOR}:
        raise SopsError(
            "secret-key", "the file holds something else than one text", write_again(file.key)
        )
    return value


def clear_manifest(sops: Sops, file: SecretFile) -> dict[str, Any]:
    """A manifest with its values in clear.

    Raises:
        SopsError: when it cannot be decrypted, or was encrypted for another place.
    """
    clear = sops.decrypt(file.document.text)
    values = clear.get("stringData")
    said = values.get(BOUND_KEY) if isinstance(values, dict) else None
    _check_place(file, said, str(file.key))
    return clear


def _check_place(file: SecretFile, said: Any, place: str) -> None:
    if said != place:
        message = "the file was encrypted for another place: its secret is not to be used here"
        raise SopsError("secret-elsewhere", message, write_again(file.key))


def _read(sops: Sops, file: SecretFile) -> Values | Problem:
    if file.plain:
        return {file.key: str(file.document.data[VALUE])}
    try:
        return _leaves(sops, file) if file.is_manifest else {file.key: reveal(sops, file)}
    except SopsError as error:
        message = error.message
        if error.code == NO_KEY:
            message += f"; it is for {', '.join(recipients_of(file.metadata))}"
        return Problem(
            position=Position(file.file),
            path="",
            code=error.code,
            message=message,
            remedy=error.remedy,
        )


def _leaves(sops: Sops, file: SecretFile) -> Values:
    clear = clear_manifest(sops, file)
    paths = (path for path, _ in encrypted_leaves(file.document.data))
    return {file.leaf_key(path): str(_at(clear, path)) for path in paths}


def _placeholders(file: SecretFile) -> Iterator[tuple[SecretKey, str]]:
    if file.is_manifest:
        for path, text in encrypted_leaves(file.document.data):
            yield file.leaf_key(path), _placeholder(text)
    else:
        yield file.key, _placeholder(str(file.document.data[VALUE]))


def _placeholder(text: str) -> str:
    return f"<encrypted {hashlib.sha256(text.encode()).hexdigest()[:12]}>"


def _at(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        data = data[step]
    return data
