"""What a team may use in a class of environments: its guardrails, their defaults, and what is within them.

Asked by the checks, which refuse what is beyond, and by `argoproject.diff`, which tells whether a change of
platform.yaml allows more.
"""

from __future__ import annotations

from functools import lru_cache

from argoproject.models import Platform
from argoproject.project.model import effective_guardrails
from argoproject.upstream.urls import matches, normalise

__all__ = ["allowed", "default", "within", "within_field", "within_registries", "within_sources"]


def allowed(platform: Platform, team: str, environment_class: str, field: str) -> tuple[str, ...]:
    """The patterns of a guardrail that lists, or its default. A team that platform.yaml does not know may nothing."""
    if team not in platform.teams:
        return ()
    rails = effective_guardrails(platform, team, environment_class)
    given: tuple[str, ...] | None = getattr(rails, field)
    return default(platform, team, environment_class, field) if given is None else given


def default(platform: Platform, team: str, environment_class: str, field: str) -> tuple[str, ...]:
    """What the documented defaults allow; for every other guardrail nothing."""
    match field:
        case "namespaces":
            return (f"{team}-*",)
        case "profiles":
            settings = platform.environment_classes.get(environment_class)
            return () if settings is None else (settings.profile,)
        case "cluster_roles":
            return ("view",)
        case "registries" | "network_policies":
            return ("*",)
    return ()


def within_field(field: str, patterns: tuple[str, ...], text: str) -> bool:
    """Whether a guardrail's patterns allow a text, by the rule of that guardrail."""
    rules = {
        "sources": within_sources,
        "endpoints": within_sources,
        "registries": within_registries,
    }
    return rules.get(field, within)(patterns, text)


@lru_cache(maxsize=1 << 16)
def within(patterns: tuple[str, ...], text: str) -> bool:
    """Whether one of the patterns matches. Environments share most of their values, so answers are kept."""
    return any(matches(pattern, text) for pattern in patterns)


@lru_cache(maxsize=1 << 16)
def within_sources(sources: tuple[str, ...], url: str) -> bool:
    """Whether a URL is one of the sources, or below one that ends in `/`."""
    return any(_source_covers(source, url) for source in sources)


@lru_cache(maxsize=1 << 16)
def within_registries(registries: tuple[str, ...], server: str) -> bool:
    """Whether a registry is allowed; `harbor.example.org` allows its paths, `harbor.example.org/blue`."""
    return any(_source_covers(f"{item.rstrip('/')}/", server) for item in registries)


def _source_covers(source: str, url: str) -> bool:
    """Compared between the slashes: `https://*.example.org/` is not `https://evil.tld/x.example.org/`."""
    wanted, given = normalise(source.rstrip("/")).split("/"), normalise(url).split("/")
    if source.endswith("/") or wanted[-1] == "*":
        given = given[: len(wanted)]
    return len(wanted) == len(given) and all(map(_part_covers, wanted, given))


def _part_covers(wanted: str, given: str) -> bool:
    """Between two slashes `*` stands for names only: `git@*.example.org` is not `git@evil.tld:1.example.org`."""
    if wanted == "*":
        return True
    return matches(wanted, given) and all(given.count(mark) <= wanted.count(mark) for mark in "@:")
