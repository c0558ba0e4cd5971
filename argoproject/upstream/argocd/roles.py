"""Names of roles, groups and policies. A policy that does not load makes all roles of a project vanish silently.

Source: argo-cd v3.5.7, pkg/apis/application/v1alpha1/types.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from argoproject.upstream.argocd.settings import has_rollback
from argoproject.upstream.argocd.violation import Violation
from argoproject.yamlfile.reader import Path

__all__ = ["check_group", "check_policy", "check_role_name"]

_ROLE_NAME = re.compile(r"[a-zA-Z0-9](?:[-_a-zA-Z0-9]*[a-zA-Z0-9])?")
_GROUP_INVALID = re.compile(r'["\n\r\t]')
_GROUP_RESERVED = re.compile(r"(?:role|proj):.*|admin", re.DOTALL)
_RESOURCES = frozenset(
    {"applications", "applicationsets", "repositories", "clusters", "logs", "exec"}
)
_ACTIONS = frozenset({"get", "create", "update", "delete", "sync", "override"})
_PATTERN_ACTION = re.compile(r"(?:action|update|delete)/[A-Za-z0-9.*?_/-]+")
_OBJECT_PART = re.compile(r"(?:/[*\w.-]+){1,2}", re.ASCII)
_USUAL = re.compile(
    r"p, proj:(?P<subject>[^,]+), (?:applications|logs), (?:get|sync|action/\*), (?P<object>[^,]+), allow"
)
"""What nearly all policies look like: judged at a glance."""

_POLICY_INVALID = re.compile(r'["#\x00-\x1f\x7f]')


def check_role_name(path: Path, name: str) -> Iterator[Violation]:
    """`validateRoleName`: letters, digits, `-` and `_`, the outer ones letters or digits."""
    if not _ROLE_NAME.fullmatch(name):
        message = f"{name!r} is not a role name: letters, digits, `-` and `_` inside"
        yield Violation(path, "role-name", message)


def check_group(path: Path, name: str) -> Iterator[Violation]:
    """`validateGroupName`, and no subject of Argo CD itself: policies `g` know groups, roles and accounts alike."""
    told = _group_violation(name)
    if told is not None:
        yield Violation(path, *told)


@lru_cache(maxsize=4096)
def _group_violation(name: str) -> tuple[str, str] | None:
    """The rule that a group's name breaks, and the words for it. Environments share most of their groups."""
    bare = name.strip()
    quoted = len(bare) > 1 and bare.startswith('"') and bare.endswith('"')
    inner = bare[1:-1] if quoted else bare
    told = None
    if not inner:
        told = "group", "the group is empty"
    elif not quoted and "," in inner:
        told = "group", f"the group {name!r} has a comma and no quotes"
    elif _GROUP_INVALID.search(inner):
        told = "group", f"the group {name!r} has a quote, tab or line break inside"
    elif bare != name:
        told = "group", f"the group {name!r} begins or ends with a blank"
    elif _GROUP_RESERVED.fullmatch(inner):
        told = "group-reserved", f"{name!r} is a subject of Argo CD itself"
    return told


def check_policy(
    path: Path, project: str, role: str, policy: str, minor: int
) -> Iterator[Violation]:
    """`validatePolicy`: `p, proj:<project>:<role>, <resource>, <action>, <project>/<object>, allow|deny`."""
    usual = _USUAL.fullmatch(policy)
    if usual and usual["subject"] == f"{project}:{role}" and _is_object(project, usual["object"]):
        return
    if _POLICY_INVALID.search(policy):
        message = "the policy has a quote, a `#` or a line break"
        yield Violation(path, "policy-text", message)
        return
    parts = [part.strip(" ") for part in policy.split(",")]
    if len(parts) != 6 or parts[0] != "p":
        yield Violation(
            path, "policy-form", "the policy is not `p, subject, resource, action, object, effect`"
        )
        return
    _, subject, resource, action, item, effect = parts
    if subject != f"proj:{project}:{role}":
        yield Violation(
            path, "policy-subject", f"the policy's subject is not proj:{project}:{role}"
        )
    if resource not in _RESOURCES:
        yield Violation(path, "policy-resource", f"{resource!r} is no resource of a project")
    yield from _action(path, action, minor)
    if not _is_object(project, item):
        message = f"the policy's object is not {project}/<name>, or {project}/<namespace>/<name>"
        yield Violation(path, "policy-object", message)
    if effect not in ("allow", "deny"):
        yield Violation(path, "policy-effect", "the policy's effect is neither allow nor deny")


def _action(path: Path, action: str, minor: int) -> Iterator[Violation]:
    """`isValidAction`, anchored."""
    if action == "rollback":
        if not has_rollback(minor):
            yield Violation(path, "policy-action", f"Argo CD 3.{minor} has no action rollback")
    elif action not in _ACTIONS and not _PATTERN_ACTION.fullmatch(action):
        yield Violation(path, "policy-action", f"{action!r} is no action")


def _is_object(project: str, item: str) -> bool:
    """`isValidObject`: the project's name is text, not a pattern."""
    return item.startswith(project) and _OBJECT_PART.fullmatch(item, len(project)) is not None
