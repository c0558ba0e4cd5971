"""What the script needs to show an environment by itself: compact, as it is there for each of a thousand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from argoproject.models import Namespace, NamespaceMode, PodSecurity
from argoproject.output.page.environments import Environment, Revision
from argoproject.output.page.facts import Facts
from argoproject.output.page.repositories import RepositoryRow, rows_of
from argoproject.problems import Position
from argoproject.project.access import AccessRow, Widening
from argoproject.project.model import Project
from argoproject.secrets.masking import masked

__all__ = ["island"]

T = TypeVar("T")


class _Table(Generic[T]):
    """Values that many environments share, each written once."""

    def __init__(self) -> None:
        self.items: dict[T, int] = {}

    def index(self, item: T) -> int:
        return self.items.setdefault(item, len(self.items))


def island(facts: Facts) -> dict[str, Any]:
    """`environments` by their folder below projects/; numbers in them are indexes into the other lists."""
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
        """One environment; what is empty is left out."""
        data = {
            "class": item.row.environment_class,
            "lifecycle": item.lifecycle,
            "problems": item.problems,
            "change": self.changes.get(str(item.identity)),
            **({} if item.project is None else self._of_project(item, item.project)),
        }
        return {key: value for key, value in data.items() if value not in (None, (), [], "")}

    def _of_project(self, item: Environment, project: Project) -> dict[str, Any]:
        return {
            "description": item.description,
            "facts": list(_facts(item, project)),
            "revisions": [self._revision(at) for at in item.revisions],
            "quota": [
                [limit.resource, limit.quantity, self._place(limit.position)]
                for limit in item.quota
            ],
            "access": [self._access(row) for row in item.access],
            "allowed": [self._allowed(at) for at in item.allowed],
            "repositories": [self._repository(row) for row in rows_of(project)],
        }

    def _revision(self, at: Revision) -> list[Any]:
        version = at.version
        place = self._place(at.position)
        return [version.application, version.source, at.url, version.revision or "", place]

    def _access(self, row: AccessRow) -> list[Any]:
        role = self.roles.index((str(row.system), row.role, row.through, row.what))
        ends = [str(row.until or ""), row.expired, masked(row.reason or "")]
        return [row.group, role, *ends, self._place(row.position)]

    def _allowed(self, item: Widening) -> list[Any]:
        ends = [str(item.until or ""), item.expired, item.reason]
        return [str(item.kind), item.value, *ends, self._place(item.position)]

    def _repository(self, row: RepositoryRow) -> int:
        secrets = ", ".join(row.secrets)
        return self.repositories.index((row.url, row.kind, row.login, secrets, row.write))

    def _place(self, position: Position) -> list[int]:
        """A file's index, the line and the column."""
        return [self.files.index(position.file), position.line, position.column]


def _facts(item: Environment, project: Project) -> Iterator[tuple[str, str]]:
    """What an environment is, by name."""
    namespace = project.settings.namespace or Namespace()
    mode = namespace.mode or NamespaceMode.CREATE
    yield "Profile", project.profile_name
    yield "Project", project.names.project
    suffix = "" if mode is NamespaceMode.CREATE else f" ({mode})"
    yield "Namespace", f"{project.names.namespace}{suffix}"
    yield "Stack", ", ".join(item.row.stacks) or "none"
    yield "Cluster", f"{project.identity.cluster}, {project.cluster.server}"
    yield "Revisions", "fixed only" if project.fixed_revisions else "any"
    yield "Pod Security", _pod_security(namespace.pod_security or PodSecurity())
    yield "Network policies", ", ".join(namespace.network_policies) or "none"
    sets = ", ".join(sorted(project.settings.application_sets))
    if sets:
        yield "ApplicationSets", sets


def _pod_security(levels: PodSecurity) -> str:
    named = (("enforces", levels.enforce), ("audits", levels.audit), ("warns of", levels.warn))
    return ", ".join(f"{verb} {level}" for verb, level in named if level) or "not set"
