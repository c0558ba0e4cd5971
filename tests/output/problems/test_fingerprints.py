"""By what a problem is recognised."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.output.problems.reports import GREEN, run, sarif_run
from tests.support.trees import PRODUCT, PROJECT, TEAM

pytestmark = pytest.mark.parametrize("form", ["gitlab", "sarif"])


def prints(form: str) -> list[str]:
    """The fingerprints of a report."""
    if form == "gitlab":
        return [item["fingerprint"] for item in json.loads(run("--format", form, status=1).stdout)]
    results = sarif_run(status=1)["results"]
    return [item["partialFingerprints"]["primaryLocationLineHash"] for item in results]


@pytest.mark.usefixtures("everything")
def test_no_two_are_alike(form: str) -> None:
    found = prints(form)
    assert len(found) > 15
    assert len(set(found)) == len(found)


def test_they_stay_where_lines_move(everything: Path, form: str) -> None:
    before = prints(form)
    for name in (PROJECT, PRODUCT, TEAM, GREEN, "platform.yaml"):
        path = everything / "config" / name
        path.write_text(f"# moved\n\n{path.read_text()}")
    assert prints(form) == before


@pytest.mark.usefixtures("everything")
def test_they_stay_when_fewer_environments_are_asked_about(form: str) -> None:
    everybody = set(prints(form))
    some = run("green", "--format", "gitlab", status=1).stdout
    assert {item["fingerprint"] for item in json.loads(some)} < everybody
