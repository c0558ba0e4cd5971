"""From files to plans: load, resolve, check, plan.

`validate_tree` checks everything. `load_fleet` takes the environments of one stack, and only problems that concern them
stop it: a broken file of another team does not block an urgent deployment.
"""

from __future__ import annotations

import datetime as dt
import gc
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argoproject.checks.registry import check_surroundings, check_tree
from argoproject.identity import Identity, derive
from argoproject.models import Cluster, Platform
from argoproject.plan.admission import cluster_policies
from argoproject.plan.build import plan_project
from argoproject.plan.helm_secrets import helm_secrets_keys
from argoproject.plan.model import ClusterPolicies, PlannedObject, ProjectPlan
from argoproject.problems import ConfigError, Position, Problem, Severity, together
from argoproject.project.model import Project
from argoproject.project.repositories import place_for, secret_refs
from argoproject.project.resolve import resolve
from argoproject.secrets.decrypt import decrypt
from argoproject.secrets.file import SecretFile, SecretKey
from argoproject.tree.load import load_tree
from argoproject.tree.model import Tree
from argoproject.tree.pulumi import project_name
from argoproject.tree.selection import Concern, Selection
from argoproject.tree.stacks import parse_selection, plain_secrets, stack_files
from argoproject.yamlfile.reader import DataPath, path_text

__all__ = [
    "Fleet",
    "Judged",
    "judge",
    "load_fleet",
    "platform_files",
    "validate_loaded",
    "validate_tree",
    "without_collector",
]


