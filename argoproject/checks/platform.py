"""platform.yaml agrees with itself: what it names exists, and its profiles can be lived with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from argoproject.checks.guardrails.allowances import value_mistakes
from argoproject.checks.manifests.shape import shape_problems
from argoproject.checks.namespace.limits import contradictions
from argoproject.checks.secrets.files import check_recipients
from argoproject.identity import HELM_SECRETS, PLATFORM, helm_secrets_name
from argoproject.models import AllowanceKind, Guardrails, Platform, Profile
from argoproject.models.validation import nearest
from argoproject.problems import Problem
from argoproject.project.manifests import fill_manifest
from argoproject.tree import placeholders
from argoproject.tree.documents import data_at
from argoproject.tree.model import Tree
from argoproject.upstream.argocd.settings import SUPPORTED, parse_version
from argoproject.upstream.quantities import standard_version
from argoproject.upstream.urls import matches
from argoproject.yamlfile.reader import Document, Path, path_text

__all__ = ["check", "check_manifests"]

_POLICY_KEYS = ("podSelector", "policyTypes", "ingress", "egress")
_POLICY_TYPES = ("Ingress", "Egress")
_PER_ENVIRONMENT = ("profile", "name", "movedFrom", "lifecycle")


@dataclass(frozen=True, slots=True)
class _Report:
    document: Document
    platform: Platform

    def problem(self, *, path: Path, code: str, message: str, remedy: str) -> Problem:
        return Problem(
            position=self.document.position(path),
            path=path_text(path),
            code=code,
            message=message,
            remedy=remedy,
        )

    def unknown(self, path: Path, kind: str, name: str, known: Iterable[str]) -> Problem:
        """A name that platform.yaml does not have."""
        names = tuple(known)
        match = nearest(name, names)
        remedy = f"did you mean {match}?" if match else f"one of {', '.join(names) or 'none'}"
        code = f"unknown-{kind.replace(' ', '-')}"
        return self.problem(
            path=path, code=code, message=f"platform.yaml has no {kind} {name}", remedy=remedy
        )


def check(document: Document, platform: Platform) -> Iterator[Problem]:
    """Every name of platform.yaml that leads nowhere, and every part that contradicts another."""
    report = _Report(document, platform)
    for rule in (
        _argocd,
        _clusters,
        _classes,
        _network_policies,
        _profiles,
        _teams,
        _secrets,
        _delivery,
    ):
        yield from rule(report)
    yield from check_recipients(document, platform)


def check_manifests(tree: Tree, platform: Platform) -> Iterator[Problem]:
    """Platform manifests that are none, and those of one profile that are the same object."""
    for document in tree.platform_files.values():
        yield from _manifest_shape(document)
    report = _Report(tree.platform_document, platform)
    for profile, settings in platform.profiles.items():
        seen: dict[tuple[str, ...], int] = {}
        for index, item in enumerate(settings.platform_manifests):
            if item.file not in tree.platform_files:
                continue
            data = tree.platform_files[item.file].data
            group = str(data_at(data, ("apiVersion",))).rpartition("/")[0]
            kind, name = data_at(data, ("kind",)), data_at(data, ("metadata", "name"))
            namespace = data_at(data, ("metadata", "namespace")) or item.namespace
            first = seen.setdefault((group, str(kind), str(namespace), str(name)), index)
            if first != index:
                path: Path = ("profiles", profile, "platformManifests", index)
                message = (
                    f"the {kind} {name} is the same object as that of platformManifests[{first}]"
                )
                remedy = "keep one, or give one another name or namespace"
                yield report.problem(
                    path=path, code="platform-manifest-twice", message=message, remedy=remedy
                )


def _manifest_shape(document: Document) -> Iterator[Problem]:
    filled, problems = fill_manifest(document, dict.fromkeys(placeholders.NAMES, "x"))
    yield from problems
    for path, (code, message, remedy) in () if problems else shape_problems(filled):
        yield Problem(
            position=document.position(path),
            path=path_text(path),
            code=code,
            message=message,
            remedy=remedy,
        )


def _argocd(report: _Report) -> Iterator[Problem]:
    argocd = report.platform.argocd
    if argocd.cluster not in report.platform.clusters:
        path: Path = ("argocd", "cluster")
        yield report.unknown(path, "cluster", argocd.cluster, report.platform.clusters)
    version = parse_version(argocd.version)
    if version is None or version.minor not in SUPPORTED:
        message = f"{argocd.version} is not a supported version of Argo CD"
        supported = ", ".join(f'"3.{item}"' for item in SUPPORTED)
        yield report.problem(
            path=("argocd", "version"),
            code="argocd-version",
            message=message,
            remedy=f"write one of {supported}",
        )
    for index, name in enumerate(argocd.base_projects):
        if name == "default":
            message = "the AppProject default is open to everybody"
            path = ("argocd", "baseProjects", index)
            yield report.problem(
                path=path, code="default-project", message=message, remedy="make one of your own"
            )


def _clusters(report: _Report) -> Iterator[Problem]:
    clusters = report.platform.clusters
    servers = {name: item.server.rstrip("/").lower() for name, item in clusters.items()}
    names = {name: item.argocd_name for name, item in clusters.items()}
    yield from _shared(report, "server", servers)
    yield from _shared(report, "argocdName", names)


def _shared(report: _Report, field: str, values: Mapping[str, str]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for name, value in values.items():
        if first.setdefault(value, name) != name:
            message = f"the clusters {first[value]} and {name} have the same {field}"
            remedy = "give each cluster its own, or remove one"
            yield report.problem(
                path=("clusters", name, field),
                code="duplicate-cluster",
                message=message,
                remedy=remedy,
            )


def _classes(report: _Report) -> Iterator[Problem]:
    platform = report.platform
    for name, item in platform.environment_classes.items():
        if item.profile not in platform.profiles:
            path: Path = ("environmentClasses", name, "profile")
            yield report.unknown(path, "profile", item.profile, platform.profiles)
    for name, environment_class in platform.environments.items():
        if environment_class not in platform.environment_classes:
            known = platform.environment_classes
            yield report.unknown(
                ("environments", name), "environment class", environment_class, known
            )


def _network_policies(report: _Report) -> Iterator[Problem]:
    for name, spec in report.platform.network_policies.items():
        path: Path = ("networkPolicies", name)
        if "podSelector" not in spec:
            message = "podSelector is missing"
            remedy = "add it; `podSelector: {}` selects every pod"
            yield report.problem(path=path, code="network-policy", message=message, remedy=remedy)
        for key, value in spec.items():
            yield from _policy_field(report, (*path, key), key, value)


def _policy_field(report: _Report, path: Path, key: str, value: Any) -> Iterator[Problem]:
    if key not in _POLICY_KEYS:
        match = nearest(key, _POLICY_KEYS)
        remedy = f"did you mean `{match}`?" if match else f"known keys: {', '.join(_POLICY_KEYS)}"
        yield report.problem(path=path, code="network-policy", message="unknown key", remedy=remedy)
    elif key == "podSelector":
        if not isinstance(value, Mapping):
            yield report.problem(
                path=path,
                code="network-policy",
                message="must be a mapping",
                remedy="write {} for every pod",
            )
    elif not isinstance(value, list | tuple):
        yield report.problem(
            path=path, code="network-policy", message="must be a list", remedy="write [a, b]"
        )
    elif key == "policyTypes":
        for index, item in enumerate(value):
            if item not in _POLICY_TYPES:
                message, remedy = "is not a known value", f"write one of {', '.join(_POLICY_TYPES)}"
                yield report.problem(
                    path=(*path, index), code="network-policy", message=message, remedy=remedy
                )


def _profiles(report: _Report) -> Iterator[Problem]:
    for name, profile in report.platform.profiles.items():
        path: Path = ("profiles", name)
        yield from _profile_keys(report, path, profile)
        yield from _profile_allowances(report, path, profile)
        namespace = profile.namespace
        if namespace is None:
            continue
        known = report.platform.network_policies
        for index, policy in enumerate(namespace.network_policies):
            if policy not in known:
                place: Path = (*path, "namespace", "networkPolicies", index)
                yield report.unknown(place, "network policy", policy, known)
        for item in contradictions(namespace):
            place = (*path, "namespace", *item.path)
            yield report.problem(
                path=place, code="limits-contradiction", message=item.message, remedy=item.remedy
            )
        version = namespace.pod_security.version if namespace.pod_security else None
        if standard_version(version) is None:
            place = (*path, "namespace", "podSecurity", "version")
            message = f"{version} is not a version of the Pod Security Standards"
            yield report.problem(
                path=place,
                code="pod-security-version",
                message=message,
                remedy="write latest, or v1.36",
            )


def _profile_keys(report: _Report, path: Path, profile: Profile) -> Iterator[Problem]:
    """What belongs to one environment, or chooses the profile itself."""
    data = profile.model_dump(by_alias=True, include={"profile", "name", "moved_from", "lifecycle"})
    places: list[Path] = [(*path, key) for key in _PER_ENVIRONMENT if data[key]]
    if profile.namespace is not None and profile.namespace.name is not None:
        places.append((*path, "namespace", "name"))
    for place in places:
        message = "a profile is shared by many environments and cannot set this"
        yield report.problem(
            path=place,
            code="profile-key",
            message=message,
            remedy="move it to the environment's files",
        )


def _profile_allowances(report: _Report, path: Path, profile: Profile) -> Iterator[Problem]:
    """A profile may widen what it likes, but for what nobody's environment may have."""
    for index, item in enumerate(profile.allow):
        for code, message, remedy in value_mistakes(report.platform, item.kind, item.value):
            yield report.problem(
                path=(*path, "allow", index, "value"), code=code, message=message, remedy=remedy
            )
    for index, name in enumerate(profile.source_namespaces):
        for words in value_mistakes(report.platform, AllowanceKind.SOURCE_NAMESPACE, name):
            yield report.problem(path=(*path, "sourceNamespaces", index), **words._asdict())


