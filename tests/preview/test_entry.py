"""The real `__main__.py` and Pulumi.yaml, run in-process; only the pure core is replaced by a fleet made by hand."""

from __future__ import annotations

import ast
import datetime as dt
import json
import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest
import yaml

from argoproject.fleet import pipeline as fleet
from argoproject.plan.admission import cluster_policies
from argoproject.plan.helm_secrets import helm_secrets_keys
from argoproject.plan.model import ClusterPolicies, PlannedObject, ProjectPlan
from argoproject.preview.program import Result, load_program, preview, run_program
from argoproject.preview.record import Secret
from argoproject.problems import ConfigError, Position, Problem
from argoproject.secrets.file import SecretKey
from tests.support.paths import ROOT
from tests.support.plans import SECRETS, shop

SECRET_CONFIG = """\
  argo-projects:secrets:
    blue:
      gitlab-token: {secure: v1:first}
      harbor-password: {secure: v1:second}
"""


@dataclass
class FakeFleet:
    """What the program uses of a fleet."""

    plans: tuple[ProjectPlan, ...]
    warnings: tuple[str, ...] = ()
    platform: Any = None
    age_key: str | None = None

    def secret_values(
        self, available: Iterable[SecretKey], *, age_key: str | None = None
    ) -> Mapping[SecretKey, str]:
        missing = sorted(map(str, set(SECRETS) - set(available)))
        if missing:
            raise ConfigError([problem(f"no value for {key}") for key in missing])
        self.age_key = age_key
        return {}

    def helm_secrets_keys(self, owners: Iterable[str]) -> tuple[PlannedObject, ...]:
        return helm_secrets_keys(self.platform, owners)

    def admission_policies(self, clusters: Iterable[str]) -> tuple[ClusterPolicies, ...]:
        return cluster_policies(self.platform, clusters)


def problem(message: str) -> Problem:
    return Problem(
        position=Position("projects/blue/team.yaml", 3, 1),
        path="credentials",
        code="x",
        message=message,
        remedy="",
    )


class Core:
    """Replaces `load_fleet`, and keeps its arguments."""

    def __init__(self) -> None:
        clusters = {"hub": None, "eu-1": None}
        platform = SimpleNamespace(clusters=clusters)
        self.fleet = FakeFleet((shop("dev"), shop("prod")), platform=platform)
        self.error: ConfigError | None = None
        self.asked: dict[str, Any] = {}

    def load_fleet(
        self,
        config: Path,
        *,
        stack: str,
        select: Mapping[str, Any] | None,
        today: dt.date,
        plain: Collection[str],
    ) -> FakeFleet:
        self.asked = {"config": config, "stack": stack, "select": select, "today": today}
        self.plain = plain
        if self.error is not None:
            raise self.error
        return self.fleet


@pytest.fixture
def core(monkeypatch: pytest.MonkeyPatch) -> Core:
    monkeypatch.delenv("KUBECONFIG", raising=False)
    fake = Core()
    monkeypatch.setattr(fleet, "load_fleet", fake.load_fleet)
    return fake


def project(root: Path, config: str = SECRET_CONFIG) -> Path:
    """A copy of the real project with another stack."""
    for file in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / file, root)
    (root / "Pulumi.dev.yaml").write_text(f"config:\n{config}")
    return root


def run(root: Path, config: str = "") -> Result:
    return run_program(load_program(project(root, SECRET_CONFIG + config), "dev"))


def providers(result: Result) -> dict[str, Mapping[str, Any]]:
    found = (item for item in result.resources.values() if "providers" in item.type)
    return {item.name: item.inputs for item in found}


def test_every_plan_is_registered_and_exported(tmp_path: Path, core: Core) -> None:
    result = run(tmp_path)
    projects = {
        item.name for item in result.resources.values() if item.type.endswith(":ArgoProject")
    }
    assert projects == {plan.name for plan in core.fleet.plans}
    assert result.outputs == {
        "environments": {
            f"blue-shop-{environment}-eu-1": {
                "team": "blue",
                "product": "shop",
                "environment": environment,
                "cluster": "eu-1",
                "namespace": f"blue-shop-{environment}",
                "applications": [
                    f"blue-shop-{environment}-eu-1-reqs",
                    f"blue-shop-{environment}-eu-1-app",
                ],
            }
            for environment in ("dev", "prod")
        }
    }


