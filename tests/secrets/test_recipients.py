"""Who can decrypt a secret, and the creation rules that platform.yaml makes."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from argoproject.models import Platform
from argoproject.secrets.file import SecretKey
from argoproject.secrets.recipients import (
    canonical,
    creation_rule,
    is_recipient,
    recipients_for,
    recipients_of,
    sops_config,
)
from tests.support.trees import load, platform, tree

OPS = "arn:aws:kms:eu-central-1:1:key/ops"
TEAM = "arn:aws:kms:eu-central-1:1:key/team"
DEV = "arn:aws:kms:eu-central-1:1:key/dev"
PROD = "arn:aws:kms:eu-central-1:1:key/pro'd"
RSA = (
    "ssh-rsa "
    "AAAAB3NzaC1yc2EAAAADAQABAAACAQCxX5ZZQsNzgNLUQudt1p5GmShpp22T/1pmGH9pYbIW07uHRCTcoA3+0phAmEaPFoQEaDbJ"
    "wgR1XcDRso3qI78UkoGXpke3P3fFWeILRXOFjf+N4kbW4JIGQi042e9CmwgRSxfCC21tMhUE9aM0ASKVaxo76tKwEdELxmaYbL3j"
    "BzZ83Uo9C8v8CE/KjxpiMQMCmBDwPep9lRons84Wo0X0V1B2ux+bqhQpJmWhhb7ggXzK204omToSy9e6b/G4+3vhNJZ0sF0CvA8d"
    "tf0RXnRO4hi5JiaFA6R4Pt+FH+DomSUmF0uCDR7jL4BK+ku36saLPJB9WxjZLyyA2ZUB11kISmtVSwibFfmIHzvRnIU4fLrYghLe"
    "OT99RLqyDgB+w3YNmaOWqG/pULGtFqKqKPE//FvYa/Df58B2K2dwZdRPRVV2TGaL1ItEZoxGg9EPlLeAJATPe0CgRfyAJ86glWvN"
    "39G/Ix4/gH6lL/G1sms5M0+0xuACc0Gu0x00SLbHiC+7WWf9d2MMkTqgxvz9UQ8bkdbByRsmHtpwn2SNF8psAJUltMWIaSBjyn0z"
    "Qwmu8oBKo3w8pe4DBxnMLq0jBxIbA3sovJ+/qX4I17jusi0jbseY0u2gof+sz7eWDeTpmGDbSIx89RZJ865gtgsE2EDSMoFjw826"
    "f7XGlvclSdCNEw=="
)
ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPXcN8/GXtnQnEsYXNQsskJO/hFrtqiKc28GwvXztguW"


@pytest.fixture
def loaded(tmp_path: Path) -> Platform:
    text = platform(
        f"""
        recipients: {{platform: [{OPS}], classes: {{nonproduction: [{DEV}], production: ["{PROD}"]}}}}
        teams: {{blue: {{recipients: [{TEAM}]}}}}
        """
    )
    found = load(tree(tmp_path, {"platform.yaml": text})).platform
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("owner", "readers"),
    [
        ("platform", {OPS, DEV, PROD}),
        ("blue", {OPS, TEAM, DEV, PROD}),
        ("blue/shop", {OPS, TEAM, DEV, PROD}),
        ("blue/shop/eu-1/dev", {OPS, TEAM, DEV}),
        ("blue/shop/eu-1/prod", {OPS, TEAM, PROD}),
        ("blue/shop/eu-1/unknown", {OPS, TEAM}),
    ],
)
def test_the_readers_of_a_secret(loaded: Platform, owner: str, readers: set[str]) -> None:
    assert recipients_for(loaded, SecretKey(owner, "db")) == readers


def test_a_quote_in_a_recipient_stays_in_its_rule(loaded: Platform) -> None:
    rules = yaml.safe_load(sops_config(loaded))["creation_rules"]
    assert rules[0] == {
        "path_regex": r"^secrets/[^/]+\.yaml$",
        "kms": ",".join(sorted((OPS, DEV, PROD))),
    }


@pytest.mark.parametrize(
    ("printed", "compared"),
    [
        (f"{RSA} bot@example.org", RSA),
        (f"{ED25519} jane doe@laptop", ED25519),
        (f"{ED25519}\n", ED25519),
        (
            "85D7 7543 B3D6 24B6 3CEA  9E6D BC17 301B 491B 3F21",
            "85D77543B3D624B63CEA9E6DBC17301B491B3F21",
        ),
        ("0x85D77543B3D624B63CEA9E6DBC17301B491B3F21", "85D77543B3D624B63CEA9E6DBC17301B491B3F21"),
        ("85d77543b3d624b63cea9e6dbc17301b491b3f21", "85D77543B3D624B63CEA9E6DBC17301B491B3F21"),
        (OPS, OPS),
    ],
)
def test_recipients_as_their_tools_print_them(printed: str, compared: str) -> None:
    assert is_recipient(printed)
    assert canonical(printed) == compared


@pytest.mark.parametrize(
    "text",
    [
        "ssh-ed25519 AAAA",
        ED25519[:-4],
        ED25519.replace("ed25519 ", "rsa "),
        f"{ED25519}AAAA",
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAQM=",
        "arn:aws:kms:*",
        "arn:aws:kms:eu-central-1:key/x",
        "arn:aws:kms:eu-central-1:1:user/x",
        "https://bot:hunter2@vault.example.org/v1/transit/keys/x",
        "https://bot@vault.vault.azure.net/keys/x/y",
        "0x85D7",
    ],
)
def test_recipients_that_sops_refuses(text: str) -> None:
    assert not is_recipient(text)


@pytest.mark.sops
def test_sops_encrypts_for_every_form_of_age_recipients(
    sops_binaries: Path, tmp_path: Path
) -> None:
    """Also for post-quantum keys, whose public key has about 2,000 characters."""
    made = subprocess.run(
        [sops_binaries / "age-keygen", "-pq"], capture_output=True, text=True, check=True
    )
    quantum = re.search(r"age1pq1[a-z0-9]+", made.stdout)
    assert quantum is not None
    printed = (f"{RSA} bot@example.org", f"{ED25519} jane doe@laptop")
    text = platform(f"recipients: {{platform: {list(printed)}}}")
    found = load(tree(tmp_path, {"platform.yaml": text}))
    assert found.problems == []
    for group in (printed, (quantum.group(),)):  # sops refuses files for both kinds, as age does
        assert all(map(is_recipient, group))
        rule = creation_rule(map(canonical, group), manifest=False)
        (tmp_path / "a.yaml").write_text("value: x\n")
        subprocess.run(
            [
                sops_binaries / "sops",
                "encrypt",
                "-i",
                "--age",
                rule["age"],
                str(tmp_path / "a.yaml"),
            ],
            check=True,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        )
        metadata = yaml.safe_load((tmp_path / "a.yaml").read_text())["sops"]
        assert set(recipients_of(metadata)) == set(map(canonical, group))
