"""A folder is a layer, and arrows go one way."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.support.paths import ROOT

CORE = sorted((ROOT / "argoproject").rglob("*.py"))
PULUMI_FREE = [file for file in CORE if "preview" not in file.parts]


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def imported_from(files: list[Path], *packages: str) -> list[str]:
    return [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in files
        for name in imports(file)
        if name.split(".")[0] in packages
        or any(name == package or name.startswith(f"{package}.") for package in packages)
    ]


def test_the_pure_core_never_imports_pulumi_or_the_components() -> None:
    assert imported_from(PULUMI_FREE, "pulumi", "pulumi_kubernetes", "components") == []


def test_the_components_know_plans_and_nothing_else_of_the_core() -> None:
    files = sorted((ROOT / "components").glob("*.py"))
    names = {name for file in files for name in imports(file) if name.startswith("argoproject")}
    allowed = {"argoproject.plan.model", "argoproject.plan.leaves", "argoproject.models"}
    assert names <= allowed, "components transcribe the plan: no rules, no files"


@pytest.mark.parametrize(
    ("layer", "above"),
    [
        ("models", ("load", "resolve", "checks", "plan", "manifests", "fleet", "cli")),
        ("plan/manifests", ("checks", "fleet", "cli", "tree", "preview")),
        ("plan", ("checks", "fleet", "cli", "preview")),
        ("checks", ("fleet", "cli", "preview")),
    ],
)
def test_no_arrow_goes_up(layer: str, above: tuple[str, ...]) -> None:
    files = sorted((ROOT / "argoproject" / layer).rglob("*.py"))
    assert files
    upper = imported_from(files, *(f"argoproject.{name}" for name in above))
    assert [item for item in upper if f"imports argoproject.{layer}" not in item] == []


def test_no_two_rooms_of_the_core_need_each_other() -> None:
    """Rooms are the folders of argoproject/ and the modules beside them."""
    needs: dict[str, set[str]] = {}
    for file in CORE:
        room = file.relative_to(ROOT / "argoproject").with_suffix("").parts[0]
        parts = (name.split(".") for name in imports(file))
        others = {part[1] for part in parts if part[0] == "argoproject" and len(part) > 1}
        needs.setdefault(room, set()).update(others - {room})
    assert len(needs) > 15
    tuple(TopologicalSorter(needs).static_order())  # a circle raises, and is told


def test_a_private_module_is_its_own_folders_affair() -> None:
    strangers = [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in [*CORE, *(ROOT / "components").rglob("*.py"), *(ROOT / "ci").rglob("*.py")]
        for name in imports(file)
        if "._" in name and name.startswith(("argoproject.", "components.", "ci."))
        if name.partition("._")[0] != ".".join(file.relative_to(ROOT).parent.parts)
    ]
    assert strangers == []


@pytest.mark.parametrize(
    "module",
    ["argoproject.fleet.pipeline", "argoproject.cli.main", "argoproject.models.json_schema"],
)
def test_importing_the_core_does_not_load_pulumi(module: str) -> None:
    code = f"import sys, {module}; print(sorted(m for m in sys.modules if m.split('.')[0].startswith('pulumi')))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_command_line_answers_without_loading_models() -> None:
    code = (
        "import sys, argoproject.cli.main; print('pydantic' in sys.modules, 'rich' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False False"


def test_the_program_is_the_only_reader_of_config() -> None:
    readers = [
        file.relative_to(ROOT)
        for file in [*CORE, *(ROOT / "components").glob("*.py")]
        if "pulumi.Config(" in file.read_text() and "preview" not in file.parts
    ]
    assert readers == []


def test_every_test_file_is_collected() -> None:
    strays = [
        file.relative_to(ROOT)
        for file in (ROOT / "tests").rglob("*.py")
        if not file.name.startswith(("test_", "__")) and "def test_" in file.read_text()
    ]
    assert strays == []
