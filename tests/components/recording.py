"""Records registrations with Pulumi's mocks, through the recorder of the offline preview.

Pulumi's own mock monitor shows neither parents, dependencies, options nor which leaf is secret. `Recording` is the
preview's `Monitor` in its place, and keeps each request as well, for what only the wire shows. Every recording has an
event loop and a context of its own, so that tests do not see each other.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from unittest.mock import create_autospec

import pulumi
from pulumi.runtime import mocks, reset_options, set_all_config, set_mocks
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.stack import run_pulumi_func
from pulumi_kubernetes import Provider
from typing_extensions import override

from argoproject.plan.model import ProjectPlan
from argoproject.preview.engine import Decoder, Monitor
from argoproject.preview.record import Resource
from components.argo_project import ArgoProject, ArgoProjectArgs
from components.clusters import ClusterAccess, Clusters
from components.kubernetes import ObjectFactory
from tests.support.plans import CLUSTER, HUB, SECRETS, shop

__all__ = ["Recording", "Request", "clusters", "factory", "record", "record_project"]


@dataclass(frozen=True, slots=True)
class Request:
    """One registration: as the preview keeps it, and as it was sent."""

    resource: Resource
    raw: resource_pb2.RegisterResourceRequest
    outputs: Mapping[str, Any] | None
    """What a component registered; None if it registered nothing."""

    @property
    def urn(self) -> str:
        return self.resource.urn

    @property
    def inputs(self) -> Mapping[str, Any]:
        return self.resource.inputs

    @property
    def depends_on(self) -> set[str]:
        """Logical names."""
        return {urn.rpartition("::")[2] for urn in self.resource.dependencies}

    @property
    def parent(self) -> str:
        """Logical name."""
        return self.resource.parent.rpartition("::")[2]

    @property
    def provider(self) -> str:
        """Logical name of the explicit provider."""
        return self.resource.cluster

    @property
    def former(self) -> list[str]:
        """Former URNs under another name; the SDK's own aliases, which change only the type, are left out."""
        urns: list[str] = self.resource.options.get("aliases", [])
        return [urn for urn, alias in zip(urns, self.raw.aliases, strict=True) if alias.spec.name]

    @property
    def aliases(self) -> list[str]:
        """Former logical names."""
        return [urn.rpartition("::")[2] for urn in self.former]


class Recording(Monitor):
    """Everything that was registered, the stack itself left out."""

    def __init__(self) -> None:
        super().__init__("argo-projects", "dev", Decoder(b""))
        self._raw: dict[str, resource_pb2.RegisterResourceRequest] = {}

    @override
    def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        response = super().RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            self._raw[response.urn] = request
        return response

    @property
    def requests(self) -> dict[str, Request]:
        """By URN, in the order of registration."""
        return {
            urn: Request(self.resources[urn], raw, self.outputs.get(urn))
            for urn, raw in self._raw.items()
        }

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


def record(register: Callable[[], object]) -> Recording:
    """Record what `register` registers. What it raises, or a failed apply, is raised."""
    recording = Recording()
    contextvars.Context().run(_run, register, recording)
    return recording


def _run(register: Callable[[], object], recording: Recording) -> None:
    def program() -> None:
        # Without its value: a component that a lambda returns would be awaited.
        register()

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        reset_options()
        set_all_config({}, [])
        # The mocks themselves are never asked: the recorder answers registrations, and refuses calls of functions.
        unused = create_autospec(mocks.Mocks, instance=True)
        monitor: Any = recording
        set_mocks(unused, "argo-projects", "dev", preview=False, monitor=monitor)
        loop.run_until_complete(run_pulumi_func(program))
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        asyncio.set_event_loop(None)
        loop.close()


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
