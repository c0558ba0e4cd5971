"""Secret files that are damaged or wrong, each in another way: none is decrypted, each is reported with its remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from argoproject.fleet.pipeline import load_fleet, validate_tree
from argoproject.problems import ConfigError
from tests.support import golden
from tests.support.paths import DATA
from tests.support.trees import TODAY
from tests.support.vault import ENVIRONMENT, KEY, READERS, SECRET, VALUE, Vault, by_text

pytestmark = pytest.mark.sops

GOLDEN = DATA / "damaged"
GOOD = {"value": VALUE, "for": KEY}
PLACE = "blue/shop/eu-1/prod/manifests/s.yaml"
MANIFEST = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "s", "labels": {"app": "shop"}},
    "stringData": {"password": VALUE, "argo-projects.for": PLACE},
}
VALUES_ONLY: Mapping[str, Any] = {"encrypted_regex": "^(data|stringData)$"}
"""What .sops.yaml says of manifests."""

Damage = Callable[[Vault, str], str]
"""What happens to a file that was good: it takes the text of the file, and returns the text afterwards."""


def sealed(
    data: Mapping[str, object] | str, people: tuple[str, ...] = READERS, **rule: object
) -> Damage:
    """Instead of the good file another one that sops made."""
    return lambda vault, _: vault.encrypt(data, people, **rule)


def manifest(rule: Mapping[str, Any] = VALUES_ONLY, **keys: object) -> Damage:
    """Instead of the good manifest one with other keys, that sops made by a rule."""
    return sealed({**MANIFEST, **keys}, **rule)


def edited(pattern: str, replacement: str) -> Damage:
    """The good file with an edit, which must find something to change."""

    def edit(_: Vault, text: str) -> str:
        changed, count = re.subn(
            pattern, replacement, text, count=1, flags=re.MULTILINE | re.DOTALL
        )
        assert count == 1, pattern
        return changed

    return edit


def swapped(_: Vault, text: str) -> str:
    """The ciphertexts of `value` and `for` change places."""
    value, bound = (re.search(rf"^{key}: (.*)$", text, re.MULTILINE) for key in ("value", "for"))
    assert value is not None
    assert bound is not None
    return text.replace(value[1], "@").replace(bound[1], value[1]).replace("@", bound[1])


def other_mac(vault: Vault, text: str) -> str:
    other = re.search(r"^    mac: .*$", vault.encrypt(GOOD), re.MULTILINE)
    assert other is not None
    return re.sub(r"^    mac: .*$", other[0], text, flags=re.MULTILINE)


def flipped(key: str) -> Damage:
    """One character of a value's ciphertext is another one."""

    def flip(_: Vault, text: str) -> str:
        match = re.search(rf"^ *{key}: ENC\[AES256_GCM,data:(.)", text, re.MULTILINE)
        assert match is not None
        place = match.start(1)
        return f"{text[:place]}{'B' if text[place] != 'B' else 'C'}{text[place + 1 :]}"

    return flip


OFFLINE: Mapping[str, Damage] = {
    "not encrypted": lambda *_: f"value: {VALUE}\n",
    "empty": lambda *_: "",
    "no YAML": lambda *_: "value: [\n",
    "a list": lambda *_: "- value\n",
    "no text file": lambda *_: "value: \x07\n",
    "no value": sealed({"for": KEY}),
    "an empty value": sealed({"value": "", "for": KEY}),
    "a number": sealed({"value": 12, "for": KEY}),
    "a truth value": sealed("value: true\n"),
    "a mapping": sealed({"value": {"password": VALUE}}),
    "a list of values": sealed({"value": [VALUE]}),
    "another key": sealed({"valeu": VALUE, "for": KEY}),
    "two secrets in one file": sealed({"value": VALUE, "other": "x", "for": KEY}),
    "value in clear next to sops": edited(r"^value: .*?$", f"value: {VALUE}"),
    "value cut off": edited(r"^(value: ENC\[AES256_GCM,data:...).*?$", r"\1"),
    "left unencrypted by its suffix": sealed({"value": VALUE, "value_unencrypted": VALUE}),
    "left unencrypted by a rule": sealed(GOOD, encrypted_regex="^for$"),
    "mac_only_encrypted": sealed(GOOD, mac_only_encrypted=True),
    "no mac": edited(r"^    mac: .*?\n", ""),
    "a damaged mac": edited(r"^    mac: .*?$", "    mac: x"),
    "no lastmodified": edited(r"^    lastmodified: .*?\n", ""),
    "a damaged lastmodified": edited(r"^    lastmodified: .*?$", '    lastmodified: "yesterday"'),
    "no version": edited(r"^    version: .*?(\n|\Z)", ""),
    "no metadata": edited(r"^sops:.*", ""),
    "empty metadata": edited(r"^sops:.*", "sops: {}\n"),
    "no recipients": edited(r"^    age:.*?(?=^    lastmodified)", ""),
    "two rules of what is encrypted": edited(
        r"^    version:", "    encrypted_regex: x\n    version:"
    ),
    "a recipient too many": sealed(GOOD, people=("ops", "production", "blue", "green")),
    "a recipient missing": sealed(GOOD, people=("ops", "blue")),
    "a key service of the author's": edited(
        r"^sops:\n",
        "sops:\n    hc_vault:\n        - vault_address: https://evil.example.org\n          engine_path: transit\n"
        "          key_name: k\n          created_at: '2026-01-01T00:00:00Z'\n          enc: x\n",
    ),
    "a key service hidden in a group": edited(
        r"^sops:\n",
        "sops:\n    key_groups:\n        - kms:\n            - arn: arn:aws:kms:eu-1:1:key/x\n"
        "              role: arn:aws:iam:x\n",
    ),
    "in clear, for another place": lambda *_: f"value: {VALUE}\nfor: green/x\n",
}
"""What is seen without a key: `validate` refuses it."""

