"""The models of the configuration: the keys and values that each file may have.

Rules that need several fields or files are in `argoproject.checks`. `scalars` and `values` are the types of fields,
`validation` turns errors into problems, `schema` generates what editors and readers use.
"""

from argoproject.models.access import (
    Access,
    Binding,
    ClusterRoles,
    Permission,
    PermissionResource,
    Role,
)
from argoproject.models.applications import (
    Application,
    ApplicationSet,
    Base,
    Finalizer,
    Lifecycle,
    OnConflict,
    SyncPolicy,
    WaitUntil,
)
from argoproject.models.base import Model, SecretSource
from argoproject.models.credentials import Credential, CredentialTemplate
from argoproject.models.guardrails import Guardrails, TeamGuardrails
from argoproject.models.namespace import (
    Limits,
    Namespace,
    NamespaceMode,
    PodSecurity,
    PodSecurityLevel,
)
from argoproject.models.platform import (
    Admission,
    AdmissionMode,
    Cluster,
    Impersonation,
    Platform,
    Profile,
)
from argoproject.models.repositories import Registry, Repository
from argoproject.models.settings import (
    Allowance,
    AllowanceKind,
    ClassSettings,
    Keep,
    Settings,
    SyncWindow,
    TenantKinds,
)
from argoproject.models.sources import Source

__all__ = [
    "Access",
    "Admission",
    "AdmissionMode",
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
