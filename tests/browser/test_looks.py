"""Narrow screens, dark mode, contrast, print, and no motion."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.contrast import borders, faint
from tests.browser.looking import VIEWS, go, shown, view

pytestmark = pytest.mark.browser

Scheme = Literal["dark", "light"]
NARROW = {"width": 375, "height": 812}


def routes(page: Page) -> list[str]:
    """Every view, and environments that can be used, that cannot, and that change."""
    changed = view(page).locator("tr[data-change~=dangerous] th a").first.text_content()
    unreadable = view(page).locator("tr[data-lifecycle=unreadable] th a").first.text_content()
    return [*VIEWS, *(f"environments/{name}" for name in (shown(page)[0], changed, unreadable))]


def test_a_narrow_page_does_not_scroll_sideways(page: Page) -> None:
    names = routes(page)
    page.set_viewport_size({"width": NARROW["width"], "height": NARROW["height"]})
    wide = []
    for route in names:
        go(page, route)
        for details in view(page).locator("details").all()[:3]:
            details.evaluate("element => { element.open = true }")
        if page.evaluate("document.documentElement.scrollWidth") > NARROW["width"]:
            wide.append(route)
    assert wide == []


def test_narrow_rows_are_cards_with_the_heads_next_to_the_values(page: Page) -> None:
    page.set_viewport_size({"width": NARROW["width"], "height": NARROW["height"]})
    cell = view(page).locator("td[data-label=Versions]").first
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == '"Versions"'
    box = cell.bounding_box()
    assert box is not None
    assert box["width"] > 300
    filters = page.get_by_role("button", name="Filters")
    expect(view(page).get_by_label("Team", exact=True)).to_be_hidden()
    view(page).locator("button.more").click()
    expect(view(page).get_by_label("Team", exact=True)).to_be_visible()
    expect(filters.first).to_have_attribute("aria-expanded", "true")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_can_be_read(page: Page, scheme: Scheme) -> None:
    names = routes(page)
    page.emulate_media(color_scheme=scheme)
    for route in names:
        go(page, route)
        seen, found = faint(page)
        assert seen > 10
        assert found == [], route
        assert all(ratio >= 3 for ratio in borders(page)), route


def test_dark_mode_is_dark_and_light_mode_is_light(page: Page) -> None:
    colour = "getComputedStyle(document.documentElement).backgroundColor"
    page.emulate_media(color_scheme="light")
    light = page.evaluate(colour)
    page.emulate_media(color_scheme="dark")
    assert (light, page.evaluate(colour)) == ("rgb(253, 253, 251)", "rgb(21, 24, 27)")


def test_paper_is_white_without_what_only_a_screen_needs(page: Page) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("navigation", name="Views")).to_be_hidden()
    expect(view(page).locator("form")).to_be_hidden()
    expect(view(page).get_by_role("heading", level=2)).to_be_visible()
    colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert colour == "rgb(255, 255, 255)"


def test_paper_shows_what_is_closed_on_the_screen(page: Page) -> None:
    go(page, "access")
    details = view(page).locator("details")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert details.count() == view(page).locator("details[open]").count() > 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert view(page).locator("details[open]").count() == 0


def test_nothing_moves(page: Page) -> None:
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((element) => {
          const style = getComputedStyle(element);
          return style.transitionDuration !== "0s" || style.animationName !== "none" || style.scrollBehavior !== "auto";
        }).map((element) => element.localName)"""
    )
    assert moving == []
