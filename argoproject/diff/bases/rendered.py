"""A folder that `argoproject render` wrote: manifests, and nothing of how Pulumi handles them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from argoproject.diff.bases.shape import identity_of, namespace_of, shaped
from argoproject.diff.model import BaseUnreadableError
from argoproject.diff.states import EnvironmentState, ObjectState
from argoproject.plan.render import RENDERED, SHARED

__all__ = ["as_rendered", "rendered_states"]


def rendered_states(folder: Path) -> list[EnvironmentState]:
    """The environments of a rendered folder: `<cluster>/<project>/<kind>.<name>.yaml`.

    Raises:
        BaseUnreadableError: where the folder was not written by `render`, or is damaged.
    """
    if not (folder / RENDERED).is_file():
        raise BaseUnreadableError(
            f"{folder} was not written by `argoproject render`: name a folder that was, or render the base into one"
        )
    found: dict[str, list[ObjectState]] = defaultdict(list)
    for file in sorted(folder.glob("*/*/*.yaml")):
        cluster, project = file.parts[-3:-1]
        if project == SHARED:
            continue
        found[project].append(_addressed(cluster, _manifest(file)))
    return [_environment(project, items) for project, items in found.items()]


def as_rendered(states: Iterable[EnvironmentState]) -> Iterator[EnvironmentState]:
    """Planned environments as a rendered folder would hold them."""
    for state in states:
        objects = [_addressed(item.cluster, item.manifest) for item in state.objects.values()]
        yield replace(state, objects={item.key: item for item in objects}, settings=None)


def _addressed(cluster: str, manifest: Mapping[str, Any]) -> ObjectState:
    """An object that is known by its address in the cluster, as manifests say nothing of Pulumi's names."""
    metadata = manifest["metadata"]
    group = str(manifest["apiVersion"]).rpartition("/")[0]
    parts = (cluster, group, manifest["kind"], metadata.get("namespace", ""), metadata["name"])
    return ObjectState(key="/".join(parts), cluster=cluster, manifest=manifest)


def _manifest(file: Path) -> Mapping[str, Any]:
    try:
        return shaped(yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader))
    except (OSError, ValueError, yaml.YAMLError, RecursionError):
        raise BaseUnreadableError(f"{file} is no manifest: render the base again") from None


def _environment(project: str, items: list[ObjectState]) -> EnvironmentState:
    try:
        identity = identity_of(items)
    except ValueError:
        raise BaseUnreadableError(
            f"no manifest of the project {project} says which environment it belongs to: render the base again"
        ) from None
    return EnvironmentState(
        identity=identity,
        project=project,
        namespace=namespace_of(items),
        objects={item.key: item for item in items},
    )
