"""The tree of files: identity from the path, everything that does not fit refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from argoproject.identity import Identity
from argoproject.tree.load import load_tree
from argoproject.tree.selection import Concern
from tests.support.trees import load, platform, report, tree


def problems(root: Path) -> list[str]:
    return report(load(root).problems)


def test_the_path_is_the_identity(tmp_path: Path) -> None:
    loaded = load(tree(tmp_path))
    assert list(loaded.identities()) == [Identity("blue", "shop", "eu-1", "prod")]
    assert report(loaded.problems) == []


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            "projects/blue/shop/eu-1/prod/project.yml",
            "config/projects/blue/shop/eu-1/prod/project.yml: the file has no place in the tree "
            "(rename it to project.yaml) [unexpected-file]",
        ),
        (
            "projects/blue/shop/project.yaml",
            "config/projects/blue/shop/project.yaml: the file has no place in the tree (project.yaml belongs in the "
            "folder of the environment: projects/<team>/<product>/<cluster>/<environment>) [unexpected-file]",
        ),
        (
            "projects/blue/shop/team.yaml",
            "config/projects/blue/shop/team.yaml: the file has no place in the tree (team.yaml belongs in the folder "
            "of the team: projects/<team>) [unexpected-file]",
        ),
        (
            "projects/product.yaml",
            "config/projects/product.yaml: the file has no place in the tree (product.yaml belongs in the folder of "
            "the product: projects/<team>/<product>) [unexpected-file]",
        ),
        (
            "projects/notes.txt",
            "config/projects/notes.txt: the file has no place in the tree (remove it) [unexpected-file]",
        ),
        (
            "projects/blue/shop/eu-1/prod/charts/x.yaml",
            "config/projects/blue/shop/eu-1/prod/charts: an environment has no folders but manifests and secrets "
            "(move it) [unexpected-folder]",
        ),
        (
            "projects/Blue/x/y/z/project.yaml",
            "config/projects/Blue: 'Blue' is not a name for a team (use lower-case letters, digits and inner hyphens, "
            "at most 63) [folder-name]",
        ),
        (
            "projects/blue/shop/eu-1/dev/manifests/a.yaml",
            "config/projects/blue/shop/eu-1/dev: the folder holds no project.yaml (add one, or remove the folder) "
            "[no-project]",
        ),
        (
            "projects/blue/shop/eu-1/prod/manifests/a.txt",
            "config/projects/blue/shop/eu-1/prod/manifests/a.txt: only <name>.yaml files belong here (move it) "
            "[unexpected-file]",
        ),
        (
            "projects/blue/secrets/A.yaml",
            "config/projects/blue/secrets/A.yaml: only sops files <name>.yaml belong here (move it) [unexpected-file]",
        ),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, file: str, expected: str) -> None:
    assert problems(tree(tmp_path, {file: "{}\n"})) == [expected]


def test_secrets_have_the_key_of_their_folder(tmp_path: Path) -> None:
    files = {
        "secrets/db.yaml": "value: x\n",
        "projects/blue/secrets/db.yaml": "value: x\n",
        "projects/blue/shop/secrets/db.yaml": "value: x\n",
        "projects/blue/shop/eu-1/prod/secrets/db.yaml": "value: x\n",
        "projects/blue/shop/manifests/db.yaml": "{kind: Secret, sops: {}}\n",
        "projects/blue/shop/manifests/map.yaml": "{kind: ConfigMap}\n",
    }
    found = load_tree(tree(tmp_path, files), "config").secret_files()
    assert {str(file.key): (file.file, file.is_manifest) for file in found} == {
        "platform/db": ("config/secrets/db.yaml", False),
        "blue/db": ("config/projects/blue/secrets/db.yaml", False),
        "blue/shop/db": ("config/projects/blue/shop/secrets/db.yaml", False),
        "blue/shop/eu-1/prod/db": ("config/projects/blue/shop/eu-1/prod/secrets/db.yaml", False),
        "blue/shop/manifests/db.yaml": ("config/projects/blue/shop/manifests/db.yaml", True),
    }


def test_readmes_are_welcome(tmp_path: Path) -> None:
    assert (
        problems(tree(tmp_path, {"projects/README.md": "x", "projects/blue/README.md": "x"})) == []
    )


def test_copies_of_an_editor_do_no_harm(tmp_path: Path) -> None:
    folder = "projects/blue/shop/eu-1/prod"
    names = (".project.yaml.swp", "project.yaml~", ".#project.yaml", "#project.yaml#")
    assert problems(tree(tmp_path, {f"{folder}/{name}": "x" for name in names})) == []


def test_links_are_refused(tmp_path: Path) -> None:
    root = tree(tmp_path)
    (root / "projects/green").symlink_to(root / "projects/blue")
    (root / "projects/blue/shop/eu-1/prod/manifests").mkdir()
    (root / "projects/blue/shop/eu-1/prod/manifests/x.yaml").symlink_to("/etc/hostname")
    assert problems(root) == [
        "config/projects/blue/shop/eu-1/prod/manifests/x.yaml: only <name>.yaml files belong here (move it) "
        "[unexpected-file]",
        "config/projects/green: symbolic links are not followed (put the file itself here) [symlink]",
    ]


def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    root = tree(tmp_path, {"projects/blue/team.yaml": None})
    os.mkfifo(root / "projects/blue/team.yaml")
    assert problems(root) == [
        "config/projects/blue/team.yaml: the file cannot be read: it is not a regular file (check it) [unreadable]"
    ]


def test_a_file_that_is_no_mapping(tmp_path: Path) -> None:
    assert problems(tree(tmp_path, {"projects/blue/team.yaml": "- a\n"})) == [
        "config/projects/blue/team.yaml:1:1: must be a mapping (write keys and values) [wrong-type]"
    ]


def test_a_tree_without_platform_or_projects(tmp_path: Path) -> None:
    assert problems(tmp_path / "nowhere") == [
        "config/platform.yaml: there is no platform.yaml (name the folder that holds platform.yaml and projects/ "
        "(--config, or `config` of the stack)) [no-platform]"
    ]


def test_half_an_application_in_team_yaml_is_fine(tmp_path: Path) -> None:
    team = "repositories: {x: {insecure: false}}\naccess: {roles: {ci: {kubernetes: view}}}\n"
    assert problems(tree(tmp_path, {"projects/blue/team.yaml": team})) == []


def test_files_over_the_limit_are_reported_once_and_for_the_whole_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("argoproject.tree.load.MAX_FILES", 2)
    root = tree(tmp_path, {"projects/green/api/eu-1/dev/project.yaml": "{}\n"})
    expected = "config/projects: the tree holds more than 2 files (split it) [too-many-files]"
    assert problems(root) == [expected]
    loaded = load(root)
    green = Identity("green", "api", "eu-1", "dev")
    assert report(Concern(loaded, [green]).of(loaded.problems)) == [expected]


def test_a_mistake_in_a_shared_file_is_told_once(tmp_path: Path) -> None:
    files = {
        "projects/blue/team.yaml": "acces: {}\n",
        "projects/blue/shop/eu-1/dev/project.yaml": "{}\n",
    }
    assert problems(tree(tmp_path, files)) == [
        "config/projects/blue/team.yaml:1:1: acces: unknown key (did you mean `access`?) [unknown-key]"
    ]


def test_a_platform_file_must_exist_inside_the_tree(tmp_path: Path) -> None:
    overlay = (
        "profiles: {small: {platformManifests: [{file: ../outside.yaml}, {file: platform/x.yaml}]}}"
    )
    (tmp_path / "outside.yaml").write_text("kind: X\n")
    seen = problems(tree(tmp_path, {"platform.yaml": platform(overlay)}))
    assert [line.split(": ", 1)[1] for line in seen] == [
        f"profiles.small.platformManifests[{at}].file: there is no file {file!r} below the configuration's folder "
        "(name a file below it, for example platform/schedule.yaml) [no-platform-file]"
        for at, file in enumerate(("../outside.yaml", "platform/x.yaml"))
    ]
