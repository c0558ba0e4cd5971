"""Attacks as a tenant, each refused by whom the tables say, and each with its positive control: the nearest request
that is let.

`workloads`, `claims`, `routes`, `services`, `guards` and `namespaces` are the admission policies; `rbac` are the roles
that were deployed; `api` is Kubernetes' own validation, `psa` Pod Security. Argo CD acts with the rights that `argocd
cluster add` gives it, cluster-admin's, so whatever stops it is no role.
"""

from __future__ import annotations

import pytest

from tests.attacks.arena import Arena, Request
from tests.attacks.guards import GUARDS, QUOTA
from tests.attacks.hosts import HOSTS, balanced
from tests.attacks.namespaces import CLUSTER, HOME, NAMESPACES, VIEWER
from tests.attacks.workloads import CLASSES, IMAGES

pytestmark = pytest.mark.cluster

ATTACKS = {
    f"{group}: {name}": attack
    for group, table in {
        "images": IMAGES,
        "classes": CLASSES,
        "hosts": HOSTS,
        "guards": GUARDS,
        "namespaces": NAMESPACES,
        "cluster": CLUSTER,
        "viewer": VIEWER,
    }.items()
    for name, attack in table.items()
}

WORDS = {"rbac": "cannot ", "psa": "violates PodSecurity", "api": "Invalid value"}


def test_there_are_enough() -> None:
    assert len(ATTACKS) >= 40


@pytest.mark.parametrize("name", ATTACKS)
def test_attack(arena: Arena, name: str) -> None:
    refused_by, attack, control, status = ATTACKS[name]
    answer = arena.send(attack)
    words = WORDS.get(refused_by, f"ValidatingAdmissionPolicy 'argo-projects-{refused_by}'")
    assert (answer.status, words in answer.words) == (status, True), answer.words
    let = arena.send(control)
    assert let.let, let.words


def test_the_finalizers_of_what_is_in_a_namespace(arena: Arena) -> None:
    """They have a subresource of their own, which takes the whole object only."""
    home = arena.api.get(HOME)
    more = {**home, "spec": {"finalizers": ["kubernetes", "evil.tld/x"]}}

    refused = arena.send(Request("argocd", "PUT", f"{HOME}/finalize", more))

    assert refused.status == 403
    assert refused.words.endswith(
        "the namespace blue-store-prod is an environment: only the platform deletes it, or changes its labels, "
        "annotations, owners and finalizers; change project.yaml instead"
    )
    for who, item in (("argocd", home), ("platform", more)):
        assert arena.send(Request(who, "PUT", f"{HOME}/finalize", item)).let


@pytest.mark.parametrize("path", [QUOTA, QUOTA.rpartition("/")[0]])
def test_a_refusal_names_the_guard(arena: Arena, path: str) -> None:
    """Of a collection too, whose request names none."""
    words = arena.send(Request("argocd", "DELETE", path)).words

    assert words.endswith(
        "the resourcequotas quota is a guard of the platform, and only the platform changes those; change the folder "
        "of the environment instead"
    )


def test_a_refusal_of_an_address_says_why(arena: Arena) -> None:
    assert arena.send(balanced("argocd")).words.endswith(
        "addresses 10.1.2.3 in the status refused: a Service with them takes the traffic of others (CVE-2020-8554); "
        "leave them to the controller of load balancers"
    )
