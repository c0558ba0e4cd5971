"""What a person reads: every class, files with what they reach, identical changes once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from argoproject.cli.main import main
from argoproject.diff.fields import ABSENT, FieldChange
from argoproject.diff.model import (
    Action,
    Danger,
    EnvironmentChange,
    FileChange,
    FleetDiff,
    LineChange,
    ObjectChange,
    Reason,
)
from argoproject.identity import Identity
from argoproject.output.diff.data import as_data
from argoproject.output.diff.markdown import as_markdown
from argoproject.output.diff.text import lines
from tests.diff.pull_requests import PLATFORM, PROD, SANDBOX
from tests.diff.repository import Repository

TEXT = """\
Compared with {base}: 7 environments: 6 changed, 1 deleted.
3 dangerous, 7 to look at, 0 safe.
  dangerous: blue/shop/eu-1/prod, green/sandbox/hub/dev, config/platform.yaml
  look: blue/shop/eu-1/prod, blue/billing/eu-1/staging, blue/search/eu-1/dev,
      blue/shop/eu-1/staging, blue/shop/hub/dev, green/blog/hub/dev, config/platform.yaml

config/platform.yaml
  profiles.small.namespace.quota.pods: "20" → "25"
      look: the floor of every environment with this profile is changed, later ones included
      reaches 5 environments: blue/billing/eu-1/staging, blue/search/eu-1/dev,
          blue/shop/eu-1/staging, blue/shop/hub/dev, green/blog/hub/dev
  teams.green.groups[blue-*]: (none) → "blue-*"
      dangerous: the guardrail is widened by blue-*
      reaches 3 environments: green/blog/hub/dev, green/docs/eu-1/prod, green/sandbox/hub/dev

~ blue/shop/eu-1/prod  (blue-shop-prod-eu-1, production): update
    ~ AppProject argocd/blue-shop-prod-eu-1 on hub: update
        dangerous: the group blue-release gains the role admin
        spec.roles[admin].groups[blue-release]: (none) → "blue-release"
    ~ Application argocd/blue-shop-prod-eu-1-app on hub: update
        look: production gets shop of registry.example.org/blue/charts 1.4.3 instead of 1.4.2
        spec.sources[0].targetRevision: "1.4.2" → "1.4.3"

- green/sandbox/hub/dev  (green-sandbox-dev-hub, nonproduction): delete
    dangerous: the environment is deleted, with its namespace and everything in it; it has not been
        retired, so Pulumi refuses: deploy `lifecycle: retiring` first
    7 objects: Namespace green-sandbox-dev, ResourceQuota green-sandbox-dev/quota, LimitRange
        green-sandbox-dev/limits, NetworkPolicy green-sandbox-dev/default-deny, NetworkPolicy
        green-sandbox-dev/dns, NetworkPolicy green-sandbox-dev/same-namespace, AppProject
        argocd/green-sandbox-dev-hub

~ 5 environments (nonproduction): blue/billing/eu-1/staging, blue/search/eu-1/dev,
    blue/shop/eu-1/staging, blue/shop/hub/dev, green/blog/hub/dev: update
    ~ ResourceQuota ${{namespace}}/quota on ${{cluster}}: update
        look: the quota of pods is raised from 20 to 25
        spec.hard.pods: "20" → "25"

Not shown: what charts and repositories hold, so what a new version deploys; what is in the
    clusters.
