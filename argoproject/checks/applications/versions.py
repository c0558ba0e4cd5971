"""Revisions: every source has one, every entry of `versions` matches a source, and production's are exact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.identity import APPLICATION_KEYS
from argoproject.models.validation import nearest
from argoproject.problems import Gap, Lack, Mistake, Problem
from argoproject.project.applications import (
    Deployed,
    SourceAt,
    deployed,
    is_chart_version,
    is_fixed,
)
from argoproject.project.model import Found, Project
from argoproject.yamlfile.reader import DataPath, path_text

__all__ = ["check", "check_fixed", "not_a_chart_version"]

_FIELDS = {ending: field for field, ending in APPLICATION_KEYS.items()}

_CHART_REMEDY = "write a version of three numbers, for example 1.4.2"
_GIT_REMEDY = "write a full commit hash, or a tag that is a version, for example v1.4.2"
_OCI_REMEDY = "write a digest (sha256:…), or a tag that is a version, for example 1.4.2"


def check(project: Project) -> Iterator[Problem]:
    """All rules about an environment's revisions."""
    return project.problems(revisions(project))


def revisions(project: Project) -> Found:
    """Judge every entry of `versions`, and the revision of every source.

    `versions` has an entry for each Application: one revision (its name is empty), or one for each source by name:
    `{application: v1.4.2, db: {chart: 1.2.3, values: v2.0.0}}`.
    """
    items = deployed(project)
    by_key = {item.key: item for item in items}
    for key, versions in project.settings.versions.items():
        item = by_key.get(key)
        if item is None:
            yield from unknown_application(key, by_key)
            continue
        for name in versions:
            yield from named_source(item, name) if name else single_source(item)
    for item in items:
        for at in item.sources:
            yield from revision(project, item, at)


def check_fixed(
    project: Project,
    path: DataPath,
    given: Any,
    *,
    chart: bool,
    remedy: str = "write a full commit hash, or a version of three numbers",
) -> Found:
    """Refuse a revision that can move, in a class of environments that takes exact ones only.

    A templated revision can move: nobody reviews what generates it.

    Args:
        project: The environment.
        path: The revision.
        given: Its value, of any type; None is Argo CD's default, HEAD.
        chart: Whether it is a chart's version.
        remedy: What to write instead.
    """
    if not project.fixed_revisions or (isinstance(given, str) and is_fixed(given, chart=chart)):
        return
    shown = "HEAD, the default," if given is None else repr(given)
    message = (
        f"{shown} is not exact: environments of the class {project.environment_class} take versions, "
        "full commit hashes or digests only"
    )
    yield path, Mistake(code="revision-not-fixed", message=message, remedy=remedy)


def unknown_application(key: str, known: Mapping[str, Deployed]) -> Found:
    """Refuse an entry of `versions` for an Application that the environment does not have.

    An Application's ending in names (`app`) is often written for its field (`application`): that is suggested first.
    """
    field = _FIELDS.get(key)
    match = field if field in known else nearest(key, known)
    listed = f"known: {', '.join(known)}" if known else "add the Application"
    remedy = f"did you mean {match}?" if match else listed
    message = f"the environment has no Application {key!r}"
    remedy = f"{remedy}; to drop what another file sets, write `{key}: null`"
    path: DataPath = ("versions", key)
    yield path, Lack(code="version-unknown-application", message=message, remedy=remedy)


def single_source(item: Deployed) -> Found:
    """Refuse one bare revision for an Application with several sources: `{shop: v1.4.2}`."""
    if len(item.sources) > 1:
        example = ", ".join(f"{at.keys[0] if at.keys else '<name>'}: …" for at in item.sources)
        message = f"the Application has {len(item.sources)} sources: one revision does not name its source"
        remedy = f"write {{{example}}}"
        path: DataPath = ("versions", item.key)
        yield path, Mistake(code="version-of-several", message=message, remedy=remedy)


