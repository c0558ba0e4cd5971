"""The list of all checks: a new one is added to one of the tables here.

A module of a feature has up to four entries, all generators of problems:

    check(project)                  one environment, as resolved
    check_fleet(projects)           all environments together
    check_platform(tree, platform)  platform.yaml, and what files name of it; `platform.RULES` judge it by itself
    check_stacks(tree, platform)    what deploys the tree: stack files, the configuration of sops

Checks that need more, such as the day, are called below by name.

Inside a module, a rule gives mistakes with their places in the merged settings (`Found`), and `Project.problems` makes
problems of them: a warning of a `Caution`, and of a `Lack` a problem that names the environment. A rule gives problems
itself only where the place is another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeAlias

from argoproject.checks import (
    access,
    admission,
    argocd,
    fleet,
    impersonation,
    namespace_floor,
    namespace_limits,
    platform,
    repositories,
    stacks,
)
from argoproject.checks.applications import applications, hydrator, versions
from argoproject.checks.applications.sets import check_application_sets
from argoproject.checks.applications.sync import check_sync_windows
from argoproject.checks.guardrails import values as guardrails
from argoproject.checks.manifests import manifests
from argoproject.checks.manifests import platform as platform_manifests
from argoproject.checks.secrets import files as secret_files
from argoproject.models import Platform
from argoproject.problems import Problem, Severity
from argoproject.project.model import Project
from argoproject.secrets.file import SecretKey
from argoproject.tree.model import Tree

__all__ = ["check_project", "check_surroundings", "check_tree"]

_PlatformCheck: TypeAlias = Callable[[Tree, Platform], Iterator[Problem]]

PROJECT_CHECKS: tuple[Callable[[Project], Iterator[Problem]], ...] = (
    guardrails.check,
    namespace_floor.check,
    impersonation.check,
    namespace_limits.check,
    access.check,
    applications.check,
    versions.check,
    repositories.check,
    manifests.check,
    check_sync_windows,
    check_application_sets,
    fleet.check_lifecycle,
    admission.check,
)

FLEET_CHECKS: tuple[Callable[[Sequence[Project]], Iterator[Problem]], ...] = (
    fleet.check_names,
    fleet.check_open_names,
    fleet.check_former_names,
    admission.check_fleet,
    repositories.check_fleet,
    hydrator.check_branches,
)

PLATFORM_CHECKS: tuple[_PlatformCheck, ...] = (
    platform.check_platform,
    platform.check_classes,
    platform_manifests.check_platform,
)

STACK_CHECKS: tuple[_PlatformCheck, ...] = (
    admission.check_stacks,
    secret_files.check_sops_config,
)


def check_project(project: Project, today: dt.date) -> Iterator[Problem]:
    """Run all checks of one environment.

    Args:
        project: The environment.
        today: The day on which bindings, allowances and versions of Argo CD are judged.

    Returns:
        Problems with their place. Only an environment without errors can be planned, so only that is compared with
        Argo CD's own rules.
    """
    valid = True
    for check in PROJECT_CHECKS:
        for problem in check(project):
            valid = valid and problem.severity is not Severity.ERROR
            yield project.named(problem)
    yield from project.problems(access.check_expiry(project, today))
    if valid:
        yield from map(project.named, argocd.check(project, today))


def check_tree(
    tree: Tree, projects: Sequence[Project], today: dt.date, plain: Collection[SecretKey]
) -> Iterator[Problem]:
    """Run all checks of a tree and its environments.

    Args:
        tree: The files as read.
        projects: The environments that could be resolved.
        today: The day on which expiry is judged.
        plain: Keys of secrets that may be in clear, as `argo-projects:plainSecrets` of the stacks lists them.
    """
    for project in projects:
        yield from check_project(project, today)
    for check in FLEET_CHECKS:
        yield from check(projects)
    yield from fleet.check_destinations(projects, today)
    if tree.platform is not None:
        for check_platform in PLATFORM_CHECKS:
            yield from check_platform(tree, tree.platform)
        yield from platform_manifests.check_platform_names(tree, projects)
        over_budget = fleet.check_budgets(tree.platform, projects)
        yield from tree.platform_document.problems(over_budget)
        yield from secret_files.check(tree, tree.platform, projects, plain)


def check_surroundings(tree: Tree, projects: Sequence[Project]) -> Iterator[Problem]:
    """Run all checks of what is next to a tree: the stacks that deploy it, and the configuration of sops."""
    yield from stacks.check_stacks(tree, projects)
    if tree.platform is not None:
        for check in STACK_CHECKS:
            yield from check(tree, tree.platform)
