"""The whole environment: names, order, protection, renames."""

from __future__ import annotations

import pulumi

from argoproject.plan.model import NamespacePlan
from components import ArgoProject, ArgoProjectArgs
from tests.components.recording import Recording, clusters, record, record_project
from tests.support.plans import CLUSTER, HUB, SECRETS, guards, shop

PREFIX = "blue-shop-dev-eu-1"

PROJECT = "argoproject:index:ArgoProject"
PART = f"{PROJECT}$argoproject:index:Project"
CORE = "kubernetes:core/v1"
RBAC = "kubernetes:rbac.authorization.k8s.io/v1"
ARGO_CD = "kubernetes:argoproj.io/v1alpha1"

# Every line is state: a change of one deletes and creates what it names, unless an alias leads from the old to the new.
URNS = {
    f"{PROJECT}::{PREFIX}",
    f"{PART}Namespace::{PREFIX}-namespace",
    f"{PART}Namespace${CORE}:Namespace::{PREFIX}-namespace",
    f"{PART}Namespace${CORE}:ResourceQuota::{PREFIX}-quota",
    f"{PART}Namespace${CORE}:LimitRange::{PREFIX}-limits",
    f"{PART}Namespace$kubernetes:networking.k8s.io/v1:NetworkPolicy::{PREFIX}-network-policy-default-deny",
    f"{PART}Namespace${CORE}:Secret::{PREFIX}-pull-secret-harbor",
    f"{PART}Namespace${CORE}:ServiceAccountPatch::{PREFIX}-account-default",
    f"{PART}Namespace${CORE}:ServiceAccount::{PREFIX}-sync",
    f"{PART}Namespace${RBAC}:Role::{PREFIX}-role",
    f"{PART}Namespace${RBAC}:RoleBinding::{PREFIX}-access",
    f"{PART}Namespace${CORE}:ConfigMap::{PREFIX}-settings",
    f"{PART}Namespace$kubernetes:velero.io/v1:Schedule::{PREFIX}-backup",
    f"{PROJECT}${ARGO_CD}:AppProject::{PREFIX}-project",
    f"{PART}Credentials::{PREFIX}-credentials",
    f"{PART}Credentials${CORE}:Secret::{PREFIX}-repository-charts",
    f"{PART}Credentials${CORE}:Secret::{PREFIX}-repository-values",
    f"{PART}Applications::{PREFIX}-applications",
    f"{PART}Applications${ARGO_CD}:Application::{PREFIX}-reqs",
    f"{PART}Applications${ARGO_CD}:Application::{PREFIX}-app",
    "pulumi:providers:kubernetes::eu-1",
    "pulumi:providers:kubernetes::hub",
}


def key(*keys: str) -> set[str]:
    return {f"{PREFIX}-{item}" for item in keys}


def everything_before(recording: Recording, name: str) -> set[str]:
    """What is created before an object, directly or not."""
    direct = next(item for item in recording.objects() if item.raw.name == name).depends_on
    return direct.union(*(everything_before(recording, item) for item in direct))


def test_tokens_parents_and_names_are_what_they_always_were() -> None:
    assert {urn.split("::", 2)[2] for urn in record_project().requests} == URNS


def test_every_object_goes_to_its_cluster() -> None:
    recording = record_project()
    expected = {f"{PREFIX}-{item.key}": item.cluster for item in shop().objects()}
    assert {item.raw.name: item.provider for item in recording.objects()} == expected
    assert set(expected.values()) == {HUB, CLUSTER}


def test_nothing_can_be_deployed_before_its_guards_exist() -> None:
    recording = record_project()
    before = everything_before(recording, f"{PREFIX}-app")
    assert before == key(
        "namespace",
        *(item.key for item in guards("n")),
        "project",
        "repository-charts",
        "repository-values",
        "reqs",
    )


def test_dependencies_are_direct_and_few() -> None:
    recording = record_project()
    assert recording.named(f"{PREFIX}-project").depends_on == key(
        *(item.key for item in guards("n"))
    )
    assert recording.named(f"{PREFIX}-repository-charts").depends_on == key("project")
    repositories = ("repository-charts", "repository-values")
    assert recording.named(f"{PREFIX}-reqs").depends_on == key("project", *repositories)
    assert recording.named(f"{PREFIX}-app").depends_on == key("project", *repositories, "reqs")


