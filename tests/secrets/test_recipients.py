"""Who can decrypt a secret, and the creation rules that platform.yaml makes."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from argoproject.models import Platform
from argoproject.secrets.file import SecretKey
from argoproject.secrets.recipients import recipients_for, sops_config
from tests.support.trees import load, platform, tree

OPS = "arn:aws:kms:eu-central-1:1:key/ops"
TEAM = "arn:aws:kms:eu-central-1:1:key/team"
DEV = "arn:aws:kms:eu-central-1:1:key/dev"
PROD = "arn:aws:kms:eu-central-1:1:key/pro'd"


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
