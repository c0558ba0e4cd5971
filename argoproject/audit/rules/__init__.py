"""All rules of the audit, in one place: whoever adds one adds it to its theme's `RULES`.

A rule is a small function over the whole fleet. It tells a cause, the place in a file that decides it, once for every
environment that it reaches; and only what somebody can do something about: a fleet that follows the shipped
configuration has none of these, but for what its baseline accepts.
"""

from __future__ import annotations

from argoproject.audit.finding import Rule
from argoproject.audit.rules import (
    access,
    applications,
    argocd,
    guardrails,
    namespace,
    network,
    repositories,
    secrets,
    widenings,
)

__all__ = ["RULES"]

RULES: tuple[Rule, ...] = (
    *widenings.RULES,
    *access.RULES,
    *guardrails.RULES,
    *namespace.RULES,
    *network.RULES,
    *repositories.RULES,
    *applications.RULES,
    *secrets.RULES,
    *argocd.RULES,
)
