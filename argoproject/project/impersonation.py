"""Whether the syncs of an environment run as an account of its own, who decided it, and which account that is.

Argo CD's switch is one for all Applications (`application.sync.impersonation.enabled` in argocd-cm). What it does with
each of them is decided by the project: the first of `destinationServiceAccounts` whose server and namespace match the
Application's destination names the account, in the namespace of that destination. An Application in another hub
namespace (`sourceNamespaces`) deploys to the same destination, and so with the same account.
Source: argo-cd v3.5, util/settings/impersonation.go, DeriveServiceAccountToImpersonate.
"""

from __future__ import annotations

from dataclasses import dataclass

from argoproject.models import Impersonation
from argoproject.problems import Position
from argoproject.project.model import Project, once
from argoproject.yamlfile.reader import DataPath

__all__ = [
    "Switch",
    "by_platform",
    "impersonation",
    "platform_position",
    "switch",
    "switch_position",
]

_DEFAULT = Impersonation()


@dataclass(frozen=True, slots=True)
class Switch:
    """Whether impersonation is on, and where that is set.

    Attributes:
        on: Whether it is on.
        path: A path in platform.yaml, or in the environment's files. Empty where no file sets it.
        own: Whether the path is in the environment's files.
    """

    on: bool
    path: DataPath = ()
    own: bool = False


def by_platform(project: Project) -> Switch:
    """What platform.yaml sets: the class takes precedence over the profile, and that over the platform as a whole."""
    name = project.environment_class
    of_class = project.platform.environment_classes[name].impersonation
    if of_class is not None:
        return Switch(of_class, ("environmentClasses", name, "impersonation"))
    if project.profile.impersonation is not None:
        return Switch(on=True, path=("profiles", project.profile_name, "impersonation"))
    if project.platform.impersonation:
        return Switch(on=True, path=("impersonation",))
    return Switch(on=False)


@once
def switch(project: Project) -> Switch:
    """What is effective in the environment: its own files can switch on what the platform left off, not the reverse."""
    decided = by_platform(project)
    if decided.on or not project.settings.impersonation:
        return decided
    return Switch(on=True, path=("impersonation",), own=True)


@once
def impersonation(project: Project) -> Impersonation | None:
    """The account of the environment's syncs; None where they have Argo CD's own rights.

    In an environment with a `base` Application Pulumi makes nothing in the namespace, and so no account.
    """
    if project.settings.base is not None or not switch(project).on:
        return None
    return project.profile.impersonation or _DEFAULT


def switch_position(project: Project) -> Position:
    """Where the switch is set; if it is not, where the environment's files could set it."""
    decided = switch(project)
    if decided.own or not decided.path:
        return project.layers.position(("impersonation",))
    return platform_position(project, decided.path)


def platform_position(project: Project, path: DataPath) -> Position:
    """A place in platform.yaml, which is the file of the first layer. Without layers, a position without a file."""
    layers = project.layers.items
    return layers[0].document.position(path) if layers else Position("")
