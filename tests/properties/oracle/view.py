"""The rules of platform.yaml for one environment, read here independently, together with its plan."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from argoproject.models import Allowance, ClassSettings
from argoproject.plan.model import PlannedObject, ProjectPlan

__all__ = ["View", "amount", "matches", "of_namespace"]

_UNITS: Mapping[str, Decimal | int] = {
    "Ki": 2**10,
    "Mi": 2**20,
    "Gi": 2**30,
    "Ti": 2**40,
    "m": Decimal("0.001"),
    "k": 1000,
    "M": 10**6,
    "G": 10**9,
}
_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
_RESERVED = ("default", "kube-*", "argocd", "velero", "cert-manager", "istio-system")


@dataclass(frozen=True)
class View:
    """One environment. `settings` are those that its files ask for, `platform` is the file that limits them."""

    platform: Mapping[str, Any]
    plan: ProjectPlan
    settings: ClassSettings
    profile_name: str
    today: dt.date

    @property
    def team(self) -> str:
        return self.plan.identity.team

    @property
    def environment_class(self) -> str:
        return str(self.platform["environments"][self.plan.identity.environment])

    @cached_property
    def rails(self) -> Mapping[str, Any]:
        """The team's guardrails; each guardrail of the class replaces the general one."""
        team = self.platform["teams"][self.team]
        return {**team, **team.get("classes", {}).get(self.environment_class, {})}

    @cached_property
    def profile(self) -> Mapping[str, Any]:
        """The profile of the environment, which must be its class's or one that the guardrail allows."""
        of_class = self.platform["environmentClasses"][self.environment_class]["profile"]
        assert self.profile_name in {of_class, *self.rails.get("profiles", ())}, self.profile_name
        return dict(self.platform["profiles"][self.profile_name])

    @property
    def server(self) -> str:
        return str(self.platform["clusters"][self.plan.identity.cluster]["server"])

    @property
    def on_hub(self) -> bool:
        return bool(self.plan.identity.cluster == self.platform["argocd"]["cluster"])

    @property
    def strict(self) -> bool:
        """Whether the kinds are strict: if the profile is strict, or the tenant asked for it."""
        asked = self.settings.tenant_kinds
        return self.profile.get("tenantKinds") != "standard" or str(asked) == "strict"

    @cached_property
    def project(self) -> Mapping[str, Any]:
        """The spec of the AppProject."""
        return dict(self.plan.app_project.manifest["spec"])

    def of_kind(self, *kinds: str) -> Iterator[PlannedObject]:
        return (item for item in self.plan.objects() if item.kind in kinds)

    def allows(self, kind: str, *, ended: bool = False) -> Iterator[Allowance]:
        """The values of one kind of `allow`, if the team may use it: only valid ones, or `ended` ones too."""
        for item in self.settings.allow:
            current = item.until is None or item.until >= self.today
            if item.kind == kind and (current or ended):
                assert kind in self.rails.get("allow", ()), f"{self.team} may not allow {kind}"
                yield item

    def may_be_called(self, name: str) -> bool:
        """Whether a name is the team's own: with its prefix, but not that of a longer team name, and not reserved."""
        reserved = (*_RESERVED, *self.platform["reservedNamespaces"])
        longer = (team for team in self.platform["teams"] if team.startswith(f"{self.team}-"))
        return (
            _NAME.fullmatch(name) is not None
            and name.startswith(f"{self.team}-")
            and not any(name.startswith(f"{team}-") for team in longer)
            and not any(fnmatchcase(name, item) for item in reserved)
        )

    def may_have_kind(self, kind: str) -> bool:
        """Whether the guardrail `kinds` allows a kind, or one object of it."""
        return matches(self.rails.get("kinds", ()), kind)


def matches(patterns: Any, text: str) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)


def amount(quantity: str) -> Decimal:
    """A Kubernetes quantity as a number."""
    unit = next((item for item in _UNITS if quantity.endswith(item)), "")
    return Decimal(quantity.removesuffix(unit)) * _UNITS.get(unit, 1)


def of_namespace(view: View) -> Mapping[str, Any]:
    return dict(view.profile.get("namespace", {}))
