"""Quota and limits by themselves: names of resources, and values that contradict each other.

The profiles' check asks for contradictions as well (`argoproject.checks.platform`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from argoproject.checks.resources import (
    is_shared,
    limit_names,
    named_quotas,
    no_default,
    quota_names,
    undefaulted,
)
from argoproject.models import Namespace
from argoproject.models.validation import did_you_mean
from argoproject.problems import Mistake, Problem
from argoproject.project.model import Found, Project
from argoproject.upstream.quantities import amount, effective, exceeds
from argoproject.yamlfile.reader import DataPath

__all__ = ["Contradiction", "as_mistakes", "check", "contradictions"]

_NOT_ABOVE = (
    ("min", "defaultRequest"),
    ("min", "default"),
    ("min", "max"),
    ("defaultRequest", "default"),
    ("defaultRequest", "max"),
    ("default", "max"),
)
"""Sections of a LimitRange, the first at most the second. Source: k8s.io/kubernetes, `ValidateLimitRange`."""

_WITHIN_QUOTA = (
    ("max", "limits"),
    ("default", "limits"),
    ("defaultRequest", "requests"),
    ("min", "requests"),
    ("min", "limits"),
)
"""Sections of a LimitRange, and the quotas that no single container may exceed: `max.memory`, `limits.memory`."""


def check(project: Project) -> Iterator[Problem]:
    """All rules about quota and limits by themselves; `contradictions` are judged with the profile's."""
    return project.problems(resources(project), object_names(project), without_default(project))


def without_default(project: Project) -> Found:
    """Warn of a quota for which containers get no default since a file of the team changed quota or limits."""
    given, below = project.namespace_settings, project.namespace_floor
    if given.quota == below.quota and given.limits == below.limits:
        return
    before = undefaulted(below.quota, below.limits)
    for key in undefaulted(given.quota, given.limits):
        if key not in before:
            yield ("namespace", "quota", key), no_default([key])


def object_names(project: Project) -> Found:
    """Refuse one name for two network policies, or two quotas, and names for those that do not exist."""
    settings, platform = project.namespace_settings, project.platform
    names = settings.object_names
    path: DataPath = ("namespace", "objectNames")
    policies = {key: names.policy(key) for key in settings.network_policies}
    quotas = {key: names.quotas.get(key, key) for key in settings.quotas}
    if names.network_policies:
        given, known = names.network_policies, platform.network_policies
        yield from _names(given, policies, "network policy", known, (*path, "networkPolicies"))
    if quotas or names.quotas:
        # The key of a further quota has no dot: none is taken for the one of `namespace.quota`.
        first = {"namespace.quota": names.quota} if settings.quota else {}
        both = {**first, **quotas}
        yield from _names(names.quotas, both, "quota", settings.quotas, (*path, "quotas"))


def _names(
    given: Mapping[str, str],
    names: Mapping[str, str],
    noun: str,
    known: Mapping[str, object],
    path: DataPath,
) -> Found:
    """Refuse two of `names`, by key, that are the same, and keys of `given`, names in a file, that are not known."""
    first: dict[str, str] = {}
    plural = "network policies" if noun == "network policy" else "quotas"
    for key, name in names.items():
        if first.setdefault(name, key) != key:
            message = f"the {plural} {first[name]} and {key} both have the name {name}"
            mistake = Mistake(
                code="object-name-twice", message=message, remedy="choose another name"
            )
            named = [it for it in (key, first[name]) if it in given]
            yield ((*path, named[0]) if named else ("namespace", "quotas", key)), mistake
    for key in given:
        if key not in known:
            remedy = did_you_mean(key, known, f"one of {', '.join(known) or 'none'}")
            where = "platform.yaml" if noun == "network policy" else "the namespace"
            mistake = Mistake(
                code=f"unknown-{noun.replace(' ', '-')}",
                message=f"{where} has no {noun} {key}",
                remedy=remedy,
            )
            yield (*path, key), mistake


def resources(project: Project) -> Found:
    """Refuse resources that Kubernetes does not count or limit, and fractions of what is whole.

    What the profile has is judged in platform.yaml.
    """
    given, below = project.namespace_settings, project.namespace_floor
    own = {key: value for key, value in given.quota.items() if below.quota.get(key) != value}
    yield from quota_names(own, ("namespace", "quota"))
    further = {key: it for key, it in given.quotas.items() if below.quotas.get(key) != it}
    yield from named_quotas(further, ("namespace", "quotas"))
    if given.limits is not None and given.limits != below.limits:
        path: DataPath = ("namespace", "limits")
        known = set(limit_names(below.limits, path)) if below.limits is not None else ()
        yield from (found for found in limit_names(given.limits, path) if found not in known)


Sections: TypeAlias = Mapping[str, Mapping[str, str]]
"""Quantities by section of a LimitRange's item and by resource: `{"max": {"memory": "4Gi"}}`."""


class Contradiction(NamedTuple):
    """Two values of a namespace that cannot both hold."""

    path: DataPath
    """Place of the value that is too high, below the namespace: `("limits", "min", "memory")`."""

    other: DataPath
    """Place of the value that it contradicts."""

    message: str
    remedy: str


def as_mistakes(found: Iterable[tuple[DataPath, Contradiction]]) -> Found:
    """Contradictions with the place of each in a file, as mistakes: one for each place."""
    places: dict[DataPath, list[Contradiction]] = defaultdict(list)
    for path, item in found:
        places[path].append(item)
    for path, items in places.items():
        message = "; ".join(dict.fromkeys(item.message for item in items))
        yield path, Mistake("limits-contradiction", message, items[0].remedy)


