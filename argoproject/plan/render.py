"""Plans as files: a folder that kubectl or Argo CD could apply, except for secrets, which are placeholders.

The paths are `<cluster>/<project>/<kind>.<name>.yaml`, and `<cluster>/_shared/` for the admission policies. The same
plan gives the same bytes. Reviewers compare two such folders, and tools that know Kubernetes but not this project read
them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from argoproject.models.values import is_ambiguous
from argoproject.plan.model import ClusterPolicies, PlannedObject, ProjectPlan, plain

__all__ = ["RENDERED", "SHARED", "manifest_text", "render", "render_policies"]

RENDERED = ".argoproject-rendered"
"""Name of the file that marks a folder as written by `render`, which may therefore replace it."""

SHARED = "_shared"
"""Folder of what all environments of a cluster share. No project can have this name: project names have no `_`."""


class _Dumper(yaml.CSafeDumper):
    """Writes values that occur twice in full, without YAML aliases, and quotes what other readers take for no text."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True

    def represent_str(self, data: str) -> yaml.ScalarNode:
        """A text, in quotes where kubectl or Argo CD would read something else: `y`, `0o644`, `1e3`."""
        style = "'" if is_ambiguous(data) else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Dumper.add_representer(str, _Dumper.represent_str)


def render(plans: Iterable[ProjectPlan]) -> Iterator[tuple[str, str]]:
    """Every planned manifest.

    Yields:
        (path, YAML text) in the order of the plans, sorted by path within each.

    Example:
        `hub/blue-shop-prod-eu-1/appproject.blue-shop-prod-eu-1.yaml`
    """
    for plan in plans:
        objects = tuple(plan.objects())
        count = Counter(map(_short, objects))
        named: dict[str, PlannedObject] = {}
        for item in objects:
            path = _path(plan, item, unique=count[_short(item)] == 1)
            # Signs that a path cannot have may have been all that two names differ in.
            further = (f"{path}.{number}" for number in range(2, len(objects) + 1))
            named[next(it for it in (path, *further) if it not in named)] = item
        for path in sorted(named):
            yield f"{path}.yaml", manifest_text(named[path].manifest)


def render_policies(policies: Iterable[ClusterPolicies]) -> Iterator[tuple[str, str]]:
    """The admission policies of clusters, as (path, YAML text) in the order of `render`."""
    for item in policies:
        for policy in sorted(item.objects, key=_short):
            yield f"{item.cluster}/{SHARED}/{_short(policy)}.yaml", manifest_text(policy.manifest)


def _path(plan: ProjectPlan, item: PlannedObject, *, unique: bool) -> str:
    """The path of a manifest, without `.yaml`.

    Those of the platform may be in other namespaces, so that kind and name are not unique; then the namespace and the
    API group are added.
    """
    name = _short(item)
    if not unique:
        name = ".".join(filter(None, (name, item.namespace, item.group)))
    # Names of roles may contain colons, which Windows refuses, and slashes, which would create folders.
    return f"{item.cluster}/{plan.name}/{name.replace('/', '_').replace(':', '_')}"


def _short(item: PlannedObject) -> str:
    return f"{item.kind.lower()}.{item.name}"


def manifest_text(manifest: Mapping[str, Any]) -> str:
    """A manifest as YAML that every reader reads alike."""
    text: str = yaml.dump(
        plain(manifest), Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True
    )
    return text
