"""The first text of a new environment's project.yaml: from nothing, or like another environment's.

Nothing is written here: `cli/edit.py` has the text judged first (`proposal.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from argoproject.edit.promotion import revisions, sources
from argoproject.edit.proposal import with_project
from argoproject.identity import Identity
from argoproject.models.schema import wired
from argoproject.project.applications import deployed
from argoproject.project.model import Project
from argoproject.project.repositories import place_for, secret_refs
from argoproject.project.resolve import resolve
from argoproject.secrets.file import SecretKey
from argoproject.tree.documents import data_at
from argoproject.tree.model import Tree
from argoproject.tree.stacks import StackFile
from argoproject.yamlfile.edit import scalar, with_values, without
from argoproject.yamlfile.reader import Data, DataPath, Document, path_text

__all__ = ["Draft", "LeftOut", "Wish", "draft", "left_out", "unset_secrets"]

_GIT = ("https://", "http://", "ssh://", "git@")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    Attributes:
        identity: The new environment.
        like: The environment whose file is copied, or None to start from nothing.
        profile: The profile to write; None for that of the class, or of `like`.
        description: The description to write; None for one that is made of the path.
        revisions: Revisions by the labels of their sources, such as `application.shop`.
    """

    identity: Identity
    like: Project | None = None
    profile: str | None = None
    description: str | None = None
    revisions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A project.yaml that is not judged yet.

    Attributes:
        text: The file.
        left_out: What of the other environment's file is not in it.
        sources: Labels of the sources whose revisions it may contain; None where the files above it are too broken to
            resolve it.
        missing: Labels of the sources for which no revision is known.
    """

    text: str
    left_out: tuple[LeftOut, ...] = ()
    sources: tuple[str, ...] | None = None
    missing: tuple[str, ...] = ()


def draft(tree: Tree, wish: Wish, projects: Iterable[Project]) -> Draft:
    """Return the text for a wish. Revisions that it does not name are those of the nearest sibling.

    Args:
        tree: The tree without the new environment.
        wish: What is asked for.
        projects: The resolved environments of the tree, among which siblings are looked for.

    Raises:
        EditError: where the other environment's file cannot be copied without changing more.
    """
    identity = wish.identity
    default = f"{identity.product}, {identity.environment} on {identity.cluster}"
    left: tuple[LeftOut, ...] = ()
    if wish.like is None:
        profile = f"profile: {scalar(wish.profile)}\n" if wish.profile else ""
        begun = f"description: {scalar(wish.description or default)}\n{profile}"
    else:
        document = wish.like.layers.items[-1].document
        parts: dict[DataPath, str] = {}
        if wish.description or "description" in document.data:
            parts["description",] = wish.description or default
        if wish.profile:
            parts["profile",] = wish.profile
        left = left_out(document)
        begun = with_values(without(document.text, tuple(item.path for item in left)), parts)
    resolved, _ = resolve(with_project(tree, identity, begun), [identity])
    if not resolved:
        return Draft(begun, left)
    project = resolved[0]
    found = revisions(project, wish.revisions, projects)
    text = with_values(begun, found.values)
    if found.sibling is not None:
        but = f" but for {', '.join(wish.revisions)}" if wish.revisions else ""
        text = text.replace("\nversions:\n", f"\nversions: # as in {found.sibling}{but}\n", 1)
    if wish.like is None:
        files = [layer.document.file.rpartition("/")[2] for layer in project.layers.items[1:-1]]
        shared = [*dict.fromkeys(reversed(files))]
        above = " and ".join(
            filter(None, (", ".join(shared), f"the profile {project.profile_name}"))
        )
        text = (
            f"# What differs from {above}. Where each value comes from:\n"
            f"# argoproject explain {identity}\n{text}{'' if deployed(project) else _example(project)}"
        )
    if (tree.root / "schema" / "project.json").is_file():
        text = wired("project", text)
    return Draft(text, left, tuple(sources(project)), found.missing)


def _example(project: Project) -> str:
    """Comments for the end of a file without any Application: one to uncomment, which the guardrails allow.

    Its source is a Git repository below a prefix of the team's sources, else a chart of a repository among them.
    """
    identity = project.identity
    lines = [
        "So far a namespace with its guards, and no Application. "
        f"Which repositories {identity.team} may use is said by",
        f"teams.{identity.team}.sources of platform.yaml.",
    ]
    allowed = project.guardrails.sources or ()
    plain = [item for item in allowed if item.startswith(_GIT) and "*" not in item]
    prefixes = [item for item in plain if item.endswith("/")]
    source: tuple[str, ...] = ()
    if prefixes:
        kind = "directory: {} # plain manifests; for others helm: {} or kustomize: {}"
        source = (f"repoURL: {prefixes[0]}{identity.product}.git", "path: deploy", kind)
    elif plain:
        source = (f"repoURL: {plain[0]}", f"chart: {identity.product}")
    if source:
        lines[-1] += " These lines without their `#` are an Application:"
        lines += [
            "application:",
            "  source:",
            *(f"    {line}" for line in source),
            "  syncPolicy: { automated: { prune: true } }",
            "versions: { application: v1.0.0 }",
        ]
    return "\n" + "".join(f"# {line}\n" for line in lines)


def unset_secrets(project: Project, stacks: Iterable[StackFile]) -> tuple[SecretKey, ...]:
    """Return the keys for the secrets that an environment names and that have no value yet.

    A value is a file in the tree, or an entry in the config of a stack that deploys the environment.
    """
    stored = {
        key for stack in stacks if stack.selection.takes(project.identity) for key in stack.secrets
    }
    found = []
    for path, name in secret_refs(project):
        key = project.secret_key(name)
        if name in project.secrets or key in stored:
            continue
        found.append(place_for(project, path, name))
    return tuple(dict.fromkeys(found))


_NAME = "names follow from the path"
_PAST = "nothing was here before"
_IN_USE = "a new environment is in use"
_WIDENING = "a widening must be requested again, with a reason of its own"
_TEMPORARY = "temporary access must be requested again"
_OWN: Mapping[DataPath, str] = {
    ("name",): _NAME,
    ("namespace", "name"): _NAME,
    ("namespace", "mode"): "the namespace is a new one",
    ("movedFrom",): _PAST,
    ("lifecycle",): _IN_USE,
    ("keep",): "what is kept when it is removed must be decided again",
    ("hosts",): "a host serves one environment",
}
"""Keys that are not copied, and why."""

_OWN_OF_APPLICATIONS = {"name": _NAME, "movedFrom": _PAST, "lifecycle": _IN_USE}
"""Keys of an Application or ApplicationSet that are not copied, and why."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A part of the file that is not copied.

    Attributes:
        path: Its key in the file.
        reason: Why it is not copied.
        detail: The value where the key alone does not identify it, such as an entry of a list.
    """

    path: DataPath
    reason: str
    detail: str = ""

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return f"{path_text(self.path)}{detail}: {self.reason}"


def left_out(document: Document) -> tuple[LeftOut, ...]:
    """Return what of a project.yaml is not copied, in the order of the file's parts; below `classes`, too."""
    data = document.data
    prefixes: list[DataPath] = [()]
    prefixes += [("classes", name) for name in data.get("classes") or {}]
    return tuple(item for prefix in prefixes for item in _below(data, prefix))


