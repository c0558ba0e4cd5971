"""audit.yaml: findings of `argoproject audit` that the platform has taken on."""

from __future__ import annotations

from argoproject.models.base import Model
from argoproject.models.scalars import Glob, Text, Word
from argoproject.models.values import Date

__all__ = ["Acceptance", "AuditBaseline"]


class Acceptance(Model):
    """Findings that are accepted: of one rule, in a place, for a reason, until a day."""

    rule: Word
    """Code of the rule, as `audit` tells it in square brackets."""

    environments: tuple[Glob, ...] = ()
    """Environments in which it is accepted, as SELECT names them: `blue/shop`, `green/*/*/prod`."""

    at: tuple[Word, ...] = ()
    """Places at which it is accepted: a file, or `<file>:<key>` with all below the key, for example
    `platform.yaml:profiles.small`. Files are named as seen from the folder of platform.yaml."""

    reason: Text
    """Why, for whoever reads the audit."""

    until: Date
    """Last day. Afterwards the finding comes back."""


class AuditBaseline(Model):
    """The whole audit.yaml."""

    accepted: tuple[Acceptance, ...] = ()
    """Accepted findings."""