def _teams(report: _Report) -> Iterator[Problem]:
    platform = report.platform
    for name, team in platform.teams.items():
        path: Path = ("teams", name)
        if name == PLATFORM or helm_secrets_name(name) == HELM_SECRETS:
            message = (
                f"no team may be called {name}: its secrets would stand where the platform's own do"
            )
            yield report.problem(
                path=path, code="team-reserved", message=message, remedy="choose another name"
            )
        yield from _guardrails(report, path, team)
        for key, special in team.classes.items():
            if key not in platform.environment_classes:
                known = platform.environment_classes
                yield report.unknown((*path, "classes", key), "environment class", key, known)
            yield from _guardrails(report, (*path, "classes", key), special)


def _guardrails(report: _Report, path: Path, guardrails: Guardrails) -> Iterator[Problem]:
    platform = report.platform
    for index, profile in enumerate(guardrails.profiles or ()):
        if profile not in platform.profiles:
            yield report.unknown((*path, "profiles", index), "profile", profile, platform.profiles)
    for index, pattern in enumerate(guardrails.clusters or ()):
        if not any(matches(pattern, cluster) for cluster in platform.clusters):
            yield report.unknown((*path, "clusters", index), "cluster", pattern, platform.clusters)
    for index, pattern in enumerate(guardrails.allow or ()):
        if not any(matches(pattern, kind) for kind in AllowanceKind):
            match = nearest(pattern, AllowanceKind)
            remedy = f"did you mean {match}?" if match else f"one of {', '.join(AllowanceKind)}"
            message = f"{pattern} is no kind of `allow`"
            yield report.problem(
                path=(*path, "allow", index),
                code="unknown-allow-kind",
                message=message,
                remedy=remedy,
            )
    for index, role in enumerate(guardrails.cluster_roles or ()):
        if role == "cluster-admin":
            message = "the ClusterRole cluster-admin is never given: it could remove the namespace's guards"
            place: Path = (*path, "clusterRoles", index)
            yield report.problem(
                path=place, code="cluster-role-reserved", message=message, remedy="remove it"
            )


def _secrets(report: _Report) -> Iterator[Problem]:
    for name, secret in report.platform.secrets.items():
        for index, team in enumerate(secret.teams):
            if team not in report.platform.teams:
                path: Path = ("secrets", name, "teams", index)
                yield report.unknown(path, "team", team, report.platform.teams)


def _delivery(report: _Report) -> Iterator[Problem]:
    platform = report.platform
    known = platform.environment_classes
    if platform.delivery is not None:
        for index, name in enumerate(platform.delivery.require_approval):
            if name not in known:
                path: Path = ("delivery", "requireApproval", index)
                yield report.unknown(path, "environment class", name, known)
    if platform.recipients is not None:
        for name in platform.recipients.classes:
            if name not in known:
                path = ("recipients", "classes", name)
                yield report.unknown(path, "environment class", name, known)
