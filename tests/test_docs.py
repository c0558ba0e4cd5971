"""What the documentation shows is true."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from argoproject.fleet.pipeline import validate_tree
from argoproject.models import Model, Platform, Settings
from argoproject.models.validation import validate
from argoproject.preview.program import Program, run_program
from argoproject.yamlfile.reader import parse
from tests.support.paths import ROOT
from tests.support.trees import PLATFORM, TODAY

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "config/README.md"]
BLOCK = re.compile(r"^```yaml(?: (?P<file>\S+))?\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> Iterator[tuple[str | None, str]]:
    for match in BLOCK.finditer(page.read_text()):
        yield match["file"], match["text"]


def written(folder: Path) -> Path:
    """The four files of docs/configuration.md as a tree."""
    for file, text in blocks(ROOT / "docs/configuration.md"):
        if file is not None:
            path = folder / "config" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    return folder / "config"


def test_the_four_files_are_valid(tmp_path: Path) -> None:
    judged = validate_tree(written(tmp_path), TODAY, "config")
    assert [str(problem) for problem in judged.problems] == []
    assert [str(project.identity) for project in judged.projects] == ["blue/shop/eu-1/prod"]


def fragments() -> Iterator[tuple[str, str]]:
    """The parts of files in docs/configuration.md: the file that the first line names, and the text."""
    for file, text in blocks(ROOT / "docs/configuration.md"):
        if file is None:
            yield text.splitlines()[0].split()[1], text


@pytest.mark.parametrize(("file", "text"), list(fragments()))
def test_each_part_of_a_file_has_fields_that_exist(file: str, text: str) -> None:
    models: dict[str, type[Model]] = {
        "platform.yaml": Platform,
        "team.yaml": Settings,
        "product.yaml": Settings,
        "project.yaml": Settings,
    }
    document, problems = parse(file, text.encode())
    _, found = validate(models[file], document.data, document.position, partial=True)
    assert [*problems, *found] == []
    assert document.data


def test_the_readmes_project_is_the_shipped_one() -> None:
    _, text = next(blocks(ROOT / "README.md"))
    shipped = (ROOT / "config/projects/blue/shop/eu-1/prod/project.yaml").read_text()
    for line in text.splitlines()[1:]:
        assert line.split(" #")[0].rstrip() in shipped


def test_the_program_of_ones_own_runs(tmp_path: Path) -> None:
    [program] = re.findall(
        r"^```python\n(.*?)^```", (ROOT / "docs/library.md").read_text(), re.MULTILINE | re.DOTALL
    )
    (tmp_path / "__main__.py").write_text(program)
    config = tmp_path / "config"
    config.mkdir()
    (config / "projects").mkdir()
    (config / "platform.yaml").write_text(PLATFORM)
    result = run_program(Program(tmp_path, tmp_path, "own", "dev"))
    kinds = {item.type.rpartition(":")[2] for item in result.resources.values()}
    assert {"ArgoProject", "AppProject", "Application", "Namespace", "ResourceQuota"} <= kinds


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?://)([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_the_map_of_the_code_names_every_layer() -> None:
    """README's map of argoproject/ and the folder itself have the same entries."""
    text = (
        (ROOT / "README.md").read_text().partition("argoproject/\n")[2].partition("components/")[0]
    )
    named = {
        name
        for line in text.splitlines()
        for name in re.findall(r"(?:^| )(\w+/|\w+\.py)(?= )", line)
    }
    there = {item.name + "/" * item.is_dir() for item in (ROOT / "argoproject").iterdir()}
    assert named == {name for name in there if not name.startswith(("__", "py.typed"))}


def test_the_commands_of_the_readme_exist() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    offered = set(re.findall(r"make (\w+)", done.stdout))
    command = re.compile(r"(?:^|`)make ([a-z0-9]+)\b", re.MULTILINE)
    named = {name for page in PAGES for name in command.findall(page.read_text())}
    assert named
    assert named <= offered
