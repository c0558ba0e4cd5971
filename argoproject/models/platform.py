"""platform.yaml: what the platform team decides for all environments. audit.yaml: findings that it accepts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from pydantic import Field

from argoproject.identity import helm_secrets_name
from argoproject.models.base import Model
from argoproject.models.guardrails import TeamGuardrails
from argoproject.models.network_policies import NetworkPolicy
from argoproject.models.scalars import (
    ClusterServer,
    DataName,
    DnsLabel,
    DnsName,
    Glob,
    Key,
    LabelKey,
    LongText,
    Quantity,
    Reviewer,
    Scheme,
    Text,
    Url,
    Word,
)
from argoproject.models.settings import ClassSettings
from argoproject.models.values import Count, Date, Flag

__all__ = [
    "Acceptance",
    "Admission",
    "AdmissionMode",
    "ArgoCd",
    "AuditBaseline",
    "Cluster",
    "EnvironmentClass",
    "Impersonation",
    "Platform",
    "Profile",
    "Stacks",
]


class ArgoCd(Model):
    """The Argo CD that deploys the environments."""

    cluster: Key
    """The cluster on which it runs: the hub."""

    namespace: DnsLabel = "argocd"
    """Its namespace."""

    version: Glob
    """Its version, for example "3.5.7": decides what is accepted. Only with the third number `validate` warns of known
    holes that its environments depend on."""

    impersonation_enforced: Flag = True
    """The value of `application.sync.impersonation.enforced` in argocd-cm (Argo CD 3.5), which has an effect once Argo
    CD impersonates. `false`: what has no account syncs with Argo CD's own rights; else it is not synced."""

    require_override_privilege_for_revision_sync: Flag = False
    """The value of `application.sync.requireOverridePrivilegeForRevisionSync` in argocd-cm. `false`: `sync` deploys any
    revision of an Application that is not synced automatically, also where revisions are fixed."""

    helm_values_file_schemes: tuple[Scheme, ...] = ("https", "http")
    """The value of `helm.valuesFileSchemes` in argocd-cm, without which value files may be URLs. `[]`: they are files
    of the sources; `[secrets]`: helm-secrets decrypts them."""

    git_submodules: Flag = True
    """The value of `reposerver.enable.git.submodule` in argocd-cmd-params-cm: whether repositories may bring others
    as submodules."""

    repo_server_egress: Literal["any", "restricted"] = "any"
    """`restricted`: a NetworkPolicy or a proxy lets Argo CD's repo-server reach only the hosts of repositories,
    registries and Argo CD itself."""

    kustomize_versions: tuple[Word, ...] = ()
    """Versions of Kustomize that argocd-cm registers as `kustomize.path.<version>`, for `kustomize.version`."""

    base_projects: tuple[DnsName, ...] = ()
    """AppProjects of the platform in which a `base` Application may be."""

    @property
    def remote_schemes(self) -> tuple[str, ...]:
        """The schemes by which value files are fetched. Those of helm-secrets decrypt files of the sources."""
        return tuple(it for it in self.helm_values_file_schemes if not it.startswith("secrets"))


class Cluster(Model):
    """A cluster. The stack decides how Pulumi reaches it."""

    argocd_name: DnsName
    """Name of the cluster in Argo CD; `in-cluster` for its own."""

    server: ClusterServer
    """Address of its API server, as Argo CD knows it: a URL, or the ARN of an EKS cluster."""

    destination: Literal["server", "name"] = "server"
    """How Applications name it: by its `server`, or by its name in Argo CD."""

    uid: Glob | None = None
    """Beginning of the UID of its namespace kube-system. Not used yet: nothing compares it."""

    budget: Mapping[LabelKey, Quantity] = Field(default_factory=dict)
    """What all quotas together may ask for. `validate` warns of more."""

    argocd_users: tuple[Text, ...] | None = None
    """Users as which Argo CD reaches the cluster, as its API server names them; `*` at the end matches any end. To
    admission policies they are tenants, whatever their rights. Default:
    `system:serviceaccount:kube-system:argocd-manager`, and on the hub every ServiceAccount of Argo CD's namespace
    too."""

    base: Flag = False
    """Pulumi cannot reach it: environments need a `base` Application."""

    def in_namespace(self, namespace: str) -> dict[str, str]:
        """The destination of Applications in one of its namespaces, as Argo CD spells it."""
        if self.destination == "name":
            return {"name": self.argocd_name, "namespace": namespace}
        return {"server": self.server, "namespace": namespace}


