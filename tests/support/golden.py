"""Golden files: a result is compared with a file of the tests; `pytest --update-golden` rewrites the file.

A test takes pytest's own fixture `pytestconfig` and calls `check(path, seen, update=updating(pytestconfig))`. The
option itself is in tests/conftest.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from argoproject.plan.model import ApplicationPlan, PlannedObject, ProjectPlan, SecretLeaf

__all__ = ["OPTION", "check", "render_plan", "unexpected", "updating"]

OPTION = "--update-golden"


def updating(config: pytest.Config) -> bool:
    """Whether this run rewrites the golden files."""
    return bool(config.getoption(OPTION))


def check(path: Path, seen: str, *, update: bool) -> None:
    """Compare a result with a golden file, or write it."""
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(seen, encoding="utf-8")
    assert path.is_file(), f"there is no golden file {path}; {OPTION} writes it"
    assert seen == path.read_text(encoding="utf-8"), f"{path} differs; {OPTION} rewrites it"


def unexpected(folder: Path, names: Iterable[str], *, update: bool) -> list[str]:
    """Golden files of a folder that no test compares any longer. An update removes them."""
    left = sorted({file.name for file in folder.glob("*")} - set(names))
    if update:
        for name in left:
            (folder / name).unlink()
        return []
    return left


def render_plan(plan: ProjectPlan) -> str:
    """A plan as text: a YAML document for each object, in the order of creation."""
    after = {item.object.key: item for item in plan.applications}
    head = _said(
        name=plan.name,
        identity=str(plan.identity),
        hub=plan.hub,
        namespace=plan.namespace_name,
        retiring=plan.retiring,
        movedFrom=list(plan.moved_from),
        secrets=sorted(map(str, plan.secret_keys())),
    )
    documents = [head]
    for item in plan.objects():
        application = after.get(item.key)
        documents.append(_object(item, {} if application is None else _order(application)))
    return "---\n".join(
        yaml.safe_dump(document, sort_keys=False, width=120, allow_unicode=True)
        for document in documents
    )


def _object(item: PlannedObject, order: Mapping[str, Any]) -> dict[str, Any]:
    said = _said(
        cluster=item.cluster,
        ownership=None if item.ownership == "create" else str(item.ownership),
        protect=item.protect,
        keep=item.keep,
        onConflict=None if item.force else "fail",
        waitUntilHealthy=item.wait_until_healthy,
        ignoreChanges=list(item.ignore_changes),
        **order,
    )
    return {"key": item.key, **said, "manifest": _plain(item.manifest)}


def _order(application: ApplicationPlan) -> dict[str, Any]:
    return {
        "after": ", ".join(application.after) or None,
        "movedFrom": list(application.moved_from),
        "retiring": application.retiring,
    }


def _said(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, False, [])}


def _plain(value: Any) -> Any:
    """Data that YAML can write: secrets as their placeholders, and no anchors."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, SecretLeaf) and not isinstance(value, str):
        return str(value)
    return str(value) if isinstance(value, str) else value
