"""Edits change one entry of a file and keep every other byte."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from argoproject.yamlfile.edit import EditError, scalar, with_values, without
from argoproject.yamlfile.reader import DataPath, parse

SHOP = ("versions", "application", "shop")
REQUIREMENTS = ("versions", "requirements")

VALUES: dict[str, tuple[str, dict[DataPath, str], str]] = {
    "flow style": (
        "versions: # c\n  requirements: 15.2.4\n  application: { shop: 1.4.2, values: v2026.11.3 } # d\n\nname: x\n",
        {SHOP: "1.5.0"},
        "versions: # c\n  requirements: 15.2.4\n  application: { shop: 1.5.0, values: v2026.11.3 } # d\n\nname: x\n",
    ),
    "block style, several at once": (
        "# h\nversions:\n  requirements:   15.2.4   # y\n  application:\n    shop: 1.4.2\n    # why\n    values: v1\n",
        {REQUIREMENTS: "15.3.0", SHOP: "1.10"},
        "# h\nversions:\n  requirements:   15.3.0   # y\n  application:\n    shop: 1.10\n    # why\n    values: v1\n",
    ),
    "double quotes": (
        'versions: {requirements: "1.9"} # "1.9"\n',
        {REQUIREMENTS: "1.10"},
        'versions: {requirements: "1.10"} # "1.9"\n',
    ),
    "single quotes": ("versions: {requirements: '1'}\n", {REQUIREMENTS: "a'b"}, "versions: {requirements: 'a''b'}\n"),
    "a value that needs quotes gets them": (
        "versions:\n  requirements: 1.0.0\n",
        {REQUIREMENTS: ">=1.2 <2"},
        'versions:\n  requirements: ">=1.2 <2"\n',
    ),
    "signs of more than one byte before it": (
        "description: Übung 😀 # ä\nversions: {requirements: 1}\n",
        {REQUIREMENTS: "2"},
        "description: Übung 😀 # ä\nversions: {requirements: 2}\n",
    ),
    "line ends of Windows": (
        "description: x\r\nversions:\r\n  requirements: 1 # y\r\nname: x\r\n",
        {REQUIREMENTS: "2"},
        "description: x\r\nversions:\r\n  requirements: 2 # y\r\nname: x\r\n",
    ),
    "no line end at the end": (
        "versions:\n  requirements: 1",
        {REQUIREMENTS: "2"},
        "versions:\n  requirements: 2",
    ),
    "several lines in braces": (
        "versions: {\n  application: {\n    shop: 1, # a\n    values: v1, # b\n  },\n}\n",
        {SHOP: "2", ("versions", "application", "values"): "v2"},
        "versions: {\n  application: {\n    shop: 2, # a\n    values: v2, # b\n  },\n}\n",
    ),
    "no `versions` goes after the description": (
        "description: x # y\n\nnamespace: {}\n",
        {REQUIREMENTS: "1", SHOP: "2", ("versions", "application", "values"): "v1"},
        "description: x # y\nversions:\n  requirements: 1\n  application: { shop: 2, values: v1 }\n\nnamespace: {}\n",
    ),
    "no `versions` and no description goes to the end, before the comments there": (
        "namespace:\n  quota:\n    pods: 1 # z\n\n# the end\n",
        {REQUIREMENTS: "1"},
        "namespace:\n  quota:\n    pods: 1 # z\nversions:\n  requirements: 1\n\n# the end\n",
    ),
    "no `versions` in a file of Windows without a line end at the end": (
        "namespace: {}\r\ndescription: x",
        {REQUIREMENTS: "1"},
        "namespace: {}\r\ndescription: x\r\nversions:\r\n  requirements: 1",
    ),
    "after a text of several lines": (
        "description: >\n  a\n\n  b\n\n\nnamespace: {}\n",
        {REQUIREMENTS: "1"},
        "description: >\n  a\n\n  b\nversions:\n  requirements: 1\n\n\nnamespace: {}\n",
    ),
    "an Application more, in lines": (
        "versions:\n  # why\n  application: 1 # x\n  # last\nname: x\n",
        {REQUIREMENTS: "1"},
        "versions:\n  # why\n  application: 1 # x\n  requirements: 1\n  # last\nname: x\n",
    ),
    "a source more, in lines": (
        "versions:\n    application:\n        values: v1\n",
        {SHOP: "1"},
        "versions:\n    application:\n        values: v1\n        shop: 1\n",
    ),
    "a source more, in braces": (
        "versions: { application: { values: v1 } }\n",
        {SHOP: "1"},
        "versions: { application: { values: v1, shop: 1 } }\n",
    ),
    "empty braces": ("versions: {}\n", {REQUIREMENTS: "1"}, "versions: { requirements: 1 }\n"),
    "nothing where the versions belong": (
        "versions: # later\nname: x\n",
        {REQUIREMENTS: "1"},
        "versions: { requirements: 1 } # later\nname: x\n",
    ),
    "null where the revision belongs": (
        "versions: { requirements: null }\n",
        {REQUIREMENTS: "1"},
        "versions: { requirements: 1 }\n",
    ),
    "the whole file in braces": (
        "{description: x}\n",
        {REQUIREMENTS: "1"},
        "{description: x, versions: { requirements: 1 }}\n",
    ),
    "the whole file empty braces": ("{}\n", {REQUIREMENTS: "1"}, "{ versions: { requirements: 1 } }\n"),
    "an empty file": ("", {REQUIREMENTS: "1"}, "versions:\n  requirements: 1\n"),
    "comments only": ("# a\n# b", {REQUIREMENTS: "1"}, "# a\n# b\nversions:\n  requirements: 1\n"),
    "a key that needs quotes": (
        "versions: {}\n",
        {("versions", "application", "a, b"): "1"},
        'versions: { application: { "a, b": 1 } }\n',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_a_value_is_set_and_all_else_is_unchanged(name: str) -> None:
    before, values, after = VALUES[name]
    assert with_values(before, values) == after


REMOVED: dict[str, tuple[str, list[DataPath], str]] = {
    "a key with its comments, and one of two blank lines": (
        "description: x\n\n# of allow\n# more\nallow: # y\n  - {kind: a}\n  # - {kind: b}\n\n# of keep\nkeep: [x]\n",
        [("allow",)],
        "description: x\n\n# of keep\nkeep: [x]\n",
    ),
    "comments at the top are the file's": (
        "# yaml-language-server: x\n# about\nname: x\ndescription: y\n",
        [("name",)],
        "# yaml-language-server: x\n# about\ndescription: y\n",
    ),
    "the last key": ("description: x\n\nallow:\n  - a\n", [("allow",)], "description: x\n"),
    "the last key without a line end": ("description: x\nname: y", [("name",)], "description: x\n"),
    "the only key": ("# head\nname: x\n", [("name",)], "# head\n"),
    "first, middle and last in braces": (
        "namespace: { name: x, mode: adopt, quota: {}, labels: {} } # y\n",
        [("namespace", "name"), ("namespace", "mode"), ("namespace", "labels")],
        "namespace: { quota: {} } # y\n",
    ),
    "of a list in brackets": ("a: [x, {b: 1}, y]\n", [("a", 1)], "a: [x, y]\n"),
    "of a list in lines": (
        "a:\n  # why x\n  - x\n  # why b\n  - {b: 1} # b\n  # why y\n  - y\n",
        [("a", 1)],
        "a:\n  # why x\n  - x\n  # why y\n  - y\n",
    ),
    "of a list that is not indented": (
        "a:\n- b: 1\n  c: 2\n- d: 1\nz: 1\n",
        [("a", 0)],
        "a:\n- d: 1\nz: 1\n",
    ),
    "several of a list": ("a: [x, y, z]\n", [("a", 0), ("a", 2)], "a: [y]\n"),
    "a collection that becomes empty is removed": (
        "access:\n  roles:\n    r: {groups: [x]}\ndescription: x\n",
        [("access", "roles", "r", "groups", 0)],
        "description: x\n",
    ),
    "all of a list": ("a: {b: [x, y]}\nc: 1\n", [("a", "b", 0), ("a", "b", 1)], "c: 1\n"),
    "a text of several lines": ("a: |\n  x\n\n  y\n\nb: 1\n", [("a",)], "b: 1\n"),
    "line ends of Windows": (
        "a: 1\r\n\r\n# b\r\nb: 2\r\n\r\nc: 3\r\n",
        [("b",)],
        "a: 1\r\n\r\nc: 3\r\n",
    ),
}


@pytest.mark.parametrize("name", REMOVED)
def test_an_entry_is_removed_and_all_else_is_unchanged(name: str) -> None:
    before, paths, after = REMOVED[name]
    assert without(before, paths) == after


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("versions: {application: {shop: 1}}\n", ("versions", "application")),
        ("versions: [a]\n", ("versions", "application")),
        ("versions: text\n", ("versions", "application")),
        ("versions: {? requirements}\n", ("versions", "requirements")),
    ],
)
def test_an_edit_that_would_change_more_is_refused(text: str, path: DataPath) -> None:
    with pytest.raises(EditError) as caught:
        with_values(text, {path: "1"})
    words = "this is written in a way that only people can edit"
    assert str(caught.value) == f"{words}: {'.'.join(map(str, path))} (line 1)"


def test_a_removal_that_would_take_more_is_refused() -> None:
    with pytest.raises(EditError, match=r"a\[0\].b \(line 1\)"):
        without("a: [{b: 1, c: 2}, x]\nd:\n  - e: 1\n    f: 2\n", [("a", 0, "b"), ("d", 0, "e")])


KEYS = st.text("abcxyz-", min_size=1, max_size=5)
LEAVES = st.text(min_size=1, max_size=8).filter(
    lambda text: text.isprintable() and not parse("", yaml.safe_dump([text]).encode())[1]
)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(KEYS, inner, min_size=1, max_size=3)
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(KEYS, TREES, max_size=3),
    st.dictionaries(KEYS, st.dictionaries(KEYS, LEAVES, max_size=3), max_size=2),
    st.sampled_from([None, True, False]),
    LEAVES,
    KEYS,
)
def test_only_the_value_changes_in_any_file(
    other: dict[str, object],
    versions: dict[str, dict[str, str]],
    flow: bool | None,
    value: str,
    key: str,
) -> None:
    data = {**other, "versions": versions}
    text = yaml.safe_dump(data, default_flow_style=flow, allow_unicode=True, sort_keys=False)
    edited = with_values(text, {("versions", "application", key): value})
    inner = {**versions.get("application", {}), key: value}
    wanted = {**data, "versions": {**versions, "application": inner}}
    assert parse("", edited.encode())[0].data == wanted
    removed = parse("", without(edited, [("versions", "application", key)]).encode())[0].data
    assert key not in ((removed or {}).get("versions") or {}).get("application", {})


@given(st.text(max_size=12), st.sampled_from([None, "'", '"']))
def test_a_scalar_is_read_as_it_was(value: str, style: str | None) -> None:
    written = scalar(value, style), scalar(value, style, flow=True)
    for text in (f"k: {written[0]}\n", f"{{k: {written[1]} }}\n"):
        document, problems = parse("", text.encode())
        assert problems or document.data == {"k": value}


def test_only_inside_braces_a_comma_needs_quotes() -> None:
    assert scalar("a, b") == "a, b"
    assert scalar("a, b", flow=True) == '"a, b"'
    assert with_values(
        "description: a\nx: {y: b}\n", {("description",): "c, d", ("x", "y"): "e, f"}
    ) == ('description: c, d\nx: {y: "e, f"}\n')
