"""Secret values of a stack's config, by the keys that plans use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from argoproject.plan.secrets import SecretKey

__all__ = ["team_secrets"]


def team_secrets(teams: Mapping[str, Any]) -> dict[SecretKey, pulumi.Output[str]]:
    """Flatten `<team>: {<name>: <value>}`. The team `platform` holds the platform's.

    An empty value is none: it is left out, so that it is reported as missing. A number means its text, as Pulumi's
    command line takes it.
    """
    wrong = sorted(team for team, values in teams.items() if not isinstance(values, Mapping))
    if wrong:
        raise pulumi.RunError(f"config secrets: expected names with values in {', '.join(wrong)}")
    given = {
        f"{team}/{name}": item for team, values in teams.items() for name, item in values.items()
    }
    wrong = sorted(key for key, item in given.items() if isinstance(item, dict | list | bool))
    if wrong:
        raise pulumi.RunError(f"config secrets: expected text for {', '.join(wrong)}")
    present = {key: str(item) for key, item in given.items() if item not in (None, "")}
    return {key: pulumi.Output.secret(item) for key, item in present.items()}