@dataclass(frozen=True, slots=True)
class Judged:
    """A tree that was checked: its environments, and all problems with the warnings."""

    tree: Tree
    projects: tuple[Project, ...]
    problems: tuple[Problem, ...]

    def project(self, name: str) -> Project | None:
        """The environment of a folder below projects/, or of a project's name."""
        for project in self.projects:
            if name in (str(project.identity), project.names.project):
                return project
        return None

    @property
    def names(self) -> Mapping[Identity, str]:
        """All environments with the names of their projects: for one that is broken, the name that its folder makes."""
        names = {item: derive(item).project for item in self.tree.declared()}
        return names | {item.identity: item.names.project for item in self.projects}

    @property
    def unusable(self) -> tuple[Identity, ...]:
        """Environments whose own files, or those above them, are too broken to resolve them."""
        known = {project.identity for project in self.projects}
        return tuple(item for item in self.tree.declared() if item not in known)

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(item for item in self.problems if item.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(item for item in self.problems if item.severity is Severity.WARNING)


@dataclass(frozen=True, slots=True)
class Fleet:
    """The environments of one stack, planned."""

    platform: Platform
    projects: tuple[Project, ...]
    plans: tuple[ProjectPlan, ...]
    warnings: tuple[Problem, ...] = ()

    @property
    def clusters(self) -> Mapping[str, Cluster]:
        """The clusters that the environments need: their own and the hub."""
        used = {project.identity.cluster for project in self.projects}
        used.add(self.platform.argocd.cluster)
        return {name: self.platform.clusters[name] for name in sorted(used)}

    @property
    def secret_files(self) -> tuple[SecretFile, ...]:
        """The files whose values the plans need, each once."""
        needed = {key for plan in self.plans for key in plan.secret_keys()}
        files = {
            file.key: file
            for project in self.projects
            for file in (*project.secrets.values(), *(item.secret for item in project.manifests))
            if file is not None
        }
        return tuple(file for file in files.values() if needed.intersection(file.secret_keys()))

    def helm_secrets_keys(self, owners: Iterable[str]) -> tuple[PlannedObject, ...]:
        """Argo CD's keys for helm-secrets, by owner: a team, or `platform`.

        Raises:
            ConfigError: for owners that platform.yaml does not know.
        """
        return helm_secrets_keys(self.platform, owners)

    def admission_policies(self, clusters: Iterable[str]) -> tuple[ClusterPolicies, ...]:
        """The admission policies of these clusters, which all their environments share.

        Raises:
            ConfigError: for clusters that platform.yaml does not know, or that Pulumi cannot reach.
        """
        return cluster_policies(self.platform, clusters)

    def secret_values(
        self, available: Iterable[SecretKey], *, age_key: str | None = None
    ) -> dict[SecretKey, str]:
        """Decrypt the values that are in files.

        Args:
            available: the keys of values that the stack's config has.
            age_key: a private age key in addition to those of the machine.

        Raises:
            ConfigError: for secrets without a value, and for files that cannot be decrypted; all of them at once.
        """
        self.missing_secrets(available)
        return decrypt(self.secret_files, age_key=age_key)

    def missing_secrets(self, available: Iterable[SecretKey]) -> None:
        """Refuse plans whose secrets have no value, neither in a file nor in the stack's config.

        Args:
            available: the keys of values that the stack's config has.

        Raises:
            ConfigError: with one problem for each place that names a missing secret.
        """
        known = {*available, *(key for file in self.secret_files for key in file.secret_keys())}
        missing = [
            _no_value(project, path, name)
            for project, plan in zip(self.projects, self.plans, strict=True)
            for unknown in (plan.secret_keys() - known,)
            for path, name in secret_refs(project)
            if project.secret_key(name) in unknown
        ]
        if missing:
            raise ConfigError(missing)


def load_fleet(
    config: Path,
    *,
    stack: str,
    select: Mapping[str, Any] | None,
    today: dt.date,
    plain: Collection[SecretKey] = (),
) -> Fleet:
    """Plan the environments that a stack takes.

    Args:
        config: the folder of platform.yaml.
        stack: the stack's name, for messages.
        select: the value of `argo-projects:select`.
        today: the day on which access and allowances expire.
        plain: the keys of secrets that may be in clear.

    Raises:
        ConfigError: for problems of platform.yaml, of those environments and the files above them, of names that
            they share with others, and when the stack takes nothing.
    """
    selection, problems = parse_selection(select)
    if selection is None:
        raise ConfigError(problems)
    judged = judge(config, today, plain=plain)
    taken = [item for item in judged.tree.declared() if selection.takes(item)]
    concern = Concern(judged.tree, taken, selection)
    errors = concern.of(judged.errors)
    if not taken and not errors:
        errors = [_nothing_selected(stack, selection, project_name(config))]
    if errors or judged.tree.platform is None:
        raise ConfigError(errors)
    projects = tuple(item for item in judged.projects if selection.takes(item.identity))
    files = platform_files(judged.tree)
    plans = tuple(plan_project(item, today, files) for item in projects)
    return Fleet(judged.tree.platform, projects, plans, tuple(concern.of(judged.warnings)))


def validate_tree(config: Path, today: dt.date, name: str | None = None) -> Judged:
    """Load a tree and check it, with the stacks that deploy from it."""
    with without_collector():
        tree = load_tree(config, name)
    return validate_loaded(tree, today)


def validate_loaded(tree: Tree, today: dt.date) -> Judged:
    """Check a tree that was loaded, with the stacks that deploy from it."""
    with without_collector():
        judged = _judge(tree, today, plain_secrets(tree.root))
    more = check_surroundings(tree, judged.projects)
    found = _with_known_stacks(tree, judged.problems)
    return Judged(tree, judged.projects, tuple(together([*found, *more])))


def _with_known_stacks(tree: Tree, found: Iterable[Problem]) -> Iterator[Problem]:
    """The problems without those of files in clear, where a broken stack file may permit the clear value."""
    stacks, problems = stack_files(tree.root)
    read = {stack.document.file for stack in stacks}
    unknown = any(
        it.severity is Severity.ERROR
        and (it.position.file not in read or it.code == "unknown-key" or "plainSecrets" in it.path)
        for it in problems
    )
    clear = {file.file for file in tree.secret_files() if file.plain} if unknown else set()
    for problem in found:
        if problem.code != "secret-plain" or problem.position.file not in clear:
            yield problem


def judge(
    config: Path, today: dt.date, name: str | None = None, *, plain: Collection[SecretKey] = ()
) -> Judged:
    """Load, resolve and check a tree, without the stacks that deploy from it.

    Args:
        config: the folder of platform.yaml.
        today: the day on which access and allowances expire.
        name: the name of the folder in reports; by default the path as given.
        plain: the keys of secrets that may be in clear.
    """
    with without_collector():
        return _judge(load_tree(config, name), today, frozenset(plain))


@contextmanager
def without_collector() -> Iterator[None]:
    """Pause the garbage collector, which would visit hundreds of thousands of new objects again and again.

    None of them forms a cycle.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            # As if they had survived collections already: else the next one looks at all of them at once.
            gc.freeze()
            gc.unfreeze()
            gc.enable()


def _judge(tree: Tree, today: dt.date, plain: frozenset[SecretKey]) -> Judged:
    projects, problems = resolve(tree)
    found = [*tree.problems, *problems, *check_tree(tree, projects, today, plain)]
    return Judged(tree, tuple(projects), tuple(together(_without_consequences(tree, found))))


def _without_consequences(tree: Tree, found: list[Problem]) -> list[Problem]:
    """The problems without those that follow from one of platform.yaml.

    Example:
        `teams.blue.clusters: [eu1]` is one mistake, not one more for each environment on `eu-1`. So is `eu1` among
        the clusters instead of `eu-1`, which platform.yaml names, not one more for each folder `eu-1`.
    """
    file = tree.platform_document.file
    missing = {
        (item.code, name[1])
        for item in found
        if item.position.file == file and (name := _MISSING.search(item.message))
    }
    found = [
        it
        for it in found
        if it.position.file == file
        or not (name := _MISSING.search(it.message))
        or (it.code, name[1]) not in missing
    ]
    mistyped = tuple(
        f"{item.path.partition('[')[0]} of platform.yaml"
        for item in found
        if item.position.file == file
        and item.path.startswith("teams.")
        and item.severity is Severity.ERROR
    )
    if not mistyped:
        return found
    return [it for it in found if it.position.file == file or not it.remedy.startswith(mistyped)]


_MISSING = re.compile(r"platform\.yaml (?:has|knows) no [a-z ]+ '?([\w.-]+)")
"""A name that is missing in platform.yaml, in the message of whatever names it."""


def _no_value(project: Project, path: DataPath, name: str) -> Problem:
    """The problem of a secret without a value, at the place that names it."""
    owner, place = project.secret_key(name).owner, place_for(project, path, name)
    return Problem(
        position=project.layers.position(path),
        path=path_text(path),
        code="secret-missing",
        message=f"the secret {name!r} has no value",
        remedy=f"argoproject secret set {place.folder} {name}, "
        f"or pulumi config set --secret --path 'secrets.{owner}.{name}'",
    )


def _nothing_selected(stack: str, selection: Selection, project: str) -> Problem:
    given = selection.model_dump(by_alias=True, exclude_none=True)
    what = ", ".join(f"{key}: {', '.join(values)}" for key, values in given.items()) or "everything"
    return Problem(
        position=Position(f"Pulumi.{stack}.yaml"),
        path=f"{project}:select",
        code="nothing-selected",
        message=f"the stack takes no environment ({what})",
        remedy="correct the selection; to remove environments, retire them first",
    )


def platform_files(tree: Tree) -> Mapping[str, Mapping[str, Any]]:
    """The platform's own manifests by the name that profiles give them."""
    return {file: document.data for file, document in tree.platform_files.items()}
