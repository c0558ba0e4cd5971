"""The YAML reader: texts that it accepts, texts that it refuses, and positions."""

from __future__ import annotations

import pytest

from argoproject.yamlfile.reader import Plain, parse, path_text
from argoproject.yamlfile.syntax import MAX_BYTES, MAX_DEPTH


def report(text: str | bytes) -> str:
    raw = text if isinstance(text, bytes) else text.encode()
    return "\n".join(str(problem) for problem in parse("f.yaml", raw)[1])


def test_every_scalar_is_text_and_knows_whether_it_was_quoted() -> None:
    document, problems = parse("f.yaml", b'a: no\nb: "no"\nc: 012\nd: 1.10\ne: 1e3\nf: ~\ng:\n')
    assert not problems
    assert document.data == {
        "a": "no", "b": "no", "c": "012", "d": "1.10", "e": "1e3", "f": None, "g": None,
    }  # fmt: skip
    assert type(document.data["a"]) is Plain
    assert type(document.data["b"]) is str


def test_an_empty_file_is_an_empty_mapping() -> None:
    assert parse("f.yaml", b"# nothing yet\n")[0].data == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a: 1\nb: 2\na: 3\n",
            "f.yaml:3:1: the key 'a' is here a second time (keep one; the first is on line 1) "
            "[duplicate-key]",
        ),
        (
            "a: &x 1\n",
            "f.yaml:1:4: YAML anchors and aliases (`&name`, `*name`) are not supported (write the value out; "
            "share through product.yaml or team.yaml; quote text that begins with & or *) [alias]",
        ),
        ("a: {b: *x}\n", None),
        (
            "a: !env X\n",
            "f.yaml:1:4: YAML tags (`!…`) are not supported (remove the tag; quote text where needed) [tag]",
        ),
        (
            "a: 1\n---\nb: 2\n",
            "f.yaml:2:1: the file holds several documents (keep one; remove `---`) [several-documents]",
        ),
        (
            "a: {n: ${namespace}}\n",
            'f.yaml:1:9: a `${…}` inside braces is not quoted (write "${…}" in quotes inside braces and brackets) '
            "[unquoted-placeholder]",
        ),
        (
            "a:\n\tb: 1\n",
            "f.yaml:2:1: the line is indented with a tab (indent with spaces) [tab]",
        ),
        (
            'a: "x\\u202ey"\n',
            "f.yaml:1:4: the text holds the invisible character U+202E (remove it) [invisible-character]",
        ),
        (
            "a: x\u200by\n",
            "f.yaml:1:5: the file holds the invisible character U+200B (remove it) [invisible-character]",
        ),
        (
            "a: 1\n\x01b: c\n",
            "f.yaml:2:1: the file holds the invisible character U+0001 (remove it) [invisible-character]",
        ),
        (
            "a: 'x\ty'\nb: c: d\n",
            "f.yaml:2:5: this is not valid YAML: mapping values are not allowed in this context (put text with "
            "`: ` or a leading symbol in quotes; check the indentation) [yaml-syntax]",
        ),
        (
            "<<: {a: 1}\n",
            "f.yaml:1:1: `<<` merges are not supported (write the keys out) [merge-key]",
        ),
        (
            "a: {4dabf18193072939515e22adb298388d: x}\n",
            "f.yaml:1:5: this key has a meaning of its own to Pulumi (remove it) [reserved-key]",
        ),
        (
            "? [a, b]\n: 1\n",
            "f.yaml:1:3: a key must be text (write one word before the colon) [key-not-text]",
        ),
        (
            "a: b: c\n",
            "f.yaml:1:5: this is not valid YAML: mapping values are not allowed in this context (put text with "
            "`: ` or a leading symbol in quotes; check the indentation) [yaml-syntax]",
        ),
    ],
)
def test_refused_texts_and_their_messages(text: str, expected: str | None) -> None:
    seen = report(text)
    assert "[alias]" in seen if expected is None else seen == expected


def test_bytes_that_are_not_text() -> None:
    assert report(b"a: 1\nb: \xff\n") == (
        "f.yaml:2:1: the file is not UTF-8 text (save it as UTF-8) [encoding]"
    )


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_depth_is_bounded_for_every_way_to_nest(opening: str) -> None:
    deep = "a:\n  " + opening * (MAX_DEPTH + 1)
    assert "[too-deep]" in report(deep) or "[yaml-syntax]" in report(deep)
    assert "[too-deep]" in report("[" * 5000)


def test_depth_at_the_limit_is_fine() -> None:
    inner = MAX_DEPTH - 1
    assert report("a: " + "[" * inner + "]" * inner) == ""
    assert "[too-deep]" in report("a: " + "[" * (inner + 1) + "]" * (inner + 1))


def test_depth_is_counted_together_for_blocks_and_brackets() -> None:
    def nested(blocks: int, brackets: int) -> str:
        rows = [f"{' ' * level}a:" for level in range(blocks)]
        return "\n".join([*rows, " " * blocks + "[" * brackets + "]" * brackets + "\n"])

    assert report(nested(16, 16)) == ""
    deep = "the file nests deeper than 32 levels (flatten it) [too-deep]"
    assert report(nested(17, 16)) == f"f.yaml:18:33: {deep}"
    assert report(nested(39, 31)) == f"f.yaml:33:33: {deep}"


@pytest.mark.parametrize("code", [*range(9), 11, 12, *range(14, 32), 127])
def test_no_control_character_is_accepted_anywhere(code: int) -> None:
    expected = f"holds the invisible character U+{code:04X} (remove it) [invisible-character]"
    for text in (
        f"a: x{chr(code)}y\n",
        f"a: 'x{chr(code)}y'\n",
        f"a: x\n{chr(code)}\n",
        f"# {chr(code)}\n",
    ):
        assert expected in report(text)


def test_size_is_bounded() -> None:
    head = b"a: "
    assert report(head + b"x" * (MAX_BYTES - len(head))) == ""
    assert "[file-too-large]" in report(head + b"x" * MAX_BYTES)


def test_an_alias_bomb_is_refused_before_it_is_built() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]" for n in range(9)
    ]
    assert "[alias]" in report("\n".join(lines))


def test_text_with_ampersands_and_stars_is_no_alias() -> None:
    text = "url: https://x.example.org/?a=1&b=2\nglob: '*'\nsum: a & b\nlist: [blue-*, a*b]\n"
    assert report(text) == ""


def test_a_position_is_that_of_the_key_or_of_its_nearest_ancestor() -> None:
    document, _ = parse("f.yaml", b"a:\n  b:\n    - x\n    - c: 1\n")
    assert str(document.position(("a", "b", 1, "c"))) == "f.yaml:4:7"
    assert str(document.position(("a", "b", 1, "missing"))) == "f.yaml:4:7"
    assert str(document.position(("a", "b", 7))) == "f.yaml:2:3"
    assert str(document.position(("zzz",))) == "f.yaml:1:1"


def test_no_value_of_a_broken_file_reaches_the_report() -> None:
    assert "hunter2" not in report("password: 'hunter2\n")
    assert "hunter2" not in report("password: hunter2: x\n")


def test_paths_are_shown_as_users_write_them() -> None:
    assert path_text(("application", "sources", 1, "path")) == "application.sources[1].path"
