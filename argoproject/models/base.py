"""The base of all models of the configuration, and what their fields declare."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel

from argoproject.models.scalars import SecretName

__all__ = ["Model", "SecretSource", "declared", "key_of", "shorthand"]

T = TypeVar("T")


class Model(BaseModel):
    """Base of all models: immutable, strict about keys, camelCase in YAML and snake_case in Python.

    A model defines which keys and values a file may have. Rules that need a second field, another file or the platform
    are in `argoproject.checks`: models also validate parts of an environment, in which fields are still missing.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        serialize_by_alias=True,
    )


def shorthand(key: str, model: type[BaseModel]) -> BeforeValidator:
    """A validator that also accepts a text, as the value of a key of `model`: `blue` for `{group: blue}`.

    The JSON Schema of the field accepts both forms.
    """

    def expand(value: Any) -> Any:
        return {key: value} if isinstance(value, str) else value

    return BeforeValidator(expand, json_schema_input_type=str | model)


class SecretSource(Model):
    """A value that is looked up by name instead of being written in the file."""

    secret: SecretName
    """Name of the secret. Its value is in a sops file of the environment, its product or its team, the nearest first.
    Otherwise it is a secret of the platform, or in Pulumi config under the team."""


def declared(model: type[BaseModel], *metadata: type[T]) -> Mapping[str, T]:
    """Collect what a model's fields declare about themselves, by the name of the field.

    Args:
        model: A model of which every field declares something: `Annotated[..., Guardrail(...)]`.
        metadata: The classes of the declarations, for example `Guardrail`.

    Raises:
        TypeError: A field declares nothing. Judges that read the declarations would not know the field, so the program
            does not start.
    """
    found: dict[str, T] = {}
    for name, field in model.model_fields.items():
        item = next((item for item in field.metadata if isinstance(item, metadata)), None)
        if item is None:
            wanted = " or ".join(item.__name__ for item in metadata)
            raise TypeError(
                f"{model.__name__}.{name} declares no {wanted}: write Annotated[..., {wanted}(...)], "
                "as docs/adr/0017-declared-once.md says"
            )
        found[name] = item
    return found


@cache
def key_of(model: type[BaseModel], field: str) -> str:
    """The key of a field in YAML: `key_of(Guardrails, "quota_max")` is `quotaMax`."""
    return model.model_fields[field].alias or field
