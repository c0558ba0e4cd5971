"""Repositories that Argo CD takes for one another across environments: the exact text of each report."""

from __future__ import annotations

from pathlib import Path

from argoproject.checks.repositories import check_fleet
from argoproject.project.resolve import resolve
from argoproject.tree.load import load_tree
from tests.support.trees import platform, report, tree

CHARTS = "registry.example.org/blue/charts"


def environment(url: str, login: str, options: str) -> str:
    """A project.yaml that reads one repository."""
    credentials = f", credentials: {{type: https, {login}}}" if login else ""
    return f"""\
versions: {{application: v1.4.2}}
repositories: {{charts: {{url: "{url}", {options}{credentials}}}}}
allow: [{{kind: source, value: "{url}", reason: r}}]
"""


def reported(
    root: Path,
    logins: dict[str, str],
    *,
    url: str = CHARTS,
    options: str = "type: helm, enableOCI: true",
    overlay: str = "",
) -> list[str]:
    """The report about environments, by their folders, which read one URL with logins."""
    files: dict[str, str | None] = {
        f"projects/{path}/project.yaml": environment(url, login, options)
        for path, login in logins.items()
    }
    for product in {path.rpartition("/")[0].rpartition("/")[0] for path in logins} - {"blue/shop"}:
        team = product.partition("/")[0]
        files[f"projects/{team}/team.yaml"] = "access: {admin: [x-admins]}\n"
        source = (
            f"repoURL: 'https://gitlab.example.org/{team}/x.git', path: deploy, kustomize: {{}}"
        )
        files[f"projects/{product}/product.yaml"] = f"application: {{source: {{{source}}}}}\n"
    if "blue/shop/eu-1/prod" not in logins:
        files["projects/blue/shop/eu-1/prod/project.yaml"] = None
    if overlay:
        files["platform.yaml"] = platform(overlay)
    projects, problems = resolve(load_tree(tree(root, files)))
    assert problems == []
    assert len(projects) == len(logins)
    return [line.rpartition("/config/projects/")[2] for line in report(check_fleet(projects))]


TOKEN = "username: bot, password: {secret: token}"
OTHER = "username: other, password: {secret: token}"


def test_one_login_of_one_team(tmp_path: Path) -> None:
    logins = dict.fromkeys(["blue/shop/eu-1/dev", "blue/shop/eu-1/prod"], TOKEN)
    assert reported(tmp_path, logins) == []


def test_two_users(tmp_path: Path) -> None:
    logins = {"blue/shop/eu-1/dev": TOKEN, "blue/shop/eu-1/prod": OTHER}
    assert reported(tmp_path, logins) == [
        "blue/shop/eu-1/dev/project.yaml:2:16: repositories.charts: warning: blue/shop/eu-1/prod reads "
        f"{CHARTS} with another login: for a chart that depends on it Argo CD takes the login of any of these "
        "environments (use one login for all of them, unless no chart depends on it) [shared-repository]"
    ]


def test_the_secret_of_another_team_is_another_one(tmp_path: Path) -> None:
    logins = {"blue/shop/eu-1/dev": TOKEN, "green/web/eu-1/dev": TOKEN}
    (line,) = reported(tmp_path, logins)
    assert "warning: green/web/eu-1/dev reads" in line


def test_a_secret_of_the_platform_is_one_for_all(tmp_path: Path) -> None:
    logins = {"blue/shop/eu-1/dev": TOKEN, "green/web/eu-1/dev": TOKEN}
    overlay = "secrets: {token: {teams: [blue, green], urlPrefixes: [registry.example.org/]}}"
    assert reported(tmp_path, logins, overlay=overlay) == []


def test_no_login_is_another_one(tmp_path: Path) -> None:
    logins = {"blue/shop/eu-1/dev": "", "blue/shop/eu-1/prod": TOKEN}
    (line,) = reported(tmp_path, logins)
    assert line.startswith("blue/shop/eu-1/prod/project.yaml:2:16: ")
    assert "warning: blue/shop/eu-1/dev reads" in line


def test_many_are_one_warning(tmp_path: Path) -> None:
    others = {f"green/web-{number}/eu-1/dev": TOKEN for number in range(5)}
    (line,) = reported(tmp_path, {"blue/shop/eu-1/dev": TOKEN, **others})
    assert (
        "warning: green/web-0/eu-1/dev, green/web-1/eu-1/dev, green/web-2/eu-1/dev and 2 more read registry"
        in line
    )


def test_git_is_not_confused(tmp_path: Path) -> None:
    logins = {"blue/shop/eu-1/dev": TOKEN, "blue/shop/eu-1/prod": OTHER}
    url = "https://gitlab.example.org/blue/charts.git"
    assert reported(tmp_path, logins, url=url, options="type: git") == []


def test_chart_repositories_are(tmp_path: Path) -> None:
    logins = {"blue/shop/eu-1/dev": TOKEN, "blue/shop/eu-1/prod": OTHER}
    url = "https://charts.example.org/blue"
    assert len(reported(tmp_path, logins, url=url, options="type: helm")) == 1
