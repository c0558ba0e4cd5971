"""The plan of the destination cluster's side: what is built from the settings, and extra manifests as written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from argoproject.plan.admission import namespace_marks
from argoproject.plan.leaves import Manifest, SecretRef
from argoproject.plan.manifests import namespace as manifests
from argoproject.plan.manifests.common import Values, compact, manifest
from argoproject.plan.manifests.impersonation import sync_account
from argoproject.plan.model import NamespacePlan, PlannedObject
from argoproject.project.model import ExtraManifest, Project
from argoproject.secrets.file import BOUND_KEY, SecretFile, is_encrypted
from argoproject.yamlfile.reader import Path

__all__ = ["namespace_plan"]


def namespace_plan(project: Project, values: Values) -> NamespacePlan:
    """Namespace, guards, Secrets, accounts and extra manifests. Empty where a `base` Application makes them.

    Args:
        project: the environment.
        values: the day of the plan, its secrets and the platform's files.
    """
    if project.settings.base is not None:
        return NamespacePlan(namespace=None, objects=())
    own = (
        *manifests.guards(project, values),
        *manifests.secrets(project, values),
        *manifests.accounts(project, values.today),
        *sync_account(project, values.today),
    )
    team = []
    for item in project.manifests:
        extra = _with_leaves(item)
        metadata = {**extra["metadata"], "namespace": project.names.namespace}
        key = f"manifest-{extra['kind'].lower()}-{metadata['name']}"
        team.append(_extra(project, key, {**extra, "metadata": metadata}))
    platforms = tuple(
        _extra(project, _platform_key(placed), placed) for placed in values.platform_manifests()
    )
    admission = namespace_marks(project, (*own, *platforms))
    return NamespacePlan(
        namespace=manifests.namespace(project, admission.labels, admission.annotations),
        objects=(*own, *team, *platforms),
    )


def _extra(project: Project, key: str, extra: Manifest) -> PlannedObject:
    """An extra manifest with the marks of everything that is planned here."""
    head = ("apiVersion", "kind", "metadata")
    rest = {field: value for field, value in extra.items() if field not in head}
    built = manifest(extra["apiVersion"], extra["kind"], extra["metadata"], project.identity)
    return manifests.planned(project, key, {**built, **compact(rest)}, as_written=True)


def _platform_key(placed: Manifest) -> str:
    """`platform-schedule.velero.io/velero/blue-shop-prod-eu-1`.

    Unlike a tenant's, the platform's manifests may be in any namespace, so kind and name alone are not unique. No kind
    has a dot, no group and no namespace a slash: two objects never share a key, whatever their names are.
    """
    group = str(placed["apiVersion"]).rpartition("/")[0]
    kind = f"{str(placed['kind']).lower()}.{group}" if group else str(placed["kind"]).lower()
    return f"platform-{kind}/{placed['metadata']['namespace']}/{placed['metadata']['name']}"


def _with_leaves(manifest: ExtraManifest) -> Manifest:
    """A manifest with a secret leaf in the place of each encrypted value."""
    secret = manifest.secret
    if secret is None:
        return manifest.data
    revealed: Manifest = _revealed(manifest.data, secret, ())
    # It binds the file to its place in the tree; workloads have no use for it.
    values = {key: item for key, item in revealed["stringData"].items() if key != BOUND_KEY}
    return {**revealed, "stringData": values}


def _revealed(data: Any, file: SecretFile, path: Path) -> Any:
    if isinstance(data, Mapping):
        return {key: _revealed(value, file, (*path, key)) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_revealed(value, file, (*path, index)) for index, value in enumerate(data)]
    return SecretRef(file.leaf_key(path)) if is_encrypted(data) else data
