"""Host names that environments declare, and whether the cluster's admission policies can enforce anything.

A host name belongs to one environment of a cluster, and every cluster whose profiles have `admission` needs its
policies, which one stack deploys.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from argoproject.models import Platform
from argoproject.models.validation import nearest
from argoproject.plan.admission import is_enforceable, unknown_cluster
from argoproject.problems import Mistake, Problem
from argoproject.project.model import Found, Project
from argoproject.tree.model import Tree
from argoproject.tree.stacks import StackFile, stack_files
from argoproject.upstream.urls import matches
from argoproject.yamlfile.reader import DataPath, path_text

__all__ = ["check", "check_fleet", "check_registries", "check_stacks", "overlapping"]

_HOST_NAME = re.compile(
    r"(?:\*\.)?(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
)
_REGISTRY = re.compile(
    r"(?:\*\.)?[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?(?::[0-9]+)?|"
    r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?(?::[0-9]+)?/[-a-z0-9._/]*[a-z0-9](?:/\*?)?|"
    r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?(?::[0-9]+)?/\*?"
)


def check(project: Project) -> Iterator[Problem]:
    """All rules about the hosts of an environment."""
    return project.problems(hosts(project))


def hosts(project: Project) -> Found:
    """Refuse hosts that are not host names, and those that the profile does not let projects declare."""
    admission = project.profile.admission
    for index, host in enumerate(project.settings.hosts):
        if len(host) > 253 or not _HOST_NAME.fullmatch(host):
            message = f"{host!r} is not a host name"
            remedy = "write shop.example.org or *.shop.example.org: no scheme, port or path"
            yield ("hosts", index), Mistake(code="host", message=message, remedy=remedy)
        if admission is None or admission.hosts is None:
            continue
        if not any(matches(pattern, host) for pattern in admission.hosts):
            allowed = ", ".join(admission.hosts) or "none"
            message = f"the profile {project.profile_name} does not serve {host}"
            remedy = (
                f"its admission.hosts in platform.yaml allows {allowed}: choose from these, or let the platform team "
                "add it"
            )
            yield ("hosts", index), Mistake(code="host-not-served", message=message, remedy=remedy)


def check_fleet(projects: Sequence[Project]) -> Iterator[Problem]:
    """Refuse host names of a cluster that two environments declare, also if one's pattern matches the other's name.

    Example:
        `*.shop.example.org` of one environment and `a.b.shop.example.org` of another are reported for both.
    """
    declared: dict[tuple[str, str], list[tuple[Project, int]]] = defaultdict(list)
    for project in projects:
        for index, host in enumerate(project.settings.hosts):
            declared[project.identity.cluster, host].append((project, index))
    for (cluster, host), owners in declared.items():
        others = [
            (other, owner)
            for other in overlapping(host)
            for owner, _ in declared.get((cluster, other), ())
        ]
        for project, index in owners:
            for other, owner in others:
                if owner is not project:
                    yield _collision(project, index, host, owner, other)
                    if other != host:  # reported for both, as either may be the mistake
                        position = owner.settings.hosts.index(other)
                        yield _collision(owner, position, other, project, host)


def overlapping(host: str) -> Iterator[str]:
    """The host itself, and all patterns that match it.

    Example:
        >>> list(overlapping("a.example.org"))
        ['a.example.org', '*.example.org', '*.org']
    """
    yield host
    rest = host.removeprefix("*.")
    while "." in rest:
        _, _, rest = rest.partition(".")
        yield f"*.{rest}"


def _collision(project: Project, index: int, host: str, owner: Project, other: str) -> Problem:
    cluster = project.identity.cluster
    what = "is also declared" if other == host else f"overlaps {other}, declared"
    message = f"the host {host} on cluster {cluster} {what} by {owner.identity}"
    remedy = "leave it to one of them: the one that is deployed last would take the other's traffic"
    mistake = Mistake(code="host-collision", message=message, remedy=remedy)
    return project.placed(("hosts", index), mistake)


def check_registries(platform: Platform) -> Found:
    """Refuse registries of a profile that no image could be compared with."""
    for name, profile in platform.profiles.items():
        admission = profile.admission
        for index, entry in enumerate((admission.registries if admission else None) or ()):
            if not _REGISTRY.fullmatch(entry):
                path: DataPath = ("profiles", name, "admission", "registries", index)
                message = f"{entry!r} is not a registry"
                remedy = "write harbor.example.org, harbor.example.org/blue/*, or *.example.org; no scheme and no tag"
                yield path, Mistake(code="admission-registry", message=message, remedy=remedy)


def check_stacks(tree: Tree, platform: Platform) -> Iterator[Problem]:
    """Refuse clusters whose policies no stack deploys, or two, or that Pulumi does not reach.

    Without policies, the settings enforce nothing. Where any profile has `admission`, every cluster needs them:
    its next environment may choose that profile.
    """
    stacks = stack_files(tree.root)[0]
    deployed_by: dict[str, StackFile] = {}
    meant: set[str | None] = set()
    for stack in stacks:
        for index, cluster in enumerate(stack.admission_policies):
            path: DataPath = ("admissionPolicies", index)
            first = deployed_by.setdefault(cluster, stack)
            if cluster not in platform.clusters:
                meant.add(nearest(cluster, platform.clusters))
            if not is_enforceable(platform, cluster):
                yield unknown_cluster(
                    platform, cluster, stack.position(path), f"{stack.project}:{path_text(path)}"
                )
            elif first is not stack:
                message = (
                    f"{first.document.file} deploys the policies of {cluster} as well: "
                    "each would overwrite the other's"
                )
                twice = Mistake("admission-policies-twice", message, "keep one")
                yield from stack.problems([(path, twice)])
    if stacks and any(profile.admission is not None for profile in platform.profiles.values()):
        for cluster in platform.clusters:
            if is_enforceable(platform, cluster) and not {cluster} & {*deployed_by, *meant}:
                message = (
                    "profiles have `admission`, but no stack deploys this cluster's policies: "
                    "nothing would be enforced"
                )
                remedy = (
                    f"add {cluster} to {stacks[0].project}:admissionPolicies of one stack file, "
                    f"for example {stacks[0].document.file}"
                )
                yield tree.platform_document.problem(
                    path=("clusters", cluster),
                    code="no-admission-policies",
                    message=message,
                    remedy=remedy,
                )
