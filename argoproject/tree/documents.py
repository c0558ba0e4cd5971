"""Single files, without those above them: on disk, parsed and checked as written, and their placeholders.

`${environment}` and its like are the only replacement there is; this is not a template language. They are allowed in
sources, value files, extra manifests and network policies. `$${` is a plain `${`.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from argoproject.models import Settings
from argoproject.models.validation import MAPPING, validate
from argoproject.problems import Position, Problem
from argoproject.yamlfile.reader import Data, DataPath, Document, Plain, parse
from argoproject.yamlfile.syntax import MAX_BYTES

__all__ = [
    "PLACEHOLDER_NAMES",
    "SOURCE_HOLDERS",
    "checkable",
    "data_at",
    "fill_placeholders",
    "has_link",
    "list_at",
    "parse_mapping",
    "placeholder_problems",
    "read_file",
    "settings_problems",
    "unreadable",
    "without_nulls",
    "write",
]

_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def has_link(root: Path, target: Path) -> bool:
    """Whether the path from `root` to `target` has a symbolic link, which could lead anywhere.

    Raises:
        ValueError: when `target` is not below `root`.
    """
    way = (target, *target.parents)
    return any(item.is_symlink() for item in way[: way.index(root)])


def read_file(path: str) -> bytes:
    """Read a regular file. Never follows a link that was put there meanwhile, never blocks on a pipe.

    At most one byte more than `MAX_BYTES` is read, so that the parser can refuse the file.

    Raises:
        OSError: where there is no such file, or it cannot be read.
    """
    descriptor = os.open(path, _OPEN)
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise OSError(0, "it is not a regular file")
        size = min(facts.st_size, MAX_BYTES) + 1
        chunks = []
        while size and (chunk := os.read(descriptor, size)):
            size -= len(chunk)
            chunks.append(chunk)
        return b"".join(chunks)
    finally:
        os.close(descriptor)


def unreadable(shown: str, error: OSError) -> Problem:
    """The problem of a file that cannot be read.

    Args:
        shown: its name in reports.
        error: what the system reports.
    """
    return Problem(
        position=Position(shown),
        path="",
        code="unreadable",
        message=f"the file cannot be read: {error.strerror}",
        remedy="check it",
    )


def write(path: Path, text: str | bytes, mode: int = 0o644) -> None:
    """Replace a file as a whole: after any failure it has the old contents, and no empty folder is left.

    Args:
        path: the file.
        text: its new contents.
        mode: the permissions of a file that is new; another keeps its own.

    Raises:
        OSError: when it cannot be written.
    """
    missing = [folder for folder in path.parents if not folder.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text, mode)
    except BaseException:
        for folder in missing:
            if folder.is_dir():
                folder.rmdir()
        raise


def _replace(path: Path, text: str | bytes, mode: int) -> None:
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(text.encode() if isinstance(text, str) else text)
        Path(temporary).chmod(path.stat().st_mode & 0o777 if path.exists() else mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def parse_mapping(shown: str, raw: bytes) -> tuple[Document, tuple[Problem, ...]]:
    """Parse a file of keys and values.

    Args:
        shown: the file's name in reports.
        raw: its bytes.

    Returns:
        The document, and the problems of its YAML.
    """
    document, problems = parse(shown, raw)
    if not problems and not isinstance(document.data, dict):
        problems = (Problem(position=Position(shown, 1, 1), path="", **MAPPING._asdict()),)
    return document, problems


def settings_problems(document: Document) -> list[Problem]:
    """The problems of a team.yaml, product.yaml or project.yaml by itself: required keys may be in other files."""
    _, problems = validate(Settings, checkable(document), document.position, partial=True)
    unknown = tuple(f"{item.path}." for item in problems if item.code == "unknown-key")
    # What is below a mistyped key has its place when the key is corrected.
    placed = (it for it in placeholder_problems(document) if not it.path.startswith(unknown))
    return [*problems, *placed]


def checkable(document: Document) -> Data:
    """The data as the models can validate it: with `x` for each placeholder, and without nulls.

    A null in a file removes the value of the file above, so that it is no value itself.
    """
    data = document.data
    if document.placeholders:
        holders = {key: data[key] for (key, *_), _ in document.placeholders}
        data = {**data, **fill_placeholders(holders, dict.fromkeys(PLACEHOLDER_NAMES, "x"))}
    return without_nulls(data) if document.nulls else data


def without_nulls(data: Data) -> Any:
    """Copy data without the keys whose value is null."""
    if isinstance(data, dict):
        return {key: without_nulls(item) for key, item in data.items() if item is not None}
    if isinstance(data, list):
        return [without_nulls(item) for item in data]
    return data


def data_at(data: Data, path: DataPath) -> Data:
    """The value at `path`, or None."""
    for step in path:
        if isinstance(data, str):
            return None
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def list_at(data: Data, path: DataPath) -> Sequence[Any]:
    """The items of the list at `path`; none where there is no list."""
    value = data_at(data, path)
    return value if isinstance(value, list | tuple) else ()


PLACEHOLDER_NAMES = ("namespace", "project", "team", "product", "cluster", "environment")

SOURCE_HOLDERS = ("base", "requirements", "application", "applications", "applicationSets")
"""The settings below which placeholders are allowed."""

_PLACEHOLDER = re.compile(r"\$(\$)?\{([^}]*)(\})?")


def fill_placeholders(data: Data, values: Mapping[str, str]) -> Any:
    """Copy data with every known placeholder replaced. Unknown ones stay, as `placeholder_problems` reports them.

    Example:
        >>> fill_placeholders({"path": "overlays/${environment}", "cost": "$${x}"}, {"environment": "prod"})
        {'path': 'overlays/prod', 'cost': '${x}'}
    """
    if isinstance(data, str):
        return _fill_text(data, values) if "${" in data else data
    if isinstance(data, dict):
        return {key: fill_placeholders(item, values) for key, item in data.items()}
    if isinstance(data, list | tuple):
        return [fill_placeholders(item, values) for item in data]
    return data


def _fill_text(text: str, values: Mapping[str, str]) -> str:
    def replace(match: re.Match[str]) -> str:
        if match.group(1):
            return match.group()[1:]
        return values.get(match.group(2), match.group())

    filled = _PLACEHOLDER.sub(replace, text)
    return Plain(filled) if isinstance(text, Plain) else filled


def placeholder_problems(document: Document, *, everywhere: bool = False) -> Iterator[Problem]:
    """Refuses unknown placeholders, and placeholders where none is allowed.

    Args:
        document: the file as written.
        everywhere: whether placeholders are allowed in the whole file, as in an extra manifest.
    """
    for path, text in document.placeholders:
        if not (everywhere or _is_allowed(path)):
            remedy = "placeholders are allowed in sources, value files, extra manifests and network policies"
            yield document.problem(
                path=path,
                code="placeholder-place",
                message="a `${…}` has no meaning here",
                remedy=remedy,
            )
        for match in _PLACEHOLDER.finditer(text):
            escaped, name, closed = match.groups()
            if escaped or (name in PLACEHOLDER_NAMES and closed):
                continue
            known = ", ".join(f"${{{item}}}" for item in PLACEHOLDER_NAMES)
            remedy = f"known: {known}; a plain `${{` is written `$${{`"
            yield document.problem(
                path=path,
                code="unknown-placeholder",
                message=f"nothing is known for `${{{name}}}`",
                remedy=remedy,
            )


def _is_allowed(path: DataPath) -> bool:
    """Below an Application of a settings file, of its classes or of a profile; in platform.yaml's network policies."""
    holder = path[2] if path[0] in ("classes", "profiles") and len(path) > 2 else path[0]
    return holder in SOURCE_HOLDERS or path[0] == "networkPolicies"
