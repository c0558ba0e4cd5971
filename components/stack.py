"""Everything that one stack registers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from argoproject.plan.model import PlannedObject, ProjectPlan
from components.argo_project import ArgoProject, ArgoProjectArgs
from components.clusters import Providers
from components.helm_secrets_keys import HelmSecretsKeys, HelmSecretsKeysArgs
from components.secrets import Secrets

__all__ = ["register"]


async def register(
    plans: Sequence[ProjectPlan],
    keys: Sequence[PlannedObject],
    providers: Providers,
    secrets: Secrets,
) -> Mapping[str, Any]:
    """Register the environments and Argo CD's keys for helm-secrets; give the stack's outputs.

    It yields after every environment. While a program runs, Pulumi's SDK sends nothing; and after one that never
    yielded, it awaits all outputs together instead of its requests, which costs the square of their number.
    """
    if keys:
        args = HelmSecretsKeysArgs(keys=keys, providers=providers, secrets=secrets)
        HelmSecretsKeys("helm-secrets", args)
    for plan in plans:
        ArgoProject(plan.name, ArgoProjectArgs(plan=plan, providers=providers, secrets=secrets))
        await asyncio.sleep(0)
    return {"environments": {plan.name: plan.summary() for plan in plans}}
