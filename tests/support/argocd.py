"""A substitute for Argo CD on a hub without one: it writes status and removes finalizers of deleted objects."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from typing import Any, Self

from tests.support.api import ARGO_CD, Api

__all__ = ["APPLICATIONS", "HEALTHY", "PROJECTS", "ArgoCd"]

APPLICATIONS = f"/apis/{ARGO_CD}/namespaces/argocd/applications"
PROJECTS = f"/apis/{ARGO_CD}/namespaces/argocd/appprojects"
HEALTHY: Mapping[str, Any] = {
    "sync": {"status": "Synced", "revision": "4f9c2a7b"},
    "health": {"status": "Healthy"},
}
_PERIOD = 0.2


class ArgoCd:
    """Runs in a thread of its own inside the `with` block.

    As Argo CD does, it removes the finalizer of an AppProject only when no Application refers to it.
    """

    def __init__(self, api: Api) -> None:
        self._api = api
        self._held: set[str] = set()
        self._error: BaseException | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="argocd", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        if self._error is not None:
            raise self._error

    @contextlib.contextmanager
    def holding(self, application: str) -> Iterator[None]:
        """Leave an Application without status inside the block."""
        self._held.add(application)
        try:
            yield
        finally:
            self._held.discard(application)

    def report(self, application: str, status: Mapping[str, Any]) -> None:
        """Write an Application's status."""
        self._patch(f"{APPLICATIONS}/{application}", {"status": status})

    def _run(self) -> None:
        try:
            while not self._stop.wait(_PERIOD):
                self._reconcile()
        except BaseException as error:  # noqa: BLE001 - raised again where the block ends
            self._error = error

    def _reconcile(self) -> None:
        applications = self._api.items(APPLICATIONS)
        for item in applications:
            self._application(item)
        used = {item["spec"]["project"] for item in applications}
        for item in self._api.items(PROJECTS):
            name = item["metadata"]["name"]
            if _leaving(item) and name not in used:
                self._patch(f"{PROJECTS}/{name}", {"metadata": {"finalizers": None}})

    def _application(self, item: Mapping[str, Any]) -> None:
        name = item["metadata"]["name"]
        if _leaving(item):
            self._patch(f"{APPLICATIONS}/{name}", {"metadata": {"finalizers": None}})
        elif "status" not in item and name not in self._held:
            self.report(name, HEALTHY)

    def _patch(self, path: str, changes: Mapping[str, Any]) -> None:
        # The object may be gone by now: a client that deletes does not wait for this thread.
        if self._api.get(path) is not None:
            self._api.patch(path, changes, manager="argocd-controller")


def _leaving(item: Mapping[str, Any]) -> bool:
    metadata = item["metadata"]
    return "deletionTimestamp" in metadata and bool(metadata.get("finalizers"))
