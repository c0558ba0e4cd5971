"""Which stacks have to deploy a change."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from argoproject.cli.main import main
from tests.diff.pull_requests import PLATFORM, PROD, SANDBOX, STAGING, TEAM
from tests.diff.repository import Repository

SHOP = "blue/shop/eu-1"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = Repository(tmp_path / "repository")
    monkeypatch.chdir(made.root)
    return made


def affected(*arguments: str) -> Any:
    result = CliRunner().invoke(
        main, ["affected", "--format", "json", "--base", "HEAD", *arguments]
    )
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.parametrize(
    ("edit", "nonproduction", "production"),
    [
        (lambda it: it.write("README.md", "words"), [], []),
        (lambda it: it.replace(PROD, "shop: 1.4.2", "shop: 1.4.3"), [], ["live"]),
        (lambda it: it.replace(STAGING, "1.5.0-rc.2", "1.5.0"), ["test"], []),
        (lambda it: it.remove(SANDBOX), ["test"], []),
        (lambda it: it.change(TEAM, "access: {kubernetes: {view: []}}"), ["test"], ["live"]),
        # A guardrail that nothing needs changes no environment.
        (lambda it: it.replace(PLATFORM, "[green-*, auditors]", "[green-*, auditors, x]"), [], []),
        (lambda it: (it.root / "README.md").write_text("words"), [], []),
        # The stack of nonproduction has the admission policies of production's cluster too.
        (lambda it: (it.root / "__main__.py").write_text("pass"), [], ["live", "test"]),
        (lambda it: (it.root / "requirements.txt").write_text("pulumi"), [], ["live", "test"]),
        (lambda it: it.change(PLATFORM, "clusters: {eu-1: {argocdUsers: [argocd]}}"), [], ["test"]),
        (lambda it: it.change(PLATFORM, "clusters: {eu-1: {budget: {pods: '5k'}}}"), [], []),
        (
            lambda it: (it.root / "Pulumi.live.yaml").write_text(
                "config:\n  argo-projects:select: {environments: [prod]}\n  argo-projects:clusters: {}\n"
            ),
            [],
            ["live"],
        ),
    ],
)
def test_stacks(
    edit: Callable[[Repository], object],
    nonproduction: list[str],
    production: list[str],
    repository: Repository,
) -> None:
    edit(repository)
    data = affected()
    assert (data["nonproduction"], data["production"]) == (nonproduction, production)


def test_the_environments_that_made_a_stack_one(repository: Repository) -> None:
    repository.replace(PROD, "shop: 1.4.2", "shop: 1.4.3")
    repository.replace(STAGING, "1.5.0-rc.2", "1.5.0")
    assert affected() == {
        "environments": [f"{SHOP}/prod", f"{SHOP}/staging"],
        "stacks": [
            {
                "stack": "live",
                "production": True,
                "environments": [f"{SHOP}/prod"],
                "admissionPolicies": [],
            },
            {
                "stack": "test",
                "production": False,
                "environments": [f"{SHOP}/staging"],
                "admissionPolicies": [],
            },
        ],
        "nonproduction": ["test"],
        "production": ["live"],
    }


def test_an_environment_that_is_not_valid_does_not_hide_the_others(repository: Repository) -> None:
    repository.write(PROD, "profile: huge\n")
    repository.replace(STAGING, "1.5.0-rc.2", "1.5.0")
    result = CliRunner().invoke(main, ["affected", "--base", "HEAD"])
    assert result.exit_code == 0
    assert result.stdout == (
        f"stack test (nonproduction): 1 environment\n    {SHOP}/staging\n"
        f"stack live (has production): 1 environment\n    {SHOP}/prod\n"
    )
    assert "platform.yaml has no profile 'huge'" in result.stderr


def test_an_update_takes_the_whole_stack(repository: Repository) -> None:
    (repository.root / "Pulumi.live.yaml").unlink()
    (repository.root / "Pulumi.test.yaml").write_text("config: {}\n")
    repository.commit("one stack for all")
    repository.replace(STAGING, "1.5.0-rc.2", "1.5.0")
    (stack,) = affected()["stacks"]
    assert (stack["production"], stack["environments"]) == (True, [f"{SHOP}/staging"])


def test_every_stack(repository: Repository) -> None:
    (repository.root / "Pulumi.empty.yaml").write_text(
        "config:\n  argo-projects:select: {teams: [nobody]}\n"
    )
    result = CliRunner().invoke(main, ["affected", "--all", "--format", "json"])
    data = json.loads(result.stdout)
    assert (data["nonproduction"], data["production"]) == ([], ["live", "test"])
    assert len(data["environments"]) == 9


POLICIES = (
    "config:\n  argo-projects:select: {teams: []}\n  argo-projects:admissionPolicies: [hub, eu-1]\n"
)


def test_admission_policies_in_a_stack_of_their_own(repository: Repository) -> None:
    """Nothing but policies changes there, and the stacks of environments are not touched."""
    (repository.root / "Pulumi.policies.yaml").write_text(POLICIES)
    (repository.root / "Pulumi.test.yaml").write_text(
        "config:\n  argo-projects:select: {environments: [dev, staging]}\n"
    )
    repository.commit("policies")
    assert affected()["stacks"] == []
    repository.change(PLATFORM, "argocd: {namespace: argo}")
    assert [
        (item["stack"], item["admissionPolicies"], item["production"])
        for item in affected()["stacks"]
        if item["admissionPolicies"]
    ] == [("policies", ["hub"], False)]
    repository.reset()
    repository.change(PLATFORM, "clusters: {eu-1: {argocdUsers: ['argocd-*']}}")
    result = CliRunner().invoke(main, ["affected", "--base", "HEAD"])
    assert result.stdout == ("stack policies (has production): the admission policies of eu-1\n")
    result = CliRunner().invoke(main, ["affected", "--all"])
    assert (
        "stack policies (has production): the admission policies of hub, eu-1\n"
    ) in result.stdout


def test_an_added_or_removed_cluster_follows_its_stacks_file(repository: Repository) -> None:
    """Its policies come with the line in the stack's file, and go with it."""
    (repository.root / "Pulumi.policies.yaml").write_text(POLICIES)
    repository.commit("policies")
    server = "https://us-1.example.org:6443"
    repository.change(PLATFORM, f"clusters: {{us-1: {{argocdName: us-1, server: '{server}'}}}}")
    assert affected()["stacks"] == []


