"""The recording engine: what it keeps, what it masks, what it refuses."""

from __future__ import annotations

import pytest
from google.protobuf import json_format
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi import RunError
from pulumi.runtime.proto import alias_pb2, engine_pb2, resource_pb2

from argoproject.preview.engine import Decoder, Engine, Message, Monitor
from argoproject.preview.record import Resource, Secret, Unknown

# From the engine's sources, not from the code under test.
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

STACK = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev"


def struct(content: dict[str, object]) -> Struct:
    return json_format.ParseDict(content, Struct())


def decoded(value: object, key: bytes = b"key") -> object:
    return Decoder(key).mapping(struct({"it": value}))["it"]


def secret(value: object) -> dict[str, object]:
    return {SIGNATURE: SECRET, "value": value}


def monitor() -> Monitor:
    return Monitor("p", "dev", Decoder(b"key"))


def register(
    engine: Monitor, name: str = "x", type_: str = "kubernetes:core/v1:Secret", **fields: object
) -> Resource:
    request = resource_pb2.RegisterResourceRequest(name=name, type=type_, custom=True, **fields)  # type: ignore[arg-type]
    return engine.resources[engine.RegisterResource(request).urn]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("text", "text"),
        (3, 3),
        (1.5, 1.5),
        (True, True),
        (None, None),
        ([1, {"a": "b"}], [1, {"a": "b"}]),
        ({}, {}),
        (UNKNOWN, Unknown()),
        ({SIGNATURE: REFERENCE, "urn": "urn:x"}, "urn:x"),
    ],
)
def test_values_are_plain(sent: object, expected: object) -> None:
    assert decoded(sent) == expected
    assert type(decoded(sent)) is type(expected)


def test_a_secret_is_masked_in_place() -> None:
    value = decoded({"url": "https://x", "password": secret("s3cr3t")})
    assert isinstance(value, dict)
    assert value["url"] == "https://x"
    assert isinstance(value["password"], Secret)
    assert "s3cr3t" not in repr(value)


def test_a_fingerprint_differs_by_value_and_by_key() -> None:
    assert decoded(secret("a")) == decoded(secret("a"))
    assert decoded(secret("a")) != decoded(secret("b"))
    assert decoded(secret("a")) != decoded(secret("a"), b"another key")


def test_whole_objects_can_be_secret() -> None:
    assert isinstance(decoded(secret({"a": [secret("x"), UNKNOWN]})), Secret)


def test_urns_are_the_engines() -> None:
    engine = monitor()
    stack = engine.RegisterResource(
        resource_pb2.RegisterResourceRequest(type="pulumi:pulumi:Stack", name="p-dev")
    ).urn
    assert stack == STACK
    component = register(engine, "c", "a:b:C", parent=stack).urn
    child = register(engine, "d", "k:v1:D", parent=component).urn
    assert component == "urn:pulumi:dev::p::a:b:C::c"
    assert child == "urn:pulumi:dev::p::a:b:C$k:v1:D::d"


def test_everything_of_a_registration_is_kept() -> None:
    resource = register(
        monitor(),
        parent=STACK,
        provider="urn:pulumi:dev::p::pulumi:providers:kubernetes::eu-1::some-id",
        dependencies=["urn:b", "urn:a"],
        protect=True,
        retainOnDelete=True,
        deletedWith="urn:n",
        ignoreChanges=["spec.x"],
        importId="n/x",
        object=struct({"kind": "Secret", "metadata": {"name": "x", "namespace": "n"}}),
    )
    assert resource.parent == STACK
    assert resource.cluster == "eu-1"
    assert resource.dependencies == ("urn:a", "urn:b")
    assert resource.options == {
        "protect": True,
        "retainOnDelete": True,
        "deletedWith": "urn:n",
        "ignoreChanges": ["spec.x"],
        "importId": "n/x",
    }
    assert resource.title == "Secret n/x"


def test_options_that_were_not_set_are_not_kept() -> None:
    assert register(monitor(), protect=False).options == {}


def test_aliases_are_the_urns_that_they_mean() -> None:
    spec = alias_pb2.Alias.Spec
    parent = "urn:pulumi:dev::p::a:b:C::c"
    aliases = [
        alias_pb2.Alias(urn="urn:whole"),
        alias_pb2.Alias(spec=spec(name="old")),
        alias_pb2.Alias(spec=spec(type="k:v2:Secret")),
        alias_pb2.Alias(spec=spec(noParent=True)),
        alias_pb2.Alias(spec=spec(parentUrn="urn:pulumi:dev::p::x:y:Z::z", name="old")),
    ]
    resource = register(monitor(), type_="k:v1:Secret", parent=parent, aliases=aliases)
    assert resource.options["aliases"] == [
        "urn:whole",
        "urn:pulumi:dev::p::a:b:C$k:v1:Secret::old",
        "urn:pulumi:dev::p::a:b:C$k:v2:Secret::x",
        "urn:pulumi:dev::p::k:v1:Secret::x",
        "urn:pulumi:dev::p::x:y:Z$k:v1:Secret::old",
    ]


def test_two_resources_of_one_urn_are_refused() -> None:
    engine = monitor()
    register(engine)
    with pytest.raises(RunError, match=r"Two resources have the same URN.*Secret::x"):
        register(engine)


def test_outputs_are_kept_and_registered_once() -> None:
    engine = monitor()
    request = resource_pb2.RegisterResourceOutputsRequest(
        urn=STACK, outputs=struct({"environments": {"a": secret("x")}})
    )
    engine.RegisterResourceOutputs(request)
    assert isinstance(engine.stack_outputs["environments"]["a"], Secret)
    with pytest.raises(RunError, match="registered twice"):
        engine.RegisterResourceOutputs(request)


def test_a_preview_knows_no_ids_but_the_providers() -> None:
    request = resource_pb2.RegisterResourceRequest
    provider = request(name="eu-1", type="pulumi:providers:kubernetes", custom=True)
    assert monitor().RegisterResource(provider).id
    assert not monitor().RegisterResource(request(name="x", type="a:b:C", custom=True)).id


def test_what_it_cannot_do_is_said() -> None:
    with pytest.raises(AttributeError, match="offline engine has no Invoke"):
        monitor().Invoke(Empty())


def test_a_preview_is_announced() -> None:
    info = monitor().GetDeploymentInfo(Empty())
    assert (info.project, info.stack, info.dryRun) == ("p", "dev", True)
    assert resource_pb2.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES not in info.supportedFeatures


def test_messages_are_kept() -> None:
    engine = Engine()
    engine.Log(engine_pb2.LogRequest(severity=engine_pb2.WARNING, message="careful", urn="urn:x"))
    assert engine.messages == [Message("warning", "careful")]
