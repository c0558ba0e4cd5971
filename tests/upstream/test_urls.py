"""URLs: sameness and prefixes, as Argo CD and least privilege see them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argoproject.upstream.urls import covers, matches, normalise


@pytest.mark.parametrize(
    "urls",
    [
        ("https://Git.example.org/Blue/Shop.git", "https://git.example.org/blue/shop"),
        ("git@git.example.org:blue/shop.git", "ssh://git@git.example.org/blue/shop"),
        ("git@git.example.org:1/shop", "ssh://git@git.example.org/1/shop"),
        ("registry.example.org/blue", "registry.example.org/BLUE"),
    ],
)
def test_urls_that_argo_cd_takes_for_one(urls: tuple[str, str]) -> None:
    assert normalise(urls[0]) == normalise(urls[1])


@pytest.mark.parametrize(
    "urls",
    [
        ("https://git.example.org/a", "https://git.example.org/a/"),
        ("https://git.example.org/a", "http://git.example.org/a"),
        ("git.example.org:blue/shop", "git@git.example.org:blue/shop"),
        ("https://git.example.org/a", "https://git.example.org/b"),
    ],
)
def test_urls_that_argo_cd_tells_apart(urls: tuple[str, str]) -> None:
    assert normalise(urls[0]) != normalise(urls[1])


@pytest.mark.parametrize(
    ("prefix", "url", "expected"),
    [
        ("https://git.example.org/blue/", "https://git.example.org/blue/shop.git", True),
        ("https://git.example.org/blue", "https://git.example.org/blue/shop.git", True),
        ("https://git.example.org/blue/shop", "https://git.example.org/blue/shop.git", True),
        ("https://git.example.org/blue", "https://git.example.org/blue-secret/x", False),
        ("https://git.example.org", "https://git.example.org.evil.tld/x", False),
        ("https://git.example.org/blue/", "https://git.example.org/green/x", False),
        ("registry.example.org/blue/", "registry.example.org/blue/charts", True),
        ("https://git.example.org/*/charts/", "https://git.example.org/blue/charts/x", True),
        ("https://git.example.org/blue/", "git@git.example.org:blue/shop", False),
    ],
)
def test_a_prefix_ends_at_a_slash(prefix: str, url: str, expected: bool) -> None:
    assert covers(prefix, url) is expected


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("blue-*", "blue-admins", True), ("blue-*", "green-blue-x", False), ("blue", "blue", True),
        ("blue", "blue-x", False), ("a.c", "abc", False), ("*", "anything", True), ("a?c", "abc", True),
    ],
)  # fmt: skip
def test_patterns_match_whole_texts(pattern: str, text: str, expected: bool) -> None:
    assert matches(pattern, text) is expected


@pytest.mark.parametrize("count", [30, 300])
def test_many_gaps_take_no_more_time_than_one(count: int) -> None:
    """A team's pattern of many `*` must not stop everybody's checks."""
    text = "a" * 3 * count
    assert matches("*a" * count, text)
    assert not matches("*a" * count + "*b", text)
    assert not matches("a*" * count + "b?c", text)


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_gaps_are_those_of_a_plain_expression(pattern: str, text: str) -> None:
    plain = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    assert matches(pattern, text) == (re.fullmatch(plain, text) is not None)
