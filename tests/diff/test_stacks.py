"""Changes of stack files: each has a class, its file and its line, and `affected` names the stack."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from argoproject.cli.main import main
from tests.diff.repository import Repository

TEST, LIVE = "Pulumi.test.yaml", "Pulumi.live.yaml"
SANDBOX = "green/blog/hub/dev"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = Repository(tmp_path / "repository")
    monkeypatch.chdir(made.root)
    return made


def replaced(file: str, old: str, new: str) -> Callable[[Repository], None]:
    def edit(repository: Repository) -> None:
        text = (repository.root / file).read_text()
        assert old in text
        (repository.root / file).write_text(text.replace(old, new, 1))

    return edit


def added(file: str, *lines: str) -> Callable[[Repository], None]:
    """Lines at the end of a file's config."""
    place = "  argo-projects:secrets:"
    return replaced(file, place, "\n".join([*lines, place]))


def run(command: str, form: str = "json") -> str:
    result = CliRunner().invoke(main, [command, "--base", "HEAD", "--format", form])
    assert result.exit_code in (0, 1), result.output
    return result.stdout


def seen() -> list[str]:
    """The lines of stack files as `file:line path class: reason (number of environments)`."""
    data: Any = json.loads(run("diff"))
    return [
        f"{file['file']}:{change.get('line', 0)} {change['path']} {reason['danger']}: {reason['text']} "
        f"({len(change['environments'])})"
        for file in data["files"]
        if not file["file"].startswith("config/")
        for change in file["changes"]
        for reason in change["reasons"]
    ]


