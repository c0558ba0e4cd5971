"""Argo CD's own keys for helm-secrets: Secrets on the hub with which its repo-server decrypts value files.

The platform's key decrypts the value files of every team; a team's own key keeps its value files secret from all
other teams. Which key a value file may name is judged by `argoproject.checks`.
Source: helm-secrets 4, wiki "ArgoCD Integration".
"""

from __future__ import annotations

from collections.abc import Iterable

from argoproject.identity import PLATFORM
from argoproject.models import Platform
from argoproject.models.validation import did_you_mean
from argoproject.plan.manifests.common import MANAGED_BY
from argoproject.plan.model import PlannedObject, SecretRef, helm_secrets_key
from argoproject.problems import ConfigError, Position, Problem
from argoproject.tree.stacks import STACK_CONFIG

__all__ = ["helm_secrets_keys"]


def helm_secrets_keys(platform: Platform, owners: Iterable[str]) -> tuple[PlannedObject, ...]:
    """The Secrets, sorted by owner.

    Args:
        platform: says where Argo CD runs, and which teams exist.
        owners: names of teams, and `platform` for the key that every team's value files may name.

    Raises:
        ConfigError: for owners that platform.yaml does not know.
    """
    owners = sorted(owners)
    problems = [
        _unknown(owner, platform) for owner in owners if owner not in (*platform.teams, PLATFORM)
    ]
    if problems:
        raise ConfigError(problems)
    return tuple(_secret(platform, owner) for owner in owners)


def _secret(platform: Platform, owner: str) -> PlannedObject:
    name, file = platform.helm_secrets_key(owner)
    metadata = {
        "name": name,
        "namespace": platform.argocd.namespace,
        "labels": MANAGED_BY,
    }
    manifest = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "type": "Opaque",
        # The file name of helm-secrets' documentation.
        "stringData": {file or "key.txt": SecretRef(helm_secrets_key(owner))},
    }
    # Without the key, no Application with encrypted value files can be rendered.
    return PlannedObject(
        key=owner, cluster=platform.argocd.cluster, manifest=manifest, protect=True
    )


def _unknown(owner: str, platform: Platform) -> Problem:
    remedy = did_you_mean(
        owner, (*platform.teams, PLATFORM), otherwise=f"write {PLATFORM}, or the name of a team"
    )
    message = f"platform.yaml knows no team {owner!r}"
    return Problem(
        position=Position(STACK_CONFIG),
        path=f"helmSecretsKeys.{owner}",
        code="unknown-team",
        message=message,
        remedy=remedy,
    )
