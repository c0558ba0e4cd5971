"""Everything that the page shows, as data, and what its lists can be filtered by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from argoproject.audit import BASELINE, Audit, Severity, audit, load_baseline
from argoproject.diff.model import Danger, FleetDiff
from argoproject.fleet.pipeline import Judged
from argoproject.models import Platform
from argoproject.output.diff.data import Group, grouped
from argoproject.output.page.access import GroupRole, Widened, group_roles, widened
from argoproject.output.page.environments import Environment, environments
from argoproject.output.page.quotas import ClusterQuota, cluster_quotas
from argoproject.output.page.sources import (
    RepositoryRow,
    VersionRow,
    repository_rows,
    version_rows,
)
from argoproject.problems import Problem, bounded
from argoproject.tree.stacks import stack_files

__all__ = ["DANGERS", "Choice", "Facts", "choices", "gather"]

DANGERS = tuple(map(str, reversed(Danger)))
"""The most dangerous first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The fleet on one day.

    Attributes:
        judged: The tree with its problems.
        today: The day on which access and `allow` expire.
        stages: The names of readable environments, in the order of platform.yaml.
        environments: The environments, those included that cannot be read.
        versions: The versions of each product, side by side.
        clusters: The quotas of each cluster.
        roles: Groups and their roles.
        widened: What is widened by `allow`.
        repositories: Repositories and registries.
        audit: What `audit` finds.
        audit_problems: Problems of audit.yaml; with any, nothing in it counts as accepted.
        diff: A comparison, where one is shown.
        groups: Its environments, those with equal changes together, the most dangerous first.
        most: How many rows a table of access shows.
    """

    judged: Judged
    today: dt.date
    stages: tuple[str, ...]
    environments: tuple[Environment, ...]
    versions: tuple[VersionRow, ...]
    clusters: tuple[ClusterQuota, ...]
    roles: tuple[GroupRole, ...]
    widened: tuple[Widened, ...]
    repositories: tuple[RepositoryRow, ...]
    audit: Audit
    audit_problems: tuple[Problem, ...]
    diff: FleetDiff | None
    groups: tuple[Group, ...]
    most: int = 2000


def gather(
    judged: Judged, platform: Platform, today: dt.date, diff: FleetDiff | None = None
) -> Facts:
    """Collect the facts of a tree.

    Args:
        judged: The tree with its problems.
        platform: Its platform.yaml, without which there is nothing to show.
        today: The day on which access and `allow` expire.
        diff: A comparison that `diff --format json` wrote.
    """
    judged = replace(judged, problems=tuple(bounded(judged.problems)))
    stacks, _ = stack_files(judged.tree.root)
    made = environments(judged, stacks, today)
    readable = {item.identity.environment for item in made if item.row.readable}
    stages = tuple(name for name in platform.environments if name in readable)
    rows = (item.row for item in made if item.row.readable)
    name = judged.tree.name
    file = judged.tree.root / BASELINE
    baseline, wrong = load_baseline(file, f"{name}/{BASELINE}", name, judged.projects)
    return Facts(
        judged=judged,
        today=today,
        stages=stages,
        environments=made,
        versions=tuple(version_rows(rows, stages)),
        clusters=cluster_quotas(made, platform.clusters),
        roles=group_roles(made, stages),
        widened=widened(made),
        repositories=repository_rows(made),
        audit=audit(judged, platform, today, baseline),
        audit_problems=tuple(sorted(wrong)),
        diff=diff,
        groups=() if diff is None else tuple(grouped(diff.environments)),
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """One select of a list. An item of the list has its words in `data-<name>`, separated by spaces.

    Attributes:
        name: The name of the select.
        label: Its label.
        options: Its options as (word, text).
    """

    name: str
    label: str
    options: tuple[tuple[str, str], ...]


def choices(facts: Facts) -> Mapping[str, tuple[Choice, ...]]:
    """Return the selects of each view, without those that have only one option."""
    items = facts.environments
    audited = (*facts.audit.findings, *facts.audit.accepted)
    severities = {item.severity for item in audited}
    accepted = ("no", "yes") if facts.audit.findings and facts.audit.accepted else ()
    users = (user.team for row in facts.repositories for user in row.environments)
    problems = ("any", "errors", "warnings", "none") if facts.judged.problems else ()
    changed = () if facts.diff is None else ("any", *DANGERS)
    made = {
        "environments": [
            _named("team", "Team", (item.identity.team for item in items)),
            _named("product", "Product", (item.identity.product for item in items)),
            _named("cluster", "Cluster", (item.identity.cluster for item in items)),
            _fixed("environment", "Environment", facts.stages),
            _named("class", "Class", (item.row.environment_class for item in items)),
            _named("profile", "Profile", (item.row.profile for item in items)),
            _named("stack", "Stack", (stack for item in items for stack in item.row.stacks)),
            _named("lifecycle", "Lifecycle", (item.lifecycle for item in items)),
            _fixed("problems", "Problems", problems),
            Choice("ends", "Expires", (("soon", "within 30 days"), ("later", "later"))),
            _fixed("change", "Change", changed),
        ],
        "versions": [_named("team", "Team", (row.team for row in facts.versions))],
        "access": [
            _named("team", "Team", (row.team for row in facts.roles)),
            _named("role", "Role", (it.row.role for it in facts.roles)),
            Choice("until", "Until", (("day", "a day"), ("ever", "no end"))),
        ],
        "repositories": [
            _named("team", "Team", users),
            _named("type", "Type", (row.kind for row in facts.repositories)),
        ],
        "problems": [
            _named("severity", "Severity", (str(item.severity) for item in facts.judged.problems)),
            _named("code", "Code", (item.code for item in facts.judged.problems)),
        ],
        "audit": [
            _fixed("severity", "Severity", (str(it) for it in Severity if it in severities)),
            _named("rule", "Rule", (item.rule.code for item in audited)),
            _fixed("accepted", "Accepted", accepted),
        ],
        "changes": [
            _fixed("change", "Danger", DANGERS),
            _named("action", "Action", (str(group.first.action) for group in facts.groups)),
        ],
    }
    return {
        view: tuple(choice for choice in items if len(choice.options) > 1)
        for view, items in made.items()
    }


def _fixed(name: str, label: str, words: Iterable[str]) -> Choice:
    """A select whose options have an order of their own."""
    return Choice(name, label, tuple((word, word) for word in words))


def _named(name: str, label: str, words: Iterable[str]) -> Choice:
    """A select of the words that occur, sorted."""
    return _fixed(name, label, sorted({*words} - {""}))
