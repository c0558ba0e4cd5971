"""What tests ask of a page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

__all__ = ["VIEWS", "choice", "fragment", "go", "search", "shown", "view"]

VIEWS = (
    "environments",
    "versions",
    "quota",
    "access",
    "repositories",
    "problems",
    "audit",
    "changes",
)


def view(page: Page) -> Locator:
    """The view that is shown."""
    return page.locator("main > section.current")


def search(page: Page) -> Locator:
    """The field in which one searches."""
    return view(page).get_by_role("searchbox")


def choice(page: Page, label: str) -> Locator:
    """One of the selects above the list."""
    return view(page).get_by_label(label, exact=True)


def go(page: Page, route: str) -> None:
    """Follow a link to a route."""
    page.evaluate("route => { location.hash = route }", f"#/{route}")
    page.wait_for_function("route => history.state && location.hash === route", arg=f"#/{route}")


def shown(page: Page) -> list[str]:
    """The environments that the list shows now."""
    rows = view(page).locator("tr[data-item]:not([hidden]) th a")
    return rows.all_text_contents()


def fragment(page: Page) -> str:
    """The page's address after the hash sign and slash."""
    return page.url.partition("#/")[2]
