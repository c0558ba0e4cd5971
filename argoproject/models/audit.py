"""audit.yaml: findings of `argoproject audit` that the platform team has accepted."""

from __future__ import annotations

from argoproject.models.base import Model
from argoproject.models.scalars import Glob, Text, Word
from argoproject.models.values import Date

__all__ = ["Acceptance", "AuditBaseline"]


class Acceptance(Model):
    """Accepted findings of one rule: where they are accepted, for which reason, and until when."""

    rule: Word
    """Code of the rule, which `audit` prints in square brackets."""

    environments: tuple[Glob, ...] = ()
    """Environments in which findings are accepted, in the form of SELECT: `blue/shop`, `green/*/*/prod`."""

    at: tuple[Word, ...] = ()
    """Places at which findings are accepted: a file, or `<file>:<key>` for the key and all below it, for example
    `platform.yaml:profiles.small`. Files are relative to the folder of platform.yaml."""

    reason: Text
    """The reason, for readers of the audit."""

    until: Date
    """Last day on which they are accepted. Afterwards `audit` reports them again."""


class AuditBaseline(Model):
    """The whole audit.yaml."""

    accepted: tuple[Acceptance, ...] = ()
    """Accepted findings."""
