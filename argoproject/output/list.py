"""Environments as `list` shows them: a row for each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from argoproject.fleet.inventory import EnvironmentRow
from argoproject.output.markdown import code, plain, table
from argoproject.output.text import columns, whole
from argoproject.problems import counted
from argoproject.project.versions import Version, short

__all__ = ["FORMS", "Listed", "product_of", "summary"]


@dataclass(frozen=True, slots=True)
class Listed:
    """What is listed: the rows, the order of environments in platform.yaml, and how much is wrong in the whole tree."""

    rows: tuple[EnvironmentRow, ...]
    order: tuple[str, ...]
    errors: int


def product_of(row: EnvironmentRow) -> str:
    """`blue/shop`."""
    return f"{row.identity.team}/{row.identity.product}"


def summary(found: Listed) -> str:
    """How much there is."""
    identities = [row.identity for row in found.rows]
    numbers = (
        (len(found.rows), "environment"),
        (len(set(map(product_of, found.rows))), "product"),
        (len({identity.team for identity in identities}), "team"),
        (len({identity.cluster for identity in identities}), "cluster"),
    )
    text = ", ".join(counted(number, noun) for number, noun in numbers)
    problems = counted(found.errors, "problem")
    return f"{text}; {problems} in the whole tree, see validate" if found.errors else text


def as_text(found: Listed) -> str:
    """For a terminal: by product."""
    header, *rows = columns(_grid(found.rows), indent=2)
    text = list(header)
    by_product = groupby(zip(found.rows, rows, strict=True), lambda pair: product_of(pair[0]))
    for product, members in by_product:
        text += [product, *(line for _, lines in members for line in lines)]
    return "\n".join([*text, "", summary(found)])


def _grid(rows: Sequence[EnvironmentRow]) -> list[list[str]]:
    """The header and the rows, without columns in which nothing would stand."""
    cells = [_cells(row) for row in rows]
    used = [name for name in cells[0] if any(row[name] for row in cells) or name == "VERSIONS"]
    return [used, *([row[name] for name in used] for row in cells)]


def _cells(row: EnvironmentRow) -> Mapping[str, str]:
    identity = row.identity
    named = row.readable and row.project != f"{row.namespace}-{identity.cluster}"
    namespace = [f"namespace {row.namespace}"] if named else []
    return {
        "ENVIRONMENT": f"{identity.cluster}/{identity.environment}",
        "PROJECT": row.project,
        "CLASS": row.environment_class,
        "PROFILE": row.profile,
        "STACK": ", ".join(row.stacks),
        "STATE": ", ".join(_state(row)),
        "VERSIONS": "; ".join([*map(whole, namespace), *_versions(row.versions)]),
    }


def _state(row: EnvironmentRow) -> Iterator[str]:
    if not row.readable:
        yield "unreadable"
    if row.retiring:
        yield "retiring"
    if row.errors:
        yield counted(row.errors, "error")
    if row.warnings:
        yield counted(row.warnings, "warning")


def _versions(versions: Iterable[Version]) -> Iterator[str]:
    """`requirements 15.2.4`, `application shop 1.4.2, values v2026.11.3`."""
    for application, sources in groupby(versions, lambda version: version.application):
        each = (whole(f"{item.source} {short(item.revision)}".lstrip()) for item in sources)
        yield f"{whole(f'{application} ')}{', '.join(each)}"


def as_markdown(found: Listed) -> str:
    """For a page: one table."""
    header = (
        "Environment",
        "Project",
        "Namespace",
        "Class",
        "Profile",
        "Stack",
        "State",
        "Versions",
    )
    return "\n".join([*table(header, map(_markdown, found.rows)), "", f"{summary(found)}."])


def _markdown(row: EnvironmentRow) -> tuple[str, ...]:
    names = (str(row.identity), row.project, row.namespace)
    facts = (row.environment_class, row.profile, ", ".join(row.stacks), ", ".join(_state(row)))
    return (
        *(code(name) if name else "" for name in names),
        *map(plain, facts),
        "\n".join(map(plain, _versions(row.versions))),
    )


def as_json(found: Listed) -> str:
    """For scripts."""
    data = {"environments": [_data(row) for row in found.rows], "errors": found.errors}
    return json.dumps(data, indent=2)


def _data(row: EnvironmentRow) -> dict[str, Any]:
    identity = row.identity
    return {
        "environment": str(identity),
        "team": identity.team,
        "product": identity.product,
        "cluster": identity.cluster,
        "name": identity.environment,
        "project": row.project or None,
        "namespace": row.namespace or None,
        "class": row.environment_class or None,
        "profile": row.profile or None,
        "readable": row.readable,
        "retiring": row.retiring,
        "stacks": list(row.stacks),
        "errors": row.errors,
        "warnings": row.warnings,
        "versions": [
            {"application": it.application, "source": it.source or None, "revision": it.revision}
            for it in row.versions
        ],
    }


FORMS: Mapping[str, Callable[[Listed], str]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
}
