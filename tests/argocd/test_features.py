"""What environments declare besides their sources has its effect in Argo CD."""

from __future__ import annotations

import pytest

from tests.argocd.conftest import Live, state
from tests.support.api import ARGO_CD

pytestmark = pytest.mark.live

SETS = f"/apis/{ARGO_CD}/namespaces/argocd/applicationsets"
MANY = "blue-many-dev-eu-1"
ANOTHER = "{apiVersion: v1, kind: ConfigMap, metadata: {name: another}}\n"
PRUNED = "/api/v1/namespaces/blue-healed-dev/configmaps/another"
HEALED = "/api/v1/namespaces/blue-healed-dev/configmaps/harmless"


@pytest.mark.parametrize(
    ("key", "generated"),
    [("listed", {f"{MANY}-one", f"{MANY}-two"}), ("found", {f"{MANY}-red", f"{MANY}-blue"})],
)
def test_a_set_generates_what_the_plan_says(live: Live, key: str, generated: set[str]) -> None:
    for name in generated:
        live.synced(name)

    found = live.hub.get(f"{SETS}/{MANY}-{key}")

    owned = {
        item["metadata"]["name"]
        for item in live.hub.items(f"/apis/{ARGO_CD}/namespaces/argocd/applications")
        if [it["uid"] for it in item["metadata"].get("ownerReferences", [])]
        == [found["metadata"]["uid"]]
    }
    assert owned == generated
    conditions = {it["type"]: it["status"] for it in found["status"]["conditions"]}
    assert conditions == {
        "ErrorOccurred": "False",
        "ParametersGenerated": "True",
        "ResourcesUpToDate": "True",
    }


def test_a_closed_window_stops_argo_cd_and_people(live: Live) -> None:
    name = "blue-closed-dev-eu-1-app"
    live.wait(lambda: state(live.application(name))[0] == "OutOfSync", lambda: live.why(name))

    status, said = live.person("blue-admins").sync(name)

    assert (status, "blocked by sync window" in str(said)) == (403, True), said
    assert live.spoke.get("/api/v1/namespaces/blue-closed-dev/configmaps/harmless") is None


def test_changes_of_others_are_repaired_but_for_what_is_ignored(live: Live) -> None:
    name = "blue-healed-dev-eu-1-app"
    live.synced(name)
    live.spoke.patch(HEALED, {"data": {"ignored": "stays"}})
    live.spoke.patch(HEALED, {"data": {"environment": "changed"}})

    live.wait(
        lambda: live.spoke.get(HEALED)["data"]["environment"] == "lab", lambda: live.why(name)
    )

    assert live.synced(name)
    assert live.spoke.get(HEALED)["data"]["ignored"] == "stays"


def test_guards_are_not_touched_by_pruning(live: Live) -> None:
    """An automated sync with `prune` leaves the guards of the namespace, which no Application owns."""
    namespace = "blue-healed-dev"
    before = {
        path: [item["metadata"]["uid"] for item in live.spoke.items(path)]
        for path in (
            f"/api/v1/namespaces/{namespace}/resourcequotas",
            f"/api/v1/namespaces/{namespace}/limitranges",
            f"/apis/networking.k8s.io/v1/namespaces/{namespace}/networkpolicies",
        )
    }
    assert all(before.values())
    name = "blue-healed-dev-eu-1-app"

    live.sources.commit("blue/lab.git", {"still/another.yaml": ANOTHER})
    live.refresh(name)
    live.wait(lambda: live.spoke.get(PRUNED) is not None, lambda: live.why(name))
    live.sources.commit("blue/lab.git", {"still/another.yaml": None})
    live.refresh(name)
    live.wait(lambda: live.spoke.get(PRUNED) is None, lambda: live.why(name))

    assert before == {
        path: [item["metadata"]["uid"] for item in live.spoke.items(path)] for path in before
    }
