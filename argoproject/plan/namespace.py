"""The plan of the destination cluster's side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from argoproject.models import Keep, Lifecycle, Namespace, NamespaceMode, Registry
from argoproject.plan.admission import namespace_marks
from argoproject.plan.leaves import DockerConfig, Manifest, RegistryLogin, SecretLeaf, SecretRef
from argoproject.plan.manifests import namespace as manifests
from argoproject.plan.manifests.common import compact, manifest
from argoproject.plan.manifests.impersonation import sync_account
from argoproject.plan.model import NamespacePlan, Ownership, PlannedObject
from argoproject.plan.values import Values
from argoproject.project.access import kubernetes_groups
from argoproject.project.model import ExtraManifest, Project
from argoproject.secrets.file import BOUND_KEY, SecretFile, is_encrypted
from argoproject.yamlfile.reader import Path

__all__ = ["namespace_plan"]

_OWNERSHIP = {
    NamespaceMode.CREATE: Ownership.CREATE,
    NamespaceMode.ADOPT: Ownership.ADOPT,
    NamespaceMode.EXISTING: Ownership.PATCH,
}


def namespace_plan(project: Project, values: Values) -> NamespacePlan:
    """Namespace, guards, Secrets, accounts and extra manifests. Empty where a `base` Application makes them."""
    if project.settings.base is not None:
        return NamespacePlan(namespace=None, objects=())
    settings = project.settings.namespace or Namespace()
    builder = _Builder(project, settings, values)
    own, platforms = tuple(builder.objects()), tuple(builder.platform_manifests())
    return NamespacePlan(
        namespace=builder.namespace((*own, *platforms)),
        objects=(*own, *builder.manifests(), *platforms),
    )


class _Builder:
    def __init__(self, project: Project, settings: Namespace, values: Values) -> None:
        self.project = project
        self.settings = settings
        self.values = values
        self.identity = project.identity
        self.name = project.names.namespace

    def namespace(self, objects: Iterable[PlannedObject]) -> PlannedObject:
        """The Namespace; `objects` are the platform's, not the team's."""
        settings = self.settings
        project = self.project
        admission = namespace_marks(project, objects)
        return PlannedObject(
            key="namespace",
            cluster=self.identity.cluster,
            manifest=manifests.namespace(
                self.identity,
                self.name,
                {**settings.labels, **admission.labels},
                {**settings.annotations, **admission.annotations},
                settings.pod_security,
            ),
            ownership=_OWNERSHIP[settings.mode or NamespaceMode.CREATE],
            protect=project.settings.lifecycle is not Lifecycle.RETIRING,
            keep=Keep.NAMESPACE in project.settings.keep,
        )

    def objects(self) -> Iterator[PlannedObject]:
        yield from self._guards()
        yield from self._secrets()
        yield from self._accounts()

    def _guards(self) -> Iterator[PlannedObject]:
        settings, identity = self.settings, self.identity
        if settings.quota:
            quota = manifests.resource_quota(identity, self.name, settings.quota)
            yield self._object("quota", quota)
        if settings.limits is not None:
            limits = manifests.limit_range(identity, self.name, settings.limits)
            yield self._object("limits", limits)
        for name in settings.network_policies:
            spec = self.values.filled(self.project.platform.network_policies[name])
            policy = manifests.network_policy(identity, self.name, name, spec)
            yield self._object(f"network-policy-{name}", policy)

    def _secrets(self) -> Iterator[PlannedObject]:
        for name, config in sorted(self._docker_configs().items()):
            secret = manifests.pull_secret(self.identity, self.name, name, config)
            yield self._object(f"pull-secret-{name}", secret)
        for name, sources in sorted(self.settings.secrets.items()):
            data = {key: self.values.secret(source) for key, source in sources.items()}
            secret = manifests.opaque_secret(self.identity, self.name, name, data)
            yield self._object(f"secret-{name}", secret)

    def _docker_configs(self) -> Mapping[str, SecretLeaf]:
        """Pull Secrets by name; registries of one name share a Secret."""
        logins: dict[str, list[RegistryLogin]] = defaultdict(list)
        configs: dict[str, SecretLeaf] = {}
        for key, registry in sorted(self.project.settings.registries.items()):
            name = _pull_secret_name(key, registry)
            if registry.dockerconfigjson is not None:
                configs[name] = self.values.secret(registry.dockerconfigjson)
            elif registry.password is not None:
                password = self.values.secret(registry.password)
                logins[name].append(
                    RegistryLogin(registry.server, registry.username or "", password)
                )
        return {**{name: DockerConfig(tuple(items)) for name, items in logins.items()}, **configs}

    def _accounts(self) -> Iterator[PlannedObject]:
        for account, secrets in sorted(self._attached().items()):
            attached = manifests.attached_account(self.name, account, secrets)
            yield self._object(f"account-{account}", attached, ownership=Ownership.PATCH)
        for role, groups in sorted(kubernetes_groups(self.project, self.values.today).items()):
            subjects = [manifests.group_subject(group) for group in groups]
            binding = manifests.role_binding(
                self.identity, self.name, f"access-{role}", role, subjects
            )
            yield self._object(f"access-{role}", binding)
        yield from sync_account(self.project, self.values.today)

    def _attached(self) -> Mapping[str, list[str]]:
        """Pull Secrets by the ServiceAccount that pulls with them."""
        attached: dict[str, list[str]] = defaultdict(list)
        for key, registry in sorted(self.project.settings.registries.items()):
            for account in registry.service_accounts:
                name = _pull_secret_name(key, registry)
                if name not in attached[account]:
                    attached[account].append(name)
        return attached

    def manifests(self) -> Iterator[PlannedObject]:
        """The team's own."""
        for item in self.project.manifests:
            extra = _with_leaves(item)
            metadata = {**extra["metadata"], "namespace": self.name}
            key = f"manifest-{extra['kind'].lower()}-{metadata['name']}"
            yield self._extra(key, {**extra, "metadata": metadata})

    def platform_manifests(self) -> Iterator[PlannedObject]:
        """The platform's, which may stand in other namespaces."""
        for placed in self.values.platform_manifests():
            yield self._extra(_platform_key(placed), placed)

    def _extra(self, key: str, extra: Manifest) -> PlannedObject:
        rest = {
            key: value
            for key, value in extra.items()
            if key not in ("apiVersion", "kind", "metadata")
        }
        built = manifest(extra["apiVersion"], extra["kind"], extra["metadata"], self.identity)
        return self._object(key, {**built, **compact(rest)}, as_written=True)

    def _object(
        self,
        key: str,
        built: Manifest,
        ownership: Ownership = Ownership.CREATE,
        *,
        as_written: bool = False,
    ) -> PlannedObject:
        return PlannedObject(
            key=key,
            cluster=self.identity.cluster,
            manifest=built,
            ownership=ownership,
            as_written=as_written,
        )


