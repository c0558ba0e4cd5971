"""Admission policies of a cluster, their order, and what a Namespace contains for them. See also tests/attacks."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from argoproject.fleet.pipeline import Fleet, load_fleet
from argoproject.models import Admission
from argoproject.plan.admission import policies, settings
from argoproject.problems import ConfigError
from components import Secrets, register
from tests.components.recording import clusters, record
from tests.support import golden
from tests.support.paths import DATA
from tests.support.trees import PROJECT, TODAY, platform, tree

GOLDEN = DATA / "admission-policies.yaml"


def fleet(tmp_path: Path, profile: str, project: str = "", clusters: str = "{}") -> Fleet:
    text = platform(
        f"profiles: {{medium: {profile}}}\nclusters: {clusters}\nteams: {{blue: {{hosts: ['*']}}}}"
    )
    files = {"platform.yaml": text, PROJECT: f"versions: {{application: v1.4.2}}\n{project}"}
    return load_fleet(tree(tmp_path, files), stack="test", select=None, today=TODAY)


def namespace(made: Fleet) -> Any:
    (plan,) = made.plans
    assert plan.namespace.namespace is not None
    return plan.namespace.namespace.manifest["metadata"]


def marks(made: Fleet) -> dict[str, str]:
    metadata = namespace(made)
    both = {**metadata["labels"], **metadata["annotations"]}
    return {key: value for key, value in both.items() if key.startswith("argo-projects/admission")}


def test_without_admission_the_namespace_says_nothing(tmp_path: Path) -> None:
    assert marks(fleet(tmp_path, "{}", "hosts: [shop.example.org]\n")) == {}


def test_admission_alone_protects_the_guards(tmp_path: Path) -> None:
    assert marks(fleet(tmp_path, "{admission: {}}")) == {
        "argo-projects/admission": "deny",
        "argo-projects/admission-accounts": "",
    }


def test_what_the_namespace_says(tmp_path: Path) -> None:
    profile = """{
        impersonation: {clusterRole: edit},
        admission: {mode: warn, registries: [harbor.example.org, registry.example.org/blue/*], storageClasses: []}}"""
    made = fleet(tmp_path, profile, "hosts: [shop.example.org, '*.shop.example.org']\n")
    assert marks(made) == {
        "argo-projects/admission": "warn",
        "argo-projects/admission-accounts": "argocd-sync",
        "argo-projects/admission-hosts": "shop.example.org,*.shop.example.org",
        "argo-projects/admission-registries": "harbor.example.org,registry.example.org/blue",
        "argo-projects/admission-storage-classes": "",
    }


def test_an_account_of_the_team_is_the_team_s(tmp_path: Path) -> None:
    """Its pods run as it. The platform's in the namespace is none of theirs, one elsewhere is another account."""
    account = "{apiVersion: v1, kind: ServiceAccount, metadata: {name: %s}}\n"
    files = {
        "platform.yaml": platform(
            "profiles: {medium: {admission: {}, impersonation: {}, platformManifests: "
            "[{file: platform/agent.yaml}, {file: platform/backup.yaml, namespace: velero}]}}"
        ),
        "platform/agent.yaml": account % "agent",
        "platform/backup.yaml": account % "backup",
        str(Path(PROJECT).parent / "manifests/worker.yaml"): account % "worker",
    }
    made = load_fleet(tree(tmp_path, files), stack="test", select=None, today=TODAY)
    assert marks(made)["argo-projects/admission-accounts"] == "argocd-sync,agent"
    accounts = [
        item.name for item in made.plans[0].namespace.objects if item.kind == "ServiceAccount"
    ]
    assert accounts == ["argocd-sync", "worker", "agent", "backup"]


def test_hosts_that_may_be_declared_and_are_not() -> None:
    found = settings(Admission(hosts=("*.example.org",)), [], [])
    assert found["argo-projects/admission-hosts"] == ""


def test_the_policies(pytestconfig: pytest.Config) -> None:
    seen = yaml.safe_dump_all(
        policies(["system:serviceaccount:argocd:*"]), sort_keys=False, width=100
    )
    golden.check(GOLDEN, seen, update=golden.updating(pytestconfig))


def test_the_file_and_the_settings_agree_on_the_annotations() -> None:
    """A policy that reads an annotation that nothing writes would restrict nothing."""
    everything = Admission(
        registries=(),
        storage_classes=(),
        ingress_classes=(),
        priority_classes=(),
        service_types=(),
    )
    written = settings(everything, ["shop.example.org"], [])
    read = re.findall(r"argo-projects/admission-[a-z-]+", yaml.safe_dump(policies([]), width=10000))
    assert set(read) == set(written)


def test_the_accounts_of_argo_cd_are_filled_in_everywhere() -> None:
    """The condition is in five expressions: who the platform is (three times), balancers and operators."""
    text = yaml.safe_dump(policies(["argo"]), width=10000)
    assert "ARGOCD_USERS" not in text
    assert text.count('(request.userInfo.username == "argo")') == 5


def test_policies_of_one_cluster_leave_those_of_another_alone() -> None:
    before = policies(["argo"])
    assert policies(["another"]) != before
    assert policies(["argo"]) == before


def identities(made: Fleet, cluster: str) -> str:
    (shared,) = made.admission_policies([cluster])
    (guards,) = (
        item.manifest["spec"] for item in shared.objects if item.name == "argo-projects-guards"
    )
    (platform_,) = (
        item["expression"] for item in guards["variables"] if item["name"] == "platform"
    )
    return str(platform_)


@pytest.mark.parametrize(
    ("cluster", "settings_", "expected"),
    [
        ("hub", "{}", '!(request.userInfo.username.startsWith("system:serviceaccount:argocd:") || '
         'request.userInfo.username == "system:serviceaccount:kube-system:argocd-manager") && '),
        ("eu-1", "{}", '!(request.userInfo.username == "system:serviceaccount:kube-system:argocd-manager") && '),
        ("eu-1", "{eu-1: {argocdUsers: [argo, 'a\"b*']}}",
         '!(request.userInfo.username == "argo" || request.userInfo.username.startsWith("a\\"b")) && '),
        ("eu-1", "{eu-1: {argocdUsers: []}}", "!false && "),
    ],
)  # fmt: skip
def test_argo_cd_is_never_the_platform(
    tmp_path: Path, cluster: str, settings_: str, expected: str
) -> None:
    seen = identities(fleet(tmp_path, "{}", clusters=settings_), cluster)
    controllers, _, people = seen.partition(" || (!")
    # Kubernetes' own come first, by their full names: no pattern for Argo CD locks them out.
    assert (
        'request.userInfo.username == "system:serviceaccount:kube-system:namespace-controller"'
        in controllers
    )
    assert "startsWith" not in controllers
    assert f"!{people}".startswith(expected)


def test_clusters_that_have_no_policies(tmp_path: Path) -> None:
    far = "{far: {argocdName: far, server: 'https://f', base: true}}"
    made = fleet(tmp_path, "{}", clusters=far)
    with pytest.raises(ConfigError) as error:
        made.admission_policies(["far", "eu-2", "eu-1"])
    assert [str(problem) for problem in error.value.problems] == [
        "stack config: admissionPolicies.eu-2: platform.yaml has no cluster eu-2 that Pulumi reaches (did you mean "
        "eu-1?) [unknown-cluster]",
        "stack config: admissionPolicies.far: platform.yaml has no cluster far that Pulumi reaches (one of hub, eu-1) "
        "[unknown-cluster]",
    ]


def test_policies_come_first(tmp_path: Path) -> None:
    """Before their bindings, and these before the environments of their cluster."""
    made = fleet(tmp_path, "{admission: {}}")
    shared = made.admission_policies(["eu-1"])

    def run() -> None:
        asyncio.get_event_loop().create_task(
            register(made.plans, (), clusters(), Secrets.of({}), shared)
        )

    recording = record(run)
    binding = recording.named("admission-eu-1-guards-deny")
    assert binding.depends_on == {"admission-eu-1-guards"}
    assert binding.parent == "admission-eu-1"
    assert recording.named("admission-eu-1-guards").depends_on == set()
    home = recording.named("blue-shop-prod-eu-1-namespace", "kubernetes:core/v1:Namespace")
    assert "admission-eu-1-guards-deny" in home.depends_on
    assert len(home.depends_on) == 12
