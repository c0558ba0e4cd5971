"""Rules about extra manifests: the exact text of each report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from argoproject.checks.manifests.manifests import check
from tests.support.reports import Case, told

CASES: Mapping[str, Case] = {
    "correct": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "projects/blue/shop/manifests/x.yaml": """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: x
  namespace: '${namespace}'
  labels: {a: b}
  annotations: {example.org/a: b}
data: {a: b}
""",
        },
        [],
    ),
    "no shape": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "projects/blue/shop/manifests/x.yaml": """\
{apiVersion: one, kind: configMap, metadata: {generateName: x}}
""",
        },
        [
            (
                "manifests/x.yaml:1:2: apiVersion: the manifest has no valid apiVersion (write v1, apps/v1 "
                "or the like) [manifest-api-version]"
            ),
            (
                "manifests/x.yaml:1:19: kind: the manifest has no valid kind (write for example ConfigMap) "
                "[manifest-kind]"
            ),
            (
                "manifests/x.yaml:1:36: metadata.name: the manifest has no valid metadata.name (write "
                "lower-case letters, digits, `-` and `.`, at most 253; generateName has no place here) "
                "[manifest-name]"
            ),
        ],
    ),
    "nothing at all": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "projects/blue/shop/manifests/x.yaml": "{spec: {}}\n",
        },
        [
            (
                "manifests/x.yaml:1:1: apiVersion: the manifest has no valid apiVersion (write v1, apps/v1 "
                "or the like) [manifest-api-version]"
            ),
            (
                "manifests/x.yaml:1:1: kind: the manifest has no valid kind (write for example ConfigMap) "
                "[manifest-kind]"
            ),
            (
                "manifests/x.yaml:1:1: metadata.name: the manifest has no valid metadata.name (write "
                "lower-case letters, digits, `-` and `.`, at most 253; generateName has no place here) "
                "[manifest-name]"
            ),
        ],
    ),
    "name": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "projects/blue/shop/manifests/x.yaml": """\
{apiVersion: v1, kind: ConfigMap, metadata: {name: X_y}}
""",
        },
        [
            (
                "manifests/x.yaml:1:46: metadata.name: the manifest has no valid metadata.name (write "
                "lower-case letters, digits, `-` and `.`, at most 253; generateName has no place here) "
                "[manifest-name]"
            ),
        ],
    ),
    "list": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "projects/blue/shop/manifests/x.yaml": """\
{apiVersion: v1, kind: ConfigMapList, metadata: {name: x}, items: []}
""",
        },
        [
            (
                "manifests/x.yaml:1:18: kind: a list of objects (write one object into each file) "
                "[manifest-list]"
            ),
        ],
    ),
    "RBAC names are wider": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "platform": "{profiles: {medium: {tenantKinds: standard}}}",
            "projects/blue/shop/manifests/x.yaml": """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: 'Shop:reader'}
rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]
""",
        },
        [],
    ),
    "another namespace": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "projects/blue/shop/manifests/x.yaml": """\
{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: kube-system}}
""",
        },
        [
            (
                "manifests/x.yaml:1:55: metadata.namespace: the namespace is not the environment's own, "
                "blue-shop-prod (leave it out, or write `${namespace}`) [manifest-namespace]"
            ),
        ],
    ),
    "cluster-scoped": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "projects/blue/shop/manifests/0.yaml": """\
{apiVersion: v1, kind: Namespace, metadata: {name: x0}}
""",
            "projects/blue/shop/manifests/1.yaml": """\
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: x1}}
""",
            "projects/blue/shop/manifests/2.yaml": """\
{apiVersion: cert-manager.io/v1, kind: ClusterIssuer, metadata: {name: x2}}
""",
        },
        [
            (
                "manifests/0.yaml:1:18: kind: Namespace stands in no namespace: it would concern the whole "
                "cluster (ask the platform team, who can add it as one of a profile's platformManifests) "
                "[manifest-cluster-scoped]"
            ),
            (
                "manifests/1.yaml:1:44: kind: rbac.authorization.k8s.io/ClusterRole stands in no namespace: "
                "it would concern the whole cluster (ask the platform team, who can add it as one of a "
                "profile's platformManifests) [manifest-cluster-scoped]"
            ),
            (
                "manifests/2.yaml:1:34: kind: cert-manager.io/ClusterIssuer stands in no namespace: it would "
                "concern the whole cluster (ask the platform team, who can add it as one of a profile's "
                "platformManifests) [manifest-cluster-scoped]"
            ),
        ],
    ),
    "denied always": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "platform": "{profiles: {medium: {tenantKinds: standard}}}",
            "projects/blue/shop/manifests/0.yaml": """\
{apiVersion: v1, kind: ResourceQuota, metadata: {name: x0}}
""",
            "projects/blue/shop/manifests/1.yaml": """\
{apiVersion: v1, kind: LimitRange, metadata: {name: x1}}
""",
            "projects/blue/shop/manifests/2.yaml": """\
{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: x2}}
""",
        },
        [
            (
                "manifests/0.yaml:1:18: kind: ResourceQuota is a guard, or a kind of Argo CD's own: tenants "
                "never make it (use the settings of project.yaml (namespace, applications), or remove the "
                "file) [manifest-denied]"
            ),
            (
                "manifests/1.yaml:1:18: kind: LimitRange is a guard, or a kind of Argo CD's own: tenants "
                "never make it (use the settings of project.yaml (namespace, applications), or remove the "
                "file) [manifest-denied]"
            ),
            (
                "manifests/2.yaml:1:36: kind: argoproj.io/Application is a guard, or a kind of Argo CD's "
                "own: tenants never make it (use the settings of project.yaml (namespace, applications), or "
                "remove the file) [manifest-denied]"
            ),
        ],
    ),
    "denied where strict": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "projects/blue/shop/manifests/a.yaml": """\
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: mine}}
""",
            "projects/blue/shop/manifests/b.yaml": """\
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: x}}
""",
            "projects/blue/shop/manifests/c.yaml": """\
{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: x}}
""",
            "projects/blue/shop/manifests/d.yaml": """\
{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: x}}
""",
        },
        [
            (
                "manifests/a.yaml:1:36: kind: networking.k8s.io/NetworkPolicy is denied where tenantKinds is "
                "strict (use namespace.networkPolicies or access.kubernetes, or ask the platform team, who "
                "can add it as one of a profile's platformManifests) [manifest-denied]"
            ),
            (
                "manifests/b.yaml:1:44: kind: rbac.authorization.k8s.io/Role is denied where tenantKinds is "
                "strict (use namespace.networkPolicies or access.kubernetes, or ask the platform team, who "
                "can add it as one of a profile's platformManifests) [manifest-denied]"
            ),
            (
                "manifests/c.yaml:1:35: kind: discovery.k8s.io/EndpointSlice is denied where tenantKinds is "
                "strict (let a Service select its pods, or ask the platform team, who can add it as one of a "
                "profile's platformManifests) [manifest-denied]"
            ),
            (
                "manifests/d.yaml:1:28: kind: cilium.io/CiliumNetworkPolicy is denied where tenantKinds is "
                "strict (use namespace.networkPolicies or access.kubernetes, or ask the platform team, who "
                "can add it as one of a profile's platformManifests) [manifest-denied]"
            ),
        ],
    ),
    "permitted where standard": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "platform": "{profiles: {medium: {tenantKinds: standard}}}",
            "projects/blue/shop/manifests/x.yaml": """\
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: mine}}
""",
        },
        [],
    ),
    "every tenant's kinds": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "projects/blue/shop/manifests/0.yaml": """\
{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}}
""",
            "projects/blue/shop/manifests/1.yaml": """\
{apiVersion: batch/v1, kind: CronJob, metadata: {name: x}}
""",
            "projects/blue/shop/manifests/2.yaml": """\
{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: x}}
""",
            "projects/blue/shop/manifests/3.yaml": """\
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: x}}
""",
        },
        [],
    ),
    "other kinds": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "projects/blue/shop/manifests/0.yaml": """\
{apiVersion: security.openshift.io/v1, kind: SecurityContextConstraints, metadata: {name: x}}
""",
            "projects/blue/shop/manifests/1.yaml": """\
{apiVersion: example.org/v1, kind: ConfigMap, metadata: {name: y}}
""",
            "projects/blue/shop/manifests/2.yaml": """\
{apiVersion: v1, kind: Binding, metadata: {name: x}}
""",
        },
        [
            (
                "manifests/0.yaml:1:40: kind: security.openshift.io/SecurityContextConstraints is none of the "
                "kinds that every tenant may have as an extra manifest (deploy it with an Application, add "
                "{kind: namespaceResource, value: security.openshift.io/SecurityContextConstraints, reason: …} "
                "to `allow`, or ask the platform team, who can add it as one of a profile's platformManifests) "
                "[manifest-kind-not-allowed]"
            ),
            (
                "manifests/1.yaml:1:30: kind: example.org/ConfigMap is none of the kinds that every tenant may "
                "have as an extra manifest (deploy it with an Application, add {kind: namespaceResource, value: "
                "example.org/ConfigMap, reason: …} to `allow`, or ask the platform team, who can add it as one "
                "of a profile's platformManifests) [manifest-kind-not-allowed]"
            ),
            (
                "manifests/2.yaml:1:18: kind: Binding is none of the kinds that every tenant may have as an "
                "extra manifest (deploy it with an Application, add {kind: namespaceResource, value: Binding, "
                "reason: …} to `allow`, or ask the platform team, who can add it as one of a profile's "
                "platformManifests) [manifest-kind-not-allowed]"
            ),
        ],
    ),
    "other kinds, allowed": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
allow:
- {kind: namespaceResource, value: argoproj.io/Rollout, reason: x}
- {kind: namespaceResource, value: /PodTemplate, reason: x}
- {kind: clusterResource, value: velero.io/Schedule, reason: x}
""",
            "projects/blue/shop/manifests/0.yaml": """\
{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: x}}
""",
            "projects/blue/shop/manifests/1.yaml": """\
{apiVersion: v1, kind: PodTemplate, metadata: {name: x}}
""",
            "projects/blue/shop/manifests/2.yaml": """\
{apiVersion: velero.io/v1, kind: Schedule, metadata: {name: x}}
""",
        },
        [
            (
                "manifests/2.yaml:1:28: kind: velero.io/Schedule is none of the kinds that every tenant may have "
                "as an extra manifest (deploy it with an Application, add {kind: namespaceResource, value: "
                "velero.io/Schedule, reason: …} to `allow`, or ask the platform team, who can add it as one of a "
                "profile's platformManifests) [manifest-kind-not-allowed]"
            ),
        ],
    ),
    "kinds of programs, though allowed": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