CASES: dict[str, tuple[Callable[[Repository], object], list[str]]] = {
    "a policy is removed": (
        replaced(TEST, "[hub, eu-1]", "[hub]"),
        [
            "Pulumi.test.yaml:4 argo-projects:admissionPolicies[eu-1] dangerous: no stack deploys the "
            "admission policies of eu-1 any more: they are deleted, and nothing is refused there (6)",
        ],
    ),
    "a policy is added": (
        added(LIVE, "  argo-projects:admissionPolicies: [eu-1]"),
        [
            "Pulumi.live.yaml:3 argo-projects:admissionPolicies[eu-1] look: the stack deploys the admission "
            "policies of eu-1 (6)",
        ],
    ),
    "another cluster": (
        added(LIVE, "  argo-projects:clusters: {eu-1: {context: hub}}"),
        [
            "Pulumi.live.yaml:3 argo-projects:clusters.eu-1.context dangerous: eu-1 may be another cluster: "
            "environments are deployed there, with their credentials (3)",
        ],
    ),
    "the default context": (added(LIVE, "  argo-projects:clusters: {eu-1: {context: eu-1}}"), []),
    "the hub is another": (
        added(LIVE, "  argo-projects:clusters: {hub: {kubeconfig: k}}"),
        [
            "Pulumi.live.yaml:3 argo-projects:clusters.hub.kubeconfig dangerous: hub may be another cluster: "
            "environments are deployed there, with their credentials (3)",
        ],
    ),
    "limits of requests": (
        added(LIVE, "  argo-projects:clusters: {eu-1: {qps: 5}}"),
        [
            "Pulumi.live.yaml:3 argo-projects:clusters.eu-1.qps safe: requests to the cluster eu-1 have "
            "other limits (3)",
        ],
    ),
    "a secret in clear": (
        replaced(TEST, "[green/blog", "[blue/shop/eu-1/staging/x, green/blog"),
        [
            "Pulumi.test.yaml:3 argo-projects:plainSecrets[blue/shop/eu-1/staging/x] dangerous: the file of "
            "the secret blue/shop/eu-1/staging/x may be in clear, for all who can read Git (1)",
        ],
    ),
    "a secret is encrypted": (
        replaced(TEST, "[green/blog/hub/dev/blog-admin]", "[]"),
        [
            "Pulumi.test.yaml:3 argo-projects:plainSecrets[green/blog/hub/dev/blog-admin] safe: the file of "
            "the secret green/blog/hub/dev/blog-admin must be encrypted (1)",
        ],
    ),
    "adopt": (
        added(LIVE, "  argo-projects:adopt: true"),
        [
            "Pulumi.live.yaml:3 argo-projects:adopt dangerous: existing objects are taken over, "
            "no matter who created them (3)",
        ],
    ),
    "a key for helm-secrets": (
        added(LIVE, "  argo-projects:helmSecretsKeys: {blue: {secure: v1:x:x}}"),
        [
            "Pulumi.live.yaml:3 argo-projects:helmSecretsKeys.blue dangerous: Argo CD gets a key for "
            "helm-secrets of blue, which audit reports (3)",
        ],
    ),
    "another value of a secret": (
        replaced(LIVE, "gitlab-token: {secure: v1:x:x}", "gitlab-token: {secure: v1:y:y}"),
        [
            "Pulumi.live.yaml:4 argo-projects:secrets.blue.gitlab-token look: the value of a secret is "
            "changed: only its ciphertext is known here (3)",
        ],
    ),
    "environments leave": (
        replaced(TEST, "[dev, staging]", "[dev]"),
        [
            "Pulumi.test.yaml:2 argo-projects:select.environments[staging] dangerous: the stack no longer "
            "takes blue/billing/eu-1/staging, blue/shop/eu-1/staging: it deletes them, which Pulumi refuses "
            "where they are protected (2)",
        ],
    ),
    "environments move": (
        lambda it: [
            replaced(TEST, "[dev, staging]", "[dev]")(it),
            replaced(LIVE, "[prod]", "[prod, staging]")(it),
        ][0],
        [
            "Pulumi.live.yaml:2 argo-projects:select.environments[staging] look: the stack takes "
            "blue/billing/eu-1/staging, blue/shop/eu-1/staging (2)",
            "Pulumi.test.yaml:2 argo-projects:select.environments[staging] dangerous: the stack no longer "
            "takes blue/billing/eu-1/staging, blue/shop/eu-1/staging: it deletes them, which Pulumi refuses "
            "where they are protected (2)",
        ],
    ),
    "a stack goes": (
        lambda it: (it.root / LIVE).unlink(),
        [
            "Pulumi.live.yaml:0 . dangerous: the stack no longer deploys this configuration: what it made "
            "stays, and nobody updates it (3)",
        ],
    ),
    "a stack comes": (
        lambda it: (
            (it.root / "Pulumi.new.yaml").write_text(
                "config: {argo-projects:select: {teams: [none]}, argo-projects:adopt: true}\n"
            )
            and None
        ),
        [
            "Pulumi.new.yaml:1 . look: the stack deploys this configuration (0)",
            "Pulumi.new.yaml:1 argo-projects:adopt dangerous: existing objects are taken over, "
            "no matter who created them (0)",
        ],
    ),
    "a default of all stacks": (
        replaced(
            "Pulumi.yaml",
            "runtime: python",
            "runtime: python\nconfig: {adopt: {type: boolean, default: true}}",
        ),
        [
            "Pulumi.yaml:3 argo-projects:adopt dangerous: existing objects are taken over, no matter "
            "who created them (9)",
        ],
    ),
    "providers": (
        added(LIVE, "  pulumi:disable-default-providers: ['*']"),
        [
            "Pulumi.live.yaml:3 pulumi:disable-default-providers[*] look: a setting of Pulumi, or of a "
            "provider, is changed (3)",
        ],
    ),
    "default providers": (
        lambda it: [
            added(LIVE, "  pulumi:disable-default-providers: ['*']")(it),
            it.commit("base"),
            replaced(LIVE, "  pulumi:disable-default-providers: ['*']\n", "")(it),
        ][0],
        [
            "Pulumi.live.yaml:1 pulumi:disable-default-providers[*] dangerous: a cluster that the machine's "
            "kubeconfig names may be deployed to (3)",
        ],
    ),
    "who can decrypt": (
        replaced(LIVE, "config:", "secretsprovider: awskms://x\nconfig:"),
        [
            "Pulumi.live.yaml:1 secretsprovider look: who can decrypt the secrets of the stack, or its "
            "values, is changed (3)",
        ],
    ),
    "an environment of ESC": (
        replaced(LIVE, "config:", "environment: [x]\nconfig:"),
        [
            "Pulumi.live.yaml:1 environment[x] dangerous: values come from an environment of Pulumi ESC, "
            "which is not compared (3)",
        ],
    ),
    "a comment": (replaced(LIVE, "config:", "# text\nconfig:"), []),
}


