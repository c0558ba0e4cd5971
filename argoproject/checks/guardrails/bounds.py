"""How a tenant's value is compared with the guardrails of platform.yaml, and the problem where it is outside.

A guardrail that platform.yaml leaves out allows nothing, except for the default that it declares
(`argoproject.models.guardrails`). What the profile sets is the platform's own decision: no guardrail bounds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile

from argoproject.models import Guardrails, Platform
from argoproject.models.base import key_of
from argoproject.models.guardrails import GUARDRAILS
from argoproject.problems import Mistake, Position
from argoproject.project.guardrails import default, within, within_field
from argoproject.project.model import Found, Project
from argoproject.tree.documents import data_at
from argoproject.yamlfile.reader import Data, DataPath, path_text

__all__ = ["Bounds", "is_reserved", "removal", "where_listed"]

_RESERVED = (
    "default", "kube-*", "openshift", "openshift-*", "istio-system", "cert-manager", "ingress-nginx", "calico-*",
    "tigera-operator", "cilium-*", "metallb-system", "gatekeeper-system", "kyverno", "external-secrets", "flux-system",
    "velero", "longhorn-system", "rook-ceph", "cattle-*", "gke-*", "gmp-*", "aks-*", "amazon-*",
)  # fmt: skip
"""Namespaces of Kubernetes, its distributions and common cluster services."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A team's guardrails for one environment.

    Example:
        `yield from bounds.refuse(("hosts", 0), "hosts", "shop.example.org")` is all that a check needs for a value.
    """

    project: Project

    @property
    def guardrails(self) -> Guardrails:
        """The guardrails of the team in the environment's class."""
        return self.project.guardrails

    @property
    def team(self) -> str:
        """The team of the environment."""
        return self.project.identity.team

    def allowed(self, field: str) -> tuple[str, ...]:
        """The entries of a guardrail, or its default."""
        project = self.project
        given: tuple[str, ...] | None = getattr(self.guardrails, field)
        if given is not None:
            return given
        return default(project.platform, self.team, project.environment_class, field)

    def permits(self, field: str, value: str) -> bool:
        """Whether a guardrail allows a value, by the rule that it declares."""
        return within_field(field, self.allowed(field), value)

    def refuse(
        self,
        path: DataPath,
        field: str,
        value: str,
        *,
        subject: str = "",
        at: DataPath | None = None,
    ) -> Found:
        """Refuse a value that the tenant sets and a guardrail does not allow.

        Args:
            path: place of the value in the settings. A value that the profile sets is not refused.
            field: the guardrail, by its field in `Guardrails`.
            value: what is compared with it.
            subject: fills `{subject}` of the guardrail's message.
            at: place that the problem names, where it is another than `path`.
        """
        if not self.permits(field, value) and self.by_tenant(path):
            yield at or path, self.refusal(field, value=value, subject=subject)

    def refusal(self, field: str, code: str = "", **words: str) -> Mistake:
        """The mistake of a value outside of a guardrail.

        Args:
            field: the guardrail, by its field in `Guardrails`.
            code: code of the problem. Default: the one that the guardrail declares.
            words: fill the guardrail's message: `value`, and what else it has.
        """
        rail = GUARDRAILS[field]
        message = rail.refusal.format(team=self.team, **words)
        return Mistake(code=code or rail.code, message=message, remedy=self.remedy(field))

    def refuse_name(
        self, path: DataPath, what: str, name: str, remedy: str = "choose another"
    ) -> Found:
        """Refuse a name that the guardrail `namespaces` does not allow, whichever file sets it.

        The names of environments, projects and Applications are bounded alike, as each becomes the name of an object
        that others could claim. The default, `blue-*`, does not reach into the names of a team `blue-x`.

        Args:
            path: place of the name in the settings.
            what: what has the name: `namespace`, `project`, `Application`. Begins the code of the problem.
            name: the name.
            remedy: how the name can be changed.
        """
        kind = what.lower()
        if not self.permits("namespaces", name):
            code = f"{kind}-not-allowed"
            yield path, self.refusal("namespaces", code, subject=what, value=name)
        elif self.guardrails.namespaces is None and (owner := self._longer_team(name)):
            message = f"the {what} {name} begins like those of team {owner}"
            remedy += (
                f", or let the platform team add it to {self.where('namespaces')} of platform.yaml"
            )
            yield path, Mistake(code=f"{kind}-of-other-team", message=message, remedy=remedy)

    def by_tenant(self, path: DataPath) -> bool:
        """Whether a file of the tenant decides the value at `path`, rather than the profile.

        A list is decided as a whole: an item of a tenant's list is the tenant's, even if the profile has the same item
        at the same index. Without layers, in a project that a program built, every value is the tenant's.
        """
        layers = self.project.layers
        whole = tuple(takewhile(lambda step: isinstance(step, str), path))
        return not layers.items or layers.origin(whole)[0] is not layers.items[0]

    def where(self, field: str) -> str:
        """A guardrail as platform.yaml spells it: `teams.blue.sources`."""
        environment_class = self.project.environment_class
        special = self.project.platform.teams[self.team].classes.get(environment_class)
        key = key_of(Guardrails, field)
        if special is not None and field in special.model_fields_set:
            return f"teams.{self.team}.classes.{environment_class}.{key}"
        return f"teams.{self.team}.{key}"

    def remedy(self, field: str) -> str:
        """What to do about a value that a guardrail does not allow."""
        allowed, where = ", ".join(self.allowed(field)), self.where(field)
        if not allowed:
            return f"let the platform team add it to {where} of platform.yaml, which allows none"
        if getattr(self.guardrails, field) is None:
            return f"without {where} in platform.yaml it is {allowed}: choose that, or let the platform team add it"
        return f"{where} of platform.yaml allows {allowed}: choose from these, or let the platform team add it"

    def _longer_team(self, name: str) -> str | None:
        """The team that owns a name, if its name is a longer prefix than this team's.

        Example:
            For team `blue`, `blue-x` owns `blue-x-shop`; if there is a team `blue-x-shop`, that one owns it.
        """
        teams = self.project.platform.teams
        ends = (at for at, letter in enumerate(name) if letter == "-" and at > len(self.team))
        others = [name[:end] for end in ends if name[:end] in teams]
        owners = [other for other in others if other.startswith(f"{self.team}-")]
        return owners[-1] if owners else None


