"""Tenants attack through Argo CD itself: what they commit to their own repository is synced, or is refused.

Each attack is committed with a harmless change. The sync must fail; the harmless change alone must then succeed, so
that the attack is the only reason of the failure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.argocd.attacks import ATTACKS, ENDPOINTS, HARMLESS, PERMITTED
from tests.argocd.conftest import Live
from tests.support.api import Api

pytestmark = pytest.mark.live

APPLICATIONS = {"dev": "blue-lab-dev-eu-1-app", "staging": "blue-lab-staging-eu-1-app"}
"""Of the environment that syncs with Argo CD's rights, and of the one that has an account for it."""


@pytest.fixture(params=APPLICATIONS)
def environment(request: pytest.FixtureRequest, live: Live) -> Iterator[str]:
    live.compared(APPLICATIONS[request.param])
    yield str(request.param)
    live.sources.commit("blue/lab.git", {"app/attack.yaml": None})


def found(api: Api, manifest: Any, environment: str) -> Any:
    """The object that a manifest names, or None. The default namespace is the environment's."""
    namespaced = {"namespace": f"blue-lab-{environment}", **manifest["metadata"]}
    return api.find({**manifest, "metadata": namespaced})


@pytest.mark.parametrize("name", ATTACKS)
def test_attack(live: Live, environment: str, name: str) -> None:
    attack, application = ATTACKS[name], APPLICATIONS[environment]
    if attack.needs_account and environment == "dev":
        pytest.skip("there is no such account")
    before = found(live.spoke, attack.manifest, environment)
    files = {
        "app/attack.yaml": yaml.safe_dump(dict(attack.manifest)),
        "app/harmless.yaml": HARMLESS % name,
    }
    commit = live.sources.commit("blue/lab.git", files)

    operation = live.sync(application, "blue-admins")

    results = operation.get("syncResult", {}).get("resources", [])
    messages = " ".join([operation["message"], *(item.get("message", "") for item in results)])
    assert operation["phase"] in ("Failed", "Error"), operation
    assert attack.refusal in messages, messages
    assert operation.get("syncResult", {}).get("revision", commit) == commit
    assert found(live.spoke, attack.manifest, environment) == before

    live.sources.commit("blue/lab.git", {"app/attack.yaml": None})
    control = live.sync(application, "blue-admins")
    assert control["phase"] == "Succeeded", control
    path = f"/api/v1/namespaces/blue-lab-{environment}/configmaps/harmless"
    assert live.spoke.get(path)["data"] == {"environment": name}


def test_addresses_behind_a_service_are_excluded_by_argo_cd_itself(
    live: Live, environment: str
) -> None:
    """`tenantKinds: standard` permits the kind, which Argo CD's own settings exclude."""
    live.sources.commit("blue/lab.git", {"app/attack.yaml": ENDPOINTS})

    operation = live.sync(APPLICATIONS[environment], "blue-admins")

    assert operation["phase"] == "Succeeded"
    assert found(live.spoke, yaml.safe_load(ENDPOINTS), environment) is None
    (condition,) = live.application(APPLICATIONS[environment])["status"]["conditions"]
    assert condition["type"] == "ExcludedResourceWarning"


def test_what_is_permitted_is_deployed(live: Live, environment: str) -> None:
    """Roles, too: a refusal of one only shows as the end of `kubectl auth reconcile`."""
    live.sources.commit("blue/lab.git", {"app/attack.yaml": PERMITTED})

    operation = live.sync(APPLICATIONS[environment], "blue-admins")

    assert operation["phase"] == "Succeeded", operation
    for manifest in yaml.safe_load_all(PERMITTED):
        assert found(live.spoke, manifest, environment) is not None
