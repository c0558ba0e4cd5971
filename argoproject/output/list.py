"""The output of `list`: a row for each environment, or the versions of each product side by side (`--by product`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from argoproject.fleet.inventory import EnvironmentRow, ProductRow, by_product
from argoproject.output.text import WIDTH, code_cell, columns, plain, table, unbroken
from argoproject.problems import counted
from argoproject.project.applications import Version, short

__all__ = ["WRITERS", "Inventory"]

_ABSENT = "-"
"""The environment has no such Application or source."""

_UNKNOWN = "?"
"""The environment cannot be read."""

_INDENT = 2
_GAP = 2


@dataclass(frozen=True, slots=True)
class Inventory:
    """What is listed.

    Attributes:
        rows: The environments, sorted by product.
        order: The names of environments in the order of platform.yaml.
        errors: The number of errors in the whole tree, whatever was selected.
    """

    rows: tuple[EnvironmentRow, ...]
    order: tuple[str, ...]
    errors: int

    def summary(self) -> str:
        """Return the last line: `4 environments, 1 product, 1 team, 2 clusters`, and the number of problems."""
        identities = [row.identity for row in self.rows]
        numbers = (
            (len(identities), "environment"),
            (len(set(map(_product, self.rows))), "product"),
            (len({identity.team for identity in identities}), "team"),
            (len({identity.cluster for identity in identities}), "cluster"),
        )
        text = ", ".join(counted(number, noun) for number, noun in numbers)
        problems = counted(self.errors, "problem")
        return f"{text}; {problems} in the whole tree, see validate" if self.errors else text


def _product(row: EnvironmentRow) -> str:
    return f"{row.identity.team}/{row.identity.product}"


def as_text(found: Inventory) -> str:
    """Return the environments for a terminal, below the names of their products."""
    if not found.rows:
        return found.summary()
    cells = [_cells(row) for row in found.rows]
    # A column that would be empty is left out; VERSIONS is the last one, which is wrapped.
    used = [name for name in cells[0] if any(row[name] for row in cells) or name == "VERSIONS"]
    grid = [used, *([row[name] for name in used] for row in cells)]
    header, *rows = columns(grid, indent=2)
    text = list(header)
    for product, members in groupby(
        zip(found.rows, rows, strict=True), lambda pair: _product(pair[0])
    ):
        text += [product, *(line for _, lines in members for line in lines)]
    return "\n".join([*text, "", found.summary()])


def _cells(row: EnvironmentRow) -> Mapping[str, str]:
    """The cells of a row by the titles of their columns. A namespace is shown where its name does not follow."""
    identity = row.identity
    own_name = row.readable and row.project != f"{row.namespace}-{identity.cluster}"
    namespace = [unbroken(f"namespace {row.namespace}")] if own_name else []
    return {
        "ENVIRONMENT": f"{identity.cluster}/{identity.environment}",
        "PROJECT": row.project,
        "CLASS": row.environment_class,
        "PROFILE": row.profile,
        "STACK": ", ".join(row.stacks),
        "STATE": _state(row),
        "VERSIONS": "; ".join([*namespace, *_versions(row.versions)]),
    }


def _state(row: EnvironmentRow) -> str:
    """`retiring, 2 errors`; empty for an environment without anything of note."""
    states = (
        "" if row.readable else "unreadable",
        "retiring" if row.retiring else "",
        counted(row.errors, "error") if row.errors else "",
        counted(row.warnings, "warning") if row.warnings else "",
    )
    return ", ".join(filter(None, states))


def _versions(versions: Iterable[Version]) -> Iterator[str]:
    """`requirements 15.2.4`, `application shop 1.4.2, values v2026.11.3`."""
    for application, sources in groupby(versions, lambda version: version.application):
        each = (unbroken(f"{item.source} {short(item.revision)}".lstrip()) for item in sources)
        yield f"{unbroken(f'{application} ')}{', '.join(each)}"


def as_markdown(found: Inventory) -> str:
    """Return the environments for a page: one table."""
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
    rows = []
    for row in found.rows:
        names = (str(row.identity), row.project, row.namespace)
        facts = (row.environment_class, row.profile, ", ".join(row.stacks), _state(row))
        versions = "\n".join(map(plain, _versions(row.versions)))
        rows.append((*(code_cell(it) if it else "" for it in names), *map(plain, facts), versions))
    return "\n".join([*table(header, rows), "", f"{found.summary()}."])


def as_json(found: Inventory) -> str:
    """Return the environments for scripts. Fields of an environment that cannot be read are null."""
    environments = [
        {
            "environment": str(row.identity),
            "team": row.identity.team,
            "product": row.identity.product,
            "cluster": row.identity.cluster,
            "name": row.identity.environment,
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
                {
                    "application": item.application,
                    "source": item.source or None,
                    "revision": item.revision,
                }
                for item in row.versions
            ],
        }
        for row in found.rows
    ]
    return json.dumps({"environments": environments, "errors": found.errors}, indent=2)


def products_as_text(found: Inventory) -> str:
    """Return a table for each product: a row for each source, a column for each environment.

    Where more environments than fit are side by side, the table is continued below with the others.
    """
    lines: list[str] = []
    for product in by_product(found.rows, found.order):
        titles = ["", *(" ".join(filter(None, key)) for key in product.revisions)]
        lines.append(f"{product.team}/{product.product}")
        for part in _parts(list(_product_columns(product)), max(map(len, titles))):
            table_ = [titles, *part]
            widths = [max(map(len, column)) for column in table_]
            for cells in zip(*table_, strict=True):
                padded = (f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True))
                lines.append(f"{' ' * _INDENT}{(' ' * _GAP).join(padded)}".rstrip())
        lines.append("")
    return "\n".join([*lines, found.summary()])


def _product_columns(product: ProductRow) -> Iterator[list[str]]:
    """A column for each environment: its name, then its revision of each source."""
    for index, row in enumerate(product.environments):
        missing = _ABSENT if row.readable else _UNKNOWN
        revisions = (each[index] for each in product.revisions.values())
        name = f"{row.identity.environment} ({row.identity.cluster})"
        yield [name, *(missing if item is None else short(item) for item in revisions)]


def _parts(columns_: list[list[str]], left: int) -> Iterator[list[list[str]]]:
    """Split columns into groups, each of which fits next to titles of `left` characters; one column at least."""
    part: list[list[str]] = []
    used = _INDENT + left
    for column in columns_:
        need = _GAP + max(map(len, column))
        if part and used + need > WIDTH:
            yield part
            part, used = [], _INDENT + left
        part.append(column)
        used += need
    yield part


def products_as_markdown(found: Inventory) -> str:
    """Return a heading and a table for each product."""
    lines: list[str] = []
    for product in by_product(found.rows, found.order):
        names, *revisions = zip(*_product_columns(product), strict=True)
        titles = (plain(" ".join(filter(None, key))) for key in product.revisions)
        rows = [[title, *map(code_cell, row)] for title, row in zip(titles, revisions, strict=True)]
        heading = f"### {plain(product.team)}/{plain(product.product)}"
        lines += [heading, "", *table(["", *map(plain, names)], rows), ""]
    return "\n".join([*lines, f"{found.summary()}."])


def products_as_json(found: Inventory) -> str:
    """Return the products for scripts: the revisions of each source by environment."""
    products: list[dict[str, Any]] = []
    for product in by_product(found.rows, found.order):
        names = [str(row.identity) for row in product.environments]
        versions = [
            {
                "application": application,
                "source": source or None,
                "revisions": dict(zip(names, revisions, strict=True)),
            }
            for (application, source), revisions in product.revisions.items()
        ]
        path = f"{product.team}/{product.product}"
        products.append({"product": path, "environments": names, "versions": versions})
    return json.dumps({"products": products, "errors": found.errors}, indent=2)


WRITERS: Mapping[tuple[str, str], Callable[[Inventory], str]] = {
    ("environment", "text"): as_text,
    ("environment", "json"): as_json,
    ("environment", "markdown"): as_markdown,
    ("product", "text"): products_as_text,
    ("product", "json"): products_as_json,
    ("product", "markdown"): products_as_markdown,
}
"""By the values of `--by` and `--format`."""
