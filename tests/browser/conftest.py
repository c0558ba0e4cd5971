"""A real Chromium, and pages in it that must not complain and must not fetch anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request

from argoproject.identity import Identity
from tests.output.page.differences import deleted, difference, of_version, raised, shared, widened
from tests.support.fleets import write_varied_fleet
from tests.support.sites import chromium, launched, write_site
from tests.support.trees import TODAY

ENVIRONMENTS = 60


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium; ends with this folder's tests, since others run event loops of their own."""
    executable = chromium()
    if executable is None:
        pytest.skip("needs Chromium, which is not on this machine: apt-get install chromium")
    with launched(executable) as running:
        yield running


@pytest.fixture(scope="package")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A varied fleet, two environments of which cannot be read."""
    root = tmp_path_factory.mktemp("fleet") / "config"
    write_varied_fleet(root, ENVIRONMENTS, mistakes=2)
    return root


@pytest.fixture(scope="package")
def address(fleet: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the fleet's page is, with a difference in which most environments change in the same way."""
    folders = sorted((fleet / "projects").glob("*/*/*/*"))
    identities = [Identity(*folder.relative_to(fleet / "projects").parts) for folder in folders]
    production = [item for item in identities if item.environment == "prod"]
    others = [item for item in identities if item.environment != "prod"]
    changes = [raised(item) for item in others]
    changes += [of_version(production[0], "1.4.2", "1.5.0"), widened(production[1], "amber-guests")]
    changes.append(deleted(Identity("amber", "old", "eu-1", "prod")))
    out = tmp_path_factory.mktemp("site") / "html"
    return write_site(fleet, out, TODAY, difference(changes, [shared(others)])).as_uri()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The fleet's page in a window of its own, which complains of nothing and asks for nothing but itself."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    messages: list[str] = []
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    opened.on("console", lambda message: messages.append(f"{message.type}: {message.text}"))
    opened.on("pageerror", lambda error: messages.append(str(error)))
    opened.on("request", note)
    opened.goto(address)
    yield opened
    context.close()
    assert messages == []
    outside = [url for url in asked if not url.startswith((address, "data:"))]
    assert outside == []