class EnvironmentClass(Model):
    """A class of environments with the same rules."""

    profile: Key
    """Profile of its environments, unless a file names another."""

    revisions: Literal["any", "fixed"] = "any"
    """`fixed`: exact versions, full commit hashes or digests only."""

    impersonation: Flag | None = None
    """Whether syncs of its environments run as an account of their own; `false` exempts them. Default: the platform's
    `impersonation`."""


class PlatformManifest(Model):
    """A manifest that the platform adds to every environment of a profile."""

    file: str
    """The file, below the configuration's folder. `${…}` is replaced."""

    namespace: DnsLabel | None = None
    """Its namespace. Default: the environment's."""


class Impersonation(Model):
    """The account of impersonated syncs, and its rights in the namespace."""

    cluster_role: DnsName | None = None
    """ClusterRole of that account inside the namespace. Default: a generated Role, from `tenantKinds` and `allow`."""

    service_account: DnsLabel = "argocd-sync"
    """Name of the account."""

    kinds: tuple[Glob, ...] = ()
    """Further namespaced kinds in the generated Role, as `<group>/<Kind>`: of controllers that this project does not
    know."""


class AdmissionMode(StrEnum):
    """What the policies do with an object that they do not permit."""

    DENY = "deny"
    WARN = "warn"
    """Admit it, warn the client, and record it in the API server's audit log: to try a profile out."""


class Admission(Model):
    """What the cluster's admission policies permit in the namespace. Even `{}` protects the guards. A list that is left
    out restricts nothing, an empty one permits nothing. What Kubernetes fills in counts: list the default classes."""

    mode: AdmissionMode = AdmissionMode.DENY
    """`deny`, or `warn` to try it out: nothing is refused then, and nothing protected."""

    registries: tuple[Glob, ...] | None = None
    """Registries of images: `harbor.example.org`, what is below a path (`harbor.example.org/blue/*`), or every host
    below a domain (`*.example.org`). An image without a registry is of `docker.io`."""

    storage_classes: tuple[DnsName, ...] | None = None
    """Storage classes. A claim that names none, and gets none, passes."""

    ingress_classes: tuple[DnsName, ...] | None = None
    """Ingress classes. An Ingress without any is refused."""

    priority_classes: tuple[DnsName, ...] | None = None
    """Priority classes. A pod without any passes."""

    service_types: (
        tuple[Literal["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"], ...] | None
    ) = None
    """Types of Services. `externalIPs` are always refused."""

    hosts: tuple[Glob, ...] | None = None
    """Host names that projects may declare. With it, and wherever a project declares `hosts`, Ingresses and routes may
    have no others than those declared."""


class Profile(ClassSettings):
    """What environments start from. Its guards are a floor: other files tighten or add, never weaken."""

    platform_manifests: tuple[PlatformManifest, ...] = ()
    """The platform's own manifests, which may leave the namespace."""

    # A profile has the details where every other file has the switch, under the one word for both.
    impersonation: Impersonation | None = None  # type: ignore[assignment]
    """The account of impersonated syncs. Switches them on, unless the environment's class has `false`."""

    admission: Admission | None = None
    """What the cluster's admission policies permit. Without it they leave the namespace alone."""


class PlatformSecret(Model):
    """A secret of the platform that teams may name. Of a registry, it is a pull Secret in the namespace, where
    workloads can read it; of a repository, only Argo CD has it."""

    teams: tuple[Key, ...]
    """Teams that may name it."""

    url_prefixes: tuple[Url, ...] = ()
    """It is sent only to repositories and registries below these. Without any, nowhere."""

    argocd_only: Flag = False
    """Never a pull Secret, which workloads could read: only Argo CD gets it. For registries of charts."""


class Stacks(Model):
    """The rule that derives stacks."""

    by: tuple[Literal["cluster", "team", "product", "environment", "class"], ...]
    """What a stack's projects have in common; the stack's name joins their values."""


class Delivery(Model):
    """How merged changes reach the clusters."""

    concurrency: Count = 4
    """Stacks that run in parallel. Not used yet: the pipelines run all that are affected."""

    require_approval: tuple[Key, ...] = ()
    """Environment classes whose stacks wait for an approval. Their files, and what teams and products share with them,
    are for the platform's reviewers."""


