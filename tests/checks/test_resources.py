"""Resources of quotas and limits: messages, and a comparison with the API server's own code."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from argoproject.checks.manifests.guards import guard_mistakes
from argoproject.checks.namespace_limits import contradictions
from argoproject.checks.platform import check_platform
from argoproject.checks.resources import limit_names, named_quotas, quota_names
from argoproject.models import Namespace, QuotaScope
from argoproject.models.validation import validate
from argoproject.plan.manifests.common import spelled
from argoproject.problems import Position
from tests.support import cases
from tests.support.kubernetes import Kubernetes
from tests.support.trees import load, report, tree

CASES = cases.read(__file__)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    loaded = load(tree(tmp_path, CASES[name].tree()))
    assert loaded.platform is not None, report(loaded.problems)
    CASES.compare(name, report(check_platform(loaded, loaded.platform)), pytestconfig)


PLAIN = (
    *("cpu", "memory", "ephemeral-storage", "pods", "services", "secrets", "storage", "gpu", "pvc"),
    *("services.nodeports", "services.loadbalancers", "resourcequotas", "persistentvolumeclaims"),
    *("replicationcontrollers", "configmaps", "endpoints", "hugepages-2Mi", "hugepages-1Gi"),
)
PREFIXED = (
    *("nvidia.com/gpu", "example.org/thing", "kubernetes.io/batch", "node.kubernetes.io/x"),
    *(
        "count/pods",
        "count/deployments",
        "count/deployments.apps",
        "count/jobs.batch",
        "count/services",
    ),
    *(
        "count/widgets.example.org",
        "count/pods.high-priority",
        "count/deployments.batch",
        "count/ingresses",
    ),
    *(
        "gold.storageclass.storage.k8s.io/requests.storage",
        "gold.storageclass.storage.k8s.io/storage",
    ),
    *(
        "gold.storageclass.storage.k8s.io/persistentvolumeclaims",
        "gpu.deviceclass.resource.k8s.io/devices",
    ),
    *("gpu.deviceclass.resource.k8s.io/pods", "count/resourceclaims.resource.k8s.io"),
    *("smarter-devices/fuse", "gpu.k8s.io/x", "deviceclass.resource.kubernetes.io/gpu"),
)
PREFIXES = ("", "requests.", "limits.")
QUANTITIES = ("1", "2", "500m", "1.5", "1Gi", "2Gi", "4Gi", "512Mi", "0", "100m", "1e3")
SECTIONS = ("default", "defaultRequest", "min", "max", "maxLimitRequestRatio")
TYPES = ("Pod", "PersistentVolumeClaim", "openshift.io/Image", "pod", "Container")


def keys() -> Iterator[str]:
    """Keys that a person may write in a quota."""
    for name in (*PLAIN, *PREFIXED):
        for prefix in PREFIXES:
            yield f"{prefix}{name}"


def refused(data: dict[str, Any]) -> list[str]:
    """What the checks refuse of a namespace's quota and limits."""
    namespace, problems = validate(Namespace, data, lambda _: Position("platform.yaml"))
    if namespace is None:
        return [problem.message for problem in problems]
    found = [mistake.message for _, mistake in quota_names(namespace.quota, ())]
    found += [mistake.message for _, mistake in named_quotas(namespace.quotas, ())]
    if namespace.limits is not None:
        found += [mistake.message for _, mistake in limit_names(namespace.limits, ())]
    return [*found, *(item.message for item in contradictions(namespace))]


