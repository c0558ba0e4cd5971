"""The classes that files have parts for exist. Judged once per file, whether or not an environment stands below it."""

from __future__ import annotations

from collections.abc import Iterator

from argoproject.models import Platform
from argoproject.models.validation import nearest
from argoproject.problems import Problem
from argoproject.tree.documents import data_at
from argoproject.tree.model import Tree
from argoproject.yamlfile.reader import path_text

__all__ = ["check"]


def check(tree: Tree, platform: Platform) -> Iterator[Problem]:
    """Parts of team.yaml, product.yaml and project.yaml for classes that platform.yaml does not have."""
    for folder in tree.folders.values():
        document = folder.settings
        classes = data_at(document.data, ("classes",)) if document is not None else None
        if document is None or not isinstance(classes, dict):
            continue
        for name in classes:
            if name not in platform.environment_classes:
                path = ("classes", name)
                message = f"platform.yaml has no environment class {name}: nobody would get this"
                remedy = _remedy(platform, name)
                code = "unknown-environment-class"
                yield Problem(
                    position=document.position(path),
                    path=path_text(path),
                    code=code,
                    message=message,
                    remedy=remedy,
                )


def _remedy(platform: Platform, name: str) -> str:
    if name in platform.environments:
        return f"write {platform.environments[name]}, the class of the environment {name}"
    known = platform.environment_classes
    match = nearest(name, known)
    return f"did you mean {match}?" if match else f"one of {', '.join(known)}"
