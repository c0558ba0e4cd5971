"""What an environment is."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Identity"]


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """What an environment is: read from its folder, written nowhere else."""

    team: str
    product: str
    cluster: str
    environment: str

    def __str__(self) -> str:
        return f"{self.team}/{self.product}/{self.cluster}/{self.environment}"
