"""The guards of the profile stand: no file of a team removes or weakens them.

Quota above the profile's is `guardrails`' question, since a guardrail may permit it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from argoproject.checks.guardrails.bounds import removal
from argoproject.checks.namespace.limits import (
    Contradiction,
    contradictions,
    sections,
    where_listed,
)
from argoproject.models import (
    Limits,
    Namespace,
    PodSecurity,
    PodSecurityLevel,
    Profile,
    TenantKinds,
)
from argoproject.models.validation import nearest
from argoproject.problems import Problem
from argoproject.project.model import Project
from argoproject.upstream.quantities import exceeds, standard_version
from argoproject.yamlfile.reader import Path, path_text

__all__ = ["check"]

_LEVELS = tuple(PodSecurityLevel)
_LOOSER_ABOVE = frozenset({"max", "maxLimitRequestRatio"})
_LOOSER_BELOW = frozenset({"min"})
_TIGHTEN = "files of a team may tighten it, never loosen it"


def check(project: Project) -> Iterator[Problem]:
    """Every guard of the profile that a file of the team removes or weakens."""
    profile, settings = project.profile, project.settings
    yield from _removed(project, _kept(profile, project))
    yield from _tenant_kinds(project)
    yield from _sync_windows(project)
    yield from _source_integrity(project)
    if settings.namespace is not None:
        below = profile.namespace or Namespace()
        yield from _limits(project, below.limits, settings.namespace.limits)
        yield from _pod_security(project, below.pod_security, settings.namespace.pod_security)
        yield from _network_policies(project, below, settings.namespace)
        yield from _contradictions(project, below, settings.namespace)


def _removed(project: Project, lost: Iterable[Path]) -> Iterator[Problem]:
    places = dict.fromkeys(removal(project, path) for path in lost)
    for position, path in places:
        message = f"removes a guard that the profile {project.profile_name} sets"
        yield Problem(
            position=position,
            path=path_text(path),
            code="guard-removed",
            message=message,
            remedy=f"keep it: {_TIGHTEN}",
        )


def _kept(profile: Profile, project: Project) -> Iterator[Path]:
    """The guards of the profile that the environment has lost."""
    settings = project.settings
    if profile.tenant_kinds is TenantKinds.STRICT and settings.tenant_kinds is None:
        yield ("tenantKinds",)
    if profile.sync_windows and not settings.sync_windows:
        yield ("syncWindows",)
    if profile.source_integrity is not None and settings.source_integrity is None:
        yield ("sourceIntegrity",)
    if profile.namespace is not None:
        yield from _lost_in_namespace(profile.namespace, settings.namespace or Namespace())


def _lost_in_namespace(below: Namespace, above: Namespace) -> Iterator[Path]:
    for key in below.quota:
        if key not in above.quota:
            yield "namespace", "quota", key
    for name in below.network_policies:
        if name not in above.network_policies:
            yield "namespace", "networkPolicies"
    if below.limits is not None and above.limits != below.limits:
        yield from _lost_limits(sections(below.limits), sections(above.limits or Limits()))
    for mode in ("enforce", "audit", "warn"):
        if getattr(below.pod_security, mode, None) and not getattr(above.pod_security, mode, None):
            yield "namespace", "podSecurity", mode


def _lost_limits(
    below: Mapping[str, Mapping[str, str]], above: Mapping[str, Mapping[str, str]]
) -> Iterator[Path]:
    for section, values in below.items():
        for resource in values:
            if resource not in above[section]:
                yield "namespace", "limits", section, resource


def _tenant_kinds(project: Project) -> Iterator[Problem]:
    """Without a word of the profile the kinds are strict."""
    chosen, below = project.settings.tenant_kinds, project.profile.tenant_kinds
    if chosen is TenantKinds.STANDARD and below is not TenantKinds.STANDARD:
        message = f"standard is weaker than the profile {project.profile_name}, which is strict"
        yield project.problem(
            path=("tenantKinds",),
            code="tenant-kinds-weakened",
            message=message,
            remedy="write strict, or remove this line",
        )


def _sync_windows(project: Project) -> Iterator[Problem]:
    """The profile's windows stay. More of `deny` tighten; where `allow` says when to sync, one more adds times.

    An Application may sync while any window of `allow` is open and none of `deny` is: `CanSync` in
    pkg/apis/application/v1alpha1/types.go of argo-cd v3.5.
    """
    below, above = project.profile.sync_windows, project.settings.sync_windows
    if not below or not above or above == below:
        return
    of_profile = f"of the profile {project.profile_name}"
    if any(window not in above for window in below):
        message = f"lacks a window {of_profile}"
        remedy = f"repeat the profile's windows: {_TIGHTEN}"
        yield project.problem(
            path=("syncWindows",), code="sync-windows-weakened", message=message, remedy=remedy
        )
    if all(window.kind == "deny" for window in below):
        return
    for index, window in enumerate(above):
        if window.kind == "allow" and window not in below:
            message = f"allows syncs outside the windows {of_profile}"
            remedy = f"remove it, or write kind: deny: {_TIGHTEN}"
            path: Path = ("syncWindows", index)
            yield project.problem(
                path=path, code="sync-windows-weakened", message=message, remedy=remedy
            )


def _source_integrity(project: Project) -> Iterator[Problem]:
    """Which signatures the profile asks for is compared as a whole: Argo CD's policies overlap by their patterns."""
    below, above = project.profile.source_integrity, project.settings.source_integrity
    if below is not None and above is not None and above != below:
        message = f"differs from that of the profile {project.profile_name}"
        remedy = "remove it, or let the platform team change the profile"
        yield project.problem(
            path=("sourceIntegrity",),
            code="source-integrity-weakened",
            message=message,
            remedy=remedy,
        )