def contradictions(namespace: Namespace | None) -> Iterator[Contradiction]:
    """Values of LimitRange and quota that the API server refuses, or with which no pod could start.

    Example:
        With `limits: {default: {memory: 2Gi}, max: {memory: 1Gi}}` every container without a limit gets one that is
        above the maximum. The default is the value that is too high, and the maximum the one that it contradicts.
    """
    if namespace is None or namespace.limits is None:
        return
    limits = namespace.limits
    quota = namespace.limited()
    sections = limits.sections()
    yield from _item(sections, limits.derived(), ("limits",))
    yield from (_in_named(it, namespace) for it in _containers(sections, quota))
    seen: set[str] = set()
    for index, item in enumerate(limits.extra):
        path: DataPath = ("limits", "extra", index)
        if item.type in seen:
            message = f"there is an item of type {item.type} already"
            yield Contradiction(path, path, message, "keep one")
        seen.add(item.type)
        given = item.sections()
        yield from _item(given, given, path)
        for kind in ("requests", "limits"):
            for found in _above_quota(given["min"], (*path, "min"), quota, kind):
                yield _in_named(found, namespace)


def _containers(sections: Sections, quota: Mapping[str, str]) -> Iterator[Contradiction]:
    """What no single container may ask for within the quota."""
    for section, kind in _WITHIN_QUOTA:
        yield from _above_quota(sections[section], ("limits", section), quota, kind)
    yield from _requests(sections, quota)


def _in_named(item: Contradiction, namespace: Namespace) -> Contradiction:
    """A contradiction of a quota with the place of the named quota where it is one of these that limits."""
    key = str(item.other[-1])
    if effective(namespace.quota).get(key) == namespace.limited()[key]:
        return item
    for name, quota in namespace.quotas.items():
        if effective(quota.hard).get(key) == namespace.limited()[key]:
            message = item.message.replace("above the quota", f"above the quota {name}")
            return item._replace(other=("quotas", name, "hard", key), message=message)
    return item._replace(other=("quotas",))


def _above_quota(
    values: Mapping[str, str], path: DataPath, quota: Mapping[str, str], kind: str
) -> Iterator[Contradiction]:
    """Quantities of the section at `path` above the quota of their kind, `requests` or `limits`."""
    own = {name: quota[key] for name in values if (key := f"{kind}.{name}") in quota}
    for item in _too_high(path, values, "the quota", own, ("quota",)):
        yield item._replace(other=("quota", f"{kind}.{item.other[-1]}"))


def _requests(given: Sections, quota: Mapping[str, str]) -> Iterator[Contradiction]:
    """Requests that Kubernetes derives from a default limit, or from a maximum, above the quota of requests."""
    for section, before in (("default", ()), ("max", given["default"])):
        derived = {
            resource: value
            for resource, value in given[section].items()
            if resource not in given["defaultRequest"] and resource not in before
        }
        for item in _above_quota(derived, ("limits", section), quota, "requests"):
            remedy = f"add defaultRequest: without it, {section} is what containers request"
            yield item._replace(remedy=remedy)


def _item(given: Sections, derived: Sections, path: DataPath) -> Iterator[Contradiction]:
    """Contradictions inside one item of a LimitRange. Source: `ValidateLimitRange`.

    Args:
        given: the item's sections as written.
        derived: the same with Kubernetes' defaults.
        path: place of the item below the namespace.
    """
    for low, high in _NOT_ABOVE:
        yield from _too_high((*path, low), given[low], high, given[high], (*path, high))
    for resource, ratio in given["maxLimitRequestRatio"].items():
        here: DataPath = (*path, "maxLimitRequestRatio", resource)
        if amount(ratio) < 1:
            message = f"maxLimitRequestRatio of {resource} is {ratio}, below 1"
            yield Contradiction(here, here, message, "write 1 or more")
        least, most = given["min"].get(resource), given["max"].get(resource)
        if least and most and amount(ratio) * amount(least) > amount(most):
            message = f"maxLimitRequestRatio of {resource} is {ratio}, above max divided by min, {most} / {least}"
            yield Contradiction(here, here, message, "lower it")
    for resource, value in given["defaultRequest"].items():
        limit = derived["default"].get(resource, value)
        if not is_shared(resource) and amount(limit) != amount(value):
            section = "default" if resource in given["default"] else "max"
            message = f"defaultRequest of {resource} is {value}, not {limit} as {section}: it cannot be shared"
            places: tuple[DataPath, DataPath] = (
                (*path, "defaultRequest", resource),
                (*path, section, resource),
            )
            yield Contradiction(*places, message, "write the same quantity in both, or remove one")


def _too_high(
    path: DataPath, values: Mapping[str, str], high: str, bounds: Mapping[str, str], other: DataPath
) -> Iterator[Contradiction]:
    """Values of the section at `path` that are above `bounds`, the quantities of `high`, which are at `other`."""
    for resource, value in values.items():
        bound = bounds.get(resource)
        if bound is not None and exceeds(value, bound):
            message = f"{path[-1]} of {resource} is {value}, above {high}, which is {bound}"
            remedy = "lower the one or raise the other"
            yield Contradiction((*path, resource), (*other, resource), message, remedy)
