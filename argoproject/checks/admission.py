"""What the cluster enforces can be enforced: host names are one environment's, and the policies are deployed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from argoproject.models import Platform
from argoproject.plan.admission import is_enforceable, unknown_cluster
from argoproject.problems import Problem
from argoproject.project.model import Project
from argoproject.tree.model import Tree
from argoproject.tree.stacks import PROJECT, StackFile, stack_files
from argoproject.upstream.urls import matches
from argoproject.yamlfile.reader import Document, path_text
from argoproject.yamlfile.reader import Path as DataPath

__all__ = ["check", "check_hosts", "check_platform", "check_stacks", "overlapping"]

_HOST = re.compile(
    r"(?:\*\.)?(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
)
_REGISTRY = re.compile(
    r"(?:\*\.)?[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?(?::[0-9]+)?|"
    r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?(?::[0-9]+)?/[-a-z0-9._/]*[a-z0-9](?:/\*?)?|"
    r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?(?::[0-9]+)?/\*?"
)


def check(project: Project) -> Iterator[Problem]:
    """Hosts that are not host names, and those that the profile does not let projects declare."""
    admission = project.profile.admission
    for index, host in enumerate(project.settings.hosts):
        if len(host) > 253 or not _HOST.fullmatch(host):
            message = f"{host!r} is not a host name"
            remedy = "write shop.example.org or *.shop.example.org: no scheme, port or path"
            yield project.problem(
                path=("hosts", index), code="host", message=message, remedy=remedy
            )
        if admission is None or admission.hosts is None:
            continue
        if not any(matches(pattern, host) for pattern in admission.hosts):
            allowed = ", ".join(admission.hosts) or "none"
            message = f"the profile {project.profile_name} does not serve {host}"
            remedy = (
                f"its admission.hosts in platform.yaml allows {allowed}: choose from these, or let the platform team "
                "add it"
            )
            yield project.problem(
                path=("hosts", index), code="host-not-served", message=message, remedy=remedy
            )


def check_hosts(projects: Sequence[Project]) -> Iterator[Problem]:
    """Host names of a cluster that two environments declare, or of which one's pattern takes in the other's."""
    declared: dict[tuple[str, str], list[tuple[Project, int]]] = defaultdict(list)
    for project in projects:
        for index, host in enumerate(project.settings.hosts):
            declared[project.identity.cluster, host].append((project, index))
    for (cluster, host), owners in declared.items():
        meeting = [
            (other, owner)
            for other in overlapping(host)
            for owner, _ in declared.get((cluster, other), ())
        ]
        for project, index in owners:
            for other, owner in meeting:
                if owner is not project:
                    yield _collision(project, index, host, owner, other)
                    if other != host:  # both are told, as either may be the wrong one
                        position = owner.settings.hosts.index(other)
                        yield _collision(owner, position, other, project, host)


def overlapping(host: str) -> Iterator[str]:
    """The host itself, and the patterns that take it in: `*.example.org` is every name below."""
    yield host
    rest = host.removeprefix("*.")
    while "." in rest:
        _, _, rest = rest.partition(".")
        yield f"*.{rest}"


def _collision(project: Project, index: int, host: str, owner: Project, other: str) -> Problem:
    cluster = project.identity.cluster
    what = "is also declared" if other == host else f"overlaps {other}, declared"
    message = f"the host {host} on cluster {cluster} {what} by {owner.identity}"
    remedy = "leave it to one of them: whoever comes last would take the other's traffic"
    return project.problem(
        path=("hosts", index), code="host-collision", message=message, remedy=remedy
    )


def check_platform(tree: Tree, platform: Platform) -> Iterator[Problem]:
    """Registries that no image could be held against."""
    for name, profile in platform.profiles.items():
        admission = profile.admission
        for index, entry in enumerate((admission.registries if admission else None) or ()):
            if not _REGISTRY.fullmatch(entry):
                path: DataPath = ("profiles", name, "admission", "registries", index)
                message = f"{entry!r} is no registry"
                remedy = "write harbor.example.org, harbor.example.org/blue/*, or *.example.org; no scheme and no tag"
                yield tree.platform_document.problem(
                    path=path, code="admission-registry", message=message, remedy=remedy
                )


def check_stacks(tree: Tree, platform: Platform) -> Iterator[Problem]:
    """Clusters whose policies no stack deploys, or two: without them, the settings enforce nothing.

    Where a profile has `admission`, every cluster needs them: any environment may choose the profile tomorrow.
    """
    stacks = stack_files(tree.root)[0]
    carrier: dict[str, StackFile] = {}
    for stack in stacks:
        for index, cluster in enumerate(stack.admission_policies):
            path: DataPath = ("config", f"{PROJECT}:admissionPolicies", index)
            first = carrier.setdefault(cluster, stack)
            if not is_enforceable(platform, cluster):
                position = stack.document.position(path)
                yield unknown_cluster(platform, cluster, position, str(path[1]))
            elif first is not stack:
                message = (
                    f"{first.document.file} deploys the policies of {cluster} as well: "
                    "they would take them from each other"
                )
                yield stack.problem(
                    path=path, code="admission-policies-twice", message=message, remedy="keep one"
                )
    if stacks and any(profile.admission is not None for profile in platform.profiles.values()):
        for cluster in platform.clusters:
            if is_enforceable(platform, cluster) and cluster not in carrier:
                yield _missing(tree.platform_document, cluster, stacks)


def _missing(document: Document, cluster: str, stacks: Sequence[StackFile]) -> Problem:
    path: DataPath = ("clusters", cluster)
    message = "profiles have `admission`, but no stack deploys this cluster's policies: nothing would be enforced"
    remedy = f"add {cluster} to {PROJECT}:admissionPolicies of one stack file, for example {stacks[0].document.file}"
    position = document.position(path)
    return Problem(
        position=position,
        path=path_text(path),
        code="no-admission-policies",
        message=message,
        remedy=remedy,
    )
