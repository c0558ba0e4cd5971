"""One Argo CD for the whole run, with the shipped configuration deployed."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.argocd.people import Person
from tests.argocd.server import Installation, Programs
from tests.argocd.shipped import LOGINS, Deployment, application, publish, write_config
from tests.argocd.sources import Sources
from tests.controlplane.cluster import start_all
from tests.gotools.fixtures import built
from tests.gotools.sets import HELM, KUSTOMIZE, SERVERS
from tests.support.api import Api

WAIT_SECONDS = 180.0


@dataclass(frozen=True)
class Live:
    """A hub with Argo CD, the cluster eu-1, the sources, and the shipped configuration on them."""

    argocd: Installation
    hub: Api
    spoke: Api
    sources: Sources
    deployment: Deployment

    def person(self, *groups: str) -> Person:
        """Somebody in some groups."""
        return Person(self.argocd.url, *groups)

    def application(self, name: str) -> Any:
        """An Application, as Argo CD reports it; None where there is none."""
        return application(self.hub, name)

    def wait(self, condition: Callable[[], object], report: Callable[[], object]) -> None:
        """Wait until a condition is true, and fail after `WAIT_SECONDS`.

        Args:
            condition: the condition.
            report: gives the message of the failure.
        """
        deadline = time.monotonic() + WAIT_SECONDS
        while not condition():
            assert time.monotonic() < deadline, report()
            time.sleep(0.3)

    def compared(self, name: str) -> None:
        """Wait until Argo CD has compared an Application with its sources."""
        self.wait(lambda: state(self.application(name))[0], lambda: self.why(name))

    def synced(self, name: str) -> Any:
        """Wait until an Application is Synced and Healthy.

        Returns:
            The Application.
        """
        self.wait(
            lambda: state(self.application(name)) == ("Synced", "Healthy"), lambda: self.why(name)
        )
        return self.application(name)

    def refresh(self, name: str, *groups: str, kind: str = "normal") -> Any:
        """Compare an Application with the newest commit, which Argo CD looks for every three minutes.

        Args:
            name: the Application.
            groups: those of the person who does it.
            kind: `hard` also renders again what has not changed.

        Returns:
            The Application.
        """
        who = self.person(*(groups or ("blue-admins",)))
        status, answer = who.ask("GET", f"/api/v1/applications/{name}?refresh={kind}")
        assert status == 200, answer
        return answer

    def sync(self, name: str, *groups: str, **options: Any) -> Any:
        """Sync an Application to the newest commit, and wait for the end.

        Args:
            name: the Application.
            groups: those of the person who does it.
            options: fields of the request, as for the button.

        Returns:
            The state of the operation: its `phase`, its `message` and its `syncResult`; without
            `syncResult` if Argo CD cannot render the sources.
        """
        who = self.person(*groups)
        if error := comparison_error(self.refresh(name, *groups)):
            # No operation would start: the answer is that of one that has failed.
            return {"phase": "Error", "message": error}
        while "already in progress" in str(sent := who.sync(name, **options)):
            self.wait(lambda: "operation" not in self.application(name), lambda: self.why(name))
        assert sent[0] == 200, sent[1]

        # Argo CD removes the operation from the object when it has ended.
        self.wait(lambda: "operation" not in self.application(name), lambda: self.why(name))
        return self.application(name)["status"]["operationState"]

    def why(self, name: str) -> str:
        """What Argo CD reports about an Application, for the message of a failure."""
        found = self.application(name)
        if found is None:
            return f"{name} does not exist"
        status = found.get("status", {})
        reported = {
            key: status.get(key) for key in ("sync", "health", "conditions", "operationState")
        }
        return f"{name}: {reported}"


def state(found: Any) -> tuple[str | None, str | None]:
    """Sync and health of an Application."""
    status = (found or {}).get("status", {})
    return status.get("sync", {}).get("status"), status.get("health", {}).get("status")


def comparison_error(found: Any) -> str:
    """Why Argo CD cannot compare an Application with its sources; empty if it can."""
    conditions = found.get("status", {}).get("conditions", [])
    return " ".join(it["message"] for it in conditions if it["type"] == "ComparisonError")


@pytest.fixture(scope="session")
def programs(request: pytest.FixtureRequest) -> Programs:
    """Argo CD's programs; skips where this machine cannot build them."""
    return Programs(built(request, SERVERS), built(request, HELM), built(request, KUSTOMIZE))


@pytest.fixture(scope="session")
def live(
    programs: Programs,
    control_plane_binaries: Path,  # noqa: ARG001  # skips the test where they cannot be built
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Live]:
    """Argo CD with the shipped configuration deployed; not all of it is synced yet."""
    with contextlib.ExitStack() as stack:
        hub, spoke = stack.enter_context(start_all(["live-hub", "live-eu-1"]))
        certificates = hub.folder / "certs"
        sources = stack.enter_context(
            Sources(
                programs, certificates / "apiserver.crt", certificates / "apiserver.key", LOGINS
            )
        )
        commit = publish(sources)
        folder = tmp_path_factory.mktemp("live")
        root = write_config(folder, sources, spoke.server, commit)
        clusters = {"hub": Api(hub), "eu-1": Api(spoke)}
        for api in clusters.values():
            api.serve("velero.io/v1", "Schedule")
        argocd = stack.enter_context(
            Installation(programs, hub, {"eu-1": spoke}, {"127.0.0.1": hub.ca})
        )
        deployment = Deployment(root, clusters)
        deployment.apply()
        yield Live(argocd, clusters["hub"], clusters["eu-1"], sources, deployment)
