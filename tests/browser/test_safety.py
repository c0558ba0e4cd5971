"""Text of files stays text, and the page fetches nothing and runs nothing but its own script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

from argoproject.identity import Identity
from tests.browser.looking import VIEWS, go, view
from tests.output.page.differences import difference, shared, widened
from tests.support.sites import write_site
from tests.support.trees import PROJECT, TODAY, tree

pytestmark = pytest.mark.browser

ATTACK = "</script><img src=x onerror=window.hacked=1><!--<script>"


@pytest.fixture
def attacked(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The page of a tree and a difference in which every free text is an attack."""
    guest = {"group": f"blue-{ATTACK}", "reason": ATTACK, "until": "2026-12-24"}
    project = {
        "description": ATTACK,
        "versions": {"application": f"v1{ATTACK}"},
        "access": {"admin": [guest]},
        "allow": [{"kind": "destination", "value": ATTACK, "reason": ATTACK}],
    }
    root = tree(tmp_path, {PROJECT: yaml.safe_dump(project)})
    identity = Identity("blue", "shop", "eu-1", "prod")
    data = difference([widened(identity, ATTACK)], [shared([identity], ATTACK)])
    data["environments"][0]["changes"][0]["object"] = ATTACK
    data["files"][0]["changes"][0] |= {"path": ATTACK, "before": ATTACK, "after": {ATTACK: ATTACK}}
    data |= {"base": ATTACK, "notes": [ATTACK], "problems": [ATTACK]}
    page = browser.new_page()
    page.goto(write_site(root, tmp_path / "site", TODAY, data).as_uri())
    yield page
    page.close()


def test_attacks_are_shown_and_do_nothing(attacked: Page) -> None:
    for route in (*VIEWS, "environments/blue/shop/eu-1/prod"):
        go(attacked, route)
        if route not in ("quota", "repositories"):
            expect(view(attacked)).to_contain_text("<img src=x onerror=window.hacked=1>")
        assert view(attacked).locator("img").count() == 0
    assert attacked.evaluate("window.hacked") is None


@pytest.mark.parametrize(
    ("what", "script"),
    [
        ("HTML of text", "document.body.innerHTML = '<b>x</b>'"),
        ("a script", "Object.assign(document.createElement('script'), { text: '1' })"),
        ("a request", "fetch('index.html')"),
        ("an image", "Object.assign(new Image(), { src: 'x.png' }).decode()"),
    ],
)
def test_the_policy_refuses_even_what_the_page_never_does(
    browser: Browser, address: str, what: str, script: str
) -> None:
    page = browser.new_page()
    page.goto(address)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    outcome = f"(async () => {{ try {{ await ({script}); return 'done'; }} catch {{ return 'refused'; }} }})()"
    assert page.evaluate(outcome) == "refused", what
    assert any("Content Security Policy" in text or "trusted" in text.lower() for text in refused)
    page.close()


def test_without_scripts_the_page_is_whole(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(address)
    for name in VIEWS:
        expect(plain.get_by_role("heading", name=name.capitalize(), level=2)).to_be_visible()
    expect(plain.locator("form").first).to_be_hidden()
    rows = plain.locator("table.environments tbody tr")
    expect(rows.first).to_be_visible()
    name = rows.last.locator("th a").text_content() or ""
    plain.get_by_role("region", name="Versions").get_by_role("link", name=name).first.click()
    expect(rows.last).to_be_in_viewport()
    context.close()
