"""Pulumi's side: transcribes plans into resources. No rules, no files, no validation."""

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
