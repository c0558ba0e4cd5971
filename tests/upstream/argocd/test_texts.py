"""Values of single fields: what the models accept, Argo CD accepts, and blocks of options stay as they are planned."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from argoproject.models.scalars import GpgKey, KubeVersion, Reference
from argoproject.plan.manifests.applications import kept_options
from tests.support.oracle import Oracle, Question

PIECES: Mapping[str, tuple[str, ...]] = {
    "kubeVersions": (
        "1",
        "0",
        "34",
        ".",
        ".",
        "v",
        "-",
        "+",
        "k3s1",
        "abc",
        " ",
        "x",
        "01",
        "*",
        "~",
    ),
    "refs": ("values", "_", "-", ".", "/", "$", "A", "9", " ", "é", "{{", ""),
    "keys": ("4AEE18F8", "3AFDEB23", "0", "f", "g", " ", "0x", "D56C4FCA57A46444"),
}
TYPES: Mapping[str, Any] = {"kubeVersions": KubeVersion, "refs": Reference, "keys": GpgKey}
GOOD: Mapping[str, tuple[str, ...]] = {
    "kubeVersions": ("1.34", "v1.34.2", "1.34.2+k3s1", "1.34.2-gke.100"),
    "refs": ("values", "Shared_values", "a-1", "_"),
    "keys": ("4AEE18F83AFDEB23", "d56c4fca57a46444" * 2 + "12345678"),
}


def accepts(kind: Any) -> Callable[[str], bool]:
    adapter = TypeAdapter(kind)

    def accepted(text: str) -> bool:
        try:
            adapter.validate_python(text)
        except ValidationError:
            return False
        return True

    return accepted


@pytest.mark.argocd
@pytest.mark.parametrize("name", TYPES)
def test_what_is_accepted_is_accepted_by_argo_cd(name: str, argocd_oracle: Oracle) -> None:
    source = random.Random(14)
    texts = list(GOOD[name])
    while len(texts) < 40_000:
        texts.append("".join(source.choice(PIECES[name]) for _ in range(source.randint(1, 6))))
    ours = [text for text in dict.fromkeys(texts) if accepts(TYPES[name])(text)]
    theirs = argocd_oracle.ask([Question(texts={name: ours})])[0].texts[name]
    assert set(GOOD[name]) <= set(ours)
    assert len(ours) > 20
    assert [text for text, accepted in zip(ours, theirs, strict=True) if not accepted] == []


BLOCKS: Mapping[str, tuple[dict[str, Any], ...]] = {
    "directory": (
        *({}, {"recurse": False}, {"jsonnet": {}}, {"exclude": "x"}),
        *({"recurse": True}, {"include": "*.yaml"}, {"jsonnet": {"libs": ["a"]}}),
    ),
    "kustomize": (
        *({}, {"forceCommonLabels": True}, {"labelIncludeTemplates": True}),
        *({"namePrefix": "a-"}, {"patches": [{"path": "a"}]}),
    ),
    "helm": (
        *({}, {"skipCrds": False}, {"valuesObject": {}}, {"values": ""}),
        *({"releaseName": "a"}, {"valuesObject": {"a": 1}}, {"kubeVersion": "1.34"}),
    ),
}
OPTIONS = [{tool: block} for tool, blocks in BLOCKS.items() for block in blocks]


@pytest.mark.argocd
def test_argo_cd_keeps_the_options_that_say_which_tool_renders(argocd_oracle: Oracle) -> None:
    """Without them, plugins would look at the folder. What Argo CD would write back is what is planned."""
    planned = [{**options, **kept_options(options)} for options in OPTIONS]
    specs = [
        {
            "project": "p",
            "destination": {"server": "https://x", "namespace": "n"},
            "source": {"repoURL": "https://git.example.org/x.git", "path": "a", **options},
        }
        for options in planned
    ]
    answers = argocd_oracle.ask([Question(specs=specs)])[0].specs
    for options, spec in zip(planned, answers, strict=True):
        (tool,) = options
        assert tool in spec["source"], options
        neutral = kept_options({tool: {}})[tool]
        changed = {key for key in neutral if key in options[tool]}
        assert changed <= spec["source"][tool].keys()
