"""No report repeats the login of a URL, and none grows with the number or the length of mistakes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from argoproject.cli.main import main
from argoproject.fleet.pipeline import validate_tree
from argoproject.fleet.report import Report, report_tree
from argoproject.output.explain import explained
from argoproject.output.problems import WRITERS
from argoproject.problems import MOST, ConfigError, Position, Problem, bounded, without_logins
from argoproject.yamlfile.reader import Plain, parse
from tests.support.paths import DATA
from tests.support.trees import TODAY, tree

TEAM = "projects/blue/team.yaml"
REPEATED = 5000
LARGEST = 300_000


def problem(index: int = 0, **given: Any) -> Problem:
    facts = {"message": "is wrong", "remedy": "correct it", "code": "wrong", **given}
    return Problem(position=Position("team.yaml", index + 1, 1), **facts)


class TestLogins:
    @given(
        scheme=st.sampled_from(["http", "https", "HTTPS", "ssh", "oci", "socks5"]),
        user=st.text("abcXYZ019-_.~%", max_size=8),
        word=st.text("abcXYZ019-_.~%!$&*+,;=:@?#", min_size=1, max_size=12),
        host=st.sampled_from(["git.example.org", "[::1]:8443", "h"]),
        before=st.sampled_from(["", "'", "the URL ", "(", "https://ok.example.org:8443/a "]),
    )
    def test_no_word_of_a_login_is_left(
        self, scheme: str, user: str, word: str, host: str, before: str
    ) -> None:
        text = f"{before}{scheme}://{user}:x{word}HUNTER2@{host}/path"
        found = problem(message=text, path=text, remedy=text)
        assert "HUNTER2" not in str(found) + found.message + found.path + found.remedy
        assert found.message == f"{before}{scheme}://…@{host}/path"

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("http://me:word@h/x, ssh://git@h/x", "http://…@h/x, ssh://git@h/x"),
            ("https://ghp_token@h/x", "https://…@h/x"),
            ("'http://me:my word@h'", "'http://…@h'"),
            ("http://me:a/b@h", "http://…@h"),
            ("robot$x:word@harbor.example.org/x", "robot$…@harbor.example.org/x"),
            ("me:word@h", "…@h"),
        ],
    )
    def test_forms(self, text: str, shown: str) -> None:
        assert without_logins(text) == shown

    @pytest.mark.parametrize(
        "text",
        [
            "git@github.com:blue/shop.git",
            "ssh://git@h:22/x",
            "https://h:8443/x@v1",
            "nginx:1.25@sha256:0123",
            "registry.example.org:5000/nginx@sha256:0123",
            "me@example.org",
            "serviceAccount:deploy@acme.iam.gserviceaccount.com",
            "secrets.a: me@h",
        ],
    )
    def test_what_is_no_login_stays(self, text: str) -> None:
        assert without_logins(text) == text


def leaves(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all texts, and of all keys as `(…, key, None)`."""
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for step, item in items:
        if isinstance(data, dict):
            yield (*path, step, None)
        if isinstance(item, dict | list):
            yield from leaves(item, (*path, step))
        else:
            yield (*path, step)


class _Dumper(yaml.SafeDumper):
    """Writes an unquoted scalar without quotes, as it was."""


def _plain(dumper: yaml.SafeDumper, value: Plain) -> yaml.Node:
    tag = dumper.resolve(yaml.ScalarNode, str(value), (True, False))  # type: ignore[no-untyped-call]
    return dumper.represent_scalar(tag, str(value))


_Dumper.add_representer(Plain, _plain)


def dumped(data: Any) -> str:
    return str(yaml.dump(data, Dumper=_Dumper, sort_keys=False))


def replaced(data: Any, path: tuple[Any, ...], value: str) -> Any:
    step, *rest = path
    if rest == [None]:
        return {value if key == step else key: item for key, item in data.items()}
    copy = data.copy()
    copy[step] = replaced(data[step], tuple(rest), value) if rest else value
    return copy


URL = "http://user:hunter2@host.example/x"


