"""What every model of the configuration shares."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel

from argoproject.models.scalars import SecretName

__all__ = ["Model", "SecretSource", "shorthand"]


class Model(BaseModel):
    """Immutable, strict about keys, camelCase in YAML and snake_case in Python.

    A model says what a file may hold. Rules that need a second field, file or the platform live in
    `argoproject.checks`: a model is also used for the parts of an environment, in which fields are still missing.
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
    """Let a bare text stand for a `model` with one key: `blue-admins` for `{group: blue-admins}`."""

    def expand(value: Any) -> Any:
        return {key: value} if isinstance(value, str) else value

    return BeforeValidator(expand, json_schema_input_type=str | model)


class SecretSource(Model):
    """A value that is not written here but looked up by name."""

    secret: SecretName
    """Name of the secret. Its value is in a sops file of the environment, its product or its team, the nearest first;
    else it is one of the platform's, or in Pulumi config under the team."""
