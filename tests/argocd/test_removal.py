"""An environment is retired, then removed, while Argo CD's controllers run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.argocd.conftest import Live
from tests.support.api import ARGO_CD

pytestmark = pytest.mark.live

APPLICATIONS = f"/apis/{ARGO_CD}/namespaces/argocd/applications"
RETIRING = "lifecycle: retiring\n"


def remove(live: Live, environment: str) -> None:
    """Retire an environment, then delete it."""
    plan = live.deployment.replan(f"{environment}/project.yaml", RETIRING)
    live.deployment.apply_environment(plan)

    def wait(condition: Callable[[], bool], what: str) -> None:
        live.wait(
            condition, lambda: what + "\n" + live.argocd.log("application-controller")[-2000:]
        )

    live.deployment.delete_environment(plan, wait)


def named(live: Live, prefix: str) -> list[str]:
    names = (item["metadata"]["name"] for item in live.hub.items(APPLICATIONS))
    return [name for name in names if name.startswith(prefix)]


def test_removal_deletes_all_that_was_deployed(live: Live) -> None:
    """The policy `create-update` of its set would leave Applications behind, so that retiring changes it to `sync`."""
    names = [f"blue-leaving-dev-eu-1-{part}" for part in ("app", "one", "two")]
    for name in names:
        live.synced(name)
    assert live.spoke.get("/api/v1/namespaces/blue-leaving-dev/configmaps/parts-one") is not None

    remove(live, "blue/leaving/eu-1/dev")

    assert named(live, "blue-leaving-dev-eu-1-") == []
    assert live.spoke.get("/api/v1/namespaces/blue-leaving-dev") is None


def test_retiring_alone_deletes_nothing(live: Live) -> None:
    name = "blue-leaving-staging-eu-1-app"
    path = "/api/v1/namespaces/blue-leaving-staging/configmaps/harmless"
    live.synced(name)
    before = live.spoke.get(path)["metadata"]["uid"]

    plan = live.deployment.replan("blue/leaving/eu-1/staging/project.yaml", RETIRING)
    live.deployment.apply_environment(plan)
    live.sync(name, "blue-admins")

    assert live.synced(name)
    assert live.spoke.get(path)["metadata"]["uid"] == before


def test_removal_leaves_workloads_without_a_finalizer(live: Live) -> None:
    """Those of an Application with `finalizer: none`; here the namespace is kept, too."""
    environment, path = (
        "blue/leaving/hub/dev",
        "/api/v1/namespaces/blue-leaving-dev/configmaps/harmless",
    )
    live.synced("blue-leaving-dev-hub-app")
    before = live.hub.get(path)["metadata"]["uid"]
    plan = live.deployment.replan(f"{environment}/project.yaml", RETIRING)
    live.deployment.apply_environment(plan)
    (application,) = plan.applications
    live.hub.remove(application.object.manifest)

    live.wait(lambda: named(live, "blue-leaving-dev-hub") == [], lambda: "the Application stays")

    assert live.hub.get(path)["metadata"]["uid"] == before
