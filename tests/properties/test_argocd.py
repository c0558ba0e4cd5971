"""A second oracle: Argo CD's own code reads the AppProjects of accepted fleets and permits nothing hostile."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from argoproject.plan.model import ProjectPlan, plain
from tests.properties.base import PLATFORM, TEAMS, fleet
from tests.properties.catalogue import MOVES
from tests.properties.moves import places
from tests.properties.run import accepted
from tests.properties.test_moves import ELSEWHERE, NEAREST
from tests.support.oracle import Oracle, Question

pytestmark = pytest.mark.argocd

FLEETS = 400
GIT = "https://gitlab.example.org"
RESERVED = ("kube-system", "default", "argocd", "monitoring", "*", "")
GUARDS = (
    ("", "ResourceQuota"),
    ("", "LimitRange"),
    ("argoproj.io", "AppProject"),
    ("argoproj.io", "ApplicationSet"),
)
OF_THE_CLUSTER = (
    ("", "Namespace"),
    ("", "Node"),
    ("rbac.authorization.k8s.io", "ClusterRole"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
    ("apiextensions.k8s.io", "CustomResourceDefinition"),
)


def plans() -> Iterator[ProjectPlan]:
    """The plans of accepted fleets after one to three moves, the same ones each time."""
    chance = random.Random(6)
    moves = [move for move in MOVES if not move.refused]
    environments = [NEAREST.environment, *dict.fromkeys(place.environment for place in ELSEWHERE)]
    for number in range(FLEETS):
        environment = chance.choice(environments)
        files = fleet([environment], impersonated=number % 2 == 0).files
        for move in chance.choices(moves, k=chance.randint(1, 3)):
            possible = [
                place
                for place in places(environment)
                if place.level in move.levels and not (move.file and place.part)
            ]
            files = move.at(files, chance.choice(possible), chance.choice(move.values))
        taken = accepted(files)
        yield from taken.plans if taken is not None else ()


def question(plan: ProjectPlan) -> Question:
    """A question in which everything that must be permitted comes first."""
    return Question(
        project=plain(plan.app_project.manifest),
        sources=[*plan.app_project.manifest["spec"]["sourceRepos"], *_foreign_sources(plan)],
        destinations=[
            {"server": _server(plan), "namespace": plan.namespace_name},
            *_foreign_destinations(plan),
        ],
        kinds=[
            *(
                {"group": group, "kind": kind, "name": "x", "namespaced": True}
                for group, kind in GUARDS
            ),
            *(
                {"group": group, "kind": kind, "name": "x", "namespaced": False}
                for group, kind in OF_THE_CLUSTER
            ),
        ],
    )


def _server(plan: ProjectPlan) -> str:
    return str(PLATFORM["clusters"][plan.identity.cluster]["server"])


def _foreign_sources(plan: ProjectPlan) -> list[str]:
    team = plan.identity.team
    others = [f"{GIT}/{other}/shop.git" for other in TEAMS if other != team]
    return [
        *others,
        f"{GIT}/{team}/never-named.git",
        f"{GIT}/{team}-evil/shop.git",
        f"{GIT}/{team}/../evil/shop.git",
        f"{GIT}.evil.tld/{team}/shop.git",
        f"https://evil.tld/{team}/shop.git",
    ]


def _foreign_destinations(plan: ProjectPlan) -> list[dict[str, str]]:
    others = [f"{team}-shop-dev" for team in TEAMS if team != plan.identity.team]
    servers = [cluster["server"] for cluster in PLATFORM["clusters"].values()]
    elsewhere = {"server": "https://evil.tld:6443", "namespace": plan.namespace_name}
    return [
        elsewhere,
        *(
            {"server": server, "namespace": name}
            for server in servers
            for name in (*others, *RESERVED)
        ),
    ]


def test_argo_cd_permits_the_plan_and_nothing_hostile(argocd_oracle: Oracle) -> None:
    found = list({str(plan.app_project.manifest): plan for plan in plans()}.values())
    assert len(found) > 50
    for plan, answer in zip(found, argocd_oracle.ask(map(question, found)), strict=True):
        own = len(plan.app_project.manifest["spec"]["sourceRepos"])
        assert answer.error == ""
        assert all(answer.sources[:own])
        assert not any(answer.sources[own:])
        assert answer.destinations[0]
        assert not any(answer.destinations[1:]), plan.app_project.manifest["spec"]["destinations"]
        assert not any(answer.kinds)
