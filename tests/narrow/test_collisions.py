"""Each way in which another team's environment concerns a selected one: told as the report of the whole tree does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from argoproject.fleet.report import Report
from argoproject.narrow.outline import read_outline
from argoproject.narrow.validate import _read_part
from argoproject.tree.load import load_tree
from tests.narrow.fleets import SPELLINGS, secret_file, spelled
from tests.narrow.test_same_answer import judged, less
from tests.support.trees import PROJECT, platform, tree

OTHER = "projects/green/web/eu-1/dev/project.yaml"
VERSION = "versions: {application: v1.4.2}\n"
GREEN = {OTHER: "{}\n"}
FREE = platform(
    "teams: {blue: {namespaces: ['*'], allow: ['*']}, green: {namespaces: ['*'], sources: ['*']}}"
)
HOSTS = platform("teams: {blue: {hosts: ['*']}, green: {hosts: ['*']}}")
SOURCE = "source: {repoURL: 'https://gitlab.example.org/green/x', path: a, kustomize: {}, targetRevision: v1.0.0}"


def both(root: Path, *select: str) -> Report:
    """The report about environments, which is as good as the whole one."""
    part, whole = judged(root, list(select) or ["blue"])
    assert isinstance(part, Report)
    assert isinstance(whole, Report)
    assert part == less(whole, part)
    return part


def lines(report: Report) -> list[str]:
    return [str(item).removeprefix("config/projects/") for item in report.problems]


COLLISIONS: Mapping[str, tuple[dict[str, str | None], str]] = {
    "a host": (
        {
            "platform.yaml": HOSTS,
            PROJECT: VERSION + "hosts: [shop.example.org]\n",
            OTHER: "hosts: [shop.example.org]\n",
        },
        "hosts[0]: the host shop.example.org on cluster eu-1 is also declared by green/web/eu-1/dev",
    ),
    "a host below a pattern": (
        {
            "platform.yaml": HOSTS,
            PROJECT: VERSION + "hosts: ['*.shop.example.org']\n",
            OTHER: "hosts: [a.shop.example.org]\n",
        },
        "hosts[0]: the host *.shop.example.org on cluster eu-1 overlaps a.shop.example.org, declared by "
        "green/web/eu-1/dev",
    ),
    "a pattern above a host": (
        {
            "platform.yaml": HOSTS,
            PROJECT: VERSION + "hosts: [shop.example.org]\n",
            OTHER: "hosts: ['*.example.org']\n",
        },
        "hosts[0]: the host shop.example.org on cluster eu-1 overlaps *.example.org, declared by green/web/eu-1/dev",
    ),
    "a namespace": (
        {OTHER: "namespace: {name: blue-shop-prod}\n"},
        "namespace.name: the namespace blue-shop-prod on cluster eu-1 is also claimed by green/web/eu-1/dev",
    ),
    "a project": (
        {OTHER: "name: blue-shop-prod-eu-1\n"},
        "name: the project blue-shop-prod-eu-1 is also claimed by green/web/eu-1/dev",
    ),
    "a project whose name follows from its namespace": (
        {OTHER: "namespace: {name: blue-shop}\n", PROJECT: VERSION + "name: blue-shop-eu-1\n"},
        "name: the project blue-shop-eu-1 is also claimed by green/web/eu-1/dev",
    ),
    "a name of a class": (
        {OTHER: "classes: {nonproduction: {name: blue-shop-prod-eu-1}}\n"},
        "name: the project blue-shop-prod-eu-1 is also claimed by green/web/eu-1/dev",
    ),
    "a name in a file above": (
        {"projects/green/web/product.yaml": "name: blue-shop-prod-eu-1\n"},
        "name: the project blue-shop-prod-eu-1 is also claimed by green/web/eu-1/dev",
    ),
    "an Application by its own name": (
        {OTHER: f"applications: {{x: {{name: blue-shop-prod-eu-1-app, {SOURCE}}}}}\n"},
        "application.name: the Application blue-shop-prod-eu-1-app is also claimed by green/web/eu-1/dev",
    ),
    "an Application by its key": (
        {
            OTHER: f"name: blue-shop\napplications: {{prod-eu-1-app: {{{SOURCE}}}}}\n",
            PROJECT: VERSION,
        },
        "application.name: the Application blue-shop-prod-eu-1-app is also claimed by green/web/eu-1/dev",
    ),
    "an Application by placeholders": (
        {
            OTHER: f'application: {{name: "${{team}}-x", {SOURCE}}}\n',
            PROJECT: VERSION + "application: {name: green-x}\n",
        },
        "application.name: the Application green-x is also claimed by green/web/eu-1/dev",
    ),
    "an Application by a placeholder for a name that the file sets": (
        {
            OTHER: f'namespace: {{name: web}}\napplication: {{name: "x-${{namespace}}", {SOURCE}}}\n',
            PROJECT: VERSION + "application: {name: x-web}\n",
        },
        "application.name: the Application x-web is also claimed by green/web/eu-1/dev",
    ),
    "an ApplicationSet": (
        {
            OTHER: "applicationSets: {x: {name: same}}\n",
            PROJECT: VERSION + "applicationSets: {y: {name: same}}\n",
        },
        "applicationSets.y.name: the ApplicationSet same is also claimed by green/web/eu-1/dev",
    ),
    "names that meet after joining": (
        {
            "platform.yaml": platform("teams: {blue-shop: {clusters: ['*']}}"),
            "projects/blue-shop/web/eu-1/dev/project.yaml": "{}\n",
            "projects/blue/shop-web/eu-1/dev/project.yaml": "{}\n",
        },
        "name: the project blue-shop-web-dev-eu-1 is also claimed by blue-shop/web/eu-1/dev",
    ),
    "a destination": (
        {PROJECT: VERSION + "allow: [{kind: destination, value: eu-1/green-web-dev, reason: r}]\n"},
        "allow[0].value: the namespace is that of the environment green/web/eu-1/dev",
    ),
    "a former name": (
        {PROJECT: VERSION + "movedFrom: [green-web-dev-eu-1]\n"},
        "movedFrom[0]: green-web-dev-eu-1 is the project of the environment green/web/eu-1/dev",
    ),
}
"""Files, and the report about the environment in `projects/blue`."""


@pytest.mark.parametrize("what", COLLISIONS)
def test_a_collision(tmp_path: Path, what: str) -> None:
    files, message = COLLISIONS[what]
    root = tree(tmp_path, {"platform.yaml": FREE, **GREEN, **files})
    assert any(f": {message}" in line for line in lines(both(root)))
    if "blue-shop" not in what:
        assert not any("green/" in line.split(":")[0] for line in lines(both(root)))


@pytest.mark.parametrize("how", SPELLINGS)
def test_a_collision_however_it_is_written(tmp_path: Path, how: str) -> None:
    text = spelled({"applications": {"name": {"name": "blue-shop-prod-eu-1-app"}}}, how)
    files = {"platform.yaml": FREE, "projects/green/team.yaml": text}
    source = f"applications: {{name: {{{SOURCE}}}}}\n"
    root = tree(tmp_path, {**files, OTHER: source})
    assert any("[name-collision]" in line for line in lines(both(root)))


def test_a_broken_environment_claims_nothing(tmp_path: Path) -> None:
    text = "name: blue-shop-prod-eu-1\nnmae: x\n"
    root = tree(tmp_path, {"platform.yaml": FREE, OTHER: text})
    assert lines(both(root)) == []


def test_a_name_that_the_profile_gives_to_all(tmp_path: Path) -> None:
    profile = "profiles: {small: {name: same}, medium: {name: same}}"
    root = tree(tmp_path, {"platform.yaml": platform(profile), **GREEN})
    assert any(
        "name: in blue/shop/eu-1/prod: the project same is also claimed by green/web/eu-1/dev"
        in line
        for line in lines(both(root))
    )


REGISTRY = "registry.example.org/common"
READING = """\
repositories:
  charts:
    {{url: {url}, type: helm, enableOCI: true, credentials: {{type: https, username: {user}, password: {{secret: t}}}}}}
