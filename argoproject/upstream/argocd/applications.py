"""An Application, by itself and in its project.

Source: argo-cd v3.5.7, util/argo/argo.go (`ValidatePermissions`, `validateSourcePermissions`, `validateSourceHydrator`,
`GetDestinationServer`), server/application/application.go (`validateAndNormalizeApp`), types.go (`ExplicitType`,
`RetryStrategy.NextRetryAt`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from argoproject.upstream.argocd import Violation
from argoproject.upstream.argocd.windows import is_duration
from argoproject.upstream.urls import normalise
from argoproject.yamlfile.reader import DataPath

__all__ = ["TOOLS", "Data", "Permits", "check_spec", "check_sync_policy"]

Data = Mapping[str, Any]

TOOLS = ("helm", "kustomize", "directory", "plugin")


class Permits:
    """The repositories and destinations that an AppProject permits.

    Each entry is compared as a whole. That is Argo CD's rule only for entries without patterns, as
    `projects.check_project` requires them.

    Args:
        project: The AppProject.
        servers: The servers of clusters that Applications may name, by the cluster's name in Argo CD.
    """

    __slots__ = ("_destinations", "_sources", "name", "servers")

    def __init__(self, project: Data, servers: Mapping[str, str] | None = None) -> None:
        spec = project["spec"]
        self.servers = servers or {}
        self.name: str = project["metadata"]["name"]
        self._sources = frozenset(map(normalise, spec.get("sourceRepos", ())))
        self._destinations = frozenset(
            (item.get("server"), item.get("namespace")) for item in spec.get("destinations", ())
        )

    def source(self, url: str) -> bool:
        """Whether the repository with this URL is permitted (`IsSourcePermitted`)."""
        return normalise(url) in self._sources

    def server_of(self, destination: Mapping[str, str]) -> str | None:
        """The server of a destination; None where its name is that of no cluster, or a server is given as well.

        Source: `GetDestinationCluster` in util/argo/argo.go.
        """
        name, server = destination.get("name"), destination.get("server") or ""
        if not name:
            return server
        return None if server else self.servers.get(name)

    def destination(self, server: str, namespace: str) -> bool:
        """Whether a namespace of a server is permitted (`IsDestinationPermitted`).

        Argo CD removes slashes at the end of an Application's server, and keeps those of a project's.
        """
        return (server.rstrip("/"), namespace) in self._destinations


def check_spec(path: DataPath, spec: Data, permits: Permits) -> Iterator[Violation]:
    """What Argo CD would refuse of the spec of an Application.

    Args:
        path: The spec, from the manifest's root on.
        spec: Its value.
        permits: What the AppProject permits.
    """
    yield from check_project_name(path, spec, permits)
    yield from check_sources(path, spec, permits)
    yield from check_hydrator(path, spec, permits)
    yield from check_destination(path, spec, permits)
    yield from check_sync_policy((*path, "syncPolicy"), spec.get("syncPolicy") or {})


def check_project_name(path: DataPath, spec: Data, permits: Permits) -> Iterator[Violation]:
    """Refuse another project than the environment's. Without `project` Argo CD uses `default`, which permits all."""
    if spec.get("project") != permits.name:
        message = f"the project is {spec.get('project') or 'default'}, not {permits.name}"
        yield Violation((*path, "project"), "project", message)


def check_sources(path: DataPath, spec: Data, permits: Permits) -> Iterator[Violation]:
    """Refuse both `source` and `sources`, neither of them, and two sources of one name; judge each source."""
    several: Sequence[Data] = spec.get("sources") or ()
    if "source" in spec:
        yield from check_source((*path, "source"), spec["source"], permits, several=False)
        if several:
            message = "`source` and `sources` are both given"
            yield Violation((*path, "source"), "source-and-sources", message)
    elif not several and "sourceHydrator" not in spec:
        yield Violation(path, "source-missing", "there is no source")
    names: set[str] = set()
    for index, source in enumerate(several):
        place = (*path, "sources", index)
        yield from check_source(place, source, permits, several=True)
        name = source.get("name")
        if name in names:
            yield Violation((*place, "name"), "source-name", f"a second source has the name {name}")
        if name:
            names.add(name)


