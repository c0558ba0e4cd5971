"""The terms of an audit: what is audited, the rule that looks, the cause that it finds, and the finding reported."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from enum import StrEnum
from functools import cached_property, partial
from typing import NamedTuple, TypeAlias

from argoproject.identity import Identity
from argoproject.models import Platform
from argoproject.models.base import key_of
from argoproject.models.platform import Acceptance, ArgoCd
from argoproject.problems import Position, Problem
from argoproject.problems import Severity as ProblemSeverity
from argoproject.project.model import Layer, Project, has_path
from argoproject.tree.documents import data_at
from argoproject.tree.model import Tree
from argoproject.tree.stacks import StackFile
from argoproject.yamlfile.reader import DataPath, Document, path_text

__all__ = [
    "AuditScope",
    "Cause",
    "Finding",
    "Rule",
    "Setting",
    "Severity",
    "cause",
    "in_profiles",
    "in_settings",
    "is_production",
    "rule",
    "severity_by_class",
]


class Severity(StrEnum):
    """How far the impact of a finding reaches, the worst first."""

    HIGH = "high"
    """Beyond the environment, or into production."""

    MEDIUM = "medium"
    """A control is missing: one more mistake, and an attacker gets beyond the environment."""

    LOW = "low"
    """A second control is missing, or only nonproduction is behind it."""

    INFO = "info"
    """No impact; the configuration should be cleaned up."""

    @property
    def rank(self) -> int:
        """The place in the order of severity: 0 is the worst."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What a rule found: the place in a file that decides it, and the environments that it affects.

    A rule may yield the same cause once for each environment: causes that are equal in file, path, message and
    severity become one finding, with the environments of all.

    Attributes:
        document: the file that decides it.
        path: the place in the file, for example `("profiles", "small", "namespace", "quota")`.
        message: what was found there, without the place.
        severity: how severe it is here, where that differs from the rule's usual severity.
        environments: the environments affected; none where a setting only applies to later ones.
        remedy: what to do, where that differs from the rule's.
    """

    document: Document = field(repr=False)
    path: DataPath
    message: str
    severity: Severity | None = None
    environments: tuple[Identity, ...] = ()
    remedy: str = ""


@dataclass(frozen=True)
class AuditScope:
    """What rules audit.

    Attributes:
        tree: the tree, whose platform.yaml is valid.
        platform: its platform.yaml.
        projects: the environments without errors.
        stacks: the stack files next to Pulumi.yaml.
        today: the day on which `until` is judged.
    """

    tree: Tree
    platform: Platform
    projects: tuple[Project, ...]
    stacks: tuple[StackFile, ...]
    today: dt.date

    @cached_property
    def by_profile(self) -> Mapping[str, tuple[Project, ...]]:
        """The environments by the name of their profile.

        Those with a `base` are left out: the `base` makes their namespace, so the profile's settings for it do not
        apply.
        """
        found: dict[str, list[Project]] = defaultdict(list)
        for project in self.projects:
            if project.settings.base is None:
                found[project.profile_name].append(project)
        return {name: tuple(items) for name, items in found.items()}

    def under(self, team: str, environment_class: str | None, field: str) -> Iterator[Project]:
        """The environments that a guardrail of a team applies to.

        Args:
            team: the team.
            environment_class: the class that the guardrail is for; None for the general one, which does not apply to
                the classes that have their own.
            field: the field of `Guardrails`.
        """
        classes = self.platform.teams[team].classes
        own = {name for name, rails in classes.items() if field in rails.model_fields_set}
        for project in self.projects:
            name = project.environment_class
            applies = name not in own if environment_class is None else name == environment_class
            if project.identity.team == team and applies:
                yield project

    def in_platform(
        self,
        *,
        path: DataPath,
        message: str,
        severity: Severity | None = None,
        projects: Iterable[Project] = (),
    ) -> Cause:
        """A cause in platform.yaml.

        Args:
            path: its place in the file.
            message: what was found.
            severity: how severe it is, if not as usual.
            projects: the environments that it affects.
        """
        return Cause(
            document=self.tree.platform_document,
            path=path,
            message=message,
            severity=severity,
            environments=tuple(project.identity for project in projects),
        )

    def in_argocd(
        self, field: str, message: str, worst: Severity, depends: Callable[[Project], bool]
    ) -> Cause:
        """A cause in a setting of Argo CD: as severe as the environments that depend on it.

        Args:
            field: the field of `ArgoCd`.
            message: what was found.
            worst: the severity if production depends on it; nonproduction alone is low, no environment info.
            depends: whether an environment depends on the setting.
        """
        affected = [project for project in self.projects if depends(project)]
        return self.in_platform(
            path=("argocd", key_of(ArgoCd, field)),
            message=message,
            severity=worst
            if any(map(is_production, affected))
            else Severity.LOW
            if affected
            else Severity.INFO,
            projects=affected,
        )


def is_production(project: Project) -> bool:
    """Whether the environment is production: its class has fixed revisions, or its deployments need an approval."""
    return project.platform.is_production(project.identity.environment)


def severity_by_class(project: Project) -> Severity:
    """The severity of what is worse in production: medium there, else low."""
    return Severity.MEDIUM if is_production(project) else Severity.LOW


Find: TypeAlias = Callable[[AuditScope], Iterator[Cause]]
"""Yields the causes in an audit's scope."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the audit.

    Attributes:
        find: yields the causes.
        code: its stable name, which audit.yaml and reports use.
        severity: the usual severity; a cause may have another one.
        title: the configuration that is found, as a noun phrase.
        impact: what an attacker gains from it.
        remedy: what to do.
        source: where the advice comes from.
    """

    find: Find = field(repr=False, compare=False)
    _: KW_ONLY
    code: str
    severity: Severity
    title: str
    impact: str
    remedy: str
    source: str


def rule(
    *, code: str, severity: Severity, title: str, impact: str, remedy: str, source: str
) -> Callable[[Find], Rule]:
    """Decorate the function that finds causes: its name becomes the rule. The arguments are those of `Rule`."""

    return partial(
        Rule,
        code=code,
        severity=severity,
        title=title,
        impact=impact,
        remedy=remedy,
        source=source,
    )


class Setting(NamedTuple):
    """A setting of one environment that a rule found.

    Attributes:
        path: the setting, as in project.yaml.
        message: what was found.
        severity: how severe it is, if not as usual.
    """

    path: DataPath
    message: str
    severity: Severity | None = None


def in_settings(find: Callable[[Project], Iterator[Setting]]) -> Find:
    """Decorate a function that finds settings of one environment: the rule applies it to each environment."""

    def everywhere(scope: AuditScope) -> Iterator[Cause]:
        for project in scope.projects:
            for setting in find(project):
                yield from cause(project, setting)

    return everywhere


def cause(project: Project, setting: Setting) -> Iterator[Cause]:
    """A cause at the line that decides a setting: in a file of the environment, or in the profile in platform.yaml.

    Where no file has the setting, the cause is at its nearest parent.

    Yields:
        One cause; none for a project without layers, as `project_of` makes it.
    """
    layer, held = project.layers.origin(setting.path)
    if layer is not None:
        yield Cause(
            document=layer.document,
            path=(*layer.prefix, *held),
            message=setting.message,
            severity=setting.severity,
            environments=(project.identity,),
        )


def in_profiles(*path: str) -> Callable[[Callable[[Project], str]], Find]:
    """Decorate a function that says what it found in an environment, empty where nothing.

    The rule has a cause for each profile and message, with the environments of the profile that have it. Where a file
    of the team switched the guard off, which the guardrail `removable` permits, that line is the cause.

    Args:
        path: the place below the profile in platform.yaml.
    """

    def decorate(find: Callable[[Project], str]) -> Find:
        def everywhere(scope: AuditScope) -> Iterator[Cause]:
            found: dict[tuple[str, str], list[Project]] = defaultdict(list)
            for profile, projects in scope.by_profile.items():
                for project in projects:
                    message = find(project)
                    layer, place = _switched_off(project, path) if message else (None, ())
                    if layer is not None:
                        guard = path_text(place)
                        yield Cause(
                            document=layer.document,
                            path=(*layer.prefix, *place),
                            message=f"{guard} of the profile {profile} is switched off",
                            environments=(project.identity,),
                            remedy="remove the line, or take the guard out of the guardrail `removable`",
                        )
                    elif message:
                        found[profile, message].append(project)
            for (profile, message), affected in found.items():
                yield scope.in_platform(
                    path=("profiles", profile, *path), message=message, projects=affected
                )

        return everywhere

    return decorate


def _switched_off(project: Project, path: DataPath) -> tuple[Layer | None, DataPath]:
    """The file of a team that removes what the profile has at a path, with its place there; None where none does."""
    floor = project.layers.items[0] if project.layers.items else None
    places = [path[: end + 1] for end in range(len(path))]
    if path[-1:] == ("quota",):
        places.append((*path[:-1], "quotas"))
    for layer in reversed(project.layers.items[1:]):
        for place in places:
            removed = has_path(layer.data, place) and data_at(layer.data, place) is None
            if removed and floor is not None and data_at(floor.data, place):
                return layer, place
    return None, ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One cause, with the rule that found it and the environments that it affects, sorted."""

    rule: Rule
    severity: Severity
    position: Position
    path: str
    message: str
    environments: tuple[Identity, ...]
    accepted: Acceptance | None = None
    """The entry of audit.yaml that accepts it."""

    expired: dt.date | None = None
    """The last day of the acceptance that has expired."""

    @property
    def problem(self) -> Problem:
        """The finding as a warning, for the report formats that `validate` and `audit` share."""
        expired = f"; its acceptance expired on {self.expired}" if self.expired is not None else ""
        return Problem(
            position=self.position,
            path=self.path,
            code=self.rule.code,
            message=f"{self.message}{expired}",
            remedy=self.rule.remedy,
            severity=ProblemSeverity.WARNING,
            subjects=tuple(map(str, self.environments)),
        )
