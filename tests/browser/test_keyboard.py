"""Everything without a mouse, and what a screen reader gets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import choice, fragment, go, search, shown, view
from tests.support.sites import SWITCHES, chromium

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def reader(browser: Browser) -> Iterator[Browser]:
    """Chromium as it is while a screen reader runs: only then it describes what is out of sight."""
    switches = [*SWITCHES, "--force-renderer-accessibility"]
    other = browser.browser_type.launch(executable_path=chromium(), args=switches)
    yield other
    other.close()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focused(page: Page) -> str:
    """What has the focus, in words."""
    return str(page.evaluate("document.activeElement.textContent || document.activeElement.name"))


def test_the_first_stop_skips_to_the_content(page: Page) -> None:
    go(page, "versions")
    page.reload()
    press(page, "Tab")
    link = page.get_by_role("link", name="Skip to the content")
    expect(link).to_be_focused()
    box = link.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    press(page, "Enter", "Tab")
    inside = "document.querySelector('main').contains(document.activeElement)"
    assert page.evaluate(inside) is True
    assert fragment(page) == "versions"


def test_a_journey_from_the_search_to_an_environment_and_back(page: Page) -> None:
    press(page, "/")
    expect(search(page)).to_be_focused()
    page.keyboard.type("amber staging")
    names = shown(page)
    press(page, "ArrowDown", "ArrowDown")
    assert focused(page) == names[1]
    press(page, "ArrowUp", "ArrowUp")
    expect(search(page)).to_be_focused()
    press(page, "ArrowDown", "Enter")
    heading = view(page).get_by_role("heading", level=2)
    expect(heading).to_have_text(names[0])
    expect(heading).to_be_focused()
    page.go_back()
    assert shown(page) == names
    assert focused(page) == names[0]


def test_a_slash_in_a_field_is_a_slash(page: Page) -> None:
    press(page, "/", "a", "/")
    expect(search(page)).to_have_value("a/")


def test_escape_empties_the_search(page: Page) -> None:
    everything = shown(page)
    press(page, "/", "z", "z", "Escape")
    assert shown(page) == everything
    assert fragment(page) == "environments"


def test_arrows_that_are_not_for_the_list_scroll_and_choose_as_always(page: Page) -> None:
    choice(page, "Team").focus()
    press(page, "ArrowDown")
    expect(choice(page, "Team")).not_to_have_value("")
    page.locator("main").focus()
    press(page, "ArrowDown")
    page.wait_for_function("window.scrollY > 0")


def test_tab_goes_from_the_search_through_the_choices_to_the_list(page: Page) -> None:
    search(page).focus()
    choices = view(page).locator("form select").count()
    seen = []
    for _ in range(choices + 7):
        press(page, "Tab")
        seen.append(str(page.evaluate("document.activeElement.localName")))
    assert Counter(seen)["select"] == choices
    assert seen[choices:].index("a") == Counter(seen)["button"]


@pytest.mark.parametrize("name", ["a", "input", "select", "thead button", "summary"])
def test_what_has_the_focus_is_seen(page: Page, name: str) -> None:
    go(page, "access" if name == "summary" else "environments")
    view(page).locator(f"{name}:visible").first.focus()
    press(page, "Shift+Tab", "Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outline")
    assert "solid 2px" in outline or "2px solid" in outline, outline


@pytest.mark.parametrize("route", ["environments", "versions"])
def test_a_list_is_a_table_to_a_screen_reader_however_it_is_laid_out(
    reader: Browser, address: str, route: str
) -> None:
    """As Chromium describes it: rows that are grids or cards, or out of sight, could have lost their roles."""
    for width in (1280, 375):
        page = reader.new_page(viewport={"width": width, "height": 600})
        page.goto(f"{address}#/{route}")
        session = page.context.new_cdp_session(page)
        session.send("Accessibility.enable")
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        roles = Counter(node.get("role", {}).get("value") for node in nodes)
        table = view(page).get_by_role("table")
        assert roles["table"] == 1
        assert roles["row"] == table.locator("tr").count()
        assert roles["rowheader"] == table.locator("tbody th").count()
        assert roles["columnheader"] == table.locator("thead th").count()
        page.close()