def is_reserved(platform: Platform, name: str) -> bool:
    """Whether a namespace belongs to Kubernetes, Argo CD, a common cluster service or the platform.

    No guardrail allows such a name, not even `namespaces: ["*"]`.
    """
    if name == platform.argocd.namespace or within(_RESERVED, name):
        return True
    return within(platform.reserved_namespaces, name)


def removal(project: Project, path: DataPath) -> tuple[Position, DataPath]:
    """Where a file of the tenant removes what the profile sets at `path`.

    Returns:
        The position and path of the key that the nearest such file sets to null; else where `path` is decided.

    Example:
        The profile sets `namespace.limits.max.memory`, and team.yaml has `namespace: {limits: null}`. The removal is at
        `namespace.limits` of team.yaml.
    """
    for layer in reversed(project.layers.items[1:]):
        data: Data = layer.data
        for end, step in enumerate(path, start=1):
            if not isinstance(data, Mapping) or step not in data:
                break
            data = data[step]
            if data is None:
                return layer.position(path[:end]), path[:end]
    return project.layers.position(path), path


def where_listed(project: Project, name: str) -> tuple[Position, str]:
    """The position and path at which the nearest file lists a network policy.

    The lists of all files are joined, so that the index in the merged list is not the one in the file.
    """
    path: DataPath = ("namespace", "networkPolicies")
    for layer in reversed(project.layers.items):
        names = data_at(layer.data, path) or ()
        if name in names:
            path = (*path, names.index(name))
            return layer.position(path), path_text(path)
    return project.layers.position(path), path_text(path)
