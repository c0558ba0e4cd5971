"""A stand-in for Pulumi's engine that records what a program registers, and answers as a preview would.

The SDK takes any object with the right methods for its monitor and engine; these are called on executor threads, with
the protocol's requests. There is no state, no provider and no cluster behind it: what a provider would refuse, passes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct, Value
from pulumi import RunError
from pulumi.runtime import rpc
from pulumi.runtime.proto import alias_pb2, engine_pb2, resource_pb2

from argoproject.preview.record import Resource, Secret, Unknown

__all__ = ["Decoder", "Engine", "Message", "Monitor", "UnsupportedError"]

_STACK_TYPE = "pulumi:pulumi:Stack"

# How the protocol marks a mapping that stands for something else, the same in every SDK.
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105
_REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e"

# Without "output values" the SDK sends plain values, secrets and unknowns marked as in a checkpoint.
_FEATURES = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
)


@dataclass(frozen=True, slots=True)
class Message:
    """What the program logged."""

    severity: str
    text: str
    urn: str = ""


class UnsupportedError(RunError, AttributeError):
    """The program asks the engine for what only the real one can do."""


class Decoder:
    """Turns the protocol's values into plain ones. No secret value gets past it."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def mapping(self, struct: Struct) -> dict[str, Any]:
        return {name: self.value(struct.fields[name]) for name in sorted(struct.fields)}

    def value(self, value: Value) -> Any:
        kind = value.WhichOneof("kind")
        if kind == "struct_value":
            return self._marked(value.struct_value)
        if kind == "list_value":
            return [self.value(item) for item in value.list_value.values]
        if kind == "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        if kind == "string_value":
            return Unknown() if value.string_value == rpc.UNKNOWN else value.string_value
        return value.bool_value if kind == "bool_value" else None

    def _marked(self, struct: Struct) -> Any:
        fields = struct.fields
        signature = fields[_SIGNATURE].string_value if _SIGNATURE in fields else ""
        if signature == _SECRET:
            return self._secret(fields["value"])
        if signature == _REFERENCE:
            return fields["urn"].string_value
        return self.mapping(struct)

    def _secret(self, value: Value) -> Secret:
        content = json.dumps(self.value(value), sort_keys=True, default=str).encode()
        return Secret(hmac.new(self._key, content, hashlib.sha256).hexdigest()[:16])


class Monitor:
    """Records registrations and their outputs."""

    def __init__(self, project: str, stack: str, decoder: Decoder) -> None:
        self.resources: dict[str, Resource] = {}
        self.outputs: dict[str, dict[str, Any]] = {}
        self._project = project
        self._stack = stack
        self._decoder = decoder
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> NoReturn:
        # A newer SDK may call what this stand-in does not know, which must not pass for an answer.
        raise UnsupportedError(
            f"the offline engine has no {name}: this program needs the Pulumi CLI"
        )

    @property
    def stack_outputs(self) -> Mapping[str, Any]:
        return self.outputs.get(self._urn("", _STACK_TYPE, f"{self._project}-{self._stack}"), {})

    def GetDeploymentInfo(self, _: Empty) -> resource_pb2.DeploymentInfo:  # noqa: N802
        return resource_pb2.DeploymentInfo(
            project=self._project, stack=self._stack, dryRun=True, supportedFeatures=_FEATURES
        )

    def RegisterResource(  # noqa: N802
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        urn = self._urn(request.parent, request.type, request.name)
        resource = self._resource(urn, request)
        with self._lock:
            if urn in self.resources:
                raise RunError(f"Two resources have the same URN, which Pulumi refuses: {urn}")
            self.resources[urn] = resource
        # A preview knows no id, except a provider's, which others name in their requests.
        is_provider = request.type.startswith("pulumi:providers:")
        return resource_pb2.RegisterResourceResponse(
            urn=urn, id="offline" if is_provider else "", object=request.object
        )

    def RegisterResourceOutputs(  # noqa: N802
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> Empty:
        outputs = self._decoder.mapping(request.outputs)
        with self._lock:
            if request.urn in self.outputs:
                raise RunError(f"Outputs were registered twice: {request.urn}")
            self.outputs[request.urn] = outputs
        return Empty()

    def SignalAndWaitForShutdown(self, _: Empty) -> Empty:  # noqa: N802
        return Empty()

    def _urn(self, parent: str, type_: str, name: str) -> str:
        parent_types = parent.split("::")[2] if parent else _STACK_TYPE
        qualified = type_ if parent_types == _STACK_TYPE else f"{parent_types}${type_}"
        return f"urn:pulumi:{self._stack}::{self._project}::{qualified}::{name}"

    def _resource(self, urn: str, request: resource_pb2.RegisterResourceRequest) -> Resource:
        return Resource(
            urn=urn,
            type=request.type,
            name=request.name,
            parent=request.parent,
            custom=request.custom,
            provider=request.provider.rpartition("::")[0],
            dependencies=tuple(sorted(request.dependencies)),
            options=self._options(request),
            inputs=self._decoder.mapping(request.object),
        )

    def _options(self, request: resource_pb2.RegisterResourceRequest) -> dict[str, Any]:
        options = {
            "protect": request.protect,
            "retainOnDelete": request.retainOnDelete,
            "deletedWith": request.deletedWith,
            "ignoreChanges": list(request.ignoreChanges),
            "importId": request.importId,
            "aliases": self._aliases(request, request.aliases),
        }
        return {name: value for name, value in options.items() if value}

    def _aliases(
        self, request: resource_pb2.RegisterResourceRequest, aliases: Iterable[alias_pb2.Alias]
    ) -> list[str]:
        """Give the URNs of which the engine would look for the resource in its state."""
        return [alias.urn or self._alias(request, alias.spec) for alias in aliases]

    def _alias(
        self, request: resource_pb2.RegisterResourceRequest, spec: alias_pb2.Alias.Spec
    ) -> str:
        parent = "" if spec.noParent else spec.parentUrn or request.parent
        return self._urn(parent, spec.type or request.type, spec.name or request.name)


class Engine:
    """Keeps what the program logs."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def Log(self, request: engine_pb2.LogRequest) -> Empty:  # noqa: N802
        severity = engine_pb2.LogSeverity.Name(request.severity).lower()
        self.messages.append(Message(severity, request.message, request.urn))
        return Empty()

    def RequirePulumiVersion(  # noqa: N802
        self, _: engine_pb2.RequirePulumiVersionRequest
    ) -> engine_pb2.RequirePulumiVersionResponse:
        return engine_pb2.RequirePulumiVersionResponse()
