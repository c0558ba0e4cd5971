"""The shape of the tree: one module decides it, and all who read or write the tree agree."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from argoproject.cli.main import main
from argoproject.cli.options import environments
from argoproject.identity import Identity
from argoproject.layout import folder_of, project_file, side_folder_names
from argoproject.tree.load import load_tree
from tests.support.trees import tree


@pytest.mark.parametrize(
    ("file", "folder"),
    [
        ("platform.yaml", None),
        ("secrets/harbor.yaml", None),
        ("projects", None),
        ("projects/README.md", ()),
        ("projects/blue/team.yaml", ("blue",)),
        ("projects/blue/secrets/token.yaml", ("blue",)),
        ("projects/blue/shop/product.yaml", ("blue", "shop")),
        ("projects/blue/shop/manifests/about.yaml", ("blue", "shop")),
        ("projects/blue/shop/manifests/deeper/about.yaml", ("blue", "shop")),
        ("projects/blue/shop/eu-1/stray.yaml", ("blue", "shop", "eu-1")),
        ("projects/blue/shop/eu-1/prod/project.yaml", ("blue", "shop", "eu-1", "prod")),
        ("projects/blue/shop/eu-1/prod/secrets/x.yaml", ("blue", "shop", "eu-1", "prod")),
        ("projects/blue/shop/eu-1/prod/charts/x/y.yaml", ("blue", "shop", "eu-1", "prod")),
        ("projects/blue/manifests/product.yaml", ("blue", "manifests")),
        ("projects/blue/shop/eu-1/secrets/project.yaml", ("blue", "shop", "eu-1", "secrets")),
        ("projects/secrets/team.yaml", ("secrets",)),
    ],
)
def test_the_folder_of_a_file(file: str, folder: tuple[str, ...] | None) -> None:
    assert folder_of(file) == folder


NAMES = [
    "manifests/shop/eu-1/prod",
    "secrets/shop/eu-1/prod",
    "blue/manifests/eu-1/prod",
    "blue/secrets/eu-1/prod",
    "blue/shop/manifests/prod",
    "blue/shop/secrets/prod",
    "blue/shop/eu-1/manifests",
    "blue/shop/eu-1/secrets",
]
"""An environment in which each level has the name of a side folder."""


@pytest.mark.parametrize("name", NAMES)
def test_the_loader_new_and_the_shell_agree_on_the_names_of_side_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    identity = Identity.parse(name)
    free = not side_folder_names(identity.steps)
    assert free == (name not in NAMES[3:6])
    root = tree(tmp_path, {project_file(identity): "{}\n"})
    assert (identity in load_tree(root, "config").declared()) == free
    assert (name in environments("config", "")) == free
    result = CliRunner().invoke(main, ["new", name])
    assert ("have a meaning of their own there" in result.output) != free


@pytest.mark.parametrize("text", ["", "blue", "blue/shop/eu-1", "blue/shop/eu-1/prod/x", "a//b/c"])
def test_an_identity_has_four_names(text: str) -> None:
    with pytest.raises(ValueError, match="is not TEAM/PRODUCT/CLUSTER/ENVIRONMENT"):
        Identity.parse(text)


def test_an_identity_is_the_path() -> None:
    identity = Identity.parse("blue/shop/eu-1/prod")
    assert identity == Identity("blue", "shop", "eu-1", "prod") == Identity(*identity.steps)
    assert str(identity) == "blue/shop/eu-1/prod"
