"""A folder is a layer, and arrows go one way."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
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
    allowed = {"argoproject.plan.model", "argoproject.models"}
    assert names <= allowed, "components transcribe the plan: no rules, no files"


def test_the_contract_of_imports_holds() -> None:
    """`[tool.importlinter]` of pyproject.toml lists the layers in the order of the data."""
    done = _lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


def test_an_import_against_the_contract_is_reported_with_both_modules(tmp_path: Path) -> None:
    for name in ("argoproject", "components", "pyproject.toml"):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, tmp_path / name)
    with (tmp_path / "argoproject" / "models" / "base.py").open("a") as file:
        file.write("\nimport argoproject.checks.registry\n")
    done = _lint_imports(tmp_path)
    assert done.returncode == 1
    assert "argoproject.models.base -> argoproject.checks.registry" in done.stdout


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder,
        env={"PATH": "", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_private_module_is_its_own_folders_affair() -> None:
    foreign = [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in [*CORE, *(ROOT / "components").rglob("*.py"), *(ROOT / "ci").rglob("*.py")]
        for name in imports(file)
        if "._" in name and name.startswith(("argoproject.", "components.", "ci."))
        if name.partition("._")[0] != ".".join(file.relative_to(ROOT).parent.parts)
    ]
    assert foreign == []


@pytest.mark.parametrize(
    "module",
    ["argoproject.fleet.pipeline", "argoproject.cli.main", "argoproject.models.schema"],
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
