"""What is deployed, from where and to where: what the AppProject permits, and its Applications."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.diff.fields import Option, gained_lost
from argoproject.diff.model import Action, Reason, dangerous, look, safe, shown
from argoproject.diff.states import ObjectPair, ObjectState
from argoproject.problems import listed
from argoproject.upstream.argocd.application_sets import generated_manifests, read_sources

__all__ = [
    "application",
    "application_set",
    "deployed_by",
    "integrity",
    "permitted",
    "project_labels",
    "windows",
]

_PERMITTED = (
    ("sourceRepos", "the source {} is added", "the source {} is removed"),
    ("destinations", "the destination {} is added", "the destination {} is removed"),
    (
        "clusterResourceWhitelist",
        "the cluster-scoped kind {} is permitted",
        "the cluster-scoped kind {} is no longer permitted",
    ),
    (
        "sourceNamespaces",
        "Applications of this project may be created in the namespace {}",
        "Applications of this project may no longer be created in the namespace {}",
    ),
)
"""Lists of an AppProject that permit: an entry more is dangerous, an entry less is safe."""


def permitted(changed: ObjectPair) -> Iterator[Reason]:
    """Sources, destinations and kinds that an AppProject permits or denies."""
    for field, added, removed in _PERMITTED:
        old, new = (_entries(items) for items in changed.values("spec", field))
        gained, lost = gained_lost(old, new)
        yield from (dangerous(added, item) for item in gained)
        yield from (safe(removed, item) for item in lost)
    yield from _only_kinds(
        *(_entries(it) for it in changed.values("spec", "namespaceResourceWhitelist"))
    )
    old, new = (_entries(items) for items in changed.values("spec", "namespaceResourceBlacklist"))
    denied, undenied = gained_lost(old, new)
    for item in undenied:
        yield dangerous("the kind {} is no longer denied", item)
    for item in denied:
        yield look("the kind {} is denied: a chart that contains it no longer syncs", item)


def _only_kinds(old: Mapping[str, None], new: Mapping[str, None]) -> Iterator[Reason]:
    """The only namespaced kinds that an AppProject permits. Without a list, all are that nothing denies."""
    if not new and old:
        yield dangerous(
            "all namespaced kinds are permitted that nothing denies, not only {}", ", ".join(old)
        )
        return
    gained, lost = gained_lost(old, new)
    if not old:
        gained = []
        if new:
            yield look("of the namespaced kinds only {} are permitted", ", ".join(new))
    for item in gained:
        yield dangerous("the kind {} is permitted", item)
    for item in lost:
        yield look("the kind {} is no longer permitted", item)


def _entries(items: Any) -> Mapping[str, None]:
    """The entries of a list as text, in their order: `namespace on server`, `group/Kind`."""
    found: dict[str, None] = {}
    for item in items or ():
        match item:
            case str():
                text = item
            case {"namespace": namespace, "server": server}:
                text = f"{namespace} on {server}"
            case {"group": group, "kind": kind}:
                name = f"/{item['name']}" if item.get("name") else ""
                text = f"{group}/{kind}{name}" if group else f"{kind}{name}"
            case _:
                text = json.dumps(item, sort_keys=True)
        found[text] = None
    return found


def project_labels(changed: ObjectPair) -> Iterator[Reason]:
    """Labels of an AppProject, by which Argo CD's global projects select it."""
    old, new = (items or {} for items in changed.values("metadata", "labels"))
    for key in sorted(old.keys() | new.keys()):
        before, after = old.get(key), new.get(key)
        if before != after:
            words = "the label {} is {} instead of {}: a global project of Argo CD may select the AppProject by it"
            yield look(words, key, shown(after), shown(before))


def integrity(changed: ObjectPair) -> Iterator[Reason]:
    """The signatures that commits must have."""
    before, after = changed.values("spec", "sourceIntegrity")
    if before and before != after:
        yield dangerous(
            "which signatures commits must have is changed, or none is required any more"
        )
    elif before != after:
        yield look("commits must be signed")


def windows(changed: ObjectPair) -> Iterator[Reason]:
    """The times when Applications may sync."""
    before, after = changed.values("spec", "syncWindows")
    if before and not after:
        yield dangerous("Applications may sync at any time: there are no sync windows any more")
    elif before and before != after:
        yield dangerous("the times when Applications may sync are changed")
    elif before != after:
        yield look("Applications may no longer sync at any time")