@pytest.mark.parametrize("name", CASES)
def test_each_change_has_a_class(repository: Repository, name: str) -> None:
    edit, lines = CASES[name]
    edit(repository)
    assert seen() == lines


def test_text_and_comment_have_file_and_line(repository: Repository) -> None:
    replaced(TEST, "[hub, eu-1]", "[hub]")(repository)
    text = run("diff", "text")
    assert "no environment changes" in text
    assert "1 dangerous, 0 to look at, 0 safe" in text
    assert (
        '\nPulumi.test.yaml\n  line 4: argo-projects:admissionPolicies[eu-1]: "eu-1" → (none)'
        in text
    )
    assert "line 4: `argo-projects:admissionPolicies[eu-1]`" in run("diff", "markdown")


@pytest.mark.parametrize(
    "name", [it for it, (_, lines) in CASES.items() if lines and "goes" not in it]
)
def test_affected_names_the_stack(repository: Repository, name: str) -> None:
    edit, lines = CASES[name]
    edit(repository)
    named = {line.split(".")[1] for line in lines if not line.startswith("Pulumi.yaml")}
    stacks = {it["stack"] for it in json.loads(run("affected"))["stacks"]}
    assert named - {"new"} <= stacks


def test_an_environment_that_changes_stack_says_so(repository: Repository) -> None:
    CASES["environments move"][0](repository)
    repository.change("projects/blue/shop/eu-1/staging/project.yaml", "description: other")
    assert "it moves from the stack test to the stack live" in run("diff", "text").replace(
        "\n", " "
    )


@pytest.mark.parametrize(("select", "count"), [("green/docs", 1), ("green/blog", 0)])
def test_lines_of_stack_files_that_reach_what_is_selected(
    repository: Repository, select: str, count: int
) -> None:
    added(LIVE, "  argo-projects:clusters: {eu-1: {context: hub}}")(repository)
    result = CliRunner().invoke(main, ["diff", "--base", "HEAD", select])
    assert result.output.count("eu-1 may be another cluster") == count


CLEAR = {
    "argo-project:secrets: {blue: {x: WORD}}",
    "argo-project:ageKey: WORD",
    "argo-project:plainSecrets: [WORD]",
    "kubernetes:kubeconfig: WORD",
    "other:list: [{a: [WORD]}]",
    "argo-projects:ageKey: WORD",
    "argo-projects:helmSecretsKeys: {green: WORD}",
    "argo-projects:helmSecretsKeys: {green: {key: [WORD]}}",
    "argo-projects:clusters: {hub: {kubeconfig: '{a: WORD}'}}",
    "argo-projects:clusters: {hub: {kubeconfig: {a: [WORD]}}}",
}


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
@pytest.mark.parametrize("line", sorted(CLEAR))
def test_no_secret_in_clear_is_shown(repository: Repository, line: str, form: str) -> None:
    """Neither where it is added, nor where it changes."""
    added(LIVE, f"  {line}".replace("WORD", "hunter2"))(repository)
    assert "hunter2" not in run("diff", form)
    repository.commit("a secret")
    replaced(LIVE, "hunter2", "another")(repository)
    shown = run("diff", form)
    assert "hunter2" not in shown
    assert "another" not in shown.replace("another cluster", "").replace("another key", "")
    assert LIVE in shown


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (LIVE, "{environments: [prod]}", "{team: [blue]}"),
        (TEST, "[hub, eu-1]", "[hub, eu-1"),
        (TEST, "Policies: [hub, eu-1]", "Policies: hub"),
        (TEST, "config:\n", "config:\n  argo-projects:select: {}\n"),
        ("Pulumi.yaml", "name: argo-projects", "name: [argo-projects"),
    ],
)
def test_a_stack_file_with_a_mistake_is_not_removed(
    repository: Repository, file: str, old: str, new: str
) -> None:
    replaced(file, old, new)(repository)
    data = json.loads(run("diff"))
    sentence = f"{file} has mistakes: argoproject validate reports them"
    assert sentence in data["problems"]
    assert f"Not compared: {sentence}." in data["notes"]
    assert seen() == []
    repository.commit("a mistake")
    replaced(file, new, old)(repository)
    data = json.loads(run("diff"))
    assert data["problems"] == []
    assert (
        f"Not compared: {file} has mistakes in the base: they are corrected now." in data["notes"]
    )
    assert seen() == []
