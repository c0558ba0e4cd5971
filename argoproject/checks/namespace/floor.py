"""The guards of the profile are a floor: no file of a team removes or weakens them.

Fields of the namespace declare what weakens them (`argoproject.models.namespace.Guard`). A quota above the profile's is
judged with the guardrails, since one may permit it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from argoproject.checks.guardrails.bounds import removal, where_listed
from argoproject.checks.namespace.limits import Contradiction, contradictions
from argoproject.models import (
    Limits,
    Namespace,
    PodSecurity,
    PodSecurityLevel,
    TenantKinds,
)
from argoproject.models.base import key_of
from argoproject.models.namespace import Weaker, guards
from argoproject.models.validation import nearest
from argoproject.problems import Problem
from argoproject.project.model import Project
from argoproject.upstream.quantities import exceeds, standard_version
from argoproject.yamlfile.reader import Path, path_text

__all__ = ["check"]

_LEVELS = tuple(PodSecurityLevel)
_TIGHTEN = "files of a team may tighten it, never loosen it"


def check(project: Project) -> Iterator[Problem]:
    """Every guard of the profile that a file of the team removes or weakens."""
    for rule in (
        removed,
        tenant_kinds,
        sync_windows,
        source_integrity,
        limits,
        pod_security,
        network_policies,
        contradicted,
    ):
        yield from rule(project)


def removed(project: Project) -> Iterator[Problem]:
    """Refuses the removal of a guard that the profile sets."""
    profile, settings = project.profile, project.settings
    lost: list[Path] = []
    if profile.tenant_kinds is TenantKinds.STRICT and settings.tenant_kinds is None:
        lost.append(("tenantKinds",))
    if profile.sync_windows and not settings.sync_windows:
        lost.append(("syncWindows",))
    if profile.source_integrity is not None and settings.source_integrity is None:
        lost.append(("sourceIntegrity",))
    if profile.namespace is not None:
        lost += _lost(profile.namespace, settings.namespace or Namespace(), ("namespace",))
    for position, path in dict.fromkeys(removal(project, path) for path in lost):
        message = f"removes a guard that the profile {project.profile_name} sets"
        yield Problem(
            position=position,
            path=path_text(path),
            code="guard-removed",
            message=message,
            remedy=f"keep it: {_TIGHTEN}",
        )


def _lost(below: BaseModel, above: BaseModel | None, path: Path) -> Iterator[Path]:
    """The places of guards that `below`, a part of the profile, sets and `above` lacks.

    A list of free-form items, `limits.extra`, is compared where both have one: an item may be in another place.
    """
    for field, guard in guards(type(below)).items():
        old, new = getattr(below, field), getattr(above, field, None)
        here = (*path, key_of(type(below), field))
        if not old or old == new or not guard.floor:
            continue
        if isinstance(old, BaseModel):
            yield from _lost(old, new, here)
        elif isinstance(old, Mapping):
            yield from ((*here, key) for key in old if key not in (new or {}))
        elif isinstance(old, tuple):
            if new is None or (guard.weaker is Weaker.REMOVED and not set(old) <= set(new)):
                yield here
        elif new is None:
            yield here


def tenant_kinds(project: Project) -> Iterator[Problem]:
    """Refuses `standard` where the profile is strict, or does not say."""
    chosen, below = project.settings.tenant_kinds, project.profile.tenant_kinds
    if chosen is TenantKinds.STANDARD and below is not TenantKinds.STANDARD:
        message = f"standard is weaker than the profile {project.profile_name}, which is strict"
        yield project.problem(
            path=("tenantKinds",),
            code="tenant-kinds-weakened",
            message=message,
            remedy="write strict, or remove this line",
        )


def sync_windows(project: Project) -> Iterator[Problem]:
    """Refuses windows that lack one of the profile's, or that add times to its windows of the kind `allow`.

    An Application may sync while any window of `allow` is open and none of `deny` is, so that one more `deny` tightens.
    Source: `CanSync` in pkg/apis/application/v1alpha1/types.go of argo-cd v3.5.
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


