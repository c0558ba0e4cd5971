"""Revisions: every source has one, every entry of `versions` finds its source, production's never move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from argoproject.identity import APPLICATION_KEYS
from argoproject.models.validation import nearest
from argoproject.problems import Problem
from argoproject.project.applications import Deployed, SourceAt, deployed
from argoproject.project.model import Project
from argoproject.project.versions import is_chart_version, is_fixed
from argoproject.yamlfile.reader import Path

__all__ = ["check"]

_FIELDS = {ending: field for field, ending in APPLICATION_KEYS.items()}

_CHART_REMEDY = "write a version of three numbers, for example 1.4.2"
_GIT_REMEDY = "write a full commit hash, or a tag that is a version, for example v1.4.2"
_OCI_REMEDY = "write a digest (sha256:…), or a tag that is a version, for example 1.4.2"


def check(project: Project) -> Iterator[Problem]:
    """All rules about an environment's revisions."""
    items = deployed(project)
    by_key = {item.key: item for item in items}
    for key, versions in project.settings.versions.items():
        item = by_key.get(key)
        if item is None:
            yield _unknown_application(project, key, by_key)
        else:
            yield from _check_entries(project, item, versions)
    for item in items:
        for at in item.sources:
            yield from _check_revision(project, item, at)


def _unknown_application(project: Project, key: str, known: Mapping[str, Deployed]) -> Problem:
    message = f"the environment has no Application {key!r}"
    field = _FIELDS.get(key)
    match = field if field in known else nearest(key, known)
    listed = f"known: {', '.join(known)}" if known else "add the Application"
    remedy = f"did you mean {match}?" if match else listed
    remedy += f"; to drop what another file says, write `{key}: null`"
    return project.lack(
        path=("versions", key), code="version-unknown-application", message=message, remedy=remedy
    )


def _check_entries(
    project: Project, item: Deployed, versions: Mapping[str, str]
) -> Iterator[Problem]:
    chosen = {at.version_path for at in item.sources}
    path: Path = ("versions", item.key)
    for name in versions:
        if not name:
            if len(item.sources) > 1:
                yield _bare(project, item)
            continue
        named = [at for at in item.sources if name in at.keys]
        if not named:
            yield _unknown_source(project, item, name)
        elif len(named) > 1:
            message = f"{len(named)} sources are called {name!r}"
            remedy = "give each a `name`, and write the revisions by these names"
            yield project.problem(
                path=(*path, name), code="version-ambiguous", message=message, remedy=remedy
            )
        elif (*path, name) not in chosen:
            message = f"the revision of this source is already set by {_last(named[0])!r}"
            yield project.problem(
                path=(*path, name), code="version-twice", message=message, remedy="keep one of them"
            )


def _last(at: SourceAt) -> str:
    return str(at.version_path[-1]) if at.version_path else "targetRevision"


def _bare(project: Project, item: Deployed) -> Problem:
    message = f"the Application has {len(item.sources)} sources: one revision does not say which it is for"
    example = ", ".join(f"{_name(at)}: …" for at in item.sources)
    return project.problem(
        path=("versions", item.key),
        code="version-of-several",
        message=message,
        remedy=f"write {{{example}}}",
    )


def _unknown_source(project: Project, item: Deployed, name: str) -> Problem:
    known = [key for at in item.sources for key in at.keys]
    match = nearest(name, known)
    if match:
        remedy = f"did you mean {match}?"
    elif known:
        remedy = f"known: {', '.join(known)}"
    elif len(item.sources) == 1:
        remedy = f"write `{item.key}: <revision>`: there is only one source"
    else:
        remedy = "give the sources a `name`"
    path = ("versions", item.key, name)
    message = f"no source of the Application has the name, ref or chart {name!r}"
    return project.lack(path=path, code="version-unknown-source", message=message, remedy=remedy)


def _check_revision(project: Project, item: Deployed, at: SourceAt) -> Iterator[Problem]:
    if not at.revision:
        if "" not in project.settings.versions.get(item.key, {}):
            yield _missing(project, item, at)
        return
    path = at.version_path or (*at.path, "targetRevision")
    chart = at.source.chart is not None
    if project.fixed_revisions and not is_fixed(at.revision, chart=chart):
        name = project.environment_class
        message = (
            f"{at.revision!r} is not exact: environments of the class {name} take versions, "
            "full commit hashes or digests only"
        )
        yield project.problem(
            path=path, code="revision-not-fixed", message=message, remedy=_remedy(at)
        )
    elif chart and not is_chart_version(at.revision):
        message = f"{at.revision!r} is no version of a chart"
        yield project.problem(
            path=path, code="chart-version", message=message, remedy=_CHART_REMEDY
        )


def _remedy(at: SourceAt) -> str:
    if at.source.chart is not None:
        return _CHART_REMEDY
    return _OCI_REMEDY if at.source.repo_url.startswith("oci://") else _GIT_REMEDY


def _missing(project: Project, item: Deployed, at: SourceAt) -> Problem:
    message = "the source has no revision"
    if len(item.sources) == 1:
        remedy = f"add `versions: {{{item.key}: …}}`"
    elif at.keys:
        remedy = f"add `versions: {{{item.key}: {{{at.keys[0]}: …}}}}`"
    else:
        remedy = f"give it a `name`, and add `versions: {{{item.key}: {{<name>: …}}}}`"
    return project.lack(
        path=(*at.path, "targetRevision"), code="no-revision", message=message, remedy=remedy
    )


def _name(at: SourceAt) -> str:
    return at.keys[0] if at.keys else "<name>"