def test_the_project_waits_for_a_bare_namespace() -> None:
    plan = shop()
    bare = NamespacePlan(namespace=plan.namespace.namespace, objects=())
    recording = record_project(shop(namespace=bare))
    assert recording.named(f"{PREFIX}-project").depends_on == key("namespace")


def test_without_a_namespace_nothing_goes_to_its_cluster() -> None:
    recording = record_project(shop(namespace=NamespacePlan(namespace=None, objects=())))
    assert recording.named(f"{PREFIX}-project").depends_on == set()
    assert not any(item.provider == CLUSTER for item in recording)


def test_empty_parts_are_left_out() -> None:
    empty = NamespacePlan(namespace=None, objects=())
    recording = record_project(shop(namespace=empty, repositories=(), applications=()))
    assert recording.names() == {PREFIX, f"{PREFIX}-project", HUB}
    assert recording.named(PREFIX).outputs == {
        "project": PREFIX,
        "namespace": "blue-shop-dev",
        "applications": [],
    }


def test_namespace_project_and_applications_are_protected() -> None:
    protected = {item.raw.name for item in record_project() if item.raw.protect}
    assert protected == key("namespace", "project", "reqs", "app")


def test_a_retiring_project_can_be_deleted() -> None:
    recording = record_project(shop(retiring=True))
    assert not any(item.raw.protect for item in recording)
    along = {item.raw.name for item in recording if item.raw.deletedWith}
    assert along == key(*(item.key for item in guards("n") if item.key != "backup"))


def test_retiring_changes_options_only() -> None:
    def inputs(recording: Recording) -> dict[str, object]:
        return {item.urn: item.inputs for item in recording}

    assert inputs(record_project(shop(retiring=True))) == inputs(record_project())


def test_a_renamed_project_is_found_under_its_former_names() -> None:
    """Every part names its former self: no inheritance of aliases is relied on."""
    recording = record_project(shop(moved_from=("blue-web-dev-eu-1",)))
    for item in recording:
        if not item.raw.type.startswith("pulumi:providers:"):
            former = item.raw.name.replace(PREFIX, "blue-web-dev-eu-1")
            assert item.aliases == [former], item.urn


def test_the_former_urns_are_those_of_the_former_program() -> None:
    """The program under the old name registers exactly the URNs that the new one's aliases mean."""
    old = shop(name="blue-web-dev-eu-1")
    before = {item.urn for item in record_project(old) if item.raw.type[:6] != "pulumi"}
    recording = record_project(shop(moved_from=(old.name,)))
    assert {urn for item in recording for urn in item.former} == before


def test_the_callers_aliases_stay() -> None:
    opts = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="mine")])
    recording = record_project(shop(moved_from=("older",)), opts)
    assert recording.named(PREFIX).aliases == ["mine", "older"]


def test_the_outputs_are_known_and_usable() -> None:
    seen: dict[str, object] = {}

    def register() -> None:
        plan = shop()
        args = ArgoProjectArgs(plan=plan, providers=clusters(), secrets=SECRETS)
        project = ArgoProject(plan.name, args)
        outputs = {"p": project.project, "n": project.namespace, "a": project.applications}
        pulumi.Output.all(**outputs).apply(seen.update)

    record(register)
    assert seen == {
        "p": PREFIX,
        "n": "blue-shop-dev",
        "a": [f"{PREFIX}-reqs", f"{PREFIX}-app"],
    }


def test_two_projects_in_one_program() -> None:
    def register() -> None:
        providers = clusters()
        for environment in ("dev", "prod"):
            plan = shop(environment)
            ArgoProject(plan.name, ArgoProjectArgs(plan=plan, providers=providers, secrets=SECRETS))

    recording = record(register)
    assert len(recording.requests) == 2 * (len(URNS) - 2) + 2
    production = (item for item in recording if item.raw.name.startswith("blue-shop-prod"))
    assert not any("blue-shop-dev" in urn for item in production for urn in item.raw.dependencies)
