"""What is generated from the models: JSON Schemas of the files, for editors, and docs/reference.md, for readers.

An editor gives each YAML scalar a type; this program reads text, and the field decides its type. Therefore a schema
accepts a number where a field wants text (`1.10` is a revision) and null everywhere (null removes a key). In team.yaml,
product.yaml and project.yaml no key is required, as another of these files may have it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.layout import PLATFORM_FILE, PROJECTS, SETTINGS_FILES
from argoproject.models import Model, Platform, Settings
from argoproject.models.platform import AuditBaseline

__all__ = [
    "FILES",
    "PLACES",
    "modeline",
    "reference",
    "schema",
    "schema_text",
    "wired",
]

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
    shaped: dict[str, Any] = {
        # The keys of `properties` and `$defs` are names, not keywords: one may be `default`.
        key: {name: _shaped(item, required=required) for name, item in value.items()}
        if key in ("properties", "$defs")
        else _shaped(value, required=required)
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


_HEAD = """\
# Reference

Every field of the files. This page is generated (`make docs`); the source is `argoproject/models/`.

`team.yaml`, `product.yaml` and `project.yaml` have one shape: [Settings](#settings). The nearer file wins: maps merge
key by key, lists and scalars replace, `null` removes. `platform.yaml` is [Platform](#platform), `audit.yaml`
[AuditBaseline](#auditbaseline).
"""

_TYPES = {"string": "text", "integer": "number", "boolean": "true or false", "date": "date"}


def reference() -> str:
    """The whole page, as Markdown: a section for each model, in the order in which a reader meets them."""
    parts = [_HEAD]
    seen: set[str] = set()
    for model, file in (
        (Platform, PLATFORM_FILE),
        (Settings, "project.yaml, product.yaml, team.yaml"),
        (AuditBaseline, "audit.yaml"),
    ):
        schema = model.model_json_schema(by_alias=True)
        definitions = {model.__name__: schema, **schema.get("$defs", {})}
        waiting = [model.__name__]
        while waiting:
            name = waiting.pop(0)
            if name in seen or name not in definitions:
                continue
            seen.add(name)
            waiting += _references(definitions[name])
            if "properties" in definitions[name]:
                title = f"{name}: {file}" if name == model.__name__ else name
                parts.append(_section(name, title, definitions))
    return "\n".join(parts)


def _references(node: Any) -> Iterator[str]:
    """The names of the models that a schema refers to."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "$ref":
                yield value.rsplit("/", 1)[1]
            elif key not in ("$defs", "discriminator"):
                yield from _references(value)
    elif isinstance(node, list):
        for item in node:
            yield from _references(item)


def _section(name: str, title: str, definitions: Mapping[str, Any]) -> str:
    """The section of one model. Required fields are marked with `*`."""
    schema = definitions[name]
    required = schema.get("required", ())
    rows = [
        f"| `{key}`{' *' if key in required else ''} | {_type(field, definitions)} | {_description(field)} |"
        for key, field in schema["properties"].items()
    ]
    return "\n".join(
        [
            f"## {title}",
            f'<a id="{name.lower()}"></a>',
            "",
            _description(schema),
            "",
            "| key | value | meaning |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _description(node: Mapping[str, Any]) -> str:
    """The docstring of a model or field, on one line of a table."""
    return " ".join(str(node.get("description", "")).split()).replace("|", "\\|")


def _type(node: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """What a field accepts: `text`, `list of number`, the words of an enum, a link to the section of a model."""
    match node:
        case {"$ref": str(path)}:
            name = path.rsplit("/", 1)[1]
            target = definitions.get(name, {})
            link = f"[{name}](#{name.lower()})"
            return _type(target, definitions) if "enum" in target else link
        case {"anyOf": list(options)} | {"oneOf": list(options)}:
            shown = (_type(item, definitions) for item in options if item != {"type": "null"})
            return " or ".join(dict.fromkeys(shown))
        case {"enum": _} | {"const": _}:
            return ", ".join(f"`{item}`" for item in node.get("enum", [node.get("const")]))
        case {"type": "array"}:
            return f"list of {_type(node.get('items', {}), definitions)}"
        case {"type": "object"}:
            inner = node.get("additionalProperties")
            described = inner if isinstance(inner, Mapping) else {}
            return f"map of {_type(described, definitions)}" if described else "map"
        case _:
            kind = "date" if node.get("format") == "date" else node.get("type")
            return _TYPES.get(str(kind), "anything")
