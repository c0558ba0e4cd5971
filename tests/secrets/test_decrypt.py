"""What is decrypted, with which keys, and what works without any."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from argoproject.cli.main import main
from argoproject.fleet.pipeline import load_fleet, validate_tree
from argoproject.preview.program import load_program, run_program
from argoproject.preview.record import Secret
from argoproject.problems import ConfigError
from argoproject.secrets.decrypt import decrypt, placeholders_only
from argoproject.secrets.file import SecretKey
from tests.support.engine import ROOT
from tests.support.trees import TODAY
from tests.support.vault import ENVIRONMENT, KEY, SECRET, VALUE, Vault, by_text

pytestmark = pytest.mark.sops

DEV = "projects/blue/shop/eu-1/dev"


def values(
    vault: Vault, select: Mapping[str, list[str]] | None = None, **options: str
) -> Mapping[str, str]:
    fleet = load_fleet(vault.root, stack="test", select=select, today=TODAY)
    return by_text(fleet.secret_values([], **options))


@pytest.fixture
def encrypted(vault: Vault) -> Vault:
    vault.write(SECRET, vault.encrypt({"value": VALUE, "for": KEY}))
    return vault


class TestKeys:
    @pytest.mark.parametrize("person", ["ops", "production", "blue"])
    def test_any_recipient_decrypts(
        self, person: str, encrypted: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SOPS_AGE_KEY", encrypted.identities[person])
        assert values(encrypted) == {KEY: VALUE}

    def test_a_key_file(
        self, encrypted: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = tmp_path / "keys.txt"
        file.write_text(f"# the platform's\n{encrypted.identities['ops']}\n")
        monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(file))
        assert values(encrypted) == {KEY: VALUE}

    def test_the_stacks_key(self, encrypted: Vault) -> None:
        assert values(encrypted, age_key=encrypted.identities["ops"]) == {KEY: VALUE}

    def test_the_stacks_key_stands_beside_the_machines(
        self, encrypted: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SOPS_AGE_KEY", encrypted.identities["ops"])
        assert values(encrypted, age_key=encrypted.identities["green"]) == {KEY: VALUE}

    @pytest.mark.parametrize("key", [None, "green", "AGE-SECRET-KEY-1WRONG"])
    def test_no_key_that_fits(
        self, key: str | None, encrypted: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if key is not None:
            monkeypatch.setenv("SOPS_AGE_KEY", encrypted.identities.get(key, key))
        with pytest.raises(ConfigError) as refused:
            values(encrypted)
        message = encrypted.names_of(str(refused.value).replace(str(encrypted.root), "config"))
        assert message == (
            f"config/{SECRET}: no key on this machine decrypts the file; it is for <ops>, <production>, <blue> "
            "(set SOPS_AGE_KEY, SOPS_AGE_KEY_FILE or the "
            "stack's ageKey to a key of one of its recipients) [sops-no-key]\n"
            "1 problem in 1 file; nothing was done"
        )

    def test_without_the_program(self, encrypted: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(encrypted.root))
        assert validate_tree(encrypted.root, TODAY).problems == ()
        with pytest.raises(ConfigError) as refused:
            values(encrypted)
        assert str(refused.value).replace(str(encrypted.root), "config") == (
            f"config/{SECRET}: the sops program is not on PATH (install it (https://getsops.io), or put it on PATH) "
            "[sops-missing]\n1 problem in 1 file; nothing was done"
        )

    def test_a_program_that_hangs_is_given_up(
        self, encrypted: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("argoproject.secrets.program._TIMEOUT_SECONDS", 0.2)
        program(tmp_path / "bin", "sleep 5", monkeypatch)
        with pytest.raises(ConfigError, match="sops has not answered for"):
            values(encrypted)


class TestWhatIsDecrypted:
    @pytest.fixture
    def calls(self, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """The file with a line for each run of sops."""
        log = tmp_path / "calls"
        log.touch()
        script = f'echo "$@" >> {log}\nexec {vault.binaries}/sops "$@"'
        program(tmp_path / "bin", script, monkeypatch)
        monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])
        return log

    def test_only_what_selected_environments_use_and_each_file_once(
        self, vault: Vault, calls: Path
    ) -> None:
        for environment in ("dev", "staging", "prod"):
            folder = f"projects/blue/shop/eu-1/{environment}"
            vault.write(
                f"{folder}/project.yaml",
                "versions: {application: v1.4.2}\n"
                "namespace: {secrets: {db: {a: {secret: shared}, b: {secret: shared}, c: {secret: own}}}}\n",
            )
            key = f"blue/shop/eu-1/{environment}/own"
            readers = ("ops", "production", "blue") if environment == "prod" else ("ops", "blue")
            vault.write(
                f"{folder}/secrets/own.yaml",
                vault.encrypt({"value": environment, "for": key}, readers),
            )
        shared = vault.encrypt({"value": "s", "for": "blue/shop/shared"})
        vault.write("projects/blue/shop/secrets/shared.yaml", shared)
        calls.write_text("")

        assert values(vault, {"environments": ["dev", "staging"]}) == {
            "blue/shop/shared": "s",
            "blue/shop/eu-1/dev/own": "dev",
            "blue/shop/eu-1/staging/own": "staging",
        }
        assert len(calls.read_text().splitlines()) == 3

    def test_all_failures_are_told_at_once(self, vault: Vault, calls: Path) -> None:
        assert calls.exists()
        vault.write(
            f"{ENVIRONMENT}/project.yaml",
            "versions: {application: v1.4.2}\n"
            "namespace: {secrets: {db: {a: {secret: a}, b: {secret: b}, c: {secret: c}}}}\n",
        )
        for name in ("a", "b", "c"):
            made = vault.encrypt(
                {"value": name, "for": f"blue/shop/eu-1/prod/{name if name == 'b' else 'x'}"}
            )
            vault.write(f"{ENVIRONMENT}/secrets/{name}.yaml", made)
        with pytest.raises(ConfigError) as refused:
            values(vault)
        assert [Path(item.position.file).stem for item in refused.value.problems] == ["a", "c"]

    def test_what_is_missing_is_told_before_anything_is_decrypted(
        self, vault: Vault, calls: Path
    ) -> None:
        vault.write(SECRET, vault.encrypt({"value": VALUE, "for": KEY}))
        vault.write(
            "projects/blue/team.yaml", "namespace: {secrets: {x: {y: {secret: nowhere}}}}\n"
        )
        calls.write_text("")
        with pytest.raises(ConfigError, match="the secret 'nowhere' has no value"):
            values(vault)
        assert calls.read_text() == ""

    def test_files_are_decrypted_side_by_side(
        self, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Each run waits until another one has begun; alone it would wait without end."""
        names = [f"s{number}" for number in range(4)]
        data = ", ".join(f"{name}: {{secret: {name}}}" for name in names)
        vault.write(
            f"{ENVIRONMENT}/project.yaml",
            f"versions: {{application: v1.4.2}}\nnamespace: {{secrets: {{db: {{{data}}}}}}}\n",
        )
        for name in names:
            made = vault.encrypt({"value": name, "for": f"blue/shop/eu-1/prod/{name}"})
            vault.write(f"{ENVIRONMENT}/secrets/{name}.yaml", made)
        begun = tmp_path / "begun"
        begun.mkdir()
        wait = (
            f"touch {begun}/$$; n=0\n"
            f"while [ $(ls {begun} | wc -l) -lt 4 ] && [ $n -lt 50 ]; do sleep 0.1; n=$((n+1)); done"
        )
        program(
            tmp_path / "other",
            f'{wait}\n[ $n -lt 50 ] && exec {vault.binaries}/sops "$@"',
            monkeypatch,
        )
        monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])
        assert len(values(vault)) == 4

    def test_offline_nothing_is_decrypted(self, vault: Vault, calls: Path) -> None:
        vault.write(SECRET, vault.encrypt({"value": VALUE, "for": KEY}))
        calls.write_text("")
        fleet = load_fleet(vault.root, stack="test", select=None, today=TODAY)
        with placeholders_only():
            first = decrypt(fleet.secret_files)
            again = decrypt(fleet.secret_files)
        assert calls.read_text() == ""
        assert first == again
        assert first[SecretKey.parse(KEY)].startswith("<encrypted ")