class Recipients(Model):
    """Who can read secrets: age public keys (`age1…`, `ssh-ed25519 …`), PGP fingerprints, or keys of AWS KMS, Google
    Cloud KMS, Azure Key Vault or Vault as sops spells them."""

    platform: tuple[LongText, ...] = ()
    """Of every secret."""

    classes: Mapping[Key, tuple[LongText, ...]] = Field(default_factory=dict)
    """Of the secrets of one class, and of those that teams and products share."""


class HelmSecretsKey(Model):
    """Where Argo CD has the key of a team, or of the platform, for helm-secrets: a Secret in Argo CD's namespace."""

    secret: DnsName | None = None
    """Name of the Secret. Default: `helm-secrets-private-keys` for the platform's, `helm-secrets-<team>`."""

    file: DataName | None = None
    """The key in the Secret that has the private key. Default: `key.txt`, and value files may name any."""


class Platform(Model):
    """The whole platform.yaml."""

    version: Literal["1"]
    """Version of this format."""

    argocd: ArgoCd
    """The Argo CD that deploys."""

    clusters: Mapping[Key, Cluster]
    """Clusters by name; the name is the folder's."""

    impersonation: Flag = False
    """Argo CD impersonates (`application.sync.impersonation.enabled`): the syncs of every environment run as an account
    of its own, with rights in its namespace alone. `validate` names those that have none."""

    environment_classes: Mapping[Key, EnvironmentClass]
    """Classes of environments."""

    environments: Mapping[Key, Key]
    """Environment names and their class. Other folder names are refused."""

    network_policies: Mapping[Key, NetworkPolicy] = Field(default_factory=dict)
    """Network policies by name: the spec, as the API spells it."""

    profiles: Mapping[Key, Profile]
    """Profiles by name."""

    teams: Mapping[Key, TeamGuardrails]
    """Teams and their guardrails."""

    secrets: Mapping[Key, PlatformSecret] = Field(default_factory=dict)
    """Secrets of the platform, by name."""

    reserved_namespaces: tuple[Glob, ...] = ()
    """Further namespaces that no environment may have, in addition to those of Kubernetes and Argo CD."""

    helm_secrets_keys: Mapping[Key, HelmSecretsKey] = Field(default_factory=dict)
    """Names of the Secrets with the keys for helm-secrets, by team or `platform`, where they are not the default."""

    recipients: Recipients | None = None
    """Who can read secrets in sops files. `.sops.yaml` is generated from it."""

    reviewers: tuple[Reviewer, ...] = ()
    """Who reviews platform.yaml and everything outside the teams' folders: "@user", "@organisation/team" or an e-mail
    address. `argoproject codeowners` generates CODEOWNERS from it."""

    stacks: Stacks | None = None
    """The rule that derives stacks. Not used yet: write the stack files by hand."""

    delivery: Delivery | None = None
    """How merged changes reach the clusters: what is production, and who reviews it."""

    deletion_threshold: Count | None = None
    """How many deletions one deployment may contain before a person must approve. Not used yet."""

    def helm_secrets_key(self, owner: str) -> tuple[str, str | None]:
        """The Secret with an owner's key for helm-secrets, and the file in it if platform.yaml names one."""
        declared = self.helm_secrets_keys.get(owner)
        if declared is None:
            return helm_secrets_name(owner), None
        return declared.secret or helm_secrets_name(owner), declared.file

    def is_production(self, environment: str) -> bool:
        """Whether an environment's name is of a class where what was reviewed is what runs: its revisions are fixed,
        or its stacks wait for an approval."""
        name = self.environments.get(environment, "")
        settings = self.environment_classes.get(name)
        waits = self.delivery is not None and name in self.delivery.require_approval
        return waits or (settings is not None and settings.revisions == "fixed")


class Acceptance(Model):
    """Accepted findings of one rule: where they are accepted, for which reason, and until when."""

    rule: Word
    """Code of the rule, which `audit` prints in square brackets."""

    environments: tuple[Glob, ...] = ()
    """Environments in which findings are accepted, in the form of SELECT: `blue/shop`, `green/*/*/prod`."""

    at: tuple[Word, ...] = ()
    """Places at which findings are accepted: a file, or `<file>:<key>` for the key and all below it, for example
    `platform.yaml:profiles.small`. Files are relative to the folder of platform.yaml."""

    reason: Text
    """The reason, for readers of the audit."""

    until: Date
    """Last day on which they are accepted. Afterwards `audit` reports them again."""


class AuditBaseline(Model):
    """The whole audit.yaml."""

    accepted: tuple[Acceptance, ...] = ()
    """Accepted findings."""
