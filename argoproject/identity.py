"""What an environment is."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PLATFORM", "Identity"]

PLATFORM = "platform"
"""Where the platform's secrets stand beside the teams'; so no team has this name."""


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """What an environment is: read from its folder, written nowhere else."""

    team: str
    product: str
    cluster: str
    environment: str

    def __str__(self) -> str:
        return f"{self.team}/{self.product}/{self.cluster}/{self.environment}"
