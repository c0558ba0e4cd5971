"""What Argo CD does by itself: it follows revisions that move, deletes what a branch drops, keeps manual changes; and
whether its version has known vulnerabilities."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from argoproject.audit.finding import (
    AuditScope,
    Cause,
    Setting,
    Severity,
    cause,
    in_settings,
    is_production,
    rule,
    severity_by_class,
)
from argoproject.models import Application, Finalizer, Generator
from argoproject.models.applications import Automated
from argoproject.project.access import covers, kubernetes_groups, project_roles
from argoproject.project.applications import (
    Deployed,
    all_sources,
    deployed,
    generated,
    is_fixed,
    set_finalizer,
    template_sources,
)
from argoproject.project.guardrails import allowed
from argoproject.project.model import Project
from argoproject.upstream.argocd.settings import affecting, parse_version
from argoproject.upstream.urls import matches
from argoproject.yamlfile.reader import DataPath

_PRODUCTION = re.compile(r"(?:^|-)(?:prod|production|prd|live)(?:-|$)")
_DELETING = ("sync", "create-delete")
"""Policies of an ApplicationSet that delete. The default, `create-update`, does not."""

_VERSION: DataPath = ("argocd", "version")


@rule(
    code="class-looks-like-production",
    severity=Severity.MEDIUM,
    title="A class that is named like production, but is not treated as production",
    impact="anyone who can push to a branch changes production, without a reviewed change here",
    remedy="set `revisions: fixed` in the class, or name it in `delivery.requireApproval`",
    source="SLSA, Build; Argo CD, Best practices: leave manifests immutable",
)
def class_looks_like_production(scope: AuditScope) -> Iterator[Cause]:
    """Reports a class of which the name, or that of an environment, is or has the word `prod`, `production`, `prd` or
    `live`; hyphens separate words.

    Such a class has neither fixed revisions nor an approval, so nothing else treats its environments as production.
    """
    platform = scope.platform
    for name in platform.environment_classes:
        stages = [it for it, owner in platform.environments.items() if owner == name]
        looks = any(_PRODUCTION.search(text) for text in (name, *stages))
        if looks and not any(map(platform.is_production, stages)):
            yield scope.in_platform(
                path=("environmentClasses", name),
                message=f"environments of the class {name} may follow branches",
                projects=[it for it in scope.projects if it.environment_class == name],
            )


@rule(
    code="production-revision-moves",
    severity=Severity.MEDIUM,
    title="Production is synced automatically to a revision that moves",
    impact="what anyone pushes to the branch, or publishes within the range, is in production within minutes",
    remedy="write a version of three numbers, a full commit hash or a digest; or disable automated sync",
    source="Argo CD, Best practices: leave manifests immutable",
)
@in_settings
def production_revision_moves(project: Project) -> Iterator[Setting]:
    """Reports branches, tags that move and ranges in production. Classes with `revisions: fixed` refuse them anyway."""
    if project.fixed_revisions or not is_production(project):
        return
    found: dict[tuple[DataPath, str], Setting] = {}
    for item in (*deployed(project), *_of_sets(project)):
        for at in item.sources if _automated(item) is not None else ():
            revision = at.revision or ""
            if not is_fixed(revision, chart=bool(at.source.chart)):
                path = at.version_path or (*at.path, "targetRevision")
                message = f"{item.key} is synced automatically to {revision or 'the newest'}"
                found[path, message] = Setting(path, message)
    yield from found.values()


@rule(
    code="hydrated-branch",
    severity=Severity.MEDIUM,
    title="Production is deployed from a branch that Argo CD writes",
    impact="anyone who can push to the branch can deploy, past `revisions: fixed` and the review of the rendered "
    "manifests",
    remedy="protect the branch, so that only the login of the repository with `write: true` can push, and accept the "
    "finding; or deploy without `sourceHydrator`",
    source="Argo CD, Source Hydrator: Enable Branch Protection",
)
@in_settings
def hydrated_branch(project: Project) -> Iterator[Setting]:
    """Reports source hydrators in production: no file here says who can push to the branch."""
    for item in deployed(project) if is_production(project) else ():
        if item.hydrator is not None:
            place, branch = item.hydrator.branches[0]
            message = f"{item.key} is synced from the branch {branch} of {item.hydrator.url}"
            yield Setting((*item.path, "sourceHydrator", *place), message)


@rule(
    code="tool-undeclared",
    severity=Severity.LOW,
    title="A folder that any plugin may render",
    impact="Argo CD first asks its plugins: one that discovers the folder runs with what is in it, whatever the "
    "guardrail `plugins` permits",
    remedy="declare the tool in the source: `helm: {}`, `kustomize: {}` or `directory: {}`",
    source="Argo CD, util/app/discovery: Discover; Config Management Plugins: discover",
)
@in_settings
def tool_undeclared(project: Project) -> Iterator[Setting]:
    """Reports sources with a folder and no options of a tool, where the team may not use every plugin."""
    team, of_class = project.identity.team, project.environment_class
    if "*" in allowed(project.platform, team, of_class, "plugins"):
        return
    for at in all_sources(project):
        source = at.source
        if source.path is not None and not any(
            (source.helm, source.kustomize, source.directory, source.plugin)
        ):
            yield Setting(at.path, f"no tool is declared for {source.path} of {source.repo_url}")


def _of_sets(project: Project) -> Iterator[Deployed]:
    """The generated Applications; where only Argo CD knows them, one with the texts of the template."""
    for key, item in project.settings.application_sets.items():
        generation = generated(project).get(key)
        if generation is not None and generation.complete:
            yield from generation.items
        elif item.template is not None:
            application = Application(sync_policy=item.template.sync_policy)
            path: DataPath = ("applicationSets", key, "template")
            yield Deployed(key, path, application, key, template_sources(key, item), ())


@rule(
    code="sync-any-revision",
    severity=Severity.HIGH,
    title="The right to sync deploys any revision",
    impact="any branch or commit of the repository runs, also in production, where the declared revision is fixed",
    remedy='set `application.sync.requireOverridePrivilegeForRevisionSync: "true"` in argocd-cm, then '
    "`requireOverridePrivilegeForRevisionSync: true` here",
    source="Argo CD, RBAC: application.sync.requireOverridePrivilegeForRevisionSync",
)
def sync_any_revision(scope: AuditScope) -> Iterator[Cause]:
    """Reports an Argo CD where `sync` includes the choice of a revision. Environments depend on it in which a role may
    sync an Application that is not synced automatically: for the others, Argo CD refuses another revision.
    """
    if not scope.platform.argocd.require_override_privilege_for_revision_sync:
        yield scope.in_argocd(
            "require_override_privilege_for_revision_sync",
            "everybody who may sync an Application that is not automated chooses its revision",
            Severity.HIGH,
            lambda project: any(
                _automated(item) is None and _has_syncers(project, scope.today, item.name)
                for item in (*deployed(project), *_of_sets(project))
            ),
        )


def _has_syncers(project: Project, today: dt.date, name: str) -> bool:
    """Whether a role may sync the Application of this name."""
    return any(
        covers(grant, "applications", "sync") and any(matches(it, name) for it in grant.objects)
        for role in project_roles(project, today)
        for grant in role.grants
    )


@rule(
    code="drift-stays",
    severity=Severity.LOW,
    title="Manual changes of production are not reverted",
    impact="what an attacker changes with kubectl stays, unlike what the repository says",
    remedy="add `selfHeal: true` to `automated`, or give the group `view`",
    source="Argo CD, Automated sync: automatic self-healing",
)
def drift_stays(scope: AuditScope) -> Iterator[Cause]:
    """Reports automated sync without `selfHeal`, where a group has another ClusterRole than `view`."""
    for project in scope.projects:
        if not is_production(project) or not {*kubernetes_groups(project, scope.today)} - {"view"}:
            continue
        for item in deployed(project):
            automated = _automated(item)
            if automated is not None and not automated.self_heal:
                path = (*item.path, "syncPolicy", "automated")
                message = f"manual changes of {item.key} are not reverted"
                yield from cause(project, Setting(path, message))


@rule(
    code="set-deletes-by-branch",
    severity=Severity.MEDIUM,
    title="An ApplicationSet deletes what a branch no longer lists",
    impact="one push to the branch deletes Applications with their workloads",
    remedy="set `applicationsSync: create-update` or `finalizer: none`, or let the generator read a fixed revision",
    source="Argo CD, Controlling resource modification: applicationsSync; argo-cd#9227",
)
@in_settings
def set_deletes_by_branch(project: Project) -> Iterator[Setting]:
    """Reports Git generators that read a branch, where the ApplicationSet deletes Applications with their workloads."""
    for key, item in project.settings.application_sets.items():
        if item.applications_sync not in _DELETING or set_finalizer(item) is Finalizer.NONE:
            continue
        path: DataPath = ("applicationSets", key, "generators")
        for place, revision in _git_revisions(item.generators, path):
            if not is_fixed(revision, chart=False):
                message = f"{key} deletes what {revision} no longer lists"
                yield Setting(place, message, severity_by_class(project))


def _git_revisions(
    generators: Iterable[Generator], path: DataPath
) -> Iterator[tuple[DataPath, str]]:
    """The revisions that Git generators read, with their places; generators inside `matrix` and `merge` included."""
    for index, item in enumerate(generators):
        if item.git is not None:
            yield (*path, index, "git", "revision"), item.git.revision
        for kind, combined in (("matrix", item.matrix), ("merge", item.merge)):
            if combined is not None:
                yield from _git_revisions(combined.generators, (*path, index, kind, "generators"))


def _automated(item: Deployed) -> Automated | None:
    """The settings of automated sync; None where an Application is synced on request only."""
    policy = item.application.sync_policy
    automated = None if policy is None else policy.automated
    return None if automated is None or automated.enabled is False else automated


@rule(
    code="argocd-patch-unknown",
    severity=Severity.LOW,
    title="The version of Argo CD has no patch number",
    impact="a vulnerability that a later patch fixes stays unnoticed",
    remedy="write the version that runs, with its patch number: `3.5.7`",
    source="Argo CD, Security advisories",
)
def argocd_patch_unknown(scope: AuditScope) -> Iterator[Cause]:
    """Reports a version such as `3.5`: advisories affect single patches."""
    version = parse_version(scope.platform.argocd.version)
    if version is not None and version.patch is None:
        yield scope.in_platform(
            path=_VERSION,
            message=f"known vulnerabilities of Argo CD {scope.platform.argocd.version} cannot be determined",
            projects=scope.projects,
        )


@rule(
    code="argocd-known-hole",
    severity=Severity.HIGH,
    title="The version of Argo CD has a known vulnerability",
    impact="what the advisory describes, even where no environment uses the vulnerable feature today",
    remedy="update Argo CD, then `argocd.version`",
    source="Argo CD, Security advisories",
)
def argocd_known_hole(scope: AuditScope) -> Iterator[Cause]:
    """Reports each advisory that affects the version."""
    version = parse_version(scope.platform.argocd.version)
    for advisory in () if version is None else affecting(version):
        yield scope.in_platform(
            path=_VERSION,
            message=f"{advisory.cve}: {advisory.what}",
            projects=scope.projects,
        )
