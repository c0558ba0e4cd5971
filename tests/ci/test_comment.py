"""What is made of a foreign text."""

from __future__ import annotations

import pytest

from ci.comment import LARGEST, MARKER, changes_the_program, comment

SHY = "\N{ZERO WIDTH SPACE}"
MADE = "0123456789ab · [run](https://example.org/1)"


def made_of(text: str, *files: str) -> str:
    body = comment(f"{MARKER}\n{text}".encode(), MADE, files)
    assert body is not None
    return body


def test_the_report_stands_below_where_it_comes_from() -> None:
    assert made_of("## 1 change\n\n| a | b |\n") == (
        f"{MARKER}\n<sub>{MADE}</sub>\n\n## 1 change\n\n| a | b |\n"
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no marker",
        f" {MARKER}\n".encode(),
        f"{MARKER} and more\n".encode(),
        f"text\n{MARKER}\n".encode(),
        MARKER.encode() + b"\n\xff",
        f"{MARKER}\n".encode() + b"x" * LARGEST,
    ],
    ids=["empty", "no-marker", "blank", "longer", "later", "no-utf-8", "too-large"],
)
def test_what_is_no_report_is_not_written(raw: bytes) -> None:
    assert comment(raw, MADE, ()) is None


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("ask @blue-admins", f"ask @{SHY}blue-admins"),
        ("`@blue` (@green)", f"`@{SHY}blue` (@{SHY}green)"),
        ("git@gitlab.example.org, image@sha256:12", "git@gitlab.example.org, image@sha256:12"),
        ("/approve", f"{SHY}/approve"),
        ("a\n/merge", f"a\n{SHY}/merge"),
        ("a\n  > /merge", f"a\n  > {SHY}/merge"),
        ("a\r/merge\r\n/close", f"a\n{SHY}/merge\n{SHY}/close"),
        ("a\n\N{ZERO WIDTH NO-BREAK SPACE}/merge", f"a\n{SHY}/merge"),
        ("@\N{WORD JOINER}blue", f"@{SHY}blue"),
        ("blue/shop/eu-1/prod", "blue/shop/eu-1/prod"),
        ("safe\N{RIGHT-TO-LEFT OVERRIDE}evil\x1b[31m\x00", "safeevil[31m"),
        ("a\N{LINE SEPARATOR}/merge", "a/merge"),
        ("kept:\tä → ✓", "kept:\tä → ✓"),
    ],
)
def test_what_acts_or_hides_is_made_harmless(text: str, harmless: str) -> None:
    assert (
        made_of(text).removeprefix(f"{MARKER}\n<sub>{MADE}</sub>\n\n") == f"{harmless}\n".lstrip()
    )


def test_a_change_of_the_program_is_told_above_all_else() -> None:
    body = made_of("all is safe", "config/platform.yaml", "argoproject/diff.py", "Makefile")
    assert body.startswith(
        f"{MARKER}\n> [!WARNING]\n> This pull request changes 2 files outside `config/`, "
        "perhaps the program that made this report.\n"
    )
    assert body.index("WARNING") < body.index("all is safe")
    assert "changes 1 file outside" in made_of("", "argoproject/diff.py")


@pytest.mark.parametrize(
    ("file", "program"),
    [
        ("config/projects/blue/team.yaml", False),
        ("docs/ci.md", False),
        ("README.md", False),
        ("Pulumi.live.yaml", False),
        ("Pulumi.yaml", True),
        ("click.py", True),
        ("argoproject/README.md", True),
        (".github/workflows/pull-request.yaml", True),
        ("ci/comment.py", True),
        ("requirements.txt", True),
    ],
)
def test_what_counts_as_the_program(file: str, program: bool) -> None:
    assert changes_the_program(file) is program


def test_a_report_over_githubs_limit_is_cut_at_a_line() -> None:
    body = made_of("ä line of the report\n" * 3_200, "argoproject/diff.py")
    assert 65_000 < len(body) <= 65_536
    assert body.endswith("of the report\n\n… cut: the job's summary has all of it")


def test_the_largest_report_of_ours_fits_with_what_stands_above() -> None:
    report = f"{MARKER}\n" + "x" * (65_535 - len(MARKER) - 1)
    body = comment(report.encode(), MADE, ["Makefile"])
    assert body is not None
    assert len(body) <= 65_536
