"""Rules across environments: names that meet, destinations of others, budgets of clusters, stacks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from argoproject.identity import PLATFORM, Identity, application_name
from argoproject.models import AllowanceKind, Namespace, Platform
from argoproject.models.validation import nearest
from argoproject.problems import Problem, Severity
from argoproject.project.access import lasts
from argoproject.project.applications import deployed
from argoproject.project.model import Project
from argoproject.project.repositories import selected
from argoproject.tree.model import Tree
from argoproject.tree.stacks import PROJECT, StackFile, misplaced, stack_files
from argoproject.upstream.quantities import amount
from argoproject.yamlfile.reader import Document
from argoproject.yamlfile.reader import Path as DataPath

__all__ = ["Claim", "check", "check_budgets", "check_stack_secrets", "check_stacks", "claims"]

Claim = tuple[str, str, str]
"""What is claimed: where, what kind, which name."""


def check(projects: Sequence[Project], today: dt.date) -> Iterator[Problem]:
    """Names that two environments claim, and destinations that are another's. Linear in the number of names."""
    claimed: dict[Claim, list[tuple[Project, DataPath]]] = defaultdict(list)
    for project in projects:
        for claim, path in claims(project):
            claimed[claim].append((project, path))
    for claim, owners in claimed.items():
        if len(owners) > 1:
            yield from _collisions(claim, owners)
    for project in projects:
        yield from _destinations(project, claimed, today)
        yield from _former_names(project, claimed)