def check_source(
    path: DataPath, source: Data, permits: Permits, *, several: bool
) -> Iterator[Violation]:
    """Refuse a source that is incomplete, of a repository that is not permitted, or with options of several tools.

    Source: `validateSourcePermissions`, `IsSourcePermitted`, `ExplicitType`. Only one of `several` may be a mere `ref`.
    """
    url = source.get("repoURL", "")
    wanted = ("path", "chart", "ref") if several else ("path", "chart")
    if not url:
        yield Violation((*path, "repoURL"), "source-repository", "the source names no repository")
    elif not permits.source(url):
        message = f"the repository {url} is not permitted in the project"
        yield Violation((*path, "repoURL"), "source-permitted", message)
    if not any(source.get(key) for key in wanted):
        yield Violation(path, "source-incomplete", f"the source has none of {', '.join(wanted)}")
    if source.get("chart") and not source.get("targetRevision"):
        yield Violation((*path, "targetRevision"), "chart-revision", "the chart has no version")
    tools = [tool for tool in TOOLS if source.get(tool) is not None]
    if len(tools) > 1:
        message = f"the source has options of several tools: {', '.join(tools)}"
        yield Violation((*path, tools[1]), "source-tools", message)


def check_hydrator(path: DataPath, spec: Data, permits: Permits) -> Iterator[Violation]:
    """`validateSourceHydrator`; both of its repositories must be permitted."""
    hydrator = spec.get("sourceHydrator")
    if hydrator is None:
        return
    place = (*path, "sourceHydrator")
    dry, synced = hydrator.get("drySource") or {}, hydrator.get("syncSource") or {}
    url = dry.get("repoURL", "")
    if not url:
        message = "the dry source names no repository"
        yield Violation((*place, "drySource", "repoURL"), "hydrator-repository", message)
    for key, used in (("drySource", url), ("syncSource", synced.get("repoURL") or url)):
        if used and not permits.source(used):
            message = f"the repository {used} is not permitted in the project"
            yield Violation((*place, key, "repoURL"), "source-permitted", message)
    if not synced.get("targetBranch"):
        message = "the sync source names no branch"
        yield Violation((*place, "syncSource", "targetBranch"), "hydrator-branch", message)
    target = hydrator.get("hydrateTo")
    if target is not None and not target.get("targetBranch"):
        message = "`hydrateTo` names no branch"
        yield Violation((*place, "hydrateTo", "targetBranch"), "hydrator-branch", message)


def check_destination(path: DataPath, spec: Data, permits: Permits) -> Iterator[Violation]:
    """`GetDestinationServer` and `IsDestinationPermitted`; a destination names its cluster or its server, not both."""
    destination = spec.get("destination") or {}
    place = (*path, "destination")
    server, namespace = permits.server_of(destination), destination.get("namespace", "")
    if server is None:
        message = "the destination names its cluster instead of its server"
        yield Violation((*place, "name"), "destination-name", message)
    elif not server:
        yield Violation(place, "destination-missing", "the destination has no server")
    elif not permits.destination(server, namespace):
        message = f"the destination {server}, namespace {namespace or 'none'}, is not permitted in the project"
        yield Violation(place, "destination-permitted", message)


def check_sync_policy(path: DataPath, policy: Data) -> Iterator[Violation]:
    """Refuse durations that Argo CD cannot parse (`NextRetryAt`), and namespaces that it would create itself."""
    for index, option in enumerate(policy.get("syncOptions", ())):
        if option.partition("=")[0] == "CreateNamespace":
            message = "Argo CD would create the namespace itself"
            yield Violation((*path, "syncOptions", index), "create-namespace", message)
    if "managedNamespaceMetadata" in policy:
        message = "Argo CD would set the namespace's labels"
        yield Violation((*path, "managedNamespaceMetadata"), "create-namespace", message)
    backoff = (policy.get("retry") or {}).get("backoff") or {}
    for key in ("duration", "maxDuration"):
        if key in backoff and not is_duration(str(backoff[key])):
            message = f"{backoff[key]!r} is not a duration"
            yield Violation((*path, "retry", "backoff", key), "duration", message)
