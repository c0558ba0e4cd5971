"""The state of environments in Argo CD, compared with what their files declare."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from argoproject.fleet.live import Live, State, mapping_at, objects_at, shown, text_at
from argoproject.fleet.pipeline import Judged, platform_files
from argoproject.plan.build import plan_project
from argoproject.plan.model import PlannedObject, ProjectPlan, plain
from argoproject.project.applications import Deployed, deployed, generated, source_name
from argoproject.project.model import Project

__all__ = ["ApplicationStatus", "EnvironmentStatus", "status_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationStatus:
    """One Application.

    Attributes:
        live: what Argo CD reports; None where it is missing.
        declared: whether a file declares it, or a set that a file declares generates it.
        wanted: the sources' names and revisions in the files; names are empty for an only source.
        outdated: fields of its spec that differ from the files.
        retiring: whether it is about to be removed, and may therefore be missing.
    """

    name: str
    live: Live | None
    declared: bool = True
    wanted: tuple[tuple[str, str], ...] = ()
    outdated: tuple[str, ...] = ()
    retiring: bool = False

    @property
    def good(self) -> bool:
        """Whether it is declared, Synced and Healthy, and as the files want it."""
        if self.live is None:
            return self.retiring
        settled = (self.live.sync, self.live.health) == ("Synced", "Healthy")
        return settled and self.declared and not self.outdated


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentStatus:
    """One environment; the last one may be empty, with the Applications whose environment no file declares.

    Attributes:
        guards: what of its AppProject differs from the files; None where the state has no AppProjects.
    """

    identity: str
    project: str
    applications: tuple[ApplicationStatus, ...]
    guards: tuple[str, ...] | None

    @property
    def good(self) -> bool:
        return not self.guards and all(it.good for it in self.applications)


def status_of(
    judged: Judged, projects: Sequence[Project], state: State, today: dt.date, *, everything: bool
) -> tuple[EnvironmentStatus, ...]:
    """Compare environments with the state of Argo CD.

    Args:
        judged: the tree, without errors.
        projects: the environments that are asked for.
        state: all Applications of Argo CD.
        today: the day of the plans.
        everything: whether Applications whose environment no file declares are reported as well.
    """
    files = platform_files(judged.tree)
    there = {it.name: it for it in state.applications if it.namespace == state.home}
    members: dict[str, list[Live]] = defaultdict(list)
    for live in state.applications:
        members[live.project].append(live)
    environments: list[EnvironmentStatus] = []
    for project in projects:
        plan = plan_project(project, today, files)
        rows = tuple(_declared(project, plan, there))
        taken = {(state.home, row.name) for row in rows}
        others = (it for it in members[plan.name] if (it.namespace, it.name) not in taken)
        rows += tuple(_other(project, plan, it, state.home) for it in others)
        identity, guards = str(project.identity), _guards(plan, state)
        environments.append(
            EnvironmentStatus(
                identity=identity, project=plan.name, applications=rows, guards=guards
            )
        )
    known = {row.name for item in environments for row in item.applications}
    names = {*judged.names.values()}
    left = tuple(
        ApplicationStatus(name=it.name, live=it, declared=False)
        for it in state.applications
        if everything and it.managed and it.project not in names and it.name not in known
    )
    of_none = EnvironmentStatus(identity="", project="", applications=left, guards=())
    return (*environments, of_none) if left else tuple(environments)


def _other(project: Project, plan: ProjectPlan, live: Live, home: str) -> ApplicationStatus:
    """An Application of the environment's project that is not known from the files.

    The Applications of some sets only Argo CD knows; those of an app-of-apps are in a namespace of their own.
    """
    sets = (it.object for it in plan.applications if it.object.kind == "ApplicationSet")
    open_sets = {it.name for it in sets if not _generated(project, it)}
    elsewhere = plan.app_project.manifest["spec"].get("sourceNamespaces", ())
    of_set = live.namespace == home and live.owner in open_sets
    declared = of_set or (live.namespace != home and live.namespace in elsewhere)
    return ApplicationStatus(name=live.name, live=live, declared=declared)


def _guards(plan: ProjectPlan, state: State) -> tuple[str, ...] | None:
    """What of the AppProject differs from the plan; None where the state has no AppProjects."""
    if state.projects is None:
        return None
    running = state.projects.get(plan.name)
    if running is None:
        return () if plan.retiring else ("AppProject",)
    fields = _differing(plain(plan.app_project.manifest["spec"]), running)
    return tuple(f"AppProject.spec.{field}" for field in fields)


def _declared(
    project: Project, plan: ProjectPlan, there: Mapping[str, Live]
) -> Iterator[ApplicationStatus]:
    """The Applications that files declare, and those that sets generate, as far as they are known from the files."""
    applications = {item.name: item for item in deployed(project)}
    for planned in plan.applications:
        made = planned.object
        single = made.kind == "Application"
        for item in (applications[made.name],) if single else _generated(project, made):
            live = there.get(item.name)
            wanted = tuple((source_name(item, at), at.revision or "?") for at in item.sources)
            outdated: tuple[str, ...] = ()
            if live is not None and single:
                outdated = _differing(plain(made.manifest["spec"]), live.spec, made.ignore_changes)
            elif live is not None and [it for _, it in wanted] != _targets(live.spec):
                outdated = ("targetRevision",)
            yield ApplicationStatus(
                name=item.name,
                live=live,
                wanted=wanted,
                outdated=outdated,
                retiring=plan.retiring or planned.retiring,
            )


def _generated(project: Project, made: PlannedObject) -> tuple[Deployed, ...]:
    """What a set generates; nothing where only Argo CD knows it."""
    generation = generated(project).get(made.key.removeprefix("applicationset-"))
    return generation.items if generation is not None and generation.complete else ()


def _targets(spec: Mapping[str, Any]) -> list[str]:
    sources = objects_at(spec, "sources") or [mapping_at(spec, "source")]
    return [text_at(it, "targetRevision") or "?" for it in sources]


def _differing(
    wanted: Mapping[str, Any], running: Mapping[str, Any], ignored: Iterable[str] = ()
) -> tuple[str, ...]:
    """The fields of a spec that differ from the plan.

    Args:
        wanted: the planned spec.
        running: the deployed one.
        ignored: paths that others write: `spec.source.targetRevision`. Their whole field is not compared.
    """
    left = {re.split(r"[.\[]", path)[1] for path in ignored}
    return tuple(
        shown(name)
        for name in sorted(wanted.keys() | running.keys())
        if name not in left and _differs(wanted.get(name), running.get(name))
    )


def _differs(wanted: Any, running: Any) -> bool:
    """Whether a deployed value is another than the planned one. What Go leaves out of JSON is equal to no value."""
    if isinstance(wanted, Mapping) and isinstance(running, Mapping):
        keys = (wanted.keys() | running.keys()) - {"jwtTokens"}  # of a role: Argo CD writes them
        return any(_differs(wanted.get(key), running.get(key)) for key in keys)
    if isinstance(wanted, list) and isinstance(running, list):
        return len(wanted) != len(running) or any(map(_differs, wanted, running))
    empty: tuple[Any, ...] = (None, False, 0, "", [])
    return bool(wanted != running) and not (wanted in empty and running in empty)
