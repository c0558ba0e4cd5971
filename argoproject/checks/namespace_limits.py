"""Quota and limits by themselves: names of resources, and values that contradict each other.

The profiles' check asks for contradictions as well (`argoproject.checks.platform`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from argoproject.models import Limits, Namespace
from argoproject.models.base import key_of
from argoproject.models.namespace import guards
from argoproject.models.validation import did_you_mean
from argoproject.problems import Mistake, Problem
from argoproject.project.model import Found, Project
from argoproject.upstream.quantities import amount, exceeds
from argoproject.yamlfile.reader import Path

__all__ = ["Contradiction", "check", "contradictions", "sections"]

_QUOTA = (
    "configmaps",
    "cpu",
    "ephemeral-storage",
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "memory",
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
    "requests.storage",
    "resourcequotas",
    "secrets",
    "services",
    "services.loadbalancers",
    "services.nodeports",
)
"""What a quota limits by a plain name. Source: kubernetes v1.36, pkg/apis/core/helper/helpers.go,
`standardQuotaResources`."""

_CONTAINER = ("cpu", "memory", "ephemeral-storage")
"""What a container asks for. Source: the same file, `standardContainerResources`."""

_PREFIXES = ("hugepages-", "requests.hugepages-", "limits.hugepages-")

_NOT_ABOVE = (
    ("min", "defaultRequest"),
    ("min", "default"),
    ("min", "max"),
    ("defaultRequest", "default"),
    ("defaultRequest", "max"),
    ("default", "max"),
)
"""Sections of a LimitRange, the first at most the second. Source: k8s.io/kubernetes, `ValidateLimitRange`."""

_WITHIN_QUOTA = (("max", "limits"), ("default", "limits"), ("defaultRequest", "requests"))
"""Sections of a LimitRange, and the quotas that no single container may exceed: `max.memory`, `limits.memory`."""


def check(project: Project) -> Iterator[Problem]:
    """All rules about quota and limits by themselves; `contradictions` are judged with the profile's."""
    return project.problems(resources(project))


def resources(project: Project) -> Found:
    """Refuse names of resources that Kubernetes does not have: a mistyped one limits nothing, or the API server refuses
    it. Names with a `/` belong to extensions and may be anything."""
    namespace = project.namespace_settings
    places: list[tuple[Path, Collection[str], tuple[str, ...]]] = [
        (("namespace", "quota"), namespace.quota, _QUOTA)
    ]
    for section, values in sections(namespace.limits or Limits()).items():
        places.append((("namespace", "limits", section), values, _CONTAINER))
    for path, names, known in places:
        for name in names:
            if name in known or "/" in name or name.startswith(_PREFIXES):
                continue
            remedy = did_you_mean(name, known, f"write one of {', '.join(known)}")
            message = f"Kubernetes knows no resource {name} here"
            yield (*path, name), Mistake(code="unknown-resource", message=message, remedy=remedy)


def sections(limits: Limits) -> Mapping[str, Mapping[str, str]]:
    """The quantities of a LimitRange item by section, as the API spells it: `{"max": {"memory": "4Gi"}, …}`."""
    values = {key_of(Limits, field): getattr(limits, field) for field in guards(Limits)}
    return {key: value for key, value in values.items() if isinstance(value, Mapping)}


class Contradiction(NamedTuple):
    """Two values of a namespace that cannot both hold."""

    path: Path
    """Place of the value that is too high, below the namespace: `("limits", "min", "memory")`."""

    other: Path
    """Place of the value that it contradicts."""

    message: str
    remedy: str


def contradictions(namespace: Namespace | None) -> Iterator[Contradiction]:
    """Values of LimitRange and quota that the API server refuses, or with which no pod could start.

    Example:
        With `limits: {default: {memory: 2Gi}, max: {memory: 1Gi}}` every container without a limit gets one that is
        above the maximum. The default is the value that is too high, and the maximum the one that it contradicts.
    """
    if namespace is None or namespace.limits is None:
        return
    given = sections(namespace.limits)
    for low, high in _NOT_ABOVE:
        yield from _too_high(low, given[low], high, given[high], ("limits", high))
    for low, kind in _WITHIN_QUOTA:
        quota = namespace.quota
        yield from _too_high(low, given[low], "the quota", quota, ("quota",), f"{kind}.")
    yield from _ratios(given)
    yield from _further_items(namespace.limits)


def _too_high(
    low: str,
    values: Mapping[str, str],
    high: str,
    limits: Mapping[str, str],
    place: Path,
    prefix: str = "",
) -> Iterator[Contradiction]:
    """Values of the section `low` that are above `limits`, the quantities of `high`, which are at `place`.

    The limit of a resource has its name, with a prefix in a quota: `limits.memory` is that of `memory`.
    """
    for resource, value in values.items():
        limit = limits.get(f"{prefix}{resource}")
        if limit is not None and exceeds(value, limit):
            other = (*place, f"{prefix}{resource}")
            message = f"{low} of {resource} is {value}, above {high}, which is {limit}"
            yield Contradiction(
                ("limits", low, resource), other, message, "lower the one or raise the other"
            )


def _ratios(given: Mapping[str, Mapping[str, str]]) -> Iterator[Contradiction]:
    """A ratio of limit to request is at least 1 and at most `max / min`. Source: `ValidateLimitRange`."""
    for resource, ratio in given["maxLimitRequestRatio"].items():
        path: Path = ("limits", "maxLimitRequestRatio", resource)
        if amount(ratio) < 1:
            message = f"maxLimitRequestRatio of {resource} is {ratio}, below 1"
            yield Contradiction(path, path, message, "write 1 or more")
        low, high = given["min"].get(resource), given["max"].get(resource)
        if low and high and amount(ratio) * amount(low) > amount(high):
            message = f"maxLimitRequestRatio of {resource} is {ratio}, above max divided by min, {high} / {low}"
            yield Contradiction(path, path, message, "lower it")


def _further_items(limits: Limits) -> Iterator[Contradiction]:
    """A LimitRange has one item of a type. Source: k8s.io/kubernetes, `ValidateLimitRange`."""
    seen: set[str] = set()
    for index, item in enumerate(limits.extra):
        path: Path = ("limits", "extra", index)
        kind = str(item.get("type"))
        if kind == "Container":
            message = "the fields next to `extra` are the item of type Container"
            yield Contradiction(path, path, message, "move its keys there")
        elif kind in seen:
            message = f"there is an item of type {kind} already"
            yield Contradiction(path, path, message, "keep one")
        seen.add(kind)
