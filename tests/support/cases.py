"""Cases of the checks: small configurations and the exact report about each, in a YAML file next to the test.

    a group of another team:          # the name of the case
      files:
        projects/blue/team.yaml: |    # laid over the base tree of tests/support/trees.py; null leaves a file out
          access: {admin: [ops]}
        platform: |                   # laid over the base platform.yaml, key by key
          argocd: {version: "3.3"}
      environment: blue/shop/eu-1/dev # the default is blue/shop/eu-1/prod
      report:                         # what the check reports, as a user reads it; `pytest --update-golden` writes it
      - config/projects/…

A test reads its cases with `read(__file__)` and compares with `Cases.compare`.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from typing_extensions import override

from tests.support.golden import updating
from tests.support.trees import platform

__all__ = ["Case", "Cases", "read"]

ENVIRONMENT = "blue/shop/eu-1/prod"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One configuration and its report."""

    files: Mapping[str, str | None]
    report: Sequence[str] = ()
    environment: str = ENVIRONMENT

    def tree(self) -> dict[str, str | None]:
        """The files by their place in the tree, with the whole text of platform.yaml."""
        files = dict(self.files)
        if (overlay := files.pop("platform", None)) is not None:
            files["platform.yaml"] = platform(overlay)
        return files


@dataclass(frozen=True, slots=True)
class Cases(Mapping[str, Case]):
    """The cases of one test module, by name."""

    path: Path
    cases: Mapping[str, Case] = field(repr=False)

    @override
    def __getitem__(self, name: str) -> Case:
        return self.cases[name]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self.cases)

    @override
    def __len__(self) -> int:
        return len(self.cases)

    def compare(self, name: str, seen: Sequence[str], config: pytest.Config) -> None:
        """Compare a report with the expected one; with `--update-golden`, write it instead."""
        expected = list(self[name].report)
        if list(seen) != expected and updating(config):
            self._write(name, list(seen))
            return
        assert list(seen) == expected, f"{self.path.name}, {name}: --update-golden rewrites it"

    def _write(self, name: str, seen: list[str]) -> None:
        # Tests run in parallel: each reads the file again before it writes its own report.
        with self.path.open("r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            data = yaml.safe_load(file.read())
            data[name]["report"] = seen
            file.seek(0)
            file.truncate()
            file.write(dump(data))


def read(test_file: str) -> Cases:
    """The cases of a test module: `test_access.py` has them in `test_access.yaml`."""
    path = Path(test_file).with_suffix(".yaml")
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Cases(path, {name: Case(**case) for name, case in data.items()})


def _deceives(sign: str) -> bool:
    """Whether a reader of the file would not see a character or confuse it with another one; such are escaped."""
    return sign != "\n" and (not sign.isprintable() or (sign.isalpha() and not sign.isascii()))


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and folds long ones."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else ">" if len(text) > 80 else None
    if any(map(_deceives, text)):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def dump(data: Mapping[str, Any]) -> str:
    """Cases as YAML, in the form in which the files are kept."""
    cases = [
        yaml.dump({name: case}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
        for name, case in data.items()
    ]
    signs = (f"\\u{ord(it):04x}" if _deceives(it) else it for it in "\n".join(cases))
    return "".join(signs)
