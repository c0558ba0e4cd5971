"""The difference of two values, field by field."""

from __future__ import annotations

from typing import Any

import pytest

from argoproject.diff.fields import ABSENT, FieldChange, below, differences, leaves


def found(before: Any, after: Any) -> list[tuple[str, Any, Any]]:
    return [(item.path, item.before, item.after) for item in differences(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "fields"),
    [
        ({"a": {"b": "1"}}, {"a": {"b": "1"}}, []),
        ({"a": {"b": "1"}}, {"a": {"b": "2"}}, [("a.b", "1", "2")]),
        ({"a": None}, {}, [("a", None, ABSENT)]),
        ({"l": ["a", "b"]}, {"l": ["b", "c"]}, [("l[a]", "a", ABSENT), ("l[c]", ABSENT, "c")]),
        ({"l": ["a", "b"]}, {"l": ["b", "a"]}, [("l", ["a", "b"], ["b", "a"])]),
        (
            {"l": [{"name": "x", "v": 1}, {"name": "y"}]},
            {"l": [{"name": "y"}, {"name": "z"}]},
            [("l[x]", {"name": "x", "v": 1}, ABSENT), ("l[z]", ABSENT, {"name": "z"})],
        ),
        ({"l": [{"name": "x", "v": 1}]}, {"l": [{"name": "x", "v": 2}]}, [("l[x].v", 1, 2)]),
        ({"l": [{"v": 1}]}, {"l": [{"v": 2}]}, [("l[0].v", 1, 2)]),
        ({"l": [{"v": 1}]}, {"l": []}, [("l[]", {"v": 1}, ABSENT)]),
        ({"l": [{"v": 1}]}, {"l": [{"v": 1}, {"v": 1}]}, [("l[]", ABSENT, {"v": 1})]),
        # One edit is one change, wherever it is in the list.
        ({"l": [{"v": 1}, {"v": 2}]}, {"l": [{"v": 2}]}, [("l[]", {"v": 1}, ABSENT)]),
        (
            {"l": [{"v": 1}, {"v": 2}, {"v": 3}]},
            {"l": [{"v": 2}, {"v": 3}, {"v": 4}]},
            [("l[]", {"v": 1}, ABSENT), ("l[]", ABSENT, {"v": 4})],
        ),
        (
            {"l": [{"v": 1, "w": 1}, {"v": 2}]},
            {"l": [{"v": 1, "w": 2}, {"v": 2}, {"v": 3}]},
            [("l[0].w", 1, 2), ("l[]", ABSENT, {"v": 3})],
        ),
        (
            {"l": [{"name": "x", "v": 1}, {"name": "y"}]},
            {"l": [{"name": "y"}, {"name": "x", "v": 2}]},
            [("l", ["x", "y"], ["y", "x"]), ("l[x].v", 1, 2)],
        ),
        ({"l": "text"}, {"l": ["text"]}, [("l", "text", ["text"])]),
    ],
)
def test_differences(before: Any, after: Any, fields: list[tuple[str, Any, Any]]) -> None:
    assert found(before, after) == fields


TOKEN = "glpat-hunter2hunter2hunter2"
LOGIN = "u https://bot:hunter2secret@h/x"


@pytest.mark.parametrize(
    ("before", "after", "paths"),
    [
        ({"password": []}, {"password": ["hunter2"]}, ["password[0]"]),
        ({"password": ["hunter1", "x"]}, {"password": ["hunter2", "x"]}, ["password[0]"]),
        ({"password": ["x", "hunter2"]}, {"password": ["x"]}, ["password[1]"]),
        ({"password": [{"name": "x"}]}, {"password": [{"name": "y"}]}, ["password[0]"]),
        ({"l": ["a"]}, {"l": ["a", TOKEN]}, ["l[1]"]),
        ({"l": [LOGIN]}, {"l": ["a"]}, ["l[0]"]),
        ({"l": [{"name": LOGIN, "v": 1}]}, {"l": [{"name": LOGIN, "v": 2}]}, ["l[0]"]),
        ({"env": [{"name": "TOKEN"}]}, {"env": []}, ["env[TOKEN]"]),
    ],
)
def test_no_path_has_a_secret(before: Any, after: Any, paths: list[str]) -> None:
    assert [path for path, _, _ in found(before, after)] == paths


def test_lines_of_a_list_have_no_secret_in_their_path() -> None:
    change = FieldChange(("x",), ABSENT, {"password": ["hunter2"], "l": ["a", TOKEN]})
    assert [item.path for item in leaves(change)] == ["x.password[0]", "x.l[a]", "x.l[1]"]


def test_names_in_paths_are_not_longer_than_those_of_kubernetes() -> None:
    [(path, _, after)] = found({"l": []}, {"l": ["a" * 5000]})
    assert (path, len(after)) == (f"l[{'a' * 252}…]", 5000)


def test_a_field_is_below_itself_and_its_parents() -> None:
    assert below("spec.source", ["spec.source"])
    assert below("spec.source.helm", ["spec.source"])
    assert below("spec.sources[0]", ["spec.sources"])
    assert not below("spec.sources", ["spec.source"])
