"""What can be done in a project: what a file may permit, and what Argo CD can be asked.

The two differ: a role names patterns (`action/*`), a question one thing; and nobody may declare what leads out of a
project, while whoever asks may well ask for it. `argoproject.upstream.argocd.roles` knows which policies Argo CD
would load.
Source: argo-cd v3.5, docs/operator-manual/rbac.md and types.go `validatePolicy`; `rollback` is 3.6's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from argoproject.models import PermissionResource

__all__ = ["ASKABLE", "COMPOSED", "DECLARABLE", "EXACT"]

DECLARABLE: Mapping[PermissionResource, tuple[str, ...]] = {
    PermissionResource.APPLICATIONS: (
        "get", "create", "update", "delete", "sync", "rollback", "override",
        "action/<group>/<kind>/<name>", "update/*", "update/<group>/<kind>/<namespace>/<name>",
        "delete/*", "delete/<group>/<kind>/<namespace>/<name>",
    ),
    PermissionResource.APPLICATIONSETS: ("get", "delete"),
    PermissionResource.REPOSITORIES: ("get",),
    PermissionResource.CLUSTERS: ("get",),
    PermissionResource.LOGS: ("get",),
    PermissionResource.EXEC: ("create",),
}  # fmt: skip
"""What a role of one's own may be given. Narrower than Argo CD: whoever may make a cluster inside a project adds the
destination `*` to it."""

_PART = r"[A-Za-z0-9.*?-]"
COMPOSED = re.compile(
    rf"action/{_PART}*/{_PART}+/[A-Za-z0-9._*?-]+|(?:update|delete)/(?:\*|{_PART}*/{_PART}+/{_PART}+/{_PART}+)"
)
"""Actions on kinds, and on what an Application has made, each part a pattern."""

_OF_EVERY = ("get", "create", "update", "delete")
ASKABLE: Mapping[str, tuple[str, ...]] = {
    "applications": (*_OF_EVERY, "sync", "rollback", "override"),
    "applicationsets": _OF_EVERY,
    "clusters": _OF_EVERY,
    "exec": ("create",),
    "logs": ("get",),
    "repositories": _OF_EVERY,
}
"""What Argo CD asks about a project's objects."""

EXACT = re.compile(r"action/[^/*]*/[^/*]+/[^/*]+|(?:update|delete)/[^/*]*/[^/*]+/[^/*]+/[^/*]+")
"""`action/apps/Deployment/restart`, `delete//Pod/<namespace>/<name>`: one thing, without patterns."""
