"""Fixtures of the pipelines' tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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
