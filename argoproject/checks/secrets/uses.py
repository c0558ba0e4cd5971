"""What an environment does with secrets: values in clear, the platform's secrets, and Secrets on its cluster.

Argo CD shows an Application's spec to everyone with `applications, get`, and keeps it in its cache. So a value whose
key has the name of a secret, or that has the form of a known kind of key, is refused. The message never has the value.
A false alarm is answered with `allow: [{kind: inlineSecret, value: <path>, reason: …}]`.

A team names a secret of the platform and must not get its value: it may go only where platform.yaml says.
Secrets on the destination cluster are pull Secrets of container registries, and Opaque Secrets for workloads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import BaseModel

from argoproject.models import AllowanceKind, Registry, Source
from argoproject.problems import Mistake
from argoproject.project.applications import all_sources, spelled_generator
from argoproject.project.impersonation import impersonation
from argoproject.project.model import Found, Project
from argoproject.project.repositories import secret_uses
from argoproject.secrets.detection import (
    found_in_text,
    is_clear,
    is_secret_key,
    looks_secret,
    secret_paths,
)
from argoproject.upstream.urls import covers, registry_key
from argoproject.yamlfile.reader import DataPath, path_text

__all__ = [
    "allowed_in_clear",
    "check_in_clear",
    "check_platform_secrets",
    "registries",
    "workload_secrets",
]


def check_in_clear(project: Project) -> Found:
    """Refuses secrets in clear in sources of Applications and ApplicationSets, unless an `allow` names the place."""
    allowed = allowed_in_clear(project)
    for path in _everywhere(project):
        if path_text(path) not in allowed:
            message = (
                "this looks like a secret, and everybody who may see the Application would read it"
            )
            remedy = (
                "put it into namespace.secrets and name that Secret (existingSecret), or use helm-secrets; "
                f"if it is none: allow: [{{kind: inlineSecret, value: {path_text(path)}, reason: …}}]"
            )
            yield path, Mistake(code="inline-secret", message=message, remedy=remedy)


def allowed_in_clear(project: Project) -> frozenset[str]:
    """The places of values that look like secrets and are none, as `path_text` writes them."""
    allowed = project.settings.allow
    return frozenset(item.value for item in allowed if item.kind is AllowanceKind.INLINE_SECRET)


def _everywhere(project: Project) -> Iterator[DataPath]:
    """The paths of all values of free form that look like a secret in clear."""
    for at in all_sources(project):
        yield from _in_source(at.path, at.source)
    for key, item_set in project.settings.application_sets.items():
        path: DataPath = ("applicationSets", key)
        generators = [spelled_generator(item) for item in item_set.generators]
        yield from secret_paths(generators, (*path, "generators"))


def _in_source(path: DataPath, source: Source) -> Iterator[DataPath]:
    """Those of one source: Helm's values and parameters, a plugin's, Kustomize's patches, Jsonnet's variables."""
    if source.helm is not None:
        place = (*path, "helm")
        yield from secret_paths(source.helm.values_object, (*place, "valuesObject"))
        if source.helm.values and (
            looks_secret(source.helm.values) or found_in_text(source.helm.values)
        ):
            yield (*place, "values")
        yield from _in_pairs(source.helm.parameters, (*place, "parameters"))
    if source.plugin is not None:
        yield from _in_pairs(source.plugin.env, (*path, "plugin", "env"))
        yield from secret_paths(_dumped(source.plugin.parameters), (*path, "plugin", "parameters"))
    if source.kustomize is not None:
        patches = _dumped(source.kustomize.patches)
        yield from secret_paths(patches, (*path, "kustomize", "patches"))
    if source.directory is not None and source.directory.jsonnet is not None:
        place = (*path, "directory", "jsonnet")
        yield from secret_paths(_dumped(source.directory.jsonnet.ext_vars), (*place, "extVars"))
        yield from secret_paths(_dumped(source.directory.jsonnet.tlas), (*place, "tlas"))


def _dumped(items: Iterable[BaseModel]) -> list[dict[str, Any]]:
    return [item.model_dump(by_alias=True, exclude_none=True) for item in items]


def _in_pairs(pairs: tuple[Any, ...], path: DataPath) -> Iterator[DataPath]:
    """Those of a list of names with values."""
    for index, pair in enumerate(pairs):
        if looks_secret(pair.value) or (is_secret_key(pair.name) and is_clear(pair.value)):
            yield (*path, index, "value")


def check_platform_secrets(project: Project) -> Found:
    """Refuses uses of a platform's secret beyond its `urlPrefixes`, and in the namespace.

    A secret of that name that is not for the team is not the platform's here: `Project.secret_key` decides.

    Args:
        project: the environment that names the secrets.
    """
    secrets = project.platform.secrets
    for path, name, target, in_namespace in secret_uses(project):
        if name not in secrets or project.identity.team not in secrets[name].teams:
            continue
        prefixes = secrets[name].url_prefixes
        if in_namespace and secrets[name].argocd_only:
            message = f"{name} is the platform's, for Argo CD only: as a pull Secret the team could read it"
        elif target is None:
            where = f", for {', '.join(prefixes)}" if prefixes else ""
            message = f"{name} is the platform's{where}: in the namespace the team could read it"
        elif any(covers(item, target) for item in prefixes):
            continue
        else:
            allowed = ", ".join(prefixes) or "nothing"
            message = f"{name} is the platform's and would be sent to {target}"
            remedy = (
                f"secrets.{name}.urlPrefixes of platform.yaml allows {allowed}: name a secret of the "
                "team's own, or let the platform team add the URL"
            )
            yield path, Mistake(code="platform-secret-elsewhere", message=message, remedy=remedy)
            continue
        remedy = "name a secret of the team's own"
        yield path, Mistake(code="platform-secret-in-namespace", message=message, remedy=remedy)


_SECRET_KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}")


def registries(project: Project) -> Found:
    """Refuses registries without a whole login, and those that cannot share their pull Secret."""
    shared: dict[str, list[tuple[str, Registry]]] = {}
    for key, registry in sorted(project.settings.registries.items()):
        yield from registry_login(("registries", key), registry)
        yield from sync_account(project, ("registries", key, "serviceAccounts"), registry)
        shared.setdefault(registry.secret_name or f"pull-{key}", []).append((key, registry))
    own = project.namespace_settings.secrets
    for name, members in shared.items():
        if name in own:
            path: DataPath = ("registries", members[0][0], "secretName")
            message = f"namespace.secrets has a Secret of the same name, {name}"
            remedy = "set another `secretName`"
            yield path, Mistake(code="secret-name-twice", message=message, remedy=remedy)
        if len(members) > 1:
            yield from shared_secret(name, members)


def registry_login(path: DataPath, registry: Registry) -> Found:
    """Refuses a registry that has neither user and password nor a Docker configuration, or both."""
    if registry.dockerconfigjson is not None:
        if registry.password is not None or registry.username is not None:
            message = "`dockerconfigjson` cannot be combined with `username` or `password`"
            remedy = "keep `username` and `password`, or `dockerconfigjson`"
            mistake = Mistake(code="registry-login", message=message, remedy=remedy)
            yield (*path, "dockerconfigjson"), mistake
        return
    if registry.password is None:
        message = "the registry has no login"
        remedy = "add `username` and `password: {secret: …}`, or `dockerconfigjson: {secret: …}`"
        yield path, Mistake(code="registry-login", message=message, remedy=remedy)
    elif not registry.username:
        message, remedy = "`password` needs a `username`", "add it"
        yield (*path, "username"), Mistake(code="registry-login", message=message, remedy=remedy)


def sync_account(project: Project, path: DataPath, registry: Registry) -> Found:
    """Refuses the account of the syncs as one that pulls: no pod runs with it."""
    syncs = impersonation(project)
    for index, account in enumerate(registry.service_accounts):
        if syncs is not None and account == syncs.service_account:
            message = f"{account} is the account of Argo CD's syncs, with which no pod runs"
            remedy = "name the account of the workloads"
            yield (*path, index), Mistake(code="registry-account", message=message, remedy=remedy)


def shared_secret(name: str, members: list[tuple[str, Registry]]) -> Found:
    """Refuses registries that share a Secret, but cannot be one Docker configuration with a login for each server."""
    servers: dict[str, str] = {}
    for key, registry in members:
        if registry.dockerconfigjson is not None:
            message = f"the Secret {name} is shared: a ready Docker configuration cannot be joined with others"
            remedy = "use `username` and `password`, or another `secretName`"
            path: DataPath = ("registries", key, "dockerconfigjson")
            yield path, Mistake(code="registry-joined", message=message, remedy=remedy)
        server = (registry_key(registry.server) or registry.server).rstrip("/").lower()
        if server in servers:
            message = f"the Secret {name} has a login for {server} already, from registries.{servers[server]}"
            remedy = "remove one, or set another `secretName`"
            mistake = Mistake(code="registry-twice", message=message, remedy=remedy)
            yield ("registries", key, "server"), mistake
        servers.setdefault(server, key)


def workload_secrets(project: Project) -> Found:
    """Refuses Secrets of `namespace.secrets` without keys, and keys that Kubernetes does not accept."""
    for name, data in project.namespace_settings.secrets.items():
        path: DataPath = ("namespace", "secrets", name)
        if not data:
            remedy = "add `<key>: {secret: <name>}`, or remove it"
            message = "the Secret has no keys"
            yield path, Mistake(code="secret-empty", message=message, remedy=remedy)
        for key in data:
            if not _SECRET_KEY.fullmatch(key) or key in (".", ".."):
                message = f"{key!r} is not a key of a Secret"
                remedy = "use letters, digits, `-`, `_` and `.`, at most 253"
                yield (*path, key), Mistake(code="secret-key", message=message, remedy=remedy)
