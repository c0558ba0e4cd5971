"""What holds for every component, whatever it is made of."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest

import components
from argoproject.plan.admission import policies
from argoproject.plan.model import ClusterPolicies, PlannedObject
from argoproject.preview.record import Secret
from components.admission_policies import AdmissionPolicies, AdmissionPoliciesArgs
from components.argo_project import ArgoProject, ArgoProjectArgs
from components.helm_secrets_keys import HelmSecretsKeys, HelmSecretsKeysArgs
from components.project_applications import ProjectApplications, ProjectApplicationsArgs
from components.project_credentials import ProjectCredentials, ProjectCredentialsArgs
from components.project_namespace import ProjectNamespace, ProjectNamespaceArgs
from tests.components.recording import Recording, clusters, factory, record
from tests.support.plans import HELM_KEY, SECRETS, shop

COMPONENTS = [
    ArgoProject,
    ProjectNamespace,
    ProjectCredentials,
    ProjectApplications,
    HelmSecretsKeys,
    AdmissionPolicies,
]
POLICIES = ClusterPolicies(
    "eu-1",
    tuple(
        PlannedObject(key=item["metadata"]["name"], cluster="eu-1", manifest=item)
        for item in policies(["system:serviceaccount:argocd:*"])
    ),
)
FOLDER = Path(components.__file__).parent


def build(
    component: type[pulumi.ComponentResource], opts: pulumi.ResourceOptions | None = None
) -> pulumi.ComponentResource:
    """A component with one of everything in it, with the name `it`."""
    plan = shop()
    if component is ArgoProject:
        args = ArgoProjectArgs(plan=plan, providers=clusters(), secrets=SECRETS)
        return ArgoProject("it", args, opts)
    if component is HelmSecretsKeys:
        keys = HelmSecretsKeysArgs(keys=[HELM_KEY], providers=clusters(), secrets=SECRETS)
        return HelmSecretsKeys("it", keys, opts)
    if component is AdmissionPolicies:
        shared = AdmissionPoliciesArgs(policies=POLICIES, providers=clusters())
        return AdmissionPolicies("it", shared, opts)
    objects = factory(plan)
    if component is ProjectNamespace:
        return ProjectNamespace(
            "it", ProjectNamespaceArgs(plan=plan.namespace, objects=objects), opts
        )
    if component is ProjectCredentials:
        secrets = ProjectCredentialsArgs(repositories=plan.repositories, objects=objects)
        return ProjectCredentials("it", secrets, opts)
    applications = ProjectApplicationsArgs(applications=plan.applications, objects=objects)
    return ProjectApplications("it", applications, opts)


class Outsider(pulumi.ComponentResource):
    def __init__(self, name: str = "outsider") -> None:
        super().__init__("test:index:Outsider", name)


def outputs_of(component: type[pulumi.ComponentResource]) -> set[str]:
    """The attributes that are declared as Outputs."""
    annotations = component.__annotations__.items()
    return {name for name, hint in annotations if hint.startswith("pulumi.Output[")}


def test_all_components_are_listed() -> None:
    found = set()
    for file in FOLDER.glob("*.py"):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ClassDef) and "ComponentResource" in ast.dump(node):
                found.add(node.name)
    assert found == {component.__name__ for component in COMPONENTS}


@pytest.mark.parametrize("component", COMPONENTS)
def test_the_token_is_the_class_name(component: type[pulumi.ComponentResource]) -> None:
    request = record(lambda: build(component)).named("it")
    assert request.raw.type == f"argoproject:index:{component.__name__}"
    assert request.inputs == {}


@pytest.mark.parametrize("component", COMPONENTS)
def test_the_signature_is_pulumis(component: type[pulumi.ComponentResource]) -> None:
    parameters = inspect.signature(component.__init__).parameters
    assert list(parameters) == ["self", "name", "args", "opts"]
    assert parameters["opts"].default is None
    assert parameters["args"].annotation == f"{component.__name__}Args"


@pytest.mark.parametrize("component", COMPONENTS)
def test_outputs_are_registered_once_and_are_the_declared_ones(
    component: type[pulumi.ComponentResource],
) -> None:
    recording = record(lambda: build(component))
    outputs = recording.named("it").outputs
    assert outputs
    assert set(outputs) == outputs_of(component)
    assert all(outputs.values())
    assert all(item.outputs is not None for item in recording.components())


@pytest.mark.parametrize("component", COMPONENTS)
def test_outputs_are_documented(component: type[pulumi.ComponentResource]) -> None:
    source = inspect.getsource(component)
    (definition,) = ast.parse(source).body
    assert isinstance(definition, ast.ClassDef)
    documented = set()
    for declaration, text in zip(definition.body, definition.body[1:], strict=False):
        is_text = isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
        if isinstance(declaration, ast.AnnAssign) and is_text:
            assert isinstance(declaration.target, ast.Name)
            documented.add(declaration.target.id)
    assert outputs_of(component) <= documented


@pytest.mark.parametrize("component", COMPONENTS)
def test_everything_hangs_below_the_component(component: type[pulumi.ComponentResource]) -> None:
    recording = record(lambda: build(component))
    root = recording.named("it").urn
    for item in recording:
        if item.urn != root and not item.raw.type.startswith("pulumi:providers:"):
            assert _ancestors(recording, item.urn)[-1] == root


def _ancestors(recording: Recording, urn: str) -> list[str]:
    parent = recording.requests[urn].raw.parent
    above = recording.requests.get(parent)
    return [] if above is None else [parent, *_ancestors(recording, parent)]


@pytest.mark.parametrize("component", COMPONENTS)
def test_no_option_of_the_caller_reaches_a_child(
    component: type[pulumi.ComponentResource],
) -> None:
    def options() -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(
            parent=Outsider(),
            depends_on=[Outsider("other")],
            protect=True,
            aliases=[pulumi.Alias(name="elsewhere")],
            ignore_changes=["spec"],
            retain_on_delete=True,
            deleted_with=Outsider("third"),
            custom_timeouts=pulumi.CustomTimeouts(create="1s"),
        )

    plain = record(lambda: build(component))
    leaked = record(lambda: build(component, options()))
    for item in leaked.objects():
        twin = plain.named(item.raw.name, item.raw.type).raw
        assert item.raw.protect == twin.protect, item.urn
        assert item.depends_on == plain.named(item.raw.name, item.raw.type).depends_on
        assert list(item.raw.ignoreChanges) == list(twin.ignoreChanges)
        assert item.raw.retainOnDelete == twin.retainOnDelete
        assert not item.aliases
        assert not item.raw.deletedWith
        assert not item.raw.customTimeouts.create


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_object_names_its_provider(component: type[pulumi.ComponentResource]) -> None:
    objects = record(lambda: build(component)).objects()
    assert objects
    assert all(item.provider in ("hub", "eu-1") for item in objects)


@pytest.mark.parametrize("component", COMPONENTS)
def test_no_secret_is_sent_in_the_clear(component: type[pulumi.ComponentResource]) -> None:
    recording = record(lambda: build(component))
    for item in recording:
        seen = f"{item.inputs}{item.outputs}{item.raw.aliases}"
        assert not any(value in seen for value in SECRETS.values())


def test_there_are_secrets_to_be_seen() -> None:
    """The test above could not fail if no secret reached a request at all."""
    recording = record(lambda: build(ArgoProject))
    raw = "".join(str(item.raw.object) for item in recording)
    assert all(value in raw for value in SECRETS.values())
    marked = [item for item in recording if isinstance(_password(item.inputs), Secret)]
    assert len(marked) == len(shop().repositories)


def _password(inputs: Mapping[str, Any]) -> object:
    return inputs.get("stringData", {}).get("password")


def test_components_know_no_rules_and_no_files() -> None:
    allowed = {"__future__", "asyncio", "collections", "dataclasses", "json", "re", "typing"}
    allowed |= {"typing_extensions", "pulumi", "pulumi_kubernetes", "components"}
    for file in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom):
                module = node.module or ""
                is_contract = module == "argoproject.plan.model"
                assert is_contract or module.split(".")[0] in allowed, (file.name, module)
            if isinstance(node, ast.Import):
                assert all(name.name.split(".")[0] in allowed for name in node.names)


@pytest.mark.parametrize("component", COMPONENTS)
def test_constructors_fit_on_a_screen(component: type[pulumi.ComponentResource]) -> None:
    assert len(inspect.getsourcelines(component.__init__)[0]) <= 40
