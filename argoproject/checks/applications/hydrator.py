"""Source hydrators: what Argo CD writes to Git, and deploys from there.

Argo CD writes to such a branch and syncs from it, so that it is not a fixed revision: anyone who can push to it can
deploy. So the platform names these branches, each belongs to one environment, and none may be a revision that others
take for exact.
Source: argo-cd v3.5.7, controller/hydrator/hydrator.go, commitserver/commit and docs/user-guide/source-hydrator.md.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterator, Sequence

from argoproject.checks.applications.files import named_files
from argoproject.models import SignatureMode, SourceHydrator
from argoproject.problems import Caution, Mistake, Problem
from argoproject.project.applications import (
    Deployed,
    all_sources,
    deployed,
    generated,
    is_fixed,
)
from argoproject.project.generators import generators_in
from argoproject.project.model import Found, Project
from argoproject.project.repositories import selected
from argoproject.upstream.urls import matches, normalise
from argoproject.yamlfile.reader import DataPath

__all__ = ["check_branches", "check_hydrator"]


def check_hydrator(project: Project, item: Deployed) -> Found:
    """All rules about the hydrator of one Application, apart from those about its dry source, which is a source."""
    hydrator = item.hydrator
    if hydrator is None:
        return
    path = (*item.path, "sourceHydrator")
    yield from dry_source(path, hydrator)
    if _feeds_itself(project, item, hydrator):
        message = (
            "Argo CD would write to the branch that it renders: each commit would cause the next"
        )
        remedy = "write to another branch, for example environments/prod"
        mistake = Mistake(code="hydrator-circle", message=message, remedy=remedy)
        yield (*path, *hydrator.written_branch[0]), mistake
    yield from target_path(project, item, path, hydrator)
    yield from branch_names(path, hydrator)
    yield from push_credential(project, path, hydrator)
    yield from signatures(project, path, hydrator)


def branch_names(path: DataPath, hydrator: SourceHydrator) -> Found:
    """Refuse a branch that is named like an exact revision, and two that are the same branch."""
    for place, branch in hydrator.branches:
        if is_fixed(branch, chart=False):
            message = f"the branch {branch} is named like an exact revision: others would take it for fixed"
            remedy = "write for example environments/prod"
            yield (*path, *place), Mistake(code="branch", message=message, remedy=remedy)
    target = hydrator.hydrate_to
    if target is not None and target.target_branch == hydrator.sync_source.target_branch:
        message = "`hydrateTo` and `syncSource` name the same branch: no review between writing and syncing"
        mistake = Mistake(code="branch", message=message, remedy="remove `hydrateTo`")
        yield (*path, "hydrateTo", "targetBranch"), mistake


def push_credential(project: Project, path: DataPath, hydrator: SourceHydrator) -> Found:
    """Warn where the environment has no credential with which Argo CD could push."""
    writers = (it for it in selected(project) if it.write)
    if not any(normalise(it.url) == normalise(hydrator.url) for it in writers):
        message = (
            f"no repository with `write: true` has the URL {hydrator.url}: Argo CD cannot push"
        )
        remedy = (
            "add a repository of this URL with `write: true`, unless Argo CD has such a Secret for "
            "all projects"
        )
        yield (*path, "syncSource"), Caution(code="hydrator-login", message=message, remedy=remedy)


def signatures(project: Project, path: DataPath, hydrator: SourceHydrator) -> Found:
    """Warn where Argo CD would refuse the commits that it wrote itself, because they are not signed."""
    if _must_be_signed(project, hydrator.url):
        message = (
            "Argo CD signs no commit that it writes, and `sourceIntegrity` requires signatures"
        )
        remedy = (
            'leave this repository out of the policy: `{url: "!…"}`; what is rendered is verified'
        )
        caution = Caution(code="hydrator-unsigned", message=message, remedy=remedy)
        yield (*path, "syncSource"), caution


def _must_be_signed(project: Project, url: str) -> bool:
    """Whether a policy requires signatures of a repository. Source: util/sourceintegrity, `findMatchingGitPolicies`."""
    integrity = project.settings.source_integrity
    policies = integrity.git.policies if integrity is not None else ()
    named = [
        [item.url for item in policy.repos if matches(item.url.lstrip("!"), url)]
        for policy in policies
        if policy.gpg.mode is not SignatureMode.NONE
    ]
    return any(urls and not any(item.startswith("!") for item in urls) for urls in named)


def _feeds_itself(project: Project, item: Deployed, hydrator: SourceHydrator) -> bool:
    """Whether a hydrator reads what it writes, perhaps by way of others of the environment."""
    edges = [
        (
            (normalise(it.hydrator.dry_source.repo_url), _branch(it.sources[0].revision)),
            _written(it.hydrator),
        )
        for it in deployed(project)
        if it.hydrator is not None
    ]
    own = (normalise(hydrator.dry_source.repo_url), _branch(item.sources[0].revision))
    reached = {_written(hydrator)}
    while more := {written for read, written in edges if read in reached} - reached:
        reached |= more
    return own in reached


def _branch(revision: str | None) -> str:
    return (revision or "").removeprefix("refs/heads/")


def dry_source(path: DataPath, hydrator: SourceHydrator) -> Found:
    """Refuse a dry source that is not in Git, or that would push decrypted values."""
    dry = hydrator.dry_source
    place = (*path, "drySource")
    if dry.repo_url.startswith("oci://"):
        message = "the source hydrator renders folders in Git, this is an OCI artifact"
        mistake = Mistake(code="hydrator-source", message=message, remedy="write a Git repository")
        yield (*place, "repoURL"), mistake
    helm = dry.helm.model_dump(include={"value_files", "file_parameters"}) if dry.helm else {}
    for file in named_files({"helm": helm}):
        if file.text.startswith(("secrets://", "secrets+")):
            message = "Argo CD would push the decrypted values to Git"
            remedy = (
                "let an operator fill in the secrets on the cluster, or deploy without a hydrator"
            )
            mistake = Mistake(code="hydrator-secrets", message=message, remedy=remedy)
            yield (*place, *file.path), mistake


def target_path(
    project: Project, item: Deployed, path: DataPath, hydrator: SourceHydrator
) -> Found:
    """Refuse the repository's root, what is outside of it, and the folder of another Application."""
    place = (*path, "syncSource", "path")
    folder = posixpath.normpath(hydrator.sync_source.path)
    steps = folder.split("/")
    outside = folder.startswith("/") or steps[0] in (".", "..")
    if outside or "{{" in folder or ".git" in steps or steps[-1].startswith(".argocd-source"):
        message = "Argo CD writes to a folder below the repository's root, which is not Git's own"
        remedy = "write its path, for example shop"
        yield place, Mistake(code="hydrator-path", message=message, remedy=remedy)
        return
    for other in deployed(project):
        theirs = other.hydrator
        if other.key == item.key or theirs is None:
            continue
        if _written(theirs) == _written(hydrator):
            there = posixpath.normpath(theirs.sync_source.path)
            if f"{folder}/".startswith(f"{there}/") or f"{there}/".startswith(f"{folder}/"):
                message = f"the manifests of {other.key} are written to {there} of the same branch"
                remedy = "write a folder of its own"
                yield place, Mistake(code="hydrator-path", message=message, remedy=remedy)


