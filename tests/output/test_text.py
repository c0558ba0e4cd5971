"""Text that is wrapped, and text that is escaped for Markdown."""

from __future__ import annotations

import pytest

from argoproject.output.text import (
    code,
    code_cell,
    plain,
    shortened,
    table,
    two_columns,
    unbroken,
    wrapped,
)
from argoproject.problems import counted, listed, printable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("blue/shop", "`blue/shop`"),
        ("a`b", "``a`b``"),
        ("`a``", "``` `a`` ```"),
        ("", "`  `"),
        ("two\nlines", "`two lines`"),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}b\x1b[2K", r"`a\u202eb\x1b[2K`"),
        ("a|b", "`a|b`"),
    ],
)
def test_nothing_ends_a_code_span(text: str, expected: str) -> None:
    assert code(text) == expected
    assert code_cell(text) == expected.replace("|", r"\|")


def test_prose_is_neither_markdown_nor_a_mention() -> None:
    assert plain("<b>*x*</b> | @all\n# y") == (
        r"\<b\>\*x\*\</b\> \| @" + "\N{ZERO WIDTH SPACE}" + r"all \# y"
    )


def test_a_line_break_in_a_cell() -> None:
    assert [*table(["A"], [["x\ny"]])] == ["| A |", "| --- |", "| x<br>y |"]


def test_wrapped_text_keeps_names_whole() -> None:
    name = "x" * 120
    assert wrapped("", 2) == []
    assert wrapped(f"a {name} b", 2) == ["  a", f"      {name}", "      b"]
    phrase = " ".join(["word"] * 15)
    assert wrapped(f"{phrase} {unbroken(phrase)}", 0) == [phrase, f"    {phrase}"]


def test_a_pair_that_is_too_wide_goes_below() -> None:
    wide = "y" * 98
    assert [*two_columns([("a", "b"), ("ccc", "d"), ("e", wide)], 2)] == [
        "  a    b",
        "  ccc  d",
        "  e",
        f"      {wide}",
    ]


def test_short_forms() -> None:
    assert [shortened(text, 4) for text in ("abcd", "abcde")] == ["abcd", "abc…"]
    assert [counted(number, "key") for number in (0, 1, 2)] == ["0 keys", "1 key", "2 keys"]
    assert counted(2, "repository", "repositories") == "2 repositories"
    assert listed(["a", "b", "c"]) == "a, b, c"
    assert listed(["a", "b", "c", "d"], 2) == "a, b and 2 more"
    assert printable("ö → x") == "ö → x"
