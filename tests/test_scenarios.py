"""The scenarios that users follow, and every field of the format: what each environment is planned to be.

The tree is tests/data/scenarios/config; next to it, a golden file for each plan. It is independent of `config/`.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from pydantic import BaseModel

from argoproject.fleet.pipeline import Judged, platform_files, validate_tree
from argoproject.identity import Identity
from argoproject.models import ClassSettings, Platform
from argoproject.plan.build import plan_project
from tests.support import golden
from tests.support.paths import DATA
from tests.support.trees import TODAY

SCENARIOS = DATA / "scenarios"
PLANS = SCENARIOS / "plans"

IDENTITIES = (
    Identity("team-blue", "ledger", "in", "staging"),
    Identity("team-blue", "search", "in", "staging"),
    Identity("team-blue", "shop", "in", "prod"),
    Identity("team-blue", "shop", "other", "prod"),
    Identity("team-green", "blog", "in", "testing"),
    Identity("team-green", "sandbox", "in", "testing"),
    Identity("team-red", "atlas", "other", "prod"),
    Identity("team-red", "edge", "far", "staging"),
)


@cache
def judged() -> Judged:
    return validate_tree(SCENARIOS / "config", TODAY, "config")


def file_name(identity: Identity) -> str:
    return "-".join(str(identity).split("/")) + ".yaml"


def test_the_scenarios_are_valid() -> None:
    assert [str(problem) for problem in judged().errors] == []
    warnings = [
        *["quota-without-default"] * 4,
        "expired-allow",
        "expired-binding",
        "argocd-ignored",
    ]
    assert [problem.code for problem in judged().warnings] == warnings


def test_every_environment_has_a_golden_plan(pytestconfig: pytest.Config) -> None:
    update = golden.updating(pytestconfig)

    assert tuple(project.identity for project in judged().projects) == IDENTITIES
    assert golden.unexpected(PLANS, map(file_name, IDENTITIES), update=update) == []


@pytest.mark.parametrize("identity", IDENTITIES, ids=str)
def test_the_plan_is_the_golden_one(identity: Identity, pytestconfig: pytest.Config) -> None:
    project = next(item for item in judged().projects if item.identity == identity)

    plan = plan_project(project, TODAY, platform_files(judged().tree))

    update = golden.updating(pytestconfig)
    golden.check(PLANS / file_name(identity), golden.render_plan(plan), update=update)


def test_every_field_of_the_format_is_used() -> None:
    platform = judged().tree.platform
    assert platform is not None

    used = set(said(platform))
    for project in judged().projects:
        used.update(said(project.settings))

    assert sorted(offered(Platform, ClassSettings) - used) == []


def said(value: Any) -> Iterator[str]:
    """The fields that data sets, as `Model.field`."""
    if isinstance(value, BaseModel):
        for name in value.model_fields_set:
            yield f"{_owner(type(value), name)}.{name}"
            yield from said(getattr(value, name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from said(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from said(item)


def offered(*models: type[BaseModel]) -> set[str]:
    """All fields that the models and the models inside them have, as `Model.field`."""
    found: set[str] = set()
    seen: set[type[BaseModel]] = set()
    waiting = list(models)
    while waiting:
        model = waiting.pop()
        if model not in seen:
            seen.add(model)
            for name, field in model.model_fields.items():
                found.add(f"{_owner(model, name)}.{name}")
                waiting.extend(_models(field.annotation))
    return found


def _owner(model: type[BaseModel], name: str) -> str:
    """The class that declares a field: what is inherited is one field, not many."""
    owners = (base for base in model.__mro__ if name in inspect.get_annotations(base))
    return next(owners).__name__


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from _models(inner)
