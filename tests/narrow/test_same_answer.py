"""Whatever is selected of whatever fleet: the report is the whole one, less what concerns others."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from argoproject.fleet.report import Report
from argoproject.fleet.selection import NothingSelectedError
from argoproject.narrow.validate import validate_all_for, validate_selected
from tests.narrow.fleets import fleets, selections
from tests.support.trees import tree

TODAY = dt.date(2026, 11, 21)
SETTINGS = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.generate],
)
"""Shrinking these trees takes minutes, and a failing one is small enough to be read."""

COLLISIONS = frozenset(
    (
        "name-collision",
        "destination-of-other-environment",
        "moved-from-existing",
        "shared-repository",
        "secret-copied",
        "secret-unused",
        "two-stacks",
        "no-stack",
        "plain-secret",
        "unjudged over-budget",
        "unjudged secret-unused",
    )
)
"""Codes of the rules about several environments."""


def judged(root: Path, select: list[str]) -> tuple[Report | str, Report | str]:
    """The report from a part of the tree, and the one from the whole."""
    results: list[Report | str] = []
    for function in (validate_selected, validate_all_for):
        try:
            results.append(function(root, TODAY, "config", select))
        except NothingSelectedError as error:
            results.append(str(error))
    part, whole = results
    return part, whole


def less(whole: Report, part: Report) -> Report:
    """The whole report without what the part says that it did not judge."""
    codes = {item.code for item in part.unjudged}
    platforms = "config/secrets/"
    kept = tuple(
        item
        for item in whole.problems
        if item.code not in codes
        or (item.code == "secret-unused" and not item.position.file.startswith(platforms))
    )
    return Report(kept, whole.environments, part.unjudged)


def test_a_part_of_the_tree_gives_the_answer_of_the_whole() -> None:
    seen: Counter[str] = Counter()

    @SETTINGS
    @given(fleets(), st.data())
    def same(files: Mapping[str, str | None], data: st.DataObject) -> None:
        select = data.draw(selections(files))
        with tempfile.TemporaryDirectory() as folder:
            part, whole = judged(tree(Path(folder), files), select)
        if isinstance(part, str) or isinstance(whole, str):
            assert part == whole
            seen["nobody"] += 1
            return
        assert part == less(whole, part)
        seen.update({item.code for item in part.problems})
        seen.update({f"unjudged {item.code}" for item in part.unjudged})

    same()
    missing = COLLISIONS - set(seen)
    assert not missing, seen
