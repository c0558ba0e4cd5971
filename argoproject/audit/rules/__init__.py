"""All rules of the audit: a new rule is added to the `RULES` of its feature.

A rule is a function over the whole fleet. It reports a cause at the place in a file that decides it, once for each
environment that it affects; and only what someone can improve: the shipped configuration has no finding, except those
that its audit.yaml accepts.
"""

from __future__ import annotations

from argoproject.audit.finding import Rule
from argoproject.audit.rules import (
    access,
    admission,
    applications,
    guardrails,
    impersonation,
    namespace,
    repositories,
    secrets,
)

__all__ = ["RULES"]

RULES: tuple[Rule, ...] = (
    *access.RULES,
    *guardrails.RULES,
    *namespace.RULES,
    *admission.RULES,
    *impersonation.RULES,
    *repositories.RULES,
    *applications.RULES,
    *secrets.RULES,
)
