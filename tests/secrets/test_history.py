"""The history of secrets is that of the configuration's repository, whatever a hook's environment names."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from argoproject.git import contents
from argoproject.secrets.history import HistoryError, files_for

RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
FILE = "projects/blue/secrets/token.yaml"
ENCRYPTED = f"value: ENC[x]\nsops: {{age: [{{recipient: {RECIPIENT}, enc: x}}]}}\n"


def git(root: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
    command = ["git", *who, *arguments]
    return subprocess.run(
        command, cwd=root, check=True, capture_output=True, text=True
    ).stdout.strip()


def repository(root: Path, text: str) -> Path:
    """A repository with one file of secrets."""
    file = root / FILE
    file.parent.mkdir(parents=True)
    file.write_text(text)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "base")
    return root


def test_the_environment_of_a_hook_leads_to_no_other_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = repository(tmp_path / "own", ENCRYPTED)
    other = repository(tmp_path / "other", "value: x\n")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_COMMON_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    monkeypatch.setenv("GIT_PREFIX", "projects/")
    assert files_for(own, RECIPIENT) == (FILE,)
    assert files_for(other, RECIPIENT) == ()


def test_a_folder_without_repository(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="in no Git repository, or Git cannot read it"):
        files_for(tmp_path / "missing", RECIPIENT)


def test_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HistoryError, match="the git program is not on PATH"):
        files_for(tmp_path, RECIPIENT)


def test_contents_of_objects_that_are_here_and_of_one_that_is_not(tmp_path: Path) -> None:
    root = repository(tmp_path / "own", "one\ntwo\n")
    blob = git(root, "rev-parse", f"HEAD:{FILE}")
    assert list(contents(root, [blob, "0" * 40, blob])) == [b"one\ntwo\n", None, b"one\ntwo\n"]


PGP = "85D77543B3D624B63CEA9E6DBC17301B491B3F21"


@pytest.mark.parametrize(
    ("recipient", "text"),
    [
        (RECIPIENT, f"--- \n{ENCRYPTED}---\n{{}}\n"),
        (RECIPIENT, f"a: &a x\n{ENCRYPTED}"),
        (RECIPIENT, f"a: 1\na: 2\n{ENCRYPTED}"),
        (RECIPIENT, f"a: !x 1\n{ENCRYPTED}"),
        (RECIPIENT, f"a: {'x' * 300_000}\n{ENCRYPTED}"),
        (RECIPIENT, f"sops: {{key_groups: [{{age: [{{recipient: {RECIPIENT}, enc: x}}]}}]}}\n"),
        (PGP, f"sops: {{key_groups: [{{pgp: [{{fp: {PGP.lower()}, enc: x}}]}}]}}\n"),
        (
            "https://shop.vault.azure.net/keys/sops/0f1e2d",
            "a: 1\na: 2\nsops:\n  azure_kv:\n    - vault_url: https://shop.vault.azure.net\n      name: sops\n"
            "      version: 0f1e2d\n",
        ),
    ],
    ids=[
        "documents",
        "anchor",
        "duplicate key",
        "tag",
        "size",
        "groups",
        "groups of PGP",
        "pieces",
    ],
)
def test_a_version_that_this_program_does_not_read_is_searched_as_text(
    tmp_path: Path, recipient: str, text: str
) -> None:
    root = repository(tmp_path, text)
    (root / FILE).unlink()
    git(root, "commit", "-q", "-a", "-m", "removed")
    assert files_for(root, recipient) == (FILE,)
    assert files_for(root, recipient.replace("e", "a").replace("E", "A")) == ()
