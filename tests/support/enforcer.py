"""Argo CD's enforcer: casbin with Argo CD's model and built-in roles, for AppProjects as they are rendered.

Nothing of `argoproject` is used, so that both cannot have the same mistake. Each function names the source of Argo CD
that it repeats, of versions 3.5 and 3.6, which do not differ here.
"""

from __future__ import annotations

import csv
import fnmatch
import io
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import casbin

from tests.support.paths import DATA

__all__ = ["Enforcer", "policies_of", "read_line"]

_DATA = DATA / "argocd"
_OF_A_PROJECT = frozenset(
    {"applications", "applicationsets", "clusters", "exec", "logs", "repositories"}
)


def policies_of(project: Mapping[str, Any]) -> str:
    """Source: pkg/apis/application/v1alpha1/app_project_types.go `ProjectPoliciesString`."""
    return "\n".join(_lines(project["metadata"]["name"], project["spec"].get("roles", ())))


def _lines(name: str, roles: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for role in roles:
        yield f"p, proj:{name}:{role['name']}, projects, get, {name}, allow"
        yield from role.get("policies", ())
        for group in role.get("groups", ()):
            yield f"g, {group}, proj:{name}:{role['name']}"


def read_line(line: str) -> list[str] | None:
    """The fields of a line; None for a blank line or comment. Source: util/rbac/rbac.go `loadPolicyLine`.

    Raises:
        ValueError: For a line at which Argo CD drops all policies of the project.
    """
    if not line or line.startswith("#"):
        return None
    (fields,) = csv.reader(io.StringIO(line, newline=""), skipinitialspace=True, strict=True)
    if len(fields) != {"p": 6, "g": 3}.get(fields[0]):
        raise ValueError(line)
    return fields


class Enforcer:
    """The rights of all groups in any number of AppProjects."""

    def __init__(self, projects: Iterable[Mapping[str, Any]]) -> None:
        by_name = {project["metadata"]["name"]: policies_of(project) for project in projects}
        self._without_project = _casbin("")
        self._of = {name: _casbin(text) for name, text in by_name.items()}

    def permits(self, subject: str, groups: Iterable[str], resource: str, action: str, name: str) -> bool:  # fmt: skip
        """Whether a person may do something. Source: server/rbacpolicy/rbacpolicy.go `EnforceClaims`."""
        enforcer = self._of.get(_project(resource, name), self._without_project)
        known = {first for first, _ in enforcer.get_grouping_policy()}
        subjects = (subject, *(group for group in groups if group in known))
        return any(enforcer.enforce(item, resource, action, name) for item in subjects)


def _project(resource: str, name: str) -> str:
    """The project whose policies apply. Source: server/rbacpolicy/rbacpolicy.go `getProjectFromRequest`."""
    if resource == "projects":
        return name
    first, slash, _ = name.partition("/")
    return first if slash and resource in _OF_A_PROJECT else ""


def _casbin(runtime: str) -> casbin.Enforcer:
    """Source: util/rbac/rbac.go `tryGetCasbinEnforcer`, `argocdAdapter.LoadPolicy`."""
    model = casbin.Model()
    model.load_model(str(_DATA / "model.conf"))
    enforcer = casbin.Enforcer(model)
    enforcer.add_function("globOrRegexMatch", _glob)
    for text in ((_DATA / "builtin-policy.csv").read_text(), runtime):
        for line in text.split("\n"):
            if fields := read_line(line.strip()):
                add = enforcer.add_policy if fields[0] == "p" else enforcer.add_grouping_policy
                add(*fields[1:])
    return enforcer


@cache
def _glob(text: str, pattern: str) -> bool:
    """`*` and `?` without separators. Source: util/glob/glob.go `Match`, but for overlaps (`test_decide`)."""
    return fnmatch.fnmatchcase(text, pattern)