def test_the_core_is_asked_for_what_the_config_says(tmp_path: Path, core: Core) -> None:
    today = dt.datetime.now(dt.UTC).date()
    run(tmp_path)
    assert core.asked["config"] == Path("config")
    assert core.asked["stack"] == "dev"
    assert core.asked["select"] == {}, "the default of Pulumi.yaml, which selects everything"
    assert core.asked["today"] in (today, dt.datetime.now(dt.UTC).date())
    run(tmp_path, "  argo-projects:config: other/tree\n  argo-projects:select: {teams: [blue]}\n")
    assert core.asked["config"] == Path("other/tree")
    assert core.asked["select"] == {"teams": ["blue"]}


@pytest.mark.usefixtures("core")
def test_clusters_are_reached_as_the_config_says(tmp_path: Path) -> None:
    result = run(
        tmp_path, "  argo-projects:clusters: {eu-1: {kubeconfig: {secure: v1:k}, qps: 7}}\n"
    )
    found = providers(result)
    assert set(found) == {"hub", "eu-1"}
    assert found["hub"]["context"] == "hub"
    assert isinstance(found["eu-1"]["kubeconfig"], Secret)
    assert json.loads(found["eu-1"]["kubeClientSettings"])["qps"] == 7
    assert found["hub"]["upsertExistingObjects"] == "false"


@pytest.mark.usefixtures("core")
def test_adoption_is_asked_for(tmp_path: Path) -> None:
    found = providers(run(tmp_path, "  argo-projects:adopt: true\n"))
    assert {item["upsertExistingObjects"] for item in found.values()} == {"true"}


@pytest.mark.usefixtures("core")
def test_an_unknown_cluster_is_refused(tmp_path: Path) -> None:
    with pytest.raises(pulumi.RunError, match="config clusters: unknown eu1"):
        run(tmp_path, "  argo-projects:clusters: {eu1: {}}\n")


@pytest.mark.usefixtures("core")
def test_all_missing_secrets_are_named_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project(tmp_path, config="  pulumi:disable-default-providers: [kubernetes]\n")
    assert preview("dev", tmp_path) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        "projects/blue/team.yaml:3:1: credentials: no value for blue/gitlab-token [x]\n"
        "projects/blue/team.yaml:3:1: credentials: no value for blue/harbor-password [x]\n"
        "2 problems in 1 file; nothing was done\n"
    )


def test_a_bad_configuration_is_a_report(
    tmp_path: Path, core: Core, capsys: pytest.CaptureFixture[str]
) -> None:
    core.error = ConfigError([problem("wrong")])
    assert preview("dev", project(tmp_path)) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == f"{core.error}\n"


def test_warnings_of_the_core_are_logged(tmp_path: Path, core: Core) -> None:
    core.fleet.warnings = ("expires on 2026-12-24",)
    assert [
        (item.severity, item.text) for item in run(tmp_path).messages if item.severity != "debug"
    ] == [("warning", "expires on 2026-12-24")]


@pytest.mark.usefixtures("core")
def test_the_program_needs_nothing_from_the_encrypted_values(tmp_path: Path) -> None:
    """Two stacks that differ in an encrypted value differ in that secret leaf only."""
    first = run(tmp_path).resources
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(path.read_text().replace("v1:first", "v1:third"))
    second = run_program(load_program(tmp_path, "dev")).resources
    changed = {item.name for urn, item in first.items() if second[urn] != item}
    names = ("charts", "values")
    assert changed == {
        f"blue-shop-{env}-eu-1-repository-{name}" for env in ("dev", "prod") for name in names
    }


def test_every_typed_key_has_a_default_of_its_type() -> None:
    """Pulumi refuses a stack without a value for a typed key that has no default."""
    types = {"string": str, "object": dict, "boolean": bool, "array": list}
    declared = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
    assert declared["name"] == "argo-projects"
    for name, key in declared["config"].items():
        assert set(key) - {"items"} == {"type", "description", "default"}, name
        assert isinstance(key["default"], types[key["type"]]), name


def test_the_program_reads_the_declared_keys_and_no_others() -> None:
    tree = ast.parse((ROOT / "__main__.py").read_text())
    read = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "config"
        and isinstance(node.args[0], ast.Constant)
    }
    assert read == set(yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"])


def test_nothing_else_reads_pulumis_config() -> None:
    for folder in ("components", "argoproject"):
        for file in (ROOT / folder).rglob("*.py"):
            assert "pulumi.Config" not in file.read_text(), file
