"""A whole AppProject. Source: argo-cd v3.5.7, pkg/apis/application/v1alpha1/app_project_types.go, `ValidateProject`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from argoproject.upstream.argocd.roles import check_group, check_policy, check_role_name
from argoproject.upstream.argocd.violation import Violation
from argoproject.upstream.argocd.windows import check_windows
from argoproject.yamlfile.reader import Path

__all__ = ["check_project"]

Spec = Mapping[str, Any]

_PATTERN = re.compile(r"[*?\[\]{}!\\]")
_ACCOUNT_INVALID = re.compile(r"[!*\[\]{}\\/]")
"""`serviceAccountDisallowedCharSet`."""

_DESCRIPTION_LIMIT = 255
"""`maxLength` of the description in Argo CD's CustomResourceDefinition."""


def check_project(project: Mapping[str, Any], minor: int) -> Iterator[Violation]:
    """What Argo CD 3.`minor` would refuse of an AppProject, and what it takes and should not."""
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
    """The limit of the CustomResourceDefinition, in characters."""
    if len(spec.get("description", "")) > _DESCRIPTION_LIMIT:
        message = f"the description is longer than {_DESCRIPTION_LIMIT} characters"
        yield Violation(("spec", "description"), "description", message)


def check_destinations(spec: Spec) -> Iterator[Violation]:
    """No negated wildcard, no destination twice; here no pattern and no name at all."""
    seen: set[str] = set()
    for index, item in enumerate(spec.get("destinations", ())):
        path: Path = ("spec", "destinations", index)
        server, namespace = item.get("server", ""), item.get("namespace", "")
        key = f"{server or item.get('name', '')}/{namespace}"
        if key in seen:
            yield Violation(path, "destination-twice", f"the destination {key} stands there twice")
        seen.add(key)
        if item.get("name"):
            message = "the destination names its cluster instead of its server"
            yield Violation((*path, "name"), "destination-name", message)
        yield from _exact((*path, "server"), server, "server")
        yield from _exact((*path, "namespace"), namespace, "namespace")


def check_source_namespaces(spec: Spec) -> Iterator[Violation]:
    """No namespace twice. Between two `/` Argo CD reads a regular expression, elsewhere a pattern."""
    seen: set[str] = set()
    for index, name in enumerate(spec.get("sourceNamespaces", ())):
        path: Path = ("spec", "sourceNamespaces", index)
        if name in seen:
            yield Violation(
                path, "source-namespace-twice", f"the namespace {name} stands there twice"
            )
        seen.add(name)
        yield from _exact(path, name, "namespace", "/")


def check_source_repos(spec: Spec) -> Iterator[Violation]:
    """No negated wildcard, no repository twice; here no pattern at all."""
    seen: set[str] = set()
    for index, url in enumerate(spec.get("sourceRepos", ())):
        path: Path = ("spec", "sourceRepos", index)
        if url in seen:
            yield Violation(path, "source-twice", f"the repository {url} stands there twice")
        seen.add(url)
        yield from _exact(path, url, "repository")


def check_roles(project: str, spec: Spec, minor: int) -> Iterator[Violation]:
    """Roles, their policies and groups: valid, and each once."""
    seen: set[str] = set()
    for index, role in enumerate(spec.get("roles", ())):
        path: Path = ("spec", "roles", index)
        name = role.get("name", "")
        if name in seen:
            yield Violation(path, "role-twice", f"the role {name} stands there twice")
        seen.add(name)
        yield from check_role_name((*path, "name"), name)
        policies, groups = role.get("policies", ()), role.get("groups", ())
        for at, policy in enumerate(policies):
            yield from check_policy((*path, "policies", at), project, name, policy, minor)
        for at, group in enumerate(groups):
            yield from check_group((*path, "groups", at), group)
        yield from _twice((*path, "policies"), policies, "policy")
        yield from _twice((*path, "groups"), groups, "group")
        if role.get("jwtTokens"):
            message = "tokens are Argo CD's to write: declared ones would revoke those that it made"
            yield Violation((*path, "jwtTokens"), "role-tokens", message)


def check_service_accounts(spec: Spec) -> Iterator[Violation]:
    """Accounts that syncs run as: one for each destination, of the destination's own namespace."""
    seen: set[tuple[str, str]] = set()
    for index, item in enumerate(spec.get("destinationServiceAccounts", ())):
        path: Path = ("spec", "destinationServiceAccounts", index)
        server, namespace = item.get("server", ""), item.get("namespace", "")
        account = item.get("defaultServiceAccount", "")
        if (server, namespace) in seen:
            message = f"a second account for {server}/{namespace}"
            yield Violation(path, "service-account-twice", message)
        seen.add((server, namespace))
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


def _exact(path: Path, text: str, what: str, further: str = "") -> Iterator[Violation]:
    if not text or _PATTERN.search(text) or any(sign in text for sign in further):
        yield Violation(path, "pattern", f"{text!r} is not one {what}")


def _twice(path: Path, items: Sequence[str], what: str) -> Iterator[Violation]:
    if len(set(items)) != len(items):
        yield Violation(path, f"{what}-twice", f"a {what} stands there twice")
