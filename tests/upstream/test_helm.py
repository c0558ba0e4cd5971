"""The real Helm takes every name of a parameter and every text of values that is accepted here."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from argoproject.checks.applications.sources import helm_values
from argoproject.models import Source
from argoproject.models.scalars import ValueName
from argoproject.project.applications import SourceAt
from tests.gotools.fixtures import built
from tests.gotools.sets import HELM

pytestmark = pytest.mark.argocd

NAMES = (
    "a",
    "b1",
    ".",
    "..",
    "\\.",
    "[0]",
    "[1][2]",
    "=",
    ",",
    "-",
    "/",
    "{",
    "}",
    "[",
    "]",
    " ",
    "é",
    '"',
    "$",
)
VALUES = (
    *("a", ": ", "\n", "- ", "b", "{", "}", "[", "]", "  ", "1", "null", "#", "'", "&x ", "*x"),
    *("|\n", "\t", "?", "---\n"),
)


@pytest.fixture(scope="module")
def helm(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str]:
    """The program, and an empty chart."""
    chart = tmp_path_factory.mktemp("chart")
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: a\nversion: 1.0.0\n")
    return str(built(request, HELM) / "helm"), str(chart)


def refused(helm: tuple[str, str], *options: str) -> str:
    program, chart = helm
    done = subprocess.run(
        [program, "template", "x", chart, *options], capture_output=True, text=True, check=False
    )
    return done.stderr if done.returncode else ""


def test_names_of_parameters(helm: tuple[str, str]) -> None:
    source = random.Random(16)
    adapter = TypeAdapter(ValueName)
    texts = {"".join(source.choices(NAMES, k=source.randint(1, 5))) for _ in range(3_000)}
    accepted = []
    for text in sorted(texts):
        try:
            adapter.validate_python(text)
        except ValidationError:
            continue
        accepted.append(text)
    assert len(accepted) > 100
    failed = {
        text: message for text in accepted if (message := refused(helm, "--set", f"{text}=v"))
    }
    assert failed == {}


def test_texts_of_values(helm: tuple[str, str], tmp_path: Path) -> None:
    source = random.Random(17)
    texts = {"".join(source.choices(VALUES, k=source.randint(1, 6))) for _ in range(2_000)}
    accepted = 0
    file = tmp_path / "values.yaml"
    for text in sorted(texts):
        data = {"repoURL": "https://git.example.org/x.git", "path": "a", "helm": {"values": text}}
        at = SourceAt((), Source.model_validate(data), (), None, None)
        if list(helm_values(at)):
            continue
        accepted += 1
        file.write_text(text)
        assert refused(helm, "--values", str(file)) == "", text
    assert accepted > 40
