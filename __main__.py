"""The Pulumi program: load a stack's environments, plan them, register them, export a summary of each.

Only this file reads Pulumi's config. `argoproject` decides what a configuration means, `components` what a plan
becomes.
"""

import datetime as dt
import gc
from pathlib import Path

import pulumi

from argoproject.fleet.pipeline import load_fleet
from argoproject.plan.model import SecretKey
from argoproject.problems import ConfigError
from components import Clusters, Secrets, register


def main(config: pulumi.Config) -> None:
    """Register the environments of this stack.

    Raises:
        pulumi.RunError: with the report of all problems, where the configuration has any.
    """
    secrets = Secrets.of(config.get_object("secrets"), config.get_object("helmSecretsKeys"))
    try:
        fleet = load_fleet(
            Path(config.get("config") or "config"),
            stack=pulumi.get_stack(),
            select=config.get_object("select"),
            today=dt.datetime.now(dt.UTC).date(),
            plain=tuple(map(SecretKey.parse, map(str, config.get_object("plainSecrets") or ()))),
        )
        secrets.add(fleet.secret_values(secrets, age_key=config.get("ageKey")))
        keys = fleet.helm_secrets_keys(secrets.owners)
        policies = fleet.admission_policies(config.get_object("admissionPolicies") or ())
    except ConfigError as error:
        raise pulumi.RunError(str(error)) from None
    access = config.get_object("clusters") or {}
    clusters = Clusters.of(fleet.platform.clusters, access, adopt=config.get_bool("adopt") or False)
    for warning in fleet.warnings:
        pulumi.log.warn(str(warning))
    pulumi.run(lambda: register(fleet.plans, keys, clusters, secrets, policies))


if __name__ == "__main__":
    # Registering creates many objects that stay and little garbage: by default it is looked for far too often.
    gc.set_threshold(50_000)
    main(pulumi.Config())
