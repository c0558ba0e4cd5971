"""The data with which the page's script shows one environment: compact, for a thousand environments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from argoproject.models import Namespace, NamespaceMode, PodSecurity
from argoproject.output.page.environments import Environment
from argoproject.output.page.facts import Facts
from argoproject.output.page.sources import rows_of
from argoproject.problems import Position
from argoproject.project.access import AccessRow, Widening
from argoproject.project.model import Project
from argoproject.secrets.detection import masked

__all__ = ["island"]

T = TypeVar("T")


class _Table(Generic[T]):
    """Values that many environments share. Each is written once, and referred to by its index."""

    def __init__(self) -> None:
        self.items: dict[T, int] = {}

    def index(self, item: T) -> int:
        """Return the index of a value, which is added where it is new."""
        return self.items.setdefault(item, len(self.items))


def island(facts: Facts) -> dict[str, Any]:
    """Return `environments` by their folder below projects/, and the lists into which their numbers are indexes."""
    writer = _Writer(facts)
    environments = {str(item.identity): writer.environment(item) for item in facts.environments}
    return {
        "environments": environments,
        "stages": facts.stages,
        "files": list(writer.files.items),
        "roles": [list(item) for item in writer.roles.items],
        "repositories": [list(item) for item in writer.repositories.items],
    }


class _Writer:
    """Writes environments, and collects the values that they share."""

    def __init__(self, facts: Facts) -> None:
        self.files = _Table[str]()
        self.roles = _Table[tuple[str, str, str, str]]()
        self.repositories = _Table[tuple[str, str, str, str, bool]]()
        self.changes = {
            name: index
            for index, way in enumerate(() if facts.changes is None else facts.changes.ways)
            for name in way.environments
        }

    def environment(self, item: Environment) -> dict[str, Any]:
        """Return one environment. Fields that are empty are left out."""
        data = {
            "class": item.row.environment_class,
            "lifecycle": item.lifecycle,
            "problems": item.problems,
            "change": self.changes.get(str(item.identity)),
            **({} if item.project is None else self._of_project(item, item.project)),
        }
        return {key: value for key, value in data.items() if value not in (None, (), [], "")}

    def _of_project(self, item: Environment, project: Project) -> dict[str, Any]:
        """What is known of an environment that can be read. The script names the cells of each list."""
        roles = [
            self.roles.index((str(row.system), row.role, row.through, row.what))
            for row in item.access
        ]
        return {
            "description": item.description,
            "facts": list(_facts(item, project)),
            "revisions": [
                [
                    at.version.application,
                    at.version.source,
                    at.url,
                    at.version.revision or "",
                    self._place(at.position),
                ]
                for at in item.revisions
            ],
            "quota": [
                [limit.resource, limit.quantity, self._place(limit.position)]
                for limit in item.quota
            ],
            "access": [
                [row.group, role, *_term(row, masked(row.reason or "")), self._place(row.position)]
                for row, role in zip(item.access, roles, strict=True)
            ],
            "allowed": [
                [str(it.kind), it.value, *_term(it, it.reason), self._place(it.position)]
                for it in item.allowed
            ],
            "repositories": [
                self.repositories.index(
                    (row.url, row.kind, row.login, ", ".join(row.secrets), row.write)
                )
                for row in rows_of(project)
            ],
        }

    def _place(self, position: Position) -> list[int]:
        """A file's index, the line and the column."""
        return [self.files.index(position.file), position.line, position.column]


def _term(item: AccessRow | Widening, reason: str) -> list[Any]:
    """The last day, whether it is over, and why."""
    return [str(item.until or ""), item.expired, reason]


def _facts(item: Environment, project: Project) -> Iterator[tuple[str, str]]:
    """The facts of an environment as (name, text), in the order in which they are shown."""
    namespace = project.settings.namespace or Namespace()
    mode = namespace.mode or NamespaceMode.CREATE
    yield "Profile", project.profile_name
    yield "Project", project.names.project
    suffix = "" if mode is NamespaceMode.CREATE else f" ({mode})"
    yield "Namespace", f"{project.names.namespace}{suffix}"
    yield "Stack", ", ".join(item.row.stacks) or "none"
    yield "Cluster", f"{project.identity.cluster}, {project.cluster.server}"
    yield "Revisions", "fixed only" if project.fixed_revisions else "any"
    pod = namespace.pod_security or PodSecurity()
    levels = (("enforces", pod.enforce), ("audits", pod.audit), ("warns of", pod.warn))
    named = ", ".join(f"{verb} {level}" for verb, level in levels if level)
    yield "Pod Security", named or "not set"
    yield "Network policies", ", ".join(namespace.network_policies) or "none"
    sets = ", ".join(sorted(project.settings.application_sets))
    if sets:
        yield "ApplicationSets", sets
