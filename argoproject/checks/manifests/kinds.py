"""Which kinds an extra manifest may have.

Pulumi applies it with rights that its author lacks, and does not only create objects: it patches, and installs Helm
releases. So what nobody has thought of is refused.
"""

from __future__ import annotations

__all__ = ["CLUSTER_SCOPED", "ORDINARY", "is_kind_of_programs"]

_ORDINARY = {
    "": "ConfigMap Endpoints PersistentVolumeClaim Pod Secret Service ServiceAccount",
    "apps": "DaemonSet Deployment StatefulSet",
    "autoscaling": "HorizontalPodAutoscaler",
    "batch": "CronJob Job",
    "discovery.k8s.io": "EndpointSlice",
    "networking.k8s.io": "Ingress NetworkPolicy",
    "policy": "PodDisruptionBudget",
    "rbac.authorization.k8s.io": "Role RoleBinding",
}

_BY_GROUP = {
    "": "ComponentStatus Namespace Node PersistentVolume",
    "admissionregistration.k8s.io": (
        "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration "
        "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration"
    ),
    "apiextensions.k8s.io": "CustomResourceDefinition",
    "apiregistration.k8s.io": "APIService",
    "argoproj.io": "ClusterAnalysisTemplate ClusterWorkflowTemplate",
    "authentication.k8s.io": "SelfSubjectReview TokenReview",
    "authorization.k8s.io": "SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
    "capsule.clastix.io": "CapsuleConfiguration GlobalTenantResource Tenant",
    "cert-manager.io": "ClusterIssuer",
    "certificates.k8s.io": "CertificateSigningRequest ClusterTrustBundle",
    "cilium.io": "CiliumClusterwideEnvoyConfig CiliumClusterwideNetworkPolicy CiliumNode",
    "crd.projectcalico.org": "GlobalNetworkPolicy GlobalNetworkSet IPPool",
    "external-secrets.io": "ClusterExternalSecret ClusterPushSecret ClusterSecretStore",
    "flowcontrol.apiserver.k8s.io": "FlowSchema PriorityLevelConfiguration",
    "gateway.networking.k8s.io": "GatewayClass",
    "karpenter.sh": "NodeClaim NodePool",
    "keda.sh": "ClusterTriggerAuthentication",
    "kyverno.io": "ClusterCleanupPolicy ClusterPolicy",
    "networking.k8s.io": "IngressClass IPAddress ServiceCIDR",
    "node.k8s.io": "RuntimeClass",
    "policy.networking.k8s.io": "AdminNetworkPolicy BaselineAdminNetworkPolicy ClusterNetworkPolicy",
    "projectcalico.org": "GlobalNetworkPolicy GlobalNetworkSet IPPool",
    "rbac.authorization.k8s.io": "ClusterRole ClusterRoleBinding",
    "resource.k8s.io": "DeviceClass ResourceSlice",
    "scheduling.k8s.io": "PriorityClass",
    "snapshot.storage.k8s.io": "VolumeSnapshotClass VolumeSnapshotContent",
    "storage.k8s.io": "CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass",
    "storagemigration.k8s.io": "StorageVersionMigration",
}

ORDINARY = frozenset((group, kind) for group, kinds in _ORDINARY.items() for kind in kinds.split())
"""Namespaced kinds of Kubernetes itself that need no `allow`. Some are denied where strict; Secrets have own rules."""

CLUSTER_SCOPED = frozenset(
    (group, kind) for group, kinds in _BY_GROUP.items() for kind in kinds.split()
)
"""Well-known kinds that stand in no namespace, as (group, kind). Source: `kubectl api-resources --namespaced=false`."""

_GROUPS_OF_KUBERNETES = frozenset({"", "apps", "autoscaling", "batch", "extensions", "policy"})
"""API groups without a dot. Every other group has one: a CustomResourceDefinition's must."""


def is_kind_of_programs(group: str, kind: str) -> bool:
    """Whether Pulumi's provider means something else by a kind than the API server does.

    `helm.sh/v3 Release` installs a chart, `v1 NamespacePatch` changes any namespace, `core/v1` is another spelling of
    `v1`. Source: pulumi-kubernetes 4, `helm.v3.Release` and the classes of `core.v1`.
    """
    if group == "helm.sh" or group.endswith(".helm.sh"):
        return True
    if "." not in group and group not in _GROUPS_OF_KUBERNETES:
        return True
    return kind.endswith(("Patch", "List"))
