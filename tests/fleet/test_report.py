"""`validate SELECT`: the whole tree is judged, and what concerns the selected environments is reported."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

import pytest

from argoproject.fleet.report import Report, report_tree
from tests.support.trees import PROJECT, TODAY, platform, tree

OTHER = "projects/green/web/eu-1/dev/project.yaml"
VERSION = "versions: {application: v1.4.2}\n"
GREEN = {OTHER: "{}\n"}
FREE = platform(
    "teams: {blue: {namespaces: ['*'], allow: ['*']}, green: {namespaces: ['*'], sources: ['*']}}"
)
HOSTS = platform("teams: {blue: {hosts: ['*']}, green: {hosts: ['*']}}")
SOURCE = "source: {repoURL: 'https://gitlab.example.org/green/x', path: a, kustomize: {}, targetRevision: v1.0.0}"


def report(root: Path, *select: str) -> Report:
    """The report about the selected environments, by default those of team blue."""
    return report_tree(root, TODAY, "config", select or ("blue",))


def sealed(text: str) -> str:
    """An encrypted value as sops writes it; the same for the same text, as a copy is."""
    parts = (base64.b64encode(f"{kind}{text}".encode()).decode() for kind in ("data", "iv", "tag"))
    return "ENC[AES256_GCM,data:{},iv:{},tag:{},type:str]".format(*parts)


def secret_file(value: str, *, escaped: bool = False) -> str:
    """A secret's file; an escaped one means the same, and neither value is in it in clear."""
    own, bound = sealed(value), sealed(f"for {value}")
    if escaped:
        own, bound = (
            f'"{text.replace("tag:d", "tag:" + chr(92) + "x64")}"' for text in (own, bound)
        )
    return f"value: {own}\nfor: {bound}\nsops:\n  mac: {sealed('mac')}\n"


def lines(found: Report) -> list[str]:
    return [str(item).removeprefix("config/projects/") for item in found.problems]


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
    assert any(f": {message}" in line for line in lines(report(root)))
    if "blue-shop" not in what:
        assert not any("green/" in line.split(":")[0] for line in lines(report(root)))


def test_a_broken_environment_claims_nothing(tmp_path: Path) -> None:
    text = "name: blue-shop-prod-eu-1\nnmae: x\n"
    root = tree(tmp_path, {"platform.yaml": FREE, OTHER: text})
    assert lines(report(root)) == []


def test_a_name_that_the_profile_gives_to_all(tmp_path: Path) -> None:
    profile = "profiles: {small: {name: same}, medium: {name: same}}"
    root = tree(tmp_path, {"platform.yaml": platform(profile), **GREEN})
    assert any(
        "name: in blue/shop/eu-1/prod: the project same is also claimed by green/web/eu-1/dev"
        in line
        for line in lines(report(root))
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
    [line_of_green] = [line for line in lines(report(root)) if "[shared-repository]" in line]
    assert (
        "green/common/eu-1/dev reads registry.example.org/common with another login"
        in line_of_green
    )


def test_a_repository_of_a_credential_whose_url_has_a_placeholder(tmp_path: Path) -> None:
    credential = (
        "credentials: {c: {urlPrefix: registry.example.org/, type: https, username: two, "
        "password: {secret: t}, repositoryType: helm, enableOCI: true}}\n"
    )
    source = '{repoURL: "registry.example.org/${product}", chart: x, targetRevision: 1.0.0}'
    text = f"{credential}applications: {{x: {{source: {source}}}}}\n"
    other = "projects/green/common/eu-1/dev/project.yaml"
    root = tree(tmp_path, {"platform.yaml": FREE, PROJECT: VERSION + reading("one"), other: text})
    assert any("[shared-repository]" in line for line in lines(report(root)))


def test_a_repository_that_many_read_with_another_login(tmp_path: Path) -> None:
    files = {f"projects/green/web-{at}/eu-1/dev/project.yaml": reading("two") for at in range(51)}
    root = tree(tmp_path, {"platform.yaml": FREE, PROJECT: VERSION + reading("one"), **files})
    assert any("[shared-repository]" in line for line in lines(report(root)))


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
    copied = [line for line in lines(report(tree(tmp_path, files))) if "[secret-copied]" in line]
    assert len(copied) == 2
    assert all(f"config/{place}" in line for line in copied)


def test_a_copy_of_the_platforms_own_secret(tmp_path: Path) -> None:
    files = {
        "secrets/own.yaml": secret_file("one"),
        "projects/green/secrets/x.yaml": secret_file("one"),
        **GREEN,
    }
    found = report(tree(tmp_path, files))
    assert [item.code for item in found.problems].count("secret-copied") == 2
    assert [item.code for item in found.problems].count("secret-unused") == 1


def test_a_secret_that_shadows_the_platforms(tmp_path: Path) -> None:
    shared = "secrets: {own: {teams: [blue], urlPrefixes: [x.example.org/]}}"
    files = {
        "platform.yaml": platform(shared),
        "projects/blue/secrets/own.yaml": secret_file("one"),
    }
    found = report(tree(tmp_path, {**files, **GREEN}))
    assert "secret-shadows-platform" in {item.code for item in found.problems}


def test_a_budget_concerns_every_environment(tmp_path: Path) -> None:
    files = {"platform.yaml": platform("clusters: {eu-1: {budget: {requests.cpu: '1'}}}"), **GREEN}
    root = tree(tmp_path, files)
    for select in (("blue",), ("blue", "green")):
        assert [item.code for item in report(root, *select).problems] == ["over-budget"]


def test_an_unreadable_environment_is_counted_where_it_is_selected(tmp_path: Path) -> None:
    root = tree(tmp_path, {OTHER: "nmae: x\n"})
    assert report(root, "blue").hidden == 0
    assert report(root, "green").hidden == 1
    assert report(root, "green").summary() == (
        "1 problem in 1 file; 1 environment not checked until it is fixed"
    )


PLAIN = "config: {argo-projects:plainSecrets: [%s]}\n"


@pytest.fixture
def stacked(tmp_path: Path) -> Path:
    """A tree with a secret of another team's in clear, which a stack allows."""
    (tmp_path / "Pulumi.yaml").write_text("name: argo-projects\n")
    (tmp_path / "Pulumi.a.yaml").write_text(PLAIN % "green/t")
    return tree(tmp_path, {**GREEN, "projects/green/secrets/t.yaml": "value: x\n"})


def test_a_stack_is_judged_with_what_it_says_of_others(stacked: Path) -> None:
    assert report(stacked).problems == ()


def test_two_stacks_that_take_an_environment(stacked: Path) -> None:
    (stacked.parent / "Pulumi.b.yaml").write_text("config: {}\n")
    assert [item.code for item in report(stacked).problems] == ["two-stacks"]


def test_a_name_that_a_stack_mistyped(stacked: Path) -> None:
    (stacked.parent / "Pulumi.a.yaml").write_text(PLAIN % "gren/t")
    assert lines(report(stacked)) == [
        "Pulumi.a.yaml:1:39: argo-projects:plainSecrets[0]: there is no secret gren/t in clear (did you mean green/t?) "
        "[plain-secret]"
    ]
