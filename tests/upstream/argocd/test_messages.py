"""The violations of each broken case of the tables, with field and message: tests/upstream/argocd/messages.txt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from argoproject.upstream.argocd import Violation
from argoproject.upstream.argocd.application_sets import check_application_set
from argoproject.upstream.argocd.applications import Permits, check_spec
from argoproject.upstream.argocd.projects import check_project
from argoproject.yamlfile.reader import path_text
from tests.support import golden
from tests.upstream.argocd import tables
from tests.upstream.argocd.test_application_sets import CASES, application_set

MESSAGES = Path(__file__).parent / "messages.txt"


def violations() -> Iterator[str]:
    permits = Permits(tables.project())
    for name in tables.ROLE_NAMES:
        yield from _lines(f"role {name!a}", check_project(tables.with_role_name(name), 5))
    for name in tables.GROUPS:
        yield from _lines(f"group {name!a}", check_project(tables.with_group(name), 5))
    for policy in tables.POLICIES:
        yield from _lines(f"policy {policy!a}", check_project(tables.with_policy(policy), 5))
    for name, (spec, _) in tables.PROJECTS.items():
        yield from _lines(f"project, {name}", check_project(tables.project(spec), 5))
    for name, (spec, _) in tables.APPLICATIONS.items():
        item = tables.application(spec)
        yield from _lines(f"Application, {name}", check_spec(("spec",), item["spec"], permits))
    for name, (spec, template, _) in CASES.items():
        item = application_set(spec, template, "my-proj-{{ .name }}")
        yield from _lines(f"ApplicationSet, {name}", check_application_set(item, permits))
    for name in ("my-proj-all", "{{ .name }}", "my-proj2-{{ .name }}", ""):
        item = application_set({}, {}, name)
        yield from _lines(f"ApplicationSet named {name!a}", check_application_set(item, permits))


def _lines(case: str, violations: Iterable[Violation]) -> Iterator[str]:
    for item in violations:
        yield f"{case}\n    {path_text(item.path)}: {item.message} [{item.rule}]\n"


def test_messages(pytestconfig: pytest.Config) -> None:
    golden.check(MESSAGES, "".join(violations()), update=golden.updating(pytestconfig))
