"""Searching, filtering, sorting, and addresses that lead back to what was seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ENVIRONMENTS
from tests.browser.looking import VIEWS, choice, fragment, go, search, shown, view

pytestmark = pytest.mark.browser


def test_every_environment_is_listed_at_first(page: Page) -> None:
    assert len(shown(page)) == ENVIRONMENTS
    expect(view(page).get_by_role("status")).to_have_text(f"all {ENVIRONMENTS}")


def test_every_word_of_a_search_must_be_there(page: Page) -> None:
    everything = shown(page)
    search(page).fill("PROD  amber")
    expected = [name for name in everything if "prod" in name and "amber" in name]
    assert shown(page) == expected != []
    expect(view(page).get_by_role("status")).to_have_text(f"{len(expected)} of {ENVIRONMENTS}")


def test_a_search_that_finds_nothing_says_so_and_is_cleared(page: Page) -> None:
    search(page).fill("no such thing")
    expect(view(page).get_by_text("Nothing matches.")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").click()
    assert len(shown(page)) == ENVIRONMENTS
    expect(search(page)).to_be_focused()


@pytest.mark.parametrize(
    ("label", "option", "place"),
    [("Team", "amber", 0), ("Cluster", "eu-1", 2), ("Environment", "prod", 3)],
)
def test_choices_filter_by_what_a_name_is_made_of(
    page: Page, label: str, option: str, place: int
) -> None:
    everything = shown(page)
    choice(page, label).select_option(option)
    assert shown(page) == [name for name in everything if name.split("/")[place] == option] != []


def test_choices_add_up_with_the_search(page: Page) -> None:
    choice(page, "Environment").select_option("prod")
    choice(page, "Team").select_option("amber")
    search(page).fill("eu-1")
    assert {name.split("/")[0] + name.split("/")[3] for name in shown(page)} == {"amberprod"}
    assert fragment(page) == "environments?q=eu-1&team=amber&environment=prod"


@pytest.mark.parametrize(
    ("label", "option", "column", "text"),
    [
        ("Lifecycle", "unreadable", 0, "unreadable"),
        ("Problems", "errors", 5, "1 error"),
        ("Change", "dangerous", 6, "dangerous"),
        ("Profile", "medium", 2, "medium"),
        ("Class", "production", 1, "production"),
    ],
)
def test_choices_filter_by_what_an_environment_is(
    page: Page, label: str, option: str, column: int, text: str
) -> None:
    choice(page, label).select_option(option)
    rows = view(page).locator("tr[data-item]:not([hidden])").all()
    cells = [row.locator("th, td").nth(column).text_content() or "" for row in rows]
    assert cells
    assert [cell for cell in cells if text not in cell] == []


def test_a_head_sorts_up_and_down_and_says_which(page: Page) -> None:
    names = shown(page)
    head = view(page).get_by_role("columnheader", name="Environment")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    up = shown(page)
    assert sorted(up) == sorted(names)
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert shown(page) == up[::-1]
    assert fragment(page) == "environments?sort=-environment"


def test_numbers_sort_from_the_highest(page: Page) -> None:
    unreadable = set(view(page).locator("tr[data-lifecycle=unreadable] th a").all_text_contents())
    page.get_by_role("button", name="Problems").click()
    assert fragment(page) == "environments?sort=-problems"
    assert set(shown(page)[:2]) == unreadable
    page.get_by_role("button", name="Profile").click()
    assert view(page).locator("[aria-sort]").count() == 1


@pytest.mark.parametrize("name", VIEWS)
def test_each_view_has_an_address_and_a_title(page: Page, name: str) -> None:
    link = page.get_by_role("navigation", name="Views").get_by_role("link", name=name)
    link.click()
    assert fragment(page) == name
    expect(view(page).get_by_role("heading", level=2)).to_have_text(name.capitalize())
    expect(link).to_have_attribute("aria-current", "page")
    expect(page).to_have_title(f"{name} · Fleet of config")
    assert page.evaluate("window.scrollY") == 0


@pytest.mark.parametrize(
    "name", ["versions", "access", "repositories", "problems", "audit", "changes"]
)
def test_the_other_lists_filter_too(page: Page, name: str) -> None:
    go(page, name)
    items = view(page).locator("[data-item]")
    word = (items.last.locator("th, td, h3").first.text_content() or "").split()[0]
    before = items.count()
    search(page).fill(word)
    visible = view(page).locator("[data-item]:not([hidden])")
    assert 0 < visible.count() < before or before == 1
    assert all(word.lower() in text.lower() for text in visible.all_text_contents())


def test_an_address_leads_to_the_filtered_list(page: Page, address: str) -> None:
    page.goto("about:blank")
    page.goto(f"{address}#/environments?environment=prod&q=amber&sort=-environment")
    expect(search(page)).to_have_value("amber")
    expect(choice(page, "Environment")).to_have_value("prod")
    names = shown(page)
    assert names == sorted(names, reverse=True) != []
    assert {name.split("/")[3] for name in names} == {"prod"}


@pytest.mark.parametrize("words", ["%41", "a&b=c+d", "1.4.2?#/x", "ä <b> \\"])
def test_an_address_keeps_every_letter_of_a_search(page: Page, words: str) -> None:
    search(page).fill(words)
    page.reload()
    expect(search(page)).to_have_value(words)


def test_an_address_leads_to_an_environment(page: Page, address: str) -> None:
    name = shown(page)[3]
    page.goto("about:blank")
    page.goto(f"{address}#/environments/{name}")
    expect(view(page).get_by_role("heading", level=2)).to_have_text(name)
    expect(page).to_have_title(f"{name} · Fleet of config")
    assert {"Versions", "Quota", "Access", "Repositories"} <= set(
        view(page).get_by_role("heading", level=3).all_inner_texts()
    )


@pytest.mark.parametrize("route", ["environments/no/such/thing/here", "nowhere", "%E0%A4%A"])
def test_an_address_that_leads_nowhere_shows_the_list(page: Page, address: str, route: str) -> None:
    page.goto("about:blank")
    page.goto(f"{address}#/{route}")
    assert len(shown(page)) == ENVIRONMENTS


def test_what_cannot_be_used_shows_its_problems(page: Page) -> None:
    choice(page, "Lifecycle").select_option("unreadable")
    view(page).locator("tr[data-item]:not([hidden]) th a").first.click()
    table = view(page).get_by_role("table")
    expect(table).to_have_count(1)
    expect(table).to_contain_text("project.yaml")
    expect(table).to_contain_text("error")


def test_an_environment_that_changes_shows_how(page: Page) -> None:
    choice(page, "Change").select_option("look")
    view(page).locator("tr[data-item]:not([hidden]) th a").last.click()
    expect(view(page)).to_contain_text("update ResourceQuota ${namespace}/quota")
    expect(view(page).locator("ins")).to_have_text(["30"])


def test_back_leads_to_the_list_as_it_was(page: Page) -> None:
    choice(page, "Environment").select_option("dev")
    names = shown(page)
    link = view(page).get_by_role("link", name=names[-1])
    link.scroll_into_view_if_needed()
    where = page.evaluate("window.scrollY")
    link.click()
    expect(view(page).get_by_role("heading", level=2)).to_have_text(names[-1])
    page.go_back()
    assert shown(page) == names
    expect(link).to_be_focused()
    assert page.evaluate("window.scrollY") == where


def test_back_undoes_a_choice_and_not_every_letter(page: Page) -> None:
    choice(page, "Team").select_option("amber")
    search(page).press_sequentially("prod")
    page.go_back()
    expect(choice(page, "Team")).to_have_value("")
    assert len(shown(page)) == ENVIRONMENTS
    page.go_forward()
    expect(search(page)).to_have_value("prod")


def test_the_way_back_from_an_environment_keeps_the_filter(page: Page) -> None:
    search(page).fill("staging")
    names = shown(page)
    view(page).locator("tr[data-item]:not([hidden]) th a").first.click()
    page.get_by_role("link", name="← Environments").click()
    assert shown(page) == names
