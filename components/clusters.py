"""One explicit Kubernetes provider per cluster, created when it is first used.

This is where it is decided how Pulumi reaches a cluster and what its client may do there; which objects go to which
cluster is the plan's decision. The stack disables default providers, so that nothing ever goes to the cluster of an
ambient kubeconfig.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import pulumi
from pulumi_kubernetes import KubeClientSettingsArgs, Provider
from typing_extensions import override

__all__ = ["ClusterAccess", "Clusters", "Providers"]

Providers: TypeAlias = Mapping[str, Provider]
"""A provider for each cluster name of a plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterAccess:
    """How Pulumi reaches a cluster. The limits are those of its client, whose own defaults make a large stack wait."""

    context: str | None = None
    """Context of the kubeconfig. Default: the cluster's name, unless a kubeconfig is given."""

    kubeconfig: pulumi.Input[str] | None = None
    """Path or content. It is always kept as a secret. Default: KUBECONFIG, then ~/.kube/config."""

    qps: float = 1000
    """Requests per second."""

    burst: int = 2000
    """Requests at once."""

    timeout: int = 30
    """Seconds after which a request fails."""

    @classmethod
    def of(cls, cluster: str, settings: Mapping[str, Any]) -> ClusterAccess:
        """Read one cluster's entry of the stack's config.

        Raises:
            pulumi.RunError: for an unknown key or a value of the wrong type; values are never quoted.
        """
        key = f"clusters.{cluster}"
        _refuse_unknown(key, settings, [field.name for field in fields(cls)])
        # An empty context would leave the choice to the kubeconfig.
        for name in ("context", "kubeconfig"):
            if name in settings and not (isinstance(settings[name], str) and settings[name]):
                raise pulumi.RunError(f"config {key}.{name}: expected text")
        for name, kind in (("qps", int | float), ("burst", int), ("timeout", int)):
            # 1 replaces a missing value: the defaults are valid.
            value = settings.get(name, 1)
            valid = isinstance(value, kind) and not isinstance(value, bool)
            if not (valid and 0 < value < float("inf")):
                number = "an integer" if kind is int else "a number"
                raise pulumi.RunError(f"config {key}.{name}: expected {number} above 0")
        return cls(**settings)


class Clusters(Providers):
    """The providers of a stack's clusters, by name. To look one up by `[]` registers it.

    Args:
        access: how to reach each cluster.
        adopt: take over objects that exist already, instead of refusing them. It is for one run that recovers a lost or
            interrupted state, never the default: an object that exists unexpectedly must be looked at.
    """

    def __init__(self, access: Mapping[str, ClusterAccess], *, adopt: bool = False) -> None:
        self._access = access
        self._adopt = adopt
        self._providers: dict[str, Provider] = {}

    @classmethod
    def of(
        cls, names: Iterable[str], settings: Mapping[str, Mapping[str, Any]], *, adopt: bool = False
    ) -> Clusters:
        """The clusters of these names, with their entries of the stack's config; an entry may be missing.

        Raises:
            pulumi.RunError: for an entry of another name, or one that `ClusterAccess.of` refuses.
        """
        names = sorted(names)
        _refuse_unknown("clusters", settings, names)
        access = {name: ClusterAccess.of(name, settings.get(name) or {}) for name in names}
        return cls(access, adopt=adopt)

    @override
    def __getitem__(self, cluster: str) -> Provider:
        if cluster in self._providers:
            return self._providers[cluster]
        access = self._access[cluster]
        # Without a context, the kubeconfig's current one would decide where everything goes.
        named = access.context is not None or access.kubeconfig is not None
        # The SDK reads what is left out here from environment variables, so everything that matters is given.
        provider = Provider(
            cluster,
            cluster_identifier=cluster,
            context=access.context if named else cluster,
            kubeconfig=None
            if access.kubeconfig is None
            else pulumi.Output.secret(access.kubeconfig),
            enable_server_side_apply=True,
            enable_secret_mutable=True,
            enable_config_map_mutable=True,
            upsert_existing_objects=self._adopt,
            enable_patch_force=self._adopt,
            delete_unreachable=False,
            kube_client_settings=KubeClientSettingsArgs(
                qps=access.qps, burst=access.burst, timeout=access.timeout
            ),
        )
        self._providers[cluster] = provider
        return provider

    @override
    def __contains__(self, cluster: object) -> bool:
        return cluster in self._access

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._access)

    @override
    def __len__(self) -> int:
        return len(self._access)


def _refuse_unknown(key: str, settings: Any, known: list[str]) -> None:
    if not isinstance(settings, Mapping):
        raise pulumi.RunError(f"config {key}: expected a mapping with any of {', '.join(known)}")
    unknown = sorted(set(settings) - set(known))
    if unknown:
        raise pulumi.RunError(
            f"config {key}: unknown {', '.join(unknown)} (known: {', '.join(known)})"
        )
