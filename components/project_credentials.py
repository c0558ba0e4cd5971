"""The repository Secrets of a project, on the hub."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from argoproject.plan.model import PlannedObject
from components.kubernetes import ObjectFactory, Placement, available_after

__all__ = ["ProjectCredentials", "ProjectCredentialsArgs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCredentialsArgs:
    """What `ProjectCredentials` needs."""

    repositories: Sequence[PlannedObject]
    """The planned Secrets."""

    objects: ObjectFactory
    """Creates the objects of the project."""

    after: Sequence[pulumi.Resource] = ()
    """What must exist before the Secrets: the AppProject, which limits who may use them."""


class ProjectCredentials(pulumi.ComponentResource):
    """What Argo CD needs to read the project's Git, Helm and OCI repositories."""

    repositories: pulumi.Output[list[str]]
    """Names of the Secrets; what uses them is created after them."""

    secrets: Sequence[pulumi.Resource]
    """The Secrets themselves."""

    def __init__(
        self, name: str, args: ProjectCredentialsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("argoproject:index:ProjectCredentials", name, None, opts)
        place = Placement(parent=self, after=args.after)
        self.secrets = [args.objects.create(item, place) for item in args.repositories]
        self.repositories = available_after(self.secrets, [item.name for item in args.repositories])
        self.register_outputs({"repositories": self.repositories})
