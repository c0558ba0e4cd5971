"""Changed lines of the files that environments share, with the environments that each line affects: those in which it
decides the value, and no nearer file does."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from argoproject.audit.run import BASELINE
from argoproject.diff.fields import ABSENT, Element, FieldChange, Steps, differences, leaves
from argoproject.diff.model import FileChange, LineChange, Reason, look, safe
from argoproject.diff.rules.platform import setting_reasons
from argoproject.diff.states import Side
from argoproject.identity import PLATFORM
from argoproject.layout import PLATFORM_FILE
from argoproject.models import AllowanceKind
from argoproject.project.model import Project
from argoproject.project.repositories import secret_refs
from argoproject.project.resolve import PROFILE_ONLY
from argoproject.secrets.file import SecretKey
from argoproject.tree.model import Tree
from argoproject.tree.selection import takes

__all__ = [
    "Reach",
    "by_list",
    "file_changes",
    "has_network_policy",
    "uses_cluster",
    "uses_secret",
]

_WHOLE_FILE = "the whole file"
"""The value of a team's file that was added or removed: its lines show in the environments."""


def file_changes(before: Side, after: Side, changed: Collection[str]) -> Iterator[FileChange]:
    """The changed files that more than one environment may read, each with its changed lines.

    Args:
        before: the base.
        after: the working tree.
        changed: the files that differ, relative to the folder of platform.yaml.
    """
    old, new = _shared(before.tree), _shared(after.tree)
    unreadable = {*before.tree.broken.difference(old), *after.tree.broken.difference(new)}
    projects = (item.settings for side in (before, after) for item in side.states)
    reach = Reach(after.tree.name, tuple(item for item in projects if item is not None))
    if acceptances := tuple(_acceptance_changes(before, after, reach)):
        yield FileChange(f"{reach.root}/{BASELINE}", acceptances)
    platform_file = after.tree.platform_document.file
    names = {f"{after.tree.name}/{name}" for name in changed}
    for file in sorted(names.intersection((*old, *new)) - unreadable):
        fields: Iterable[FieldChange]
        if file == platform_file or (file in old and file in new):
            # A map that was added or removed counts with each of its lines.
            whole = differences(old.get(file, {}), new.get(file, {}))
            fields = [line for item in whole for line in leaves(item)]
        else:
            sides = (ABSENT, _WHOLE_FILE) if file in new else (_WHOLE_FILE, ABSENT)
            fields = [FieldChange((), *sides)]
        lines: list[LineChange] = []
        for field in fields:
            reasons: Iterable[Reason] = ()
            if file == platform_file and after.tree.platform is not None:
                reasons = setting_reasons(field, before.tree.platform, after.tree.platform)
            where = reach.of(file, field.steps)
            lines.append(_line(field, reasons, where))
        if lines:
            yield FileChange(file, tuple(by_list(lines)))


def by_list(lines: Iterable[LineChange]) -> Iterator[LineChange]:
    """Join the changes of one list of texts to one change, with the reasons and environments of all.

    Example:
        `allow[plugin]: (none) → "plugin"` and `allow[crd]: "crd" → (none)` become `allow: ["crd"] → ["plugin"]`.
    """
    lists: dict[tuple[Steps, bool], list[LineChange]] = defaultdict(list)
    for line in lines:
        texts = all(it is ABSENT or isinstance(it, str) for it in (line.before, line.after))
        in_list = texts and line.steps != () and isinstance(line.steps[-1], Element)
        lists[line.steps[:-1] if in_list else line.steps, in_list].append(line)
    for (steps, in_list), parts in lists.items():
        if len(parts) == 1 or not in_list:
            yield from parts
            continue
        before, after = (
            [it for it in dict.fromkeys(side) if it is not ABSENT]
            for side in zip(*((part.before, part.after) for part in parts), strict=True)
        )
        yield LineChange(
            steps,
            before or ABSENT,
            after or ABSENT,
            tuple(dict.fromkeys(it for part in parts for it in part.reasons)),
            tuple(sorted({it for part in parts for it in part.environments})),
            parts[0].line,
        )


def _line(field: FieldChange, reasons: Iterable[Reason], environments: Iterable[str]) -> LineChange:
    sides = (field.steps, field.before, field.after)
    return LineChange(*sides, tuple(reasons), tuple(environments))


def _shared(tree: Tree) -> Mapping[str, Mapping[str, Any]]:
    """The data of platform.yaml, team.yaml, product.yaml and their manifests, by file, where they can be read.

    Files of secrets are left out: their changes show in the environments that use them.
    """
    own = tree.platform_document
    found = {} if own.file in tree.broken else {own.file: own.data}
    found |= {item.file: item.data for item in tree.platform_files.values()}
    for key, folder in tree.folders.items():
        if len(key) > 2:
            continue
        documents = [] if folder.settings is None else [folder.settings]
        documents += [item for item in folder.manifests if item.file not in folder.encrypted]
        found |= {item.file: item.data for item in documents}
    return found


def _acceptance_changes(before: Side, after: Side, reach: Reach) -> Iterator[LineChange]:
    """The changed lines of audit.yaml. An entry affects the environments that it names, and those of its places."""
    sides = (before.acceptances, after.acceptances)
    if sides[0] is None or sides[1] is None:
        return
    for field in differences(*sides):
        whole = len(field.steps) == 1 or isinstance(field.before, Mapping)
        if whole and field.after in (ABSENT, None, []):
            reason = safe("the audit reports again what was accepted")
        else:
            reason = look("a finding of the audit is accepted, or its acceptance is changed")
        affected: set[str] = set()
        for entry in _entries(field, (sides[0], sides[1])):
            for pattern in _texts(entry, "environments"):
                affected.update(
                    str(item.identity)
                    for item in reach.projects
                    if takes(pattern, item.identity, item.names.project)
                )
            for place in _texts(entry, "at"):
                file, _, key = place.partition(":")
                affected.update(
                    reach.of(f"{reach.root}/{file}", tuple(key.split(".")) if key else ())
                )
        yield _line(field, [reason], sorted(affected))


