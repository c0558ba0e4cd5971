"""Impersonation: a team cannot switch it off, it is complete where Argo CD has it on, and versions have limits.

Sources: argo-cd v3.3.0 to v3.6.1, controller/sync.go, controller/appcontroller.go, server/application/application.go,
and docs/operator-manual/app-sync-using-impersonation.md of v3.5.
"""

from __future__ import annotations

from collections.abc import Iterator

from argoproject.models import Impersonation, Platform
from argoproject.problems import Caution, Lack, Mistake, Problem, Severity
from argoproject.project.impersonation import by_platform, impersonation, platform_position, switch
from argoproject.project.kinds import ALWAYS_DENIED
from argoproject.project.model import Found, Project
from argoproject.upstream.argocd.settings import impersonates_in_full, minor_of
from argoproject.upstream.kinds import KIND_FORM, Kind, meant_kind, parse_kind
from argoproject.yamlfile.reader import DataPath, path_text

__all__ = ["check", "check_kinds", "check_version"]

_DENIED = frozenset(str(Kind(*item)).lower() for item in ALWAYS_DENIED)
"""In lower case: the Role grants rights by resource, which is the same for `Resourcequota`."""


def check(project: Project) -> Iterator[Problem]:
    """Refuse what a team's file switches off, and report environments that have no account for their syncs."""
    with_base = list(account_with_base(project))
    yield from project.problems(switched_off(project), with_base)
    platform = project.platform
    impersonates = platform.argocd.impersonation_enforced and bool(_switched_on(platform))
    if impersonates and not with_base and impersonation(project) is None:
        yield without_account(project)


def switched_off(project: Project) -> Found:
    """Refuse `impersonation: false` in a file of the team where platform.yaml switches it on."""
    decided = by_platform(project)
    if project.settings.impersonation is False and decided.on:
        message = f"{path_text(decided.path)} of platform.yaml switches impersonation on"
        remedy = "remove this line: files of a team may switch it on, never off"
        mistake = Mistake(code="impersonation-weakened", message=message, remedy=remedy)
        yield ("impersonation",), mistake


def account_with_base(project: Project) -> Found:
    """Refuse an account that the profile or a file of the team asks for in an environment with `base`.

    Pulumi makes nothing in the namespace of such an environment. Where a class or the platform as a whole switches
    impersonation on, the environment is reported by `without_account`.
    """
    decided = switch(project)
    if project.settings.base is None or not decided.on:
        return
    if decided.own:
        message = (
            "with `base` Pulumi makes nothing in the namespace, and so no account for the syncs"
        )
        remedy = "remove this line for this environment"
        yield decided.path, Mistake(code="base-impersonation", message=message, remedy=remedy)
    elif decided.path[0] == "profiles":
        account = (project.profile.impersonation or Impersonation()).service_account
        message = (
            f"the profile {project.profile_name} lets syncs run as the account {account}, "
            "which Pulumi does not make with `base`"
        )
        remedy = "let the platform team choose a profile without impersonation for it"
        yield ("base",), Lack(code="base-impersonation", message=message, remedy=remedy)


def without_account(project: Project) -> Problem:
    """Warn about an environment without an account for its syncs, where Argo CD impersonates.

    Argo CD's switch is one for all Applications. If a project names no account for a destination, Argo CD refuses the
    sync, or runs it with its own rights, depending on `application.sync.impersonation.enforced`. Finalizers always
    delete with Argo CD's own rights.
    """
    name = project.environment_class
    path: DataPath = ("environmentClasses", name)
    remedies = []
    if project.settings.base is not None:
        path = ("clusters", project.identity.cluster, "base")
        reason = "with `base` Pulumi makes no account"
    elif project.platform.environment_classes[name].impersonation is False:
        path = (*path, "impersonation")
        reason = f"the class {name} is exempted"
        remedies.append("remove `impersonation: false`")
    else:
        reason = f"the class {name} has no impersonation"
        remedies.append("add `impersonation: true`")
    minor = minor_of(project.platform.argocd.version)
    if minor is None or impersonates_in_full(minor):
        remedies.append(
            'let such syncs have Argo CD\'s own rights: application.sync.impersonation.enforced: "false" in argocd-cm, '
            "and `argocd.impersonationEnforced: false` here"
        )
    else:
        remedies.append("upgrade to Argo CD 3.5, which can let such syncs have its own rights")
    return Problem(
        position=platform_position(project, path),
        path=path_text(path),
        code="impersonation-unmatched",
        message=f"{reason}: where Argo CD impersonates, nothing of these environments is synced",
        remedy=", or ".join(remedies),
        severity=Severity.WARNING,
        subjects=(str(project.identity),),
    )


def check_kinds(platform: Platform) -> Found:
    """Refuse `kinds` of an account next to a ClusterRole, patterns among them, and kinds that no tenant may deploy."""
    for name, profile in platform.profiles.items():
        details = profile.impersonation
        if details is None or not details.kinds:
            continue
        path: DataPath = ("profiles", name, "impersonation", "kinds")
        code = "impersonation-kinds"
        if details.cluster_role is not None:
            message = (
                f"the ClusterRole {details.cluster_role} says which kinds the account may deploy"
            )
            remedy = "remove `kinds`, or `clusterRole`"
            yield path, Mistake(code=code, message=message, remedy=remedy)
        for index, value in enumerate(details.kinds):
            kind = parse_kind(value)
            if kind is None:
                message, remedy = "this is not one kind of resource", KIND_FORM
            elif str(kind).lower() in _DENIED:
                message, remedy = f"no tenant may deploy {kind}", "remove it"
            elif meant := meant_kind(kind.group, kind.kind):
                message, remedy = f"Kubernetes has no kind {kind}", f"did you mean {meant}?"
            else:
                continue
            place: DataPath = (*path, index)
            yield place, Mistake(code=code, message=message, remedy=remedy)


def check_version(platform: Platform) -> Found:
    """Refuse settings that Argo CD has since 3.5 only; warn where an older one impersonates in part."""
    minor, code = minor_of(platform.argocd.version), "impersonation-version"
    if minor is None or impersonates_in_full(minor):
        return
    if not platform.argocd.impersonation_enforced:
        message = (
            f"Argo CD {platform.argocd.version} has no application.sync.impersonation.enforced: "
            "it always applies"
        )
        remedy = 'remove this line, or upgrade Argo CD to "3.5"'
        path: DataPath = ("argocd", "impersonationEnforced")
        yield path, Mistake(code=code, message=message, remedy=remedy)
    switched_on = _switched_on(platform)
    if switched_on:
        message = (
            f"Argo CD {platform.argocd.version} impersonates only syncs and deletions, as an alpha feature: "
            "what people do in its UI, logs and actions, keeps Argo CD's own rights"
        )
        remedy = 'upgrade Argo CD to "3.5"'
        yield switched_on, Caution(code=code, message=message, remedy=remedy)


def _switched_on(platform: Platform) -> DataPath:
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
