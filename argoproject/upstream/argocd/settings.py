"""The fields that each minor version of Argo CD 3 knows. A version silently drops those that it does not know.

Source: the structs of pkg/apis/application/v1alpha1 in argo-cd v3.0.0, v3.1.0 and so on to v3.6.0, compared, and
docs/operator-manual/upgrading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from argoproject.yamlfile.reader import Path

__all__ = [
    "IGNORED",
    "SETTINGS",
    "SUPPORTED",
    "Setting",
    "Version",
    "has_rollback",
    "has_unknown",
    "ignored",
    "impersonates_in_full",
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


def _of_sources(kind: str, above: tuple[str, ...], since: int, *below: str) -> tuple[Setting, ...]:
    """A field of a source, in both places where an Application has sources."""
    single, several = (*above, "source", *below), (*above, "sources", _ANY, *below)
    return Setting(kind, single, since), Setting(kind, several, since)


def _everywhere(since: int, *below: str) -> tuple[Setting, ...]:
    """A field of sources, of Applications and of ApplicationSets' templates."""
    template = ("spec", "template", "spec")
    own = _of_sources("Application", ("spec",), since, *below)
    return (*own, *_of_sources("ApplicationSet", template, since, *below))


def _policy(since: int, *below: str) -> tuple[Setting, ...]:
    """A field of sync policies, of Applications and of ApplicationSets' templates."""
    above = ("spec", "template", "spec", "syncPolicy")
    own = Setting("Application", ("spec", "syncPolicy", *below), since)
    return own, Setting("ApplicationSet", (*above, *below), since)


SETTINGS: tuple[Setting, ...] = (
    Setting("AppProject", ("spec", "syncWindows", _ANY, "description"), 1),
    Setting("AppProject", ("spec", "clusterResourceWhitelist", _ANY, "name"), 3),
    Setting("AppProject", ("spec", "syncWindows", _ANY, "syncOverrun"), 5),
    Setting("AppProject", ("spec", "sourceIntegrity"), 5),
    *_policy(1, "automated", "enabled"),
    *_policy(2, "retry", "refresh"),
    *_of_sources(
        "ApplicationSet", ("spec", "template", "spec"), 6, "directory", "disableExtensionFilter"
    ),
    Setting("ApplicationSet", ("spec", "strategy", "deletionOrder"), 2),
    Setting("ApplicationSet", ("spec", "generators", _ANY, "git", "files", _ANY, "exclude"), 1),
    Setting("ApplicationSet", ("spec", "generators", _ANY, "oci"), 6),
)
"""The fields after 3.0 that a configuration can set, each with the minor version that introduced it. Fields of
repository Secrets are declared in `argoproject.models.credentials`."""

IGNORED: tuple[Setting, ...] = (
    *_everywhere(5, "helm", "version"),
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


def has_unknown(kind: str, minor: int) -> bool:
    """Whether manifests of a kind can have a field that Argo CD 3.`minor` does not know."""
    return bool(_later(kind, minor))


def unknown(manifest: Mapping[str, Any], minor: int) -> Iterator[tuple[Path, Setting]]:
    """The fields of a manifest that Argo CD 3.`minor` does not know.

    Returns:
        The path of each, from the manifest's root on, with the entry of `SETTINGS`.
    """
    yield from _found(manifest, _later(manifest["kind"], minor))


def ignored(manifest: Mapping[str, Any], minor: int) -> Iterator[tuple[Path, Setting]]:
    """The fields of a manifest that Argo CD 3.`minor` ignores, or will remove, as `unknown` returns them."""
    yield from _found(manifest, _earlier(manifest["kind"], minor))


@lru_cache(maxsize=64)
def _later(kind: str, minor: int) -> tuple[Setting, ...]:
    return tuple(item for item in SETTINGS if item.kind == kind and item.since > minor)


@lru_cache(maxsize=64)
def _earlier(kind: str, minor: int) -> tuple[Setting, ...]:
    return tuple(item for item in IGNORED if item.kind == kind and item.since <= minor)


def _found(
    manifest: Mapping[str, Any], settings: tuple[Setting, ...]
) -> Iterator[tuple[Path, Setting]]:
    for setting in settings:
        for path in _paths(manifest, setting.path, ()):
            yield path, setting


def _paths(data: Any, wanted: tuple[str, ...], before: Path) -> Iterator[Path]:
    """The places in `data` that match `wanted`; `before` is the path to `data`."""
    if not wanted:
        yield before
    elif wanted[0] == _ANY:
        if isinstance(data, list | tuple):
            for index, item in enumerate(data):
                yield from _paths(item, wanted[1:], (*before, index))
    elif isinstance(data, Mapping) and wanted[0] in data:
        yield from _paths(data[wanted[0]], wanted[1:], (*before, wanted[0]))
