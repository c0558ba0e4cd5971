"""What an Application deploys, from where and to where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.diff.model import Action, Reason
from argoproject.diff.rules.changed import Changed, dangerous, look, safe
from argoproject.diff.states import ObjectState

__all__ = ["application", "application_set", "deployed_by"]

_SOURCES = (("spec", "source"), ("spec", "sources"))


def application(changed: Changed) -> Iterator[Reason]:
    """Versions, sources, destination, and whether Argo CD deletes."""
    if changed.action is Action.CREATE:
        for name, revision in () if changed.after is None else deployed_by(changed.after):
            yield safe("a new Application: {} {}", name, revision)
        return
    yield from _moved(changed)
    yield from _sources(changed)
    yield from _handling(changed)


def application_set(changed: Changed) -> Iterator[Reason]:
    """An ApplicationSet makes Applications by itself: every change of it is worth a look."""
    if changed.action is Action.CREATE:
        yield look("a new ApplicationSet makes Applications by itself")
    elif any(item.steps[0] == "spec" for item in changed.fields):
        yield look("which Applications the ApplicationSet makes, or how, is changed")


def _moved(changed: Changed) -> Iterator[Reason]:
    old, new = changed.values("spec", "project")
    if old != new:
        yield dangerous("it moves from the project {} into {}", str(old), str(new))
    old, new = (_destination(item) for item in changed.values("spec", "destination"))
    if old != new:
        yield dangerous("it deploys to {} instead of {}", new, old)


def _destination(item: Any) -> str:
    item = item or {}
    return f"{item.get('namespace')} on {item.get('server') or item.get('name')}"


def _sources(changed: Changed) -> Iterator[Reason]:
    if not any(item.steps[:2] in _SOURCES for item in changed.fields):
        return  # what differs all the same is left to another writer
    old, new = (_by_name(spec or {}) for spec in changed.values("spec"))
    for name in dict.fromkeys([*new, *old]):
        before, after = old.get(name), new.get(name)
        if before is None:
            yield look("it reads the source {} as well", name)
        elif after is None:
            yield look("it no longer reads the source {}", name)
        else:
            yield from _revision(changed, name, before, after)


def _revision(
    changed: Changed, name: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Reason]:
    old, new = (str(source.get("targetRevision")) for source in (before, after))
    if old != new and changed.production:
        yield look("production gets {} {} instead of {}", name, new, old)
    elif old != new:
        yield safe("{} {} instead of {}", name, new, old)
    images = [(source.get("kustomize") or {}).get("images") for source in (before, after)]
    if images[0] != images[1] and changed.production:
        yield look("production gets other images of {}", name)


def deployed_by(item: ObjectState) -> Iterator[tuple[str, str]]:
    """The sources of an Application and their revisions."""
    for name, source in _by_name(item.manifest.get("spec") or {}).items():
        yield name, str(source.get("targetRevision"))


def _by_name(spec: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The sources by what they are; two of the same repository and path are told apart by their place."""
    sources = (
        spec.get("sources") or [spec["source"]] if "source" in spec or spec.get("sources") else []
    )
    found: dict[str, Mapping[str, Any]] = {}
    for source in sources:
        name = _name(source)
        found[f"{name} ({len(found)})" if name in found else name] = source
    return found


def _name(source: Mapping[str, Any]) -> str:
    """`shop of registry.example.org/blue/charts`, `values of …/shop-values.git`, `…/shop.git, deploy`."""
    url, path = str(source.get("repoURL")), source.get("path")
    name = source.get("chart") or (None if path else source.get("ref"))
    if name:
        return f"{name} of {url}"
    return f"{url}, {path}" if path else url


def _handling(changed: Changed) -> Iterator[Reason]:
    """What Argo CD does with the workloads by itself."""
    old, new = (item or {} for item in changed.values("spec", "syncPolicy"))
    if _prunes(new) and not _prunes(old):
        yield look("Argo CD deletes by itself what leaves the source")
    if old.get("syncOptions") != new.get("syncOptions"):
        yield look(
            "how Argo CD applies manifests is changed: {}",
            ", ".join(new.get("syncOptions") or ("nothing",)),
        )
    finalizers = [bool(items) for items in changed.values("metadata", "finalizers")]
    if finalizers == [False, True]:
        yield look("its workloads go with it when it is deleted")
    left = set(changed.option("left to others")[1] or ()) - set(
        changed.option("left to others")[0] or ()
    )
    for field in sorted(left):
        yield look("the field {} is left to another writer", field)


def _prunes(policy: Mapping[str, Any]) -> bool:
    automated = policy.get("automated") or {}
    return bool(automated.get("prune")) and automated.get("enabled") is not False
