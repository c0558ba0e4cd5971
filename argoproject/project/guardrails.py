"""What a team may use in a class of environments: its guardrails, their defaults, and what is within them.

Asked by the checks, which refuse what is outside, by `argoproject.diff`, which reports whether a change of
platform.yaml allows more, and by `argoproject.audit`, which reports what allows everything. Each guardrail declares its
rule and its default (`argoproject.models.guardrails`); here is how they are applied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from argoproject.models import Platform
from argoproject.models.guardrails import GUARDRAILS, Match
from argoproject.project.model import effective_guardrails
from argoproject.upstream.kinds import parse_kind
from argoproject.upstream.urls import matches, normalise

__all__ = [
    "allowed",
    "default",
    "highest",
    "matches_everything",
    "within",
    "within_field",
    "within_kinds",
    "within_registries",
    "within_sources",
]


def allowed(platform: Platform, team: str, environment_class: str, field: str) -> tuple[str, ...]:
    """The entries of a guardrail that lists, or its default. A team that platform.yaml does not know may nothing."""
    if team not in platform.teams:
        return ()
    rails = effective_guardrails(platform, team, environment_class)
    given: tuple[str, ...] | None = getattr(rails, field)
    return default(platform, team, environment_class, field) if given is None else given


def default(platform: Platform, team: str, environment_class: str, field: str) -> tuple[str, ...]:
    """The entries of a guardrail that platform.yaml leaves out: `("blue-*",)` for the namespaces of team blue."""
    entries = GUARDRAILS[field].default
    if field not in _TEMPLATES:
        return entries
    settings = platform.environment_classes.get(environment_class)
    values = {"team": team, "profile": "" if settings is None else settings.profile}
    return tuple(filter(None, (item.format(**values) for item in entries)))


_TEMPLATES = frozenset(field for field, it in GUARDRAILS.items() if "{" in "".join(it.default))
"""Guardrails whose default depends on the team or the class."""


def highest(platform: Platform, team: str, environment_class: str, field: str) -> Mapping[str, str]:
    """The quantities of a guardrail that maps names to the highest ones; none for a team that is not known."""
    if team not in platform.teams:
        return {}
    found: Mapping[str, str] = getattr(
        effective_guardrails(platform, team, environment_class), field
    )
    return found


def within_field(field: str, entries: tuple[str, ...], value: str) -> bool:
    """Whether the entries of a guardrail allow a value, by the rule that the guardrail declares."""
    return _RULES[field](entries, value)


@lru_cache(maxsize=1 << 16)
def within(patterns: tuple[str, ...], text: str) -> bool:
    """Whether one of the patterns matches. Environments share most of their values, so answers are kept."""
    return any(matches(pattern, text) for pattern in patterns)


@lru_cache(maxsize=1 << 16)
def within_sources(sources: tuple[str, ...], url: str) -> bool:
    """Whether a URL is one of the sources, or below one that ends in `/`.

    Example:
        `https://git.example.org/blue/` allows `https://git.example.org/blue/shop.git`; without the `/` at its end it
        names one repository and does not.
    """
    return any(_source_covers(source, url) for source in sources)


@lru_cache(maxsize=1 << 16)
def within_registries(registries: tuple[str, ...], server: str) -> bool:
    """Whether a registry is allowed; `harbor.example.org` allows its paths, `harbor.example.org/blue`."""
    return any(_source_covers(f"{item.rstrip('/')}/", server) for item in registries)


@lru_cache(maxsize=1 << 16)
def within_kinds(patterns: tuple[str, ...], text: str) -> bool:
    """Whether a kind, or one object of it, is allowed; `/ConfigMap` in a pattern is `ConfigMap`.

    Example:
        `rbac.authorization.k8s.io/ClusterRole` allows `rbac.authorization.k8s.io/ClusterRole/reader`.
    """
    known = tuple(item.removeprefix("/") for item in patterns)
    kind = parse_kind(text, named=True)
    names = {text.removeprefix("/")} if kind is None else {str(kind.whole), str(kind)}
    return any(within(known, name) for name in names)


_MATCHES: Mapping[Match, Callable[[tuple[str, ...], str], bool]] = {
    Match.PATTERN: within,
    Match.NAME: within,
    Match.URL: within_sources,
    Match.REGISTRY: within_registries,
    Match.KIND: within_kinds,
}

_RULES = {field: _MATCHES[it.match] for field, it in GUARDRAILS.items() if it.match in _MATCHES}
"""The rule of each guardrail that lists, by its field: every value of every environment is judged by one of them."""


def matches_everything(field: str, entry: str) -> bool:
    """Whether an entry of a guardrail leaves nothing out that matters: `*`, `*/*`, `?*`. Of a URL, an open host is
    as much, whatever its user and port are: `ssh://git@*:22/`.
    """
    if GUARDRAILS[field].match is Match.URL:
        entry = entry.split("://", 1)[-1].partition("/")[0].rpartition("@")[2].partition(":")[0]
    return "*" in entry and not entry.strip("*?./")


def _source_covers(source: str, url: str) -> bool:
    """Compared between the slashes: `https://*.example.org/` is not `https://evil.tld/x.example.org/`."""
    wanted, given = normalise(source.rstrip("/")).split("/"), normalise(url).split("/")
    if source.endswith("/") or wanted[-1] == "*":
        given = given[: len(wanted)]
    return len(wanted) == len(given) and all(map(_part_covers, wanted, given))


def _part_covers(wanted: str, given: str) -> bool:
    """Between two slashes `*` matches names only: `git@*.example.org` is not `git@evil.tld:1.example.org`."""
    if wanted == "*":
        return True
    return matches(wanted, given) and all(given.count(mark) <= wanted.count(mark) for mark in "@:")
