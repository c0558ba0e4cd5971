"""Manifests as text: kubectl, Argo CD and readers of YAML 1.1 read what was written."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import yaml

from argoproject.plan.render import manifest_text, render
from tests.fleet.helpers import fleet
from tests.support.kubernetes import Kubernetes
from tests.support.trees import platform, tree

WORDS = (
    *(
        "y",
        "n",
        "Y",
        "no",
        "on",
        "true",
        "null",
        "~",
        "0o644",
        "0x1F",
        "0b1",
        "1_000",
        "1e3",
        "1.5e3",
        "+5",
        "5.",
    ),
    *(
        ".inf",
        "-.INF",
        ".nan",
        "012",
        "12:30",
        "2026-01-01",
        "1.10",
        "v1",
        "",
        " a",
        "a: b",
        "- a",
        "# a",
        "<<",
        "=",
    ),
    *(
        "+_0",
        "0X1F",
        "'",
        '"',
        "a\nb",
        "é",
        "*",
        "&a",
        "!a",
        "%",
        "@a",
        "`a",
        "0",
        "-",
        "?",
        "{}",
        "[]",
    ),
)


@pytest.mark.kubernetes
def test_every_text_is_read_as_that_text(kubernetes: Kubernetes) -> None:
    """By kubectl, by readers of YAML 1.1, and as values as well as keys."""
    chance = random.Random(14)
    alphabet = (*"0123456789+-._eExXobyYnN:", "true", "on")
    texts = {
        *WORDS,
        *("".join(chance.choices(alphabet, k=chance.randint(1, 5))) for _ in range(20_000)),
    }
    data = {text: text for text in sorted(texts)}
    written = manifest_text({"data": data})
    [read] = kubernetes.reads([written])
    assert read == {"data": data}
    assert yaml.safe_load(written) == {"data": data}


def test_no_two_objects_have_one_file(tmp_path: Path) -> None:
    """Names that differ in signs which a path cannot have, and one that looks like the longer form of another."""
    role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: '%s'}\n"
    texts = {f"{at}.yaml": role % it for at, it in enumerate(("a:b", "a_b", "A_b", "a_b.2"))}
    manifests = ", ".join(f"{{file: {file}}}" for file in texts)
    text = platform(f"profiles: {{medium: {{platformManifests: [{manifests}]}}}}")
    files = {"platform.yaml": text, **texts}
    [plan] = fleet(tree(tmp_path, files)).plans
    written = dict(render([plan]))
    names = [
        yaml.safe_load(text)["metadata"]["name"]
        for path, text in written.items()
        if "/role." in path
    ]
    assert sorted(names) == ["A_b", "a:b", "a_b", "a_b.2"]
    assert len(written) == len(tuple(plan.objects()))
