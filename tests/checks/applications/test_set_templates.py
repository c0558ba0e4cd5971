"""What generators fill in of ApplicationSets: the exact text of each report, and what is planned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from argoproject.checks.guardrails.values import check as check_guardrails
from argoproject.checks.project_settings import check
from argoproject.plan.build import plan_app_project
from argoproject.project.repositories import selected
from tests.support.reports import SHOP, Case, told
from tests.support.trees import platform, project, report, tree

TODAY = dt.date(2026, 11, 21)
REMEDY = (
    "(write it out, or name each repository in `allow`: {kind: source, value: <URL>, reason: …})"
)


def sets(generator: str, name: str, source: str, more: str = "") -> Mapping[str, str]:
    return {
        "project.yaml": f"""\
versions: {{application: v1.4.2}}
{more}applicationSets:
  parts:
    generators: [{generator}]
    template:
      name: "{name}"
      source: {{{source}, targetRevision: v1.0.0}}
""",
        "platform": "teams: {blue: {allow: [source]}}",
    }


TWO = "{list: {elements: [{part: a}, {part: b}]}}"
GIT = '{git: {repoURL: "https://gitlab.example.org/blue/shop.git", revision: v1.0.0, files: [{path: x.json}]}}'
TEMPLATED = 'repoURL: "https://gitlab.example.org/blue/{{ .part }}.git", path: x'
PLAIN = 'repoURL: "https://gitlab.example.org/blue/shop.git", path: x'
NAME = "{{ .part }}"


def allow(*names: str) -> str:
    items = (
        f'{{kind: source, value: "https://gitlab.example.org/blue/{name}.git", reason: CHG-1}}'
        for name in names
    )
    return f"allow: [{', '.join(items)}]\n"


PLACE = "project.yaml:{}: applicationSets.parts.template.source"
CASES: Mapping[str, Case] = {
    "each element's repository is allowed": (sets(TWO, NAME, TEMPLATED, allow("a", "b")), []),
    "one is not": (
        sets(TWO, NAME, TEMPLATED, allow("a")),
        [
            PLACE.format("8:16")
            + ".repoURL: an element makes it https://gitlab.example.org/blue/b.git, which no `allow` names "
            + REMEDY
            + " [set-repository]"
        ],
    ),
    "what files hold is allowed": (sets(GIT, NAME, TEMPLATED, allow("a")), []),
    "what files hold is not": (
        sets(GIT, NAME, TEMPLATED, "allow: []\n"),
        [
            PLACE.format("8:16")
            + ".repoURL: the repository is templated, and no `allow` names one that it could be "
            + REMEDY
            + " [set-repository]"
        ],
    ),
    "what is allowed is not what it could be": (
        sets(GIT, NAME, TEMPLATED.replace("blue/", "blue/parts-"), allow("a")),
        [
            PLACE.format("8:16")
            + ".repoURL: the repository is templated, and no `allow` names one that it could be "
            + REMEDY
            + " [set-repository]"
        ],
    ),
    "one name twice": (
        sets("{list: {elements: [{part: a}, {part: a}]}}", NAME, PLAIN, "allow: []\n"),
        [
            "project.yaml:7:7: applicationSets.parts.template.name: two elements make the name a (add a field to the "
            "name in which they differ) [set-name]"
        ],
    ),
    "files below a folder": (
        sets(GIT, NAME, PLAIN + ', helm: {valueFiles: ["values/{{ .part }}.yaml"]}', "allow: []\n"),
        [],
    ),
    "files of Git's own paths": (
        sets(GIT, NAME, PLAIN + ', helm: {valueFiles: ["{{ .path.path }}/x.yaml"]}', "allow: []\n"),
        [],
    ),
    "a file that could be anything": (
        sets(
            GIT,
            NAME,
            PLAIN
            + ', helm: {valueFiles: ["{{ .file }}"], fileParameters: [{name: x, path: "{{ .file }}"}]}',
            "allow: []\n",
        ),
        [
            PLACE.format("8:" + column)
            + f".helm.{field}: the file begins with a template: it could be a URL, or name another's key (begin it "
            "with a folder, or `$<ref>/`, and template the rest) [set-file]"
            for column, field in (
                ("98", "valueFiles[0]"),
                ("141", "fileParameters[0].path"),
            )
        ],
    ),
    "a path that an element makes": (
        sets(
            '{list: {elements: [{part: a, to: "../../green"}]}}',
            NAME,
            'repoURL: "https://gitlab.example.org/blue/shop.git", path: "{{ .to }}", '
            'directory: {jsonnet: {libs: ["{{ .to }}"]}}',
            "allow: []\n",
        ),
        [
            PLACE.format("8:69")
            + ".path: the path leaves its folder through `..` (write the path from the "
            "repository's root) [source-path]",
            PLACE.format("8:117")
            + ".directory.jsonnet.libs[0]: the library leaves its folder through `..` (write "
            "the path from the repository's root) [source-library]",
        ],
    ),
    "a file that an element makes": (
        sets(
            '{list: {elements: [{part: a, file: "https://evil.example.org/x.yaml"}]}}',
            NAME,
            PLAIN + ', helm: {fileParameters: [{name: x, path: "{{ .file }}"}]}',
            "allow: []\n",
        ),
        [
            PLACE.format("8:112")
            + ".helm.fileParameters[0].path: value files are not fetched from the network: what was reviewed could "
            "change afterwards (put the file into a Git repository and use `$<ref>/<path>`) [value-file-url]"
        ],
    ),
    "a file parameter outside": (
        sets(
            GIT,
            NAME,
            PLAIN + ', helm: {fileParameters: [{name: x, path: "../x"}]}',
            "allow: []\n",
        ),
        [
            PLACE.format("8:112")
            + ".helm.fileParameters[0].path: the value file leaves its folder through `..` (add the repository as a "
            "source with a `ref`, and write `$<ref>/<path>`) [value-file-path]"
        ],
    ),
    "an encrypted file below a folder": (
        sets(GIT, NAME, PLAIN + ', helm: {valueFiles: ["secrets://x/{{ .part }}"]}', "allow: []\n"),
        [],
    ),
    "a templated URL of a secret": (
        sets(GIT, NAME, PLAIN + ', helm: {valueFiles: ["secrets://{{ .part }}"]}', "allow: []\n"),
        [
            PLACE.format("8:98")
            + ".helm.valueFiles[0]: the URL is templated: what decrypts the file must be seen here (write it out, or "
            "`secrets://` and a folder before the template) [set-file]"
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    assert told(check, tmp_path, files) == expected


def test_only_the_allowed_urls_are_permitted(tmp_path: Path) -> None:
    files = sets(TWO, NAME, TEMPLATED, allow("a", "b"))
    root = tree(
        tmp_path,
        {
            f"{SHOP}/prod/project.yaml": files["project.yaml"],
            "platform.yaml": platform(files["platform"]),
        },
    )
    item = project(root)
    assert report(check_guardrails(item)) == []
    assert plan_app_project(item, TODAY).manifest["spec"]["sourceRepos"] == [
        f"https://gitlab.example.org/blue/{name}.git" for name in ("a", "b", "shop")
    ]


SUBCHARTS = """\
versions: {application: v1.4.2}
application: {subchartRepositories: [registry.example.org/blue/library]}
repositories:
  library:
    url: registry.example.org/blue/library
    type: helm
    enableOCI: true
    credentials: {type: https, username: puller, password: {secret: library}}
"""


def test_repositories_of_subcharts_are_permitted_and_read_with_their_secret(tmp_path: Path) -> None:
    item = project(tree(tmp_path, {f"{SHOP}/prod/project.yaml": SUBCHARTS}))
    assert report(check_guardrails(item)) == []
    assert plan_app_project(item, TODAY).manifest["spec"]["sourceRepos"] == [
        "https://gitlab.example.org/blue/shop.git",
        "registry.example.org/blue/library",
    ]
    assert [item.key for item in selected(item)] == ["library"]


def test_repositories_of_subcharts_stay_within_the_sources(tmp_path: Path) -> None:
    text = SUBCHARTS.replace(
        "[registry.example.org/blue/library]", "[registry.example.org/green/x]"
    )
    lines = told(check_guardrails, tmp_path, {"project.yaml": text})
    assert lines == [
        "project.yaml:2:38: application.subchartRepositories[0]: the repository is outside the sources of team blue "
        "(teams.blue.sources of platform.yaml allows https://gitlab.example.org/blue/, registry.example.org/blue/: "
        "choose from these, or let the platform team add it) [source-not-allowed]"
    ]