allow:
- {kind: namespaceResource, value: helm.sh/Release, reason: x}
- {kind: namespaceResource, value: NamespacePatch, reason: x}
""",
            "projects/blue/shop/manifests/0.yaml": """\
{apiVersion: helm.sh/v3, kind: Release, metadata: {name: x}}
""",
            "projects/blue/shop/manifests/1.yaml": """\
{apiVersion: v1, kind: NamespacePatch, metadata: {name: kube-system}}
""",
            "projects/blue/shop/manifests/2.yaml": """\
{apiVersion: core/v1, kind: ResourceQuota, metadata: {name: x}}
""",
            "projects/blue/shop/manifests/3.yaml": """\
{apiVersion: v1, kind: ConfigMapList, metadata: {name: x}}
""",
        },
        [
            (
                "manifests/0.yaml:1:26: kind: helm.sh/Release is no kind of Kubernetes: programs like Pulumi act "
                "on it themselves (deploy it with an Application) [manifest-kind-reserved]"
            ),
            (
                "manifests/1.yaml:1:18: kind: NamespacePatch is no kind of Kubernetes: programs like Pulumi act "
                "on it themselves (deploy it with an Application) [manifest-kind-reserved]"
            ),
            (
                "manifests/2.yaml:1:23: kind: core/ResourceQuota is no kind of Kubernetes: programs like Pulumi "
                "act on it themselves (deploy it with an Application) [manifest-kind-reserved]"
            ),
            (
                "manifests/3.yaml:1:18: kind: a list of objects (write one object into each file) [manifest-list]"
            ),
        ],
    ),
    "labels and annotations that are none": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "projects/blue/shop/manifests/a.yaml": """\
{apiVersion: v1, kind: ConfigMap, metadata: {name: x, labels: [a], annotations: null}}
""",
            "projects/blue/shop/manifests/b.yaml": """\
{apiVersion: v1, kind: ConfigMap, metadata: {name: y, labels: {a: true}}}
""",
        },
        [
            (
                "manifests/a.yaml:1:55: metadata.labels: metadata.labels is no mapping (write keys and texts, or "
                "remove it) [manifest-metadata]"
            ),
            (
                "manifests/b.yaml:1:64: metadata.labels.a: the value of a is no text (write it in quotes) "
                "[manifest-metadata]"
            ),
        ],
    ),
    "the name of a guard": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
namespace: {secrets: {db: {a: {secret: s}}}}
registries: {harbor: {server: h.example.org, username: u, password: {secret: p}}}
""",
            "platform": """\
{profiles: {medium: {tenantKinds: standard, impersonation: {clusterRole: view}}}}""",
            "projects/blue/shop/manifests/a.yaml": """\
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: default-deny}}
""",
            "projects/blue/shop/manifests/b.yaml": """\
{apiVersion: v1, kind: ServiceAccount, metadata: {name: default}}
""",
            "projects/blue/shop/manifests/c.yaml": """\
{apiVersion: v1, kind: Secret, metadata: {name: db}}
""",
            "projects/blue/shop/manifests/d.yaml": """\
{apiVersion: v1, kind: Secret, metadata: {name: pull-harbor}}
""",
            "projects/blue/shop/manifests/e.yaml": """\
{apiVersion: v1, kind: ServiceAccount, metadata: {name: argocd-sync}}
""",
            "projects/blue/shop/manifests/f.yaml": """\
{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: argocd-sync}}
""",
            "projects/blue/shop/manifests/g.yaml": """\
{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: access-view}}
""",
        },
        [
            (
                "manifests/a.yaml:1:68: metadata.name: default-deny is the name of a network policy of the "
                "platform (choose another name) [manifest-taken]"
            ),
            (
                "manifests/b.yaml:1:51: metadata.name: default is the name of the account that every "
                "namespace has (choose another name) [manifest-taken]"
            ),
            (
                "manifests/c.yaml:1:43: metadata.name: db is the name of a Secret of namespace.secrets "
                "(choose another name) [manifest-taken]"
            ),
            (
                "manifests/d.yaml:1:43: metadata.name: pull-harbor is the name of the pull Secret of harbor "
                "(choose another name) [manifest-taken]"
            ),
            (
                "manifests/e.yaml:1:51: metadata.name: argocd-sync is the name of the account of Argo CD's "
                "syncs (choose another name) [manifest-taken]"
            ),
            (
                "manifests/f.yaml:1:74: metadata.name: argocd-sync is the name of the rights of Argo CD's "
                "syncs (choose another name) [manifest-taken]"
            ),
            (
                "manifests/g.yaml:1:74: metadata.name: access-view is the name of what `access` gives "
                "(choose another name) [manifest-taken]"
            ),
        ],
    ),
    "Secret in clear": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "projects/blue/shop/manifests/a.yaml": """\
{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {a: aHVudGVyMg==}}
""",
            "projects/blue/shop/manifests/b.yaml": """\
{apiVersion: v1, kind: Secret, metadata: {name: b}, stringData: {a: hunter2}}
""",
            "projects/blue/shop/manifests/c.yaml": """\
{apiVersion: v1, kind: Secret, metadata: {name: c}, stringData: {a: hunter2}, sops: {}}
""",
            "projects/blue/shop/manifests/d.yaml": """\
{apiVersion: v1, kind: Secret, metadata: {name: d}, stringData: {a: 'ENC[x]'}, sops: {mac: x}}
""",
            "projects/blue/shop/manifests/e.yaml": """\
{apiVersion: v1, kind: Secret, metadata: {name: e}, type: kubernetes.io/service-account-token}
""",
            "projects/blue/shop/manifests/f.yaml": """\
{apiVersion: v1, kind: Secret, metadata: {name: f}, data: [x]}
""",
            "projects/blue/shop/manifests/g.yaml": """\
{apiVersion: v1, kind: Secret, metadata: {name: g}, stringData: {empty: ""}}
""",
        },
        [
            (
                "manifests/a.yaml:1:53: data: a Secret in clear (put the values into secrets/ and name "
                "them in namespace.secrets, or encrypt the file with sops (encrypted_regex: ^(data|stringData)$); "
                "if Git has seen them, replace them where they are valid) [manifest-clear-secret]"
            ),
            (
                "manifests/b.yaml:1:53: stringData: a Secret in clear (put the values into secrets/ and name "
                "them in namespace.secrets, or encrypt the file with sops (encrypted_regex: ^(data|stringData)$); "
                "if Git has seen them, replace them where they are valid) [manifest-clear-secret]"
            ),
            (
                "manifests/c.yaml:1:53: stringData: a Secret in clear (put the values into secrets/ and name "
                "them in namespace.secrets, or encrypt the file with sops (encrypted_regex: ^(data|stringData)$); "
                "if Git has seen them, replace them where they are valid) [manifest-clear-secret]"
            ),
            (
                "manifests/d.yaml:1:53: stringData: a Secret in clear (put the values into secrets/ and name "
                "them in namespace.secrets, or encrypt the file with sops (encrypted_regex: ^(data|stringData)$); "
                "if Git has seen them, replace them where they are valid) [manifest-clear-secret]"
            ),
            (
                "manifests/e.yaml:1:53: type: Kubernetes would write a token of a ServiceAccount into the "
                "Secret, which never expires (let pods mount their account's token, or request one that "
                "expires) [manifest-secret-type]"
            ),
            (
                "manifests/f.yaml:1:53: data: data is no mapping (write keys and values) [manifest-secret]"
            ),
        ],
    ),
    "one object twice": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "projects/blue/shop/manifests/a.yaml": """\
{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}
""",
            "projects/blue/shop/manifests/b.yaml": """\
{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}
""",
        },
        [
            (
                "manifests/b.yaml:1:46: metadata.name: manifests/a.yaml has a ConfigMap x as well (remove "
                "one, or rename it) [manifest-twice]"
            ),
        ],
    ),
    "fields of the cluster": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "projects/blue/shop/manifests/x.yaml": """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: x
  uid: a
  ownerReferences: []
  finalizers: [x]
  creationTimestamp: '2026'
status: {}
""",
        },
        [
            (
                "manifests/x.yaml:5:3: metadata.uid: metadata.uid is written by the cluster and its "
                "controllers (remove it) [manifest-server-field]"
            ),
            (
                "manifests/x.yaml:6:3: metadata.ownerReferences: metadata.ownerReferences is written by the "
                "cluster and its controllers (remove it) [manifest-server-field]"
            ),
            (
                "manifests/x.yaml:7:3: metadata.finalizers: metadata.finalizers is written by the cluster "
                "and its controllers (remove it) [manifest-server-field]"
            ),
            (
                "manifests/x.yaml:8:3: metadata.creationTimestamp: metadata.creationTimestamp is written by "
                "the cluster and its controllers (remove it) [manifest-server-field]"
            ),
            (
                "manifests/x.yaml:9:1: status: status is written by the cluster and its controllers (remove "
                "it) [manifest-server-field]"
            ),
        ],
    ),
    "reserved keys": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "projects/blue/shop/manifests/x.yaml": """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: x
  annotations: {pulumi.com/patchForce: 'true', argocd.argoproj.io/tracking-id: x}
  labels: {pulumi.com/x: y}
""",
        },
        [
            (
                "manifests/x.yaml:5:17: metadata.annotations.pulumi.com/patchForce: pulumi.com/patchForce "
                "steers Pulumi or Argo CD themselves (remove it) [manifest-reserved-key]"
            ),
            (
                "manifests/x.yaml:5:48: metadata.annotations.argocd.argoproj.io/tracking-id: "
                "argocd.argoproj.io/tracking-id steers Pulumi or Argo CD themselves (remove it) "
                "[manifest-reserved-key]"
            ),
            (
                "manifests/x.yaml:6:12: metadata.labels.pulumi.com/x: pulumi.com/x steers Pulumi or Argo CD "
                "themselves (remove it) [manifest-reserved-key]"
            ),
        ],
    ),
    "role binding, correct": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "platform": "{profiles: {medium: {tenantKinds: standard}}}",
            "projects/blue/shop/manifests/a.yaml": """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: x}
roleRef: {kind: Role, name: x}
subjects: [{kind: ServiceAccount, name: shop}]
""",
            "projects/blue/shop/manifests/b.yaml": """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: y}
roleRef: {kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: shop, namespace: '${namespace}'}]
""",
        },
        [],
    ),
    "role binding, too much": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "platform": "{profiles: {medium: {tenantKinds: standard}}}",
            "projects/blue/shop/manifests/x.yaml": """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: x}
roleRef: {kind: ClusterRole, name: cluster-admin}
subjects:
- {kind: Group, name: 'system:authenticated'}
- {kind: ServiceAccount, name: default, namespace: kube-system}
""",
        },
        [
            (
                "manifests/x.yaml:4:30: roleRef.name: the team may not give the ClusterRole cluster-admin "
                "(use view, or a Role; or ask the platform team for the guardrail clusterRoles) "
                "[binding-role]"
            ),
            (
                "manifests/x.yaml:6:3: subjects[0]: an extra manifest binds only ServiceAccounts (give "
                "people their rights through `access`) [binding-subject]"
            ),
            (
                "manifests/x.yaml:7:41: subjects[1].namespace: the ServiceAccount is of another namespace "
                "(write `namespace: blue-shop-prod`) [binding-subject]"
            ),
        ],
    ),
    "role binding, by the guardrail": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "platform": """\
{profiles: {medium: {tenantKinds: standard}}, teams: {blue: {clusterRoles: [view, edit]}}}""",
            "projects/blue/shop/manifests/x.yaml": """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: x}
roleRef: {kind: ClusterRole, name: edit}
subjects: [{kind: ServiceAccount, name: shop}]
""",
        },
        [],
    ),
    "role, over the guards": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "platform": "{profiles: {medium: {tenantKinds: standard}}}",
            "projects/blue/shop/manifests/x.yaml": """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: x}
rules:
- {apiGroups: [''], resources: [resourcequotas, limitranges], verbs: [get, list, watch]}
- {apiGroups: [''], resources: [pods, resourcequotas/status, limitranges], verbs: [get, patch]}
- {apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: [deletecollection]}
""",
        },
        [
            (
                "manifests/x.yaml:6:21: rules[1].resources: limitranges are the namespace's guards: with this "
                "Role they could be lifted (remove them, or write a rule for them with the verbs get, list, "
                "watch) [role-guards]"
            ),
            (
                "manifests/x.yaml:6:21: rules[1].resources: resourcequotas are the namespace's guards: with this "
                "Role they could be lifted (remove them, or write a rule for them with the verbs get, list, "
                "watch) [role-guards]"
            ),
            (
                "manifests/x.yaml:7:36: rules[2].resources: networkpolicies are the namespace's guards: with "
                "this Role they could be lifted (remove them, or write a rule for them with the verbs get, list, "
                "watch) [role-guards]"
            ),
        ],
    ),
    "role, too much": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "platform": "{profiles: {medium: {tenantKinds: standard}}}",
            "projects/blue/shop/manifests/x.yaml": """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: x}
rules:
- {apiGroups: ['*'], resources: ['*'], verbs: ['*']}
- apiGroups: [rbac.authorization.k8s.io]
  resources: [roles]
  verbs: [bind, escalate, impersonate, "impersonate:serviceaccount"]
""",
        },
        [
            (
                "manifests/x.yaml:5:4: rules[0].apiGroups: a Role with `*` permits what nobody has reviewed "
                "(name what is meant) [role-wildcard]"
            ),
            (
                "manifests/x.yaml:5:22: rules[0].resources: a Role with `*` permits what nobody has reviewed "
                "(name what is meant) [role-wildcard]"
            ),
            (
                "manifests/x.yaml:5:40: rules[0].verbs: a Role with `*` permits what nobody has reviewed "
                "(name what is meant) [role-wildcard]"
            ),
            (
                "manifests/x.yaml:8:3: rules[1].verbs: the verb bind lets its holder get every other right "
                "(remove it) [role-escalation]"
            ),
            (
                "manifests/x.yaml:8:3: rules[1].verbs: the verb escalate lets its holder get every other "
                "right (remove it) [role-escalation]"
            ),
            (
                "manifests/x.yaml:8:3: rules[1].verbs: the verb impersonate lets its holder get every other "
                "right (remove it) [role-escalation]"
            ),
            (
                "manifests/x.yaml:8:3: rules[1].verbs: the verb impersonate:serviceaccount lets its holder get "
                "every other right (remove it) [role-escalation]"
            ),
        ],
    ),
}


