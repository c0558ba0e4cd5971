"""The examples in docstrings give what they show."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

from tests.support.paths import ROOT

WITH_EXAMPLES = sorted(
    file.relative_to(ROOT)
    for folder in ("argoproject", "components", "ci")
    for file in (ROOT / folder).rglob("*.py")
    if ">>> " in file.read_text(encoding="utf-8")
)


def test_there_are_examples() -> None:
    assert WITH_EXAMPLES


@pytest.mark.parametrize("file", WITH_EXAMPLES, ids=str)
def test_examples(file: Path) -> None:
    module = importlib.import_module(".".join(file.with_suffix("").parts))
    results = doctest.testmod(module)
    assert results.attempted, "an example is not in a docstring"
    assert results.failed == 0, "see the captured output"
