"""audit.yaml in a comparison: who takes on a finding is seen before it is merged."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from argoproject.cli.main import main
from tests.diff.repository import Repository

NONPRODUCTION = """\
      reaches 6 environments: blue/billing/eu-1/staging, blue/search/eu-1/dev,
          blue/shop/eu-1/staging, blue/shop/hub/dev, green/blog/hub/dev, green/sandbox/hub/dev
"""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = Repository(tmp_path / "repository")
    monkeypatch.chdir(made.root)
    return made


def shown() -> str:
    """The lines about audit.yaml; nothing else may change."""
    result = CliRunner().invoke(main, ["diff", "--base", "HEAD"])
    assert result.exit_code == 0, result.output
    head, _, rest = result.stdout.partition("\n\nconfig/audit.yaml\n")
    assert ": no environment changes.\n" in head
    return rest


def test_one_more(repository: Repository) -> None:
    text = (repository.config / "audit.yaml").read_text()
    more = (
        "  - {rule: exec, environments: [blue/shop], at: [projects/green/team.yaml:access], "
        "reason: x, until: 2030-01-01}\n"
    )
    repository.write("audit.yaml", text + more)
    assert (
        shown()
        == """\
  accepted[]: (none) → {"rule": "exec", "environments": ["blue/shop"], "at": ["pro…
      look: a finding of the audit is accepted, or its acceptance is changed
      reaches 5 environments: blue/shop/eu-1/prod, blue/shop/eu-1/staging, blue/shop/hub/dev,
          green/blog/hub/dev, green/sandbox/hub/dev
"""
    )


def test_longer(repository: Repository) -> None:
    repository.replace("audit.yaml", "until: 2030-12-31", "until: 2031-12-31")
    assert (
        shown()
        == f"""\
  accepted[0].until: "2030-12-31" → "2031-12-31"
      look: a finding of the audit is accepted, or its acceptance is changed
{NONPRODUCTION}"""
    )


def test_everywhere(repository: Repository) -> None:
    """A place without a key is the whole file."""
    repository.replace("audit.yaml", "environments: [green/blog/hub/dev]", "at: [platform.yaml]")
    lines = shown().splitlines()
    assert lines[0] == '  accepted[1].at: (none) → ["platform.yaml"]'
    assert lines[2].startswith("      reaches 9 environments: ")


def test_no_more(repository: Repository) -> None:
    text = (repository.config / "audit.yaml").read_text()
    repository.write("audit.yaml", text[: text.index("  - rule: secret-in-clear")])
    assert (
        shown()
        == """\
  accepted[]: {"rule": "secret-in-clear", "environments": ["green/blog/hu… → (none)
      safe: the audit reports again what was accepted
      reaches 1 environment: green/blog/hub/dev
"""
    )


@pytest.mark.parametrize("text", [None, "accepted: []\n", "{}\n"])
def test_none_at_all(text: str | None, repository: Repository) -> None:
    if text is None:
        repository.remove("audit.yaml")
    else:
        repository.write("audit.yaml", text)
    assert "      safe: the audit reports again what was accepted" in shown().splitlines()


def test_a_file_that_accepts_nothing_is_nothing(repository: Repository) -> None:
    repository.remove("audit.yaml")
    repository.commit("without")
    repository.write("audit.yaml", "accepted: []\n")
    assert (
        shown()
        == """\
  accepted: (none) → []
      safe: the audit reports again what was accepted
      reaches no environment today
"""
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- rule: exec\n", "1:1: must be a mapping (write keys and values) [wrong-type]"),
        ("accepted: [\n", ""),
        ("---\n- a\n", "1:1: must be a mapping (write keys and values) [wrong-type]"),
        ("not: [yaml\n", ""),
        ("- a list\n", "1:1: must be a mapping (write keys and values) [wrong-type]"),
    ],
)
def test_a_file_that_cannot_be_read_accepts_as_before(
    repository: Repository, text: str, message: str
) -> None:
    """It is reported, and nothing is told as no longer accepted."""
    whole = (repository.config / "audit.yaml").read_text()
    repository.write("audit.yaml", text)
    lines = CliRunner().invoke(main, ["validate"]).stdout.splitlines()
    assert any(line.startswith(f"config/audit.yaml:{message}") for line in lines), lines
    result = CliRunner().invoke(main, ["diff", "--base", "HEAD"])
    assert result.exit_code == 1
    sentence = "Not compared: config/audit.yaml cannot be read: argoproject validate reports why."
    assert sentence in " ".join(result.stdout.split())
    assert "accepted" not in result.stdout
    repository.commit("broken")
    repository.write("audit.yaml", whole)
    result = CliRunner().invoke(main, ["diff", "--base", "HEAD"])
    assert result.exit_code == 0
    sentence = "Not compared: config/audit.yaml cannot be read in the base."
    assert sentence in " ".join(result.stdout.split())


def test_mistakes_of_entries_are_reported_by_validate(repository: Repository) -> None:
    repository.write("audit.yaml", "accepted: [{rule: exek, environments: [blue], reason: x}]\n")
    lines = CliRunner().invoke(main, ["validate"]).stdout.splitlines()
    assert any(line.startswith("config/audit.yaml:1:") for line in lines), lines
