"""The project.yaml of an environment that is made from nothing: only what its product, team and profile do not say."""

from __future__ import annotations

from collections.abc import Iterable

from argoproject.identity import Identity
from argoproject.project.model import Project
from argoproject.yamlfile.edit import scalar

__all__ = ["about", "default_description", "example", "fresh"]

_GIT = ("https://", "http://", "ssh://", "git@")


def default_description(identity: Identity) -> str:
    """What an environment is for, as far as its path says."""
    return f"{identity.product}, {identity.environment} on {identity.cluster}"


def fresh(description: str, profile: str | None) -> str:
    """The file without revisions and comments."""
    chosen = f"profile: {scalar(profile)}\n" if profile else ""
    return f"description: {scalar(description)}\n{chosen}"


def about(project: Project) -> str:
    """Comments for the top: what does not stand in the file, and how to see it."""
    files = [layer.document.file.rpartition("/")[2] for layer in project.layers.items[1:-1]]
    shared = ", ".join(dict.fromkeys(reversed(files)))
    profile = f"the profile {project.profile_name}"
    return (
        f"# What differs from {f'{shared} and {profile}' if shared else profile}. Where each value comes from:\n"
        f"# argoproject explain {project.identity}\n"
    )


def example(project: Project) -> str:
    """Comments for the end of a file without any Application: one to uncomment, which the guardrails permit."""
    team = project.identity.team
    lines = [
        "So far a namespace with its guards, and no Application. "
        f"Which repositories {team} may use is said by",
        f"teams.{team}.sources of platform.yaml.",
    ]
    source = _source(project.guardrails.sources or (), project.identity.product)
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


def _source(sources: Iterable[str], product: str) -> tuple[str, ...]:
    """A source that a guardrail permits: a Git repository below a prefix, else a chart of a repository."""
    plain = [item for item in sources if item.startswith(_GIT) and "*" not in item]
    prefixes = [item for item in plain if item.endswith("/")]
    if prefixes:
        kind = "directory: {} # plain manifests; for others helm: {} or kustomize: {}"
        return f"repoURL: {prefixes[0]}{product}.git", "path: deploy", kind
    return (f"repoURL: {plain[0]}", f"chart: {product}") if plain else ()
