"""What the page shows of a comparison that `diff --format json` wrote."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from argoproject.diff.fields import Element, FieldChange, Steps
from argoproject.diff.model import EnvironmentChange, FleetDiff
from argoproject.diff.saved import NotADiffError, read_diff
from argoproject.identity import Identity
from argoproject.output.diff.data import as_data, grouped, reason_text, sides
from tests.output.page.differences import deleted, difference, of_version, raised, shared, widened
from tests.support.sites import write_site
from tests.support.trees import tree

HUB = Identity("blue", "shop", "hub", "dev")
STAGING = Identity("blue", "shop", "eu-1", "staging")
PROD = Identity("blue", "shop", "eu-1", "prod")


def shown(tmp_path: Path, data: Any) -> FleetDiff:
    file = tmp_path / "diff.json"
    file.write_text(json.dumps(data))
    return read_diff(file)


def page(tmp_path: Path, data: Any) -> str:
    """The page of a tree with the comparison."""
    file = write_site(tree(tmp_path), tmp_path / "html", dt.date(2026, 11, 21), data)
    return file.read_text(encoding="utf-8")


def with_field(change: EnvironmentChange, steps: Steps, before: Any, after: Any) -> EnvironmentChange:  # fmt: skip
    [item] = change.changes
    return replace(change, changes=(replace(item, fields=(FieldChange(steps, before, after),)),))


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    moved = replace(of_version(PROD, "1", "2"), moved_from=STAGING)
    everything = [raised(HUB), moved, widened(PROD, "x"), deleted(STAGING)]
    data = difference(everything, [shared([HUB])], [STAGING])
    (tmp_path / "diff.json").write_text(json.dumps(data))
    assert as_data(read_diff(tmp_path / "diff.json")) == data


def test_environments_that_change_in_the_same_way_are_shown_once(tmp_path: Path) -> None:
    made = shown(tmp_path, difference([raised(HUB), raised(STAGING), deleted(PROD)]))
    assert [group.names for group in grouped(made.environments)] == [
        [str(PROD)],
        [str(HUB), str(STAGING)],
    ]
    text = page(tmp_path, difference([raised(HUB), raised(STAGING), deleted(PROD)]))
    assert '<p class="titles">1 object: Namespace blue-shop-prod</p>' in text
    assert "<h4>delete" not in text, "what goes as a whole has no objects with fields"
    title = 'ResourceQuota ${namespace}/quota <span class="note">on ${cluster}</span>'
    assert f"<h4>update {title}</h4>" in text
    summary = "3 environments: 2 changed, 1 deleted. 1 dangerous, 2 to look at, 0 safe."
    assert f'<p class="lead">Compared with main (3f2a1c0): {summary}</p>' in text


def test_what_moved_and_what_is_not_compared_is_shown(tmp_path: Path) -> None:
    moved = replace(of_version(PROD, "1", "2"), moved_from=STAGING)
    made = shown(tmp_path, difference([moved], broken=[HUB]))
    assert [group.first.moved_from for group in grouped(made.environments)] == [STAGING]
    assert made.broken == (HUB,)


def test_a_line_of_a_shared_file_says_which_environments_it_reaches(tmp_path: Path) -> None:
    made = shown(tmp_path, difference([], [shared([HUB, STAGING])]))
    [file] = made.files
    [line] = file.changes
    assert (file.file, line.path) == (
        "config/platform.yaml",
        "profiles.small.namespace.quota.pods",
    )
    assert sides(line) == ("20", "30")
    assert line.environments == (str(HUB), str(STAGING))


@pytest.mark.parametrize(
    ("steps", "value", "text"),
    [
        (("spec", "x"), "b", "b"),
        (("spec", "x"), ["a"], '["a"]'),
        (("spec", "x"), None, "null"),
        (("spec", "password"), "hunter2", "<not shown>"),
        (("parameters", Element("db.password"), "value"), "hunter2", "<not shown>"),
        (("passwords", 0, "value"), "hunter2", "<not shown>"),
        (("spec", "x"), {"token": "hunter2"}, '{"token": "<not shown>"}'),
        (("stringData", "password"), "<secret blue/db>", "<secret blue/db>"),
        (("data", "x"), "é" * 2001, "é" * 1999 + "…"),
    ],
)
def test_values_are_shown_as_far_as_they_may_be(
    tmp_path: Path, steps: Steps, value: Any, text: str
) -> None:
    """The file may come from anywhere, so its own masking is not relied upon."""
    data = difference([with_field(raised(HUB), steps, "x", "y")])
    data["environments"][0]["changes"][0]["fields"][0]["after"] = value
    [group] = grouped(shown(tmp_path, data).environments)
    assert sides(group.first.changes[0].fields[0], group)[1] == text


def test_an_absent_value_differs_from_null(tmp_path: Path) -> None:
    data = difference([raised(HUB)])
    del data["environments"][0]["changes"][0]["fields"][0]["before"]
    [group] = grouped(shown(tmp_path, data).environments)
    assert sides(group.first.changes[0].fields[0], group)[0] is None


def test_what_moves_cursors_or_hides_is_shown_as_such(tmp_path: Path) -> None:
    data = difference([raised(HUB)])
    data["environments"][0]["changes"][0]["reasons"][0]["text"] = "a\u202eb"
    [group] = grouped(shown(tmp_path, data).environments)
    [found] = group.first.changes[0].reasons
    assert (found.danger, reason_text(found, group)) == ("look", "a\\u202eb")


def test_what_another_version_of_diff_adds_is_left_out(tmp_path: Path) -> None:
    data = difference([raised(HUB)])
    data["environments"][0]["more"] = 1
    assert len(shown(tmp_path, data | {"more": {}}).environments) == 1


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ((), {}),
        ((), []),
        ((), {"valid": True, "environments": [], "problems": []}),
        (("environments", 0, "action"), "<b>"),
        (("environments", 0, "environment"), "blue/shop"),
        (("environments", 0, "changes", 0, "reasons", 0, "danger"), "red"),
    ],
)
def test_anything_else_is_refused(tmp_path: Path, place: tuple[Any, ...], value: Any) -> None:
    data: Any = difference([raised(HUB)])
    if place:
        at = data
        for step in place[:-1]:
            at = at[step]
        at[place[-1]] = value
    else:
        data = value
    with pytest.raises(NotADiffError):
        shown(tmp_path, data)


@pytest.mark.parametrize("text", ["", "not json", "{"])
def test_what_is_no_json_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "diff.json").write_text(text)
    with pytest.raises(NotADiffError):
        read_diff(tmp_path / "diff.json")
