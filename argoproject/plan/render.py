"""Plans as files: a folder that kubectl or Argo CD could apply, but for secrets, which are placeholders.

`<cluster>/<project>/<kind>.<name>.yaml`, and `<cluster>/_shared/` for the admission policies, the same to the byte for
the same plan. Reviewers compare two such folders, and tools that know Kubernetes but not this project read them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from argoproject.plan.leaves import plain
from argoproject.plan.model import ClusterPolicies, PlannedObject, ProjectPlan

__all__ = ["RENDERED", "SHARED", "render", "render_policies"]

RENDERED = ".argoproject-rendered"
"""A file in a folder that `render` wrote, and may therefore replace."""

SHARED = "_shared"
"""Folder of what all environments of a cluster share. No project is called so: their names have no `_`."""


class _Dumper(yaml.CSafeDumper):
    """Writes no aliases: each file stands for itself."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def render(plans: Iterable[ProjectPlan]) -> Iterator[tuple[str, str]]:
    """Every planned manifest as (path, YAML text), sorted within its plan."""
    for plan in plans:
        objects = tuple(plan.objects())
        twins = Counter(map(_short, objects))
        named = {_path(plan, item, twins): item for item in objects}
        for path in sorted(named):
            yield path, _text(named[path].manifest)


def render_policies(policies: Iterable[ClusterPolicies]) -> Iterator[tuple[str, str]]:
    """The admission policies of clusters, in the form and order of `render`."""
    for item in policies:
        for planned in sorted(item.objects, key=_short):
            yield f"{item.cluster}/{SHARED}/{_short(planned)}.yaml", _text(planned.manifest)


def _path(plan: ProjectPlan, item: PlannedObject, twins: Mapping[str, int]) -> str:
    """Manifests of the platform may stand in other namespaces: then kind and name alone are not unique."""
    name = _short(item)
    if twins[name] > 1:
        group = str(item.manifest["apiVersion"]).rpartition("/")[0]
        name = ".".join(filter(None, (name, item.namespace, group)))
    # RBAC names may have colons and slashes would make folders.
    return f"{item.cluster}/{plan.name}/{name.replace('/', '_').replace(':', '_')}.yaml"


def _short(item: PlannedObject) -> str:
    return f"{item.kind.lower()}.{item.name}"


def _text(manifest: Mapping[str, Any]) -> str:
    text: str = yaml.dump(
        plain(manifest), Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True
    )
    return text