@pytest.mark.usefixtures("repository")
def test_all_and_a_base_are_wrong_use() -> None:
    result = CliRunner().invoke(main, ["affected", "--all", "--base", "HEAD"])
    assert result.exit_code == 2
    assert "--all compares with nothing: leave --base out" in result.stderr


@pytest.mark.usefixtures("repository")
def test_no_stack() -> None:
    result = CliRunner().invoke(main, ["affected", "--base", "HEAD"])
    assert result.output == "no stack is affected (0 environments changed)\n"


def test_an_environment_that_moves_to_another_stack_concerns_both(repository: Repository) -> None:
    repository.move("projects/green/docs/eu-1/prod", "projects/green/docs/eu-1/staging")
    repository.change(
        "projects/green/docs/eu-1/staging/project.yaml",
        "{name: green-docs-prod-eu-1, namespace: {name: green-docs-prod}}",
    )
    assert [item["stack"] for item in affected()["stacks"]] == ["live", "test"]
    result = CliRunner().invoke(main, ["diff", "--base", "HEAD"])
    assert (
        "dangerous: it moves from the stack live to the stack test, and each has a state of its own:"
    ) in result.output


def test_what_was_production_is_deployed_as_production(repository: Repository) -> None:
    (repository.root / "Pulumi.test.yaml").write_text("config: {}\n")
    (repository.root / "Pulumi.live.yaml").unlink()
    repository.commit("one stack")
    for name in ("blue/search/eu-1/prod", "blue/shop/eu-1/prod", "green/docs"):
        repository.remove(f"projects/{name}")
    repository.change("platform.yaml", "environments: {prod: nonproduction}")
    assert affected()["production"] == ["test"]


def refused(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["affected", "--format", "json", *arguments])
    assert (result.exit_code, result.stdout) == (1, "")
    return result.stderr


@pytest.mark.parametrize("arguments", [("--base", "HEAD"), ("--all",)])
def test_without_a_stack_to_judge_there_is_no_success(
    repository: Repository, arguments: tuple[str, ...]
) -> None:
    for file in repository.root.glob("Pulumi.*.yaml"):
        file.unlink()
    words = "Error: no stack file deploys config, so that nothing can be judged: "
    assert refused(*arguments).endswith(f"{words}they are Pulumi.<stack>.yaml in .\n")
    (repository.root / "Pulumi.yaml").unlink()
    assert refused(*arguments).endswith(f"{words}there is no Pulumi.yaml in a folder above it\n")


def test_a_stack_whose_file_cannot_be_used_is_no_success(repository: Repository) -> None:
    (repository.root / "Pulumi.live.yaml").write_text("config: {argo-projects:select: [prod]}\n")
    result = CliRunner().invoke(main, ["affected", "--format", "json", "--all"])
    assert result.exit_code == 1
    assert [item["stack"] for item in json.loads(result.stdout)["stacks"]] == ["test"]
    assert "Pulumi.live.yaml:1:10: argo-projects:select: must be a mapping" in result.stderr


def test_stack_files_in_a_folder_of_their_own(repository: Repository) -> None:
    """Their changes count, and those of the files that Pulumi does not read do not."""
    for file in list(repository.root.glob("Pulumi.*.yaml")):
        (repository.root / "stacks").mkdir(exist_ok=True)
        file.rename(repository.root / "stacks" / file.name)
    project = repository.root / "Pulumi.yaml"
    project.write_text(f"{project.read_text()}stackConfigDir: stacks\n")
    repository.commit("a folder")
    assert affected()["stacks"] == []
    live = repository.root / "stacks/Pulumi.live.yaml"
    live.write_text(f"# changed\n{live.read_text()}")
    assert affected()["production"] == ["live"]
