"""The Applications and ApplicationSets of a project, in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from argoproject.plan.model import ApplicationPlan
from components.kubernetes import ObjectFactory, Placement, available_after

__all__ = ["ProjectApplications", "ProjectApplicationsArgs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectApplicationsArgs:
    """What `ProjectApplications` needs."""

    applications: Sequence[ApplicationPlan]
    """The planned Applications; each comes later than the one after which it is created."""

    objects: ObjectFactory
    """Creates the objects of the project."""

    after: Sequence[pulumi.Resource] = ()
    """What must exist before every Application: the AppProject and the repository Secrets."""


class ProjectApplications(pulumi.ComponentResource):
    """What Argo CD deploys: base, requirements, application and any number more."""

    applications: pulumi.Output[list[str]]
    """Names of the Applications and ApplicationSets; what uses them is created after them."""

    resources: Mapping[str, pulumi.Resource]
    """The resources by the key of their plan."""

    def __init__(
        self, name: str, args: ProjectApplicationsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("argoproject:index:ProjectApplications", name, None, opts)
        resources: dict[str, pulumi.Resource] = {}
        for plan in args.applications:
            first = [resources[key] for key in plan.after]
            place = Placement(parent=self, after=(*args.after, *first), moved_from=plan.moved_from)
            resources[plan.object.key] = args.objects.create(plan.object, place)
        self.resources = resources
        names = [plan.object.name for plan in args.applications]
        self.applications = available_after(resources.values(), names)
        self.register_outputs({"applications": self.applications})
