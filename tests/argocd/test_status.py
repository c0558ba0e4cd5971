"""`status` shows what the API servers of a real Argo CD and of its cluster report."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.argocd.conftest import Live, state
from tests.support.api import ARGO_CD
from tests.support.commands import command
from tests.support.paths import ROOT

pytestmark = pytest.mark.live

run = command("status")
KINDS = f"/apis/{ARGO_CD}/namespaces/argocd"
BROKEN = "blue-lab-staging-eu-1-app"

ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: everything}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: "system:authenticated"}]
"""


@pytest.fixture
def config(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tree that is deployed, in the current folder, with the stack that permits its plain secrets."""
    folder = live.deployment.root.parent
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml"):
        shutil.copy(ROOT / name, folder)
    monkeypatch.chdir(folder)


def asked(live: Live, *select: str, status: int = 0) -> dict[str, Any]:
    """What the command makes of the Applications and AppProjects of the hub."""
    objects = [
        {"kind": kind, **item}
        for kind, plural in (("Application", "applications"), ("AppProject", "appprojects"))
        for item in live.hub.items(f"{KINDS}/{plural}")
    ]
    text = json.dumps({"items": objects})
    (found,) = json.loads(run(*select, "--format", "json", value=text, status=status).stdout)[
        "environments"
    ]
    return dict(found)


@pytest.mark.parametrize(
    "environment",
    ["blue/shop/eu-1/prod", "blue/search/eu-1/prod", "blue/shop/hub/dev", "blue/many/eu-1/dev"],
)
@pytest.mark.usefixtures("config")
def test_what_is_deployed_is_as_the_files_want_it(live: Live, environment: str) -> None:
    plan = next(it for it in live.deployment.plans.values() if str(it.identity) == environment)
    names = [it.object.name for it in plan.applications if it.object.kind == "Application"]
    if environment.startswith("blue/many"):
        names = [f"{plan.name}-{part}" for part in ("one", "two", "blue", "red")]
    for name in names:
        live.synced(name)

    found = asked(live, environment)

    assert [it["name"] for it in found["applications"]] == names
    assert {(it["sync"], it["health"]) for it in found["applications"]} == {("Synced", "Healthy")}
    assert [it["outOfDate"] for it in found["applications"]] == [[]] * len(names)
    assert all(it["running"] for it in found["applications"])
    assert (found["good"], found["guards"]) == (True, [])


@pytest.mark.usefixtures("config")
def test_a_refused_role_binding_is_explained(live: Live) -> None:
    live.compared(BROKEN)
    live.sources.commit("blue/lab.git", {"app/attack.yaml": ROLE})
    try:
        live.sync(BROKEN, "blue-admins")

        (row,) = asked(live, "blue/lab/eu-1/staging", status=1)["applications"]
    finally:
        live.sources.commit("blue/lab.git", {"app/attack.yaml": None})
        live.sync(BROKEN, "blue-admins")

    assert (row["sync"], row["good"]) == ("OutOfSync", False)
    assert any(
        it["meaning"].startswith("a Role or RoleBinding was refused") for it in row["failures"]
    )
    assert any("kubectl auth reconcile" in it["message"] for it in row["failures"])


@pytest.mark.usefixtures("config")
def test_the_command_of_argo_cd_writes_the_same(live: Live, tmp_path: Path) -> None:
    for name in ("blue-shop-prod-eu-1-reqs", "blue-shop-prod-eu-1-app"):
        live.synced(name)
    status, answer = live.person("blue-admins").ask("GET", "/api/v1/applications")
    assert status == 200
    file = tmp_path / "state.json"
    file.write_text(json.dumps(answer["items"]))  # the list that `argocd app list -o json` prints

    text = run("blue/shop/eu-1/prod", "--state", str(file)).stdout

    assert "2 of 2 Applications Synced and Healthy; guards unknown" in text


@pytest.mark.usefixtures("config")
def test_a_closed_window_is_named(live: Live) -> None:
    name = "blue-closed-dev-eu-1-app"
    live.wait(lambda: state(live.application(name))[0] == "OutOfSync", lambda: live.why(name))

    (row,) = asked(live, "blue/closed", status=1)["applications"]

    assert ["a sync window may be closed" in it["meaning"] for it in row["failures"]] == [True]