def manifest(kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": "a", "namespace": "b"}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, "spec": spec}


@pytest.mark.kubernetes
def test_a_quota_has_the_keys_that_kubernetes_counts(kubernetes: Kubernetes) -> None:
    names = list(keys())
    verdicts = kubernetes.judge(manifest("ResourceQuota", {"hard": {it: "1"}}) for it in names)
    for name, verdict in zip(names, verdicts, strict=True):
        counted = not verdict.errors and name in verdict.counted
        if name.startswith("count/") and name not in verdict.counted:
            continue  # counted where the cluster has the resource, which only discovery knows
        if name.startswith(("requests.", "limits.")) and (
            "count/" in name or "class.storage" in name or "class.resource.k8s" in name
        ):
            assert refused({"quota": {name: "1"}}), (
                name
            )  # counted, but no node offers such a resource
            continue
        assert (not refused({"quota": {name: "1"}})) == counted, (name, verdict)


@pytest.mark.kubernetes
def test_what_is_counted_as_whole(kubernetes: Kubernetes) -> None:
    names = [it for it in keys() if not refused({"quota": {it: "1"}})]
    verdicts = kubernetes.judge(manifest("ResourceQuota", {"hard": {it: "1.5"}}) for it in names)
    whole = {it for it, verdict in zip(names, verdicts, strict=True) if verdict.errors}
    stricter = {
        *(it for it in names if "memory" in it or "storage" in it or "hugepages" in it),
        *(it for it in names if it.startswith("requests.") and "/" in it),
    }
    assert {it for it in names if refused({"quota": {it: "1.5"}})} == whole | stricter


@pytest.mark.kubernetes
def test_accepted_limits_are_valid_limit_ranges(kubernetes: Kubernetes) -> None:
    chance = random.Random(14)
    resources = (
        *("cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "nvidia.com/gpu", "storage"),
        *("requests.cpu", "kubernetes.io/x", "gpu"),
    )

    def item(names: tuple[str, ...]) -> dict[str, Any]:
        return {
            section: {
                name: chance.choice(QUANTITIES)
                for name in chance.sample(names, min(len(names), chance.randint(1, 2)))
            }
            for section in chance.sample(SECTIONS, chance.randint(1, 3))
        }

    def limits() -> dict[str, Any]:
        good = chance.random() < 0.9
        extra = [
            {
                "type": kind,
                **item(("storage",) if kind == "PersistentVolumeClaim" else resources[:5]),
            }
            for kind in chance.sample(TYPES[:3] if good else TYPES, chance.randint(0, 2))
        ]
        container = item(resources[:5] if good else resources)
        return {**container, **({"extra": extra} if extra else {})}

    written = [limits() for _ in range(6000)]
    taken = [it for it in written if not refused({"limits": it})]
    assert len(taken) > 500
    specs = []
    for data in taken:
        namespace, _ = validate(Namespace, {"limits": data}, lambda _: Position("platform.yaml"))
        assert namespace is not None
        assert namespace.limits is not None
        container = spelled(namespace.limits.model_copy(update={"extra": ()}))
        specs.append(
            {"limits": [{"type": "Container", **container}, *map(spelled, namespace.limits.extra)]}
        )
    for spec, verdict in zip(
        specs, kubernetes.judge(manifest("LimitRange", it) for it in specs), strict=True
    ):
        assert verdict.errors == (), spec


@pytest.mark.kubernetes
def test_derived_defaults_are_those_that_kubernetes_stores(kubernetes: Kubernetes) -> None:
    chance = random.Random(14)
    written = [
        {
            section: {chance.choice(("cpu", "memory")): chance.choice(("1", "2"))}
            for section in chance.sample(SECTIONS[:4], chance.randint(1, 4))
        }
        for _ in range(300)
    ]
    verdicts = kubernetes.judge(
        manifest("LimitRange", {"limits": [{"type": "Container", **it}]}) for it in written
    )
    for data, verdict in zip(written, verdicts, strict=True):
        namespace, _ = validate(Namespace, {"limits": data}, lambda _: Position("platform.yaml"))
        assert namespace is not None
        assert namespace.limits is not None
        [stored] = verdict.stored["spec"]["limits"]
        derived = namespace.limits.derived()
        assert {key: stored.get(key, {}) for key in SECTIONS} == derived


SCOPES = tuple(map(str, QuotaScope))
SCOPED = (
    *("pods", "cpu", "requests.memory", "limits.cpu", "services", "requests.storage", "secrets"),
    *("persistentvolumeclaims", "hugepages-2Mi", "requests.ephemeral-storage", "count/pods"),
    *("requests.nvidia.com/gpu", "count/deployments.apps"),
)


@pytest.mark.kubernetes
def test_accepted_scopes_are_those_of_kubernetes(kubernetes: Kubernetes) -> None:
    """What is accepted here is valid there; what is refused is invalid there, or counts nothing."""
    chance = random.Random(14)

    def requirement() -> dict[str, Any]:
        found: dict[str, Any] = {
            "scopeName": chance.choice(SCOPES),
            "operator": chance.choice(("Exists", "In", "NotIn", "DoesNotExist")),
        }
        if chance.random() < 0.5:
            found["values"] = chance.sample(("high", "low"), chance.randint(0, 2))
        return found

    def quota() -> dict[str, Any]:
        found: dict[str, Any] = {
            "hard": dict.fromkeys(chance.sample(SCOPED, chance.randint(1, 2)), "2")
        }
        if chance.random() < 0.7:
            found["scopes"] = chance.sample(SCOPES, chance.randint(0, 2))
        if chance.random() < 0.5:
            found["scopeSelector"] = {
                "matchExpressions": [requirement() for _ in range(chance.randint(1, 2))]
            }
        return found

    written = [quota() for _ in range(4000)]
    verdicts = kubernetes.judge(manifest("ResourceQuota", it) for it in written)
    taken = 0
    for data, verdict in zip(written, verdicts, strict=True):
        mine = refused({"quotas": {"a": data}})
        taken += not mine
        assert mine or not verdict.errors, (data, verdict.errors)
        stricter = any(key.startswith(("count/", "requests.nvidia")) for key in data["hard"])
        selected = data.get("scopeSelector", {}).get("matchExpressions", ())
        scopes = {*data.get("scopes", ()), *(it["scopeName"] for it in selected)}
        apart = data.get("scopes") and selected  # Kubernetes compares opposites within each list
        if mine and not (stricter or apart):
            assert verdict.errors, (data, mine, scopes)
    assert taken > 400


def test_what_quotas_limit_for_the_whole_namespace() -> None:
    def limited(**quotas: Any) -> dict[str, str]:
        data = {"quota": {"pods": "30", "cpu": "8"}, "quotas": quotas}
        namespace, problems = validate(Namespace, data, lambda _: Position("platform.yaml"))
        assert namespace is not None, problems
        return dict(namespace.limited())

    all_ = {"pods": "30", "requests.cpu": "8"}
    jobs = {"hard": {"pods": "5", "memory": "1Gi"}, "scopes": ["Terminating"]}
    rest = {"hard": {"pods": "7", "requests.memory": "1Gi"}, "scopes": ["NotTerminating"]}
    assert limited() == all_
    assert limited(jobs=jobs) == all_
    assert limited(jobs=jobs, rest=rest) == {
        **all_,
        "pods": "12",
        "requests.memory": "2147483648",
    }
    lower = {"hard": {"requests.cpu": "2", "services": "4"}}
    assert limited(all=lower) == {**all_, "requests.cpu": "2", "services": "4"}
    burst = {"hard": {"cpu": "3", "pods": "1"}, "scopes": ["NotBestEffort"]}
    assert limited(burst=burst) == {**all_, "requests.cpu": "3"}
    some = {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": ["x"]}]}
    assert limited(high={"hard": {"pods": "1"}, "scopeSelector": some}) == all_


@pytest.mark.kubernetes
def test_accepted_guards_among_the_manifests_are_valid(kubernetes: Kubernetes) -> None:
    chance = random.Random(16)
    resources = ("cpu", "memory", "nvidia.com/gpu", "storage", "requests.cpu", "hugepages-2Mi")

    def item() -> Any:
        sections = {
            section: {name: chance.choice(QUANTITIES) for name in chance.sample(resources, 1)}
            for section in chance.sample(SECTIONS, chance.randint(0, 2))
        }
        return {**({"type": chance.choice(TYPES)} if chance.random() < 0.95 else {}), **sections}

    def quota() -> Any:
        hard = {chance.choice((*PLAIN, *PREFIXED)): chance.choice(QUANTITIES) for _ in range(2)}
        scopes = chance.sample((*QuotaScope, "Foo"), chance.choice((0, 0, 0, 1, 2)))
        return {"hard": hard, **({"scopes": [*map(str, scopes)]} if scopes else {})}

    specs = [
        ("LimitRange", {"limits": [item() for _ in range(chance.randint(0, 3))]})
        if chance.random() < 0.5
        else ("ResourceQuota", quota())
        for _ in range(3000)
    ]
    accepted = [
        manifest(kind, spec)
        for kind, spec in specs
        if not any(guard_mistakes(manifest(kind, spec)))
    ]
    assert {it["kind"] for it in accepted} == {"LimitRange", "ResourceQuota"}
    assert len(accepted) > 300
    for given, verdict in zip(accepted, kubernetes.judge(accepted), strict=True):
        assert not verdict.errors, (given, verdict.errors)
