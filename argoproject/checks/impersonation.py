"""Impersonation: never switched off by a team, complete where Argo CD has it on, and what its version leaves out.

Source of what Argo CD does: argo-cd v3.3.0 to v3.6.1, controller/sync.go, controller/appcontroller.go,
server/application/application.go, and docs/operator-manual/app-sync-using-impersonation.md of v3.5.
"""

from __future__ import annotations

from collections.abc import Iterator

from argoproject.models import Impersonation, Platform
from argoproject.problems import Problem, Severity
from argoproject.project.impersonation import by_platform, impersonation, platform_position, switch
from argoproject.project.kinds import ALWAYS_DENIED
from argoproject.project.model import Project
from argoproject.upstream.argocd.settings import impersonates_in_full, minor_of
from argoproject.upstream.kinds import Kind, parse_kind
from argoproject.yamlfile.reader import Document, Path, path_text

__all__ = ["check", "check_platform"]

_DENIED = frozenset(str(Kind(*item)).lower() for item in ALWAYS_DENIED)
"""In small letters: the Role goes by the resource, which is the same for `Resourcequota`."""


def check(project: Project) -> Iterator[Problem]:
    """What a team's file takes away, what `base` does not have, and what has no account at all."""
    yield from _switched_off(project)
    beside_base = list(_beside_base(project))
    yield from beside_base
    if not beside_base and impersonation(project) is None and _has_to_match(project.platform):
        yield from _unmatched(project)


def _switched_off(project: Project) -> Iterator[Problem]:
    if project.settings.impersonation is not False:
        return
    decided = by_platform(project)
    if decided.on:
        message = f"{path_text(decided.path)} of platform.yaml switches impersonation on"
        remedy = "remove this line: files of a team may switch it on, never off"
        yield project.problem(
            path=("impersonation",), code="impersonation-weakened", message=message, remedy=remedy
        )


def _beside_base(project: Project) -> Iterator[Problem]:
    """The profile, or a file of the team, asks for an account. A switch for all is another matter: `_unmatched`."""
    decided = switch(project)
    if project.settings.base is None or not decided.on:
        return
    if decided.own:
        message = (
            "beside `base` Pulumi makes nothing in the namespace, and so no account for the syncs"
        )
        yield project.problem(
            path=decided.path,
            code="base-impersonation",
            message=message,
            remedy="remove this line for this environment",
        )
    elif decided.path[0] == "profiles":
        account = (project.profile.impersonation or Impersonation()).service_account
        message = (
            f"the profile {project.profile_name} lets syncs run as the account {account}, which Pulumi does not make "
            "beside `base`"
        )
        remedy = "let the platform team choose a profile without impersonation for it"
        yield project.lack(
            path=("base",), code="base-impersonation", message=message, remedy=remedy
        )


def _has_to_match(platform: Platform) -> bool:
    """Whether every project needs an account as soon as Argo CD impersonates, which it does for all or none."""
    return platform.argocd.impersonation_enforced and bool(_switched_on(platform))


def _unmatched(project: Project) -> Iterator[Problem]:
    """Argo CD's switch is one for all. A project that has no account for a destination is refused a sync, or has
    Argo CD's own rights there, depending on `enforced`. Its finalizers delete with Argo CD's own rights in any case."""
    path, why, remedy = _why(project)
    remedies = [] if remedy is None else [remedy]
    minor = minor_of(project.platform.argocd.version)
    if minor is None or impersonates_in_full(minor):
        remedies.append(
            'let such syncs have Argo CD\'s own rights: application.sync.impersonation.enforced: "false" in argocd-cm, '
            "and `argocd.impersonationEnforced: false` here"
        )
    else:
        remedies.append("upgrade to Argo CD 3.5, which can let such syncs have its own rights")
    yield Problem(
        position=platform_position(project, path),
        path=path_text(path),
        code="impersonation-unmatched",
        message=f"{why}: where Argo CD impersonates, nothing of these environments is synced",
        remedy=", or ".join(remedies),
        severity=Severity.WARNING,
        subjects=(str(project.identity),),
    )


def _why(project: Project) -> tuple[Path, str, str | None]:
    """Why an environment has no account: the place in platform.yaml, the reason, and what to do about it."""
    if project.settings.base is not None:
        path: Path = ("clusters", project.identity.cluster, "base")
        return path, "beside `base` Pulumi makes no account", None
    name = project.environment_class
    if project.platform.environment_classes[name].impersonation is False:
        path = ("environmentClasses", name, "impersonation")
        return path, f"the class {name} is exempted", "remove `impersonation: false`"
    path = ("environmentClasses", name)
    return path, f"the class {name} has no impersonation", "add `impersonation: true`"


def check_platform(document: Document, platform: Platform) -> Iterator[Problem]:
    """The details of profiles, and whether the version of Argo CD covers what one expects."""
    for name, profile in platform.profiles.items():
        details = profile.impersonation
        if details is not None and details.kinds:
            yield from _kinds(document, ("profiles", name, "impersonation", "kinds"), details)
    minor = minor_of(platform.argocd.version)
    older = minor is not None and not impersonates_in_full(minor)
    if older and not platform.argocd.impersonation_enforced:
        place: Path = ("argocd", "impersonationEnforced")
        yield Problem(
            position=document.position(place),
            path=path_text(place),
            code="impersonation-version",
            message=(
                f"Argo CD {platform.argocd.version} has no application.sync.impersonation.enforced: "
                "it always holds"
            ),
            remedy='remove this line, or upgrade Argo CD to "3.5"',
        )
    place = _switched_on(platform)
    if place and older:
        message = (
            f"Argo CD {platform.argocd.version} impersonates only syncs and deletions, as an alpha feature: "
            "what people do in its UI, logs and actions, keeps Argo CD's own rights"
        )
        yield Problem(
            position=document.position(place),
            path=path_text(place),
            code="impersonation-version",
            message=message,
            remedy='upgrade Argo CD to "3.5"',
            severity=Severity.WARNING,
        )


def _switched_on(platform: Platform) -> Path:
    """The first place of platform.yaml that switches impersonation on; empty where none does."""
    if platform.impersonation:
        return ("impersonation",)
    for name, item in platform.environment_classes.items():
        if item.impersonation:
            return "environmentClasses", name, "impersonation"
    for name, profile in platform.profiles.items():
        if profile.impersonation is not None:
            return "profiles", name, "impersonation"
    return ()


def _kinds(document: Document, path: Path, details: Impersonation) -> Iterator[Problem]:
    if details.cluster_role is not None:
        message = f"the ClusterRole {details.cluster_role} says which kinds the account may deploy"
        remedy = "remove `kinds`, or `clusterRole`"
        yield Problem(
            position=document.position(path),
            path=path_text(path),
            code="impersonation-kinds",
            message=message,
            remedy=remedy,
        )
    for index, value in enumerate(details.kinds):
        place: Path = (*path, index)
        problem = None
        kind = parse_kind(value)
        if kind is None:
            problem = (
                "this is not one kind of resource",
                "write `<group>/<Kind>`, or `<Kind>` alone for the core group, without patterns",
            )
        elif str(kind).lower() in _DENIED:
            problem = (f"no tenant may deploy {kind}", "remove it")
        if problem is not None:
            message, remedy = problem
            yield Problem(
                position=document.position(place),
                path=path_text(place),
                code="impersonation-kinds",
                message=message,
                remedy=remedy,
            )
