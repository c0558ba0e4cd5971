"""One explicit Kubernetes provider per cluster, made when it is first asked for.

Owns how Pulumi reaches a cluster and what its client may do there. Which objects go to which cluster is the plan's
decision. Default providers are disabled by the stack, so that nothing ever goes to an ambient kubeconfig.
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
    """How Pulumi reaches a cluster. The limits are the client's: its own defaults make a large stack wait."""

    context: str | None = None
    """Context of the kubeconfig. Default: the cluster's name, unless a kubeconfig is given."""

    kubeconfig: pulumi.Input[str] | None = None
    """Path or content. Always kept as a secret. Default: KUBECONFIG, then ~/.kube/config."""

    qps: float = 1000
    """Requests a second."""

    burst: int = 2000
    """Requests at once."""

    timeout: int = 30
    """Seconds after which a request is given up."""

    @classmethod
    def of(cls, cluster: str, settings: Mapping[str, Any]) -> ClusterAccess:
        """Read one cluster's entry of the stack's config."""
        known = [field.name for field in fields(cls)]
        key = f"clusters.{cluster}"
        _refuse_unknown(key, settings, known)
        _refuse_wrong(key, settings)
        return cls(**settings)


class Clusters(Providers):
    """The providers of a stack's clusters, by name.

    With `adopt`, objects that exist are taken over instead of refused. It is for one run that recovers a lost or
    interrupted state, never the default: an object that exists unexpectedly is a finding.
    """

    def __init__(self, access: Mapping[str, ClusterAccess], *, adopt: bool = False) -> None:
        self._access = access
        self._adopt = adopt
        self._providers: dict[str, Provider] = {}

    @classmethod
    def of(
        cls, names: Iterable[str], settings: Mapping[str, Mapping[str, Any]], *, adopt: bool = False
    ) -> Clusters:
        """Make the providers of all these clusters from the stack's config, which may leave any of them out."""
        names = sorted(names)
        _refuse_unknown("clusters", settings, names)
        access = {name: ClusterAccess.of(name, settings.get(name) or {}) for name in names}
        return cls(access, adopt=adopt)

    @override
    def __getitem__(self, cluster: str) -> Provider:
        if cluster not in self._providers:
            self._providers[cluster] = self._provider(cluster, self._access[cluster])
        return self._providers[cluster]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._access)

    @override
    def __len__(self) -> int:
        return len(self._access)

    def _provider(self, cluster: str, access: ClusterAccess) -> Provider:
        # What is left out here is read from the environment, so that everything that matters is said.
        return Provider(
            cluster,
            cluster_identifier=cluster,
            context=_context(cluster, access),
            kubeconfig=_kubeconfig(access),
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


def _context(cluster: str, access: ClusterAccess) -> str | None:
    # Without a context the kubeconfig's current one would decide where everything goes.
    return cluster if access.context is None and access.kubeconfig is None else access.context


def _kubeconfig(access: ClusterAccess) -> pulumi.Output[str] | None:
    return None if access.kubeconfig is None else pulumi.Output.secret(access.kubeconfig)


def _refuse_wrong(key: str, settings: Mapping[str, Any]) -> None:
    # An empty context would leave the choice to the kubeconfig.
    for name in ("context", "kubeconfig"):
        if name in settings and not (isinstance(settings[name], str) and settings[name]):
            raise pulumi.RunError(f"config {key}.{name}: expected text")
    for name in ("qps", "burst", "timeout"):
        value = settings.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise pulumi.RunError(f"config {key}.{name}: expected a number above 0")


def _refuse_unknown(key: str, settings: Any, known: list[str]) -> None:
    if not isinstance(settings, Mapping):
        raise pulumi.RunError(f"config {key}: expected a mapping with any of {', '.join(known)}")
    unknown = sorted(set(settings) - set(known))
    if unknown:
        raise pulumi.RunError(
            f"config {key}: unknown {', '.join(unknown)} (known: {', '.join(known)})"
        )
