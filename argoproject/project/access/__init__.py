"""Who may do what in an environment on a given day.

`assignments` reads the files; `project_roles` and `kubernetes_groups` are what is planned; `decide` answers a single
request; `access_rows` and `widenings` are what reports show.
"""

from __future__ import annotations

from argoproject.project.access.policies import (
    ASKABLE,
    COMPOSED,
    DECLARABLE,
    EXACT,
    Grant,
    Permit,
    Policy,
    ProjectRole,
    Request,
    covers,
    decide,
    policies,
    read_policy,
)
from argoproject.project.access.roles import (
    ADMIN,
    READONLY,
    Assignment,
    System,
    application_names,
    assigned,
    assignments,
    current_allowances,
    grants,
    kubernetes_groups,
    lasts,
    project_roles,
)
from argoproject.project.access.rows import (
    PUSHERS,
    TOKENS,
    AccessRow,
    Widening,
    access_rows,
    widenings,
)

__all__ = [
    "ADMIN",
    "ASKABLE",
    "COMPOSED",
    "DECLARABLE",
    "EXACT",
    "PUSHERS",
    "READONLY",
    "TOKENS",
    "AccessRow",
    "Assignment",
    "Grant",
    "Permit",
    "Policy",
    "ProjectRole",
    "Request",
    "System",
    "Widening",
    "access_rows",
    "application_names",
    "assigned",
    "assignments",
    "covers",
    "current_allowances",
    "decide",
    "grants",
    "kubernetes_groups",
    "lasts",
    "policies",
    "project_roles",
    "read_policy",
    "widenings",
]
