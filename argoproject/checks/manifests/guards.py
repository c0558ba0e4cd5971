"""Contents of manifests that the API server would refuse.

Network policies, quotas and limit ranges are judged like those of platform.yaml, and ConfigMaps have texts.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any

from argoproject.checks.manifests.kinds import group_kind
from argoproject.checks.namespace_limits import as_mistakes, contradictions
from argoproject.checks.resources import limit_names, named_quotas
from argoproject.models import Limits, Namespace
from argoproject.models.namespace import LimitItem, NamedQuota
from argoproject.models.network_policies import NetworkPolicy
from argoproject.models.validation import judge
from argoproject.problems import Mistake
from argoproject.project.model import Found
from argoproject.yamlfile.reader import DataPath

__all__ = ["guard_mistakes", "limit_range"]


def guard_mistakes(manifest: Mapping[str, Any]) -> Found:
    """The mistakes in a manifest of a guard or a ConfigMap, with their places; none in any other kind."""
    rule = _RULES.get(group_kind(manifest))
    if rule is not None:
        yield from rule(manifest.get("spec", {}))
    if group_kind(manifest) == ("", "ConfigMap"):
        yield from config_map(manifest)


def config_map(manifest: Mapping[str, Any]) -> Found:
    """Refuse data of a ConfigMap that is not text, and keys that cannot be the names of files.

    Source: Kubernetes v1.36, pkg/apis/core/validation, `ValidateConfigMap`.
    """
    for field in ("data", "binaryData"):
        data = manifest.get(field, {})
        if not isinstance(data, Mapping):
            message, remedy = f"{field} is not a mapping", "write keys and texts"
            yield (field,), Mistake(code="manifest-data", message=message, remedy=remedy)
            continue
        for key, value in data.items():
            message = ""
            if not isinstance(value, str):
                message, remedy = f"the value of {key} is not a text", "write it in quotes"
            elif field == "binaryData" and not _is_base64(value):
                message, remedy = f"the value of {key} is not base64", "encode it, or use `data`"
            elif not _DATA_KEY.fullmatch(str(key)) or str(key) in (".", ".."):
                message, remedy = (
                    f"{key!r} is not a valid key",
                    "write letters, digits, `-`, `_` and `.`",
                )
            if message:
                place: DataPath = (field, key)
                yield place, Mistake(code="manifest-data", message=message, remedy=remedy)


_DATA_KEY = re.compile(r"(?!\.\.)[-._a-zA-Z0-9]{1,253}")


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except ValueError:
        return False
    return True


def network_policy(spec: Any) -> Found:
    """Refuse NetworkPolicies that the API server would refuse or read otherwise."""
    for path, mistake in judge(NetworkPolicy, spec)[1]:
        yield ("spec", *path), mistake


def quota(spec: Any) -> Found:
    """Refuse ResourceQuotas that the API server would refuse, and keys and scopes that count nothing."""
    model, mistakes = judge(NamedQuota, spec)
    yield from ((("spec", *path), mistake) for path, mistake in mistakes)
    if model is not None:
        yield from named_quotas({"spec": model}, ())


def limit_range(spec: Any, namespace: Namespace | None = None) -> Found:
    """Refuse LimitRanges that the API server would refuse, and items that contradict themselves.

    Args:
        spec: the spec of the LimitRange.
        namespace: the settings of its namespace, whose quotas the items must not contradict either.
    """
    namespace = Namespace() if namespace is None else namespace
    items = spec.get("limits") if isinstance(spec, Mapping) else None
    if not isinstance(items, list) or set(spec) != {"limits"}:
        message, remedy = "the spec is not a list `limits` alone", "write `limits: [{type: …}]`"
        yield ("spec",), Mistake(code="limit-range", message=message, remedy=remedy)
        return
    seen: set[str] = set()
    for index, item in enumerate(items):
        place: DataPath = ("spec", "limits", index)
        kind = item.get("type") if isinstance(item, Mapping) else None
        container = kind == "Container"
        data = {key: it for key, it in item.items() if key != "type"} if container else item
        model: Limits | LimitItem | None
        model, mistakes = judge(Limits, data) if container else judge(LimitItem, data)
        for path, mistake in mistakes:
            known = mistake
            if path == ("type",) and mistake.code == "limit-range":
                known = mistake._replace(
                    message=f"{kind!r} is not the type of a limit", remedy=_TYPES
                )
            yield (*place, *path), known
        if str(kind) in seen:
            message = f"there is an item of type {kind} already"
            yield place, Mistake(code="limit-range", message=message, remedy="keep one")
        seen.add(str(kind))
        if model is None:
            continue
        limits = model if isinstance(model, Limits) else Limits(extra=(model,))
        below = 1 if container else len(("limits", "extra", 0))
        for path, mistake in limit_names(limits, ("limits",)):
            yield (*place, *path[below:]), mistake
        found = contradictions(namespace.model_copy(update={"limits": limits}))
        yield from as_mistakes(((*place, *it.path[below:]), it) for it in found)


_TYPES = "write Container, Pod, PersistentVolumeClaim, or a name with a domain"

_RULES: Mapping[tuple[str, str], Callable[[Any], Found]] = {
    ("", "LimitRange"): limit_range,
    ("", "ResourceQuota"): quota,
    ("networking.k8s.io", "NetworkPolicy"): network_policy,
}
