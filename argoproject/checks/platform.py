"""platform.yaml agrees with itself: what it names exists, and an environment can follow its profiles.

Classes that team.yaml, product.yaml and project.yaml have parts for are judged here, too: once for each file, even if
no environment uses it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TypeAlias

from argoproject.checks.admission import check_registries
from argoproject.checks.guardrails.allowances import value_mistakes
from argoproject.checks.impersonation import check_kinds, check_version
from argoproject.checks.namespace_limits import as_mistakes, contradictions
from argoproject.checks.resources import (
    limit_names,
    named_quotas,
    no_default,
    quota_names,
    undefaulted,
)
from argoproject.checks.secrets.files import check_recipients
from argoproject.identity import HELM_SECRETS, PLATFORM, helm_secrets_name
from argoproject.models import AllowanceKind, Guardrails, Platform
from argoproject.models.namespace import REMOVABLE
from argoproject.models.validation import did_you_mean
from argoproject.problems import Mistake, Problem, counted
from argoproject.project.model import Found
from argoproject.tree.documents import data_at
from argoproject.tree.model import Tree
from argoproject.upstream.argocd.settings import SUPPORTED, parse_version
from argoproject.upstream.quantities import standard_version
from argoproject.upstream.urls import matches
from argoproject.yamlfile.reader import DataPath

__all__ = ["all_guardrails", "check_classes", "check_platform"]


def check_platform(tree: Tree, platform: Platform) -> Iterator[Problem]:
    """Refuse names of platform.yaml that do not exist, and parts of it that contradict each other."""
    yield from tree.platform_document.problems(*(rule(platform) for rule in RULES))


def check_classes(tree: Tree, platform: Platform) -> Iterator[Problem]:
    """Refuse parts of team.yaml, product.yaml and project.yaml for classes that platform.yaml does not have."""
    for folder in tree.folders.values():
        document = folder.settings
        classes = data_at(document.data, ("classes",)) if document is not None else None
        if document is None or not isinstance(classes, dict):
            continue
        for name in classes:
            if name in platform.environment_classes:
                continue
            if name in platform.environments:
                remedy = f"write {platform.environments[name]}, the class of the environment {name}"
            else:
                remedy = _suggestion(name, platform.environment_classes)
            message = (
                f"platform.yaml has no environment class {name}: no environment would use this"
            )
            yield document.problem(
                path=("classes", name),
                code="unknown-environment-class",
                message=message,
                remedy=remedy,
            )


_Reference: TypeAlias = tuple[DataPath, str, str, Iterable[str]]
"""Where a name is written, of what kind it is, the name, and the names that there are."""


def unknown_names(platform: Platform) -> Found:
    """Refuse references inside platform.yaml to a cluster, profile, class, team or policy that it does not have.

    A name is reported once: where it is defined under another name, that is the mistake.
    """
    found: dict[tuple[str, str], list[tuple[DataPath, Mistake]]] = defaultdict(list)
    for path, kind, name, known in chain(_references(platform), _references_to_classes(platform)):
        if name not in known:
            found[kind, name].append((path, _unknown(kind, name, known)))
    for places in found.values():
        path, mistake = places[0]
        if places[1:]:
            others = counted(len(places) - 1, "other place")
            verb = "names" if len(places) == 2 else "name"
            message = f"{mistake.message}, and {others} of this file {verb} it"
            mistake = mistake._replace(message=message)
        yield path, mistake


def _references(platform: Platform) -> Iterator[_Reference]:
    yield ("argocd", "cluster"), "cluster", platform.argocd.cluster, platform.clusters
    for name, item in platform.environment_classes.items():
        path: DataPath = ("environmentClasses", name, "profile")
        yield path, "profile", item.profile, platform.profiles
    for name, profile in platform.profiles.items():
        policies = profile.namespace.network_policies if profile.namespace is not None else ()
        for index, policy in enumerate(policies):
            path = ("profiles", name, "namespace", "networkPolicies", index)
            yield path, "network policy", policy, platform.network_policies
    for _, _, path, guardrails in all_guardrails(platform):
        for index, allowed in enumerate(guardrails.profiles or ()):
            yield (*path, "profiles", index), "profile", allowed, platform.profiles
        for index, pattern in enumerate(guardrails.clusters or ()):
            if not any(matches(pattern, cluster) for cluster in platform.clusters):
                yield (*path, "clusters", index), "cluster", pattern, platform.clusters
    for name, secret in platform.secrets.items():
        for index, owner in enumerate(secret.teams):
            yield ("secrets", name, "teams", index), "team", owner, platform.teams


def _references_to_classes(platform: Platform) -> Iterator[_Reference]:
    kind, classes = "environment class", platform.environment_classes
    for environment, name in platform.environments.items():
        yield ("environments", environment), kind, name, classes
    for team, guardrails in platform.teams.items():
        for name in guardrails.classes:
            yield ("teams", team, "classes", name), kind, name, classes
    if platform.delivery is not None:
        for index, name in enumerate(platform.delivery.require_approval):
            yield ("delivery", "requireApproval", index), kind, name, classes
    if platform.recipients is not None:
        for name in platform.recipients.classes:
            yield ("recipients", "classes", name), kind, name, classes


def all_guardrails(platform: Platform) -> Iterator[tuple[str, str | None, DataPath, Guardrails]]:
    """The guardrails of every team: the general ones, then those for one class each.

    Yields:
        The team, the class or None, the place in platform.yaml, and the guardrails.
    """
    for name, team in platform.teams.items():
        yield name, None, ("teams", name), team
        for key, special in team.classes.items():
            yield name, key, ("teams", name, "classes", key), special


def _unknown(kind: str, name: str, known: Iterable[str]) -> Mistake:
    return Mistake(
        code=f"unknown-{kind.replace(' ', '-')}",
        message=f"platform.yaml has no {kind} {name}",
        remedy=_suggestion(name, known),
    )


def _suggestion(name: str, known: Iterable[str]) -> str:
    names = tuple(known)
    return did_you_mean(name, names, f"one of {', '.join(names) or 'none'}")


def argocd(platform: Platform) -> Found:
    """Refuse versions of Argo CD that are not supported, and Applications in the AppProject `default`.

    Source: argo-cd docs, user-guide/projects.md: `default` permits every source, destination and kind.
    """
    version = parse_version(platform.argocd.version)
    if version is None or version.minor not in SUPPORTED:
        supported = ", ".join(f'"3.{item}"' for item in SUPPORTED)
        message = f"{platform.argocd.version} is not a supported version of Argo CD"
        remedy = f"write one of {supported}"
        yield ("argocd", "version"), Mistake(code="argocd-version", message=message, remedy=remedy)
    for index, name in enumerate(platform.argocd.base_projects):
        if name == "default":
            message = "the AppProject default is open to everybody"
            remedy = "make one of your own"
            mistake = Mistake(code="default-project", message=message, remedy=remedy)
            yield ("argocd", "baseProjects", index), mistake


def _address(server: str) -> str:
    """An address of an API server without what makes no difference."""
    address = server.rstrip("/").lower()
    scheme, _, host = address.partition("://")
    host = host.removesuffix(":443" if scheme == "https" else ":80").rstrip(".")
    return f"{scheme}://{_INSIDE.sub('kubernetes', host)}"


_INSIDE = re.compile(r"kubernetes(?:\.default(?:\.svc(?:\.cluster\.local)?)?)?$")
"""Names of the API server inside its own cluster, which Argo CD calls `in-cluster`."""


def clusters(platform: Platform) -> Found:
    """Refuse two clusters with the same API server, or the same name in Argo CD.

    Guardrails and budgets are set for each cluster: under a second name, one could be reached past those of the first.
    """
    for field, values in (
        ("server", {k: _address(v.server) for k, v in platform.clusters.items()}),
        ("argocdName", {k: v.argocd_name for k, v in platform.clusters.items()}),
    ):
        first: dict[str, str] = {}
        for name, value in values.items():
            if first.setdefault(value, name) != name:
                message = f"the clusters {first[value]} and {name} have the same {field}"
                remedy = "give each cluster its own, or remove one"
                mistake = Mistake(code="duplicate-cluster", message=message, remedy=remedy)
                yield ("clusters", name, field), mistake


def profile_keys(platform: Platform) -> Found:
    """Refuse in a profile what belongs to one environment, or chooses the profile itself.

    With `name`, for example, all environments of the profile would claim the same AppProject.
    """
    for name, profile in platform.profiles.items():
        own = {
            "profile": profile.profile,
            "name": profile.name,
            "movedFrom": profile.moved_from,
            "lifecycle": profile.lifecycle,
        }
        paths: list[DataPath] = [(key,) for key, value in own.items() if value]
        if profile.namespace is not None and profile.namespace.name is not None:
            paths.append(("namespace", "name"))
        for path in paths:
            message = "a profile is shared by many environments and cannot set this"
            remedy = "move it to the environment's files"
            mistake = Mistake(code="profile-key", message=message, remedy=remedy)
            yield ("profiles", name, *path), mistake


def profile_allowances(platform: Platform) -> Found:
    """Refuse entries of a profile's `allow` that no environment may have.

    Guardrails do not apply to a profile: they limit teams, and the platform team writes both.
    """
    for name, profile in platform.profiles.items():
        for index, item in enumerate(profile.allow):
            for mistake in value_mistakes(platform, item.kind, item.value):
                path: DataPath = ("profiles", name, "allow", index, "value")
                yield path, mistake
        for index, namespace in enumerate(profile.source_namespaces):
            for mistake in value_mistakes(platform, AllowanceKind.SOURCE_NAMESPACE, namespace):
                path = ("profiles", name, "sourceNamespaces", index)
                yield path, mistake


def profile_namespaces(platform: Platform) -> Found:
    """Refuse limits of a profile that contradict each other, and versions that Pod Security does not have.

    Environments may set other limits, and are checked again by `checks/namespace_limits`.
    """
    for name, profile in platform.profiles.items():
        namespace = profile.namespace
        if namespace is None:
            continue
        path: DataPath = ("profiles", name, "namespace")
        if namespace.limits is not None:
            yield from limit_names(namespace.limits, (*path, "limits"))
        yield from quota_names(namespace.quota, (*path, "quota"))
        yield from named_quotas(namespace.quotas, (*path, "quotas"))
        if keys := undefaulted(namespace.quota, namespace.limits):
            yield (*path, "quota", keys[0]), no_default(keys)
        yield from as_mistakes(((*path, *it.path), it) for it in contradictions(namespace))
        version = namespace.pod_security.version if namespace.pod_security else None
        if standard_version(version) is None:
            message = f"{version} is not a version of the Pod Security Standards"
            remedy = "write latest, or v1.36"
            mistake = Mistake(code="pod-security-version", message=message, remedy=remedy)
            yield (*path, "podSecurity", "version"), mistake


def quotas(platform: Platform) -> Found:
    """Refuse keys of budgets and of the guardrail `quotaMax` that Kubernetes does not count."""
    for name, cluster in platform.clusters.items():
        yield from quota_names(cluster.budget, ("clusters", name, "budget"))
    for _, _, path, guardrails in all_guardrails(platform):
        yield from quota_names(guardrails.quota_max, (*path, "quotaMax"))


def team_names(platform: Platform) -> Found:
    """Refuse team names under which the secrets of the platform itself are kept.

    A secret's key is `<team>/<name>`, and the key file for helm-secrets is in a Secret that has the team's name.
    """
    for name in platform.teams:
        if name == PLATFORM or helm_secrets_name(name) == HELM_SECRETS:
            message = (
                f"a team cannot have the name {name}: the platform's own secrets are kept under it"
            )
            remedy = "choose another name"
            yield ("teams", name), Mistake(code="team-reserved", message=message, remedy=remedy)


def helm_secrets(platform: Platform) -> Found:
    """Refuse names for helm-secrets' keys of unknown teams, of Argo CD's own Secrets, and of another owner's Secret.

    Who may name a Secret in a value file gets what its key decrypts.
    """
    declared, owners = platform.helm_secrets_keys, (*platform.teams, PLATFORM)
    names = {
        platform.helm_secrets_key(owner)[0]: owner for owner in owners if owner not in declared
    }
    for owner in declared:
        name, _ = platform.helm_secrets_key(owner)
        other = names.setdefault(name, owner)
        message = f"{name} is a Secret of Argo CD itself" if name in _OF_ARGOCD else ""
        if other != owner:
            message = f"the Secret {name} is that of {other}: both could decrypt each other's files"
        if message:
            mistake = Mistake(
                code="helm-secrets-name", message=message, remedy="write another name"
            )
            yield ("helmSecretsKeys", owner, "secret"), mistake
    for owner in platform.helm_secrets_keys:
        if owner not in owners:
            remedy = did_you_mean(owner, owners, f"write {PLATFORM}, or the name of a team")
            message = f"teams has no {owner}"
            mistake = Mistake(code="unknown-team", message=message, remedy=remedy)
            yield ("helmSecretsKeys", owner), mistake


_OF_ARGOCD = (
    *("argocd-secret", "argocd-initial-admin-secret", "argocd-redis", "argocd-repo-server-tls"),
    *("argocd-notifications-secret", "argocd-server-tls", "argocd-dex-server-tls"),
)
"""Secrets in Argo CD's namespace that it reads itself. Source: argo-cd, manifests/ and docs/operator-manual."""


