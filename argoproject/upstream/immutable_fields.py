"""Fields that Kubernetes does not let anybody change: with another value Pulumi deletes the object and makes it anew.

Source: pulumi-kubernetes 4.34, provider/pkg/provider/diff.go `forceNew`; name and namespace go for every kind.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["FIXED"]

FIXED: Mapping[str, tuple[str, ...]] = {
    "DaemonSet": ("spec.selector",),
    "Deployment": ("spec.selector",),
    "Job": ("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
    "PersistentVolumeClaim": (
        "spec.accessModes",
        "spec.selector",
        "spec.storageClassName",
        "spec.volumeName",
    ),
    "Pod": ("spec",),
    "ResourceQuota": ("spec.scopes",),
    "RoleBinding": ("roleRef",),
    "Secret": ("type",),
    "Service": ("spec.clusterIP",),
    "StatefulSet": (
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ),
    "StorageClass": ("parameters", "provisioner"),
}
"""By kind. Of a Pod nearly everything: the few fields that may change (tolerations, for example) are few enough."""