def named_source(item: Deployed, name: str) -> Found:
    """Refuse a revision whose source is unknown or ambiguous, or has a revision by another of its names.

    A source is found by its name, ref or chart, in this order: of `{shop: {values: v1, podinfo: 6.0.0}}` for a source
    with `ref: values` and `chart: podinfo`, only `values` counts.
    """
    path: DataPath = ("versions", item.key, name)
    named = [at for at in item.sources if name in at.keys]
    if not named:
        yield from unknown_source(item, name)
    elif len(named) > 1:
        message = f"{len(named)} sources have the name {name!r}"
        remedy = "give each a `name`, and write the revisions by these names"
        yield path, Mistake(code="version-ambiguous", message=message, remedy=remedy)
    elif path not in {at.version_path for at in item.sources}:
        used = named[0].version_path
        message = f"the revision of this source is already set by {str(used[-1]) if used else 'targetRevision'!r}"
        remedy = "keep one of them"
        yield path, Mistake(code="version-twice", message=message, remedy=remedy)


def unknown_source(item: Deployed, name: str) -> Found:
    """Refuse a revision for a source that the Application does not have."""
    known = [key for at in item.sources for key in at.keys]
    if match := nearest(name, known):
        remedy = f"did you mean {match}?"
    elif known:
        remedy = f"known: {', '.join(known)}"
    elif len(item.sources) == 1:
        remedy = f"write `{item.key}: <revision>`: there is only one source"
    else:
        remedy = "give the sources a `name`"
    message = f"no source of the Application has the name, ref or chart {name!r}"
    path: DataPath = ("versions", item.key, name)
    yield path, Lack(code="version-unknown-source", message=message, remedy=remedy)


def revision(project: Project, item: Deployed, at: SourceAt) -> Found:
    """Refuse a source without a revision, a moving one where the class requires exact ones, and a chart's that is not a
    version."""
    chart = at.source.chart is not None
    path = at.version_path or (*at.path, "targetRevision")
    if not at.revision:
        if "" not in project.settings.versions.get(item.key, {}):
            yield from missing_revision(project, item, at)
    elif project.fixed_revisions and not is_fixed(at.revision, chart=chart):
        of_git = _OCI_REMEDY if at.source.repo_url.startswith("oci://") else _GIT_REMEDY
        remedy = _CHART_REMEDY if chart else of_git
        yield from check_fixed(project, path, at.revision, chart=chart, remedy=remedy)
    elif chart and not is_chart_version(at.revision):
        yield path, not_a_chart_version(at.revision)


def not_a_chart_version(revision: str) -> Mistake:
    """The mistake of a chart's revision that is not a version."""
    message = f"{revision!r} is not a version of a chart"
    return Mistake(code="chart-version", message=message, remedy=_CHART_REMEDY)


def missing_revision(project: Project, item: Deployed, at: SourceAt) -> Found:
    """Refuse a source without a revision, at the file of the environment that lacks it, with the entry of `versions`.

    Where `versions` has an entry that was probably meant for it, that entry is the mistake.
    """
    if mistyped(project, item, at):
        return
    path: DataPath = (
        ("versions", item.key, *at.keys[:1]) if len(item.sources) > 1 else ("versions", item.key)
    )
    if len(item.sources) == 1:
        remedy = f"write `versions: {{{item.key}: …}}` here"
    elif at.keys:
        remedy = f"write `versions: {{{item.key}: {{{at.keys[0]}: …}}}}` here"
    else:
        remedy = f"give it a `name`, and write `versions: {{{item.key}: {{<name>: …}}}}` here"
    own, file = project.layers.items[-1].document.file, project.layers.position(at.path).file
    if file == own:
        path = (*at.path, "targetRevision")
        message = "the source has no revision"
    else:
        message = f"{path_text(at.path)} of {file} has no revision"
    yield path, Gap(code="no-revision", message=message, remedy=remedy)


def mistyped(project: Project, item: Deployed, at: SourceAt) -> bool:
    """Whether `versions` has a key that is reported, and whose "did you mean" is this Application or source."""
    versions = project.settings.versions
    known = [other.key for other in deployed(project)]
    for key in versions:
        if key not in known and (_FIELDS.get(key) or nearest(key, known)) == item.key:
            return True
    names = [key for other in item.sources for key in other.keys]
    strange = (name for name in versions.get(item.key, {}) if name and name not in names)
    return any(nearest(name, names) in at.keys for name in strange)