SERVICES = {
    "externalIPs: [10.0.0.1]": (
        "spec.externalIPs: a Service with externalIPs takes traffic that is meant for others (remove them: what comes "
        "in comes through an Ingress or a load balancer) [service-external-ips]"
    ),
    **{
        f"type: ExternalName, externalName: {name}": (
            f"spec.externalName: the Service leads into the cluster, not to a name outside: {name.rstrip('.').lower()} "
            "(name a host outside the cluster; within the namespace use the other Service itself) "
            "[service-external-name]"
        )
        for name in (
            "db.green-shop-prod.svc.cluster.local",
            "db.green-shop-prod.SVC.",
            "kubernetes",
            "a.b.cluster.local",
        )
    },
    "type: ExternalName, externalName: db.example.org": "",
    "type: ExternalName, externalName: db.blue-shop-prod.svc": "",
    "type: ExternalName, externalName: db.blue-shop-prod.svc.cluster.local": "",
    "type: ExternalName": (
        "spec.externalName: the Service leads into the cluster, not to a name outside: nothing (name a host outside "
        "the cluster; within the namespace use the other Service itself) [service-external-name]"
    ),
    "selector: {app: shop}": "",
}


@pytest.mark.parametrize("spec", SERVICES)
def test_services_that_lead_elsewhere(spec: str, tmp_path: Path) -> None:
    service = f"{{apiVersion: v1, kind: Service, metadata: {{name: x}}, spec: {{{spec}}}}}\n"
    files = {
        "project.yaml": "versions: {application: v1.4.2}\n",
        "projects/blue/shop/manifests/x.yaml": service,
    }
    lines = [line.split(": ", 1)[1] for line in told(check, tmp_path, files)]
    assert lines == ([SERVICES[spec]] if SERVICES[spec] else [])


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    assert told(check, tmp_path, files) == expected


@pytest.mark.parametrize(
    ("manifest", "path"),
    [
        (
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {password: hunter2}}",
            "data.password",
        ),
        (
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {a.yaml: 'db: {password: hunter2}\n'}}",
            "data.a.yaml",
        ),
        (
            "{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: a, env: [{name: DB_PASSWORD, "
            "value: hunter2}]}]}}",
            "spec.containers[0].env[0].value",
        ),
    ],
)
def test_a_secret_in_clear_in_another_kind(manifest: str, path: str, tmp_path: Path) -> None:
    project = "versions: {application: v1.4.2}\n"
    files = {"project.yaml": project, "projects/blue/shop/manifests/x.yaml": f"{manifest}\n"}
    (line,) = told(check, tmp_path, files)
    assert line.endswith("[inline-secret]")
    assert f" {path}: this looks like a secret, and stands in Git in clear" in line
    assert "hunter2" not in line
    allow = (
        f"allow: [{{kind: inlineSecret, value: 'manifests/x.yaml:{path}', reason: no secret}}]\n"
    )
    other = tmp_path / "allowed"
    assert told(check, other, {**files, "project.yaml": project + allow}) == []