def check_branches(projects: Sequence[Project]) -> Iterator[Problem]:
    """Refuse to write to a branch from which another environment deploys, or to which another one writes.

    Two projects cannot share a branch: the credential for pushing belongs to one project.
    """
    hydrated = [
        (project, item, item.hydrator)
        for project in projects
        for item in deployed(project)
        if item.hydrator is not None
    ]
    if not hydrated:
        return
    users: dict[tuple[str, str], list[Project]] = defaultdict(list)
    for project in projects:
        for url, revision in _read(project):
            users[normalise(url), _branch(revision)].append(project)
    for project, _, hydrator in hydrated:
        for _, branch in hydrator.branches:
            users[normalise(hydrator.url), branch].append(project)
    for project, item, hydrator in hydrated:
        others = dict.fromkeys(it.identity for it in users[_written(hydrator)] if it is not project)
        for other in others:
            yield project.problem(
                path=(*item.path, "sourceHydrator", *hydrator.written_branch[0]),
                code="branch-of-other-environment",
                message=f"{other} deploys from this branch, or writes to it",
                remedy="write to a branch of its own, for example environments/${environment}",
            )


def _read(project: Project) -> Iterator[tuple[str, str]]:
    """The repositories and revisions that Applications, ApplicationSets and their generators read, as far as known."""
    generations = generated(project).values()
    items = [item for generation in generations for item in generation.items]
    for at in (*all_sources(project), *(at for item in items for at in item.sources)):
        yield at.source.repo_url, at.revision or ""
    for key, item_set in project.settings.application_sets.items():
        for _, generator in generators_in(("applicationSets", key), item_set.generators):
            if generator.git is not None:
                yield generator.git.repo_url, generator.git.revision or ""


def _written(hydrator: SourceHydrator) -> tuple[str, str]:
    """The repository and the branch to which Argo CD writes."""
    return normalise(hydrator.url), hydrator.written_branch[1]
