"""A tree for `argoproject new`, and the command as tests run it."""

from __future__ import annotations

from pathlib import Path

from argoproject.fleet.pipeline import validate_tree
from tests.support.commands import command
from tests.support.trees import PRODUCT, PROJECT, TODAY

__all__ = [
    "DEV",
    "FILES",
    "SHOP",
    "STAGING",
    "STEPS",
    "errors",
    "everything",
    "made",
    "run",
    "write",
]

run = command("new", width=300)


SHOP = """\
requirements:
  source: {repoURL: "https://gitlab.example.org/blue/charts", chart: postgresql}
application:
  sources:
    - {repoURL: registry.example.org/blue/charts, chart: shop}
    - {repoURL: "https://gitlab.example.org/blue/shop-values.git", ref: values}
repositories:
  charts: {url: registry.example.org/blue/charts, type: helm, enableOCI: true}
"""


STAGING = "projects/blue/shop/eu-1/staging/project.yaml"


DEV = "projects/blue/shop/hub/dev/project.yaml"


FILES = {
    PRODUCT: SHOP,
    DEV: "versions: {requirements: 15.*, application: {shop: 1.5.*, values: main}}\n",
    STAGING: "versions: {requirements: 15.3.0, application: {shop: 1.5.0, values: v2026.12.0}}\n",
    PROJECT: "versions: {requirements: 15.2.4, application: {shop: 1.4.2, values: v2026.11.3}}\n",
}


STEPS = (
    "  {}. argoproject validate\n"
    "  {}. argoproject diff\n"
    "  {}. commit the folder and open a pull request\n"
)


def write(here: Path, file: str, text: str) -> None:
    path = here / "config" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def made(here: Path, identity: str) -> str:
    return (here / "config/projects" / identity / "project.yaml").read_text()


def everything(here: Path) -> dict[str, str]:
    return {str(path): path.read_text() for path in here.rglob("*") if path.is_file()}


def errors(here: Path) -> list[str]:
    return [str(item) for item in validate_tree(here / "config", TODAY, "config").errors]
