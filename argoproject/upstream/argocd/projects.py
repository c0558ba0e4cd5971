"""An AppProject: destinations, repositories, roles with their policies and groups, ServiceAccounts of syncs.

A policy that does not load makes all roles of a project vanish silently.

Source: argo-cd v3.5.7, pkg/apis/application/v1alpha1/app_project_types.go, `ValidateProject`, and types.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from argoproject.upstream.argocd import Violation
from argoproject.upstream.argocd.settings import has_rollback
from argoproject.upstream.argocd.windows import check_windows
from argoproject.yamlfile.reader import DataPath

__all__ = ["check_group", "check_policy", "check_project", "check_role_name"]

Spec = Mapping[str, Any]

_PATTERN = re.compile(r"[*?\[\]{}!\\]")
_ACCOUNT_INVALID = re.compile(r"[!*\[\]{}\\/]")
"""`serviceAccountDisallowedCharSet`."""

_DESCRIPTION_LIMIT = 255
"""`maxLength` of the description in Argo CD's CustomResourceDefinition, in characters."""

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
    r"p, proj:([^,]+), (?:applications|applicationsets|logs|repositories), (?:get|sync|action/\*), "
    rf"([^,/]+){_OBJECT_PART.pattern}, allow",
    re.ASCII,
)
"""Nearly all policies, with their subject and project: this one match replaces the rules one by one."""

_POLICY_INVALID = re.compile(r'["#\x00-\x1f\x7f]')


def check_project(project: Mapping[str, Any], minor: int) -> Iterator[Violation]:
    """What Argo CD would refuse of an AppProject, and what it accepts although it opens more than it shows.

    Args:
        project: The manifest.
        minor: The minor version of Argo CD 3.
    """
    spec = project["spec"]
    yield from check_description(spec)
    yield from check_destinations(spec)
    yield from check_source_namespaces(spec)
    yield from check_source_repos(spec)
    yield from check_roles(project["metadata"]["name"], spec, minor)
    if "syncWindows" in spec:
        yield from check_windows(("spec", "syncWindows"), spec["syncWindows"])
    yield from check_service_accounts(spec)


def check_description(spec: Spec) -> Iterator[Violation]:
    """Refuse a description above the limit of the CustomResourceDefinition."""
    if len(spec.get("description", "")) > _DESCRIPTION_LIMIT:
        message = f"the description is longer than {_DESCRIPTION_LIMIT} characters"
        yield Violation(("spec", "description"), "description", message)


def check_destinations(spec: Spec) -> Iterator[Violation]:
    """`ValidateProject`: refuse a destination that is listed twice; here also every pattern, and clusters by name."""
    seen: dict[str, int] = {}
    for index, item in enumerate(spec.get("destinations", ())):
        path: DataPath = ("spec", "destinations", index)
        server, namespace = item.get("server", ""), item.get("namespace", "")
        key = f"{server or item.get('name', '')}/{namespace}"
        if seen.setdefault(key, index) != index:
            yield Violation(path, "destination-twice", f"the destination {key} is listed twice")
        if item.get("name"):
            message = "the destination names its cluster instead of its server"
            yield Violation((*path, "name"), "destination-name", message)
        yield from _refuse_pattern((*path, "server"), server, "server")
        yield from _refuse_pattern((*path, "namespace"), namespace, "namespace")


def check_source_namespaces(spec: Spec) -> Iterator[Violation]:
    """`ValidateProject`: refuse a namespace that is listed twice; here also patterns.

    Between two `/` Argo CD reads a regular expression: util/glob/list.go, `MatchStringInList`.
    """
    names = spec.get("sourceNamespaces", ())
    yield from _check_entries(
        ("spec", "sourceNamespaces"), names, "source-namespace", "namespace", "/"
    )


def check_source_repos(spec: Spec) -> Iterator[Violation]:
    """`ValidateProject`: refuse a repository that is listed twice; here also every pattern."""
    yield from _check_entries(
        ("spec", "sourceRepos"), spec.get("sourceRepos", ()), "source", "repository"
    )


def _check_entries(
    path: DataPath, names: Sequence[str], rule: str, what: str, further: str = ""
) -> Iterator[Violation]:
    """Refuse names that are listed twice, and patterns, also by the characters `further`."""
    seen: dict[str, int] = {}
    for index, name in enumerate(names):
        if seen.setdefault(name, index) != index:
            yield Violation((*path, index), f"{rule}-twice", f"the {what} {name} is listed twice")
        yield from _refuse_pattern((*path, index), name, what, further)


