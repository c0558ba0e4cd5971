"""All that the page shows, as data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from argoproject.audit import BASELINE, Audit, audit, load_baseline
from argoproject.diff.saved import SavedDiff
from argoproject.fleet.pipeline import Judged
from argoproject.models import Platform
from argoproject.output.page.access import GroupRole, Widened, group_roles, widened
from argoproject.output.page.changes import Changes, changes
from argoproject.output.page.environments import Environment, environments
from argoproject.output.page.quotas import ClusterQuota, cluster_quotas
from argoproject.output.page.repositories import RepositoryRow, repository_rows
from argoproject.output.page.versions import VersionRow, version_rows
from argoproject.problems import Problem
from argoproject.tree.stacks import stack_files

__all__ = ["Facts", "gather"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The fleet on one day. `stages` are the names that environments have, in the order of platform.yaml."""

    config: str
    today: dt.date
    stages: tuple[str, ...]
    environments: tuple[Environment, ...]
    versions: tuple[VersionRow, ...]
    clusters: tuple[ClusterQuota, ...]
    roles: tuple[GroupRole, ...]
    widened: tuple[Widened, ...]
    repositories: tuple[RepositoryRow, ...]
    problems: tuple[Problem, ...]
    errors: int
    audit: Audit
    audit_problems: tuple[Problem, ...]
    """What is wrong with audit.yaml: then nothing of it counts."""

    changes: Changes | None


def gather(
    judged: Judged, platform: Platform, today: dt.date, saved: SavedDiff | None = None
) -> Facts:
    """The facts of a tree; `platform` is its platform.yaml, without which there is nothing to show."""
    stacks, _ = stack_files(judged.tree.root)
    made = environments(judged, stacks, today)
    readable = {item.identity.environment for item in made if item.row.readable}
    stages = tuple(name for name in platform.environments if name in readable)
    rows = (item.row for item in made if item.row.readable)
    name = judged.tree.name
    file = judged.tree.root / BASELINE
    baseline, wrong = load_baseline(file, f"{name}/{BASELINE}", name, judged.projects)
    return Facts(
        config=judged.tree.name,
        today=today,
        stages=stages,
        environments=made,
        versions=tuple(version_rows(rows, stages)),
        clusters=cluster_quotas(made, platform.clusters),
        roles=group_roles(made, stages),
        widened=widened(made),
        repositories=repository_rows(made),
        problems=judged.problems,
        errors=len(judged.errors),
        audit=audit(judged, platform, today, baseline),
        audit_problems=tuple(sorted(wrong)),
        changes=None if saved is None else changes(saved),
    )
