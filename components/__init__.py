"""Pulumi's side: transcribes plans into resources. No rules, no files, no validation."""

from components.argo_project import ArgoProject, ArgoProjectArgs
from components.clusters import ClusterAccess, Clusters
from components.secrets import team_secrets

__all__ = ["ArgoProject", "ArgoProjectArgs", "ClusterAccess", "Clusters", "team_secrets"]
