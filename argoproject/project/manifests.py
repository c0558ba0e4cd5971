"""The extra manifests of an environment: which files they are, and what stands in them once placeholders are filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_core import PydanticCustomError

from argoproject.models.values import free_form
from argoproject.problems import Problem
from argoproject.project.model import ExtraManifest
from argoproject.secrets.file import METADATA
from argoproject.tree import placeholders
from argoproject.tree.model import Folder
from argoproject.yamlfile.reader import Document, path_text

__all__ = ["fill_manifest", "manifests_of"]


def manifests_of(
    folders: Iterable[Folder | None], values: Mapping[str, str]
) -> tuple[tuple[ExtraManifest, ...], list[Problem]]:
    """The extra manifests of product and project, the nearer file of a name instead of the other."""
    chosen = {
        document.file.rsplit("/", 1)[1]: (folder, document)
        for folder in folders
        if folder
        for document in folder.manifests
    }
    problems: list[Problem] = []
    manifests = []
    for folder, document in chosen.values():
        filled, refused = fill_manifest(document, values)
        problems += refused
        secret = folder.encrypted.get(document.file)
        data = {key: item for key, item in filled.items() if secret is None or key != METADATA}
        manifests.append(ExtraManifest(document, data, secret))
    return tuple(manifests), problems


def fill_manifest(
    document: Document, values: Mapping[str, str]
) -> tuple[Mapping[str, Any], list[Problem]]:
    """A manifest with its placeholders filled and its scalars as Kubernetes reads them."""
    try:
        return free_form(placeholders.fill(document.data, values)), []
    except PydanticCustomError as error:
        context = error.context or {}
        path = context["path"]
        problem = Problem(
            position=document.position(path),
            path=path_text(path),
            code=context["code"],
            message=context["message"],
            remedy=context["remedy"],
        )
        return {}, [problem]
