"""An environment: everything of one plan, in an order in which nothing is deployed before its guards stand.

Deletion runs backwards: Applications first, the namespace last (docs: design, "Order and protection").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from argoproject.plan.leaves import SecretKey
from argoproject.plan.model import ProjectPlan
from components.clusters import Providers
from components.kubernetes import ObjectFactory, Placement, after, part_options, renamed
from components.project_applications import ProjectApplications, ProjectApplicationsArgs
from components.project_credentials import ProjectCredentials, ProjectCredentialsArgs
from components.project_namespace import ProjectNamespace, ProjectNamespaceArgs

__all__ = ["ArgoProject", "ArgoProjectArgs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgoProjectArgs:
    """A plan, and what it leaves open: how to reach its clusters, and its secrets' values."""

    plan: ProjectPlan
    providers: Providers
    """By the plan's cluster names; `Clusters` makes them."""

    secrets: Mapping[SecretKey, pulumi.Input[str]] = field(default_factory=dict, repr=False)
    """By the plan's secret keys. Made Pulumi secrets, whether they are or not."""

    after: Sequence[pulumi.Resource] = ()
    """What stands before the namespace: the admission policies of its cluster, where this stack deploys them."""


class ArgoProject(pulumi.ComponentResource):
    """Namespace, AppProject, repository Secrets and Applications of one environment.

    The names of its parts begin with the plan's name, whatever the component's own is. A part that would be empty is
    left out.
    """

    project: pulumi.Output[str]
    """Name of the AppProject, known once it stands."""

    namespace: pulumi.Output[str]
    """Name of the namespace, known once everything that guards it stands."""

    applications: pulumi.Output[list[str]]
    """Names of the Applications and ApplicationSets, known once they stand."""

    def __init__(
        self, name: str, args: ArgoProjectArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        former = pulumi.ResourceOptions(aliases=renamed(args.plan))
        opts = pulumi.ResourceOptions.merge(opts, former)
        super().__init__("argoproject:index:ArgoProject", name, None, opts)
        self._plan = args.plan
        self._objects = ObjectFactory(args.plan, args.providers, secrets=args.secrets)
        guards = self._guards(args.after)
        app_project = self._app_project(guards)
        secrets = self._credentials(app_project)
        applications = self._applications([app_project, *secrets])
        self.project = after([app_project], args.plan.app_project.name)
        self.namespace = after(guards, args.plan.namespace_name)
        names = [application.object.name for application in args.plan.applications]
        self.applications = after(applications, names)
        self.register_outputs(
            {
                "project": self.project,
                "namespace": self.namespace,
                "applications": self.applications,
            }
        )

    def _guards(self, before: Sequence[pulumi.Resource]) -> Sequence[pulumi.Resource]:
        plan = self._plan.namespace
        if plan.namespace is None and not plan.objects:
            return ()
        namespace = ProjectNamespace(
            f"{self._plan.name}-namespace",
            ProjectNamespaceArgs(plan=plan, objects=self._objects, after=before),
            part_options(self._plan, "namespace", self),
        )
        return namespace.guards

    def _app_project(self, guards: Sequence[pulumi.Resource]) -> pulumi.Resource:
        return self._objects.create(self._plan.app_project, Placement(parent=self, after=guards))

    def _credentials(self, app_project: pulumi.Resource) -> Sequence[pulumi.Resource]:
        repositories = self._plan.repositories
        if not repositories:
            return ()
        credentials = ProjectCredentials(
            f"{self._plan.name}-credentials",
            ProjectCredentialsArgs(
                repositories=repositories, objects=self._objects, after=[app_project]
            ),
            part_options(self._plan, "credentials", self),
        )
        return credentials.secrets

    def _applications(self, before: Sequence[pulumi.Resource]) -> Sequence[pulumi.Resource]:
        if not self._plan.applications:
            return ()
        applications = ProjectApplications(
            f"{self._plan.name}-applications",
            ProjectApplicationsArgs(
                applications=self._plan.applications, objects=self._objects, after=before
            ),
            part_options(self._plan, "applications", self),
        )
        return tuple(applications.resources.values())