def fields(*files: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for file in files:
        document, _ = parse(file, (DATA / "shipped" / file).read_bytes())
        for path in leaves(document.data):
            yield file, path


def leaked(folder: Path, file: str, path: tuple[Any, ...]) -> list[str]:
    """The lines of the reports about a shipped file in which a URL with a login is at one place."""
    at = folder / file
    old = at.read_text()
    try:
        at.write_text(dumped(replaced(parse(file, old.encode())[0].data, path, URL)))
        judged = validate_tree(folder, TODAY, "config")
        lines = [str(item) for item in judged.problems]
        lines += [item.text() for it in judged.projects[:3] for item in explained(it)[0]]
    finally:
        at.write_text(old)
    return [line for line in lines if "hunter2" in line]


FILES = (
    "platform.yaml",
    TEAM,
    "projects/blue/shop/product.yaml",
    "projects/green/blog/hub/dev/project.yaml",
)


@pytest.mark.slow
def test_no_field_repeats_a_login(tmp_path: Path) -> None:
    folder = tmp_path / "config"
    for file in (DATA / "shipped").rglob("*.yaml"):
        target = folder / file.relative_to(DATA / "shipped")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(file.read_text())
    found = {(file, path): leaked(folder, file, path) for file, path in fields(*FILES)}
    assert len(found) > 400
    assert {place: lines for place, lines in found.items() if lines} == {}


MISTAKES: dict[str, Callable[[int], str]] = {
    "one key again and again": lambda n: "zzz: 1\n" * n,
    "unknown keys": lambda n: "".join(f"zzz{index}: 1\n" for index in range(n)),
    "values": lambda n: f"access: {{admin: [{', '.join(f'zzz{index}' for index in range(n))}]}}\n",
    "a long value": lambda n: f"repositories: {{r: {{url: '{'a' * 40 * n}', type: git}}}}\n",
    "a long key": lambda n: f"? {'a' * 40 * n}\n: 1\n",
}


@pytest.mark.parametrize("name", MISTAKES)
def test_every_report_has_a_bound(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree(tmp_path, {TEAM: MISTAKES[name](REPEATED)})
    monkeypatch.chdir(tmp_path)
    found = report_tree(root, TODAY, "config")
    for write in WRITERS.values():
        text = write(found)
        assert len(text) < LARGEST
        assert "long" in name or "more problems of this kind" in text
    for arguments in (["audit"], ["render", "--out", "out"]):
        assert len(CliRunner().invoke(main, arguments).output) < LARGEST
    page = CliRunner().invoke(main, ["report", "--html", "page"])
    # Its tables of access show every group, mistaken or not.
    bound = (20 if name == "values" else 5) * LARGEST
    assert (tmp_path / "page/index.html").stat().st_size < bound, page.output


def test_a_report_says_what_it_leaves_out() -> None:
    found = bounded(problem(index) for index in range(250))
    assert len(found) == 101
    assert str(found[-1]) == (
        "team.yaml:101:1: 150 more problems of this kind (wrong) are not reported (correct those that are, and run it "
        "again) [left-out]"
    )
    report = str(ConfigError(problem(index) for index in range(250)))
    assert report.splitlines()[-2:] == [str(found[-1]), "250 problems in 1 file; nothing was done"]


def test_all_kinds_together_have_a_bound() -> None:
    found = bounded(problem(index, code=f"c{index}") for index in range(5000))
    assert len(found) == MOST + 21
    left = [item for item in found if item.code == "left-out"]
    numbers = [int(item.message.split()[0].replace(",", "")) for item in left]
    assert sum(numbers) == 5000 - MOST


def test_few_problems_are_all_reported() -> None:
    problems = [problem(index) for index in range(100)]
    assert bounded(problems) == problems


def test_json_bounds_the_environments_of_a_problem() -> None:
    many = problem(subjects=tuple(f"blue/shop/eu-1/e{index}" for index in range(1500)))
    (data,) = json.loads(WRITERS["json"](Report((many,), ())))["problems"]
    assert (len(data["environments"]), data["moreEnvironments"]) == (1000, 500)