def check_budgets(
    document: Document, platform: Platform, projects: Iterable[Project]
) -> Iterator[Problem]:
    """Clusters whose quotas together ask for more than there is: a warning, since not all is used at once."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for project in projects:
        namespace = project.settings.namespace or Namespace()
        for resource, quantity in namespace.quota.items():
            sums[project.identity.cluster, resource] += amount(quantity)
    for name, cluster in platform.clusters.items():
        for resource, budget in cluster.budget.items():
            total = sums[name, resource]
            if total > amount(budget):
                path: DataPath = ("clusters", name, "budget", resource)
                yield Problem(
                    position=document.position(path),
                    path=f"clusters.{name}.budget",
                    code="over-budget",
                    message=f"the quotas of all environments ask for {total.normalize():f} {resource}, "
                    f"the cluster has {budget}",
                    remedy="lower quotas, or enlarge the cluster",
                    severity=Severity.WARNING,
                )


def check_stacks(config: Path, projects: Iterable[Project]) -> Iterator[Problem]:
    """Environments that no stack takes, or two."""
    stacks, problems = stack_files(config)
    yield from problems
    by_identity: dict[Identity, Project] = {project.identity: project for project in projects}
    for identity, taking in misplaced(stacks, by_identity):
        project = by_identity[identity]
        if taking:
            names = " and ".join(stack.document.file for stack in taking)
            message = f"the environment is in {len(taking)} stacks: {names}"
            remedy = "let their argo-projects:select exclude each other"
            yield project.problem(path=(), code="two-stacks", message=message, remedy=remedy)
        else:
            remedy = "add it to the argo-projects:select of a stack file, Pulumi.<stack>.yaml"
            yield project.problem(
                path=(), code="no-stack", message="no stack takes the environment", remedy=remedy
            )


def check_stack_secrets(tree: Tree, config: Path) -> Iterator[Problem]:
    """What stack files say about secrets that are not there, and keys for helm-secrets that two stacks carry."""
    plain = {file.key for file in tree.secret_files() if file.plain}
    owners = (*(tree.platform.teams if tree.platform else ()), PLATFORM)
    carrier: dict[str, StackFile] = {}
    for stack in stack_files(config)[0]:
        for index, key in enumerate(stack.plain):
            if key not in plain:
                match = nearest(key, plain)
                remedy = f"did you mean {match}?" if match else "remove it"
                path: DataPath = ("config", f"{PROJECT}:plainSecrets", index)
                yield stack.problem(
                    path=path,
                    code="plain-secret",
                    message=f"there is no secret {key} in clear",
                    remedy=remedy,
                )
        for owner in stack.helm_secrets_keys:
            path = ("config", f"{PROJECT}:helmSecretsKeys", owner)
            first = carrier.setdefault(owner, stack)
            if owner not in owners:
                match = nearest(owner, owners)
                remedy = (
                    f"did you mean {match}?"
                    if match
                    else f"write {PLATFORM}, or the name of a team"
                )
                yield stack.problem(
                    path=path,
                    code="unknown-team",
                    message=f"platform.yaml knows no team {owner}",
                    remedy=remedy,
                )
            elif first is not stack:
                message = f"{first.document.file} carries this key as well: they would take it from each other"
                yield stack.problem(
                    path=path, code="helm-secrets-key-twice", message=message, remedy="keep one"
                )


def _destinations(
    project: Project, claimed: Mapping[Claim, Sequence[tuple[Project, DataPath]]], today: dt.date
) -> Iterator[Problem]:
    """Destinations in the namespace of another environment, of whatever team: its guardrails are not asked there."""
    for index, item in enumerate(project.settings.allow):
        if item.kind is not AllowanceKind.DESTINATION or not lasts(item, today):
            continue
        cluster, _, namespace = item.value.partition("/")
        for other, _ in claimed.get((cluster, "namespace", namespace), ()):
            if other is not project:
                message = f"the namespace is that of the environment {other.identity}"
                remedy = (
                    f"remove this entry; what belongs there is deployed by {other.identity} itself"
                )
                path: DataPath = ("allow", index, "value")
                yield project.problem(
                    path=path,
                    code="destination-of-other-environment",
                    message=message,
                    remedy=remedy,
                )


def _former_names(
    project: Project, claimed: Mapping[Claim, Sequence[tuple[Project, DataPath]]]
) -> Iterator[Problem]:
    """Former names that are another environment's today: its objects would become this one's."""
    for index, name in enumerate(project.settings.moved_from):
        for other, _ in claimed.get(("Argo CD", "project", name), ()):
            if other is not project:
                message = f"{name} is the project of the environment {other.identity}"
                path: DataPath = ("movedFrom", index)
                remedy = "remove this entry: only names that nobody has any more belong here"
                yield project.problem(
                    path=path, code="moved-from-existing", message=message, remedy=remedy
                )


def claims(project: Project) -> Iterator[tuple[Claim, DataPath]]:
    """The names that an environment takes for itself, with the fields that would change them."""
    identity, names = project.identity, project.names
    yield (identity.cluster, "namespace", names.namespace), ("namespace", "name")
    yield ("Argo CD", "project", names.project), ("name",)
    for item in deployed(project):
        yield ("Argo CD", "Application", item.name), (*item.path, "name")
    for key, settings in project.settings.application_sets.items():
        name = settings.name or application_name(names.project, key)
        yield ("Argo CD", "ApplicationSet", name), ("applicationSets", key, "name")
    for repository in selected(project):
        name = f"{names.project}-{repository.key}"
        yield ("Argo CD", "repository Secret", name), repository.path


def _collisions(claim: Claim, owners: Sequence[tuple[Project, DataPath]]) -> Iterator[Problem]:
    where, kind, name = claim
    place = "" if where == "Argo CD" else f" on cluster {where}"
    for project, path in owners:
        others = sorted({str(other.identity) for other, _ in owners if other is not project})
        whom = f"by {', '.join(others)}" if others else "twice by this environment"
        verb = "is also claimed" if others else "is claimed"
        message = f"the {kind} {name}{place} {verb} {whom}"
        remedy = f"set another `{_field(path)}` in one of them"
        yield project.problem(path=path, code="name-collision", message=message, remedy=remedy)


def _field(path: DataPath) -> str:
    return ".".join(str(step) for step in path)
