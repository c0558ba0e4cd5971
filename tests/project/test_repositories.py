"""Which repository Secrets an environment gets."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

from argoproject.project.repositories import SelectedRepository, covered, selected
from tests.support.trees import project, tree

PROJECT = "projects/blue/shop/eu-1/prod/project.yaml"
SHOP = "https://gitlab.example.org/blue/shop.git"
HTTPS = "type: https, username: bot, password: {secret: token}"


def chosen(tmp_path: Path, text: str) -> dict[str, SelectedRepository]:
    """The Secrets of an environment whose Application reads SHOP, by key."""
    files = {PROJECT: f"versions: {{application: v1.4.2}}\n{text}"}
    resolved = project(tree(tmp_path, files), "blue/shop/eu-1/prod")
    found = selected(resolved)
    assert [item.key for item in found] == sorted(item.key for item in found)
    return {item.key: item for item in found}


def key(credential: str, normalised: str) -> str:
    return f"{credential}-{hashlib.sha256(normalised.encode()).hexdigest()[:8]}"


def test_nothing_declared(tmp_path: Path) -> None:
    assert chosen(tmp_path, "") == {}


def test_only_what_a_source_uses(tmp_path: Path) -> None:
    text = """\
repositories:
  shop: {url: "https://GitLab.example.org/blue/shop"}
  other: {url: "https://gitlab.example.org/blue/other.git"}
"""
    found = chosen(tmp_path, text)
    assert list(found) == ["shop"]
    assert found["shop"].path == ("repositories", "shop")
    assert found["shop"].url == "https://GitLab.example.org/blue/shop"
    assert found["shop"].credential is None


def test_a_repository_keeps_its_own_credential(tmp_path: Path) -> None:
    text = f"""\
repositories:
  shop: {{url: "{SHOP}", credentials: {{type: https, username: own, password: {{secret: own}}}}}}
credentials:
  gitlab: {{urlPrefix: "https://gitlab.example.org/blue/", {HTTPS}}}
"""
    found = chosen(tmp_path, text)
    assert list(found) == ["shop"]
    assert getattr(found["shop"].credential, "username", None) == "own"
    assert found["shop"].credential_path == ("repositories", "shop", "credentials")
    assert not found["shop"].write
    assert not found["shop"].derived


def test_a_repository_to_write_stands_beside_the_one_to_read(tmp_path: Path) -> None:
    text = f"""\
repositories:
  shop: {{url: "{SHOP}", credentials: {{{HTTPS}}}}}
  push: {{url: "{SHOP}", write: true, credentials: {{type: https, username: own, password: {{secret: own}}}}}}
"""
    found = chosen(tmp_path, text)
    assert {name: item.write for name, item in found.items()} == {"push": True, "shop": False}


def test_a_repository_to_write_leaves_the_reading_to_a_matching_credential(tmp_path: Path) -> None:
    text = f"""\
repositories:
  shop: {{url: "{SHOP}", write: true, credentials: {{type: https, username: own, password: {{secret: own}}}}}}
credentials:
  gitlab: {{urlPrefix: "https://gitlab.example.org/blue/", {HTTPS}}}
"""
    found = chosen(tmp_path, text)
    derived = key("gitlab", "https://gitlab.example.org/blue/shop")
    assert {name: (item.write, item.derived) for name, item in found.items()} == {
        "shop": (True, False),
        derived: (False, True),
    }
    assert getattr(found[derived].credential, "username", None) == "bot"


def test_a_repository_without_credential_takes_a_matching_one(tmp_path: Path) -> None:
    text = """\
repositories:
  shop: {url: "https://gitlab.example.org/blue/shop.git", enableLfs: false}
credentials:
  gitlab:
    urlPrefix: "https://gitlab.example.org/blue/"
    proxy: "http://proxy.example.org:3128"
    enableLfs: true
    type: https
    username: bot
    password: {secret: token}
"""
    shop = chosen(tmp_path, text)["shop"]
    assert getattr(shop.credential, "username", None) == "bot"
    assert shop.credential_path == ("credentials", "gitlab")
    assert shop.options.proxy == "http://proxy.example.org:3128"
    assert not shop.options.enable_lfs, "what the repository says itself wins"


def test_a_used_url_gets_a_secret_from_a_prefix(tmp_path: Path) -> None:
    text = f"""\
applications:
  docs: {{source: {{repoURL: "https://gitlab.example.org/blue/shop", path: docs, targetRevision: v1.0.0}}}}
  chart: {{source: {{repoURL: registry.example.org/blue/charts, chart: shop, targetRevision: 1.0.0}}}}
