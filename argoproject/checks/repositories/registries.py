"""Secrets on the destination cluster: pull Secrets of container registries, and Opaque Secrets for workloads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from argoproject.models import Registry
from argoproject.problems import Problem
from argoproject.project.impersonation import impersonation
from argoproject.project.model import Project
from argoproject.yamlfile.reader import Path

__all__ = ["registries", "workload_secrets"]

_SECRET_KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}")


def registries(project: Project) -> Iterator[Problem]:
    """Refuses registries without a whole login, and those that cannot share their pull Secret."""
    shared: dict[str, list[tuple[str, Registry]]] = {}
    for key, registry in sorted(project.settings.registries.items()):
        yield from registry_login(project, ("registries", key), registry)
        yield from sync_account(project, ("registries", key, "serviceAccounts"), registry)
        shared.setdefault(registry.secret_name or f"pull-{key}", []).append((key, registry))
    namespace = project.settings.namespace
    own = namespace.secrets if namespace is not None else {}
    for name, members in shared.items():
        if name in own:
            path: Path = ("registries", members[0][0], "secretName")
            message = f"namespace.secrets has a Secret of the same name, {name}"
            yield project.problem(
                path=path,
                code="secret-name-twice",
                message=message,
                remedy="set another `secretName`",
            )
        if len(members) > 1:
            yield from shared_secret(project, name, members)


def registry_login(project: Project, path: Path, registry: Registry) -> Iterator[Problem]:
    """Refuses a registry that has neither user and password nor a Docker configuration, or both."""
    if registry.dockerconfigjson is not None:
        if registry.password is not None or registry.username is not None:
            message = "`dockerconfigjson` cannot be combined with `username` or `password`"
            remedy = "keep `username` and `password`, or `dockerconfigjson`"
            yield project.problem(
                path=(*path, "dockerconfigjson"),
                code="registry-login",
                message=message,
                remedy=remedy,
            )
        return
    if registry.password is None:
        message = "the registry has no login"
        remedy = "add `username` and `password: {secret: …}`, or `dockerconfigjson: {secret: …}`"
        yield project.problem(path=path, code="registry-login", message=message, remedy=remedy)
    elif not registry.username:
        message, remedy = "`password` needs a `username`", "add it"
        yield project.problem(
            path=(*path, "username"), code="registry-login", message=message, remedy=remedy
        )


def sync_account(project: Project, path: Path, registry: Registry) -> Iterator[Problem]:
    """Refuses the account of the syncs as one that pulls: no pod runs with it."""
    syncs = impersonation(project)
    for index, account in enumerate(registry.service_accounts):
        if syncs is not None and account == syncs.service_account:
            message = f"{account} is the account of Argo CD's syncs, with which no pod runs"
            remedy = "name the account of the workloads"
            yield project.problem(
                path=(*path, index), code="registry-account", message=message, remedy=remedy
            )


def shared_secret(
    project: Project, name: str, members: list[tuple[str, Registry]]
) -> Iterator[Problem]:
    """Refuses registries that share a Secret, but cannot be one Docker configuration with a login for each server."""
    servers: dict[str, str] = {}
    for key, registry in members:
        if registry.dockerconfigjson is not None:
            message = f"the Secret {name} is shared: a ready Docker configuration cannot be joined with others"
            remedy = "use `username` and `password`, or another `secretName`"
            path: Path = ("registries", key, "dockerconfigjson")
            yield project.problem(path=path, code="registry-joined", message=message, remedy=remedy)
        server = registry.server.lower()
        if server in servers:
            message = f"the Secret {name} has a login for {server} already, from registries.{servers[server]}"
            remedy = "remove one, or set another `secretName`"
            yield project.problem(
                path=("registries", key, "server"),
                code="registry-twice",
                message=message,
                remedy=remedy,
            )
        servers.setdefault(server, key)


def workload_secrets(project: Project) -> Iterator[Problem]:
    """Refuses Secrets of `namespace.secrets` without keys, and keys that Kubernetes does not accept."""
    namespace = project.settings.namespace
    for name, data in (namespace.secrets if namespace is not None else {}).items():
        path: Path = ("namespace", "secrets", name)
        if not data:
            remedy = "add `<key>: {secret: <name>}`, or remove it"
            yield project.problem(
                path=path, code="secret-empty", message="the Secret has no keys", remedy=remedy
            )
        for key in data:
            if not _SECRET_KEY.fullmatch(key) or key in (".", ".."):
                message = f"{key!r} is not a key of a Secret"
                remedy = "use letters, digits, `-`, `_` and `.`, at most 253"
                yield project.problem(
                    path=(*path, key), code="secret-key", message=message, remedy=remedy
                )
