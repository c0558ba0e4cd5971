"""Runs registrations against Pulumi's mocks and keeps every request as it was sent.

Pulumi's own mock monitor shows neither parents, dependencies, options nor which leaf is secret, and keeps event loops
open in its threads. Every recording has an event loop and a context of its own, so that tests do not see each other.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Iterator
from typing import Any

import pulumi
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime import mocks, reset_options, set_all_config, set_mocks
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.stack import run_pulumi_func
from pulumi_kubernetes import Provider
from typing_extensions import override

from argoproject.plan.model import ProjectPlan
from argoproject.preview.engine import Decoder
from components.argo_project import ArgoProject, ArgoProjectArgs
from components.clusters import ClusterAccess, Clusters
from components.kubernetes import ObjectFactory
from tests.support.plans import CLUSTER, HUB, SECRETS, shop

__all__ = ["Recording", "Request", "clusters", "factory", "record", "record_project"]


class _Mocks(mocks.Mocks):
    @override
    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        raise AssertionError(f"no function is ever called: {args.token}")

    @override
    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        raise AssertionError("the recorder answers registrations itself")


class Request:
    """One registration as it was sent."""

    def __init__(self, urn: str, raw: resource_pb2.RegisterResourceRequest) -> None:
        self.urn = urn
        self.raw = raw
        self.outputs: list[dict[str, Any]] = []

    @property
    def inputs(self) -> dict[str, Any]:
        return Decoder(b"").mapping(self.raw.object)

    @property
    def depends_on(self) -> set[str]:
        """Logical names."""
        return {urn.rpartition("::")[2] for urn in self.raw.dependencies}

    @property
    def parent(self) -> str:
        return self.raw.parent.rpartition("::")[2]

    @property
    def provider(self) -> str:
        """Logical name of the explicit provider."""
        return self.raw.provider.rpartition("::")[0].rpartition("::")[2]

    @property
    def aliases(self) -> list[str]:
        """Former logical names. The SDK's own aliases, for former API versions, are of types."""
        return [alias.spec.name for alias in self.raw.aliases if alias.spec.name]


class Recording(mocks.MockMonitor):
    """Everything that was registered, the stack itself left out."""

    def __init__(self) -> None:
        super().__init__(_Mocks())
        self.requests: dict[str, Request] = {}

    def __iter__(self) -> Iterator[Request]:
        return iter(self.requests.values())

    def named(self, name: str, type_: str = "") -> Request:
        """The only request of a logical name (and type)."""
        (found,) = (item for item in self if item.raw.name == name and type_ in ("", item.raw.type))
        return found

    def names(self) -> set[str]:
        return {item.raw.name for item in self}

    def objects(self) -> list[Request]:
        """The Kubernetes objects."""
        return [item for item in self if item.raw.type.startswith("kubernetes:")]

    def components(self) -> list[Request]:
        return [item for item in self if not item.raw.custom]

    @override
    def make_urn(self, parent: str, type_: str, name: str) -> str:
        types = parent.split("::")[2] if parent else "pulumi:pulumi:Stack"
        qualified = type_ if types == "pulumi:pulumi:Stack" else f"{types}${type_}"
        return f"urn:pulumi:dev::argo-projects::{qualified}::{name}"

    @override
    def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        urn = self.make_urn(request.parent, request.type, request.name)
        assert urn not in self.requests, f"registered twice: {urn}"
        if request.type != "pulumi:pulumi:Stack":
            self.requests[urn] = Request(urn, request)
        return resource_pb2.RegisterResourceResponse(
            urn=urn, id=f"{request.name}-id" if request.custom else "", object=request.object
        )

    @override
    def RegisterResourceOutputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> Empty:
        if request.urn in self.requests:
            self.requests[request.urn].outputs.append(Decoder(b"").mapping(request.outputs))
        return Empty()


def record(register: Callable[[], object]) -> Recording:
    """Record what `register` registers. What it raises, or a failed apply, is raised."""
    recording = Recording()
    contextvars.Context().run(_run, register, recording)
    return recording


def _run(register: Callable[[], object], recording: Recording) -> None:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        reset_options()
        set_all_config({}, [])
        set_mocks(_Mocks(), "argo-projects", "dev", preview=False, monitor=recording)
        loop.run_until_complete(run_pulumi_func(lambda: _discard(register())))
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        asyncio.set_event_loop(None)
        loop.close()


def _discard(_: object) -> None:
    """What is awaitable would be awaited: components are returned by lambdas only because that is short."""


def clusters() -> Clusters:
    return Clusters({HUB: ClusterAccess(), CLUSTER: ClusterAccess()})


def factory(
    plan: ProjectPlan | None = None, providers: dict[str, Provider] | None = None
) -> ObjectFactory:
    return ObjectFactory(plan or shop(), providers or clusters(), secrets=SECRETS)


def record_project(
    plan: ProjectPlan | None = None, opts: pulumi.ResourceOptions | None = None
) -> Recording:
    """Record a whole project."""
    plan = plan or shop()

    def register() -> ArgoProject:
        args = ArgoProjectArgs(plan=plan, providers=clusters(), secrets=SECRETS)
        return ArgoProject(plan.name, args, opts)

    return record(register)
