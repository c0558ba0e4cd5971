"""The difference of two values, field by field."""

from __future__ import annotations

from typing import Any

import pytest

from argoproject.diff.fields import ABSENT, below, differences


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


def test_a_field_is_below_itself_and_its_parents() -> None:
    assert below("spec.source", ["spec.source"])
    assert below("spec.source.helm", ["spec.source"])
    assert below("spec.sources[0]", ["spec.sources"])
    assert not below("spec.sources", ["spec.source"])
