"""What versions of Argo CD differ in: the fields that each minor version knows, and published vulnerabilities.

A version silently drops fields that it does not know. Advisories are those that open the guards of an environment and
affect a supported minor version: CVE-2025-55190 (a project's token reads repository credentials) is not listed, because
every supported version has its fix.

Source: the structs of pkg/apis/application/v1alpha1 in argo-cd v3.0.0, v3.1.0 and so on to v3.6.0, compared, and
docs/operator-manual/upgrading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from argoproject.yamlfile.reader import DataPath

__all__ = [
    "ADVISORIES",
    "EXTENSION_FILTER",
    "IGNORED",
    "SETTINGS",
    "SUPPORTED",
    "SYNC_OPTIONS",
    "Advisory",
    "Exposure",
    "Setting",
    "Version",
    "affecting",
    "has_rollback",
    "ignored",
    "impersonates_in_full",
    "may_have_unknown",
    "minor_of",
    "parse_version",
    "unknown",
]

SUPPORTED = (3, 4, 5, 6)
"""Minor versions of Argo CD 3 against which the manifests are tested."""

ROLLBACK_SINCE = 6
"""The minor version that made `rollback` an action of its own; before, `sync` included it (`validActions`)."""

IMPERSONATION_SINCE = 5
"""The minor version in which impersonation became a beta feature (docs/operator-manual/feature-maturity.md)."""


@dataclass(frozen=True, slots=True)
class SyncOption:
    """A sync option of an Application."""

    values: tuple[str, ...] = ("false", "true")
    """Its values, the default first."""

    since: int | None = 0
    """Argo CD reads it of an Application since 3.`since`. None: only in the annotation of an object."""

    harm: str = ""
    """What happens where it is ignored: appended to the message, so that it begins with a comma."""

    also: str = ""
    """What else may be meant: appended to the remedy, so that it begins with a semicolon."""


SYNC_OPTIONS: Mapping[str, SyncOption] = {
    "ApplyOutOfSyncOnly": SyncOption(),
    "ClientSideApplyMigration": SyncOption(("true", "false")),
    "Delete": SyncOption(
        ("true", "false", "confirm"), 4, ", and deleting the Application deletes the workloads"
    ),
    "FailOnSharedResource": SyncOption(),
    "Force": SyncOption(since=None, also="; `Replace=true` replaces all objects"),
    "Prune": SyncOption(("true", "false", "confirm"), 4, ", and objects are pruned"),
    "PruneLast": SyncOption(),
    "PrunePropagationPolicy": SyncOption(("foreground", "background", "orphan")),
    "Replace": SyncOption(),
    "RespectIgnoreDifferences": SyncOption(),
    "ServerSideApply": SyncOption(),
    "SkipDryRunOnMissingResource": SyncOption(),
    "Validate": SyncOption(("true", "false")),
}
"""Options of an Application, as opposed to the annotation of an object. Sources: controller/sync.go and
controller/appcontroller.go of argo-cd v3.3.15, v3.4.10, v3.5.7 and v3.6.1: all that is read with `HasOption` and
`GetOptionValue`."""

_VERSION = re.compile(r"v?3\.([0-9]{1,3})(?:\.([0-9]{1,3}))?")
_ANY = "*"


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A version of Argo CD 3. Without its patch number, advisories are not reported."""

    minor: int
    patch: int | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """A field of a manifest, and since when it is known, or ignored."""

    kind: str
    path: tuple[str, ...]
    """The field, from the manifest's root on; `*` is any item of a list."""

    since: int
    """The minor version of Argo CD 3."""

    @property
    def field(self) -> str:
        """The name of the field, without what it is in."""
        return self.path[-1]


_TEMPLATE = ("spec", "template", "spec")
_SPECS = {"Application": ("spec",), "ApplicationSet": _TEMPLATE}
"""Where each kind has the spec of an Application."""

EXTENSION_FILTER = "disableExtensionFilter"
"""The one field that 3.6 added to sources."""

_EXTENSIONS = ("directory", EXTENSION_FILTER)


