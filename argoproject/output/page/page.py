"""From facts to the page: templates, style, data and script become one file. Equal facts give equal bytes."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

from jinja2 import Environment as Templates
from jinja2 import PackageLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from argoproject.identity import Identity
from argoproject.models import NamespaceMode, PodSecurity
from argoproject.output.diff.data import counts, reason_text, sentence, sides
from argoproject.output.page.environments import Environment
from argoproject.output.page.facts import DANGERS, Facts, choices
from argoproject.output.page.sources import rows_of
from argoproject.problems import Position, printable
from argoproject.project.access import AccessRow, Widening
from argoproject.project.model import Project
from argoproject.secrets.detection import masked

__all__ = ["island", "site"]

T = TypeVar("T")

_SCRIPTS = ("dom.js", "list.js", "environment.js", "views.js")
"""They are one script in this order: each uses those before it."""

_STYLES = ("base.css", "head.css", "tables.css", "details.css", "media.css")
"""They are one style in this order: each overrides those before it."""

_POLICY = (
    "default-src 'none'; script-src '{}'; style-src '{}'; img-src data:; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""What the page may do: run its own script, which cannot turn data into HTML (Trusted Types)."""

_SOON = dt.timedelta(days=30)
"""What expires within it is marked."""

_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Cpath d='M2 3h12v2H2zm0 4h8v2H2zm0 4h10v2H2z' fill='%230b5a8a'/%3E%3C/svg%3E"
)
"""Without it browsers request one from the server."""


def site(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield the files of the site as (path, text)."""
    parts = "\n".join(map(_asset, _SCRIPTS))
    script = f'(() => {{\n"use strict";\n{parts}\n}})();\n'
    # A matrix has a column for each stage.
    style = "\n".join((*map(_asset, _STYLES), f":root {{ --stages: {len(facts.stages)}; }}\n"))
    template = _templates().get_template("page.html.j2")
    text = template.render(
        facts=facts,
        views=tuple(_views(facts)),
        choices=choices(facts),
        soon=facts.today + _SOON,
        known={str(item.identity) for item in facts.environments},
        changed={name: group.first.danger for group in facts.groups for name in group.names},
        dangers=DANGERS[::-1],
        island=htmlsafe_json_dumps(island(facts), ensure_ascii=False, separators=(",", ":")),
        script=Markup(script),  # noqa: S704 - ours, from this package
        style=Markup(style),  # noqa: S704 - ours, from this package
        policy=_POLICY.format(_digest(script), _digest(style)),
        icon=_ICON,
    )
    yield "index.html", text


def _views(facts: Facts) -> Iterator[tuple[str, int]]:
    """The views in their order, each with the number of items that it lists."""
    yield "environments", len(facts.environments)
    yield "versions", len({row.path for row in facts.versions})
    yield "quota", len(facts.clusters)
    yield "access", len({row.holder for row in facts.roles})
    yield "repositories", len(facts.repositories)
    yield "problems", len(facts.judged.problems)
    yield "audit", len(facts.audit.findings)
    if facts.diff is not None:
        yield "changes", len(facts.diff.environments)


def _digest(text: str) -> str:
    """The source expression of an inline script or style. Source: W3C, CSP Level 3, `hash-source`."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _asset(name: str) -> str:
    return files(__package__).joinpath("assets", name).read_text(encoding="utf-8")


@cache
def _templates() -> Templates:
    environment = Templates(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "address": _address,
        "counted": _counted,
        "counts": counts,
        "printable": printable,
        "reason": reason_text,
        "sentence": sentence,
        "sides": sides,
        "together": _together,
        "unsecret": masked,
    }
    return environment


def _counted(number: int, noun: str) -> str:
    """A number with its noun; `counted` of problems.py writes no thousands separators."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _together(rows: Iterable[Any], attribute: str) -> list[list[Any]]:
    """Adjacent rows with one value of an attribute, in their order."""
    return [list(group) for _, group in groupby(rows, key=attrgetter(attribute))]


def _address(identity: Identity | str) -> str:
    """The address of an environment in the page."""
    return f"#/environments/{identity}"


def island(facts: Facts) -> dict[str, Any]:
    """Return `environments` by their folder below projects/, and the lists into which their numbers are indexes."""
    writer = _Writer(facts)
    environments = {str(item.identity): writer.environment(item) for item in facts.environments}
    return {
        "environments": environments,
        "stages": facts.stages,
        "files": list(writer.files),
        "roles": [list(item) for item in writer.roles],
        "repositories": [list(item) for item in writer.repositories],
    }


class _Writer:
    """Writes environments, and collects the values that they share."""

    def __init__(self, facts: Facts) -> None:
        self.files: dict[str, int] = {}
        self.roles: dict[tuple[str, str, str, str], int] = {}
        self.repositories: dict[tuple[str, str, str, str, bool], int] = {}
        self.changes = {
            name: index for index, group in enumerate(facts.groups) for name in group.names
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
        position = project.layers.position

        def role(row: AccessRow) -> int:
            return _index(self.roles, (str(row.system), row.role, row.through, row.what))

        return {
            "description": item.description,
            "facts": list(_facts(item, project)),
            "revisions": [
                [
                    it.application,
                    it.source,
                    it.url,
                    it.revision or "",
                    self._place(position(it.path)),
                ]
                for it in item.row.versions
            ],
            "quota": [
                [resource, quantity, self._place(position(("namespace", "quota", resource)))]
                for resource, quantity in item.quota.items()
            ],
            "access": [
                [row.group, role(row), *_term(row), self._place(row.position)]
                for row in item.access
            ],
            "allowed": [
                [str(it.kind), it.value, *_term(it), self._place(it.position)]
                for it in item.allowed
            ],
            "repositories": [
                _index(
                    self.repositories,
                    (row.url, row.kind, row.login, ", ".join(row.secrets), row.write),
                )
                for row in rows_of(project)
            ],
        }

    def _place(self, position: Position) -> list[int]:
        """A file's index, the line and the column."""
        return [_index(self.files, position.file), position.line, position.column]


def _index(table: dict[T, int], item: T) -> int:
    """The index of a value that many environments share and that is written once. A new one is added."""
    return table.setdefault(item, len(table))


def _term(item: AccessRow | Widening) -> list[Any]:
    """The last day, whether it is over, and why."""
    return [str(item.until or ""), item.expired, item.reason or ""]


def _facts(item: Environment, project: Project) -> Iterator[tuple[str, str]]:
    """The facts of an environment as (name, text), in the order in which they are shown."""
    namespace = project.namespace_settings
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