def application(changed: ObjectPair) -> Iterator[Reason]:
    """An Application: project, destination, sources, versions, and what Argo CD does by itself."""
    if changed.action is Action.CREATE:
        for name, revision in deployed_by(changed.object):
            yield safe("a new Application: {} {}", name, revision)
        yield from _hydrated(changed)
        yield from _ignored(changed)
        return
    old, new = changed.values("spec", "project")
    if old != new:
        yield dangerous("it moves from the project {} into {}", str(old), str(new))
    old, new = (
        f"{item.get('namespace')} on {item.get('server') or item.get('name')}"
        for item in (item or {} for item in changed.values("spec", "destination"))
    )
    if old != new:
        yield dangerous("it deploys to {} instead of {}", new, old)
    # Fields of sources that another writer owns are not among the changed ones: then nothing here changes.
    parts = {item.steps[1] for item in changed.fields if item.steps[0] == "spec"}
    if parts & {"source", "sources", "sourceHydrator"}:
        yield from _sources(changed)
    if "sourceHydrator" in parts:
        yield from _hydrated(changed)
    if parts & {"ignoreDifferences", "syncPolicy"}:
        yield from _ignored(changed)
    yield from _syncing(changed)


def application_set(changed: ObjectPair) -> Iterator[Reason]:
    """An ApplicationSet creates Applications by itself: a reviewer must look at every change of it.

    Where its elements are known, the Applications are named that come, go and change.
    """
    specs = [spec or {} for spec in changed.values("spec")]
    old, new = (generated_manifests(spec) for spec in specs)
    before, after = (dict.fromkeys(read_sources(spec.get("generators"))) for spec in specs)
    for kind, what in gained_lost(before, after)[0]:
        yield dangerous(_READING[kind], what)
    if changed.action is Action.CREATE:
        yield look("a new ApplicationSet creates Applications by itself")
        if new:
            yield look("it creates the Applications {}", listed(list(new)))
        return
    if not any(item.steps[0] == "spec" for item in changed.fields):
        return
    if old is None or new is None:
        yield look("which Applications the ApplicationSet creates, or how, is changed")
        return
    yield from _generated(old, new, specs[1].get("syncPolicy") or {})
    if any(item.steps[:2] not in _GENERATING for item in changed.fields if item.steps[0] == "spec"):
        yield look("how the ApplicationSet updates and deletes its Applications is changed")


_READING = {
    "clusters": "it generates Applications for clusters: {}",
    "plugin": "what the plugin {} answers becomes Applications",
    "pullRequest": "everybody who may open a pull request in {} decides what it deploys",
    "scmProvider": "each repository of {} becomes an Application",
}


def _generated(
    old: Mapping[str, Any], new: Mapping[str, Any], policy: Mapping[str, Any]
) -> Iterator[Reason]:
    """The Applications of an ApplicationSet by name that come, go and change."""
    gained, lost = gained_lost(old, new)
    if gained:
        yield look("it creates the Applications {}", listed(gained))
    if lost and policy.get("applicationsSync") not in ("sync", "create-delete"):
        yield look("it no longer generates the Applications {}, which stay", listed(lost))
    elif lost and policy.get("preserveResourcesOnDeletion"):
        yield look("it deletes the Applications {}, and leaves their workloads", listed(lost))
    elif lost:
        yield dangerous("it deletes the Applications {} with their workloads", listed(lost))
    if names := [name for name in new if name in old and new[name] != old[name]]:
        yield look("it changes the Applications {}", listed(names))


_GENERATING = (("spec", "generators"), ("spec", "template"))


def _sources(changed: ObjectPair) -> Iterator[Reason]:
    """Sources that are added, removed, or read at another revision."""
    old, new = (_sources_of(spec or {}) for spec in changed.values("spec"))
    for name in dict.fromkeys([*new, *old]):
        before, after = old.get(name), new.get(name)
        if before is None:
            yield look("it reads the source {} as well", name)
            continue
        if after is None:
            yield look("it no longer reads the source {}", name)
            continue
        revisions = [shown(source.get("targetRevision")) for source in (before, after)]
        if revisions[0] != revisions[1] and changed.production:
            yield look("production gets {} {} instead of {}", name, revisions[1], revisions[0])
        elif revisions[0] != revisions[1]:
            yield safe("{} {} instead of {}", name, revisions[1], revisions[0])
        images = [(source.get("kustomize") or {}).get("images") for source in (before, after)]
        if images[0] != images[1] and changed.production:
            yield look("production gets other images of {}", name)


