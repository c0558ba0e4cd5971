"""What a group may do in Argo CD: decided here, and nowhere else.

The answer is that of Argo CD's enforcer for the AppProject which is planned from the same roles: a permission counts
where resource, action and object all match, a group has every role that lists it, and what nobody permits is refused.
`tests/project/access` holds it against a real enforcer, fed with the rendered AppProjects.
Sources: argo-cd v3.5, assets/model.conf, util/glob/glob.go, server/rbacpolicy/rbacpolicy.go `EnforceClaims`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from argoproject.project.access.policies import Grant, ProjectRole
from argoproject.upstream.urls import matches

__all__ = ["SEE_PROJECT", "Permit", "Request", "covers", "decide"]

SEE_PROJECT = Grant("projects", "get")
"""Every role may see its own project, and no other: Argo CD adds it. Source: argo-cd v3.5, app_project_types.go
`ProjectPoliciesString`."""

_WILD = re.compile(r"[*?]")


@dataclass(frozen=True, slots=True)
class Request:
    """What Argo CD asks its enforcer. Names as it spells them:

    - `action`: `get`, `sync`, …; `action/<group>/<kind>/<action>`; of the resources that an Application has made,
      `update` and `delete` are asked as `update/<group>/<kind>/<namespace>/<name>`: whoever may delete an Application
      may not therefore delete its pods (since 3.0; argocd-cm can turn it back, which nothing here relies on);
    - `object`: `<project>/<Application>`; `<project>/<namespace>/<Application>` where the Application is in another
      namespace than Argo CD's; `<project>/<URL>` of a repository or cluster that belongs to the project; the bare URL
      of one that belongs to none; the name of a project.
    """

    resource: str
    action: str
    object: str


@dataclass(frozen=True, slots=True)
class Permit:
    """Why something is permitted: a role, and the grant of it that says so."""

    role: str
    grant: Grant


def decide(
    project: str, roles: Iterable[ProjectRole], groups: Collection[str], request: Request
) -> tuple[Permit, ...]:
    """What in the roles of a project permits a request to somebody who is in `groups`. Nothing: it is refused.

    What Argo CD's own roles give (`role:admin`, `role:readonly`, `policy.default`) is the platform's, and comes on top.
    """
    return tuple(
        Permit(role.name, grant)
        for role in roles
        if any(group in role.groups for group in groups)
        for grant in (SEE_PROJECT, *role.grants)
        if covers(grant, request.resource, request.action)
        and _about(grant, project, request.object)
    )


def covers(grant: Grant, resource: str, action: str) -> bool:
    """Whether a grant permits an action on some object of the project.

    `*` and `?` stand for any text and any character, `/` included: `action/*` is every action on every kind, and
    `delete/*/Pod/*/*` also covers a kind of another name in a namespace called `Pod`, which Kubernetes does not have.
    """
    return _matches(grant.resource, resource) and _matches(grant.action, action)


def _about(grant: Grant, project: str, name: str) -> bool:
    """Whether the object is one of the grant's. A pattern of names reaches into other namespaces where it has room for
    a `/`."""
    if grant is SEE_PROJECT:
        return name == project
    return any(_matches(f"{project}/{item}", name) for item in grant.objects)


def _matches(pattern: str, text: str) -> bool:
    """As Argo CD's globs match. Around a single run of `*` they compare only how something begins and ends, and
    these may overlap: `ab*b` matches `ab`. Source: github.com/gobwas/glob v0.2.3, match/prefix_suffix.go.
    """
    first, star, last = pattern.partition("*")
    last = last.lstrip("*")
    if star and first and last and not _WILD.search(first + last):
        return text.startswith(first) and text.endswith(last)
    return matches(pattern, text)
