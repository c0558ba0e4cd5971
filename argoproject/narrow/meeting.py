"""Which other environments may collide with those that are judged: too many rather than too few.

A name of an environment is one that its texts say under `name`, or the one that its folders make; or such a name with
something joined on by `-` (`argoproject.names`). So two environments can meet only where the beginning of a name of
the one, up to the end or a `-`, is said by the other or made of its folders.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from argoproject.checks.admission import overlapping
from argoproject.checks.fleet import claims
from argoproject.checks.repositories.shared import readings
from argoproject.models import AllowanceKind
from argoproject.names import derive
from argoproject.narrow.outline import Sketch
from argoproject.narrow.text import is_escaped
from argoproject.project.model import Project, placeholder_values
from argoproject.tree import placeholders

__all__ = ["has_name", "hosts_of", "names_of", "project_names", "reads", "serves", "urls_of"]

_OF_NAMES = ("${namespace}", "${project}")
"""Placeholders whose value is a name, which the texts may override."""


def names_of(projects: Iterable[Project]) -> frozenset[str]:
    """The beginnings of all names with which another environment could collide."""
    return frozenset(
        beginning
        for project in projects
        for name in _names(project)
        for beginning in _beginnings(name)
    )


def urls_of(projects: Iterable[Project]) -> frozenset[str]:
    """What environments read with a Secret that Argo CD may mix up with another's."""
    return frozenset(url for project in projects for url, _ in readings(project))


def hosts_of(projects: Iterable[Project]) -> frozenset[bytes]:
    """What a text says that declares a host which meets one of these environments'.

    It is the host or a pattern above it; or, of a pattern, any name below it.
    """
    return frozenset(
        said.encode()
        for project in projects
        for host in project.settings.hosts
        for said in (host.removeprefix("*."), *overlapping(host))
    )


def has_name(sketch: Sketch, names: Collection[str]) -> bool:
    """Whether an environment may have a name that begins with one of `names`."""
    said = [text.names for text in sketch.texts]
    return (
        derive(sketch.identity).namespace in names
        or any(item.unclear or not item.values.isdisjoint(names) for item in said)
        or any(
            filled is None or filled in names
            for item in said
            for filled in _filled(sketch, item.templates)
        )
    )


def reads(sketch: Sketch, urls: Iterable[str]) -> bool:
    """Whether an environment may read one of the URLs."""
    wanted = [(url, url.encode()) for url in urls]
    return any(
        text.urls.unclear
        or any(raw in text.raw for _, raw in wanted)
        or any(
            filled is None or any(url in filled for url, _ in wanted)
            for filled in _filled(sketch, text.urls.templates)
        )
        for text in sketch.texts
    )


def serves(sketch: Sketch, hosts: Collection[bytes]) -> bool:
    """Whether an environment may declare one of the hosts."""
    return any(
        b"hosts" in text.raw and (is_escaped(text.raw) or any(host in text.raw for host in hosts))
        for text in sketch.texts
    )


def project_names(sketch: Sketch) -> frozenset[str] | None:
    """What the project of an environment may be called; None where it may be anything."""
    said = [text.names for text in sketch.texts]
    if any(item.unclear for item in said):
        return None
    values = frozenset[str]().union(*(item.values for item in said))
    joined = (f"{value}-{sketch.identity.cluster}" for value in values)
    return values.union(joined, [derive(sketch.identity).project])


def _names(project: Project) -> Iterator[str]:
    """What an environment claims, deploys to beside its own namespace, and was called before."""
    yield from (name for (_, _, name), _ in claims(project))
    yield from project.settings.moved_from
    for item in project.settings.allow:
        if item.kind is AllowanceKind.DESTINATION:
            yield item.value.partition("/")[2]


def _beginnings(name: str) -> Iterator[str]:
    yield name
    yield from (name[:at] for at, letter in enumerate(name) if letter == "-")


def _filled(sketch: Sketch, templates: Iterable[str]) -> Iterator[str | None]:
    """Texts with their placeholders filled; None where one stands for a name that the texts may override."""
    for template in templates:
        overridden = any(text.names.values or text.names.unclear for text in sketch.texts)
        if overridden and any(name in template for name in _OF_NAMES):
            yield None
        else:
            identity = sketch.identity
            yield placeholders.fill(template, placeholder_values(identity, derive(identity)))
