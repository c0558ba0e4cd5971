"""Names and quantities of resources: what Kubernetes counts in a quota, limits for a container, and measures.

A quota may have any key with a `/`, and Kubernetes counts nothing under most of them. Source: Kubernetes v1.36,
pkg/quota/v1/evaluator/core and pkg/apis/core/helper/helpers.go. A test asks that code about generated quotas and limit
ranges (tests/checks/test_resources.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

from argoproject.models import Limits
from argoproject.models.namespace import LimitItem
from argoproject.models.validation import did_you_mean
from argoproject.problems import Mistake
from argoproject.project.model import Found
from argoproject.upstream.quantities import amount, canonical
from argoproject.yamlfile.reader import DataPath

__all__ = ["is_shared", "limit_names", "quota_names", "undefaulted"]

Quantities: TypeAlias = Mapping[str, str]

_COUNTS = (
    "configmaps",
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "services",
    "services.loadbalancers",
    "services.nodeports",
)
_COMPUTE = ("cpu", "memory", "ephemeral-storage")
"""What a container asks for by a plain name. Source: `standardContainerResources`."""

_PLAIN = (
    *_COUNTS,
    *_COMPUTE,
    *(f"{prefix}.{name}" for prefix in ("requests", "limits") for name in _COMPUTE),
    "requests.storage",
)
"""What a quota limits by a plain name. Source: `standardQuotaResources`."""

_CORE = (
    *(it for it in _COUNTS if "." not in it),
    "endpoints",
    "limitranges",
    "podtemplates",
    "serviceaccounts",
)
"""Resources of the core group, which `count/` counts without a group."""

_GROUPS = {
    "cronjobs": "batch",
    "controllerrevisions": "apps",
    "daemonsets": "apps",
    "deployments": "apps",
    "endpointslices": "discovery.k8s.io",
    "horizontalpodautoscalers": "autoscaling",
    "ingresses": "networking.k8s.io",
    "jobs": "batch",
    "leases": "coordination.k8s.io",
    "networkpolicies": "networking.k8s.io",
    "poddisruptionbudgets": "policy",
    "replicasets": "apps",
    "resourceclaims": "resource.k8s.io",
    "resourceclaimtemplates": "resource.k8s.io",
    "rolebindings": "rbac.authorization.k8s.io",
    "roles": "rbac.authorization.k8s.io",
    "statefulsets": "apps",
}
"""Groups of Kubernetes' other resources in a namespace. The group of a CustomResourceDefinition has a dot."""

_CLASS = re.compile(
    r"(?!requests\.|limits\.)[a-z0-9.-]+\.storageclass\.storage\.k8s\.io/(?P<of>.*)"
)
_CLASS_COUNTS = ("requests.storage", "persistentvolumeclaims")
_DEVICES = re.compile(r"(?!requests\.|limits\.)[a-z0-9.-]+\.deviceclass\.resource\.k8s\.io/devices")
_EXTENDED = re.compile(
    r"(?![a-z0-9.-]*(?:kubernetes|k8s)\.io/)[a-z0-9-]+\.[a-z0-9.-]+/[A-Za-z0-9_.-]+"
)
_HUGE = re.compile(r"(?:requests\.)?hugepages-[1-9][0-9]*(?:[KMGTPE]i|[kMGTPE])?")
_BYTES = re.compile(
    r"(?:(?:requests|limits)\.)?(?:memory|ephemeral-storage|storage|hugepages-.*)|.*/requests\.storage"
)


def quota_names(quota: Quantities, path: DataPath) -> Found:
    """Refuses keys of a quota that Kubernetes refuses or counts nothing under, and quantities that cannot be.

    Args:
        quota: quantities by key, of a quota, a budget or a guardrail.
        path: their place in the file.
    """
    for key, value in quota.items():
        mistake = _uncounted(key) or _impossible(key, value, counts=_is_count(key))
        if mistake is not None:
            yield (*path, key), mistake


@lru_cache(maxsize=4096)
def _uncounted(key: str) -> Mistake | None:
    """The mistake in a key of a quota; None where Kubernetes counts what it names. Environments share their keys."""
    group, slash, name = key.partition("/")
    if key in _PLAIN or _HUGE.fullmatch(key) or _DEVICES.fullmatch(key):
        return None
    known = False
    if not slash:
        remedy = did_you_mean(key, _PLAIN, f"write one of {', '.join(_PLAIN)}")
        if key.startswith("limits.hugepages-"):
            remedy = f"write {key.replace('limits', 'requests', 1)}"
    elif group == "count":
        known, remedy = _object_count(name)
    elif match := _CLASS.fullmatch(key):
        known = match["of"] in _CLASS_COUNTS
        remedy = f"write {key.removesuffix(match['of'])}{_CLASS_COUNTS[0]} or …/{_CLASS_COUNTS[1]}"
    else:
        resource = key.removeprefix("limits.").removeprefix("requests.")
        known = key == f"requests.{resource}" and _EXTENDED.fullmatch(resource) is not None
        remedy = f"write requests.{resource}: quotas limit extended resources by their requests"
        if resource.startswith("count/") or _CLASS.fullmatch(resource):
            remedy = f"write {resource}"
        elif not _EXTENDED.fullmatch(resource):
            remedy = "write the name that nodes offer, for example requests.nvidia.com/gpu"
    if known:
        return None
    message = f"Kubernetes counts nothing under {key}: the quota would not limit anything"
    return Mistake(code="unknown-resource", message=message, remedy=remedy)


