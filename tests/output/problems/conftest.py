"""Trees with problems, in the current folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.output.problems.reports import GREEN
from tests.support.trees import PRODUCT, PROJECT, TEAM, platform, tree


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with an error, a warning about a file as a whole, and an environment of another team."""
    tree(
        tmp_path,
        {
            PROJECT: "descripton: x\nversions: {application: v1.4.2}\n",
            GREEN: "name: [\n",
            TEAM: "access: {admin: [blue-admins]}\n",
            "projects/blue/shop/eu-1/100%, or so: no.yaml": "",
        },
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with problems of many kinds: errors and warnings, of files, folders and lines, of stacks, twice."""
    files = {
        "platform.yaml": platform("clusters: {eu-1: {budget: {requests.cpu: '1'}}}"),
        PROJECT: "x: !a 1\ny: !a 1\nz: !b 1\n",
        PRODUCT: "application: {source: {repoURL: hunter2@x y, path: ''}}\nrepositories: []\n",
        TEAM: "registries: {r: {server: a.example.org, username: u, password: hunter2}}\n",
        "projects/blue/secrets/x.yaml": "value: hunter2\nvalue: hunter2\n",
        "projects/green/secrets/x.yaml": "hunter2: hunter2\nfor: {hunter2: hunter2}\n",
        "projects/green/über/eu-1/dev/project.yaml": "{}\n",
        "projects/green/api/eu-1/prdo/project.yaml": "{}\n",
        "projects/green/api/eu-1/dev/notes.txt": "hunter2",
        GREEN: "access: {admin: [{group: green-x, until: 2020-01-01, reason: r}], readonly: [nobody]}\n",
    }
    root = tree(tmp_path, files)
    (tmp_path / "Pulumi.yaml").write_text("name: argo-projects\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {argo-projects:selct: {}}\n")
    assert root == tmp_path / "config"
    monkeypatch.chdir(tmp_path)
    return tmp_path
