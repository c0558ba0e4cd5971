"""Names of resources in quotas and limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from argoproject.checks.namespace_limits import check
from tests.support.reports import reported


@pytest.mark.parametrize(
    ("namespace", "expected"),
    [
        (
            "{quota: {request.cpu: '2'}}",
            "namespace.quota.request.cpu: Kubernetes counts nothing under request.cpu: the quota would not limit "
            "anything (did you mean requests.cpu?) [unknown-resource]",
        ),
        (
            "{limits: {max: {memmory: 2Gi}}}",
            "namespace.limits.max.memmory: Kubernetes knows no resource memmory here (did you mean memory?) "
            "[unknown-resource]",
        ),
        (
            "{limits: {defaultRequest: {pods: '2'}}}",
            "namespace.limits.defaultRequest.pods: Kubernetes knows no resource pods here (write one of cpu, memory, "
            "ephemeral-storage) [unknown-resource]",
        ),
    ],
)
def test_refused(namespace: str, expected: str, tmp_path: Path) -> None:
    text = f"versions: {{application: v1.4.2}}\nnamespace: {namespace}\n"
    (line,) = reported(check, tmp_path, {"project.yaml": text})
    assert line.endswith(expected)


@pytest.mark.parametrize(
    "name",
    [
        "requests.cpu",
        "count/deployments.apps",
        "fast.storageclass.storage.k8s.io/requests.storage",
        "requests.nvidia.com/gpu",
        "hugepages-2Mi",
        "services.nodeports",
    ],
)
def test_accepted(name: str, tmp_path: Path) -> None:
    text = f"versions: {{application: v1.4.2}}\nnamespace: {{quota: {{{name}: '1'}}}}\n"
    assert reported(check, tmp_path, {"project.yaml": text}) == []


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("{default-deny: deny-all}", []),
        (
            "{default-deny: dns}",
            [
                "project.yaml:3:35: namespace.objectNames.networkPolicies.default-deny: the network policies "
                "default-deny and dns both have the name dns (choose another name) [object-name-twice]"
            ],
        ),
        (
            "{default-denny: deny-all}",
            [
                "project.yaml:3:35: namespace.objectNames.networkPolicies.default-denny: platform.yaml has no network "
                "policy default-denny (did you mean default-deny?) [unknown-network-policy]"
            ],
        ),
    ],
)
def test_names_of_objects(names: str, expected: list[str], tmp_path: Path) -> None:
    text = f"versions: {{application: v1.4.2}}\nnamespace:\n  objectNames: {{networkPolicies: {names}}}\n"
    found = reported(check, tmp_path, {"project.yaml": text})
    assert [line.rpartition("/")[2] for line in found] == expected


def test_a_further_quota_does_not_take_the_place_of_the_first(tmp_path: Path) -> None:
    """Two objects of one name would be one: the quota of a team in place of the profile's."""
    own = (
        'namespace: {quotas: {quota: {hard: {pods: "1000000"}}}}\nversions: {application: v1.4.2}\n'
    )
    assert [
        line.rpartition("/")[2] for line in reported(check, tmp_path, {"project.yaml": own})
    ] == [
        "project.yaml:1:22: namespace.quotas.quota: the quotas namespace.quota and quota both have the name quota "
        "(choose another name) [object-name-twice]"
    ]


def test_a_quota_of_the_team_without_a_default(tmp_path: Path) -> None:
    own = "namespace: {quota: {limits.cpu: '8'}}\nversions: {application: v1.4.2}\n"
    assert [
        line.rpartition("/")[2] for line in reported(check, tmp_path, {"project.yaml": own})
    ] == [
        "project.yaml:1:21: namespace.quota.limits.cpu: warning: containers get no default for limits.cpu: pods that "
        "do not set them are refused (add limits.default or limits.defaultRequest, or leave it to the charts) "
        "[quota-without-default]"
    ]
