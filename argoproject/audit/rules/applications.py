"""When Argo CD acts by itself: on revisions that move, by what a branch lists, or not, where drift stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.audit.finding import AuditScope, Cause, Rule, Severity, is_production, rule
from argoproject.models.applications import Automated
from argoproject.project.access import kubernetes_groups
from argoproject.project.applications import Deployed, deployed
from argoproject.project.versions import is_fixed
from argoproject.yamlfile.reader import Path

__all__ = ["RULES"]

_PRODUCTION = re.compile(r"(?:^|-)(?:prod|production|prd|live)(?:-|$)")
_DELETING = ("sync", "create-delete")
"""Policies of an ApplicationSet that delete. The default, `create-update`, does not."""


@rule(
    code="class-looks-like-production",
    severity=Severity.MEDIUM,
    title="A class that is called like production, and is not held so",
    impact="whoever pushes to a branch changes production, without a change here that anybody reviews",
    remedy="set `revisions: fixed` in the class, or name it in `delivery.requireApproval`",
    source="SLSA, Build; Argo CD, Best practices: leave manifests immutable",
)
def class_looks_like_production(scope: AuditScope) -> Iterator[Cause]:
    platform = scope.platform
    for name in platform.environment_classes:
        stages = [it for it, owner in platform.environments.items() if owner == name]
        if not any(map(platform.is_production, stages)) and any(
            _PRODUCTION.search(text) for text in (name, *stages)
        ):
            reached = [it for it in scope.projects if it.environment_class == name]
            message = f"environments of the class {name} may follow branches"
            path: Path = ("environmentClasses", name)
            yield scope.in_platform(
                path=path, message=message, severity=Severity.MEDIUM, projects=reached
            )


@rule(
    code="production-revision-moves",
    severity=Severity.MEDIUM,
    title="Production follows what moves, by itself",
    impact="whoever pushes to the branch or publishes to the range is in production within minutes",
    remedy="write a version of three numbers, a full commit hash or a digest; or switch automated sync off",
    source="Argo CD, Best practices: leave manifests immutable",
)
def production_revision_moves(scope: AuditScope) -> Iterator[Cause]:
    for project in scope.projects:
        if project.fixed_revisions or not is_production(project):
            continue  # `validate` refuses it, or nobody called it production
        for item in deployed(project):
            if _automated(item) is None:
                continue
            for at in item.sources:
                revision = at.revision or ""
                if not is_fixed(revision, chart=bool(at.source.chart)):
                    path = at.version_path or (*at.path, "targetRevision")
                    message = f"{item.key} is synced to {revision or 'the newest'} by itself"
                    yield from scope.in_project(
                        project=project, path=path, message=message, severity=Severity.MEDIUM
                    )


@rule(
    code="drift-stays",
    severity=Severity.LOW,
    title="People may change production by hand, and nothing mends it",
    impact="what an attacker changes with kubectl stays, and the repository says otherwise",
    remedy="add `selfHeal: true` to `automated`, or give the group `view`",
    source="Argo CD, Automated sync: automatic self-healing",
)
def drift_stays(scope: AuditScope) -> Iterator[Cause]:
    """Where everybody only looks, there is no hand that could change anything."""
    for project in scope.projects:
        if not is_production(project) or not {*kubernetes_groups(project, scope.today)} - {"view"}:
            continue
        for item in deployed(project):
            automated = _automated(item)
            if automated is not None and not automated.self_heal:
                path: Path = (*item.path, "syncPolicy", "automated")
                message = f"what is changed by hand in {item.key} stays"
                yield from scope.in_project(
                    project=project, path=path, message=message, severity=Severity.LOW
                )


@rule(
    code="set-deletes-by-branch",
    severity=Severity.MEDIUM,
    title="An ApplicationSet deletes what a branch no longer lists",
    impact="one push to the branch deletes Applications with their workloads",
    remedy="set `applicationsSync: create-update`, or let the generator read a fixed revision",
    source="Argo CD, Controlling resource modification: applicationsSync; argo-cd#9227",
)
def set_deletes_by_branch(scope: AuditScope) -> Iterator[Cause]:
    for project in scope.projects:
        for key, item in project.settings.application_sets.items():
            if item.applications_sync not in _DELETING or item.preserve_resources_on_deletion:
                continue
            base: Path = ("applicationSets", key, "generators")
            for path, revision in _git_revisions(item.generators, base):
                if not is_fixed(revision, chart=False):
                    severity = Severity.MEDIUM if is_production(project) else Severity.LOW
                    message = (
                        f"{key} deletes what {revision or 'the newest commit'} no longer lists"
                    )
                    yield from scope.in_project(
                        project=project, path=path, message=message, severity=severity
                    )


def _automated(item: Deployed) -> Automated | None:
    """How an Application is synced without anybody asking; None where it is not."""
    policy = item.application.sync_policy
    automated = None if policy is None else policy.automated
    return None if automated is None or automated.enabled is False else automated


def _git_revisions(generators: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """The revisions that Git generators read, nested ones included, with their places."""
    for index, generator in enumerate(generators if isinstance(generators, list | tuple) else ()):
        for kind, settings in generator.items() if isinstance(generator, Mapping) else ():
            if not isinstance(settings, Mapping):
                continue
            if kind == "git":
                yield (*path, index, kind, "revision"), str(settings.get("revision") or "")
            nested: Path = (*path, index, kind, "generators")
            yield from _git_revisions(settings.get("generators"), nested)


RULES: tuple[Rule, ...] = (
    class_looks_like_production,
    production_revision_moves,
    drift_stays,
    set_deletes_by_branch,
)
