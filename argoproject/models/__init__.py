"""The configuration as its files write it. Rules across fields and files are in `argoproject.checks`."""

from argoproject.models.access import (
    Access,
    Binding,
    ClusterRoles,
    Permission,
    PermissionResource,
    Role,
)
from argoproject.models.application import (
    Application,
    ApplicationSet,
    Base,
    Finalizer,
    Lifecycle,
    OnConflict,
    Source,
    SyncPolicy,
    WaitUntil,
)
from argoproject.models.base import Model, SecretSource
from argoproject.models.credentials import Credential, CredentialTemplate, Registry, Repository
from argoproject.models.namespace import (
    Limits,
    Namespace,
    NamespaceMode,
    PodSecurity,
    PodSecurityLevel,
)
from argoproject.models.platform import (
    Cluster,
    Guardrails,
    Impersonation,
    Platform,
    Profile,
    TeamGuardrails,
)
from argoproject.models.settings import (
    Allowance,
    AllowanceKind,
    ClassSettings,
    Keep,
    Settings,
    SyncWindow,
    TenantKinds,
)

__all__ = [
    "Access",
    "Allowance",
    "AllowanceKind",
    "Application",
    "ApplicationSet",
    "Base",
    "Binding",
    "ClassSettings",
    "Cluster",
    "ClusterRoles",
    "Credential",
    "CredentialTemplate",
    "Finalizer",
    "Guardrails",
    "Impersonation",
    "Keep",
    "Lifecycle",
    "Limits",
    "Model",
    "Namespace",
    "NamespaceMode",
    "OnConflict",
    "Permission",
    "PermissionResource",
    "Platform",
    "PodSecurity",
    "PodSecurityLevel",
    "Profile",
    "Registry",
    "Repository",
    "Role",
    "SecretSource",
    "Settings",
    "Source",
    "SyncPolicy",
    "SyncWindow",
    "TeamGuardrails",
    "TenantKinds",
    "WaitUntil",
]