def _platform_key(placed: Manifest) -> str:
    """`platform-schedule.velero.io/velero/blue-shop-prod-eu-1`.

    Unlike a tenant's, the platform's manifests may stand in any namespace, so kind and name alone are not unique. No
    kind has a dot, no group and no namespace a slash: two objects never share a key, whatever they are called.
    """
    group = str(placed["apiVersion"]).rpartition("/")[0]
    kind = f"{str(placed['kind']).lower()}.{group}" if group else str(placed["kind"]).lower()
    return f"platform-{kind}/{placed['metadata']['namespace']}/{placed['metadata']['name']}"


def _with_leaves(manifest: ExtraManifest) -> Manifest:
    """A manifest with a secret leaf in the place of each encrypted value."""
    secret = manifest.secret
    if secret is None:
        return manifest.data
    revealed: Manifest = _revealed(manifest.data, secret, ())
    # It says where the file belongs, and is nothing to the workloads.
    values = {key: item for key, item in revealed["stringData"].items() if key != BOUND_KEY}
    return {**revealed, "stringData": values}


def _revealed(data: Any, file: SecretFile, path: Path) -> Any:
    if isinstance(data, Mapping):
        return {key: _revealed(value, file, (*path, key)) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_revealed(value, file, (*path, index)) for index, value in enumerate(data)]
    return SecretRef(file.leaf_key(path)) if is_encrypted(data) else data


def _pull_secret_name(key: str, registry: Registry) -> str:
    return registry.secret_name or f"pull-{key}"
