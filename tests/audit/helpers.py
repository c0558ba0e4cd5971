"""Audits of small trees, with findings as short lines."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import yaml

from argoproject.audit import BASELINE, Audit, Finding, audit, load_baseline
from argoproject.fleet.pipeline import Judged, validate_tree
from argoproject.identity import Identity
from argoproject.problems import Problem
from tests.support.trees import PLATFORM, TODAY, tree, yaml_text

__all__ = ["audited", "judged", "line", "lines", "stack"]


SETTINGS = {
    "requireOverridePrivilegeForRevisionSync": True,
    "helmValuesFileSchemes": [],
    "gitSubmodules": False,
    "repoServerEgress": "restricted",
}
"""Settings of Argo CD without a finding."""


def judged(tmp_path: Path, files: Mapping[str, str | None]) -> Judged:
    """The base tree with other files, and with `SETTINGS` where they say nothing else.

    Nothing in it is refused: an audit is about what is accepted.
    """
    data = yaml.safe_load(files.get("platform.yaml") or PLATFORM)
    data["argocd"] = SETTINGS | data["argocd"]
    root = tree(tmp_path, {**files, "platform.yaml": yaml_text(data)})
    found = validate_tree(root, TODAY, "config")
    refused = "\n".join(map(str, found.errors))
    if refused:
        raise ValueError(refused)
    return found


def audited(
    tmp_path: Path, files: Mapping[str, str | None], chosen: Collection[str] | None = None
) -> tuple[Audit, list[Problem]]:
    """The audit, and the errors of audit.yaml if there is one."""
    tested = judged(tmp_path, files)
    assert tested.tree.platform is not None
    file = tested.tree.root / BASELINE
    accepted, problems = load_baseline(file, f"config/{BASELINE}", "config", tested.projects)
    identities = None if chosen is None else [Identity(*it.split("/")) for it in chosen]
    return audit(tested, tested.tree.platform, TODAY, accepted, identities), problems


def lines(tmp_path: Path, files: Mapping[str, str | None], code: str) -> list[str]:
    """The findings of one rule."""
    found, _ = audited(tmp_path, files)
    return [line(item) for item in found.findings if item.rule.code == code]


def line(item: Finding) -> str:
    """`high platform.yaml key: words (environments)`; with the line, but for platform.yaml, which is different in
    each test: there the key is the place."""
    where = ", ".join(map(str, item.environments)) or "none"
    place = item.position.file.removeprefix("config/")
    assert item.position.line
    if place != "platform.yaml":
        place = f"{place}:{item.position.line}"
    return f"{item.severity} {place} {item.path}: {item.message} ({where})"


def stack(tmp_path: Path, text: str) -> None:
    """A stack that deploys the tree."""
    (tmp_path / "Pulumi.yaml").write_text("name: argo-projects\n")
    (tmp_path / "Pulumi.live.yaml").write_text(text)
