"""Single rules: the reasons for a change of one object, or of one line of platform.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from argoproject.diff.compare import Platforms, compare
from argoproject.diff.fields import differences, leaves
from argoproject.diff.model import Danger
from argoproject.diff.rules.platform import setting_reasons
from argoproject.diff.states import EnvironmentState, ObjectState
from argoproject.identity import Identity
from argoproject.models import Platform
from argoproject.models.validation import validate
from argoproject.yamlfile.reader import parse
from tests.support import trees

IDENTITY = Identity("blue", "shop", "eu-1", "prod")


def platform(overlay: str = "{}") -> Platform:
    document, _ = parse("platform.yaml", trees.platform(overlay).encode())
    model, problems = validate(Platform, document.data, document.position)
    assert model is not None, problems
    return model


def side(kind: str, fields: str | None, options: Mapping[str, Any]) -> EnvironmentState:
    """An environment with one object, or none."""
    objects = {}
    if fields is not None:
        data = yaml.safe_load(fields) or {}
        metadata = {"name": "x", "namespace": "n", **data.pop("metadata", {})}
        manifest = {"apiVersion": "v1", "kind": kind, "metadata": metadata, **data}
        objects["x"] = ObjectState(key="x", cluster="eu-1", manifest=manifest, options=options)
    return EnvironmentState(identity=IDENTITY, project="p", objects=objects)


def reasons(
    kind: str, before: str | None, after: str | None, **options: tuple[Any, Any]
) -> list[str]:
    """The reasons for a change of one object. `options` are pairs: before and after."""
    old, new = (
        side(kind, text, {name: pair[at] for name, pair in options.items()})
        for at, text in enumerate((before, after))
    )
    (change,) = compare([old], [new], Platforms(platform()))
    (item,) = change.changes
    return [f"{reason.danger}: {reason}" for reason in item.reasons]


@pytest.mark.parametrize(
    ("kind", "before", "after", "expected"),
    [
        (
            "RoleBinding",
            "{roleRef: {kind: ClusterRole, name: view}, subjects: [{kind: ServiceAccount, name: default,"
            " namespace: ops}]}",
            "{roleRef: {kind: ClusterRole, name: view}, subjects: [{kind: ServiceAccount, name: default,"
            " namespace: x}]}",
            [
                "dangerous: ServiceAccount x/default gains the ClusterRole view in the namespace",
                "look: ServiceAccount ops/default loses the ClusterRole view in the namespace",
            ],
        ),
        (
            "RoleBinding",
            None,
            "{roleRef: {kind: Role, name: x}, subjects: [{kind: Group}]}",
            ["dangerous: Group None gains the Role x in the namespace"],
        ),
        (
            "Namespace",
            "metadata: {labels: {argo-projects/admission: deny}}",
            "{}",
            ["dangerous: admission policies no longer refuse anything, and protect no guard"],
        ),
        (
            "Namespace",
            "metadata: {labels: {argo-projects/admission: deny}}",
            "metadata: {labels: {argo-projects/admission: warn}}",
            ["dangerous: admission policies no longer refuse anything, and protect no guard"],
        ),
        (
            "Namespace",
            "{}",
            "metadata: {labels: {argo-projects/admission: deny}, annotations: {argo-projects/admission-hosts: a}}",
            ["look: admission policies refuse from now on what they do not permit"],
        ),
        (
            "Namespace",
            "metadata: {labels: {argo-projects/admission: deny}, annotations: {argo-projects/admission-registries: a,"
            " argo-projects/admission-hosts: a, argo-projects/admission-storage-classes: 'a,b',"
            " argo-projects/admission-accounts: x, argo-projects/admission-service-types: ClusterIP}}",
            "metadata: {labels: {argo-projects/admission: deny}, annotations: {argo-projects/admission-registries:"
            " 'b,a', argo-projects/admission-hosts: 'a,b', argo-projects/admission-storage-classes: b,"
            " argo-projects/admission-accounts: y, argo-projects/admission-priority-classes: ''}}",
            [
                "dangerous: admission permits more registries: b",
                "look: admission permits more hosts: b",
                "look: admission permits fewer storage classes: b instead of a,b",
                "dangerous: admission no longer restricts service types, so far to ClusterIP",
                "look: admission restricts priority classes to none",
            ],
        ),
        (
            "Role",
            "rules: [{verbs: [get]}]",
            "rules: [{verbs: [get, create]}]",
            ["dangerous: the Role permits more, or something else"],
        ),
        (
            "Role",
            "rules: [{verbs: [get]}, {verbs: [list]}]",
            "rules: [{verbs: [get]}]",
            ["look: the Role permits less"],
        ),
        (
            "NetworkPolicy",
            "spec: {podSelector: {}, egress: [{to: [{podSelector: {}}]}]}",
            "spec: {podSelector: {}}",
            ["dangerous: the network policy opens more than before; it lets through: nothing"],
        ),
        (
            "NetworkPolicy",
            "spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{}]}",
            "spec: {podSelector: {}, policyTypes: [Ingress]}",
            ["look: the network policy is changed; it lets through: nothing"],
        ),
        (
            "LimitRange",
            "spec: {limits: [{type: Container, max: {memory: 1Gi}}]}",
            "spec: {limits: [{type: Container}]}",
            ["dangerous: containers have no max memory of a Container any more"],
        ),
        (
            "LimitRange",
            "spec: {limits: [{type: Container, max: {memory: 1Gi}}]}",
            "spec: {limits: [{type: Container, max: {memory: 2Gi}}]}",
            ["look: the bounds or the defaults of containers are changed"],
        ),
        (
            "Namespace",
            "metadata: {annotations: {scheduler.alpha.kubernetes.io/node-selector: pool=blue, "
            "argo-projects/environment: a/b/c/d}}",
            "metadata: {annotations: {owner: ops, argo-projects/environment: a/b/c/e}}",
            [
                "look: the annotation owner is ops instead of None: policies and controllers go by annotations",
                "look: the annotation scheduler.alpha.kubernetes.io/node-selector is None instead of pool=blue: "
                "policies and controllers go by annotations",
            ],
        ),
        (
            "Namespace",
            "metadata: {labels: {istio-injection: enabled}}",
            "metadata: {labels: {}}",
            [
                "look: the label istio-injection is None instead of enabled: policies and controllers go by labels"
            ],
        ),
        (
            "Namespace",
            "metadata: {labels: {pod-security.kubernetes.io/enforce: baseline}}",
            "metadata: {labels: {pod-security.kubernetes.io/enforce: restricted}}",
            ["look: Pod Security is raised: enforce restricted instead of baseline"],
        ),
        (
            "Namespace",
            "metadata: {labels: {pod-security.kubernetes.io/enforce: baseline,"
            " pod-security.kubernetes.io/enforce-version: v1.36}}",
            "metadata: {labels: {pod-security.kubernetes.io/enforce: baseline,"
            " pod-security.kubernetes.io/enforce-version: v1.20}}",
            ["dangerous: Pod Security enforce follows the standard of v1.20 instead of v1.36"],
        ),
        (
            "Secret",
            "{metadata: {labels: {argocd.argoproj.io/secret-type: repository}}, stringData: {url: u, username: a}}",
            "{metadata: {labels: {argocd.argoproj.io/secret-type: repository-write}}, stringData: {url: u,"
            " username: b}}",
            [
                "dangerous: Argo CD uses the credential as repository-write instead of repository",
                "look: username of the credential is b instead of a",
            ],
        ),
        (
            "Secret",
            "{metadata: {labels: {argocd.argoproj.io/secret-type: repository}}, stringData: {url: u}}",
            "{metadata: {labels: {argocd.argoproj.io/secret-type: repository}}, stringData: {url: u, proxy:"
            " 'http://p', insecure: 'true'}}",
            [
                "dangerous: the credential is sent another way: proxy is http://p, was None",
                "dangerous: the server's identity is no longer checked: insecure",
            ],
        ),
        (
            "AppProject",
            "spec: {syncWindows: [{kind: deny, duration: 62h}]}",
            "spec: {syncWindows: [{kind: deny, duration: 1m}]}",
            ["dangerous: the times when Applications may sync are changed"],
        ),
        (
            "AppProject",
            "spec: {sourceIntegrity: {git: {policies: [strict]}}}",
            "spec: {sourceIntegrity: {git: {policies: [none]}}}",
            [
                "dangerous: which signatures commits must have is changed, or none is required any more"
            ],
        ),
        (
            "Application",
            "spec: {source: {repoURL: u, path: p}, syncPolicy: {automated: {prune: true, enabled: false}}}",
            "spec: {source: {repoURL: u, path: p}, syncPolicy: {automated: {prune: true}}}",
            ["look: Argo CD deletes by itself what is removed from the source"],
        ),
        (
            "Application",
            "spec: {source: {repoURL: u, path: p, kustomize: {images: [a:1]}}}",
            "spec: {source: {repoURL: u, path: p, kustomize: {images: [a:2]}}}",
            ["look: production gets other images of u, p"],
        ),
        (
            "Application",
            "spec: {source: {repoURL: u, path: p}}",
            "{metadata: {finalizers: [resources-finalizer.argocd.argoproj.io]}, spec: {source: {repoURL: u, path: p}}}",
            ["look: its workloads are deleted together with it"],
        ),
        (
            "ApplicationSet",
            "spec: {generators: [a]}",
            "spec: {generators: [b]}",
            ["look: which Applications the ApplicationSet creates, or how, is changed"],
        ),
        (
            "StatefulSet",
            "spec: {serviceName: a}",
            "spec: {serviceName: b}",
            ["dangerous: x is deleted and created again"],
        ),
        (
            "Deployment",
            "spec: {selector: {a: b}}",
            "spec: {selector: {a: c}}",
            ["dangerous: x is deleted and created again"],
        ),
        ("Deployment", "spec: {replicas: 1}", "spec: {replicas: 2}", []),
        ("ConfigMap", "data: {a: b}", None, ["dangerous: the ConfigMap x is deleted"]),
    ],
)
def test_an_object(kind: str, before: str | None, after: str | None, expected: list[str]) -> None:
    assert reasons(kind, before, after) == expected


@pytest.mark.parametrize(
    ("option", "pair", "expected"),
    [
        ("protected", (True, False), ["look: protection is lifted: a later change may delete it"]),
        ("protected", (False, True), []),
        (
            "adopted",
            (False, True),
            ["dangerous: the namespace is to be adopted: one that exists is imported and owned"],
        ),
        ("owned", ("by patch", "whole"), ["dangerous: x is deleted and created again"]),
        (
            "takes over fields of others",
            (False, True),
            ["look: fields that others wrote are taken over"],
        ),
    ],
)
def test_how_pulumi_handles_an_object(
    option: str, pair: tuple[Any, Any], expected: list[str]
) -> None:
    assert reasons("Namespace", "{}", "{}", **{option: pair}) == expected


def test_a_field_that_is_left_to_another_writer_is_no_change_of_it() -> None:
    """Another writer owns one of two sources: changes of the other are still reported."""
    left = ("spec.sources[1].targetRevision",)
    before, after = (
        ObjectState(
            key="x",
            cluster="hub",
            manifest={
                "apiVersion": "argoproj.io/v1alpha1",
                "kind": "Application",
                "metadata": {"name": "x"},
                "spec": {
                    "sources": [
                        {"repoURL": "u", "chart": "shop", "targetRevision": first},
                        {"repoURL": "v", "ref": "values", "targetRevision": second},
                    ]
                },
            },
            ignored=left,
        )
        for first, second in (("1.4.2", "1"), ("1.4.9", "2"))
    )
    old, new = (
        EnvironmentState(identity=IDENTITY, project="p", objects={"x": item})
        for item in (before, after)
    )
    (change,) = compare([old], [new], Platforms(platform()))
    assert change.changes[0].reasons[0].danger is Danger.LOOK
    assert "production gets shop of u 1.4.9 instead of 1.4.2" in str(change.changes[0].reasons[0])


@pytest.mark.parametrize(
    ("overlay", "expected"),
    [
        ("teams: {blue: {groups: [blue-*, '*']}}", ["dangerous: the guardrail is widened by *"]),
        ("teams: {blue: {groups: [blue-*, blue-x]}}", []),
        ("teams: {blue: {groups: null}}", ["look: the guardrail is narrowed by blue-*"]),
        ("teams: {blue: {registries: [harbor]}}", ["look: the guardrail is narrowed by *"]),
        ("teams: {blue: {clusterRoles: []}}", ["look: the guardrail is narrowed by view"]),
        (
            "teams: {blue: {classes: {production: {groups: [x]}}}}",
            [
                "dangerous: the guardrail is widened by x",
                "look: the guardrail is narrowed by blue-*",
            ],
        ),
        (
            "teams: {blue: {groups: [blue-*, budget]}}",
            ["dangerous: the guardrail is widened by budget"],
        ),
        (
            "teams: {blue: {quotaMax: {requests.cpu: '9'}}}",
            ["dangerous: the guardrail is widened: requests.cpu to 9"],
        ),
        (
            "teams: {blue: {quotaMax: {requests.cpu: '7'}}}",
            ["look: the guardrail is narrowed: requests.cpu from 8"],
        ),
        (
            "teams: {blue: {quotaMax: {pods: '7'}}}",
            ["dangerous: the guardrail is widened: pods to 7"],
        ),
        ("teams: {blue: {description: Shop}}", []),
        ("clusters: {eu-1: {budget: {pods: '1'}}}", []),
        (
            "clusters: {eu-1: {argocdName: eu-9}}",
            ["dangerous: the name means another cluster: workloads and credentials go there"],
        ),
        (
            "clusters: {eu-1: {argocdUsers: ['system:serviceaccount:kube-system:*']}}",
            [
                "look: admission policies treat system:serviceaccount:kube-system:* as Argo CD, and protect guards "
                "from it"
            ],
        ),
        (
            "clusters: {eu-1: {argocdUsers: [argocd, 'argo-*']}}",
            [
                "dangerous: admission policies no longer treat system:serviceaccount:kube-system:argocd-manager as "
                "Argo CD, and no longer protect guards from it",
                "look: admission policies treat argocd, argo-* as Argo CD, and protect guards from it",
            ],
        ),
        (
            "clusters: {hub: {argocdUsers: ['system:serviceaccount:argocd:server']}}",
            [
                "dangerous: admission policies no longer treat system:serviceaccount:argocd:*, "
                "system:serviceaccount:kube-system:argocd-manager as Argo CD, and no longer protect guards from it",
            ],
        ),
        (
            "environments: {prod: nonproduction}",
            ["dangerous: environments of this name have another class, with other guardrails"],
        ),
        ("environments: {test: nonproduction}", []),
        ("environmentClasses: {production: {profile: small}}", ["look: the class is changed"]),
        (
            "environmentClasses: {production: {revisions: any}}",
            [
                "dangerous: branches and ranges are allowed in this class: what runs is no longer what was reviewed"
            ],
        ),
        ("argocd: {version: '3.6'}", ["look: the description of Argo CD itself is changed"]),
        (
            "delivery: {concurrency: '2'}",
            ["look: who must review or approve, or how changes are delivered, is changed"],
        ),
        (
            "profiles: {small: {tenantKinds: strict}}",
            [
                "look: the floor of every environment with this profile is changed, later ones included"
            ],
        ),
    ],
)
def test_a_line_of_the_platform(overlay: str, expected: list[str]) -> None:
    before, after = (
        parse("platform.yaml", trees.platform(text).encode())[0].data for text in ("{}", overlay)
    )
    fields = [leaf for field in differences(before, after) for leaf in leaves(field)]
    found = [
        f"{reason.danger}: {reason}"
        for field in fields
        for reason in setting_reasons(field, platform(), platform(overlay))
    ]
    assert sorted(set(found)) == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("{podSelector: {}, policyTypes: [Ingress]}", "nothing"),
        ("{ingress: [{}]}", "ingress from anywhere"),
        ("{egress: [{ports: [{port: 53, protocol: UDP}, {port: 53}]}]}", "egress to anywhere on UDP 53, TCP 53"),
        (
            "{ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress}}}]}]}",
            "ingress from namespaces with kubernetes.io/metadata.name=ingress",
        ),
        (
            "{egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}],"
            " ports: [{port: 5432, endPort: 5440}]}]}",
            "egress to 10.0.0.0/8 without 10.1.0.0/16 on TCP 5432-5440",
        ),
        ("{ingress: [{from: [{podSelector: {}}]}]}", "ingress from all pods of the namespace"),
        (
            "{ingress: [{from: [{podSelector: {matchLabels: {a: b}}, namespaceSelector: {}}]}]}",
            "ingress from pods with a=b in all namespaces",
        ),
    ],
)  # fmt: skip
def test_what_a_network_policy_lets_through(spec: str, expected: str) -> None:
    assert reasons("NetworkPolicy", None, f"spec: {spec}") == [
        f"look: a network policy is added, which lets through: {expected}"
    ]
