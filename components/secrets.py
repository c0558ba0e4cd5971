"""Secret values of a stack's config, by the keys that plans use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from argoproject.plan.secrets import SecretKey

__all__ = ["team_secrets"]


def team_secrets(teams: Mapping[str, Any]) -> dict[SecretKey, pulumi.Output[str]]:
    """Flatten `<team>: {<name>: <value>}`. The team `platform` holds the platform's."""
    wrong = sorted(team for team, values in teams.items() if not isinstance(values, Mapping))
    if wrong:
        raise pulumi.RunError(f"config secrets: expected names with values in {', '.join(wrong)}")
    return {
        f"{team}/{name}": pulumi.Output.secret(str(value))
        for team, values in teams.items()
        for name, value in values.items()
    }
