"""`argoproject schema`: editors know the four kinds of files, in this tree and in any other."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from argoproject.cli.main import main
from argoproject.models.schema import FILES, PLACES, modeline, reference
from tests.support.commands import command
from tests.support.paths import ROOT
from tests.support.trees import PRODUCT, PROJECT, TEAM, tree

run = command("schema")

SHIPPED = ROOT / "config"
SCENARIOS = ROOT / "tests/data/scenarios/config"


def files(root: Path) -> Iterator[tuple[str, Path]]:
    for name, pattern in PLACES.items():
        yield from ((name, path) for path in sorted(root.glob(pattern)))


def checked(name: str, *paths: Path) -> subprocess.CompletedProcess[str]:
    """What the real check-jsonschema says of files, as an editor would."""
    command = [sys.executable, "-m", "check_jsonschema", "--output-format", "json"]
    schema = ["--schemafile", str(SHIPPED / f"schema/{name}.json")]
    return subprocess.run(
        [*command, *schema, *map(str, paths)], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", FILES)
def test_every_shipped_file_names_its_schema(name: str) -> None:
    paths = [path for kind, path in files(SHIPPED) if kind == name]
    assert paths, "a file of each kind is shipped"
    for path in paths:
        first = path.read_text().splitlines(keepends=True)[0]
        assert first == modeline(name), path
        found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)\n", first)
        assert found is not None
        assert (path.parent / found[1]).resolve() == SHIPPED / f"schema/{name}.json"


@pytest.mark.parametrize("root", [SHIPPED, SCENARIOS], ids=["shipped", "scenarios"])
@pytest.mark.parametrize("name", FILES)
def test_the_schema_accepts_what_is_valid(name: str, root: Path) -> None:
    found = [path for kind, path in files(root) if kind == name]
    if not found:
        assert (name, root) == ("audit", SCENARIOS)
        return
    done = checked(name, *found)
    assert done.returncode == 0, done.stdout


MISTAKES = {
    "a misspelt key": ("project", "versionz: {application: v1.0.0}\n", "'versionz' was unexpected"),
    "an unknown value": ("project", "lifecycle: retired\n", "is not valid under any of the given"),
    "a list": ("team", "access: [blue]\n", "is not valid under any of the given"),
    "a password in clear": (
        "product",
        "registries: {x: {server: a.example.org, username: u, password: p}}\n",
        "is not valid under any of the given",
    ),
    "what a cluster lacks": (
        "platform",
        "clusters: {hub: {}}\n",
        "'server' is a required property",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_the_schema_finds_mistakes(case: str, tmp_path: Path) -> None:
    name, text, words = MISTAKES[case]
    file = tmp_path / "file.yaml"
    file.write_text(text)
    done = checked(name, file)
    assert done.returncode == 1
    assert words in done.stdout


def test_what_new_writes_is_wired_and_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree(tmp_path)
    monkeypatch.chdir(tmp_path)
    run()
    CliRunner().invoke(main, ["new", "blue/shop/hub/prod"])
    made = root / "projects/blue/shop/hub/prod/project.yaml"
    assert made.read_text().startswith(modeline("project"))
    assert checked("project", made).returncode == 0


class TestCommand:
    @pytest.fixture(autouse=True)
    def _here(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        tree(tmp_path)
        monkeypatch.chdir(tmp_path)

    def test_a_tree_of_ones_own_gets_the_schemas_and_nothing_else(self, tmp_path: Path) -> None:
        (tmp_path / "config").rename(tmp_path / "tree")
        before = sorted(path for path in tmp_path.rglob("*") if path.is_file())
        assert run("--config", "tree").output == "".join(
            f"tree/schema/{name}.json: written\n" for name in FILES
        )
        made = [tmp_path / f"tree/schema/{name}.json" for name in FILES]
        assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(
            [*before, *made]
        )
        for name, path in zip(FILES, made, strict=True):
            assert json.loads(path.read_text())["$id"] == f"{name}.json"
        assert run("--config", "tree").output == "everything is up to date\n"

    def test_ci_checks_that_they_are_up_to_date(self, tmp_path: Path) -> None:
        run()
        assert run("--check").output == "everything is up to date\n"
        (tmp_path / "config/schema/team.json").write_text("{}")
        (tmp_path / "config/schema/project.json").unlink()
        result = run("--check", status=1)
        assert result.stderr == (
            "config/schema/team.json: not up to date\nconfig/schema/project.json: not up to date\n"
        )
        assert (tmp_path / "config/schema/team.json").read_text() == "{}"

    def test_the_reference_is_written_where_it_is_asked_for(self, tmp_path: Path) -> None:
        assert run("--reference", "docs/reference.md").output.endswith(
            "docs/reference.md: written\n"
        )
        assert (tmp_path / "docs/reference.md").read_text() == reference()
        assert (
            run("--check", "--reference", "other.md", status=1).stderr
            == "other.md: not up to date\n"
        )

    def test_files_that_name_no_schema_or_another_are_wired(self, tmp_path: Path) -> None:
        root = tmp_path / "config"
        texts = {
            name: (root / name).read_text() for name in (TEAM, PRODUCT, PROJECT, "platform.yaml")
        }
        (root / TEAM).write_text("# yaml-language-server: $schema=team.json\n" + texts[TEAM])
        (root / PRODUCT).write_text(modeline("product") + texts[PRODUCT])
        run()
        assert run("--wire", "--check", status=1).stderr == "".join(
            f"config/{name}: not up to date\n" for name in ("platform.yaml", TEAM, PROJECT)
        )
        run("--wire")
        for name, file in (("team", TEAM), ("product", PRODUCT), ("project", PROJECT)):
            assert (root / file).read_text() == modeline(name) + texts[file]
        assert run("--wire").output == "everything is up to date\n"

    def test_a_folder_without_platform_yaml_is_no_tree(self, tmp_path: Path) -> None:
        assert run("--config", "elsewhere", status=1).output == (
            "Error: there is no elsewhere/platform.yaml: name the folder that holds it (--config)\n"
        )
        assert not (tmp_path / "elsewhere").exists()

    def test_a_file_that_is_no_text_is_not_wired(self, tmp_path: Path) -> None:
        (tmp_path / "config" / TEAM).write_bytes(b"\xff")
        assert run("--wire", status=1).output.endswith(
            f"config/{TEAM} is not UTF-8 text: save it as UTF-8\n"
        )

    def test_no_link_leads_out_of_the_tree(self, tmp_path: Path) -> None:
        (tmp_path / "outside").mkdir()
        (tmp_path / "config/schema").symlink_to(tmp_path / "outside")
        assert "there is a symbolic link on the way" in run(status=1).output
        assert list((tmp_path / "outside").iterdir()) == []
