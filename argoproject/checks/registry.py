"""All rules, in one place: whoever adds a module of rules adds it here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence

from argoproject.checks import (
    access,
    admission,
    argocd,
    classes,
    fleet,
    impersonation,
    platform,
    project_settings,
)
from argoproject.checks.applications import applications, versions
from argoproject.checks.guardrails import values as guardrails
from argoproject.checks.manifests import manifests
from argoproject.checks.namespace import floor, limits
from argoproject.checks.repositories import repositories
from argoproject.checks.repositories import shared as shared_repositories
from argoproject.checks.secrets import files as secret_files
from argoproject.models import Platform
from argoproject.problems import Problem, Severity
from argoproject.project.model import Project
from argoproject.tree.model import Tree

__all__ = ["check_platform", "check_project", "check_surroundings", "check_tree"]

PROJECT_CHECKS = (
    guardrails.check,
    floor.check,
    impersonation.check,
    limits.check,
    access.check,
    applications.check,
    versions.check,
    repositories.check,
    manifests.check,
    project_settings.check,
    admission.check,
)
"""Every rule about one environment."""


def check_tree(
    tree: Tree, projects: Sequence[Project], today: dt.date, plain: Collection[str]
) -> Iterator[Problem]:
    """All rules about a tree and its environments. `plain` are the keys of secrets that may stand in clear."""
    for project in projects:
        yield from check_project(project, today)
    yield from fleet.check(projects, today)
    yield from admission.check_hosts(projects)
    yield from shared_repositories.check(projects)
    if tree.platform is not None:
        yield from check_platform(tree, tree.platform)
        yield from secret_files.check(tree, tree.platform, projects, plain)
        yield from fleet.check_budgets(tree.platform_document, tree.platform, projects)


def check_surroundings(tree: Tree, projects: Sequence[Project]) -> Iterator[Problem]:
    """All rules about what stands around a tree: the stacks that deploy from it, and the configuration of sops."""
    yield from fleet.check_stacks(tree.root, projects)
    yield from fleet.check_stack_secrets(tree, tree.root)
    if tree.platform is not None:
        yield from admission.check_stacks(tree.root, tree.platform_document, tree.platform)
        yield from secret_files.check_sops_config(tree, tree.platform)


def check_project(project: Project, today: dt.date) -> Iterator[Problem]:
    """All rules about one environment, and what has expired on that day. Only what is valid can be planned, and so
    be held against Argo CD's own rules."""
    valid = True
    for check in PROJECT_CHECKS:
        for problem in check(project):
            valid = valid and problem.severity is not Severity.ERROR
            yield project.named(problem)
    yield from map(project.named, access.check_expiry(project, today))
    if valid:
        yield from map(project.named, argocd.check(project, today))


def check_platform(tree: Tree, platform_settings: Platform) -> Iterator[Problem]:
    """All rules about platform.yaml and its own manifests, and about what files name of it."""
    yield from platform.check(tree.platform_document, platform_settings)
    yield from admission.check_platform(tree.platform_document, platform_settings)
    yield from platform.check_manifests(tree, platform_settings)
    yield from impersonation.check_platform(tree.platform_document, platform_settings)
    yield from classes.check(tree, platform_settings)
