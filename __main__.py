"""The Pulumi program: load a stack's environments, plan them, register them, export what they are.

The only reader of Pulumi's config. What a configuration means is decided in `argoproject`, what a plan becomes in
`components`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi

from argoproject.errors import ConfigError
from argoproject.fleet import Fleet, load_fleet
from components import ArgoProject, ArgoProjectArgs, Clusters, team_secrets


def main() -> None:
    """Register the environments of this stack."""
    config = pulumi.Config()
    secrets = team_secrets(config.get_object("secrets") or {})
    fleet = _fleet(config, secrets)
    clusters = Clusters.of(
        fleet.platform.clusters,
        config.get_object("clusters") or {},
        adopt=config.get_bool("adopt") or False,
    )
    for warning in fleet.warnings:
        pulumi.log.warn(str(warning))
    for plan in fleet.plans:
        ArgoProject(plan.name, ArgoProjectArgs(plan=plan, providers=clusters, secrets=secrets))
    pulumi.export("environments", {plan.name: plan.summary() for plan in fleet.plans})


def _fleet(config: pulumi.Config, secrets: Mapping[str, Any]) -> Fleet:
    try:
        fleet = load_fleet(
            Path(config.get("config") or "config"),
            stack=pulumi.get_stack(),
            select=config.get_object("select") or None,
            today=dt.datetime.now(dt.UTC).date(),
        )
        fleet.missing_secrets(secrets)
    except ConfigError as error:
        raise pulumi.RunError(str(error)) from None
    return fleet


if __name__ == "__main__":
    main()
