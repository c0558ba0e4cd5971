"""Argo CD's keys for helm-secrets: the Secrets with the names of platform.yaml."""

from __future__ import annotations

from pathlib import Path

from argoproject.plan.helm_secrets import helm_secrets_keys
from tests.support.trees import load, platform, report, tree


def test_secrets_have_the_names_of_platform_yaml(tmp_path: Path) -> None:
    text = platform(
        "helmSecretsKeys: {platform: {secret: helm-secrets-age-private-key}, blue: {file: age.txt}}"
    )
    loaded = load(tree(tmp_path, {"platform.yaml": text}))
    assert loaded.platform is not None, report(loaded.problems)
    found = helm_secrets_keys(loaded.platform, ["platform", "blue"])
    assert [(it.name, list(it.manifest["stringData"])) for it in found] == [
        ("helm-secrets-blue", ["age.txt"]),
        ("helm-secrets-age-private-key", ["key.txt"]),
    ]