def source_integrity(project: Project) -> Iterator[Problem]:
    """Refuses other signatures than the profile asks for. Policies' patterns overlap, so all are compared at once."""
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


def limits(project: Project) -> Iterator[Problem]:
    """Refuses bounds of containers that are weaker than the profile's.

    Defaults may change: `contradicted` refuses those outside of the bounds.
    """
    below, above = (project.profile.namespace or Namespace()).limits, _namespace(project).limits
    if below is None or above is None or above == below:
        return
    of_profile = f"as in the profile {project.profile_name}"
    for field, guard in guards(Limits).items():
        if guard.weaker not in (Weaker.HIGHER, Weaker.LOWER):
            continue
        key, chosen = key_of(Limits, field), getattr(above, field)
        for resource, bound in getattr(below, field).items():
            value = chosen.get(resource, bound)
            high, low = (value, bound) if guard.weaker is Weaker.HIGHER else (bound, value)
            if not exceeds(high, low):
                continue
            rule, remedy = (
                (f"at most {bound} is allowed", "lower it")
                if guard.weaker is Weaker.HIGHER
                else (f"at least {bound} is needed", "raise it")
            )
            yield project.problem(
                path=("namespace", "limits", key, resource),
                code="limits-weakened",
                message=f"{key} of {resource} is {value}, {rule}, {of_profile}",
                remedy=f"{remedy}: {_TIGHTEN}",
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


def pod_security(project: Project) -> Iterator[Problem]:
    """Refuses levels and versions of Pod Security below the profile's."""
    above = _namespace(project).pod_security
    below = (project.profile.namespace or Namespace()).pod_security or PodSecurity()
    if above is None or above == below:
        return
    modes = [name for name, guard in guards(PodSecurity).items() if guard.weaker is Weaker.LEVEL]
    for mode in modes:
        chosen, floor = getattr(above, mode), getattr(below, mode)
        if chosen is None:
            continue
        path: Path = ("namespace", "podSecurity", mode)
        if floor is None and chosen is PodSecurityLevel.PRIVILEGED:
            message = f"{chosen} may be weaker than the cluster's own level"
            remedy = "write baseline or restricted"
        elif floor is not None and _LEVELS.index(chosen) < _LEVELS.index(floor):
            message = f"{chosen} is weaker than {floor} of the profile {project.profile_name}"
            remedy = f"write {floor} or higher, or remove this line"
        else:
            continue
        yield project.problem(
            path=path, code="pod-security-weakened", message=message, remedy=remedy
        )
    path = ("namespace", "podSecurity", "version")
    version, oldest = standard_version(above.version), standard_version(below.version)
    if above.version == below.version or oldest is None:
        return
    if version is None:
        message = f"{above.version} is not a version of the Pod Security Standards"
        yield project.problem(
            path=path, code="pod-security-version", message=message, remedy="write latest, or v1.36"
        )
    elif version < oldest and any(getattr(below, mode) for mode in modes):
        needed = below.version or "latest"
        message = f"{above.version} is older than {needed} of the profile {project.profile_name}"
        remedy = f"write {needed}, or remove this line"
        yield project.problem(
            path=path, code="pod-security-weakened", message=message, remedy=remedy
        )


def network_policies(project: Project) -> Iterator[Problem]:
    """Refuses network policies that platform.yaml does not have."""
    known = project.platform.network_policies
    below = (project.profile.namespace or Namespace()).network_policies
    for name in _namespace(project).network_policies:
        if name in known or name in below:
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


def contradicted(project: Project) -> Iterator[Problem]:
    """Refuses bounds that contradict each other only since a file of the team changed one of them."""
    below, above = project.profile.namespace or Namespace(), _namespace(project)
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


def _namespace(project: Project) -> Namespace:
    return project.settings.namespace or _NONE


_NONE = Namespace()
