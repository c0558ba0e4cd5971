"""Schemas and reference: generated from the models, and up to date."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel

from argoproject.models import Platform, Settings
from argoproject.models.schema import FILES, reference, schema
from tests.support.paths import ROOT


@pytest.mark.parametrize("name", FILES)
def test_the_schemas_are_up_to_date(name: str) -> None:
    written = json.loads((ROOT / f"config/schema/{name}.json").read_text())
    assert written == schema(name), "run `make docs`"


def test_the_reference_is_up_to_date() -> None:
    assert (ROOT / "docs/reference.md").read_text() == reference(), "run `make docs`"


def models_below(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """All models by name, found through the subclasses that the format's schema names."""
    names = {*schema("platform")["$defs"], *schema("project")["$defs"], model.__name__}
    found: dict[str, type[BaseModel]] = {}
    waiting: list[type[BaseModel]] = list(BaseModel.__subclasses__())
    while waiting:
        item = waiting.pop()
        waiting += item.__subclasses__()
        if item.__name__ in names and item.__module__.startswith("argoproject."):
            found[item.__name__] = item
    return found


def test_every_field_and_every_model_is_described() -> None:
    bare = [
        f"{name}.{field}"
        for root in (Platform, Settings)
        for name, model in models_below(root).items()
        for field, info in model.model_fields.items()
        if not info.description
    ]
    assert bare == []


def test_an_editor_accepts_what_the_reader_accepts() -> None:
    field = schema("project")["$defs"]["Source"]["properties"]["targetRevision"]
    assert {"type": ["string", "number", "boolean"]} in field["anyOf"]
    assert {"type": "null"} in field["anyOf"]
    assert "required" not in schema("project")["$defs"]["Repository"]
    assert "required" in schema("platform")["$defs"]["Cluster"]
