"""All rules of the audit: a new rule is a function with the decorator `rule` in the module of its feature.

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

_MODULES = (
    access,
    guardrails,
    namespace,
    admission,
    impersonation,
    repositories,
    applications,
    secrets,
)

RULES: tuple[Rule, ...] = tuple(
    item for module in _MODULES for item in vars(module).values() if isinstance(item, Rule)
)
"""Every rule that a module defines, in the order of the modules."""
