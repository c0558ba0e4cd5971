"""The reference of every field, made from the models: docs/reference.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

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


def reference() -> str:
    """The whole page, as Markdown."""
    parts = [_HEAD]
    seen: set[str] = set()
    for model, file in (
        (Platform, "platform.yaml"),
        (Settings, "project.yaml, product.yaml, team.yaml"),
        (AuditBaseline, "audit.yaml"),
    ):
        schema = model.model_json_schema(by_alias=True)
        definitions = {model.__name__: schema, **schema.get("$defs", {})}
        for name in _order(model.__name__, definitions):
            if name not in seen and "properties" in definitions[name]:
                seen.add(name)
                title = f"{name}: {file}" if name == model.__name__ else name
                parts.append(_section(name, title, definitions[name], definitions))
    return "\n".join(parts)


def _order(root: str, definitions: Mapping[str, Any]) -> list[str]:
    """The models in the order in which a reader meets them."""
    order: list[str] = []
    waiting = [root]
    while waiting:
        name = waiting.pop(0)
        if name not in order:
            order.append(name)
            waiting += [item for item in _references(definitions[name]) if item in definitions]
    return order


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "$ref":
                yield value.rsplit("/", 1)[1]
            elif key not in ("$defs", "discriminator"):
                yield from _references(value)
    elif isinstance(node, list):
        for item in node:
            yield from _references(item)


def _section(
    name: str, title: str, schema: Mapping[str, Any], definitions: Mapping[str, Any]
) -> str:
    required = schema.get("required", ())
    rows = [
        f"| `{key}`{' *' if key in required else ''} | {_type(field, definitions)} | {_words(field)} |"
        for key, field in schema["properties"].items()
    ]
    return "\n".join(
        [
            f"## {title}",
            f'<a id="{name.lower()}"></a>',
            "",
            _words(schema),
            "",
            "| key | value | meaning |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _words(node: Mapping[str, Any]) -> str:
    return " ".join(str(node.get("description", "")).split()).replace("|", "\\|")


def _type(node: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    if "$ref" in node:
        return _reference(node["$ref"].rsplit("/", 1)[1], definitions)
    options = node.get("anyOf") or node.get("oneOf")
    if options:
        kinds = dict.fromkeys(
            _type(item, definitions) for item in options if item != {"type": "null"}
        )
        return " or ".join(kinds)
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return ", ".join(f"`{item}`" for item in node["enum"])
    return _plain_type(node, definitions)


def _plain_type(node: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    kind = node.get("type")
    if kind == "array":
        return f"list of {_type(node.get('items', {}), definitions)}"
    if kind == "object":
        inner = node.get("additionalProperties")
        return (
            f"map of {_type(inner, definitions)}" if isinstance(inner, Mapping) and inner else "map"
        )
    names = {"string": "text", "integer": "number", "boolean": "true or false"}
    return "date" if node.get("format") == "date" else names.get(str(kind), "anything")


def _reference(name: str, definitions: Mapping[str, Any]) -> str:
    target = definitions.get(name, {})
    if "enum" in target:
        return ", ".join(f"`{item}`" for item in target["enum"])
    return f"[{name}](#{name.lower()})"