def _below(data: Data, prefix: DataPath) -> Iterator[LeftOut]:
    """What is left out of the settings at a path: of the file as a whole, or of one class."""
    own = {(*prefix, *path): reason for path, reason in _OWN.items()}
    settings = data_at(data, prefix)
    applications: list[DataPath] = [(key,) for key in ("base", "requirements", "application")]
    for group in ("applications", "applicationSets"):
        applications += [(group, key) for key in data_at(settings, (group,)) or ()]
    for path in applications:
        own |= {(*prefix, *path, key): reason for key, reason in _OWN_OF_APPLICATIONS.items()}
    for path, reason in own.items():
        parent = data_at(data, path[:-1])
        if isinstance(parent, dict) and path[-1] in parent:
            yield LeftOut(path, reason)
    access = (*prefix, "access")
    yield from _temporary(data_at(data, access), access)
    for index, item in enumerate(data_at(data, (*prefix, "allow")) or ()):
        value = f"{item.get('kind')} {item.get('value')}"
        yield LeftOut((*prefix, "allow", index), _WIDENING, value)


def _temporary(data: Data, path: DataPath) -> Iterator[LeftOut]:
    """Groups that have access until a day, at any depth below `access`."""
    if isinstance(data, dict) and "group" in data and data.get("until"):
        yield LeftOut(path, _TEMPORARY, f"{data['group']} until {data['until']}")
    elif isinstance(data, dict | list):
        items = data.items() if isinstance(data, dict) else enumerate(data)
        for step, item in items:
            yield from _temporary(item, (*path, step))
