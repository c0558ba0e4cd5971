"""Pulumi's side: components that turn plans into resources. They contain no rules, read no files and validate nothing.

`register` registers a whole stack. In a program of your own, create `ArgoProject` from a plan (docs/library.md).
"""

from components.admission_policies import AdmissionPolicies, AdmissionPoliciesArgs
from components.argo_project import ArgoProject, ArgoProjectArgs
from components.clusters import ClusterAccess, Clusters
from components.helm_secrets_keys import HelmSecretsKeys, HelmSecretsKeysArgs
from components.secrets import Secrets
from components.stack import register

__all__ = [
    "AdmissionPolicies",
    "AdmissionPoliciesArgs",
    "ArgoProject",
    "ArgoProjectArgs",
    "ClusterAccess",
    "Clusters",
    "HelmSecretsKeys",
    "HelmSecretsKeysArgs",
    "Secrets",
    "register",
]
