"""Versions of a product side by side, as `list --by product` shows them: what runs where, before it is promoted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from argoproject.fleet.inventory import EnvironmentRow, ProductRow, by_product
from argoproject.output.list import Listed, summary
from argoproject.output.markdown import code, plain, table
from argoproject.output.text import WIDTH
from argoproject.project.versions import short

__all__ = ["FORMS"]

_ABSENT = "-"
"""The environment has no such Application or source."""

_INDENT = 2
_GAP = 2


def as_text(found: Listed) -> str:
    """For a terminal: a table for each product, in parts where more environments than fit stand side by side."""
    lines = [line for product in by_product(found.rows, found.order) for line in _text(product)]
    return "\n".join([*lines, summary(found)])


def _text(product: ProductRow) -> Iterator[str]:
    titles = ["", *map(_title, product.revisions)]
    table_ = [[_column(row), *cells] for row, cells in _cells(product)]
    yield f"{product.team}/{product.product}"
    for part in _parts(table_, max(map(len, titles))):
        for line in zip(titles, *part, strict=True):
            yield _line(line, [titles, *part])
    yield ""


def _cells(product: ProductRow) -> Iterator[tuple[EnvironmentRow, list[str]]]:
    """The revisions of each environment, from top to bottom."""
    for index, row in enumerate(product.environments):
        revisions = [each[index] for each in product.revisions.values()]
        missing = _ABSENT if row.readable else "?"
        yield row, [missing if item is None else short(item) for item in revisions]


def _column(row: EnvironmentRow) -> str:
    return f"{row.identity.environment} ({row.identity.cluster})"


def _title(key: tuple[str, str]) -> str:
    return " ".join(filter(None, key))


def _parts(table_: Sequence[list[str]], left: int) -> Iterator[list[list[str]]]:
    """Columns that fit side by side, beside the titles; one at least."""
    part: list[list[str]] = []
    used = _INDENT + left
    for column in table_:
        need = _GAP + max(map(len, column))
        if part and used + need > WIDTH:
            yield part
            part, used = [], _INDENT + left
        part.append(column)
        used += need
    yield part


def _line(cells: Sequence[str], columns: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in columns]
    padded = (f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True))
    return f"{' ' * _INDENT}{(' ' * _GAP).join(padded)}".rstrip()


def as_markdown(found: Listed) -> str:
    """For a page: a table for each product."""
    lines = [line for it in by_product(found.rows, found.order) for line in _markdown(it)]
    return "\n".join([*lines, f"{summary(found)}."])


def _markdown(product: ProductRow) -> Iterator[str]:
    columns = [cells for _, cells in _cells(product)]
    header = ["", *(plain(_column(row)) for row in product.environments)]
    lines = zip(product.revisions, *columns, strict=True)
    yield f"### {plain(product.team)}/{plain(product.product)}"
    yield ""
    yield from table(header, ([plain(_title(key)), *map(code, rest)] for key, *rest in lines))
    yield ""


def as_json(found: Listed) -> str:
    """For scripts."""
    products = [_data(product) for product in by_product(found.rows, found.order)]
    return json.dumps({"products": products, "errors": found.errors}, indent=2)


def _data(product: ProductRow) -> dict[str, Any]:
    names = [str(row.identity) for row in product.environments]
    return {
        "product": f"{product.team}/{product.product}",
        "environments": names,
        "versions": [
            {
                "application": application,
                "source": source or None,
                "revisions": dict(zip(names, revisions, strict=True)),
            }
            for (application, source), revisions in product.revisions.items()
        ],
    }


FORMS: Mapping[str, Callable[[Listed], str]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
}