def _object_count(name: str) -> tuple[bool, str]:
    """Whether `count/<name>` counts objects, and the remedy if not."""
    resource, dot, group = name.partition(".")
    known_group = _GROUPS.get(resource, "")
    if not dot:
        remedy = f"write count/{resource}.{known_group}" if known_group else _count_remedy(resource)
        return resource in _CORE, remedy
    if resource in _CORE:
        return False, f"write count/{resource}"
    if known_group:
        return group == known_group, f"write count/{resource}.{known_group}"
    return "." in group, _count_remedy(resource)


def _count_remedy(resource: str) -> str:
    words = {
        word: f"{word}.{_GROUPS[word]}" if word in _GROUPS else word for word in (*_CORE, *_GROUPS)
    }
    near = did_you_mean(resource, words, "")
    word = near.removeprefix("did you mean ").removesuffix("?")
    if word in words:
        return f"did you mean count/{words[word]}?"
    return "write count/<resource>.<group>, the resource in the plural, for example count/deployments.apps"


def limit_names(limits: Limits, path: DataPath) -> Found:
    """Refuses resources that the item of a limit range cannot limit, and quantities that cannot be.

    Args:
        limits: the limits.
        path: their place in the file.
    """
    yield from _item_names(limits, "Container", path)
    for index, item in enumerate(limits.extra):
        yield from _item_names(item, item.type, (*path, "extra", index))


def is_shared(resource: str) -> bool:
    """Whether containers may be limited to more of a resource than they request. Source: `IsOvercommitAllowed`."""
    return "/" not in resource and not resource.startswith("hugepages-")


def _item_names(item: Limits | LimitItem, kind: str, path: DataPath) -> Found:
    for section, values in item.sections().items():
        for key, value in values.items():
            here = (*path, section, key)
            if section == "maxLimitRequestRatio":
                mistake = _unlimited(kind, key)
            else:
                mistake = _unlimited(kind, key) or _impossible(key, value, counts="/" in key)
            if mistake is not None:
                yield here, mistake


def _unlimited(kind: str, key: str) -> Mistake | None:
    """The mistake in a resource of a limit range; None where its item can limit the resource."""
    if "/" in kind:
        return None  # of the type's own controller, such as OpenShift's of images
    if kind == "PersistentVolumeClaim":
        known, names = key == "storage", ["storage"]
    else:
        huge = key.startswith("hugepages-") and _HUGE.fullmatch(key)
        extended = _EXTENDED.fullmatch(key) and not key.startswith("requests.")
        known, names = key in _COMPUTE or bool(huge or extended), [*_COMPUTE]
    if known:
        return None
    remedy = did_you_mean(key, names, f"write one of {', '.join(names)}")
    resource = key.removeprefix("requests.").removeprefix("limits.")
    if resource != key and _unlimited(kind, resource) is None:
        remedy = f"write {resource}"
    message = f"Kubernetes knows no resource {key} here"
    return Mistake(code="unknown-resource", message=message, remedy=remedy)


def _is_count(key: str) -> bool:
    """Whether a key of a quota counts whole things: objects, or devices."""
    return key in _COUNTS or ("/" in key and not key.endswith("/requests.storage"))


def _impossible(key: str, value: str, *, counts: bool) -> Mistake | None:
    """The mistake of a quantity that is a fraction of a thing or of a byte; None for any other."""
    is_whole = amount(value) % 1 == 0
    if is_whole or not (counts or _BYTES.fullmatch(key)):
        return None
    if counts:
        message, remedy = f"{value} is not a whole number of {key}", "write a whole number"
    else:
        message = f"{value} of {key} is not a whole number of bytes"
        remedy = (
            f"write {value[:-1]}M or {value[:-1]}Mi"
            if value.endswith("m")
            else "write for example 512Mi"
        )
    return Mistake(code="quantity", message=message, remedy=remedy)


def undefaulted(quota: Quantities, limits: Limits | None) -> list[str]:
    """Keys of a quota that every container has to set, and that have no default.

    Kubernetes refuses pods of which a container does not set a value that a quota limits. Source: `Constraints` of
    the pod evaluator, which asks for CPU and memory only.
    """
    derived = (limits or Limits()).derived()
    sections = {"requests": derived["defaultRequest"], "limits": derived["default"]}
    found = []
    for key in quota:
        kind, _, resource = canonical(key).partition(".")
        if resource in ("cpu", "memory") and kind in sections and resource not in sections[kind]:
            found.append(key)
    return found