MANIFESTS: Mapping[str, Damage] = {
    "manifest, no Secret": manifest(kind="ConfigMap"),
    "manifest, Secret of another API": manifest(apiVersion="v2"),
    "manifest, encrypted whole": manifest({}),
    "manifest, its labels encrypted": manifest({"encrypted_regex": "^(stringData|labels)$"}),
    "manifest, hidden in lists": manifest(
        {"encrypted_regex": "^(stringData|finalizers)$"},
        metadata={"name": "s", "finalizers": ["a", ["b"], {"c": "d"}]},
    ),
    "manifest, values that are no text": manifest(
        stringData={"argo-projects.for": PLACE, "password": VALUE, "pin": 12},
        data={"flag": True, "list": [1, 2]},
    ),
    "manifest, data that is no mapping": manifest(data=["x"]),
    "manifest, without its place": manifest(stringData={"password": VALUE}),
    "manifest, its place in data": manifest(
        stringData={"password": VALUE}, data={"argo-projects.for": PLACE}
    ),
    "manifest, no metadata": edited(r"^sops:.*", ""),
    "manifest, no recipients": edited(r"^    age:.*?(?=^    lastmodified)", ""),
    "manifest, a password in clear": edited(r"^    password: .*?$", f"    password: {VALUE}"),
    "manifest, a recipient too many": sealed(
        MANIFEST, ("ops", "production", "blue", "green"), **VALUES_ONLY
    ),
}
"""The same for a Secret among the extra manifests."""

WITH_KEY: Mapping[str, Damage] = {
    "value changed": flipped("value"),
    "mac changed": flipped("mac"),
    "mac of another file": other_mac,
    "values changed places": swapped,
    "a key taken away": edited(r"^for: .*?\n", ""),
    "for another place": sealed({"value": VALUE, "for": "green/shop/eu-1/prod/db-password"}),
    "data key damaged": edited(r"^( *)YWdl(?=.*?recipient)", r"\1YWdm"),
    "time changed": edited(r'^    lastmodified: "20', '    lastmodified: "19'),
}
"""What only the key shows: the deployment refuses it before anything is registered."""


def report(vault: Vault, name: str) -> str:
    judged = validate_tree(vault.root, TODAY, "config")
    text = vault.names_of("\n".join(map(str, judged.problems)) + "\n")
    assert judged.errors, name
    return text


@pytest.mark.parametrize("name", OFFLINE)
def test_validate_refuses_it_without_a_key(
    name: str, vault: Vault, pytestconfig: pytest.Config
) -> None:
    vault.write(SECRET, OFFLINE[name](vault, vault.encrypt(GOOD)))
    seen = report(vault, name)
    assert VALUE not in seen
    file = GOLDEN / f"{name.replace(' ', '-')}.txt"
    golden.check(file, seen, update=golden.updating(pytestconfig))


@pytest.mark.parametrize("name", MANIFESTS)
def test_validate_refuses_a_manifest_without_a_key(
    name: str, vault: Vault, pytestconfig: pytest.Config
) -> None:
    good = vault.encrypt(MANIFEST, **VALUES_ONLY)
    vault.write(f"{ENVIRONMENT}/project.yaml", "versions: {application: v1.4.2}\n")
    vault.write(f"{ENVIRONMENT}/manifests/s.yaml", good)
    assert validate_tree(vault.root, TODAY, "config").problems == ()
    vault.write(f"{ENVIRONMENT}/manifests/s.yaml", MANIFESTS[name](vault, good))
    seen = report(vault, name)
    assert VALUE not in seen
    file = GOLDEN / f"{name.replace(' ', '-')}.txt"
    golden.check(file, seen, update=golden.updating(pytestconfig))


@pytest.mark.parametrize("name", WITH_KEY)
def test_the_deployment_refuses_it(
    name: str, vault: Vault, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])
    vault.write(SECRET, WITH_KEY[name](vault, vault.encrypt(GOOD)))
    fleet = load_fleet(vault.root, stack="prod", select=None, today=TODAY)
    with pytest.raises(ConfigError) as refused:
        fleet.secret_values([])
    seen = vault.names_of(str(refused.value).replace(f"{vault.root}/", "config/")) + "\n"
    assert VALUE not in seen
    file = GOLDEN / f"{name.replace(' ', '-')}.txt"
    golden.check(file, seen, update=golden.updating(pytestconfig))


def test_the_good_file_is_good(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOPS_AGE_KEY", vault.identities["ops"])
    vault.write(SECRET, vault.encrypt(GOOD))
    assert validate_tree(vault.root, TODAY, "config").problems == ()
    fleet = load_fleet(vault.root, stack="prod", select=None, today=TODAY)
    assert by_text(fleet.secret_values([])) == {KEY: VALUE}


def test_no_report_is_left_over(pytestconfig: pytest.Config) -> None:
    names = [f"{name.replace(' ', '-')}.txt" for name in (*OFFLINE, *MANIFESTS, *WITH_KEY)]
    assert golden.unexpected(GOLDEN, names, update=golden.updating(pytestconfig)) == []
    assert len(names) >= 30
