"""Names of resources in quotas and limits: a mistyped one bounds nothing, or the API server refuses it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from argoproject.models.validation import nearest
from argoproject.problems import Problem
from argoproject.project.model import Project
from argoproject.yamlfile.reader import Path

__all__ = ["check"]

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
"""What a quota bounds by a plain name. Source: kubernetes v1.36, pkg/apis/core/helper/helpers.go,
`standardQuotaResources`."""

_CONTAINER = ("cpu", "memory", "ephemeral-storage")
"""What a container asks for. Source: the same file, `standardContainerResources`."""

_PREFIXES = ("hugepages-", "requests.hugepages-", "limits.hugepages-")
_LIMITS = ("default", "default_request", "min", "max", "max_limit_request_ratio")


def check(project: Project) -> Iterator[Problem]:
    """Names that Kubernetes does not have. Those with a `/` belong to somebody's extension and may be anything."""
    namespace = project.settings.namespace
    if namespace is None:
        return
    yield from _names(project, ("namespace", "quota"), namespace.quota, _QUOTA)
    if namespace.limits is None:
        return
    for field in _LIMITS:
        name = type(namespace.limits).model_fields[field].alias or field
        values = getattr(namespace.limits, field)
        yield from _names(project, ("namespace", "limits", name), values, _CONTAINER)


def _names(
    project: Project, path: Path, values: Mapping[str, str], known: tuple[str, ...]
) -> Iterator[Problem]:
    for name in values:
        if name in known or "/" in name or name.startswith(_PREFIXES):
            continue
        match = nearest(name, known)
        remedy = f"did you mean {match}?" if match else f"write one of {', '.join(known)}"
        message = f"Kubernetes knows no resource {name} here"
        yield project.problem(
            path=(*path, name), code="unknown-resource", message=message, remedy=remedy
        )
