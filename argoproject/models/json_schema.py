"""JSON Schemas of the files, for editors, made from the models.

An editor reads YAML with types; this format reads text and lets the field decide. So a schema accepts a number where
a field wants text (`1.10` is a revision), null everywhere (it removes), and in team.yaml, product.yaml and
project.yaml no key is required: another file may have it.
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
    "platform": "platform.yaml: what the platform team decides for everybody",
    "team": "team.yaml: what the team's environments share",
    "product": "product.yaml: what the product's environments share",
    "project": "project.yaml: one environment",
    "audit": "audit.yaml: findings of the audit that the platform has taken on",
}
"""The files by the name of their schema."""

PLACES = {
    "platform": PLATFORM_FILE,
    **{
        file.removesuffix(".yaml"): f"{PROJECTS}/{'*/' * depth}{file}"
        for depth, file in SETTINGS_FILES.items()
    },
    "audit": "audit.yaml",
}

_WHOLE: Mapping[str, type[Model]] = {"platform": Platform, "audit": AuditBaseline}
"""Files that stand alone. Of the others another one may hold what is missing."""

"""Where the files stand below the configuration's folder."""

_MODELINE = "# yaml-language-server:"
_TEXT = ["string", "number", "boolean"]


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of one file."""
    made = _WHOLE.get(name, Settings).model_json_schema(by_alias=True)
    shaped: dict[str, Any] = _shaped(made, required=name in _WHOLE)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{name}.json",
        "title": FILES[name],
    }
    return {**head, **{key: value for key, value in shaped.items() if key not in head}}


def schema_text(name: str) -> str:
    """The JSON Schema of one file as its own file holds it."""
    return json.dumps(schema(name), indent=1, ensure_ascii=False) + "\n"


def modeline(name: str) -> str:
    """The first line of a file, which tells editors its schema. Source: yaml-language-server, "inlined schema"."""
    up = "../" * PLACES[name].count("/")
    return f"{_MODELINE} $schema={up}schema/{name}.json\n"


def wired(name: str, text: str) -> str:
    """A file that names its schema, in the place of one that it may name already."""
    if not text.startswith(_MODELINE):
        return modeline(name) + text
    first, _, rest = text.partition("\n")
    return text if first.strip() == modeline(name).strip() else modeline(name) + rest


def _shaped(node: Any, *, required: bool) -> Any:
    if isinstance(node, list):
        return [_shaped(item, required=required) for item in node]
    if not isinstance(node, Mapping):
        return node
    if (
        "properties" not in node
        and "type" not in node
        and all(isinstance(item, dict) for item in node.values())
    ):
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
    """`node`, or null. The description stays outside, where editors look for it."""
    if not isinstance(node, dict):
        return node
    options = node.get("anyOf")
    if options is not None:
        return (
            node if {"type": "null"} in options else {**node, "anyOf": [*options, {"type": "null"}]}
        )
    described = {"description": node["description"]} if "description" in node else {}
    inner = {key: value for key, value in node.items() if key != "description"}
    return {**described, "anyOf": [inner, {"type": "null"}]}