"""


def edited(root: Path) -> Repository:
    repository = Repository(root)
    repository.replace(PLATFORM, 'pods: "20"', 'pods: "25"')
    repository.replace(
        PLATFORM, "groups: [green-*, auditors]", "groups: [green-*, auditors, blue-*]"
    )
    repository.replace(PROD, "shop: 1.4.2", "shop: 1.4.3")
    repository.replace(PROD, "    - blue-oncall\n", "    - blue-oncall\n    - blue-release\n")
    repository.remove(SANDBOX)
    return repository


def test_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = edited(tmp_path / "repository")
    monkeypatch.chdir(repository.root)
    commit = repository.git("rev-parse", "HEAD")[:12]
    result = CliRunner().invoke(main, ["diff"])
    assert result.output == TEXT.format(base=f"the merge base with main ({commit})")
    assert result.exit_code == 0
    assert max(map(len, result.output.splitlines())) <= 100


def test_nothing_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Repository(tmp_path / "repository")
    monkeypatch.chdir(repository.root)
    result = CliRunner().invoke(main, ["diff", "--base", "HEAD", "--fail-on", "look"])
    commit = repository.git("rev-parse", "HEAD")[:12]
    assert result.output == (
        f"Compared with HEAD ({commit}): no environment changes.\n0 dangerous, 0 to look at, 0 safe.\n"
    )
    assert result.exit_code == 0


def test_environments_with_errors_are_listed_and_not_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = Repository(tmp_path / "repository")
    repository.write(
        PROD, "versions: {application: {shop: 1.4.3, values: v2026.11.3}}\nprofile: huge\n"
    )
    repository.change(f"{SANDBOX}/project.yaml", "lifecycle: retiring")
    monkeypatch.chdir(repository.root)
    result = CliRunner().invoke(main, ["diff", "--base", "HEAD"])
    assert result.exit_code == 1
    assert "green/sandbox/hub/dev" in result.stdout
    assert "\nNot compared, because of the problems: blue/shop/eu-1/prod.\n" in result.stdout
    assert result.stdout.count("blue/shop/eu-1/prod") == 1
    assert result.stderr == (
        f"config/{PROD}:2:1: profile: platform.yaml has no profile 'huge'"
        " (one of tiny, small, medium) [unknown-profile]\n"
    )


def test_a_platform_that_is_not_valid_deletes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = Repository(tmp_path / "repository")
    repository.replace(PLATFORM, "profiles:", "profile:")
    monkeypatch.chdir(repository.root)
    result = CliRunner().invoke(main, ["diff", "--base", "HEAD"])
    assert result.exit_code == 1
    assert "deleted" not in result.output
    assert "profile: unknown key (did you mean `profiles`?) [unknown-key]" in result.stderr


def test_a_base_that_was_not_valid_is_dangerous(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = Repository(tmp_path / "repository")
    good = (repository.config / PROD).read_text()
    repository.write(PROD, "profile: huge\n")
    repository.commit("broken")
    repository.write(PROD, good)
    monkeypatch.chdir(repository.root)
    result = CliRunner().invoke(main, ["diff", "--base", "HEAD", "--fail-on", "dangerous"])
    assert result.exit_code == 1
    assert (
        "~ blue/shop/eu-1/prod  (blue-shop-prod-eu-1, production): update\n"
        "    dangerous: the base of this environment is not valid, so its changes are unknown\n"
    ) in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["--base", "nowhere"],
            "Error: Git has no revision 'nowhere': name a branch, a tag or a commit; in CI, fetch it first"
            " (fetch-depth: 0)\n",
        ),
        (
            ["--base", "-x"],
            "Error: Git has no revision '-x': name a branch, a tag or a commit; in CI, fetch it first"
            " (fetch-depth: 0)\n",
        ),
        (
            ["--rendered", "config"],
            "Error: config was not written by `argoproject render`: name a folder that was, or render the base into"
            " one\n",
        ),
        (
            ["--state", "Pulumi.yaml"],
            "Error: Pulumi.yaml is not the state of a stack: make one with `pulumi stack export --file FILE`\n",
        ),
    ],
)
def test_a_base_that_cannot_be_read(
    arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Repository(tmp_path / "repository").root)
    result = CliRunner().invoke(main, ["diff", *arguments])
    assert (result.exit_code, result.stderr) == (2, words)


def test_two_bases_are_wrong_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Repository(tmp_path / "repository").root)
    result = CliRunner().invoke(main, ["diff", "--base", "HEAD", "--rendered", "config"])
    assert result.exit_code == 2
    assert "--base, --rendered and --state each name a base: give one" in result.stderr


def test_a_base_without_the_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Repository(tmp_path / "repository")
    repository.move("platform.yaml", "../platform.yaml")
    repository.move("projects", "../projects")
    repository.commit("nothing here yet")
    repository.move("../platform.yaml", "platform.yaml")
    repository.move("../projects", "projects")
    monkeypatch.chdir(repository.root)
    result = CliRunner().invoke(main, ["diff", "--base", "HEAD"])
    assert "): 9 environments: 9 new." in result.output
    assert '  profiles.small.tenantKinds: (none) → "standard"\n' in result.output
    assert result.exit_code == 0


def test_an_environment_that_had_errors_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = Repository(tmp_path / "repository")
    repository.write(PROD, "profile: huge\n")
    repository.commit("broken")
    repository.remove("projects/blue/shop/eu-1/prod")
    monkeypatch.chdir(repository.root)
    result = CliRunner().invoke(main, ["diff", "--base", "HEAD", "--fail-on", "dangerous"])
    assert result.exit_code == 1
    words = "the environment is deleted; its base is not valid, so what it had is unknown"
    assert f"dangerous: {words}" in " ".join(result.output.split())


def test_a_secret_whose_value_comes_from_somewhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = Repository(tmp_path / "repository")
    file = "projects/green/blog/hub/dev/secrets/blog-db.yaml"
    stack = repository.root / "Pulumi.test.yaml"
    stack.write_text(
        stack.read_text().replace("blog-admin]", "blog-admin, green/blog/hub/dev/blog-db]")
    )
    monkeypatch.chdir(repository.root)
    repository.write(file, "{value: x, for: green/blog/hub/dev/blog-db}\n")
    result = CliRunner().invoke(main, ["diff", "--base", "HEAD"])
    assert "green/blog/hub/dev/blog-db" in result.output
    repository.commit("in a file")
    repository.remove("projects/green/blog/hub/dev/secrets/blog-db.yaml")
    result = CliRunner().invoke(main, ["diff", "--base", "HEAD"])
    assert "green/blog/hub/dev/blog-db" in result.output


def test_only_some_environments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = edited(tmp_path / "repository")
    monkeypatch.chdir(repository.root)
    output = CliRunner().invoke(main, ["diff", "blue/shop/hub", "blue-shop-prod-eu-1"]).output
    assert "2 environments: 2 changed.\n" in output
    assert "profiles.small.namespace.quota.pods" in output
    assert "teams.green.groups" not in output
    assert "blue/billing/eu-1/staging:" not in output
    nothing = CliRunner().invoke(main, ["diff", "green/docs"]).output
    assert "no environment changes." in nothing


def test_a_selection_of_nothing_is_wrong_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An environment that is deleted exists in the base, and can be selected."""
    repository = edited(tmp_path / "repository")
    monkeypatch.chdir(repository.root)
    result = CliRunner().invoke(main, ["diff", "blue", "green/sandbos"])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.endswith(
        "Error: no environment is called green/sandbos (did you mean green/sandbox?)\n"
    )
    for deleted in ("green/sandbox", "green-sandbox-dev-hub"):
        result = CliRunner().invoke(main, ["diff", deleted])
        assert result.exit_code == 0
        assert "1 environment: 1 deleted.\n" in result.stdout