def _limits(project: Project, below: Limits | None, above: Limits | None) -> Iterator[Problem]:
    """Bounds of containers. Defaults may move: that they stay within the bounds is `_contradictions`'."""
    if below is None or above is None or above == below:
        return
    of_profile = f"as in the profile {project.profile_name}"
    chosen = sections(above)
    for section, values in sections(below).items():
        for resource, bound in values.items():
            value = chosen[section].get(resource, bound)
            path: Path = ("namespace", "limits", section, resource)
            if section in _LOOSER_ABOVE and exceeds(value, bound):
                message = (
                    f"{section} of {resource} is {value}, at most {bound} is allowed, {of_profile}"
                )
                yield project.problem(
                    path=path,
                    code="limits-weakened",
                    message=message,
                    remedy=f"lower it: {_TIGHTEN}",
                )
            elif section in _LOOSER_BELOW and exceeds(bound, value):
                message = (
                    f"{section} of {resource} is {value}, at least {bound} is needed, {of_profile}"
                )
                yield project.problem(
                    path=path,
                    code="limits-weakened",
                    message=message,
                    remedy=f"raise it: {_TIGHTEN}",
                )
    if any(item not in above.extra for item in below.extra):
        message = f"lacks an item of the profile {project.profile_name}"
        remedy = f"repeat the profile's items: {_TIGHTEN}"
        yield project.problem(
            path=("namespace", "limits", "extra"),
            code="limits-weakened",
            message=message,
            remedy=remedy,
        )


def _pod_security(
    project: Project, below: PodSecurity | None, above: PodSecurity | None
) -> Iterator[Problem]:
    if above is None or above == below:
        return
    below = below or PodSecurity()
    for mode in ("enforce", "audit", "warn"):
        chosen, floor = getattr(above, mode), getattr(below, mode)
        if chosen is None:
            continue
        path: Path = ("namespace", "podSecurity", mode)
        if floor is None and chosen is PodSecurityLevel.PRIVILEGED:
            message = f"{chosen} may be weaker than the cluster's own level"
            yield project.problem(
                path=path,
                code="pod-security-weakened",
                message=message,
                remedy="write baseline or restricted",
            )
        elif floor is not None and _LEVELS.index(chosen) < _LEVELS.index(floor):
            message = f"{chosen} is weaker than {floor} of the profile {project.profile_name}"
            remedy = f"write {floor} or higher, or remove this line"
            yield project.problem(
                path=path, code="pod-security-weakened", message=message, remedy=remedy
            )
    yield from _pod_security_version(project, below, above)


def _pod_security_version(
    project: Project, below: PodSecurity, above: PodSecurity
) -> Iterator[Problem]:
    path: Path = ("namespace", "podSecurity", "version")
    chosen, floor = standard_version(above.version), standard_version(below.version)
    if above.version == below.version or floor is None:
        return
    if chosen is None:
        message = f"{above.version} is not a version of the Pod Security Standards"
        yield project.problem(
            path=path, code="pod-security-version", message=message, remedy="write latest, or v1.36"
        )
    elif chosen < floor and (below.enforce or below.audit or below.warn):
        needed = below.version or "latest"
        message = f"{above.version} is older than {needed} of the profile {project.profile_name}"
        remedy = f"write {needed}, or remove this line"
        yield project.problem(
            path=path, code="pod-security-weakened", message=message, remedy=remedy
        )


def _network_policies(project: Project, below: Namespace, above: Namespace) -> Iterator[Problem]:
    known = project.platform.network_policies
    for name in above.network_policies:
        if name in known or name in below.network_policies:
            continue
        match = nearest(name, known)
        remedy = f"did you mean {match}?" if match else f"one of {', '.join(known) or 'none'}"
        position, path = where_listed(project, name)
        yield Problem(
            position=position,
            path=path,
            code="unknown-network-policy",
            message=f"platform.yaml has no network policy {name}",
            remedy=remedy,
        )


def _contradictions(project: Project, below: Namespace, above: Namespace) -> Iterator[Problem]:
    """Bounds that contradict each other only since a file of the team changed one of them."""
    if above.limits == below.limits and above.quota == below.quota:
        return
    known = {item.message for item in contradictions(below)}
    for item in contradictions(above):
        if item.message not in known:
            path: Path = ("namespace", *_changed(item, project))
            yield project.problem(
                path=path, code="limits-contradiction", message=item.message, remedy=item.remedy
            )


def _changed(item: Contradiction, project: Project) -> Path:
    """Of the two values the one that a file of the team wrote."""
    layers = project.layers
    own = layers.items and layers.origin(("namespace", *item.path))[0] is layers.items[0]
    return item.other if own else item.path
