"""What a text says is found without parsing it: too much perhaps, never too little."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from argoproject.models.scalars import is_label
from argoproject.narrow.text import Said, Text, text_of_data
from argoproject.yamlfile.reader import parse
from tests.narrow.fleets import SPELLINGS, spelled

PIECES = (
    *("name", ":", ": ", " ", "\n", "\n  ", "\n    ", '"', "'", "{", "}", "[", "]", ",", ", "),
    *("? ", "- ", "# why", " #", "|", ">-", "x", "foo", "a-b", "\\x61", "\\", "~", "!t ", "\t"),
    *("name: ", "name:", '"name": ', "'name':", "x: ", "{name: ", "\nname: ", "name: foo"),
)
"""What YAML is made of, and pieces that make valid YAML likelier."""


def under_name(data: Any) -> Iterator[str]:
    """Every label under a key `name`."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "name" and isinstance(value, str) and is_label(value):
                yield str(value)
            yield from under_name(value)
    elif isinstance(data, list):
        for item in data:
            yield from under_name(item)


def test_whatever_the_parser_finds_is_found() -> None:
    chance = random.Random(20261121)
    seen = clear = 0
    for _ in range(200_000):
        text = "".join(chance.choices(PIECES, k=chance.randint(2, 12)))
        document, problems = parse("f", text.encode())
        names = set() if problems else set(under_name(document.data))
        if names:
            said = Text(text.encode()).names
            assert said.unclear or names <= said.values, text
            seen, clear = seen + 1, clear + (not said.unclear)
    assert seen > 800
    assert clear > 500


@pytest.mark.parametrize("how", SPELLINGS)
def test_however_a_name_is_written(how: str) -> None:
    data = {"name": "same", "applications": {"x": {"name": "other"}}}
    said = Text(spelled(data, how).encode()).names
    assert said.unclear or said.values == {"same", "other"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("namespace: {name: a, labels: {x: y}}", Said(frozenset(["a"]))),
        ("username: bot\nfullname: x\n", Said()),
        ("name: a # or what? anything\n", Said(frozenset(["a"]))),
        ("values: |\n  grep 'a\\.b' # in single quotes\nname: a\n", Said(frozenset(["a"]))),
        ('values: "a\\.b"\nname: a\n', Said(frozenset(["a"]), unclear=True)),
        ("name: ${team}-x\n", Said(templates=("${team}-x",))),
        ('{name: "${team}-x"}', Said(templates=("${team}-x",))),
        ("name:\n", Said(unclear=True)),
        ("{?name: a}", Said(frozenset(["a"]), unclear=True)),
    ],
)
def test_what_is_said(text: str, said: Said) -> None:
    found = Text(text.encode()).names
    assert Said(found.values - {""}, found.templates, found.unclear) == said


def test_data_says_what_it_holds() -> None:
    data = {"base": {"name": "a", "source": {"repoURL": "https://x/${team}", "path": "a b\\"}}}
    text = text_of_data({"small": data, "medium": {"list": [{"name": "b"}]}})
    assert text.names == Said(frozenset(["a", "b"]))
    assert text.urls == Said(templates=("https://x/${team}",))