class TestPlainFiles:
    STACK = (
        "config:\n  argo-projects:config: config\n  argo-projects:select: {environments: [%s]}\n%s"
    )
    ALLOWED = "  argo-projects:plainSecrets: [blue/shop/eu-1/dev/session]\n"

    @pytest.fixture
    def plain(self, vault: Vault) -> Vault:
        vault.write(SECRET, vault.encrypt({"value": VALUE, "for": KEY}))
        vault.write(
            f"{DEV}/project.yaml",
            "versions: {application: v1.4.2}\nnamespace: {secrets: {s: {key: {secret: session}}}}\n",
        )
        vault.write(f"{DEV}/secrets/session.yaml", "value: 012\n")
        (vault.root.parent / "Pulumi.yaml").write_text("name: argo-projects\n")
        return vault

    def stacks(self, vault: Vault, dev: str, prod: str) -> list[str]:
        for name, text in (("dev", dev), ("prod", prod)):
            (vault.root.parent / f"Pulumi.{name}.yaml").write_text(self.STACK % (name, text))
        return [item.code for item in validate_tree(vault.root, TODAY).errors]

    def test_a_stack_allows_one_by_name(self, plain: Vault) -> None:
        assert self.stacks(plain, "", "") == ["secret-plain"]
        assert self.stacks(plain, "", self.ALLOWED) == ["secret-plain"], "prod does not take it"
        assert self.stacks(plain, self.ALLOWED, "") == []

    def test_its_text_is_the_value(self, plain: Vault) -> None:
        select = {"environments": ["dev"]}
        allowed = [SecretKey("blue/shop/eu-1/dev", "session")]
        fleet = load_fleet(plain.root, stack="dev", select=select, today=TODAY, plain=allowed)
        assert by_text(fleet.secret_values([])) == {"blue/shop/eu-1/dev/session": "012"}
        with pytest.raises(ConfigError, match="secret-plain"):
            load_fleet(plain.root, stack="dev", select=select, today=TODAY)

    def test_another_stack_is_not_stopped(
        self, plain: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SOPS_AGE_KEY", plain.identities["ops"])
        assert values(plain, {"environments": ["prod"]}) == {KEY: VALUE}


class TestTheProgram:
    """The real `__main__.py`, in-process."""

    STACK = """\
config:
  argo-projects:config: config
  pulumi:disable-default-providers: [kubernetes]
  argo-projects:helmSecretsKeys: {platform: {secure: v1:abc:abc}, blue: {secure: v1:def:def}}
  argo-projects:ageKey: {secure: v1:ghi:ghi}
"""

    def run(self, vault: Vault) -> dict[str, Mapping[str, object]]:
        folder = vault.root.parent
        for file in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(ROOT / file, folder)
        (folder / "Pulumi.dev.yaml").write_text(self.STACK)
        resources = run_program(load_program(folder, "dev")).resources
        return {item.name: item.inputs for item in resources.values() if item.custom}

    def test_it_needs_no_key_and_no_program(
        self, encrypted: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(encrypted.root))
        found = self.run(encrypted)["blue-shop-prod-eu-1-secret-db"]
        data = found["stringData"]
        assert isinstance(data, Mapping)
        assert isinstance(data["password"], Secret)

    def test_an_encrypted_manifest_keeps_its_form(
        self, encrypted: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", encrypted.env["PATH"])
        name = f"{ENVIRONMENT}/manifests/tls.yaml"
        text = (
            "apiVersion: v1\nkind: Secret\ntype: kubernetes.io/tls\nmetadata: {name: tls}\nstringData:\n"
            "  argo-projects.for: blue/shop/eu-1/prod/manifests/tls.yaml\n"
            '  tls.crt: "${namespace}"\n  tls.key: x\n'
        )
        encrypted.write(name, encrypted.encrypt(text, encrypted_regex="^(data|stringData)$"))
        assert validate_tree(encrypted.root, TODAY).problems == ()
        found = self.run(encrypted)["blue-shop-prod-eu-1-manifest-secret-tls"]
        data = found["stringData"]
        assert isinstance(data, Mapping)
        assert set(data) == {"tls.crt", "tls.key"}
        assert all(isinstance(value, Secret) for value in data.values())
        assert found["type"] == "kubernetes.io/tls"
        assert "sops" not in found

    def test_argo_cds_own_keys_stand_on_the_hub(self, encrypted: Vault) -> None:
        found = self.run(encrypted)
        for owner, name in (
            ("platform", "helm-secrets-private-keys"),
            ("blue", "helm-secrets-blue"),
        ):
            made = found[f"helm-secrets-{owner}"]
            metadata, data = made["metadata"], made["stringData"]
            assert isinstance(metadata, Mapping)
            assert isinstance(data, Mapping)
            assert (metadata["name"], metadata["namespace"]) == (name, "argocd")
            assert isinstance(data["key.txt"], Secret)


def test_the_list_needs_no_key_and_no_program(
    encrypted: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(encrypted.root))
    for command in (
        "validate",
        "secret list",
        "secret where-used db-password",
        "secret sops-config",
    ):
        assert CliRunner().invoke(main, command.split()).exit_code == 0, command


def program(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another `sops` on PATH."""
    folder.mkdir()
    (folder / "sops").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "sops").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
