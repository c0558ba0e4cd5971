"""How a tenant's value is held against platform.yaml: shared by the guardrails and the allowances.

A guardrail that platform.yaml leaves out allows nothing, but for the defaults in
`argoproject.project.guardrails`. What the profile sets
is the platform's own decision and is not held against a tenant's guardrails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile

from argoproject.models import Guardrails, Platform
from argoproject.problems import Position, Problem
from argoproject.project.guardrails import default, within, within_registries, within_sources
from argoproject.project.model import Project
from argoproject.upstream.urls import is_plain_url
from argoproject.yamlfile.reader import Data, Path

__all__ = [
    "Bounds",
    "is_plain_url",
    "is_reserved",
    "removal",
    "within",
    "within_registries",
    "within_sources",
]

_RESERVED = (
    "default", "kube-*", "openshift", "openshift-*", "istio-system", "cert-manager", "ingress-nginx", "calico-*",
    "tigera-operator", "cilium-*", "metallb-system", "gatekeeper-system", "kyverno", "external-secrets", "flux-system",
    "velero", "longhorn-system", "rook-ceph", "cattle-*", "gke-*", "gmp-*", "aks-*", "amazon-*",
)  # fmt: skip
"""Namespaces of Kubernetes, its distributions and common cluster services."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A team's guardrails for one environment, and how to speak about them."""

    project: Project

    @property
    def guardrails(self) -> Guardrails:
        return self.project.guardrails

    @property
    def team(self) -> str:
        return self.project.identity.team

    def allowed(self, field: str) -> tuple[str, ...]:
        """The patterns of a guardrail, or its default."""
        project = self.project
        given: tuple[str, ...] | None = getattr(self.guardrails, field)
        if given is not None:
            return given
        return default(project.platform, self.team, project.environment_class, field)

    def permits(self, field: str, text: str) -> bool:
        return within(self.allowed(field), text)

    def refuse_name(
        self, path: Path, what: str, name: str, remedy: str = "choose another"
    ) -> Iterator[Problem]:
        """A name that the guardrail `namespaces` does not allow.

        Its default, `blue-*`, does not reach into the names of a team `blue-x`.
        """
        if not self.permits("namespaces", name):
            message = f"team {self.team} may not have the {what} {name}"
            yield self.problem(
                path=path, code=f"{what.lower()}-not-allowed", message=message, field="namespaces"
            )
        elif self.guardrails.namespaces is None and (owner := self._longer_team(name)):
            message = f"the {what} {name} begins like those of team {owner}"
            remedy += (
                f", or let the platform team add it to {self.where('namespaces')} of platform.yaml"
            )
            yield self.project.problem(
                path=path, code=f"{what.lower()}-of-other-team", message=message, remedy=remedy
            )

    def by_tenant(self, path: Path) -> bool:
        """Whether a file of the tenant decides the value at `path`. A list is decided as a whole."""
        layers = self.project.layers
        whole = tuple(takewhile(lambda step: isinstance(step, str), path))
        return not layers.items or layers.origin(whole)[0] is not layers.items[0]

    def where(self, field: str) -> str:
        """A guardrail as platform.yaml spells it: `teams.blue.sources`."""
        team = self.project.platform.teams[self.team]
        special = team.classes.get(self.project.environment_class)
        alias = Guardrails.model_fields[field].alias or field
        if special is not None and field in special.model_fields_set:
            return f"teams.{self.team}.classes.{self.project.environment_class}.{alias}"
        return f"teams.{self.team}.{alias}"

    def remedy(self, field: str) -> str:
        """What to do about a value that a guardrail does not allow."""
        allowed, where = ", ".join(self.allowed(field)), self.where(field)
        if not allowed:
            return f"let the platform team add it to {where} of platform.yaml, which allows none"
        if getattr(self.guardrails, field) is None:
            return f"without {where} in platform.yaml it is {allowed}: choose that, or let the platform team add it"
        return f"{where} of platform.yaml allows {allowed}: choose from these, or let the platform team add it"

    def problem(self, *, path: Path, code: str, message: str, field: str) -> Problem:
        """A value that the guardrail `field` does not allow."""
        return self.project.problem(
            path=path, code=code, message=message, remedy=self.remedy(field)
        )

    def _longer_team(self, name: str) -> str | None:
        """The team to whose names a name belongs, when that team's own name begins like this one's."""
        teams = self.project.platform.teams
        ends = (at for at, letter in enumerate(name) if letter == "-" and at > len(self.team))
        others = (name[:end] for end in ends if name[:end] in teams)
        return next((other for other in others if other.startswith(f"{self.team}-")), None)


def is_reserved(platform: Platform, name: str) -> bool:
    """Whether a namespace is Kubernetes', Argo CD's or the platform's."""
    if name == platform.argocd.namespace or within(_RESERVED, name):
        return True
    return within(platform.reserved_namespaces, name)


def removal(project: Project, path: Path) -> tuple[Position, Path]:
    """Where a file of the tenant takes away what the profile sets at `path`, and the key that it sets to null."""
    for layer in reversed(project.layers.items[1:]):
        data: Data = layer.data
        for end, step in enumerate(path, start=1):
            if not isinstance(data, Mapping) or step not in data:
                break
            data = data[step]
            if data is None:
                return layer.position(path[:end]), path[:end]
    return project.layers.position(path), path
