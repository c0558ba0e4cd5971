"""Plugins, proxies and login servers: what runs next to the repo-server, and where credentials are sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from argoproject.checks.guardrails.values import check
from tests.support.reports import reported

PLUGGED = """\
versions: {application: v1.4.2}
applications:
  cue: {source: {repoURL: "https://gitlab.example.org/blue/shop.git", path: a, plugin: %s}}
"""

TEMPLATED = """\
versions: {application: v1.4.2}
applicationSets:
  x:
    generators: [{list: {elements: [{name: a}]}}]
    template:
      name: "{{ .name }}"
      sources:
        - {repoURL: "https://gitlab.example.org/blue/shop.git", path: a, plugin: %s}
"""

PLUGIN = "applications.cue.source.plugin"

SET_PLUGIN = "applicationSets.x.template.sources[0].plugin"

UNNAMED = "the plugin has no name: any that Argo CD has could run (add its `name`) [plugin-unnamed]"

NO_PLUGIN = (
    "name: team blue may not use the plugin cue (let the platform team add it to teams.blue.plugins of platform.yaml, "
    "which allows none) [plugin-not-allowed]"
)


@pytest.mark.parametrize(
    ("text", "guardrail", "expected"),
    [
        (PLUGGED % "{name: cue}", "null", [f"project.yaml:3:89: {PLUGIN}.{NO_PLUGIN}"]),
        (PLUGGED % "{name: cue}", "[cue]", []),
        (PLUGGED % "{name: cue-x}", "[cue-*]", []),
        (PLUGGED % "{}", "['*']", [f"project.yaml:3:80: {PLUGIN}: {UNNAMED}"]),
        (TEMPLATED % "{name: cue}", "null", [f"project.yaml:8:83: {SET_PLUGIN}.{NO_PLUGIN}"]),
        (TEMPLATED % "{name: cue}", "[cue]", []),
        (TEMPLATED % "{}", "[cue]", [f"project.yaml:8:74: {SET_PLUGIN}: {UNNAMED}"]),
        (
            TEMPLATED % '{name: "{{ .name }}"}',
            "[cue]",
            [
                f"project.yaml:8:74: {SET_PLUGIN}: the plugin is templated: it could become any plugin "
                "(write its name out) [plugin-templated]"
            ],
        ),
    ],
)
def test_plugins(text: str, guardrail: str, expected: list[str], tmp_path: Path) -> None:
    files = {"platform": f"teams: {{blue: {{plugins: {guardrail}}}}}", "project.yaml": text}
    assert reported(check, tmp_path, files) == expected


@pytest.mark.parametrize(
    ("endpoints", "proxy", "allowed"),
    [
        ("null", "http://proxy.example.org:3128", False),
        ("['http://proxy.example.org:3128']", "http://proxy.example.org:3128", True),
        ("['http://proxy.example.org:3128']", "http://proxy.example.org:31280", False),
        ("['http://proxy.example.org:3128']", "http://proxy.example.org.evil.tld:3128", False),
        ("['http://*.example.org:3128']", "http://evil.tld#.example.org:3128", False),
        ("['http://*.example.org:3128']", "http://evil.tld/.example.org:3128", False),
    ],
)
def test_proxies(endpoints: str, proxy: str, allowed: bool, tmp_path: Path) -> None:
    files = {
        "platform": f"teams: {{blue: {{endpoints: {endpoints}}}}}",
        "project.yaml": "versions: {application: v1.4.2}\nrepositories:\n  x: "
        f'{{url: "https://gitlab.example.org/blue/x.git", proxy: "{proxy}"}}\n',
    }
    codes = [] if allowed else ["endpoint-not-allowed"]
    assert [
        line.rpartition("[")[2].rstrip("]") for line in reported(check, tmp_path, files)
    ] == codes


@pytest.mark.parametrize("path", ["blue/../green", "blue/%2e%2e/green", "blue/./shop"])
def test_the_remedy_of_an_endpoint_that_is_not_plain(path: str, tmp_path: Path) -> None:
    """No entry of the guardrail would allow it: the team has to write another URL."""
    url = f"https://ghe.example.org/{path}"
    login = f"type: githubApp, appId: 1, privateKey: {{secret: k}}, enterpriseBaseUrl: '{url}'"
    files = {
        "platform": "teams: {blue: {endpoints: ['https://ghe.example.org/']}}",
        "project.yaml": "versions: {application: v1.4.2}\n"
        f"repositories: {{x: {{url: 'https://gitlab.example.org/blue/x', credentials: {{{login}}}}}}}\n",
    }
    found = [line.split(": ", 1)[1] for line in reported(check, tmp_path, files)]
    assert found == [
        "repositories.x.credentials.enterpriseBaseUrl: team blue may not send credentials to "
        f"{url} (write the plain URL) [endpoint-not-allowed]"
    ]


LOGIN = "type: githubApp, appId: 1, privateKey: {secret: k}, enterpriseBaseUrl: 'https://evil.tld'"

NO_ENDPOINT = (
    "enterpriseBaseUrl: team blue may not send credentials to https://evil.tld (teams.blue.endpoints of "
    "platform.yaml allows https://ghe.example.org/: choose from these, or let the platform team add it) "
    "[endpoint-not-allowed]"
)


def test_login_servers(tmp_path: Path) -> None:
    files = {
        "platform": "teams: {blue: {endpoints: ['https://ghe.example.org/']}}",
        "project.yaml": "versions: {application: v1.4.2}\n"
        f"repositories: {{x: {{url: 'https://gitlab.example.org/blue/x', credentials: {{{LOGIN}}}}}}}\n"
        f"credentials: {{y: {{urlPrefix: 'https://gitlab.example.org/blue/', {LOGIN}}}}}\n",
    }
    found = [line.split(": ", 1)[1] for line in reported(check, tmp_path, files)]
    assert found == [f"repositories.x.credentials.{NO_ENDPOINT}", f"credentials.y.{NO_ENDPOINT}"]