applications: {{x: {{source: {{repoURL: "{source}", chart: x, targetRevision: 1.0.0}}}}}}
"""


def reading(user: str, source: str = REGISTRY, url: str = REGISTRY) -> str:
    """A file that reads a registry with a login."""
    return READING.format(user=user, source=source, url=url)


@pytest.mark.parametrize(
    "source", [REGISTRY, f"oci://{REGISTRY}", "registry.example.org/${product}"], ids=str
)
def test_a_repository_that_is_read_with_two_logins(tmp_path: Path, source: str) -> None:
    own = reading("one")
    url = f"oci://{REGISTRY}" if source.startswith("oci") else REGISTRY
    other = "projects/green/common/eu-1/dev/project.yaml"
    text = reading("two", source, url)
    root = tree(tmp_path, {"platform.yaml": FREE, PROJECT: VERSION + own, other: text})
    [told] = [line for line in lines(both(root)) if "[shared-repository]" in line]
    assert "green/common/eu-1/dev reads registry.example.org/common with another login" in told


def test_a_repository_of_a_credential_whose_url_has_a_placeholder(tmp_path: Path) -> None:
    credential = (
        "credentials: {c: {urlPrefix: registry.example.org/, type: https, username: two, "
        "password: {secret: t}, repositoryType: helm, enableOCI: true}}\n"
    )
    source = '{repoURL: "registry.example.org/${product}", chart: x, targetRevision: 1.0.0}'
    text = f"{credential}applications: {{x: {{source: {source}}}}}\n"
    other = "projects/green/common/eu-1/dev/project.yaml"
    root = tree(tmp_path, {"platform.yaml": FREE, PROJECT: VERSION + reading("one"), other: text})
    assert any("[shared-repository]" in line for line in lines(both(root)))


def test_a_repository_that_many_read_is_left_to_the_whole_report(tmp_path: Path) -> None:
    files = {f"projects/green/web-{at}/eu-1/dev/project.yaml": reading("two") for at in range(51)}
    root = tree(tmp_path, {"platform.yaml": FREE, PROJECT: VERSION + reading("one"), **files})
    report = both(root)
    assert not any("[shared-repository]" in line for line in lines(report))
    assert report.notes() == (
        "not judged, as it is about all environments: whether repositories are read with different logins "
        "(`validate` without SELECT)",
    )


@pytest.mark.parametrize("escaped", [False, True], ids=["as it is", "with an escape"])
@pytest.mark.parametrize(
    "place",
    [
        "projects/green/secrets/x.yaml",
        "projects/green/web/secrets/x.yaml",
        "projects/green/web/eu-1/dev/secrets/x.yaml",
        "projects/green/nothing/secrets/x.yaml",
        "projects/green/web/manifests/x.yaml",
    ],
)
def test_a_secret_that_was_copied(tmp_path: Path, place: str, escaped: bool) -> None:
    copy = secret_file("one", escaped=escaped)
    files = {"projects/blue/secrets/own.yaml": secret_file("one"), place: copy, **GREEN}
    copied = [line for line in lines(both(tree(tmp_path, files))) if "[secret-copied]" in line]
    assert len(copied) == 2
    assert all(f"config/{place}" in line for line in copied)


def test_a_copy_of_the_platforms_own_secret(tmp_path: Path) -> None:
    files = {
        "secrets/own.yaml": secret_file("one"),
        "projects/green/secrets/x.yaml": secret_file("one"),
        **GREEN,
    }
    report = both(tree(tmp_path, files))
    assert [item.code for item in report.problems].count("secret-copied") == 2
    assert "not judged" in report.notes()[0]


def test_a_secret_that_shadows_the_platforms(tmp_path: Path) -> None:
    shared = "secrets: {own: {teams: [blue], urlPrefixes: [x.example.org/]}}"
    files = {
        "platform.yaml": platform(shared),
        "projects/blue/secrets/own.yaml": secret_file("one"),
    }
    report = both(tree(tmp_path, {**files, **GREEN}))
    assert "secret-shadows-platform" in {item.code for item in report.problems}


def test_a_budget_is_left_to_the_whole_report(tmp_path: Path) -> None:
    files = {"platform.yaml": platform("clusters: {eu-1: {budget: {requests.cpu: '1'}}}"), **GREEN}
    root = tree(tmp_path, files)
    report = both(root)
    assert report.problems == ()
    assert report.notes() == (
        "not judged, as it is about all environments: whether quotas exceed the budgets of clusters "
        "(`validate` without SELECT)",
    )
    everything = both(root, "blue", "green")
    assert [item.code for item in everything.problems] == ["over-budget"]
    assert everything.notes() == ()


PLAIN = "config: {argo-projects:plainSecrets: [%s]}\n"


@pytest.fixture
def stacked(tmp_path: Path) -> Path:
    """A tree with a secret of another team's in clear, which a stack allows."""
    (tmp_path / "Pulumi.yaml").write_text("name: argo-projects\n")
    (tmp_path / "Pulumi.a.yaml").write_text(PLAIN % "green/t")
    return tree(tmp_path, {**GREEN, "projects/green/secrets/t.yaml": "value: x\n"})


def test_a_stack_is_judged_with_what_it_says_of_others(stacked: Path) -> None:
    assert both(stacked).problems == ()


def test_two_stacks_that_take_an_environment(stacked: Path) -> None:
    (stacked.parent / "Pulumi.b.yaml").write_text("config: {}\n")
    assert [item.code for item in both(stacked).problems] == ["two-stacks"]


def test_a_name_that_a_stack_mistyped(stacked: Path) -> None:
    (stacked.parent / "Pulumi.a.yaml").write_text(PLAIN % "gren/t")
    assert lines(both(stacked)) == [
        "Pulumi.a.yaml:1:39: argo-projects:plainSecrets: there is no secret gren/t in clear (did you mean green/t?) "
        "[plain-secret]"
    ]


def test_of_others_that_do_not_collide_nothing_is_parsed(tmp_path: Path) -> None:
    root = tree(tmp_path, {**GREEN, "projects/green/team.yaml": "description: blue-shop-prod\n"})
    empty = load_tree(root, "config", enter=lambda _key: False)
    part = _read_part(empty, read_outline(root), {"blue"})
    assert part is not None
    assert {key[0] for key in part.tree.folders} == {"blue"}