def _entries(field: FieldChange, sides: tuple[Mapping[str, Any], ...]) -> Iterator[Any]:
    """The entries of audit.yaml, before and after, to which a changed line belongs.

    The line is inside the entry with an index (`accepted[0].reason`), is one entry, or is the list of all of them.
    """
    steps = field.steps[:2]
    if len(steps) == 2 and isinstance(steps[1], int):
        for side in sides:
            yield side[str(steps[0])][steps[1]]
        return
    for value in (field.before, field.after):
        yield from value if isinstance(value, list) else (value,)


def _texts(entry: Any, key: str) -> Iterator[str]:
    """The texts in a list of an entry, which may have any form."""
    values = entry.get(key) if isinstance(entry, Mapping) else None
    yield from (item for item in values or () if isinstance(item, str))


_MERGED = ("namespace", "networkPolicies")
"""The only list to which every layer adds, instead of replacing it."""

_FOR_ALL = frozenset({"argocd", "impersonation", "reservedNamespaces"})
"""Keys of platform.yaml that decide something in every environment."""

_FACTS = frozenset({"uid", "budget"})
"""Keys of a cluster that decide nothing in an environment."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The environments that a line may affect.

    Attributes:
        root: the folder of platform.yaml, as positions name it.
        projects: the environments of both sides: a line that is removed affects environments of the base.
    """

    root: str
    projects: tuple[Project, ...]

    def of(self, file: str, steps: Steps) -> tuple[str, ...]:
        """The folders of the environments that a line affects, sorted.

        Args:
            file: the file, as positions name it.
            steps: the path of the line in it.

        Example:
            `of("config/projects/blue/team.yaml", ("access", "admin"))` gives the environments of the team blue whose
            product.yaml and project.yaml do not set `access.admin`.
        """
        if file == f"{self.root}/{PLATFORM_FILE}":
            found = [item for item in self.projects if _is_affected(item, file, steps)]
        else:
            readers = [item for item in self.projects if file in self._manifests(item)]
            found = readers or [item for item in self.projects if _is_origin(item, file, steps)]
        return tuple(sorted({str(item.identity) for item in found}))

    def _manifests(self, project: Project) -> set[str]:
        """The files of the environment's manifests, those of the platform in its profile included."""
        shared = (posixpath.normpath(it.file) for it in project.profile.platform_manifests)
        own = {item.document.file for item in project.manifests}
        return own | {f"{self.root}/{name}" for name in shared}


def _is_origin(project: Project, file: str, steps: Steps) -> bool:
    """Whether a layer of the file decides the environment's value at `steps`."""
    for layer in project.layers.items:
        prefix = layer.prefix
        other_class = not prefix and steps[:1] == ("classes",)
        if layer.document.file != file or steps[: len(prefix)] != prefix or other_class:
            continue
        # A list is decided as a whole: the path ends before the first element that has a name.
        below = steps[len(prefix) :]
        end = next((at for at, step in enumerate(below) if isinstance(step, Element)), len(below))
        path = below[:end]
        if path in ((), _MERGED) or project.layers.origin(path)[0] is layer:
            return True
    return False


def _is_affected(project: Project, file: str, steps: Steps) -> bool:
    """Whether a line of platform.yaml affects an environment. A key that is not listed affects none."""
    if len(steps) < 2:
        return True
    top, name, *rest = map(str, steps)
    if top == "clusters" and not _FACTS.isdisjoint(rest[:1]):
        return False
    if top == "profiles":
        # What only a profile can set affects all its environments; the rest only those whose files do not set it.
        whole = len(steps) == 2 or steps[2] in PROFILE_ONLY
        return project.profile_name == name and (whole or _is_origin(project, file, steps))
    if top == "teams":
        of_class = rest[1:2] if rest[:1] == ["classes"] else []
        return project.identity.team == name and of_class in ([], [project.environment_class])
    decides = _BY_NAME.get(top)
    return top in _FOR_ALL if decides is None else decides(project, name)


def uses_cluster(project: Project, name: str) -> bool:
    """Whether an environment is on a cluster, may deploy to it, or is deployed by an Argo CD there."""
    used = {project.identity.cluster, project.platform.argocd.cluster}
    used |= {
        item.value.partition("/")[0]
        for item in project.settings.allow
        if item.kind is AllowanceKind.DESTINATION
    }
    return name in used


def has_network_policy(project: Project, name: str) -> bool:
    """Whether an environment's namespace has a network policy of platform.yaml."""
    return name in project.namespace_settings.network_policies


def uses_secret(project: Project, name: str) -> bool:
    """Whether an environment uses a secret of the platform."""
    key = SecretKey(PLATFORM, name)
    return any(project.secret_key(own) == key for _, own in secret_refs(project))


_BY_NAME: Mapping[str, Callable[[Project, str], bool]] = {
    "clusters": uses_cluster,
    "environmentClasses": lambda project, name: project.environment_class == name,
    "environments": lambda project, name: project.identity.environment == name,
    "networkPolicies": has_network_policy,
    "secrets": uses_secret,
}
"""Keys of platform.yaml that contain names, and whether an environment uses one of them."""
