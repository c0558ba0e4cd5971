"""Stacks and the tree that they deploy: secrets without a value, and names that nothing has."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from argoproject.cli.main import main
from argoproject.fleet.pipeline import validate_tree
from tests.support.trees import TODAY, tree

PROD = "projects/blue/shop/eu-1/prod/project.yaml"
FILES = {
    "projects/blue/team.yaml": (
        "namespace: {secrets: {db: {password: {secret: db-pasword}, user: {secret: db-user}}}}\n"
    ),
    PROD: "versions: {application: v1.4.2}\nnamespace: {secrets: {own: {key: {secret: session}}}}\n",
    "projects/blue/shop/eu-1/dev/project.yaml": "versions: {application: main}\n",
}
STACK = """\
config:
  argo-projects:secrets:
    blue: {db-password: {secure: v1:x:x}, db-user: {secure: v1:x:x}, session: {secure: v1:x:x}}
"""


def root_of(tmp_path: Path, **stacks: str) -> Path:
    root = tree(tmp_path, FILES)
    (tmp_path / "Pulumi.yaml").write_text("name: argo-projects\n")
    for name, text in stacks.items():
        (tmp_path / f"Pulumi.{name}.yaml").write_text(text)
    return root


def validated(tmp_path: Path, **stacks: str) -> list[str]:
    root = root_of(tmp_path, **stacks)
    return [str(problem) for problem in validate_tree(root, TODAY, "config").problems]


REMEDY = (
    "else argoproject secret set blue/shop db-pasword, or pulumi config set --stack {} --secret --path "
    "'argo-projects:secrets.blue.db-pasword') [secret-missing]"
)


def test_a_mistyped_secret_is_found_without_a_passphrase(tmp_path: Path) -> None:
    assert validated(tmp_path, one=STACK) == [
        "config/projects/blue/team.yaml:1:28: namespace.secrets.db.password: the secret 'db-pasword' has no value: "
        "there is no file, and no secrets.blue.db-pasword in Pulumi.one.yaml (did you mean {secret: db-password}? "
        + REMEDY.format("one")
    ]


@pytest.mark.parametrize(
    ("stack", "count"),
    [
        (STACK.replace("secrets:", "secretz:"), 1),
        (STACK + "  argo-projects:admissionPolicies: [hub, null]\n", 1),
        ("config:\n  argo-projects:plainSecret: [blue/shop/eu-1/prod/session]\n", 1),
        ("config:\n  argo-projects:plainSecrets: [blue/shop/eu-1/prod/other]\n", 1),
    ],
)
def test_a_mistake_in_a_stack_file_is_reported_once(tmp_path: Path, stack: str, count: int) -> None:
    root = root_of(tmp_path, one=stack)
    secret = root / "projects/blue/shop/eu-1/prod/secrets/session.yaml"
    secret.parent.mkdir()
    secret.write_text("value: x\n")
    found = [
        it
        for it in validate_tree(root, TODAY, "config").problems
        if it.code != "secret-missing" or "plain" not in stack
    ]
    assert [it.position.file for it in found if "Pulumi" in it.position.file] == [
        "Pulumi.one.yaml"
    ] * count
    clear = [it for it in found if it.code == "secret-plain"]
    assert bool(clear) == ("plainSecrets" in stack)
    assert not [it for it in found if it.code == "secret-missing"]


def test_the_stack_that_takes_the_environment_counts(tmp_path: Path) -> None:
    select = "  argo-projects:select: {environments: [%s]}\n"
    lines = validated(tmp_path, one=STACK + select % "dev", two="config:\n" + select % "prod")
    assert [line.partition(" in Pulumi")[0].rpartition(": ")[2] for line in lines] == [
        "there is no file, and no secrets.blue.session",
        "there is no file, and no secrets.blue.db-pasword",
        "there is no file, and no secrets.blue.db-pasword",
        "there is no file, and no secrets.blue.db-user",
    ]


@pytest.mark.parametrize(
    "text",
    [
        # Pulumi ESC may add any value.
        f"environment: [live]\n{STACK}",
        "config:\n  argo-projects:secrets: {secure: v1:x:x}\n",
    ],
)
def test_what_cannot_be_known_is_not_reported(tmp_path: Path, text: str) -> None:
    assert validated(tmp_path, one=text) == []


def test_environments_that_a_mistyped_selection_means_are_not_reported_as_well(
    tmp_path: Path,
) -> None:
    stack = "environment: [x]\nconfig:\n  argo-projects:select: {environments: [dev, prdo]}\n"
    assert [line.rpartition("[")[2] for line in validated(tmp_path, one=stack)] == [
        "unknown-environment]"
    ]
    stack = stack.replace("prdo", "elsewhere")
    assert sorted(line.rpartition("[")[2] for line in validated(tmp_path, one=stack)) == [
        "no-stack]",
        "unknown-environment]",
    ]


def test_an_unusable_stack_file_is_the_only_mistake(tmp_path: Path) -> None:
    stack = "config:\n  argo-projects:select: {environment: [dev, prod]}\n"
    other = "environment: [x]\nconfig:\n  argo-projects:select: {environments: [staging]}\n"
    assert [line.rpartition("[")[2] for line in validated(tmp_path, one=stack, two=other)] == [
        "unknown-key]"
    ]


def test_a_secret_whose_file_is_reported_is_not_reported_as_well(tmp_path: Path) -> None:
    root = root_of(tmp_path, one=STACK)
    (root / "projects/blue/secrets").mkdir()
    file = root / "projects/blue/secrets/db-pasword-2.yaml"
    file.write_text("value: ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]\n")
    codes = [problem.code for problem in validate_tree(root, TODAY, "config").problems]
    assert "secret-unused" in codes
    assert "secret-missing" not in codes


def test_without_any_stack_nothing_is_known(tmp_path: Path) -> None:
    assert validated(tmp_path) == []


NAMES = {
    "clusters: {eu1: {context: x}}": (
        "clusters.eu1: platform.yaml has no cluster eu1 (did you mean eu-1?) [unknown-cluster]"
    ),
    "select: {clusters: ['eu-*', huub], teams: [blue], environments: ['*']}": (
        "select.clusters[1]: platform.yaml has no cluster huub (did you mean hub?) [unknown-cluster]"
    ),
    "select: {teams: [blue, gren]}": (
        "select.teams[1]: platform.yaml has no team gren (did you mean green?) [unknown-team]"
    ),
    "select: {environments: [prod, dev, stagin]}": (
        "select.environments[2]: platform.yaml has no environment stagin (did you mean staging?) [unknown-environment]"
    ),
    "select: {products: [blue/shop, blue/shp]}": (
        "select.products[1]: warning: projects/ has no product blue/shp (did you mean blue/shop?) [unknown-product]"
    ),
    "secrets: {bleu: {x: {secure: v1:x:x}}}": (
        "secrets.bleu: warning: platform.yaml has no team bleu (did you mean blue?) [unknown-team]"
    ),
    "admissionPolicies: [hubb]": (
        "admissionPolicies[0]: platform.yaml has no cluster hubb that Pulumi reaches (did you mean hub?) "
        "[unknown-cluster]"
    ),
}


@pytest.mark.parametrize("text", NAMES)
def test_names_that_nothing_has(tmp_path: Path, text: str) -> None:
    lines = validated(tmp_path, one=f"environment: [x]\nconfig:\n  argo-projects:{text}\n")
    (line,) = [line for line in lines if line.startswith("Pulumi.one.yaml:3:")]
    assert line.partition(": argo-projects:")[2] == NAMES[text]


def test_no_place_is_claimed_where_there_is_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root_of(tmp_path, one=STACK)
    monkeypatch.chdir(tmp_path)
    nothing = "no value: neither a file nor the config of its stack has one"
    listed = CliRunner().invoke(main, ["secret", "list"]).output
    assert listed == (
        f"blue/db-pasword\n    {nothing}, 2 environments\n"
        "blue/db-user\n    Pulumi.one.yaml, 2 environments\n"
        "blue/session\n    Pulumi.one.yaml, 1 environment\n"
        "3 secrets\n"
    )
    explained = CliRunner().invoke(main, ["explain", "blue/shop/eu-1/prod", "namespace"]).output
    assert f"secret blue/db-pasword: {nothing}\n" in explained
    assert "secret blue/session: Pulumi.one.yaml\n" in explained


@pytest.mark.parametrize("select", ["environments: [prdo]", "teams: [bleu]", "clusters: [zz]"])
def test_a_mistyped_selection_that_takes_nothing_is_one_mistake(
    tmp_path: Path, select: str
) -> None:
    (line,) = validated(
        tmp_path, one=STACK.replace("config:\n", f"config:\n  argo-projects:select: {{{select}}}\n")
    )
    assert line.startswith("Pulumi.one.yaml:2:")
    assert f"platform.yaml has no {select.partition('s:')[0]} " in line
