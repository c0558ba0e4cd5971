"""Argo CD's keys for helm-secrets, on the hub."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from argoproject.plan.model import PlannedObject, SecretKey
from components.clusters import Providers
from components.kubernetes import (
    KubernetesObject,
    available_after,
    with_annotations,
    with_secret_values,
)

__all__ = ["HelmSecretsKeys", "HelmSecretsKeysArgs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HelmSecretsKeysArgs:
    """What `HelmSecretsKeys` needs."""

    keys: Sequence[PlannedObject]
    """The planned Secrets."""

    providers: Providers
    """By cluster name; only that of the hub is used."""

    secrets: Mapping[SecretKey, pulumi.Input[str]] = field(default_factory=dict, repr=False)
    """The values, by the secret keys of the Secrets."""


class HelmSecretsKeys(pulumi.ComponentResource):
    """The private keys with which Argo CD's repo-server decrypts value files."""

    names: pulumi.Output[list[str]]
    """Names of the Secrets; what uses them is created after them."""

    def __init__(
        self, name: str, args: HelmSecretsKeysArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("argoproject:index:HelmSecretsKeys", name, None, opts)
        keys = [
            KubernetesObject(
                f"{name}-{item.key}",
                with_annotations(with_secret_values(item.manifest, args.secrets), item),
                pulumi.ResourceOptions(
                    parent=self, provider=args.providers[item.cluster], protect=item.protect
                ),
            )
            for item in args.keys
        ]
        self.names = available_after(keys, [item.name for item in args.keys])
        self.register_outputs({"names": self.names})
