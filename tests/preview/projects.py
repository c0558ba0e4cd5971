"""Pulumi projects on disk, small enough to read in a test."""

from __future__ import annotations

import textwrap
from pathlib import Path

__all__ = ["PROJECT", "STACK", "write_project"]

PROJECT = """\
name: argo-projects
runtime: python
config:
  config: {type: string, default: config}
  secrets: {type: object, default: {}}
  adopt: {type: boolean, default: false}
"""

STACK = """\
config:
  argo-projects:secrets:
    blue:
      gitlab-token: {secure: v1:first}
      harbor-password: {secure: v1:second}
"""

_ENVIRONMENTS = """\
import pulumi
from argoproject.secrets.file import SecretKey
from components import ArgoProject, ArgoProjectArgs, Clusters
from tests.support.plans import shop

teams = pulumi.Config().require_object("secrets")
secrets = {
    SecretKey(team, name): value for team, own in teams.items() for name, value in own.items()
}
clusters = Clusters.of(["hub", "eu-1"], {})
exported = {}
for environment in ENVIRONMENTS:
    plan = shop(environment)
    ArgoProject(plan.name, ArgoProjectArgs(plan=plan, providers=clusters, secrets=secrets))
    identity = plan.identity
    exported[plan.name] = {
        "team": identity.team,
        "product": identity.product,
        "cluster": identity.cluster,
        "environment": identity.environment,
    }
pulumi.export("environments", exported)
"""


def write_project(
    root: Path,
    program: str = "",
    *,
    project: str = PROJECT,
    stack: str = STACK,
    environments: tuple[str, ...] = (),
) -> Path:
    """Write a project whose program is `program`, or registers these environments of the shop."""
    if environments:
        program = _ENVIRONMENTS.replace("ENVIRONMENTS", repr(list(environments)))
    root.mkdir(parents=True, exist_ok=True)
    (root / "Pulumi.yaml").write_text(project)
    (root / "Pulumi.dev.yaml").write_text(stack)
    (root / "__main__.py").write_text(textwrap.dedent(program))
    return root
