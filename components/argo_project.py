"""One environment: everything of its plan, in an order in which nothing is deployed before its guards exist.

Deletion runs in the reverse order: Applications first, the namespace last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from argoproject.plan.model import ProjectPlan, SecretKey
from components.clusters import Providers
from components.kubernetes import (
    ObjectFactory,
    Placement,
    aliases_of,
    available_after,
    part_options,
)
from components.project_applications import ProjectApplications, ProjectApplicationsArgs
from components.project_credentials import ProjectCredentials, ProjectCredentialsArgs
from components.project_namespace import ProjectNamespace, ProjectNamespaceArgs

__all__ = ["ArgoProject", "ArgoProjectArgs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgoProjectArgs:
    """A plan, and what it leaves open: how to reach its clusters, and the values of its secrets."""

    plan: ProjectPlan
    providers: Providers
    """By the plan's cluster names; `Clusters` creates them."""

    secrets: Mapping[SecretKey, pulumi.Input[str]] = field(default_factory=dict, repr=False)
    """By the plan's secret keys. All become Pulumi secrets, whether they are secrets already or not."""

    after: Sequence[pulumi.Resource] = ()
    """What must exist before the namespace: the admission policies of its cluster, where this stack deploys them."""


class ArgoProject(pulumi.ComponentResource):
    """Namespace, AppProject, repository Secrets and Applications of one environment.

    The names of its parts begin with the plan's name, whatever the component's own name is. A part that would be empty
    is left out.
    """

    project: pulumi.Output[str]
    """Name of the AppProject, known once it exists."""

    namespace: pulumi.Output[str]
    """Name of the namespace, known once everything that guards it exists."""

    applications: pulumi.Output[list[str]]
    """Names of the Applications and ApplicationSets; what uses them is created after them."""

    def __init__(
        self, name: str, args: ArgoProjectArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        plan = args.plan
        former = pulumi.ResourceOptions(aliases=aliases_of(plan))
        opts = pulumi.ResourceOptions.merge(opts, former)
        super().__init__("argoproject:index:ArgoProject", name, None, opts)
        objects = ObjectFactory(plan, args.providers, secrets=args.secrets)
        guards: Sequence[pulumi.Resource] = ()
        if plan.namespace.namespace is not None or plan.namespace.objects:
            in_namespace = ProjectNamespaceArgs(
                plan=plan.namespace, objects=objects, after=args.after
            )
            part = part_options(plan, "namespace", self)
            guards = ProjectNamespace(f"{plan.name}-namespace", in_namespace, part).guards
        app_project = objects.create(plan.app_project, Placement(parent=self, after=guards))
        applications = self._applications(plan, objects, app_project)
        self.project = available_after([app_project], plan.app_project.name)
        self.namespace = available_after(guards, plan.namespace_name)
        self.applications = available_after(
            applications, [item.object.name for item in plan.applications]
        )
        self.register_outputs(
            {
                "project": self.project,
                "namespace": self.namespace,
                "applications": self.applications,
            }
        )

    def _applications(
        self, plan: ProjectPlan, objects: ObjectFactory, app_project: pulumi.Resource
    ) -> Sequence[pulumi.Resource]:
        """The Applications, after the AppProject and after the Secrets of the repositories that they read."""
        secrets: Sequence[pulumi.Resource] = ()
        if plan.repositories:
            credentials = ProjectCredentialsArgs(
                repositories=plan.repositories, objects=objects, after=[app_project]
            )
            part = part_options(plan, "credentials", self)
            secrets = ProjectCredentials(f"{plan.name}-credentials", credentials, part).secrets
        if not plan.applications:
            return ()
        args = ProjectApplicationsArgs(
            applications=plan.applications, objects=objects, after=[app_project, *secrets]
        )
        part = part_options(plan, "applications", self)
        return tuple(
            ProjectApplications(f"{plan.name}-applications", args, part).resources.values()
        )
