"""What a team may use in a class: what platform.yaml gives it, defaults for what is left out, and the rule of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from argoproject.models import Guardrails, Platform
from argoproject.project.guardrails import allowed, default, within_field
from tests.support.trees import load, platform, tree

LISTS = sorted(name for name in Guardrails.model_fields if name != "quota_max")
DEFAULTS = {
    "namespaces": ("green-*",),
    "profiles": ("medium",),
    "cluster_roles": ("view",),
    "registries": ("*",),
    "network_policies": ("*",),
}


def platform_of(folder: Path, overlay: str = "{}") -> Platform:
    found = load(tree(folder, {"platform.yaml": platform(overlay)})).platform
    assert found is not None
    return found


@pytest.mark.parametrize("field", LISTS)
def test_the_defaults(tmp_path: Path, field: str) -> None:
    """They are those that the models' documentation names; what it gives no default for is forbidden."""
    found = platform_of(tmp_path)
    assert default(found, "green", "production", field) == DEFAULTS.get(field, ())


def test_a_class_that_platform_yaml_does_not_know_has_no_profile(tmp_path: Path) -> None:
    assert default(platform_of(tmp_path), "green", "testing", "profiles") == ()


@pytest.mark.parametrize(
    ("team", "environment_class", "field", "expected"),
    [
        ("green", "production", "groups", ("green-*",)),
        ("green", "production", "namespaces", ("green-*",)),
        ("blue", "production", "hosts", ("shop.example.org",)),
        ("blue", "nonproduction", "hosts", ("*.dev.example.org",)),
        ("blue", "nonproduction", "registries", ()),
        ("blue", "production", "registries", ()),
        ("red", "production", "network_policies", ()),
        ("red", "production", "cluster_roles", ()),
    ],
)
def test_what_platform_yaml_gives_comes_before_them(
    tmp_path: Path, team: str, environment_class: str, field: str, expected: tuple[str, ...]
) -> None:
    """An empty list allows nothing: it is not a list that is missing. An unknown team may nothing at all."""
    overlay = """\
teams:
  blue:
    registries: []
    hosts: ["*.dev.example.org"]
    classes: {production: {hosts: [shop.example.org]}}
"""
    assert allowed(platform_of(tmp_path, overlay), team, environment_class, field) == expected


@pytest.mark.parametrize(
    ("field", "pattern", "text", "expected"),
    [
        ("groups", "blue-*", "blue-admins", True),
        ("groups", "blue-", "blue-admins", False),
        ("hosts", "*.example.org", "a.b.example.org", True),
        ("sources", "https://git.example.org/blue/", "https://git.example.org/blue/shop", True),
        ("sources", "https://git.example.org/blue", "https://git.example.org/blue/shop", False),
        ("sources", "https://git.example.org/blue", "https://git.example.org/Blue.git", True),
        ("endpoints", "https://proxy.example.org/", "https://proxy.example.org/x", True),
        ("endpoints", "https://proxy.example.org", "https://proxy.example.org/x", False),
        ("registries", "harbor.example.org", "harbor.example.org/blue", True),
        ("groups", "harbor.example.org", "harbor.example.org/blue", False),
    ],
)
def test_each_guardrail_has_a_rule(field: str, pattern: str, text: str, expected: bool) -> None:
    assert within_field(field, ("nothing", pattern), text) is expected
    assert within_field(field, ("nothing",), text) is False
    assert within_field(field, (), text) is False
