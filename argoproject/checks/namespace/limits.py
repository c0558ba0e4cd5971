"""What is true of a namespace's guards by themselves: shared by the profiles' check and the environments'."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from argoproject.models import Limits, Namespace
from argoproject.problems import Position
from argoproject.project.model import Project
from argoproject.tree.documents import data_at
from argoproject.upstream.quantities import amount, exceeds
from argoproject.yamlfile.reader import Path, path_text

__all__ = ["Contradiction", "contradictions", "sections", "where_listed"]

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


class Contradiction(NamedTuple):
    """Two values below a namespace that cannot both hold; `path` is the one that is too high."""

    path: Path
    other: Path
    message: str
    remedy: str


def contradictions(namespace: Namespace | None) -> Iterator[Contradiction]:
    """Values of LimitRange and quota that the API server refuses, or with which no pod could start."""
    if namespace is None or namespace.limits is None:
        return
    given = sections(namespace.limits)
    for low, high in _NOT_ABOVE:
        upper = {key: (("limits", high, key), value) for key, value in given[high].items()}
        yield from _too_high(low, given[low], high, upper)
    for low, kind in _WITHIN_QUOTA:
        prefix = f"{kind}."
        quota = {
            key.removeprefix(prefix): (("quota", key), value)
            for key, value in namespace.quota.items()
            if key.startswith(prefix)
        }
        yield from _too_high(low, given[low], "the quota", quota)
    yield from _ratios(given)
    yield from _further_items(namespace.limits)


def sections(limits: Limits) -> Mapping[str, Mapping[str, str]]:
    """The parts of a LimitRange item by the API's names."""
    return {
        "default": limits.default,
        "defaultRequest": limits.default_request,
        "min": limits.min,
        "max": limits.max,
        "maxLimitRequestRatio": limits.max_limit_request_ratio,
    }


def _too_high(
    low: str, values: Mapping[str, str], high: str, bounds: Mapping[str, tuple[Path, str]]
) -> Iterator[Contradiction]:
    for resource, value in values.items():
        if resource in bounds and exceeds(value, bounds[resource][1]):
            other, bound = bounds[resource]
            message = f"{low} of {resource} is {value}, above {high}, which is {bound}"
            yield Contradiction(
                ("limits", low, resource), other, message, "lower the one or raise the other"
            )


def _further_items(limits: Limits) -> Iterator[Contradiction]:
    """A LimitRange has one item of a type. Source: k8s.io/kubernetes, `ValidateLimitRange`."""
    seen: set[str] = set()
    for index, item in enumerate(limits.extra):
        path: Path = ("limits", "extra", index)
        kind = str(item.get("type"))
        if kind == "Container":
            message = "the item of type Container is what stands beside `extra`"
            yield Contradiction(path, path, message, "move its keys there")
        elif kind in seen:
            message = f"there is an item of type {kind} already"
            yield Contradiction(path, path, message, "keep one")
        seen.add(kind)


def _ratios(given: Mapping[str, Mapping[str, str]]) -> Iterator[Contradiction]:
    for resource, ratio in given["maxLimitRequestRatio"].items():
        path: Path = ("limits", "maxLimitRequestRatio", resource)
        if amount(ratio) < 1:
            message = f"maxLimitRequestRatio of {resource} is {ratio}, below 1"
            yield Contradiction(path, path, message, "write 1 or more")
        low, high = given["min"].get(resource), given["max"].get(resource)
        if low and high and amount(ratio) * amount(low) > amount(high):
            message = f"maxLimitRequestRatio of {resource} is {ratio}, above max divided by min, {high} / {low}"
            yield Contradiction(path, path, message, "lower it")


def where_listed(project: Project, name: str) -> tuple[Position, str]:
    """Where the nearest file lists a network policy: the lists of all files are joined."""
    path: Path = ("namespace", "networkPolicies")
    for layer in reversed(project.layers.items):
        names = data_at(layer.data, path) or ()
        if name in names:
            path = (*path, names.index(name))
            return layer.position(path), path_text(path)
    return project.layers.position(path), path_text(path)
