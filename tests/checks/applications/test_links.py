"""Links that people follow from an Application: the annotations `link.argocd.argoproj.io/*`."""

from __future__ import annotations

from pathlib import Path

import pytest

from argoproject.checks.applications.applications import check
from argoproject.checks.applications.sets import check_application_sets
from tests.support.reports import reported

SCRIPT = (
    "the link is a script, or could become one: it runs in the browser of each user who follows it (write https://…) "
    "[link-script]"
)
KEY = "link.argocd.argoproj.io/x"


def generated(link: str) -> str:
    """A project.yaml with a set whose Applications have a link; its files decide what `.n` is."""
    return f"""\
versions: {{application: v1.4.2}}
applicationSets:
  s:
    generators:
      - git: {{repoURL: "https://gitlab.example.org/blue/x", revision: v1.0.0, files: [{{path: x.yaml}}]}}
    template:
      name: "{{{{ .n }}}}"
      source: {{repoURL: "https://gitlab.example.org/blue/x", path: x, targetRevision: v1.0.0}}
      annotations: {{{KEY}: "{link}"}}
"""


@pytest.mark.parametrize(
    ("link", "script"),
    [
        ("https://example.org/", False),
        ("Our board|https://example.org/x?javascript:1", False),
        ("mailto:blue@example.org", False),
        ("javascripts/x", False),
        ("javascript:alert(1)", True),
        ("JavaScript:alert(1)", True),
        ("Our board|javascript:alert(1)", True),
        ("a|b|data:text/html,x", True),
        (" vbscript:x", True),
        ("java\\tscript:alert(1)", True),
    ],
)
def test_links(tmp_path: Path, link: str, script: bool) -> None:
    """Also of an Application that a set generates."""
    text = f'versions: {{application: v1.4.2}}\napplication: {{annotations: {{{KEY}: "{link}"}}}}\n'
    expected = f"project.yaml:2:29: application.annotations.{KEY}: {SCRIPT}"
    found = reported(check, tmp_path / "one", {"project.yaml": text})
    assert found == ([expected] if script else [])
    lines = reported(check_application_sets, tmp_path / "set", {"project.yaml": generated(link)})
    assert [line.partition(" ")[2] for line in lines] == (
        [f"applicationSets.s.template.annotations.{KEY}: {SCRIPT}"] if script else []
    )


@pytest.mark.parametrize(
    ("link", "script"), [("https://{{ .n }}/x", False), ("{{ .n }}://x", True)]
)
def test_links_of_a_set(tmp_path: Path, link: str, script: bool) -> None:
    assert len(
        reported(check_application_sets, tmp_path, {"project.yaml": generated(link)})
    ) == int(script)
