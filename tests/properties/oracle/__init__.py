"""The rules that every accepted plan obeys, computed from platform.yaml alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from argoproject.fleet.pipeline import Fleet
from tests.properties.oracle import guards, hub, objects, rights
from tests.properties.oracle.view import View

__all__ = ["obeys", "views"]


def obeys(fleet: Fleet, platform: Mapping[str, Any], today: dt.date) -> None:
    """Raise AssertionError at the first rule that a plan of the fleet breaks."""
    for view in views(fleet, platform, today):
        for rule in (*hub.RULES, *guards.RULES, *rights.RULES, *objects.RULES):
            rule(view)
        _names_lead_to_the_team(view)
    _names_are_unique(fleet)
    _hosts_are_unique(fleet)


def views(fleet: Fleet, platform: Mapping[str, Any], today: dt.date) -> list[View]:
    """A view of each environment: its plan together with the settings that it asks for."""
    return [
        View(platform, plan, project.settings, project.profile_name, today)
        for project, plan in zip(fleet.projects, fleet.plans, strict=True)
    ]


def _names_lead_to_the_team(view: View) -> None:
    """The names of the project, and former names, whose objects it would take over, are the team's own."""
    for name in (view.plan.name, *view.plan.moved_from):
        assert view.may_be_called(name), name
        assert name not in ("default", *view.platform["argocd"]["baseProjects"])


def _names_are_unique(fleet: Fleet) -> None:
    objects = [item for plan in fleet.plans for item in plan.objects()]
    physical = [(item.cluster, item.kind.lower(), item.namespace, item.name) for item in objects]
    assert len(set(physical)) == len(physical)
    logical = [f"{plan.name}-{item.key}" for plan in fleet.plans for item in plan.objects()]
    assert len(set(logical)) == len(logical)


def _hosts_are_unique(fleet: Fleet) -> None:
    """No host name of a cluster is served by two environments."""
    declared = [
        (project.identity.cluster, host, project.identity)
        for project in fleet.projects
        for host in project.settings.hosts
    ]
    for cluster, host, owner in declared:
        for other_cluster, other, neighbour in declared:
            if cluster == other_cluster and owner != neighbour:
                below = other.startswith("*.") and host.endswith(other[1:])
                assert host != other, host
                assert not below, (host, other)
