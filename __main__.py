"""The Pulumi program: load a stack's environments, plan them, register them, export what they are.

The only reader of Pulumi's config. What a configuration means is decided in `argoproject`, what a plan becomes in
`components`.
"""

import asyncio
import datetime as dt
import gc
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pulumi

from argoproject.errors import ConfigError
from argoproject.fleet import Fleet, load_fleet
from argoproject.plan.model import PlannedObject
from components import (
    ArgoProject,
    ArgoProjectArgs,
    Clusters,
    HelmSecretsKeys,
    HelmSecretsKeysArgs,
    Secrets,
)


def main(config: pulumi.Config) -> None:
    """Register the environments of this stack."""
    secrets = Secrets.of(config.get_object("secrets"), config.get_object("helmSecretsKeys"))
    try:
        fleet = _fleet(config)
        secrets.add(fleet.secret_values(secrets, age_key=config.get("ageKey")))
        keys = fleet.helm_secrets_keys(secrets.owners)
    except ConfigError as error:
        raise pulumi.RunError(str(error)) from None
    access = config.get_object("clusters") or {}
    clusters = Clusters.of(fleet.platform.clusters, access, adopt=config.get_bool("adopt") or False)
    for warning in fleet.warnings:
        pulumi.log.warn(str(warning))
    pulumi.run(partial(_register, fleet, keys, clusters, secrets))


async def _register(
    fleet: Fleet, keys: Sequence[PlannedObject], clusters: Clusters, secrets: Secrets
) -> pulumi.Inputs:
    """Register what the stack holds; what is returned is exported.

    It yields after every environment. While a program runs, the SDK sends nothing; and after one that never yielded it
    awaits every output, not the requests, which costs the square of their number.
    """
    if keys:
        HelmSecretsKeys(
            "helm-secrets", HelmSecretsKeysArgs(keys=keys, providers=clusters, secrets=secrets)
        )
    for plan in fleet.plans:
        ArgoProject(plan.name, ArgoProjectArgs(plan=plan, providers=clusters, secrets=secrets))
        await asyncio.sleep(0)
    return {"environments": {plan.name: plan.summary() for plan in fleet.plans}}


def _fleet(config: pulumi.Config) -> Fleet:
    return load_fleet(
        Path(config.get("config") or "config"),
        stack=pulumi.get_stack(),
        select=config.get_object("select") or None,
        today=dt.datetime.now(dt.UTC).date(),
        plain=config.get_object("plainSecrets") or (),
    )


if __name__ == "__main__":
    # Registering makes many objects that stay and little rubbish: by default they are searched for it far too often.
    gc.set_threshold(50_000)
    main(pulumi.Config())
