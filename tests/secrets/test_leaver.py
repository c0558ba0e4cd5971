"""`argoproject secret leaver`: what a key could ever read, in the history of a real Git repository."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.secrets.helpers import as_json, run
from tests.support.vault import ENVIRONMENT, SECRET, Vault

pytestmark = pytest.mark.sops


class TestLeaver:
    @pytest.fixture(autouse=True)
    def _history(self, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])
        git(vault, "init", "--quiet", "--initial-branch", "main")
        for name in ("db-password", "old", "other-branch"):
            run("set", "blue/shop/eu-1/prod", name, value=name)
        run("set", "green", "never", value="x")
        commit(vault, "secrets")
        git(vault, "checkout", "--quiet", "-b", "side")
        run("set", "blue", "on-a-branch", value="x")
        commit(vault, "branch")
        git(vault, "checkout", "--quiet", "main")
        (vault.root / ENVIRONMENT / "secrets/old.yaml").unlink()
        commit(vault, "gone")

    def test_everything_that_the_key_could_ever_read(self, vault: Vault) -> None:
        leaver = vault.recipients["blue"]
        vault.recipients["blue"], vault.identities["blue"] = vault.new_pair()
        vault.write("platform.yaml", vault.platform())
        run("rotate-keys")
        commit(vault, "the key leaves")
        folder = f"config/{ENVIRONMENT}/secrets"
        earlier = "could read an earlier version"
        gone = "(the file is gone; its value may still be valid)"
        assert run("leaver", leaver).output == (
            f"config/projects/blue/secrets/on-a-branch.yaml: {earlier} {gone}\n"
            f"{folder}/db-password.yaml: {earlier}\n"
            f"{folder}/old.yaml: {earlier} {gone}\n"
            f"{folder}/other-branch.yaml: {earlier}\n"
            "4 values to replace, in files\n"
        )

    def test_what_it_can_still_read(self, vault: Vault) -> None:
        rows = as_json("leaver", vault.recipients["blue"])
        assert {"file": f"config/{SECRET}", "exists": True, "readable": True} in rows
        assert len(rows) == 4

    def test_a_file_that_is_not_committed_counts(self, vault: Vault) -> None:
        run("set", "blue", "fresh", value="x")
        files = [row["file"] for row in as_json("leaver", vault.recipients["blue"])]
        assert "config/projects/blue/secrets/fresh.yaml" in files

    def test_half_a_history_is_no_answer(self, vault: Vault, tmp_path: Path) -> None:
        shallow = tmp_path / "shallow"
        git(vault, "clone", "--quiet", "--depth", "1", f"file://{tmp_path}", str(shallow))
        output = run(
            "leaver", vault.recipients["blue"], "--config", str(shallow / "config"), status=1
        ).output
        assert output == (
            "Error: the clone is shallow: fetch the whole history (git fetch --unshallow); what a key could ever "
            "read is not known without it\n"
        )

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            (
                "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8q",
                "not a public key that",
            ),
            ("age1", "not a public key that sops knows"),
            ("AGE-SECRET-KEY-1QQ", "this is a private key"),
        ],
    )
    def test_what_is_no_public_key_is_no_answer(self, given: str, words: str) -> None:
        assert words in run("leaver", given, status=2).output

    @pytest.mark.parametrize(
        ("recipient", "entry"),
        [
            (
                "d56c4fca57a46444c2f0a5a7d56c4fca57a46444",
                "pgp: [{fp: D56C4FCA57A46444C2F0A5A7D56C4FCA57A46444}]",
            ),
            (
                "https://v.example.org/v1/transit/keys/k",
                "hc_vault: [{vault_address: 'https://v.example.org', engine_path: transit, key_name: k}]",
            ),
            (
                "arn:aws:kms:eu-1:1:key/x+arn:aws:iam::1:role/r",
                "kms: [{arn: 'arn:aws:kms:eu-1:1:key/x', role: 'arn:aws:iam::1:role/r'}]",
            ),
        ],
    )
    def test_keys_of_other_services(self, recipient: str, entry: str, vault: Vault) -> None:
        path = vault.write("projects/blue/secrets/gone.yaml", f"value: x\nsops: {{{entry}}}\n")
        commit(vault, "a file of another service")
        path.unlink()
        commit(vault, "gone")
        assert [row["file"] for row in as_json("leaver", recipient)] == [
            "config/projects/blue/secrets/gone.yaml"
        ]

    def test_names_that_somebody_pushed_to_confuse(self, vault: Vault) -> None:
        folder = vault.root / "projects/blue/secrets"
        folder.mkdir(exist_ok=True)
        text = vault.encrypt({"value": "x"})
        (folder / "a\x1b[2K.yaml").write_text(text)
        with open(os.fsencode(folder) + b"/\xff.yaml", "w") as stream:  # noqa: PTH123 - no text
            stream.write(vault.encrypt({"value": "y"}))
        commit(vault, "odd")
        output = run("leaver", vault.recipients["blue"]).output
        assert "\x1b" not in output
        assert "6 values to replace" in output

    def test_a_folder_that_was_renamed(self, vault: Vault) -> None:
        git(vault, "mv", "config", "settings")
        git(vault, "commit", "--quiet", "-m", "renamed")
        rows = as_json("leaver", vault.recipients["blue"], "--config", "settings")
        assert len({row["file"].rpartition("/")[2] for row in rows}) == 4

    def test_a_key_that_never_was_is_no_answer(self, vault: Vault) -> None:
        other, _ = vault.new_pair()
        output = run("leaver", other, status=1).output
        assert output.endswith("check that it is the right one\n")

    def test_outside_of_git_there_is_no_answer(
        self, vault: Vault, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        folder = tmp_path_factory.mktemp("bare")
        (vault.root.parent / "config").rename(folder / "config")
        output = run(
            "leaver", vault.recipients["blue"], "--config", str(folder / "config"), status=1
        ).output
        assert "is in no Git repository" in output


def git(vault: Vault, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    command = ["git", *identity, "-C", str(vault.root.parent), *arguments]
    subprocess.run(command, check=True, capture_output=True, env=vault.env)


def commit(vault: Vault, message: str) -> None:
    git(vault, "add", "config")
    git(vault, "commit", "--quiet", "-m", message)