def guardrails(platform: Platform) -> Found:
    """Refuse guardrails that match no kind of `allow` or no guard, and those that give cluster-admin.

    A pattern that matches nothing is a mistake of spelling: the team would have less than it was meant to have.
    """
    for _, _, path, given in all_guardrails(platform):
        for index, pattern in enumerate(given.allow or ()):
            if not any(matches(pattern, kind) for kind in AllowanceKind):
                message = f"{pattern} is not a kind of `allow`"
                remedy = _suggestion(pattern, AllowanceKind)
                mistake = Mistake(code="unknown-allow-kind", message=message, remedy=remedy)
                yield (*path, "allow", index), mistake
        for index, name in enumerate(given.removable or ()):
            if name not in REMOVABLE:
                remedy = _suggestion(name, REMOVABLE)
                message = f"{name} is not a guard that an environment may do without"
                mistake = Mistake(code="unknown-guard", message=message, remedy=remedy)
                yield (*path, "removable", index), mistake
        for index, role in enumerate(given.cluster_roles or ()):
            if role == "cluster-admin":
                message = "the ClusterRole cluster-admin is never given: it could remove the namespace's guards"
                mistake = Mistake(code="cluster-role-reserved", message=message, remedy="remove it")
                yield (*path, "clusterRoles", index), mistake


RULES: tuple[Callable[[Platform], Found], ...] = (
    unknown_names,
    argocd,
    clusters,
    profile_keys,
    profile_allowances,
    profile_namespaces,
    quotas,
    team_names,
    helm_secrets,
    guardrails,
    check_recipients,
    check_registries,
    check_kinds,
    check_version,
)
