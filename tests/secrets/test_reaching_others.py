"""Every way in tests/secrets/attacks.py of reaching a secret of others fails, with words that say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from argoproject.cli.main import main
from argoproject.fleet.pipeline import Fleet, load_fleet, validate_tree
from argoproject.problems import ConfigError
from tests.secrets.attacks import (
    ATTACKS,
    GREEN,
    HELPING,
    KEY,
    VALUE,
    VICTIM,
    Attack,
    copy_from_history,
    name_of,
    project,
)
from tests.support import golden
from tests.support.paths import DATA
from tests.support.trees import TODAY
from tests.support.vault import ENVIRONMENT, Vault, by_text

pytestmark = pytest.mark.sops

WORDS = DATA / "reaching"


@pytest.fixture
def deployment(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> Vault:
    """A deployment that can decrypt everything, and the victim's environment."""
    monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])
    vault.write(f"{ENVIRONMENT}/project.yaml", "versions: {application: v1.4.2}\n")
    application = (
        '{source: {repoURL: "https://gitlab.example.org/green/b.git", path: ., kustomize: {}}}'
    )
    vault.write(f"{GREEN}/project.yaml", project(more=f"application: {application}\n"))
    vault.write(
        f"{GREEN}/secrets/db-password.yaml", vault.encrypt({"value": VALUE, "for": KEY}, VICTIM)
    )
    return vault


def deploy(root: Path, *teams: str) -> tuple[Fleet, Mapping[str, str]]:
    select = {"teams": list(teams)} if teams else None
    fleet = load_fleet(root, stack="all", select=select, today=TODAY)
    return fleet, by_text(fleet.secret_values([]))


@pytest.mark.parametrize("attack", ATTACKS, ids=name_of)
@pytest.mark.parametrize("teams", [(), ("blue",)], ids=["all", "the attacker's stack"])
def test_it_fails(
    attack: Attack, teams: tuple[str, ...], deployment: Vault, pytestconfig: pytest.Config
) -> None:
    vault = deployment
    assert validate_tree(vault.root, TODAY, "config").errors == (), "all is well before the attack"
    attack(vault)
    with pytest.raises(ConfigError) as refused:
        deploy(vault.root, *teams)
    assert ATTACKS[attack] in {problem.code for problem in refused.value.problems}
    seen = vault.names_of(str(refused.value).replace(f"{vault.root}/", "config/")) + "\n"
    assert VALUE not in seen
    if not teams:
        words = WORDS / f"{name_of(attack)}.txt"
        golden.check(words, seen, update=golden.updating(pytestconfig))


def test_no_words_are_left_over(pytestconfig: pytest.Config) -> None:
    names = [f"{name_of(attack)}.txt" for attack in ATTACKS]
    assert golden.unexpected(WORDS, names, update=golden.updating(pytestconfig)) == []


@pytest.mark.parametrize("attack", HELPING, ids=name_of)
@pytest.mark.parametrize("options", [(), ("--all",)], ids=" ".join)
def test_everyone_who_holds_all_keys_does_not_hand_it_over(
    attack: Attack, options: tuple[str, ...], deployment: Vault
) -> None:
    """`rotate-keys` would otherwise encrypt the stolen file for the thief: it is what reports of recipients advise."""
    vault = deployment
    attack(vault)
    result = CliRunner().invoke(main, ["secret", "rotate-keys", *options])
    readable = [
        path
        for path in (vault.root / "projects/blue").rglob("*.yaml")
        if "sops:" in path.read_text()
        and vault.can_read(path, "blue")
        and VALUE in str(vault.decrypt(path, "blue"))
    ]
    assert readable == []
    assert result.exit_code == 1 or not options, result.output


def test_the_owner_gets_it(deployment: Vault) -> None:
    fleet, values = deploy(deployment.root)
    assert values == {KEY: VALUE}
    assert [str(file.key) for file in fleet.secret_files] == [KEY]


def test_a_copy_in_blue_does_not_stop_green_where_it_can_be_told_apart(deployment: Vault) -> None:
    """The copy carries green's place, so that green's own file is the original."""
    copy_from_history(deployment)
    assert deploy(deployment.root, "green")[1] == {KEY: VALUE}
