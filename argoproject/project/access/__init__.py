"""Who may do what in an environment on a given day: roles of the AppProject, and groups inside the namespace.

`assignments` reads the files once; what is planned (`project_roles`, `kubernetes_groups`), what is told
(`access_rows`) and what is answered (`decide`) come from it.
"""

from __future__ import annotations

from argoproject.project.access.assignments import ADMIN, READONLY, Assignment, System, assignments
from argoproject.project.access.decide import Permit, Request, covers, decide
from argoproject.project.access.expiry import current, current_allowances, lasts
from argoproject.project.access.roles import (
    application_names,
    assigned,
    kubernetes_groups,
    project_roles,
)
from argoproject.project.access.rows import AccessRow, access_rows
from argoproject.project.access.widenings import Widening, widenings

__all__ = [
    "ADMIN",
    "READONLY",
    "AccessRow",
    "Assignment",
    "Permit",
    "Request",
    "System",
    "Widening",
    "access_rows",
    "application_names",
    "assigned",
    "assignments",
    "covers",
    "current",
    "current_allowances",
    "decide",
    "kubernetes_groups",
    "lasts",
    "project_roles",
    "widenings",
]
