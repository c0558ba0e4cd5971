"""All rules, in one place: whoever adds a module of rules adds it here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from argoproject.checks import (
    access,
    applications,
    classes,
    credentials,
    extras,
    floor,
    guardrails,
    manifests,
    platform,
    resources,
    versions,
)
from argoproject.errors import Problem
from argoproject.load import Tree
from argoproject.models import Platform
from argoproject.project import Project

__all__ = ["check_platform", "check_project"]

PROJECT_CHECKS = (
    guardrails.check,
    floor.check,
    resources.check,
    access.check,
    applications.check,
    versions.check,
    credentials.check,
    manifests.check,
    extras.check,
)
"""Every rule about one environment."""


def check_project(project: Project, today: dt.date) -> Iterator[Problem]:
    """All rules about one environment, and what has expired on that day."""
    for check in PROJECT_CHECKS:
        yield from map(project.named, check(project))
    yield from map(project.named, access.check_expiry(project, today))


def check_platform(tree: Tree, platform_settings: Platform) -> Iterator[Problem]:
    """All rules about platform.yaml and its own manifests, and about what files name of it."""
    yield from platform.check(tree.platform_document, platform_settings)
    yield from platform.check_manifests(tree, platform_settings)
    yield from classes.check(tree, platform_settings)