def _hydrated(changed: ObjectPair) -> Iterator[Reason]:
    """The branch that Argo CD syncs from, and the one that it writes to. Who can push to the first can deploy."""
    pairs = [_branches_of(item or {}) for item in changed.values("spec", "sourceHydrator")]
    (old, old_written), (new, new_written) = pairs
    if new != old:
        words = "it is synced from {}: anyone who can push there can deploy"
        weighed = look if changed.action is Action.CREATE else dangerous
        yield weighed(words, new) if new else safe("it is no longer synced from {}", old)
    if new and new_written != old_written:
        unreviewed = old and new_written == new
        words = (
            "Argo CD writes to {}, from where it syncs"
            if new_written == new
            else "Argo CD writes to {}"
        )
        yield dangerous(words, new_written) if unreviewed else look(words, new_written)


def _branches_of(hydrator: Mapping[str, Any]) -> tuple[str, str]:
    """The folder of a branch that is synced, and the one that is written. Both are empty without a hydrator."""
    if not hydrator:
        return "", ""
    synced = hydrator["syncSource"]
    url = synced.get("repoURL") or hydrator["drySource"]["repoURL"]
    written = hydrator.get("hydrateTo") or synced
    branches = (part["targetBranch"] for part in (synced, written))
    first, second = (f"{synced['path']} of the branch {branch} of {url}" for branch in branches)
    return first, second


def deployed_by(item: ObjectState) -> Iterator[tuple[str, str]]:
    """The sources of an Application by name, each with its revision."""
    for name, source in _sources_of(item.manifest.get("spec") or {}).items():
        yield name, shown(source.get("targetRevision"))


def _sources_of(spec: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The sources of an Application by name.

    Example:
        `shop of registry.example.org/blue/charts` is a chart, `values of https://…/shop-values.git` a repository that
        is only referenced, `https://…/shop.git, deploy` a path. A second source with the same name gets its index:
        `https://…/shop.git, deploy (1)`.
    """
    single = spec.get("source") or (spec.get("sourceHydrator") or {}).get("drySource")
    sources = spec.get("sources") or ([single] if single else [])
    found: dict[str, Mapping[str, Any]] = {}
    for source in sources:
        url, path = str(source.get("repoURL")), source.get("path")
        short = source.get("chart") or (None if path else source.get("ref"))
        name = f"{short} of {url}" if short else f"{url}, {path}" if path else url
        found[f"{name} ({len(found)})" if name in found else name] = source
    return found


def _ignored(changed: ObjectPair) -> Iterator[Reason]:
    """Differences that Argo CD no longer sees: what changes them in the cluster stays, self-heal or not."""
    old, new = (list(items or ()) for items in changed.values("spec", "ignoreDifferences"))
    heals = [_heals(policy or {}) for policy in changed.values("spec", "syncPolicy")]
    for item in new:
        whole = "*" in str(item.get("kind")) and any(map(_WHOLE.fullmatch, _fields_of(item)))
        if item in old and (not whole or heals[0] == heals[1]):
            continue
        what = f"{', '.join(_fields_of(item)) or 'fields of managers'} of {item.get('kind')}"
        if whole and heals[1]:
            yield dangerous("differences of {} are ignored: self-heal corrects nothing", what)
        elif whole or changed.production:
            yield look("differences of {} are ignored", what)


_WHOLE = re.compile(r"/[a-z]*|\.(?:[A-Za-z]*|\.|\[\]\??)(?:\[\]\??)?")
"""A pointer or a jq expression that is a whole object, or all that is directly in it: `/spec`, `.`, `.spec`."""


def _fields_of(item: Mapping[str, Any]) -> list[str]:
    return [*(item.get("jsonPointers") or ()), *(item.get("jqPathExpressions") or ())]


def _heals(policy: Mapping[str, Any]) -> bool:
    automated = policy.get("automated") or {}
    return bool(automated.get("selfHeal")) and automated.get("enabled") is not False


def _syncing(changed: ObjectPair) -> Iterator[Reason]:
    """What Argo CD does with the workloads by itself, and which fields it leaves to other writers."""
    old, new = (item or {} for item in changed.values("spec", "syncPolicy"))

    def prunes(policy: Mapping[str, Any]) -> bool:
        automated = policy.get("automated") or {}
        return bool(automated.get("prune")) and automated.get("enabled") is not False

    if prunes(new) and not prunes(old):
        yield look("Argo CD deletes by itself what is removed from the source")
    if old.get("syncOptions") != new.get("syncOptions"):
        options = ", ".join(new.get("syncOptions") or ("nothing",))
        yield look("how Argo CD applies manifests is changed: {}", options)
    finalizers = [bool(items) for items in changed.values("metadata", "finalizers")]
    if finalizers == [False, True]:
        yield look("its workloads are deleted together with it")
    before, after = (set(fields or ()) for fields in changed.option(Option.IGNORED))
    for field in sorted(after - before):
        yield look("the field {} is left to another writer", field)
