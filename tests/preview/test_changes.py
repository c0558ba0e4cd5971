"""What became of each resource between two previews."""

from __future__ import annotations

from typing import Any

import pytest

from argoproject.diff.fields import ABSENT, FieldChange
from argoproject.preview.changes import Action, Change, compare
from argoproject.preview.record import Resource, Secret, Snapshot

URN = "urn:pulumi:dev::p::kubernetes:core/v1:ConfigMap::x"


def resource(urn: str = URN, cluster: str = "eu-1", **fields: Any) -> Resource:
    inputs = {"kind": "ConfigMap", "metadata": {"name": "x", "namespace": "n"}}
    return Resource(
        **{
            "urn": urn,
            "type": "kubernetes:core/v1:ConfigMap",
            "name": urn.rpartition("::")[2],
            "provider": f"urn:pulumi:dev::p::pulumi:providers:kubernetes::{cluster}",
            **fields,
            "inputs": {**inputs, **fields.get("inputs", {})},
        }
    )


def snapshot(*resources: Resource) -> Snapshot:
    return Snapshot({item.urn: item for item in resources})


def change(before: Resource, after: Resource) -> Change:
    (found,) = compare(snapshot(before), snapshot(after))
    return found


def test_the_first_preview_changes_nothing() -> None:
    (found,) = compare(None, snapshot(resource()))
    assert found == Change(resource(), Action.SAME)


def test_what_is_as_it_was_is_the_same() -> None:
    found = change(resource(), resource())
    assert found.action is Action.SAME
    assert not found.changed


def test_new_and_gone() -> None:
    other = "urn:pulumi:dev::p::t::y"
    created, deleted = compare(snapshot(resource()), snapshot(resource(other)))
    assert (created.resource.urn, created.action) == (other, Action.CREATE)
    assert (deleted.resource.urn, deleted.action) == (URN, Action.DELETE)
    assert created.changed
    assert deleted.changed


@pytest.mark.parametrize(
    ("before", "after", "fields"),
    [
        ({"a": 1}, {"a": 2}, [("data.a", 1, 2)]),
        ({"a": 1}, {}, [("data.a", 1, ABSENT)]),
        ({}, {"a": None}, [("data.a", ABSENT, None)]),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, [("data.a.b[1]", 2, 3)]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, [("data.a[0].b", 1, 2)]),
        ({"a": [1]}, {"a": [1, 2]}, [("data.a[]", ABSENT, 2)]),
        ({"a": {"b": 1}}, {"a": "b"}, [("data.a", {"b": 1}, "b")]),
        ({"b": 1, "a": 1}, {"a": 2, "b": 2}, [("data.a", 1, 2), ("data.b", 1, 2)]),
        ({"a": Secret("1")}, {"a": Secret("1")}, []),
        ({"a": Secret("1")}, {"a": Secret("2")}, [("data.a", Secret("1"), Secret("2"))]),
    ],
)
def test_field_by_field(
    before: dict[str, Any], after: dict[str, Any], fields: list[tuple[str, Any, Any]]
) -> None:
    found = change(resource(inputs={"data": before}), resource(inputs={"data": after}))
    assert [(item.path, item.before, item.after) for item in found.fields] == fields
    assert found.action is (Action.UPDATE if fields else Action.SAME)


@pytest.mark.parametrize(
    "after",
    [
        resource(inputs={"metadata": {"name": "y", "namespace": "n"}}),
        resource(inputs={"metadata": {"name": "x", "namespace": "m"}}),
        resource(cluster="eu-2"),
    ],
    ids=["name", "namespace", "cluster"],
)
def test_another_identity_is_a_replacement(after: Resource) -> None:
    assert change(resource(), after).action is Action.REPLACE


@pytest.mark.parametrize(
    ("kind", "before", "after", "action"),
    [
        ("RoleBinding", {"roleRef": {"name": "a"}}, {"roleRef": {"name": "b"}}, Action.REPLACE),
        ("Role", {"roleRef": {"name": "a"}}, {"roleRef": {"name": "b"}}, Action.UPDATE),
        ("Job", {"spec": {"template": {"a": 1}}}, {"spec": {"template": {"a": 2}}}, Action.REPLACE),
        ("Job", {"spec": {"suspend": True}}, {"spec": {"suspend": False}}, Action.UPDATE),
        ("Secret", {"type": "Opaque"}, {"type": "x"}, Action.REPLACE),
        ("T", {"apiVersion": "a.b/v1beta1"}, {"apiVersion": "a.b/v1"}, Action.UPDATE),
        ("T", {"apiVersion": "a.b/v1"}, {"apiVersion": "a.c/v1"}, Action.REPLACE),
    ],
)
def test_a_fixed_field_is_a_replacement_as_for_diff(
    kind: str, before: dict[str, Any], after: dict[str, Any], action: Action
) -> None:
    sides = (resource(inputs={"kind": kind, **inputs}) for inputs in (before, after))
    assert change(*sides).action is action


def test_options_are_compared() -> None:
    found = change(resource(options={"protect": True}), resource())
    assert found.fields == (FieldChange(("(protect)",), before=True, after=ABSENT),)


def test_fields_left_to_others_are_not_compared() -> None:
    options = {"ignoreChanges": ["spec.source.targetRevision", "spec.sources"]}

    def with_spec(revision: str, **spec: Any) -> Resource:
        source = {"targetRevision": revision, "targetRevisionX": "1"}
        fields = {"source": source, "sources": [{"a": revision}], **spec}
        return resource(options=options, inputs={"spec": fields})

    assert change(with_spec("1"), with_spec("2")).action is Action.SAME
    changed = change(with_spec("1", sourcesX=1), with_spec("2", sourcesX=2))
    assert [item.path for item in changed.fields] == ["spec.sourcesX"]


def test_a_rename_is_followed_through_its_aliases() -> None:
    new = "urn:pulumi:dev::p::kubernetes:core/v1:ConfigMap::new"
    after = resource(new, options={"aliases": ["urn:never", URN]})
    found = change(resource(), after)
    assert (found.action, found.moved_from, found.changed) == (Action.SAME, URN, True)


def test_an_alias_does_not_take_what_is_still_there() -> None:
    new = "urn:pulumi:dev::p::t::new"
    changes = compare(snapshot(resource(new)), snapshot(resource(new, options={"aliases": [URN]})))
    assert [item.moved_from for item in changes] == [""]


def test_a_protected_deletion_is_refused() -> None:
    (protected,) = compare(snapshot(resource(options={"protect": True})), Snapshot())
    (free,) = compare(snapshot(resource()), Snapshot())
    assert protected.refused
    assert not free.refused


@pytest.mark.parametrize(
    ("before", "after", "paths"),
    [
        (["a", "b"], ["b"], ["list[a]"]),
        (["a"], ["a", "b", "c"], ["list[b]", "list[c]"]),
        (
            [{"name": "admin", "groups": ["x"]}],
            [{"name": "admin", "groups": ["x", "y"]}, {"name": "ci"}],
            ["list[admin].groups[y]", "list[ci]"],
        ),
        ([{"name": "x"}], [{"name": "x"}, {"name": "x"}], ["list[]"]),
        ([{"a": 1}], [{"a": 1}, {"b": 2}], ["list[]"]),
    ],
)
def test_what_came_to_a_list_or_went_is_named(
    before: list[object], after: list[object], paths: list[str]
) -> None:
    found = change(resource(inputs={"list": before}), resource(inputs={"list": after}))
    assert [item.path for item in found.fields] == paths
