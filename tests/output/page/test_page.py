"""The page itself: one file, the same to the byte, that fetches nothing and holds no text as HTML."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from argoproject.diff.model import FleetDiff
from argoproject.diff.saved import read_diff
from argoproject.fleet.pipeline import validate_tree
from argoproject.identity import Identity
from argoproject.output.page.facts import gather
from argoproject.output.page.page import site
from tests.output.page.differences import difference, widened
from tests.support.fleets import write_varied_fleet
from tests.support.trees import PROJECT, TODAY, tree

LIMIT = 5 * 2**20


class Elements(HTMLParser):
    """Every element with its attributes, and the text of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {"script": [], "style": []}
        self.open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag in self.inside:
            self.open = tag
            self.inside[tag].append("")

    def handle_endtag(self, _tag: str) -> None:
        self.open = ""

    def handle_data(self, data: str) -> None:
        if self.open:
            self.inside[self.open][-1] += data

    def values(self, attribute: str) -> list[str]:
        return [value or "" for _, items in self.found for key, value in items.items() if key == attribute]  # fmt: skip


def written(root: Path, diff: FleetDiff | None = None, today: dt.date = TODAY) -> str:
    judged = validate_tree(root, today, "config")
    assert judged.tree.platform is not None
    [(name, text)] = site(gather(judged, judged.tree.platform, today, diff))
    assert name == "index.html"
    return text


def saved(folder: Path, data: Any) -> FleetDiff:
    (folder / "diff.json").write_text(json.dumps(data))
    return read_diff(folder / "diff.json")


def test_it_is_the_same_to_the_byte_on_the_same_day(tmp_path: Path) -> None:
    write_varied_fleet(tmp_path / "config", 30)
    first = written(tmp_path / "config")
    assert written(tmp_path / "config") == first
    assert written(tmp_path / "config", today=dt.date(2026, 11, 22)) != first


def test_nothing_is_fetched(tmp_path: Path) -> None:
    write_varied_fleet(tmp_path / "config", 30, mistakes=1)
    page = Elements(written(tmp_path / "config"))
    assert page.values("src") == []
    assert page.values("style") == []
    outside = [url for url in page.values("href") if not url.startswith("#")]
    assert [url.partition(",")[0] for url in outside] == ["data:image/svg+xml"]
    assert [key for _, items in page.found for key in items if key.startswith("on")] == []
    assert re.findall(r"url\(|@import", page.inside["style"][0]) == []


def test_the_policy_names_the_script_and_the_style_that_stand_there(tmp_path: Path) -> None:
    page = Elements(written(tree(tmp_path)))
    policies = [
        items["content"]
        for tag, items in page.found
        if tag == "meta" and items.get("http-equiv") == "Content-Security-Policy"
    ]
    digests = {
        kind: base64.b64encode(hashlib.sha256(page.inside[kind][0].encode()).digest()).decode()
        for kind in ("script", "style")
    }
    assert policies == [
        f"default-src 'none'; script-src 'sha256-{digests['script']}'; style-src 'sha256-{digests['style']}'; "
        "img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    ]


def test_what_stands_in_files_is_text(tmp_path: Path) -> None:
    attack = "</script><img src=x onerror=alert(1)>&amp;"
    root = tree(tmp_path, {PROJECT: f"description: '{attack}'\nversions: {{application: v1}}\n"})
    change = widened(Identity("blue", "shop", "eu-1", "prod"), attack)
    text = written(root, saved(tmp_path, difference([change])))
    page = Elements(text)
    assert "img" not in {tag for tag, _ in page.found}
    assert len(page.inside["script"]) == 2
    data = json.loads(page.inside["script"][1])
    assert data["environments"]["blue/shop/eu-1/prod"]["description"] == attack
    assert "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&amp;amp;" in text


def test_no_value_of_a_secret_is_in_it(tmp_path: Path) -> None:
    text = """\
versions: {application: v1.4.2}
allow: [{kind: inlineSecret, value: application.source.helm.valuesObject.apiToken, reason: a test}]
application: {source: {kustomize: null, helm: {releaseName: shop, valuesObject: {apiToken: hunter2}}}}
namespace: {secrets: {db: {password: {secret: db-password}}}}
"""
    files = {
        PROJECT: text,
        "projects/blue/secrets/db-password.yaml": "{value: hunter2, for: blue/db-password}\n",
    }
    change = widened(Identity("blue", "shop", "eu-1", "prod"), "blue-guests")
    data = difference([change])
    field = {"path": "stringData.password", "after": "hunter2"}
    data["environments"][0]["changes"][0]["fields"] = [field]
    page = written(tree(tmp_path, files), saved(tmp_path, data))
    assert "hunter2" not in page
    assert "stringData.password" in page


def test_accepted_findings_are_next_to_the_others(tmp_path: Path) -> None:
    baseline = """\
accepted:
  - {rule: no-impersonation, environments: [blue], until: 2027-06-30, reason: 'see https://bot:hunter2hunter2@x.org'}
  - {rule: quota-gap, environments: [green], until: 2027-06-30, reason: SEC-2}
"""
    text = written(tree(tmp_path, {"audit.yaml": baseline}))
    page = Elements(text)
    rules = [items["data-rule"] for _, items in page.found if "data-accepted" in items]
    accepted = dict(zip(rules, page.values("data-accepted"), strict=True))
    assert accepted["no-impersonation"] == "yes"
    assert accepted["quota-gap"] == "no"
    assert "accepted until " in text
    assert "no finding matches this entry any more (quota-gap)" in text
    assert "hunter2" not in text


def test_a_baseline_that_is_wrong_accepts_nothing(tmp_path: Path) -> None:
    baseline = (
        "accepted: [{rule: quota-gpa, environments: [blue], until: 2027-06-30, reason: SEC-2}]\n"
    )
    text = written(tree(tmp_path, {"audit.yaml": baseline}))
    assert "there is no rule quota-gpa (did you mean quota-gap?)" in text
    assert "yes" not in Elements(text).values("data-accepted")


@pytest.mark.parametrize("environments", [0, 1])
def test_a_fleet_with_little_in_it(tmp_path: Path, environments: int) -> None:
    files = {} if environments else {PROJECT: None, "projects/blue/shop/product.yaml": None}
    text = written(tree(tmp_path, files))
    assert f">{environments} environment{'' if environments else 's'} of" in text


def test_a_thousand_environments_are_not_too_much(tmp_path: Path) -> None:
    write_varied_fleet(tmp_path / "config", 1000)
    text = written(tmp_path / "config")
    assert len(Elements(text).values("data-lifecycle")) == 1000
    assert len(text.encode()) < LIMIT
