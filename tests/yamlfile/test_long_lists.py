"""The position of an item does not depend on how many items are next to it: a report of a long list is linear."""

from __future__ import annotations

from argoproject.yamlfile.syntax import Entry, entry_at, node_tree


def test_an_item_of_a_sequence_is_found_without_a_search() -> None:
    node = node_tree("[a, b, c]\n")
    found = entry_at(node, 1)
    assert isinstance(found, Entry)
    assert found.value.value == "b"
    for step in (-1, 3, "1"):
        assert entry_at(node, step) is None


def test_an_entry_of_a_mapping_is_found_by_its_key() -> None:
    node = node_tree("{a: 1, b: 2}\n")
    found = entry_at(node, "b")
    assert found is not None
    assert found.value.value == "2"
    assert entry_at(node, "c") is None
    assert entry_at(node, 0) is None
    assert entry_at(None, "a") is None
