"""platform.yaml agrees with itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from argoproject.checks.platform import check_platform
from tests.support import cases
from tests.support.trees import load, report, tree


def _check(tmp_path: Path, text: str | None) -> list[str]:
    loaded = load(tree(tmp_path, {} if text is None else {"platform.yaml": text}))
    assert loaded.platform is not None, report(loaded.problems)
    return report(check_platform(loaded, loaded.platform))


CASES = cases.read(__file__)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    case = CASES[name]
    seen = _check(tmp_path, case.tree()["platform.yaml"])
    CASES.compare(name, seen, pytestconfig)


def test_the_base_tree_as_written(tmp_path: Path) -> None:
    assert _check(tmp_path, None) == []
