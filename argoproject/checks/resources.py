"""Names and quantities of resources: what Kubernetes counts in a quota, limits for a container, and measures.

A quota may have any key with a `/`, and Kubernetes counts nothing under most of them. Source: Kubernetes v1.36,
pkg/quota/v1/evaluator/core and pkg/apis/core/helper/helpers.go. A test asks that code about generated quotas and limit
ranges (tests/checks/test_resources.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from argoproject.models import Limits
from argoproject.models.namespace import LimitItem, NamedQuota, QuotaScope, ScopeRequirement
from argoproject.models.validation import did_you_mean
from argoproject.problems import Caution, Mistake
from argoproject.project.model import Found
from argoproject.upstream.quantities import amount, long_form
from argoproject.yamlfile.reader import DataPath

__all__ = [
    "is_shared",
    "limit_names",
    "named_quotas",
    "no_default",
    "quota_names",
    "quota_scopes",
    "undefaulted",
]

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
_EXTENDED = re.compile(r"[a-z0-9][a-z0-9.-]*/[A-Za-z0-9_.-]+")
_IMPLICIT = "deviceclass.resource.kubernetes.io/"
"""Prefix of the devices of a class that pods request as an extended resource."""

_OF_CLASSES = re.compile(r"\.(?:storageclass\.storage|deviceclass\.resource)\.k8s\.io/")
_PLURAL = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")
_HUGE = re.compile(r"(?:requests\.)?hugepages-(?P<size>[1-9][0-9]*)(?P<unit>[KMG]i)")
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
    if key in _PLAIN or _is_huge(key) or _DEVICES.fullmatch(key):
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
        known = key == f"requests.{resource}" and _is_extended(resource)
        remedy = f"write requests.{resource}: quotas limit extended resources by their requests"
        if resource.startswith("count/") or _OF_CLASSES.search(resource):
            remedy = f"write {resource}"
        elif not _is_extended(resource):
            remedy = "write the name that nodes offer, for example requests.nvidia.com/gpu"
    if known:
        return None
    message = f"Kubernetes counts nothing under {key}: the quota would not limit anything"
    return Mistake(code="unknown-resource", message=message, remedy=remedy)


def _is_extended(resource: str) -> bool:
    """Whether nodes can offer a resource of this name. Source: `isExtendedResourceNameForQuota`."""
    native = "kubernetes.io/" in resource and not resource.startswith(_IMPLICIT)
    other = resource.startswith("count/") or _OF_CLASSES.search(resource) is not None
    return _EXTENDED.fullmatch(resource) is not None and not native and not other


def _is_huge(key: str) -> bool:
    """Whether a key is of huge pages, with the size as nodes write it: `2Mi`, not `2048Ki`."""
    found = _HUGE.fullmatch(key)
    return found is not None and (found["unit"] == "Gi" or int(found["size"]) % 1024 != 0)


def _object_count(name: str) -> tuple[bool, str]:
    """Whether `count/<name>` counts objects, and the remedy if not."""
    resource, dot, group = name.partition(".")
    known_group = _GROUPS.get(resource, "")
    if dot and "." in group and group not in _GROUPS.values():
        # Of a CustomResourceDefinition, whose plural may be that of a resource of Kubernetes.
        return _PLURAL.fullmatch(resource) is not None, f"write count/{name.lower()}"
    if known_group:
        return group == known_group, f"write count/{resource}.{known_group}"
    remedy = f"write count/{resource}" if resource in _CORE else _count_remedy(resource)
    return resource in _CORE and not dot, remedy


def _count_remedy(resource: str) -> str:
    words = {
        word: f"{word}.{_GROUPS[word]}" if word in _GROUPS else word for word in (*_CORE, *_GROUPS)
    }
    near = did_you_mean(resource, words, "")
    word = near.removeprefix("did you mean ").removesuffix("?")
    if word in words:
        return f"did you mean count/{words[word]}?"
    return "write count/<resource>.<group>, the resource in the plural, for example count/deployments.apps"


def named_quotas(quotas: Mapping[str, NamedQuota], path: DataPath) -> Found:
    """Refuses what `quota_names` and `quota_scopes` refuse of further quotas; `path` is their place."""
    for name, quota in quotas.items():
        yield from quota_names(quota.hard, (*path, name, "hard"))
        yield from quota_scopes(quota, (*path, name))


_OF_PODS = frozenset(
    {"pods", "count/pods"}
    | {f"{prefix}{name}" for prefix in ("", "requests.", "limits.") for name in ("cpu", "memory")}
)
_OF_CLAIMS = frozenset(
    {"persistentvolumeclaims", "count/persistentvolumeclaims", "requests.storage"}
)


def quota_scopes(quota: NamedQuota, path: DataPath) -> Found:
    """Refuses scopes that Kubernetes refuses, or with which a key of the quota counts nothing.

    Source: Kubernetes v1.36, pkg/apis/core/validation, `validateResourceQuotaScopes` and
    `validateScopedResourceSelectorRequirement`; pkg/quota/v1/evaluator/core, `MatchesScope`.

    Args:
        quota: a named quota.
        path: its place in the file.
    """
    if not quota.hard:
        remedy = 'add for example `hard: {pods: "5"}`'
        message = "the quota limits nothing"
        yield path, Mistake(code="quota-empty", message=message, remedy=remedy)
    places: list[DataPath] = [("scopes", index) for index in range(len(quota.scopes))]
    places += [
        ("scopeSelector", "matchExpressions", index)
        for index in range(len(quota.required) - len(quota.scopes))
    ]
    seen: dict[QuotaScope, int] = {}
    for index, (place, item) in enumerate(zip(places, quota.required, strict=True)):
        here, scope = (*path, *place), item.scope_name
        if mistake := _operator(item):
            yield (*here, "operator"), mistake
        opposite = next((it for pair in _OPPOSITES if scope in pair for it in pair - {scope}), None)
        if opposite in seen:
            message = f"nothing is both {opposite} and {scope}: the quota would count nothing"
            remedy = "make two quotas of it"
            yield here, Mistake(code="quota-scope", message=message, remedy=remedy)
        seen.setdefault(scope, index)
    for key in quota.hard:
        for scope in seen:
            if _uncounted(key) is None and not _covers(scope, key):
                covered = "persistentvolumeclaims, requests.storage"
                if scope is not QuotaScope.VOLUME_ATTRIBUTES_CLASS:
                    compute = "" if scope is QuotaScope.BEST_EFFORT else ", CPU and memory"
                    covered = f"pods{compute}"
                message = f"with the scope {scope} Kubernetes counts {covered}, not {key}"
                remedy = "move it to a quota without this scope"
                yield (
                    (*path, "hard", key),
                    Mistake(code="quota-scope", message=message, remedy=remedy),
                )


_OPPOSITES = (
    frozenset({QuotaScope.TERMINATING, QuotaScope.NOT_TERMINATING}),
    frozenset({QuotaScope.BEST_EFFORT, QuotaScope.NOT_BEST_EFFORT}),
)
_NAMED = (QuotaScope.PRIORITY_CLASS, QuotaScope.VOLUME_ATTRIBUTES_CLASS)
"""Scopes of which names can be compared."""


def _operator(item: ScopeRequirement) -> Mistake | None:
    """The mistake in the operator of a condition, or in its values; None if there is none."""
    message = ""
    if item.scope_name not in _NAMED and item.operator != "Exists":
        message, remedy = f"{item.scope_name} has no names to compare", "write Exists"
    elif item.operator in ("In", "NotIn") and not item.values:
        message, remedy = f"{item.operator} needs values", "add `values: [<name>]`"
    elif item.operator not in ("In", "NotIn") and item.values:
        message, remedy = f"{item.operator} takes no values", "remove them, or write In"
    return Mistake(code="quota-scope", message=message, remedy=remedy) if message else None


def _covers(scope: QuotaScope, key: str) -> bool:
    """Whether a quota with a scope counts a key that quotas count."""
    if scope is QuotaScope.VOLUME_ATTRIBUTES_CLASS:
        return key in _OF_CLAIMS or _CLASS.fullmatch(key) is not None
    extended = key.startswith("requests.") and _EXTENDED.fullmatch(key.removeprefix("requests."))
    if scope is QuotaScope.BEST_EFFORT:
        return key in ("pods", "count/pods") or bool(extended)
    return key in _OF_PODS or bool(extended)


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
        huge = key.startswith("hugepages-") and _is_huge(key)
        extended = _is_extended(key) and not key.startswith("requests.")
        known, names = key in _COMPUTE or huge or extended, [*_COMPUTE]
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
    number = amount(value)
    if number == number.to_integral_value() or not (counts or _BYTES.fullmatch(key)):
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
        kind, _, resource = long_form(key).partition(".")
        if resource in ("cpu", "memory") and kind in sections and resource not in sections[kind]:
            found.append(key)
    return found


def no_default(keys: Sequence[str]) -> Caution:
    """The warning about keys of a quota that `undefaulted` gives."""
    return Caution(
        code="quota-without-default",
        message=f"containers get no default for {', '.join(keys)}: pods that do not set them are refused",
        remedy="add limits.default or limits.defaultRequest, or leave it to the charts",
    )
