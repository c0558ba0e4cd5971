"""The comment on a pull request, rendered as GitHub does: readable, and nothing in it is the author's Markdown."""

from __future__ import annotations

import re
from pathlib import Path

import cmarkgfm
import pytest
from click.testing import CliRunner

from argoproject.cli.main import main
from tests.diff.pull_requests import PLATFORM, PROD, STAGING
from tests.diff.repository import Repository
from tests.diff.test_text import edited

MARKDOWN = """\
<!-- argoproject diff -->
### Environments: 3 dangerous, 7 to look at, 0 safe

Compared with `the merge base with main ({commit})`: 7 environments: 6 changed, 1 deleted.

| | where |
|---|---|
| **dangerous** | `blue/shop/eu-1/prod`, `green/sandbox/hub/dev`, `config/platform.yaml` |
| **look** | `blue/shop/eu-1/prod`, `blue/billing/eu-1/staging`, `blue/search/eu-1/dev`, `blue/shop/eu-1/staging`, \
`blue/shop/hub/dev`, `green/blog/hub/dev`, `config/platform.yaml` |
"""

_EVIL = (
    "</details><img src=x onerror=alert(1)>",
    "``` `` ` | @everyone [x](javascript:alert(1))",
    "<!-- argoproject diff -->",
    "# heading",
)


def comment(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(repository.root)
    result = CliRunner().invoke(main, ["diff", "--format", "markdown"])
    assert result.exit_code == 0, result.output
    return result.output


def html(markdown: str) -> str:
    """As GitHub renders it, raw HTML included."""
    rendered: str = cmarkgfm.github_flavored_markdown_to_html(
        markdown, options=cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE
    )
    return rendered


def test_the_head_of_the_comment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = edited(tmp_path / "repository")
    text = comment(repository, monkeypatch)
    assert text.startswith(MARKDOWN.format(commit=repository.git("rev-parse", "HEAD")[:12]))


def test_it_renders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = html(comment(edited(tmp_path / "repository"), monkeypatch))
    assert page.count("<details") == page.count("</details>") == 3
    assert page.count("<details open>") == 2
    assert page.count("<table>") == 1
    # Every mark of Markdown became something: outside of code, none is left as text.
    prose = re.sub(r"<code>.*?</code>", "", page, flags=re.DOTALL)
    assert not re.search(r"\*\*|`|\|", prose)
    assert (
        "<li><code>AppProject argocd/blue-shop-prod-eu-1</code> on <code>hub</code>: update" in page
    )


@pytest.mark.parametrize("text", _EVIL)
def test_what_an_author_writes_stays_text(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = Repository(tmp_path / "repository")
    quoted = text.replace("'", "''")
    repository.change(PLATFORM, f"teams: {{blue: {{description: '{quoted}'}}}}")
    allow = f"[{{kind: destination, value: eu-1/blue-x, reason: '{quoted}'}}]"
    repository.change(STAGING, f"{{description: '{quoted}', allow: {allow}}}")
    about = "projects/blue/shop/manifests/about.yaml"
    repository.change(about, f"data: {{text: '{quoted}', '{len(text)}': x}}")
    page = html(comment(repository, monkeypatch))
    markup = set(
        re.findall(r"</?([a-z0-9]+)", re.sub(r"<code>.*?</code>", "", page, flags=re.DOTALL))
    )
    assert markup <= {
        "h3", "h4", "p", "table", "thead", "tbody", "tr", "th", "td", "strong", "ul", "li", "b", "details", "summary",
    }  # fmt: skip
    assert page.count("<!-- argoproject diff -->") == 1
    assert "<code>" in page


def test_problems_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Repository(tmp_path / "repository")
    repository.write(PROD, "profile: huge\n")
    monkeypatch.chdir(repository.root)
    result = CliRunner().invoke(main, ["diff", "--base", "HEAD", "--format", "markdown"])
    assert result.exit_code == 1
    assert (
        "**The configuration has problems (1).** Not compared: `blue/shop/eu-1/prod`.\n"
        f"- `config/{PROD}:1:1: profile: platform.yaml has no profile 'huge' (one of tiny, small, medium)"
        " [unknown-profile]`\n"
    ) in result.output


def test_noise_does_not_push_out_what_is_dangerous(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hundreds of harmless or loud lines, and one that matters: it is among what is shown."""
    repository = Repository(tmp_path / "repository")
    for number in range(50):
        manifest = f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: noise-{number}}}, data: {{a: b}}}}"
        repository.write(f"projects/blue/shop/eu-1/staging/manifests/noise-{number}.yaml", manifest)
    repository.change(STAGING, "access: {admin: [blue-evil]}")
    loud = ", ".join(
        f"{{kind: destination, value: eu-1/blue-x{number}, reason: '{'long ' * 40}'}}"
        for number in range(300)
    )
    repository.change("projects/blue/billing/eu-1/staging/project.yaml", f"allow: [{loud}]")
    repository.change(
        "projects/green/sandbox/hub/dev/project.yaml", "access: {admin: [green-evil]}"
    )
    clusters = ", ".join(
        f"c{number}: {{argocdName: c{number}, server: 'https://c{number}.example.org'}}"
        for number in range(60)
    )
    repository.change(
        PLATFORM,
        f"{{clusters: {{{clusters}}}, teams: {{green: {{groups: [green-*, auditors, all-*]}}}}}}",
    )
    text = comment(repository, monkeypatch)
    assert len(text) < 65_536
    for words in (
        "the group `blue-evil` gains the role `admin`",
        "the group `green-evil` gains the role `admin`",
        "the guardrail is widened by `all-*`",
    ):
        assert words in text
    assert re.search(r"and \d+ more, \d+ of them \*\*dangerous\*\*", text)