def test_production_is_named_where_a_thousand_others_change() -> None:
    names = [f"blue/p{index:04}/eu-1/dev" for index in range(1000)]
    changes = [
        EnvironmentChange(
            identity=Identity.parse(name),
            project=name.replace("/", "-"),
            action=Action.UPDATE,
            environment_class="",
            production=name == "green/docs/eu-1/prod",
            reasons=(Reason(danger, "for a reason"),),
        )
        for name, danger in [
            *((name, Danger.DANGEROUS) for name in names),
            ("green/docs/eu-1/prod", Danger.SAFE),
        ]
    ]
    found = FleetDiff(base="main", environments=tuple(changes))
    assert "  of production, too: green/docs/eu-1/prod" in [line.wrapped() for line in lines(found)]
    assert "| of production, too | `green/docs/eu-1/prod` |\n" in as_markdown(found)
    worse = replace(changes[-1], reasons=(Reason(Danger.DANGEROUS, "for a reason"),))
    found = replace(found, environments=(*changes[:-1], worse))
    line = next(it.text for it in lines(found) if it.text.startswith("dangerous: "))
    assert line.startswith("dangerous: green/docs/eu-1/prod, blue/p0000/eu-1/dev, ")


def test_a_broken_platform_yaml_still_yields_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pull request needs its comment most where the platform file cannot be read."""
    repository = Repository(tmp_path / "repository")
    monkeypatch.chdir(repository.root)
    repository.replace(PLATFORM, 'version: "1"', "version: [")
    for form, words in (
        (
            "markdown",
            "**The configuration has problems (1).** Not compared: `blue/billing/eu-1/staging`",
        ),
        ("text", "no environment changes; 9 environments NOT COMPARED"),
        ("json", "config/platform.yaml:"),
    ):
        result = CliRunner().invoke(main, ["diff", "--base", "HEAD", "--format", form])
        assert result.exit_code == 1
        assert words in result.stdout
        assert "delete" not in result.stdout


def test_a_huge_change_is_bounded_and_says_what_is_left_out() -> None:
    fields = tuple(FieldChange(("data", f"k{at}"), ABSENT, "x" * 30_000) for at in range(3000))
    reasons = tuple(
        Reason(Danger.DANGEROUS if at == 2999 else Danger.LOOK, f"reason {at}")
        for at in range(3000)
    )
    item = ObjectChange(
        title="ConfigMap x/y",
        kind="ConfigMap",
        cluster="hub",
        action=Action.UPDATE,
        fields=fields,
        reasons=reasons,
    )
    change = EnvironmentChange(
        identity=Identity("blue", "shop", "hub", "prod"),
        project="x",
        namespace="y",
        environment_class="production",
        production=True,
        action=Action.UPDATE,
        changes=(item,),
    )
    shared = tuple(LineChange(("a", str(at)), 1, 2, reasons[:1]) for at in range(3000))
    diff = FleetDiff(base="x", environments=(change,), files=(FileChange("platform.yaml", shared),))
    text = "\n".join(it.text for it in lines(diff))
    assert len(text) < 60_000
    assert "and 2800 more fields" in text
    assert "dangerous: reason 2999" in text
    assert text.count("and 2800 more\n") == 2
    data = as_data(diff)
    assert len(json.dumps(data)) < 12_000_000
    [found] = data["environments"][0]["changes"]
    assert (len(found["fields"]), len(found["reasons"]), found["leftOut"]) == (1000, 1000, 4000)
    assert found["reasons"][0]["text"] == "reason 2999"
    assert len(found["fields"][0]["after"]) == 10_000
    assert (len(data["files"][0]["changes"]), data["files"][0]["leftOut"]) == (1000, 2000)


LISTS = {
    "guardrails": (
        "allow: [destination, namespaceResource]",
        "allow: [destination, plugin, manifests, customSource]",
        [
            'teams.blue.allow: ["namespaceResource"] → ["plugin", "manifests", "customSource"]',
        ],
    ),
    "one of them": (
        "allow: [destination, namespaceResource]",
        "allow: [destination]",
        ['teams.blue.allow[namespaceResource]: "namespaceResource" → (none)'],
    ),
    "a new list": (
        "    kinds: [networking.k8s.io/NetworkPolicy]\n",
        "    kinds: [networking.k8s.io/NetworkPolicy]\n    plugins: [a, b, c]\n",
        ['teams.blue.plugins: (none) → ["a", "b", "c"]'],
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_one_edit_of_a_list_is_one_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    repository = Repository(tmp_path / "repository")
    monkeypatch.chdir(repository.root)
    old, new, expected = LISTS[name]
    repository.replace(PLATFORM, old, new)
    result = CliRunner().invoke(main, ["diff", "--base", "HEAD", "--format", "json"])
    (file,) = json.loads(result.stdout)["files"]
    shown = CliRunner().invoke(main, ["diff", "--base", "HEAD"]).stdout
    assert len(file["changes"]) == len(expected)
    assert all(it in " ".join(shown.split()) for it in expected), shown
    reasons = [it["text"] for change in file["changes"] for it in change["reasons"]]
    assert len(reasons) == len(set(reasons))


def test_a_class_that_needs_no_approval_any_more_stays_dangerous(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where another class is added to the list at the same time."""
    repository = Repository(tmp_path / "repository")
    monkeypatch.chdir(repository.root)
    repository.change(PLATFORM, "delivery: {requireApproval: [production]}")
    repository.commit("approvals")
    repository.change(PLATFORM, "delivery: {requireApproval: [nonproduction]}")
    result = CliRunner().invoke(main, ["diff", "--base", "HEAD", "--format", "json"])
    (file,) = json.loads(result.stdout)["files"]
    (change,) = file["changes"]
    assert change["path"] == "delivery.requireApproval"
    assert [it["danger"] for it in change["reasons"]] == ["dangerous", "look"]
