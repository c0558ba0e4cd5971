"""Repository Secrets of Argo CD. Always scoped to a project: without one, a Secret is for every project.

Fields of options and of credentials declare their key in the Secret (`argoproject.models.credentials.DataKey`).
tests/gotools/test_argocd.py lets Argo CD's own code read what is built here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from argoproject.identity import Identity
from argoproject.models import SecretSource
from argoproject.models.credentials import RepositoryOptions, data_keys
from argoproject.plan.manifests.common import compact, manifest
from argoproject.plan.model import Manifest, SecretLeaf
from argoproject.project.repositories import SelectedRepository

__all__ = ["repository_secret"]


def repository_secret(
    identity: Identity,
    app_project: str,
    argocd_namespace: str,
    repository: SelectedRepository,
    leaf_of: Callable[[SecretSource], SecretLeaf],
) -> Manifest:
    """The Secret through which the project reads one repository, or writes to it.

    Args:
        identity: the environment.
        app_project: name of its AppProject.
        argocd_namespace: namespace of Argo CD.
        repository: the repository with its credential and options.
        leaf_of: gives the placeholder of a secret; the value itself stays out of plans and reports.
    """
    name = f"{app_project}-{repository.key}"
    data: dict[str, Any] = {
        "project": app_project,
        "name": name,
        "url": repository.url,
        "type": repository.type,
        "enableOCI": _text(repository.enable_oci),
    }
    for field, data_key in data_keys(RepositoryOptions).items():
        data[data_key.key] = _text(getattr(repository.options, field))
    credential = repository.credential
    if credential is not None:
        data |= credential.kind.constants
        for field, data_key in credential.keys().items():
            value = getattr(credential, field)
            data[data_key.key] = leaf_of(value) if isinstance(value, SecretSource) else _text(value)
    secret_type = "repository-write" if repository.write else "repository"
    metadata = {
        "name": name,
        "namespace": argocd_namespace,
        "labels": {"argocd.argoproj.io/secret-type": secret_type},
    }
    return manifest("v1", "Secret", metadata, identity, type="Opaque", stringData=compact(data))


def _text(value: bool | int | str | None) -> str | None:
    """A value as Argo CD parses it; False and None are left out."""
    if isinstance(value, bool):
        return "true" if value else None
    return None if value is None else str(value)
