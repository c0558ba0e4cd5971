"""Namespace, credentials and Applications: what each registers, and in which order."""

from __future__ import annotations

import dataclasses

import pytest

from argoproject.plan.model import NamespacePlan, Ownership, PlannedObject, ProjectPlan
from components.kubernetes import Placement
from components.project_applications import ProjectApplications, ProjectApplicationsArgs
from components.project_credentials import ProjectCredentials, ProjectCredentialsArgs
from components.project_namespace import ProjectNamespace, ProjectNamespaceArgs
from tests.components.recording import Recording, factory, record
from tests.support.plans import application, guards, namespace_object, on_cluster, shop

PREFIX = "blue-shop-dev-eu-1"
NAMESPACE = f"{PREFIX}-namespace"
NAMESPACE_TYPE = "kubernetes:core/v1:Namespace"


def namespace(plan: ProjectPlan) -> Recording:
    def register() -> None:
        args = ProjectNamespaceArgs(plan=plan.namespace, objects=factory(plan))
        ProjectNamespace(f"{plan.name}-namespace", args)

    return record(register)


def with_namespace(item: PlannedObject | None, *, retiring: bool = False) -> ProjectPlan:
    objects = () if item is None else guards("blue-shop-dev")
    return shop(namespace=NamespacePlan(namespace=item, objects=objects), retiring=retiring)


def test_guards_come_after_the_namespace_and_not_after_each_other() -> None:
    recording = namespace(shop())
    guarded = [item for item in recording.objects() if item.raw.type != NAMESPACE_TYPE]
    assert len(guarded) == len(guards("n"))
    assert all(item.depends_on == {NAMESPACE} for item in guarded)
    assert recording.named(NAMESPACE, NAMESPACE_TYPE).depends_on == set()


def test_a_guard_that_needs_another_comes_after_it() -> None:
    """The RoleBinding of the account of syncs and its Role: the binding of a Role that is not there may be refused."""
    first, *rest = guards("blue-shop-dev")
    last = dataclasses.replace(rest[-1], after=first.key)
    objects = (first, *rest[:-1], last)
    item = namespace_object("blue-shop-dev")
    recording = namespace(shop(namespace=NamespacePlan(namespace=item, objects=objects)))

    assert recording.named(f"{PREFIX}-{last.key}").depends_on == {f"{PREFIX}-{first.key}"}
    assert recording.named(f"{PREFIX}-{first.key}").depends_on == {NAMESPACE}


def test_guards_and_extra_manifests_are_not_protected() -> None:
    recording = namespace(shop())
    assert [item.raw.name for item in recording.objects() if item.raw.protect] == [NAMESPACE]


def test_nothing_is_deleted_with_a_namespace_that_stays() -> None:
    assert not any(item.raw.deletedWith for item in namespace(shop()))


def test_a_retiring_namespace_takes_along_what_is_in_it() -> None:
    recording = namespace(shop(retiring=True))
    urn = recording.named(NAMESPACE, NAMESPACE_TYPE).urn
    along = {item.raw.name for item in recording if item.raw.deletedWith == urn}
    inside = {item.key for item in guards("n")} - {"backup"}
    assert along == {f"{PREFIX}-{key}" for key in inside}
    assert not any(item.raw.protect for item in recording)


@pytest.mark.parametrize(
    "item",
    [
        namespace_object("blue-shop-dev", keep=True),
        namespace_object("blue-shop-dev", Ownership.PATCH),
        namespace_object("another"),
        dataclasses.replace(namespace_object("blue-shop-dev"), cluster="hub"),
    ],
    ids=["kept", "another owner", "another namespace", "another cluster"],
)
def test_what_does_not_vanish_with_the_namespace_is_deleted_itself(item: PlannedObject) -> None:
    recording = namespace(with_namespace(item, retiring=True))
    assert len(recording.objects()) == len(guards("n")) + 1
    assert not any(entry.raw.deletedWith for entry in recording)


def test_an_adopted_namespace_is_owned_and_takes_along() -> None:
    item = namespace_object("blue-shop-dev", Ownership.ADOPT)
    recording = namespace(with_namespace(item, retiring=True))
    assert recording.named(f"{PREFIX}-quota").raw.deletedWith


def test_without_a_namespace_there_is_only_the_component() -> None:
    recording = namespace(with_namespace(None))
    (component,) = recording
    assert component.raw.name == NAMESPACE
    assert component.outputs == {"namespace": "blue-shop-dev"}


def test_repository_secrets_come_after_the_given_resources() -> None:
    def register() -> None:
        plan = shop()
        objects = factory(plan)
        first = objects.create(
            on_cluster("first", "ConfigMap", "n"), Placement(parent=_any_parent())
        )
        args = ProjectCredentialsArgs(
            repositories=plan.repositories, objects=objects, after=[first]
        )
        ProjectCredentials("credentials", args)

    recording = record(register)
    secrets = [item for item in recording.objects() if item.parent == "credentials"]
    assert [item.depends_on for item in secrets] == [{f"{PREFIX}-first"}] * 2
    assert recording.named("credentials").outputs == {
        "repositories": [f"{PREFIX}-charts", f"{PREFIX}-values"]
    }


def _any_parent() -> ProjectCredentials:
    return ProjectCredentials(
        "anything", ProjectCredentialsArgs(repositories=[], objects=factory())
    )


def test_applications_follow_their_predecessors() -> None:
    applications = (
        application("base", PREFIX),
        application("reqs", PREFIX, "base"),
        application("app", PREFIX, "reqs"),
        application("worker", PREFIX, "reqs"),
    )

    def register() -> None:
        args = ProjectApplicationsArgs(applications=applications, objects=factory())
        ProjectApplications("applications", args)

    recording = record(register)
    order = {item.raw.name: item.depends_on for item in recording.objects()}
    assert order == {
        f"{PREFIX}-base": set(),
        f"{PREFIX}-reqs": {f"{PREFIX}-base"},
        f"{PREFIX}-app": {f"{PREFIX}-reqs"},
        f"{PREFIX}-worker": {f"{PREFIX}-reqs"},
    }
    assert recording.named("applications").outputs == {
        "applications": [f"{PREFIX}-{key}" for key in ("base", "reqs", "app", "worker")]
    }


def test_one_retiring_application_is_deletable_and_the_others_are_not() -> None:
    applications = (
        application("reqs", PREFIX),
        dataclasses.replace(application("app", PREFIX, protect=False), retiring=True),
    )

    def register() -> None:
        args = ProjectApplicationsArgs(applications=applications, objects=factory())
        ProjectApplications("applications", args)

    protected = {item.raw.name: item.raw.protect for item in record(register).objects()}
    assert protected == {f"{PREFIX}-reqs": True, f"{PREFIX}-app": False}


def test_an_application_that_moved_is_found_under_its_former_key() -> None:
    moved = dataclasses.replace(application("web", PREFIX), moved_from=("app", "frontend"))

    def register() -> None:
        args = ProjectApplicationsArgs(applications=[moved], objects=factory())
        ProjectApplications("applications", args)

    assert record(register).named(f"{PREFIX}-web").aliases == [
        f"{PREFIX}-app",
        f"{PREFIX}-frontend",
    ]
