"""What an AppProject permits: sources, destinations, kinds, whose rights a sync has, and when it may run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from argoproject.diff.model import Reason
from argoproject.diff.rules.changed import Changed, dangerous, look, safe

__all__ = ["impersonation", "integrity", "permitted", "windows"]


def permitted(changed: Changed) -> Iterator[Reason]:
    """What may be deployed, from where and to where."""
    yield from _listed(changed, "sourceRepos", "the source {} is added", "the source {} is dropped")
    yield from _listed(
        changed, "destinations", "the destination {} is added", "the destination {} is dropped"
    )
    yield from _listed(
        changed,
        "clusterResourceWhitelist",
        "the cluster-scoped kind {} is permitted",
        "the cluster-scoped kind {} is no longer permitted",
    )
    yield from _listed(
        changed,
        "sourceNamespaces",
        "Applications of this project may be made in the namespace {}",
        "Applications of this project may no longer be made in the namespace {}",
    )
    came, went = _came_and_went(*changed.values("spec", "namespaceResourceBlacklist"))
    for item in went:
        yield dangerous("the kind {} is no longer denied", item)
    for item in came:
        yield look("the kind {} is denied: a chart that brings it no longer syncs", item)


def _listed(changed: Changed, field: str, added: str, dropped: str) -> Iterator[Reason]:
    """A list that permits: longer is wider."""
    came, went = _came_and_went(*changed.values("spec", field))
    for item in came:
        yield dangerous(added, item)
    for item in went:
        yield safe(dropped, item)


def impersonation(changed: Changed) -> Iterator[Reason]:
    """Whose rights a sync has: an account of the environment, or Argo CD's own."""
    before, after = (
        _accounts(items) for items in changed.values("spec", "destinationServiceAccounts")
    )
    for destination in dict.fromkeys([*before, *after]):
        old, new = before.get(destination), after.get(destination)
        if new is None:
            yield dangerous(
                "syncs have Argo CD's own rights again, instead of the account {}", str(old)
            )
        elif old is None:
            yield look("syncs have only the rights of the account {}", new)
        elif old != new:
            yield dangerous("syncs have the rights of the account {} instead of {}", new, old)


def integrity(changed: Changed) -> Iterator[Reason]:
    """Signatures that commits must carry."""
    before, after = changed.values("spec", "sourceIntegrity")
    if before and before != after:
        yield dangerous("which signatures commits need is changed, or none is needed any more")
    elif before != after:
        yield look("commits need signatures")


def windows(changed: Changed) -> Iterator[Reason]:
    """When Applications may sync."""
    before, after = changed.values("spec", "syncWindows")
    if before and not after:
        yield dangerous("Applications may sync at any time: there are no sync windows any more")
    elif before and before != after:
        yield dangerous("when Applications may sync is changed")
    elif before != after:
        yield look("Applications may no longer sync at any time")


def _accounts(items: Any) -> dict[str, str]:
    """The accounts by namespace. Another server is another destination, which is told as such."""
    return {item["namespace"]: item["defaultServiceAccount"] for item in items or ()}


def _came_and_went(before: Any, after: Any) -> tuple[list[str], list[str]]:
    old, new = (list(map(_told, items or ())) for items in (before, after))
    return _without(new, old), _without(old, new)


def _without(items: Iterable[str], others: Iterable[str]) -> list[str]:
    known = set(others)
    return [item for item in items if item not in known]


def _told(item: Any) -> str:
    """An element of an AppProject's list in one line: `namespace on server`, `group/Kind`."""
    if isinstance(item, str):
        return item
    match item:
        case {"namespace": namespace, "server": server}:
            return f"{namespace} on {server}"
        case {"group": group, "kind": kind}:
            name = f"/{item['name']}" if item.get("name") else ""
            return f"{group}/{kind}{name}" if group else f"{kind}{name}"
    return json.dumps(item, sort_keys=True)
