"""Fixtures of the pipelines' tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ci.repo import Repo
from tests.ci.server import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    """The platform."""
    with serving() as play:
        yield play


@pytest.fixture
def storage() -> Iterator[Server]:
    """Where the platform keeps files: another server."""
    with serving() as play:
        yield play


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A clone."""
    return Repo(tmp_path)