credentials:
  gitlab: {{urlPrefix: "https://gitlab.example.org/blue/", {HTTPS}}}
  harbor: {{urlPrefix: registry.example.org/blue/, repositoryType: helm, enableOCI: true, {HTTPS}}}
  unused: {{urlPrefix: "https://github.com/blue/", {HTTPS}}}
"""
    found = chosen(tmp_path, text)
    git = key("gitlab", "https://gitlab.example.org/blue/shop")
    oci = key("harbor", "registry.example.org/blue/charts")
    assert sorted(found) == sorted([git, oci])
    assert found[git].url == SHOP, "two spellings are one repository: the first one is written"
    assert found[git].derived
    assert found[git].path == found[git].credential_path == ("credentials", "gitlab")
    assert (found[oci].type, found[oci].enable_oci) == ("helm", True)


def test_the_longest_prefix_wins(tmp_path: Path) -> None:
    text = f"""\
credentials:
  all: {{urlPrefix: "https://gitlab.example.org/", {HTTPS}}}
  blue: {{urlPrefix: "https://gitlab.example.org/blue/", {HTTPS}}}
  near: {{urlPrefix: "https://gitlab.example.org/blue/sho/", {HTTPS}}}
"""
    assert list(chosen(tmp_path, text)) == [key("blue", "https://gitlab.example.org/blue/shop")]


def test_one_repository_is_nearer_than_every_folder(tmp_path: Path) -> None:
    text = f"""\
credentials:
  folder: {{urlPrefix: "https://gitlab.example.org/blue/shop/", {HTTPS}}}
  one: {{urlPrefix: "{SHOP}", {HTTPS}}}
"""
    assert list(chosen(tmp_path, text)) == [key("one", "https://gitlab.example.org/blue/shop")]


def test_a_prefix_is_a_folder_or_one_repository() -> None:
    assert covered("https://g.example.org/blue/", "https://g.example.org/blue/shop.git")
    assert covered("https://g.example.org/blue/shop", "https://g.example.org/blue/shop.git")
    assert not covered("https://g.example.org/blue", "https://g.example.org/blue/shop.git")
    assert not covered("https://g.example.org/", "https://g.example.org.evil.tld/shop.git")
    assert not covered("https://g.example.org/blue/", "https://g.example.org/blue-secret/x")


def test_what_an_allow_names_counts_until_it_ends(tmp_path: Path) -> None:
    """A chart's own dependencies are in no source."""
    text = f"""\
repositories:
  named: {{url: "https://charts.example.org/private", type: helm}}
credentials:
  charts: {{urlPrefix: "https://charts.example.org/", repositoryType: helm, {HTTPS}}}
  gitlab: {{urlPrefix: "https://gitlab.example.org/blue/", {HTTPS}}}
allow:
  - {{kind: source, value: "https://charts.example.org/private", reason: r, until: 2026-12-01}}
  - {{kind: source, value: "https://charts.example.org/other", reason: r, until: 2026-12-01}}
  - {{kind: source, value: "https://charts.example.org/other", reason: r, until: 2026-12-24}}
  - {{kind: source, value: "https://charts.example.org/ever", reason: r, until: 2026-12-24}}
  - {{kind: source, value: "https://charts.example.org/ever", reason: r}}
  - {{kind: source, value: "https://charts.example.org/pattern/*", reason: r}}
  - {{kind: source, value: "{SHOP}", reason: r, until: 2026-12-01}}
  - {{kind: destination, value: "https://charts.example.org/no-source", reason: r}}
"""
    found = {item.url: item.until for item in chosen(tmp_path, text).values()}
    assert found == {
        "https://charts.example.org/private": dt.date(2026, 12, 1),
        "https://charts.example.org/other": dt.date(2026, 12, 24),
        "https://charts.example.org/ever": None,
        SHOP: None,
    }


def test_sources_of_application_sets_count(tmp_path: Path) -> None:
    text = f"""\
applicationSets:
  previews:
    generators: [{{git: {{repoURL: "https://gitlab.example.org/blue/list.git", revision: HEAD, files: [{{path: a}}]}}}}]
credentials:
  gitlab: {{urlPrefix: "https://gitlab.example.org/blue/list", {HTTPS}}}
"""
    assert list(chosen(tmp_path, text)) == [key("gitlab", "https://gitlab.example.org/blue/list")]
