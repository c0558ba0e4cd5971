"""From facts to the page: templates, style and script become one file. Equal facts give equal bytes."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import groupby
from operator import attrgetter
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from argoproject.identity import Identity
from argoproject.output.page.changes import DANGERS
from argoproject.output.page.facts import Facts, choices
from argoproject.output.page.island import island
from argoproject.secrets.detection import masked

__all__ = ["site"]

_SCRIPTS = ("dom.js", "list.js", "environment.js", "views.js")
"""They are one script in this order: each uses those before it."""

_STYLES = ("base.css", "head.css", "tables.css", "details.css", "media.css")
"""They are one style in this order: each overrides those before it."""

_SOON = dt.timedelta(days=30)
"""What expires within it is marked."""

_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Cpath d='M2 3h12v2H2zm0 4h8v2H2zm0 4h10v2H2z' fill='%230b5a8a'/%3E%3C/svg%3E"
)
"""Without it browsers request one from the server."""


def site(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield the files of the site as (path, text)."""
    parts = "\n".join(map(_asset, _SCRIPTS))
    script = f'(() => {{\n"use strict";\n{parts}\n}})();\n'
    # A matrix has a column for each stage.
    style = "\n".join((*map(_asset, _STYLES), f":root {{ --stages: {len(facts.stages)}; }}\n"))
    ways = () if facts.changes is None else facts.changes.ways
    text = (
        _templates()
        .get_template("page.html.j2")
        .render(
            facts=facts,
            views=tuple(_views(facts)),
            choices=choices(facts),
            soon=facts.today + _SOON,
            known={str(item.identity) for item in facts.environments},
            changed={name: way.danger for way in ways for name in way.environments},
            dangers=DANGERS[::-1],
            island=htmlsafe_json_dumps(island(facts), ensure_ascii=False, separators=(",", ":")),
            script=Markup(script),  # noqa: S704 - ours, from this package
            style=Markup(style),  # noqa: S704 - ours, from this package
            policy=_policy(script, style),
            icon=_ICON,
        )
    )
    yield "index.html", text


def _views(facts: Facts) -> Iterator[tuple[str, int]]:
    """The views in their order, each with the number of items that it lists."""
    yield "environments", len(facts.environments)
    yield "versions", len({row.path for row in facts.versions})
    yield "quota", len(facts.clusters)
    yield "access", len({row.holder for row in facts.roles})
    yield "repositories", len(facts.repositories)
    yield "problems", len(facts.problems)
    yield "audit", len(facts.audit.findings)
    if facts.changes is not None:
        yield "changes", facts.changes.number


def _policy(script: str, style: str) -> str:
    """What the page may do: run its own script, which cannot turn data into HTML (Trusted Types)."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_digest(script)}'",
            f"style-src '{_digest(style)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _digest(text: str) -> str:
    """The source expression of an inline script or style. Source: W3C, CSP Level 3, `hash-source`."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _asset(name: str) -> str:
    return files(__package__).joinpath("assets", name).read_text(encoding="utf-8")


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["counted"] = _counted
    environment.filters["address"] = _address
    environment.filters["together"] = _together
    environment.filters["unsecret"] = masked
    return environment


def _counted(number: int, noun: str) -> str:
    """A number with its noun; `counted` of problems.py writes no thousands separators."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _together(rows: Iterable[Any], attribute: str) -> list[list[Any]]:
    """Adjacent rows with one value of an attribute, in their order."""
    return [list(group) for _, group in groupby(rows, key=attrgetter(attribute))]


def _address(identity: Identity | str) -> str:
    """The address of an environment in the page."""
    return f"#/environments/{identity}"