def _of_specs(since: int, *below: str) -> Iterator[Setting]:
    """A field of the spec, of Applications and of ApplicationSets' templates."""
    return (Setting(kind, (*spec, *below), since) for kind, spec in _SPECS.items())


_GENERATOR = ("spec", "generators", _ANY)

SETTINGS: tuple[Setting, ...] = (
    Setting("AppProject", ("spec", "syncWindows", _ANY, "description"), 1),
    Setting("AppProject", ("spec", "clusterResourceWhitelist", _ANY, "name"), 3),
    Setting("AppProject", ("spec", "syncWindows", _ANY, "syncOverrun"), 5),
    Setting("AppProject", ("spec", "sourceIntegrity"), 5),
    *_of_specs(1, "syncPolicy", "automated", "enabled"),
    *_of_specs(2, "syncPolicy", "retry", "refresh"),
    *_of_specs(5, "source", "tagPrefix"),
    *_of_specs(5, "sources", _ANY, "tagPrefix"),
    *_of_specs(6, "source", *_EXTENSIONS),
    *_of_specs(6, "sources", _ANY, *_EXTENSIONS),
    *(
        Setting("Application", ("spec", "sourceHydrator", "drySource", tool), 4)
        for tool in ("helm", "kustomize", "directory", "plugin")
    ),
    Setting("Application", ("spec", "sourceHydrator", "syncSource", "repoURL"), 5),
    Setting("Application", ("spec", "sourceHydrator", "drySource", *_EXTENSIONS), 6),
    Setting("ApplicationSet", ("spec", "strategy", "deletionOrder"), 2),
    Setting("ApplicationSet", (*_GENERATOR, "git", "files", _ANY, "exclude"), 1),
    Setting("ApplicationSet", (*_GENERATOR, "scmProvider", "github", "excludeArchivedRepos"), 5),
    Setting("ApplicationSet", (*_GENERATOR, "scmProvider", "gitlab", "includeArchivedRepos"), 5),
    Setting("ApplicationSet", (*_GENERATOR, "scmProvider", "gitea", "excludeArchivedRepos"), 5),
)
"""The fields after 3.0 that a configuration can set, each with the minor version that introduced it. Fields of
repository Secrets are declared in `argoproject.models.credentials`."""

IGNORED: tuple[Setting, ...] = (
    *_of_specs(5, "source", "helm", "version"),
    *_of_specs(5, "sources", _ANY, "helm", "version"),
    Setting("Application", ("spec", "sourceHydrator", "drySource", "helm", "version"), 5),
    Setting("AppProject", ("spec", "signatureKeys"), 5),
)
"""Fields that should not be used any more: `helm.version` has no effect since 3.5, which has only Helm 4, and
`signatureKeys` is deprecated in favour of `sourceIntegrity`."""


def parse_version(text: str) -> Version | None:
    """The version that a text names: `3.5` or `v3.5.1`; None if it names no version of Argo CD 3."""
    found = _VERSION.fullmatch(text)
    if found is None:
        return None
    return Version(int(found[1]), None if found[2] is None else int(found[2]))


def minor_of(text: str) -> int | None:
    """The minor version that a text names: 5 for `3.5` or `v3.5.1`; None if it names no version of Argo CD 3."""
    version = parse_version(text)
    return None if version is None else version.minor


def has_rollback(minor: int) -> bool:
    """Whether `rollback` is an action of its own in Argo CD 3.`minor`."""
    return minor >= ROLLBACK_SINCE


def impersonates_in_full(minor: int) -> bool:
    """Whether Argo CD 3.`minor` impersonates also actions in the UI, and lets `enforced` be switched off.

    Before, it impersonates only syncs, and since 3.3 deletions.
    """
    return minor >= IMPERSONATION_SINCE


def may_have_unknown(kind: str, minor: int, *, except_field: str = "") -> bool:
    """Whether manifests of a kind can have a field, apart from `except_field`, that Argo CD 3.`minor` does not know."""
    return any(item.field != except_field for item in _not_yet_known(kind, minor))


def unknown(manifest: Mapping[str, Any], minor: int) -> Iterator[tuple[DataPath, Setting]]:
    """The fields of a manifest that Argo CD 3.`minor` does not know.

    Returns:
        The path of each, from the manifest's root on, with the entry of `SETTINGS`.
    """
    yield from _found(manifest, _not_yet_known(manifest["kind"], minor))


