"""Manifests that tenants could commit to attack the platform, and the words of the refusal for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

__all__ = ["ATTACKS", "ENDPOINTS", "HARMLESS", "PERMITTED", "Attack"]

GUARD = "is a guard of the platform"
"""Part of the message of the admission policy that protects guards."""


@dataclass(frozen=True)
class Attack:
    """One manifest.

    Attributes:
        manifest: what is committed.
        refusal: what the result of the sync has to contain.
        needs_account: whether it is about that account, which the other environment does not have.
    """

    manifest: Mapping[str, Any]
    refusal: str
    needs_account: bool = False


def _attack(text: str, refusal: str, *, needs_account: bool = False) -> Attack:
    return Attack(yaml.safe_load(text), refusal, needs_account)


HARMLESS = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: harmless}
data: {environment: "%s"}
"""
"""The control, which the same sync must deploy. `%s` is the name of the attack."""

ENDPOINTS = """\
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: evil}
addressType: IPv4
endpoints: [{addresses: [10.1.2.3]}]
ports: [{port: 80}]
"""
"""A kind that Argo CD excludes: addresses behind a Service could lead the traffic of an ingress elsewhere."""

PERMITTED = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: default}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: own}
spec: {podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}], selector: {app: web}}
---
apiVersion: v1
kind: Pod
metadata: {name: app}
spec: {containers: [{name: app, image: harbor.example.org/blue/app:1, resources: {requests: {memory: 1Mi}}}]}
"""
"""What workloads of `tenantKinds: standard` have."""

ATTACKS: Mapping[str, Attack] = {
    "a namespace of the same team": _attack(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: evil, namespace: blue-shop-staging}}",
        "namespace blue-shop-staging is not permitted in project",
    ),
    "a namespace of another team": _attack(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: evil, namespace: green-docs-prod}}",
        "namespace green-docs-prod is not permitted in project",
    ),
    "kube-system": _attack(
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: evil, namespace: kube-system}}",
        "namespace kube-system is not permitted in project",
    ),
    "a ClusterRole": _attack(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: evil}
        rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
        """,
        "resource rbac.authorization.k8s.io:ClusterRole is not permitted in project",
    ),
    "a namespace as an object": _attack(
        "{apiVersion: v1, kind: Namespace, metadata: {name: evil}}",
        "resource :Namespace is not permitted in project",
    ),
    "a CustomResourceDefinition": _attack(
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: evils.example.org}
        spec:
          group: example.org
          scope: Cluster
          names: {kind: Evil, plural: evils}
          versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
        """,
        "CustomResourceDefinition is not permitted in project",
    ),
    "a webhook": _attack(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: evil}
        webhooks: []
        """,
        "ValidatingWebhookConfiguration is not permitted in project",
    ),
    "the quota": _attack(
        "{apiVersion: v1, kind: ResourceQuota, metadata: {name: quota}, spec: {hard: {pods: '1000'}}}",
        "resource :ResourceQuota is not permitted in project",
    ),
    "a second quota": _attack(
        "{apiVersion: v1, kind: ResourceQuota, metadata: {name: evil}, spec: {hard: {pods: '0'}}}",
        "resource :ResourceQuota is not permitted in project",
    ),
    "limits": _attack(
        "{apiVersion: v1, kind: LimitRange, metadata: {name: limits}, spec: {limits: []}}",
        "resource :LimitRange is not permitted in project",
    ),
    "a guard among the network policies": _attack(
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: default-deny}
        spec: {podSelector: {}, ingress: [{}]}
        """,
        GUARD,
    ),
    "a guard, replaced by force": _attack(
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: default-deny, annotations: {argocd.argoproj.io/sync-options: "Replace=true,Force=true"}}
        spec: {podSelector: {}, ingress: [{}]}
        """,
        GUARD,
    ),
    "an Application": _attack(
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: evil}
        spec:
          project: default
          source: {repoURL: "https://example.org/x.git", path: x}
          destination: {name: in-cluster, namespace: kube-system}
        """,
        "Application is not permitted in project",
    ),
    "an Application in Argo CD's namespace": _attack(
        """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: evil, namespace: argocd}
        spec:
          project: default
          source: {repoURL: "https://example.org/x.git", path: x}
          destination: {name: in-cluster, namespace: kube-system}
        """,
        "is not permitted in project",
    ),
    "an AppProject": _attack(
        "{apiVersion: argoproj.io/v1alpha1, kind: AppProject, metadata: {name: evil}, spec: {sourceRepos: ['*']}}",
        "AppProject is not permitted in project",
    ),
    "the account of syncs": _attack(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: evil}
        spec:
          serviceAccountName: argocd-sync
          containers: [{name: app, image: harbor.example.org/blue/app:1}]
        """,
        "argocd-sync",
    ),
    "a token of the account of syncs": _attack(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: evil, annotations: {kubernetes.io/service-account.name: argocd-sync}}
        type: kubernetes.io/service-account-token
        """,
        "argocd-sync",
        needs_account=True,
    ),
    "cluster-admin for all users": _attack(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: evil}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: "system:authenticated"}]
        """,
        "kubectl auth reconcile",  # applies RBAC, and crashes on a refusal
    ),
    "an image from another registry": _attack(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: evil}
        spec: {containers: [{name: app, image: evil.example.com/app:1}]}
        """,
        "evil.example.com",
    ),
    "a privileged pod": _attack(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: evil}
        spec:
          containers: [{name: app, image: "harbor.example.org/blue/app:1", securityContext: {privileged: true}}]
        """,
        "securityContext.privileged: Forbidden",
    ),
    "a NodePort Service": _attack(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: evil}
        spec: {type: NodePort, ports: [{port: 80}], selector: {app: x}}
        """,
        "exceeded quota",
    ),
    "a Service with external IPs": _attack(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: evil}
        spec: {externalIPs: [10.0.0.1], ports: [{port: 80}], selector: {app: x}}
        """,
        "externalIPs",
    ),
    "a hook in another namespace": _attack(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: evil, namespace: blue-shop-staging, annotations: {argocd.argoproj.io/hook: PreSync}}
        """,
        "namespace blue-shop-staging is not permitted in project",
    ),
    "a hook with the account of syncs": _attack(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: evil, annotations: {argocd.argoproj.io/hook: PreSync}}
        spec:
          serviceAccountName: argocd-sync
          containers: [{name: app, image: harbor.example.org/blue/app:1}]
        """,
        "argocd-sync",
    ),
    "a label of the environment's namespace": _attack(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: blue-lab-dev, labels: {pod-security.kubernetes.io/enforce: privileged}}
        """,
        "resource :Namespace is not permitted in project",
    ),
}
"""By what is attacked or used for it."""