def check_roles(project: str, spec: Spec, minor: int) -> Iterator[Violation]:
    """`ValidateProject`: refuse invalid roles, policies and groups, those listed twice, and here declared tokens."""
    seen: dict[str, int] = {}
    for index, role in enumerate(spec.get("roles", ())):
        path: DataPath = ("spec", "roles", index)
        name = role.get("name", "")
        if seen.setdefault(name, index) != index:
            yield Violation(path, "role-twice", f"the role {name} is listed twice")
        yield from check_role_name((*path, "name"), name)
        policies, groups = role.get("policies", ()), role.get("groups", ())
        subject = (f"{project}:{name}", project)
        for at, policy in enumerate(policies):
            usual = _USUAL.fullmatch(policy)
            if usual is None or usual.groups() != subject:
                yield from check_policy((*path, "policies", at), project, name, policy, minor)
        for at, group in enumerate(groups):
            yield from check_group((*path, "groups", at), group)
        yield from _twice((*path, "policies"), policies, "policy")
        yield from _twice((*path, "groups"), groups, "group")
        if role.get("jwtTokens"):
            message = "only Argo CD writes tokens: declared ones would revoke those that it issued"
            yield Violation((*path, "jwtTokens"), "role-tokens", message)


def check_role_name(path: DataPath, name: str) -> Iterator[Violation]:
    """`validateRoleName`: letters and digits, inside also `-` and `_`."""
    if not _ROLE_NAME.fullmatch(name):
        message = f"{name!r} is not a role name: letters, digits, `-` and `_` inside"
        yield Violation(path, "role-name", message)


def check_group(path: DataPath, name: str) -> Iterator[Violation]:
    """`validateGroupName`, and no subject of Argo CD itself.

    In policies `g` groups, roles and accounts share one name space: a group `role:admin` would have that role.
    """
    found = _group_violation(name)
    if found is not None:
        yield Violation(path, *found)


@lru_cache(maxsize=4096)
def _group_violation(name: str) -> tuple[str, str] | None:
    """The rule that a group's name breaks, with its message. It is cached: environments share most of their groups."""
    bare = name.strip()
    quoted = len(bare) > 1 and bare.startswith('"') and bare.endswith('"')
    inner = bare[1:-1] if quoted else bare
    if not inner:
        return "group", "the group is empty"
    if not quoted and "," in inner:
        return "group", f"the group {name!r} has a comma and no quotes"
    if _GROUP_INVALID.search(inner):
        return "group", f"the group {name!r} has a quote, tab or line break inside"
    if bare != name:
        return "group", f"the group {name!r} begins or ends with a blank"
    if _GROUP_RESERVED.fullmatch(inner):
        return "group-reserved", f"{name!r} is a subject of Argo CD itself"
    return None


def check_policy(
    path: DataPath, project: str, role: str, policy: str, minor: int
) -> Iterator[Violation]:
    """`validatePolicy`: `p, proj:<project>:<role>, <resource>, <action>, <project>/<object>, allow|deny`.

    Args:
        path: The policy, from the manifest's root on.
        project: The name of its AppProject.
        role: The name of its role.
        policy: Its text.
        minor: The minor version of Argo CD 3: `rollback` is an action since 3.6.
    """
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
        yield Violation(path, "policy-resource", f"{resource!r} is not a resource of a project")
    if action == "rollback" and not has_rollback(minor):
        yield Violation(path, "policy-action", f"Argo CD 3.{minor} has no action rollback")
    elif action not in (*_ACTIONS, "rollback") and not _PATTERN_ACTION.fullmatch(action):
        yield Violation(path, "policy-action", f"{action!r} is not an action")
    # `isValidObject`: the project's name is text, not a pattern.
    if not (item.startswith(project) and _OBJECT_PART.fullmatch(item, len(project))):
        message = f"the policy's object is not {project}/<name>, or {project}/<namespace>/<name>"
        yield Violation(path, "policy-object", message)
    if effect not in ("allow", "deny"):
        yield Violation(path, "policy-effect", "the policy's effect is neither allow nor deny")


def check_service_accounts(spec: Spec) -> Iterator[Violation]:
    """`ValidateProject`: refuse accounts of syncs that are no names; here also of other namespaces, and patterns."""
    seen: dict[tuple[str, str], int] = {}
    for index, item in enumerate(spec.get("destinationServiceAccounts", ())):
        path: DataPath = ("spec", "destinationServiceAccounts", index)
        server, namespace = item.get("server", ""), item.get("namespace", "")
        account = item.get("defaultServiceAccount", "")
        if seen.setdefault((server, namespace), index) != index:
            message = f"a second account for {server}/{namespace}"
            yield Violation(path, "service-account-twice", message)
        place = (*path, "defaultServiceAccount")
        if not account.strip(" ") or _ACCOUNT_INVALID.search(account):
            yield Violation(place, "service-account", f"{account!r} is not the name of an account")
        elif ":" in account:
            message = f"{account!r} may be an account of another namespace"
            yield Violation(place, "service-account-colon", message)
        for key, value in (("server", server), ("namespace", namespace)):
            if _PATTERN.search(value) or not value:
                message = f"the {key} {value!r} is not one {key}"
                yield Violation((*path, key), "service-account-pattern", message)


def _refuse_pattern(path: DataPath, text: str, what: str, further: str = "") -> Iterator[Violation]:
    if not text or _PATTERN.search(text) or any(sign in text for sign in further):
        yield Violation(path, "pattern", f"{text!r} is a pattern or empty, not one {what}")


def _twice(path: DataPath, items: Sequence[str], what: str) -> Iterator[Violation]:
    if len(set(items)) != len(items):
        yield Violation(path, f"{what}-twice", f"a {what} is listed twice")
