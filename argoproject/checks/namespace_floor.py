"""The guards of the profile are a floor: no file of a team removes or weakens them.

Fields of the namespace declare what weakens them (`argoproject.models.namespace.Guard`). A quota above the profile's is
judged with the guardrails, since one may permit it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from pydantic import BaseModel

from argoproject.checks.guardrails.bounds import Bounds, removal, where_listed
from argoproject.checks.manifests.kinds import CLUSTER_SCOPED
from argoproject.checks.namespace_limits import Contradiction, as_mistakes, contradictions
from argoproject.models import Namespace, PodSecurity, PodSecurityLevel, TenantKinds
from argoproject.models.base import key_of
from argoproject.models.namespace import REMOVABLE, Guard, NamedQuota, Weaker, guards
from argoproject.models.validation import did_you_mean
from argoproject.problems import Mistake, Problem
from argoproject.project.kinds import ALWAYS_DENIED, APPLICATION, blacklist, is_listed, whitelist
from argoproject.project.model import Found, Project
from argoproject.upstream.kinds import meant_kind
from argoproject.upstream.quantities import effective, exceeds, long_form, standard_version
from argoproject.yamlfile.reader import DataPath, path_text

__all__ = ["check"]

_LEVELS = tuple(PodSecurityLevel)
_TIGHTEN = "files of a team may tighten it, never loosen it"


def check(project: Project) -> Iterator[Problem]:
    """Every guard of the profile that a file of the team removes or weakens."""
    yield from removed(project)
    yield from network_policies(project)
    yield from project.problems(*(rule(project) for rule in RULES))


def removed(project: Project) -> Iterator[Problem]:
    """Refuses the removal of a guard that the profile sets."""
    profile, settings = project.profile, project.settings
    lost: list[DataPath] = []
    if profile.tenant_kinds is TenantKinds.STRICT and settings.tenant_kinds is None:
        lost.append(("tenantKinds",))
    if profile.sync_windows and not settings.sync_windows:
        lost.append(("syncWindows",))
    lost += [
        (key_of(type(settings), key),)
        for key in ("namespace_resource_whitelist", "namespace_resource_blacklist")
        if getattr(profile, key) and not getattr(settings, key)
    ]
    if profile.source_integrity is not None and settings.source_integrity is None:
        lost.append(("sourceIntegrity",))
    if profile.namespace is not None:
        lost += filter(
            partial(_must_stay, project),
            _lost(profile.namespace, project.namespace_settings, ("namespace",)),
        )
    for position, path in dict.fromkeys(removal(project, path) for path in lost):
        mistake = Bounds(project).refusal("removable", profile=project.profile_name)
        mistake = mistake._replace(remedy=f"keep it: {_TIGHTEN}")
        yield Problem(position=position, path=path_text(path), **mistake._asdict())


def _must_stay(project: Project, path: DataPath) -> bool:
    """Whether the guardrail `removable` does not let an environment switch off the guard at a path."""
    field = str(path[1])
    if field not in REMOVABLE or getattr(project.namespace_settings, field):
        return True
    return not Bounds(project).permits("removable", field)


def _lost(below: BaseModel, above: BaseModel | None, path: DataPath) -> Iterator[DataPath]:
    """The places of guards that `below`, a part of the profile, sets and `above` lacks.

    A list of free-form items, `limits.extra`, is lost as a whole only; `weakened` refuses one that lacks an item.

    Example:
        The profile has `quota: {pods: "20", services: "5"}`, the environment `quota: {pods: "10"}`. Lost is
        `namespace.quota.services`.
    """
    for field, guard in guards(type(below)).items():
        old, new = getattr(below, field), getattr(above, field, None)
        if not old or not guard.floor or old == new:
            continue
        here = (*path, key_of(type(below), field))
        if isinstance(old, BaseModel):
            yield from _lost(old, new, here)
        elif isinstance(old, Mapping):
            kept = {long_form(key) for key in new or {}}
            yield from ((*here, key) for key in old if long_form(key) not in kept)
        elif isinstance(old, tuple):
            if new is None or (guard.weaker is Weaker.REMOVED and not set(old) <= set(new)):
                yield here
        elif new is None:
            yield here


def tenant_kinds(project: Project) -> Found:
    """Refuses `standard` where the profile is strict, or has no `tenantKinds`: strict is the default."""
    chosen, below = project.settings.tenant_kinds, project.profile.tenant_kinds
    if chosen is TenantKinds.STANDARD and below is not TenantKinds.STANDARD:
        message = f"standard is weaker than the profile {project.profile_name}, which is strict"
        remedy = "write strict, or remove this line"
        mistake = Mistake(code="tenant-kinds-weakened", message=message, remedy=remedy)
        yield ("tenantKinds",), mistake


def listed_kinds(project: Project) -> Found:
    """Refuses lists of kinds that permit more than the profile's, and entries that have no effect.

    Source: argo-cd v3.5, pkg/apis/application/v1alpha1/app_project_types.go, `IsGroupKindNamePermitted`.
    """
    settings, below = project.settings, project.profile
    if not settings.namespace_resource_whitelist and not settings.namespace_resource_blacklist:
        return
    only, denied = whitelist(project), blacklist(project)
    of_profile = f"of the profile {project.profile_name}"
    kept = {(item.group, item.kind) for item in below.namespace_resource_whitelist}
    for index, (group, kind) in enumerate(only):
        shown = f"{group}/{kind}" if group else kind
        message, remedy = "", "remove it"
        path: DataPath = ("namespaceResourceWhitelist", index)
        if kept and (group, kind) not in kept:
            message, remedy = f"{shown} is not in the list {of_profile}", f"remove it: {_TIGHTEN}"
        elif (group, kind) in ALWAYS_DENIED:
            message = f"{shown} is a guard, or a kind of Argo CD's own: tenants never make it"
            if (group, kind) == APPLICATION:
                remedy = f"for an app-of-apps, write an `allow` of the kind namespaceResource for {shown} instead"
        elif (group, kind) in CLUSTER_SCOPED:
            message = f"{shown} is in no namespace: the list has no effect on it"
        elif is_listed(denied, group, kind):
            path, message, remedy = _in_both(project, index, (group, kind))
        if message:
            yield path, Mistake(code="kind-list", message=message, remedy=remedy)
    missing = [
        f"{item.group}/{item.kind}".lstrip("/")
        for item in below.namespace_resource_blacklist
        if (item.group, item.kind) not in denied
    ]
    if denied and missing:
        message = f"lacks {', '.join(missing)} {of_profile}"
        remedy = f"repeat the profile's kinds: {_TIGHTEN}"
        yield (
            ("namespaceResourceBlacklist",),
            Mistake(code="kind-list", message=message, remedy=remedy),
        )


def _in_both(project: Project, index: int, kind: tuple[str, str]) -> tuple[DataPath, str, str]:
    """The place, message and remedy of a kind of the whitelist that the blacklist has as well."""
    settings, shown = project.settings, "/".join(filter(None, kind))
    if settings.namespace_resource_whitelist != project.profile.namespace_resource_whitelist:
        message = f"{shown} is in namespaceResourceBlacklist as well"
        return ("namespaceResourceWhitelist", index), message, "remove one of the two"
    # The profile does not contradict itself, so a file of the team has the other list.
    at = next(it for it, item in enumerate(blacklist(project)) if is_listed([item], *kind))
    message = f"{shown} is in the whitelist of the profile {project.profile_name}"
    remedy = "remove it, and write a namespaceResourceWhitelist without the kind"
    return ("namespaceResourceBlacklist", at), message, remedy


def unknown_kinds(project: Project) -> Found:
    """Refuses kinds that Kubernetes does not have: Argo CD compares them as they are written."""
    for key, kinds in (
        ("namespaceResourceWhitelist", whitelist(project)),
        ("namespaceResourceBlacklist", blacklist(project)),
    ):
        for index, item in enumerate(kinds):
            if meant := meant_kind(*item):
                group = item[0] or "the core group"
                message = f"Kubernetes has no kind {item[1]} in {group}: the entry has no effect"
                remedy = f"did you mean {meant}?"
                yield (key, index), Mistake(code="kind-list", message=message, remedy=remedy)


def sync_windows(project: Project) -> Found:
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
        mistake = Mistake(code="sync-windows-weakened", message=message, remedy=remedy)
        yield ("syncWindows",), mistake
    if all(window.kind == "deny" for window in below):
        return
    for index, window in enumerate(above):
        if window.kind == "allow" and window not in below:
            message = f"allows syncs outside the windows {of_profile}"
            remedy = f"remove it, or write kind: deny: {_TIGHTEN}"
            path: DataPath = ("syncWindows", index)
            yield path, Mistake(code="sync-windows-weakened", message=message, remedy=remedy)


def source_integrity(project: Project) -> Found:
    """Refuses other signatures than the profile asks for. Policies' patterns overlap, so all are compared at once."""
    below, above = project.profile.source_integrity, project.settings.source_integrity
    if below is not None and above is not None and above != below:
        message = f"differs from that of the profile {project.profile_name}"
        remedy = "remove it, or let the platform team change the profile"
        mistake = Mistake(code="source-integrity-weakened", message=message, remedy=remedy)
        yield ("sourceIntegrity",), mistake


