"""Where an environment uses secrets."""

from __future__ import annotations

from pathlib import Path

from argoproject.project.repositories import secret_refs
from argoproject.yamlfile.reader import path_text
from tests.support.reports import SHOP
from tests.support.trees import project, tree


def test_secrets_in_use(tmp_path: Path) -> None:
    text = """\
versions: {application: v1.4.2}
repositories:
  shop: {url: "https://gitlab.example.org/blue/shop.git"}
  unused: {url: "https://gitlab.example.org/blue/unused.git", credentials: {type: ssh, privateKey: {secret: unused}}}
credentials:
  gitlab: {urlPrefix: "https://gitlab.example.org/blue/", type: https, username: bot, password: {secret: token}}
  hub: {urlPrefix: "https://github.com/blue/", type: githubApp, appId: 1, privateKey: {secret: unused}}
registries:
  harbor: {server: harbor.example.org, username: u, password: {secret: harbor}}
  ready: {server: ready.example.org, dockerconfigjson: {secret: ready}}
namespace: {secrets: {db: {password: {secret: db}, user: {secret: db}}}}
"""
    resolved = project(tree(tmp_path, {f"{SHOP}/prod/project.yaml": text}), "blue/shop/eu-1/prod")
    assert {path_text(path): name for path, name in secret_refs(resolved)} == {
        "credentials.gitlab.password": "token",
        "registries.harbor.password": "harbor",
        "registries.ready.dockerconfigjson": "ready",
        "namespace.secrets.db.password": "db",
        "namespace.secrets.db.user": "db",
    }
