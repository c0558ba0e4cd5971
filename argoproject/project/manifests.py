"""The extra manifests of an environment: which files they are, and their content with placeholders filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_core import PydanticCustomError

from argoproject.models.values import free_form
from argoproject.problems import Problem
from argoproject.project.model import ExtraManifest
from argoproject.secrets.file import METADATA
from argoproject.tree.documents import fill_placeholders
from argoproject.tree.model import Folder
from argoproject.yamlfile.reader import Document

__all__ = ["fill_manifest", "manifests_of"]


def manifests_of(
    folders: Iterable[Folder | None], values: Mapping[str, str]
) -> tuple[tuple[ExtraManifest, ...], list[Problem]]:
    """Collect the extra manifests of an environment.

    Args:
        folders: The folders of product and environment. A file of the environment replaces one of the same name of the
            product.
        values: What each placeholder stands for, by name.

    Returns:
        The manifests, without what sops adds to an encrypted file, and the problems of those that cannot be filled.
    """
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
    """Fill the placeholders of a manifest, and read its scalars as Kubernetes does.

    Returns:
        The content and no problem, or nothing and the problem: a scalar that YAML parsers read differently.
    """
    try:
        return free_form(fill_placeholders(document.data, values)), []
    except PydanticCustomError as error:
        context = error.context or {}
        problem = document.problem(
            path=context["path"],
            code=context["code"],
            message=context["message"],
            remedy=context["remedy"],
        )
        return {}, [problem]
