"""`argoproject secret rotate-keys`: with the real sops, all files or none."""

from __future__ import annotations

import os
from typing import Any

import pytest

from argoproject.fleet.pipeline import validate_tree
from tests.secrets.helpers import errors, run
from tests.support.trees import TODAY
from tests.support.vault import ENVIRONMENT, KEY, SECRET, VALUE, Vault

pytestmark = pytest.mark.sops


class TestRotateKeys:
    def rotated(self, *options: str) -> str:
        return run("rotate-keys", *options).output

    @pytest.fixture(autouse=True)
    def _deployed(self, vault: Vault) -> None:
        assert not (vault.root / SECRET).exists()
        run("set", "blue/shop/eu-1/prod", "db-password", value=VALUE)

    def replace(self, vault: Vault, name: str) -> None:
        vault.recipients[name], vault.identities[name] = vault.new_pair()
        vault.write("platform.yaml", vault.platform())

    def test_nothing_to_do(self, vault: Vault) -> None:
        before = (vault.root / SECRET).read_text()
        assert self.rotated() == "config/.sops.yaml\n0 files re-encrypted\n"
        assert (vault.root / SECRET).read_text() == before

    def test_a_new_recipient_gets_access_and_the_old_one_loses_it(
        self, vault: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = vault.identities["blue"]
        self.replace(vault, "blue")
        assert sorted(errors(vault)) == ["secret-recipients", "sops-config"]
        monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])
        assert self.rotated() == (
            f"config/{SECRET}: readable by 3 recipients\nconfig/.sops.yaml\n1 file re-encrypted\n"
            "Git's history keeps the old files: `secret leaver RECIPIENT` lists the values to replace\n"
        )
        assert errors(vault) == []
        assert vault.decrypt(vault.root / SECRET, "blue") == {"value": VALUE, "for": KEY}
        vault.identities["blue"] = old
        assert not vault.can_read(vault.root / SECRET, "blue")

    def test_without_a_key_nothing_is_written(self, vault: Vault) -> None:
        self.replace(vault, "blue")
        config, secret = (vault.root / ".sops.yaml", vault.root / SECRET)
        before = config.read_text(), secret.read_text()
        output = run("rotate-keys", status=1).output
        assert output == (
            f"config/{SECRET}: no key on this machine decrypts the file (set SOPS_AGE_KEY, SOPS_AGE_KEY_FILE or the "
            "stack's ageKey to a key of one of its recipients) [sops-no-key]\nnothing was written\n"
        )
        assert (config.read_text(), secret.read_text()) == before

    def test_one_file_that_cannot_be_read_stops_all(
        self, vault: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        theirs = vault.encrypt({"value": "x", "for": "blue/other"}, ("green",))
        vault.write("projects/blue/secrets/other.yaml", theirs)
        self.replace(vault, "production")
        monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])
        before = (vault.root / SECRET).read_text()
        assert "other.yaml: no key" in run("rotate-keys", status=1).output
        assert (vault.root / SECRET).read_text() == before

    def test_all_get_new_data_keys(self, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])
        before = (vault.root / SECRET).read_text()
        assert "1 file re-encrypted" in self.rotated("--all")
        assert (vault.root / SECRET).read_text() != before
        assert vault.decrypt(vault.root / SECRET, "ops") == {"value": VALUE, "for": KEY}

    def test_a_file_made_by_hand_is_bound_to_its_place(
        self, vault: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])
        vault.write(SECRET, vault.encrypt({"value": VALUE}))
        warned = validate_tree(vault.root, TODAY, "config")
        assert [problem.code for problem in warned.problems] == ["secret-not-bound"]
        assert "0 files re-encrypted" in self.rotated(), "nothing says where it comes from"
        assert "1 file re-encrypted" in self.rotated("--trust", KEY)
        assert vault.decrypt(vault.root / SECRET, "ops") == {"value": VALUE, "for": KEY}

    @pytest.mark.parametrize(
        "data",
        [
            {"value": VALUE, "for": KEY, "username": "kept"},
            "value: 012\nfor: x\n",
            {"value": [VALUE], "for": KEY},
            {"for": KEY},
        ],
    )
    @pytest.mark.parametrize("options", [("--all",), ("--all", "--trust", KEY)], ids=" ".join)
    def test_what_is_wrong_with_a_file_is_not_made_to_look_right(
        self,
        data: dict[str, Any] | str,
        options: tuple[str, ...],
        vault: Vault,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])
        text = vault.encrypt(data)
        vault.write(SECRET, text)
        assert run("rotate-keys", *options, status=1).output.endswith("nothing was written\n")
        run("move", KEY, "blue/shop/db-password", status=1)
        assert (vault.root / SECRET).read_text() == text

    def test_what_is_wrong_elsewhere_stops_nobody(
        self, vault: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])
        vault.write("projects/green/shop/notes.txt", "x")
        vault.write("projects/green/team.yaml", "acess: {}\n")
        assert "1 file re-encrypted" in self.rotated("--all")

    def test_a_disk_that_is_full_in_between(
        self, vault: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])
        folder = vault.root / ENVIRONMENT / "secrets"
        folder.chmod(0o555)
        try:
            output = run("rotate-keys", "--all", status=0 if os.geteuid() == 0 else 1).output
        finally:
            folder.chmod(0o755)
        assert "Traceback" not in output

    def test_a_manifest_keeps_its_comments_and_what_is_readable(
        self, vault: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])
        name = f"{ENVIRONMENT}/manifests/tls.yaml"
        text = (
            "# made by cert-manager once\napiVersion: v1\nkind: Secret\nmetadata:\n    name: tls\nstringData:\n"
            f"    argo-projects.for: blue/shop/eu-1/prod/manifests/tls.yaml\n    key: {VALUE}\n"
        )
        rule = {"encrypted_regex": "^(data|stringData)$"}
        vault.write(name, vault.encrypt(text, ("ops", "green"), **rule))
        assert errors(vault) == ["secret-recipients"]
        self.rotated()
        assert errors(vault) == []
        after = (vault.root / name).read_text()
        assert after.startswith(text[: text.index("stringData")])
        assert VALUE not in after
        assert vault.decrypt(vault.root / name, "blue")["stringData"]["key"] == VALUE