def weakened(project: Project) -> Found:
    """Refuses values of guards that are weaker than the profile's, in the way that each guard declares.

    Defaults of containers may change: `contradicted` refuses those that contradict others.
    """
    below = project.namespace_floor
    yield from _weaker_parts(project, below, project.namespace_settings, ("namespace",))


def _weaker_parts(
    project: Project, below: BaseModel, above: BaseModel, path: DataPath, code: str = ""
) -> Found:
    """Compare `below`, the namespace of the profile or a part of it, with the environment's, guard by guard.

    The code of a problem names the field of the namespace: `pod-security-weakened`.
    """
    for field, guard in guards(type(below)).items():
        old, new = getattr(below, field), getattr(above, field)
        if new is None or old == new or guard.guardrail:
            continue
        here = (*path, key_of(type(below), field))
        code_here = code or f"{field.replace('_', '-')}-weakened"
        if guard.weaker is Weaker.PARTS:
            yield from _weaker_parts(project, old or type(new)(), new, here, code_here)
        for inside, text, remedy in _weaker(guard, str(here[-1]), old, new):
            message = text.format(profile=f"the profile {project.profile_name}")
            yield (*here, *inside), Mistake(code=code_here, message=message, remedy=remedy)


def _weaker(guard: Guard, key: str, old: Any, new: Any) -> Iterator[tuple[DataPath, str, str]]:
    """What of `new` is weaker than `old`, the profile's value: the place below the guard, a message and a remedy."""
    match guard.weaker:
        case Weaker.HIGHER | Weaker.LOWER:
            for name, limit in old.items():
                value = new.get(name, limit)
                if guard.weaker is Weaker.HIGHER and exceeds(value, limit):
                    rule, remedy = f"at most {limit} is allowed", "lower it"
                elif guard.weaker is Weaker.LOWER and exceeds(limit, value):
                    rule, remedy = f"at least {limit} is needed", "raise it"
                else:
                    continue
                message = f"{key} of {name} is {value}, {rule}, as in {{profile}}"
                yield (name,), message, f"{remedy}: {_TIGHTEN}"
        case Weaker.QUOTAS:
            yield from _less_limited(old, new)
        case Weaker.LEVEL if old is None and new is PodSecurityLevel.PRIVILEGED:
            message = f"{new} may be weaker than the cluster's own level"
            yield (), message, "write baseline or restricted"
        case Weaker.LEVEL if old is not None and _LEVELS.index(new) < _LEVELS.index(old):
            remedy = f"write {old} or higher, or remove this line"
            yield (), f"{new} is weaker than {old} of {{profile}}", remedy
        case Weaker.FEWER if any(item not in new for item in old):
            remedy = f"repeat the profile's items: {_TIGHTEN}"
            yield (), "lacks an item of {profile}", remedy


