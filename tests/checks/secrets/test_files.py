"""Rules about secret files that need no key; tests/secrets/ has those about what sops wrote."""

from __future__ import annotations

from pathlib import Path

from argoproject.fleet.pipeline import judge
from argoproject.secrets.file import SecretKey
from tests.support.trees import PROJECT, TODAY, report, tree

NAMING = "versions: {application: v1.4.2}\nnamespace: {secrets: {db: {p: {secret: tokn}}}}\n"
GREEN = "projects/green/api/eu-1/dev/project.yaml"


def report_of(root: Path) -> list[str]:
    plain = {SecretKey("blue", "token"), SecretKey("green", "token")}
    return report(judge(root, TODAY, "config", plain=plain).problems)


def test_a_name_that_was_mistyped_is_one_of_the_environments_that_the_secret_is_for(
    tmp_path: Path,
) -> None:
    files = {f"projects/{team}/secrets/token.yaml": "value: x\n" for team in ("blue", "green")}
    root = tree(tmp_path, {**files, PROJECT: NAMING, GREEN: "{}\n"})
    assert report_of(root) == [
        "config/projects/blue/secrets/token.yaml: nothing uses the secret (an environment names tokn: did you mean "
        "that? else name it ({secret: token}) in a repository, registry or namespace.secrets, or remove the file) "
        "[secret-unused]",
        "config/projects/green/secrets/token.yaml: nothing uses the secret (name it ({secret: token}) in a "
        "repository, registry or namespace.secrets, or remove the file) [secret-unused]",
    ]
