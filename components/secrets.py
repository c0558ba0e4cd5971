"""Secret values by the keys that plans use, each a Pulumi secret from the moment it is here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import pulumi

from argoproject.plan.model import SecretKey, helm_secrets_key

__all__ = ["Secrets"]

Key = TypeVar("Key", str, SecretKey)


class Secrets(dict[SecretKey, pulumi.Output[str]]):
    """The values that a stack has. `add` takes those of the decrypted files, too."""

    owners: tuple[str, ...] = ()
    """Whose keys for helm-secrets are among them."""

    @classmethod
    def of(
        cls, teams: Mapping[str, Any] | None, helm_keys: Mapping[str, Any] | None = None
    ) -> Secrets:
        """Read a stack's config: `<team>: {<name>: <value>}`, and keys for helm-secrets by owner.

        The team `platform` holds the platform's. An empty value is none: it is left out, so that it is reported as
        missing. A number means its text, as Pulumi's command line takes it.

        Raises:
            pulumi.RunError: for an owner without a mapping of names, or a value that is no text or number; values are
                never quoted.
        """
        teams, helm_keys = teams or {}, helm_keys or {}
        wrong = sorted(team for team, values in teams.items() if not isinstance(values, Mapping))
        if wrong:
            raise pulumi.RunError(
                f"config secrets: expected names with values in {', '.join(wrong)}"
            )
        given = {
            SecretKey(team, name): item
            for team, values in teams.items()
            for name, item in values.items()
        }
        secrets = cls(_texts("secrets", given))
        keys = _texts("helmSecretsKeys", helm_keys)
        secrets.owners = tuple(keys)
        secrets.update({helm_secrets_key(owner): value for owner, value in keys.items()})
        return secrets

    def add(self, values: Mapping[SecretKey, str]) -> None:
        """Take further values, those of files instead of others with their keys: files are nearer."""
        self.update({key: pulumi.Output.secret(value) for key, value in values.items()})


def _texts(name: str, given: Mapping[Key, Any]) -> dict[Key, pulumi.Output[str]]:
    """The values that are given, as secrets.

    Raises:
        RunError: for what is no text or number.
    """
    wrong = sorted(str(key) for key, item in given.items() if isinstance(item, dict | list | bool))
    if wrong:
        raise pulumi.RunError(f"config {name}: expected text for {', '.join(wrong)}")
    present = {key: str(item) for key, item in given.items() if item not in (None, "")}
    return {key: pulumi.Output.secret(item) for key, item in present.items()}
