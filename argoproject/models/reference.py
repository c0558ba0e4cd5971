"""docs/reference.md: a table of every field, generated from the models and the docstrings of their fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.layout import PLATFORM_FILE
from argoproject.models import Platform, Settings
from argoproject.models.audit import AuditBaseline

__all__ = ["reference"]

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