def _less_limited(
    below: Mapping[str, NamedQuota], above: Mapping[str, NamedQuota]
) -> Iterator[tuple[DataPath, str, str]]:
    """What of named quotas is weaker than the profile's. One that is missing is judged as a removed guard."""
    for name, old in below.items():
        new = above.get(name, old)
        if set(old.required) != set(new.required):
            yield (name,), "has other scopes than in {profile}", f"keep them: {_TIGHTEN}"
        given = effective(new.hard)
        for key, limit in old.hard.items():
            value = given.get(long_form(key))
            if value is None:
                message = f"does not limit {key} any more, as {{profile}} does"
                yield (name, "hard"), message, f"keep it: {_TIGHTEN}"
            elif exceeds(value, limit):
                message = f"{key} is {value}, at most {limit} is allowed, as in {{profile}}"
                yield (name, "hard", key), message, f"lower it: {_TIGHTEN}"


def pod_security_version(project: Project) -> Found:
    """Refuses an older version of the Pod Security Standards than the profile's, if the profile sets a level."""
    above = project.namespace_settings.pod_security
    below = project.namespace_floor.pod_security or PodSecurity()
    if above is None or above.version == below.version:
        return
    version, oldest = standard_version(above.version), standard_version(below.version)
    if oldest is None:
        return
    path: DataPath = ("namespace", "podSecurity", "version")
    if version is None:
        message = f"{above.version} is not a version of the Pod Security Standards"
        remedy = "write latest, or v1.36"
        yield path, Mistake(code="pod-security-version", message=message, remedy=remedy)
    elif version < oldest and (below.enforce or below.audit or below.warn):
        needed = below.version or "latest"
        message = f"{above.version} is older than {needed} of the profile {project.profile_name}"
        remedy = f"write {needed}, or remove this line"
        yield path, Mistake(code="pod-security-weakened", message=message, remedy=remedy)


