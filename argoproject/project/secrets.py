"""Where an environment uses secrets: each place that names one, and where its value goes from there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from argoproject.project.model import Project
from argoproject.project.repositories import endpoint_of, named_in, selected
from argoproject.yamlfile.reader import Path

__all__ = ["SecretUse", "secret_refs", "secret_uses"]


class SecretUse(NamedTuple):
    """One use of a secret: the place that names it, and one target that receives its value."""

    path: Path
    """Place of the name in the settings, for example `registries.harbor.password`."""

    name: str
    """Name of the secret, as the settings write it."""

    target: str | None
    """URL or registry that receives the value; None where only the namespace does."""

    in_namespace: bool = False
    """Whether workloads of the namespace can read the value, whatever its target is."""


def secret_uses(project: Project) -> Iterator[SecretUse]:
    """Gives every use of a secret by an environment, once for each target.

    A GitHub App's key is used twice: Argo CD logs in at the GitHub Enterprise server and then reads the repository.
    """
    settings = project.settings
    for repository in selected(project):
        if repository.credential is not None:
            endpoint = endpoint_of(repository.credential)
            targets = [repository.url, *([] if endpoint is None else endpoint[1:])]
            for path, secret in named_in(repository.credential, repository.credential_path):
                yield from (SecretUse(path, secret, target) for target in targets)
    for key, registry in settings.registries.items():
        for path, secret in named_in(registry, ("registries", key)):
            yield SecretUse(path, secret, registry.server, in_namespace=True)
    namespace = settings.namespace
    for name, data in (namespace.secrets if namespace is not None else {}).items():
        for key, source in data.items():
            yield SecretUse(("namespace", "secrets", name, key), source.secret, None)


def secret_refs(project: Project) -> Iterator[tuple[Path, str]]:
    """Gives each place that names a secret and the name there, without the targets. Each place comes once."""
    yield from {use.path: use.name for use in secret_uses(project)}.items()
