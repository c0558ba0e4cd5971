"""JSON Schemas of the files, for editors, generated from the models.

An editor gives each YAML scalar a type; this program reads text, and the field decides its type. Therefore a schema
accepts a number where a field wants text (`1.10` is a revision) and null everywhere (null removes a key). In team.yaml,
product.yaml and project.yaml no key is required, as another of these files may have it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from argoproject.layout import PLATFORM_FILE, PROJECTS, SETTINGS_FILES
from argoproject.models import Model, Platform, Settings
from argoproject.models.audit import AuditBaseline

__all__ = ["FILES", "PLACES", "modeline", "schema", "schema_text", "wired"]

FILES = {
    "platform": "platform.yaml: what the platform team decides for all environments",
    "team": "team.yaml: what the team's environments share",
    "product": "product.yaml: what the product's environments share",
    "project": "project.yaml: one environment",
    "audit": "audit.yaml: accepted findings of the audit",
}
"""The title of each schema, by its name. `schema/<name>.json` is generated for each of them."""

PLACES = {
    "platform": PLATFORM_FILE,
    **{
        file.removesuffix(".yaml"): f"{PROJECTS}/{'*/' * depth}{file}"
        for depth, file in SETTINGS_FILES.items()
    },
    "audit": "audit.yaml",
}
"""The files of each schema, below the folder of the configuration."""

_WHOLE: Mapping[str, type[Model]] = {"platform": Platform, "audit": AuditBaseline}
"""The models of files that are complete by themselves. All others are `Settings`, of which a file has a part."""

_MODELINE = "# yaml-language-server:"
_TEXT = ["string", "number", "boolean"]


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of one kind of file; `name` is a key of `FILES`."""
    made = _WHOLE.get(name, Settings).model_json_schema(by_alias=True)
    shaped: dict[str, Any] = _shaped(made, required=name in _WHOLE)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{name}.json",
        "title": FILES[name],
    }
    return {**head, **{key: value for key, value in shaped.items() if key not in head}}


def schema_text(name: str) -> str:
    """The text of `schema/<name>.json`."""
    return json.dumps(schema(name), indent=1, ensure_ascii=False) + "\n"


def modeline(name: str) -> str:
    """The first line of a file, from which editors know its schema.

    Source: yaml-language-server, README, "Using inlined schema".

    Example:
        >>> modeline("team")
        '# yaml-language-server: $schema=../../schema/team.json\\n'
    """
    up = "../" * PLACES[name].count("/")
    return f"{_MODELINE} $schema={up}schema/{name}.json\n"


def wired(name: str, text: str) -> str:
    """The text of a file with the modeline of its schema first, instead of a modeline that it may have already."""
    if not text.startswith(_MODELINE):
        return modeline(name) + text
    first, _, rest = text.partition("\n")
    return text if first.strip() == modeline(name).strip() else modeline(name) + rest


def _shaped(node: Any, *, required: bool) -> Any:
    """A node of pydantic's schema, and all below it, as an editor needs it. `required`: whether keys are required."""
    if isinstance(node, list):
        return [_shaped(item, required=required) for item in node]
    if not isinstance(node, Mapping):
        return node
    maps_names = not {"properties", "type"} & node.keys()
    if maps_names and all(isinstance(item, dict) for item in node.values()):
        # `properties` or `$defs`: the keys are names that users chose, not keywords.
        return {key: _shaped(item, required=required) for key, item in node.items()}
    shaped = {
        key: _shaped(value, required=required)
        for key, value in node.items()
        if key not in ("discriminator", "default", "title") and (required or key != "required")
    }
    if isinstance(shaped.get("description"), str):
        shaped["description"] = " ".join(shaped["description"].split())
    if shaped.get("type") == "string" and "enum" not in shaped:
        shaped["type"] = _TEXT
    if str(shaped.get("const", "")).isdigit():
        shaped["enum"] = [shaped["const"], int(shaped.pop("const"))]
    if not required and "properties" in shaped:
        shaped["properties"] = {key: _or_null(value) for key, value in shaped["properties"].items()}
    return shaped


def _or_null(node: Any) -> Any:
    """A schema that also accepts null. The description stays at the top, where editors look for it."""
    if not isinstance(node, dict):
        return node
    options = node.get("anyOf")
    if options is not None:
        null = [] if {"type": "null"} in options else [{"type": "null"}]
        return {**node, "anyOf": [*options, *null]}
    described = {"description": node["description"]} if "description" in node else {}
    inner = {key: value for key, value in node.items() if key != "description"}
    return {**described, "anyOf": [inner, {"type": "null"}]}
