"""A real API server, with Argo CD's kinds, accepts every object that is planned, with strict validation of its fields.

Namespaces are created for real, everything else is a dry run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from argoproject.fleet.pipeline import load_fleet
from argoproject.plan.model import Ownership, PlannedObject, ProjectPlan, SecretLeaf
from argoproject.project.resolve import resolve
from argoproject.tree.load import load_tree
from argoproject.tree.stacks import plain_secrets
from tests.controlplane.cluster import ControlPlane
from tests.e2e import everything
from tests.support.api import Api, eventually
from tests.support.paths import ROOT
from tests.support.trees import TODAY, scenarios_for_3_5

pytestmark = pytest.mark.cluster

DUMMY = '{"auths": {}}'  # what a ready Docker configuration must look like
SCHEDULE = ("velero.io/v1", "Schedule")


def plans(config: Path) -> tuple[ProjectPlan, ...]:
    """What a stack without a selection would build; a problem of the tree fails the test."""
    return load_fleet(
        config, stack="all", select=None, today=TODAY, plain=plain_secrets(config)
    ).plans


def revealed(value: Any) -> Any:
    """The manifest with a dummy in the place of every secret value."""
    if isinstance(value, SecretLeaf):
        return value.reveal(dict.fromkeys(value.keys, DUMMY))
    if isinstance(value, Mapping):
        return {key: revealed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [revealed(item) for item in value]
    return value


class Judge:
    """The hub for what the plans put there, one other control plane for all other clusters."""

    def __init__(self, hub: ControlPlane, spoke: ControlPlane) -> None:
        self._sides = {True: Api(hub), False: Api(spoke)}
        self._made: set[tuple[Api, str]] = set()
        for api in self._sides.values():
            api.serve(*SCHEDULE)

    def refusals(self, planned: Iterable[ProjectPlan]) -> list[str]:
        """What the servers refuse, all of it."""
        planned = tuple(planned)
        for plan in planned:
            for item in plan.objects():
                name = item.name if item.kind == "Namespace" else item.namespace
                self._make_namespace(self._side(plan, item), name or "default")
        return [
            f"{plan.name}: {item.key} on {item.cluster}: {answer}"
            for plan in planned
            for item in plan.objects()
            for answer in self._refusal(plan, item)
        ]

    def clean_up(self) -> None:
        """Delete what was made: other tests build the same configurations."""
        for api, name in self._made:
            api.delete(f"/api/v1/namespaces/{name}")
        for api, name in self._made:
            assert eventually(lambda: api.get(f"/api/v1/namespaces/{name}") is None, 60)  # noqa: B023

    def _make_namespace(self, api: Api, name: str) -> None:
        if (api, name) not in self._made and api.get(f"/api/v1/namespaces/{name}") is None:
            api.namespace(name)
            self._made.add((api, name))

    def _refusal(self, plan: ProjectPlan, item: PlannedObject) -> Iterator[str]:
        api = self._side(plan, item)
        manifest = revealed(item.manifest)
        # A namespace exists by now, and would be refused for that alone.
        applied = item.ownership is Ownership.PATCH or item.kind == "Namespace"
        status, answer = (api.apply if applied else api.create)(manifest, dry_run=True)
        if status not in (200, 201):
            yield f"{status} {answer.get('message', answer)}"

    def _side(self, plan: ProjectPlan, item: PlannedObject) -> Api:
        return self._sides[item.cluster == plan.hub]


@pytest.fixture(scope="module")
def judge(hub: ControlPlane, spoke: ControlPlane) -> Iterator[Judge]:
    judge = Judge(hub, spoke)
    yield judge
    judge.clean_up()


def test_accepts_every_object_of_the_shipped_configuration(judge: Judge) -> None:
    assert judge.refusals(plans(ROOT / "config")) == []


def test_accepts_every_object_of_the_scenarios(judge: Judge, tmp_path: Path) -> None:
    assert judge.refusals(plans(scenarios_for_3_5(tmp_path / "config"))) == []


def test_accepts_every_field_of_the_models(judge: Judge, tmp_path: Path) -> None:
    planned = plans(everything.write(tmp_path))

    assert judge.refusals(planned) == []
    assert {item.kind for plan in planned for item in plan.objects()} == {
        "AppProject",
        "Application",
        "ApplicationSet",
        "ClusterRole",
        "ClusterRoleBinding",
        "ConfigMap",
        "LimitRange",
        "Namespace",
        "NetworkPolicy",
        "ResourceQuota",
        "Role",
        "RoleBinding",
        "Schedule",
        "Secret",
        "ServiceAccount",
    }


def test_the_tree_of_everything_leaves_no_field_out(tmp_path: Path) -> None:
    projects, problems = resolve(load_tree(everything.write(tmp_path)))

    assert problems == []
    assert everything.unset_fields(projects) == set()


@pytest.mark.parametrize(
    ("kind", "block", "named"),
    [
        ("Application", ("spec", "syncPolicy", "automated"), 'unknown field "spec.syncPolicy.automated.prnue"'),
        ("AppProject", ("spec",), 'unknown field "spec.prnue"'),
        ("ApplicationSet", ("spec", "template", "spec"), 'unknown field "spec.template.spec.prnue"'),
        ("ResourceQuota", ("spec",), 'unknown field "spec.prnue"'),
        ("ServiceAccount", (), "prnue"),
    ],
)  # fmt: skip
def test_a_misspelt_field_is_refused(
    judge: Judge, tmp_path: Path, kind: str, block: tuple[str, ...], named: str
) -> None:
    found = next(
        (plan, item)
        for plan in plans(everything.write(tmp_path))
        for item in plan.objects()
        if item.kind == kind and has(item.manifest, block)
    )
    plan, item = found
    manifest = revealed(item.manifest)
    place = manifest
    for key in block:
        place = place[key]
    place["prnue"] = True

    (refusal,) = judge._refusal(plan, PlannedObject(
        key=item.key, cluster=item.cluster, manifest=manifest, ownership=item.ownership
    ))  # fmt: skip

    assert named in refusal


def has(manifest: Mapping[str, Any], block: Iterable[str]) -> bool:
    """Whether the manifest has this block."""
    value: Any = manifest
    for key in block:
        if key not in value:
            return False
        value = value[key]
    return True