def ignored(manifest: Mapping[str, Any], minor: int) -> Iterator[tuple[DataPath, Setting]]:
    """The fields of a manifest that Argo CD 3.`minor` ignores, or will remove, as `unknown` returns them."""
    yield from _found(manifest, _already_ignored(manifest["kind"], minor))


@lru_cache(maxsize=64)
def _not_yet_known(kind: str, minor: int) -> tuple[Setting, ...]:
    return tuple(item for item in SETTINGS if item.kind == kind and item.since > minor)


@lru_cache(maxsize=64)
def _already_ignored(kind: str, minor: int) -> tuple[Setting, ...]:
    return tuple(item for item in IGNORED if item.kind == kind and item.since <= minor)


def _found(
    manifest: Mapping[str, Any], settings: tuple[Setting, ...]
) -> Iterator[tuple[DataPath, Setting]]:
    for setting in settings:
        for path in _paths(manifest, setting.path, ()):
            yield path, setting


def _paths(data: Any, wanted: tuple[str, ...], before: DataPath) -> Iterator[DataPath]:
    """The places in `data` that match `wanted`; `before` is the path to `data`."""
    if not wanted:
        yield before
    elif wanted[0] == _ANY:
        if isinstance(data, list | tuple):
            for index, item in enumerate(data):
                yield from _paths(item, wanted[1:], (*before, index))
    elif isinstance(data, Mapping) and wanted[0] in data:
        yield from _paths(data[wanted[0]], wanted[1:], (*before, wanted[0]))


class Exposure(Enum):
    """The property of an environment that exposes it to a vulnerability."""

    WITHOUT_IMPERSONATION = "syncs run with Argo CD's own rights"
    SSH_PROXY = "an SSH repository is read through a proxy"
    READERS = "people may see Applications"


@dataclass(frozen=True, slots=True)
class Advisory:
    """A published vulnerability of Argo CD 3."""

    cve: str
    ghsa: str
    fixed: Mapping[int, int]
    """The first fixed patch number of each minor version; a minor version that is not listed has no fix."""

    what: str
    """What an attacker can do, for the message."""

    exposure: Exposure

    def affects(self, version: Version) -> bool:
        """Whether a version is vulnerable. A version without its patch number is not reported: it could be fixed."""
        if version.patch is None:
            return False
        fixed = self.fixed.get(version.minor)
        return fixed is None or version.patch < fixed

    def remedy(self, version: Version) -> str:
        """The update that fixes it in the minor version of `version`."""
        fixed = self.fixed.get(version.minor)
        return (
            "no fix is known"
            if fixed is None
            else f"update Argo CD to 3.{version.minor}.{fixed} or later"
        )


ADVISORIES: tuple[Advisory, ...] = (
    Advisory(
        "CVE-2026-77459",
        "GHSA-fmxq-cgp8-87wp",
        {3: 15, 4: 10, 5: 4, 6: 0},
        "hooks that run when an Application is deleted leave the project: any kind, in any namespace",
        Exposure.WITHOUT_IMPERSONATION,
    ),
    Advisory(
        "CVE-2026-55797",
        "GHSA-j6cw-g6p4-7hch",
        {3: 15, 4: 10, 5: 4, 6: 0},
        "the proxy of an SSH repository becomes part of a shell command, which can read every repository's credentials",
        Exposure.SSH_PROXY,
    ),
    Advisory(
        "CVE-2026-42880",
        "GHSA-3v3m-wc6v-x4x3",
        {3: 9, 4: 0, 5: 0, 6: 0},
        "anyone who may see an Application can read the Secrets in it through server-side diff",
        Exposure.READERS,
    ),
)
"""Sources: for the first two, controller/hook.go and util/git/creds.go of each tagged patch version, and the published
records; for the third, the record, and server/application/application.go of 3.3.0 and 3.4.0."""


def affecting(version: Version) -> tuple[Advisory, ...]:
    """The advisories that affect a version."""
    return tuple(item for item in ADVISORIES if item.affects(version))
