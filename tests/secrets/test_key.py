"""A secret's key: its text, its file, and what it is not."""

from __future__ import annotations

import pytest

from argoproject.secrets.file import SecretKey

KEYS = {
    "platform/harbor": (SecretKey("platform", "harbor"), "secrets/harbor.yaml"),
    "blue/db": (SecretKey("blue", "db"), "projects/blue/secrets/db.yaml"),
    "blue/shop/db": (SecretKey("blue/shop", "db"), "projects/blue/shop/secrets/db.yaml"),
    "blue/shop/eu-1/prod/db": (
        SecretKey("blue/shop/eu-1/prod", "db"),
        "projects/blue/shop/eu-1/prod/secrets/db.yaml",
    ),
    "blue/shop/manifests/db.yaml": (
        SecretKey("blue/shop", "db.yaml"),
        "projects/blue/shop/manifests/db.yaml",
    ),
    "blue/manifests/manifests/db.yaml#stringData.a/b": (
        SecretKey("blue/manifests", "db.yaml", "stringData.a/b"),
        "projects/blue/manifests/manifests/db.yaml",
    ),
}


@pytest.mark.parametrize("text", KEYS)
def test_the_text_is_the_key_and_names_the_file(text: str) -> None:
    key, file = KEYS[text]
    assert SecretKey.parse(text) == key
    assert str(key) == text
    assert key.file == file
    assert key.owner == text.split("/", maxsplit=1)[0]


def test_a_name_alone_has_no_folder() -> None:
    assert SecretKey.parse("helm-secrets:blue") == SecretKey("", "helm-secrets:blue")
    assert str(SecretKey("", "db")) == "db"


def test_a_slash_in_a_name_does_not_make_it_another_key() -> None:
    assert SecretKey("blue", "shop/db") != SecretKey("blue/shop", "db")
