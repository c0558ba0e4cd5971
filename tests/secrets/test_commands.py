"""`argoproject secret …` as people use it: with the real sops, on a tree, in a Git repository."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from argoproject.fleet.pipeline import load_fleet
from argoproject.problems import ConfigError
from tests.secrets.helpers import as_json, errors, run
from tests.support.trees import TODAY
from tests.support.vault import ENVIRONMENT, KEY, SECRET, VALUE, Vault, by_text

pytestmark = pytest.mark.sops

PEM = "-----BEGIN OPENSSH PRIVATE KEY-----\nYWJj\n-----END OPENSSH PRIVATE KEY-----\n"


class TestSet:
    def test_it_needs_public_keys_only_and_the_deployment_reads_it(
        self, vault: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        result = run("set", "blue/shop/eu-1/prod", "db-password", value=f"{VALUE}\n")

        assert result.output == (
            f"config/{SECRET}: written, readable by 3 recipients\n"
            "next: name it where it is used, as {secret: db-password}, and commit both\n"
        )
        assert VALUE not in (vault.root / SECRET).read_text()
        assert errors(vault) == []
        monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["production"])
        fleet = load_fleet(vault.root, stack="prod", select=None, today=TODAY)
        assert by_text(fleet.secret_values([])) == {KEY: VALUE}

    def test_exactly_the_recipients_can_read_it(self, vault: Vault) -> None:
        run("set", "blue/shop/eu-1/prod", "db-password", value=VALUE)
        readers = {name for name in vault.identities if vault.can_read(vault.root / SECRET, name)}
        assert readers == {"ops", "production", "blue"}

    def test_an_existing_secret_is_replaced_without_its_key(self, vault: Vault) -> None:
        run("set", "blue/shop/eu-1/prod", "db-password", value="first")
        result = run("set", "blue/shop/eu-1/prod", "db-password", value="second")
        assert result.output == f"config/{SECRET}: replaced, readable by 3 recipients\n"
        assert vault.decrypt(vault.root / SECRET, "blue") == {"value": "second", "for": KEY}

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("012\n", "012"),
            ("no", "no"),
            ("1e3\r\n", "1e3"),
            (PEM, PEM),
            ('{"auths": {}}\n', '{"auths": {}}'),
            ("a: b # c\n", "a: b # c"),
            ("ä€😀\u00a0 ", "ä€😀\u00a0 "),
            ("${namespace} $$", "${namespace} $$"),
            ("first\nsecond\n", "first\nsecond\n"),
        ],
    )
    def test_values_stay_what_they_are(
        self, given: str, kept: str, vault: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run("set", "blue/shop/eu-1/prod", "db-password", value=given.encode())
        monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])
        fleet = load_fleet(vault.root, stack="prod", select=None, today=TODAY)
        assert by_text(fleet.secret_values([])) == {KEY: kept}

    @pytest.mark.parametrize(
        ("path", "file"),
        [
            ("blue", "projects/blue/secrets/x.yaml"),
            ("blue/shop", "projects/blue/shop/secrets/x.yaml"),
            ("blue/shop/eu-1/prod/", f"{ENVIRONMENT}/secrets/x.yaml"),
            ("config/projects/blue/shop", "projects/blue/shop/secrets/x.yaml"),
            ("./config/projects/blue/shop/secrets", "projects/blue/shop/secrets/x.yaml"),
            ("platform", "secrets/x.yaml"),
        ],
    )
    def test_the_folder_may_be_written_in_several_ways(
        self, path: str, file: str, vault: Vault
    ) -> None:
        run("set", path, "x", value=VALUE)
        assert (vault.root / file).is_file()

    @pytest.mark.parametrize(
        ("path", "name", "value", "words"),
        [
            ("blue/shop/eu-1", "x", "v", "name a team, a team/product, or"),
            ("bleu", "x", "v", "platform.yaml knows no team bleu (known: blue, green)"),
            ("blue/shp", "x", "v", "there is no folder config/projects/blue/shp"),
            ("blue/../green", "x", "v", "name a team, a team/product, or"),
            ("../../etc/x/y", "x", "v", "name a team, a team/product, or"),
            ("blue", "../x", "v", "NAME: use lower-case letters"),
            ("blue", "A", "v", "NAME: use lower-case letters"),
            ("blue", "x", "", "the value is empty: give it on standard input"),
            ("blue", "x", "\n", "the value is empty: give it on standard input"),
            ("blue", "x", b"\xff\xfe", "the value is not UTF-8 text"),
            ("blue", "x", b"a\x00b", "the value holds a zero byte"),
            ("blue", "x hunter2", "v", "NAME: use lower-case letters"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_written(
        self, path: str, name: str, value: str | bytes, words: str, vault: Vault
    ) -> None:
        before = sorted(vault.root.rglob("*"))
        assert words in run("set", path, name, value=value, status=2).output
        assert sorted(vault.root.rglob("*")) == before

    def test_the_value_is_no_argument(self) -> None:
        output = run("set", "blue", "x", VALUE, status=2).output
        assert "the value is never an argument" in output
        assert VALUE not in output

    def test_without_recipients_it_says_who_is_missing(self, vault: Vault) -> None:
        people = "{recipients: null, teams: {blue: {recipients: null}, green: {recipients: null}}}"
        vault.write("platform.yaml", vault.platform(people))
        assert run("set", "blue", "x", value="v", status=1).output == (
            "Error: config/platform.yaml names no recipient for blue/x: add public keys under "
            "recipients.platform, recipients.classes or teams.<team>.recipients (age-keygen makes a pair)\n"
        )

    def test_without_the_program_it_says_how_to_get_it(
        self, vault: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(vault.root))
        assert run("set", "blue", "x", value="v", status=1).output == (
            "Error: the sops program is not on PATH (install it (https://getsops.io), or put it on PATH)\n"
        )

    def test_a_recipient_that_is_none_is_said_without_the_value(self, vault: Vault) -> None:
        wrong = vault.recipients["ops"][:-1] + ("q" if vault.recipients["ops"][-1] != "q" else "p")
        vault.write("platform.yaml", vault.platform(f"recipients: {{platform: [{wrong}]}}"))
        output = run("set", "blue", "x", value=VALUE, status=1).output
        assert output == (
            "Error: platform.yaml has recipients that sops does not know "
            "(argoproject validate says which)\n"
        )
        assert "recipient" in errors(vault)

    def test_sops_by_itself_encrypts_for_the_same_people(self, vault: Vault) -> None:
        """`.sops.yaml` says the same as the command does."""
        run("set", "blue/shop/eu-1/prod", "db-password", value=VALUE)
        path = vault.root / ENVIRONMENT / "secrets/by-hand.yaml"
        path.write_text("value: x\n")
        subprocess.run(
            [vault.binaries / "sops", "encrypt", "--in-place", path],
            cwd=vault.root,
            env=vault.env,
            check=True,
        )
        assert recipients(path) == recipients(vault.root / SECRET)


def recipients(path: Path) -> set[str]:
    return {item["recipient"] for item in yaml.safe_load(path.read_text())["sops"]["age"]}


class TestTheMachine:
    """Settings of the machine do not change the recipients of a secret."""

    @pytest.mark.parametrize("name", ["SOPS_AGE_RECIPIENTS", "SOPS_PGP_FP", "SOPS_KMS_ARN"])
    def test_settings_of_sops(
        self, name: str, vault: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other, _ = vault.new_pair()
        monkeypatch.setenv(name, other)
        monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])
        run("set", "blue/shop/eu-1/prod", "db-password", value=VALUE)
        run("rotate-keys", "--all")
        assert recipients(vault.root / SECRET) == {
            vault.recipients[name] for name in ("ops", "production", "blue")
        }

    def test_a_broken_rule_in_the_folder(
        self, vault: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])
        run("set", "blue/shop/eu-1/prod", "db-password", value=VALUE)
        (vault.root.parent / ".sops.yaml").write_text("creation_rules: [")
        fleet = load_fleet(vault.root, stack="prod", select=None, today=TODAY)
        assert by_text(fleet.secret_values([])) == {KEY: VALUE}

    def test_a_program_that_encrypts_for_others(
        self, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = vault.encrypt({"value": "x", "for": KEY}, ("green",))
        (tmp_path / "other").write_text(other)
        (tmp_path / "bin").mkdir()
        script = tmp_path / "bin/sops"
        script.write_text(f"#!/bin/sh\ncat {tmp_path}/other\n")
        script.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
        output = run("set", "blue/shop/eu-1/prod", "db-password", value=VALUE, status=1).output
        assert output.startswith(
            "Error: sops encrypted for other recipients than platform.yaml names"
        )
        assert not (vault.root / SECRET).exists()


class TestLinks:
    """A tenant can commit a link; the command must not follow it."""

    def test_a_folder_that_leads_to_another_team(self, vault: Vault) -> None:
        (vault.root / "projects/green/secrets").mkdir(parents=True)
        (vault.root / "projects/blue/secrets").symlink_to("../green/secrets")
        output = run("set", "blue", "x", value=VALUE, status=1).output
        assert "there is a symbolic link on the way" in output
        assert list((vault.root / "projects/green/secrets").iterdir()) == []

    def test_a_folder_that_leads_out(self, vault: Vault, tmp_path: Path) -> None:
        (tmp_path / "outside").mkdir()
        (vault.root / "projects/blue/link").symlink_to(tmp_path / "outside")
        run("set", "blue/link", "x", value=VALUE, status=1)
        assert list((tmp_path / "outside").iterdir()) == []

    @pytest.mark.parametrize(
        "path", ["blue/..", "blue/../green/blog", "blue//shop", "blue/../../projects", "/blue"]
    )
    def test_a_path_that_climbs(self, path: str, vault: Vault) -> None:
        (vault.root / "projects/green/blog").mkdir(parents=True)
        run("set", path, "x", value=VALUE, status=2)

    def test_a_folder_that_is_a_file(self, vault: Vault) -> None:
        (vault.root / "projects/blue/secrets").write_text("")
        assert "cannot be written" in run("set", "blue", "x", value=VALUE, status=1).output

    def test_a_write_that_fails_leaves_the_old_file(
        self, vault: Vault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run("set", "blue/shop/eu-1/prod", "db-password", value="first")
        before = (vault.root / SECRET).read_text()

        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "replace", fail)
        output = run("set", "blue/shop/eu-1/prod", "db-password", value="second", status=1).output
        assert output == f"Error: config/{SECRET}: cannot be written: No space left on device\n"
        assert (vault.root / SECRET).read_text() == before
        assert [path.name for path in (vault.root / SECRET).parent.iterdir()] == [
            "db-password.yaml"
        ]


class TestMove:
    def moved(self, vault: Vault, old: str, new: str) -> None:
        run("move", old, new)
        folder, _, name = new.rpartition("/")
        path = vault.root / "projects" / folder / f"secrets/{name}.yaml"
        assert vault.decrypt(path, "ops") == {"value": VALUE, "for": new}

    @pytest.fixture(autouse=True)
    def _written(self, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])
        run("set", "blue/shop/eu-1/prod", "db-password", value=VALUE)

    def test_to_share_it(self, vault: Vault) -> None:
        self.moved(vault, KEY, "blue/shop/db-password")
        assert not (vault.root / SECRET).exists()
        assert errors(vault) == []

    def test_after_its_folder_was_renamed(self, vault: Vault) -> None:
        (vault.root / "projects/blue/shop").rename(vault.root / "projects/blue/store")
        with pytest.raises(ConfigError, match="encrypted for another place"):
            load_fleet(vault.root, stack="prod", select=None, today=TODAY).secret_values([])
        self.moved(vault, KEY, "blue/store/eu-1/prod/db-password")
        assert errors(vault) == []

    @pytest.mark.parametrize(
        ("old", "new", "status", "words"),
        [
            ("blue/nothing", "blue/shop/nothing", 1, "there is no encrypted file of the secret"),
            (KEY, "blue/taken", 1, "there is a secret blue/taken already"),
            (KEY, "x", 2, "x: write the folder as well, as in blue/shop/x"),
            (KEY, "red/x", 2, "platform.yaml knows no team red"),
            ("green/shop/eu-1/prod/db-password", KEY, 1, "was encrypted for another place"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_happens(
        self, old: str, new: str, status: int, words: str, vault: Vault
    ) -> None:
        run("set", "blue", "taken", value="x")
        before = (vault.root / SECRET).read_text()
        assert words in run("move", old, new, status=status).output
        assert (vault.root / SECRET).read_text() == before


class TestReports:
    def test_the_list(self, vault: Vault) -> None:
        run("set", "blue/shop/eu-1/prod", "db-password", value=VALUE)
        vault.write(
            "projects/blue/team.yaml",
            "registries: {r: {server: r.example.org, username: u, password: {secret: robot}}}\n",
        )
        rows = as_json("list")
        changed = rows[1].pop("changed")
        assert changed.startswith("20")
        assert rows == [
            {
                "secret": "blue/robot",
                "foundIn": "no file; whether Pulumi config has a value cannot be read here",
                "environments": ["blue/shop/eu-1/prod"],
                "recipients": [],
                "changed": "",
            },
            {
                "secret": KEY,
                "foundIn": f"config/{SECRET}",
                "environments": ["blue/shop/eu-1/prod"],
                "recipients": [vault.recipients[name] for name in ("blue", "ops", "production")],
            },
        ]
        assert run("list").output == (
            "blue/robot\n    no file; whether Pulumi config has a value cannot be read here, 1 environment\n"
            f"{KEY}\n    config/{SECRET}, 1 environment, 3 recipients, changed {changed[:10]}\n"
            "2 secrets\n"
        )

    @pytest.mark.usefixtures("vault")
    def test_where_a_secret_is_used(self) -> None:
        run("set", "blue/shop/eu-1/prod", "db-password", value=VALUE)
        expected = (
            "blue/shop/eu-1/prod  namespace.secrets.db.password  "
            f"config/{ENVIRONMENT}/project.yaml:3:28\n    {KEY} in config/{SECRET}\n1 use\n"
        )
        assert run("where-used", "db-password").output == expected
        assert run("where-used", KEY).output == expected
        assert [item["secret"] for item in as_json("where-used", KEY)] == [KEY]
        assert run("where-used", "green/db-password", status=1).output == "0 uses\n"

    def test_the_nearest_file_is_the_one_in_use(self, vault: Vault) -> None:
        run("set", "blue", "db-password", value="a")
        assert as_json("where-used", "db-password")[0]["secret"] == "blue/db-password"
        run("set", "blue/shop", "db-password", value="b")
        assert as_json("where-used", "db-password")[0]["secret"] == "blue/shop/db-password"
        assert errors(vault) == ["secret-unused"], "the team's is hidden by the product's"
        run("set", "blue/shop/eu-1/prod", "db-password", value="c")
        assert as_json("where-used", "db-password")[0]["secret"] == KEY
        assert errors(vault) == ["secret-unused", "secret-unused"]