def network_policies(project: Project) -> Iterator[Problem]:
    """Refuses network policies that platform.yaml does not have."""
    known = project.platform.network_policies
    below = project.namespace_floor.network_policies
    for name in project.namespace_settings.network_policies:
        if name in known or name in below:
            continue
        remedy = did_you_mean(name, known, f"one of {', '.join(known) or 'none'}")
        message = f"platform.yaml has no network policy {name}"
        mistake = Mistake(code="unknown-network-policy", message=message, remedy=remedy)
        position, path = where_listed(project, name)
        yield Problem(position=position, path=path, **mistake._asdict())


_KNOWN: dict[tuple[object, ...], tuple[Contradiction, ...]] = {}
"""Contradictions by limits and quotas. Equal inputs have equal results, so that it only saves time."""

_MOST_KNOWN = 4096


def _contradictions(namespace: Namespace) -> tuple[Contradiction, ...]:
    """Those of a namespace, computed once for all environments with the same limits and quotas."""
    quotas = tuple(namespace.quotas.items())
    key = (str(namespace.limits), tuple(namespace.quota.items()), str(quotas) if quotas else "")
    if key not in _KNOWN:
        if len(_KNOWN) > _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[key] = tuple(contradictions(namespace))
    return _KNOWN[key]


def contradicted(project: Project) -> Found:
    """Refuses limits that contradict each other only since a file of the team changed one of them.

    Of the two values the one that a file of the team wrote is named, not the profile's.
    """
    below, above = project.namespace_floor, project.namespace_settings
    same = ("limits", "quota", "quotas")
    if all(getattr(above, key) == getattr(below, key) for key in same):
        return
    found = _contradictions(above)
    known = {item.message for item in _contradictions(below)} if found else ()
    layers = project.layers
    placed: list[tuple[DataPath, Contradiction]] = []
    for item in found:
        if item.message not in known:
            origin = layers.origin(("namespace", *item.path))[0]
            of_profile = bool(layers.items) and origin is layers.items[0]
            placed.append((("namespace", *(item.other if of_profile else item.path)), item))
    yield from as_mistakes(placed)


RULES = (
    tenant_kinds,
    listed_kinds,
    unknown_kinds,
    sync_windows,
    source_integrity,
    weakened,
    pod_security_version,
    contradicted,
)
