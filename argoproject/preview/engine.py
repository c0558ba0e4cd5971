"""A replacement for Pulumi's engine that records what a program registers, and answers as a preview would.

The SDK accepts any object with the right methods as its monitor and engine. It calls them on executor threads, with
the protocol's requests. There is no state, no provider and no cluster: what a provider would refuse is accepted.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct, Value
from pulumi import RunError
from pulumi.runtime import rpc
from pulumi.runtime.proto import engine_pb2, resource_pb2

from argoproject.preview.record import STACK_TYPE, Resource, Secret, Unknown

__all__ = ["Decoder", "Engine", "Message", "Monitor", "UnsupportedError"]

# How the protocol marks a mapping that encodes something else, the same in every SDK.
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
    """One line that the program logged."""

    severity: str
    """`debug`, `info`, `warning` or `error`."""

    text: str


class UnsupportedError(RunError, AttributeError):
    """The program needs something of the engine that only the real one can do."""


class Decoder:
    """Turns the protocol's values into plain ones. Secret values become fingerprints.

    Args:
        key: of the fingerprints (HMAC-SHA256, cut to 16 hexadecimal digits).
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def mapping(self, struct: Struct) -> dict[str, Any]:
        """The fields of a structure, sorted by name."""
        return {name: self.value(struct.fields[name]) for name in sorted(struct.fields)}

    def value(self, value: Value) -> Any:
        """One value: text, a number, a bool, None, a list, a mapping, `Secret` or `Unknown`; of a resource its URN."""
        kind = value.WhichOneof("kind")
        if kind == "struct_value":
            return self._struct(value.struct_value)
        if kind == "list_value":
            return [self.value(item) for item in value.list_value.values]
        if kind == "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        if kind == "string_value":
            return Unknown() if value.string_value == rpc.UNKNOWN else value.string_value
        return value.bool_value if kind == "bool_value" else None

    def _struct(self, struct: Struct) -> Any:
        fields = struct.fields
        signature = fields[_SIGNATURE].string_value if _SIGNATURE in fields else ""
        if signature == _SECRET:
            value = self.value(fields["value"])
            content = json.dumps(value, sort_keys=True, default=str).encode()
            return Secret(hmac.new(self._key, content, hashlib.sha256).hexdigest()[:16])
        if signature == _REFERENCE:
            return fields["urn"].string_value
        return self.mapping(struct)


class Monitor:
    """Records registrations and their outputs.

    Args:
        project: name of the Pulumi project, as it is in URNs.
        stack: name of the stack.
        decoder: turns the values of requests into plain ones.
    """

    def __init__(self, project: str, stack: str, decoder: Decoder) -> None:
        self.resources: dict[str, Resource] = {}
        """By URN, in the order of registration; the stack is among them."""

        self.outputs: dict[str, dict[str, Any]] = {}
        """By the URN of the component, or of the stack."""

        self._project = project
        self._stack = stack
        self._decoder = decoder
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> NoReturn:
        # A newer SDK may call what is not implemented here, which must not look like an answer.
        raise UnsupportedError(
            f"the offline engine has no {name}: this program needs the Pulumi CLI"
        )

    @property
    def stack_outputs(self) -> Mapping[str, Any]:
        """What the program exported."""
        return self.outputs.get(self._urn("", STACK_TYPE, f"{self._project}-{self._stack}"), {})

    def GetDeploymentInfo(self, _: Empty) -> resource_pb2.DeploymentInfo:  # noqa: N802
        return resource_pb2.DeploymentInfo(
            project=self._project, stack=self._stack, dryRun=True, supportedFeatures=_FEATURES
        )

    def RegisterResource(  # noqa: N802
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Record a resource, and answer with its URN.

        Raises:
            RunError: if its URN is registered already.
        """
        urn = self._urn(request.parent, request.type, request.name)
        # The URNs under which the engine would look for the resource in its state, too.
        aliases = []
        for alias in request.aliases:
            spec = alias.spec
            parent = "" if spec.noParent else spec.parentUrn or request.parent
            former = self._urn(parent, spec.type or request.type, spec.name or request.name)
            aliases.append(alias.urn or former)
        options = {
            "protect": request.protect,
            "retainOnDelete": request.retainOnDelete,
            "deletedWith": request.deletedWith,
            "ignoreChanges": list(request.ignoreChanges),
            "importId": request.importId,
            "aliases": aliases,
        }
        resource = Resource(
            urn=urn,
            type=request.type,
            name=request.name,
            parent=request.parent,
            custom=request.custom,
            provider=request.provider.rpartition("::")[0],
            dependencies=tuple(sorted(request.dependencies)),
            options={name: value for name, value in options.items() if value},
            inputs=self._decoder.mapping(request.object),
        )
        with self._lock:
            if urn in self.resources:
                raise RunError(f"Two resources have the same URN, which Pulumi refuses: {urn}")
            self.resources[urn] = resource
        # A preview knows no id, except a provider's, which is in other requests.
        is_provider = request.type.startswith("pulumi:providers:")
        return resource_pb2.RegisterResourceResponse(
            urn=urn, id="offline" if is_provider else "", object=request.object
        )

    def RegisterResourceOutputs(  # noqa: N802
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> Empty:
        """Record the outputs of a component or of the stack.

        Raises:
            RunError: if they are registered already.
        """
        outputs = self._decoder.mapping(request.outputs)
        with self._lock:
            if request.urn in self.outputs:
                raise RunError(f"Outputs were registered twice: {request.urn}")
            self.outputs[request.urn] = outputs
        return Empty()

    def SignalAndWaitForShutdown(self, _: Empty) -> Empty:  # noqa: N802
        return Empty()

    def _urn(self, parent: str, type_: str, name: str) -> str:
        parent_types = parent.split("::")[2] if parent else STACK_TYPE
        qualified = type_ if parent_types == STACK_TYPE else f"{parent_types}${type_}"
        return f"urn:pulumi:{self._stack}::{self._project}::{qualified}::{name}"


class Engine:
    """Keeps what the program logs, in `messages`."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def Log(self, request: engine_pb2.LogRequest) -> Empty:  # noqa: N802
        severity = engine_pb2.LogSeverity.Name(request.severity).lower()
        self.messages.append(Message(severity, request.message))
        return Empty()

    def RequirePulumiVersion(  # noqa: N802
        self, _: engine_pb2.RequirePulumiVersionRequest
    ) -> engine_pb2.RequirePulumiVersionResponse:
        return engine_pb2.RequirePulumiVersionResponse()
