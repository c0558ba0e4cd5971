"""The parts of which the expressions of admission policies are made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

__all__ = [
    "ACCOUNTS",
    "HOSTS",
    "LABEL",
    "PREFIX",
    "PROFILE",
    "Text",
    "given",
    "in_all_namespaces",
    "is_user",
    "only",
    "quoted",
    "refusal",
    "setting",
]

LABEL = "argo-projects/admission"
"""Label of a Namespace; its value is the mode."""

PREFIX = "argo-projects/"
"""Labels and annotations below it are the platform's."""


HOSTS = "admission-hosts"
"""Annotation with the hosts that the project declares."""

ACCOUNTS = "admission-accounts"
"""Annotation with the platform's ServiceAccounts."""

PROFILE = "ask the platform team for {} of the profile in platform.yaml"
"""Who decides about a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One policy: what it looks at, the expressions that others use, and what must hold with the words if not."""

    name: str
    rules: Sequence[tuple[str, str]]
    """API group, and its resources."""

    variables: Mapping[str, str]
    validations: Sequence[tuple[str, str]]
    """What must hold, and the message as an expression."""

    operations: Sequence[str] = ("CREATE", "UPDATE")
    conditions: Mapping[str, str] | None = None


def setting(name: str) -> str:
    """The list that an annotation holds."""
    value = f"namespaceObject.metadata.annotations['{PREFIX}{name}']"
    return f"{value}.split(',').filter(it, it != '')"


def given(name: str) -> str:
    """Whether the environment restricts this at all."""
    return f"'{PREFIX}{name}' in namespaceObject.metadata.annotations"


def only(name: str, used: str, before: str) -> str:
    """A variable: what an object uses, did not use before, and is not permitted."""
    return (
        f"!({given(name)}) ? [] : {used}.filter(it, !(it in {before}) && !(it in {setting(name)}))"
    )


def refusal(what: str, found: str, name: str, remedy: str) -> str:
    """The message: what is refused, what is permitted instead, and who says so."""
    permitted = f"({given(name)} ? {setting(name)} : []).join(', ')"
    begin, end = quoted(f"{what} "), quoted(f"]; {remedy}")
    return f"{begin} + {found}.join(', ') + ' refused, permitted: [' + {permitted} + {end}"


def is_user(patterns: Iterable[str]) -> str:
    """Whether the request comes from one of these users; a name that ends in `*` is a beginning."""
    name = "request.userInfo.username"
    tests = [
        f"{name}.startsWith({quoted(item[:-1])})"
        if item.endswith("*")
        else f"{name} == {quoted(item)}"
        for item in patterns
    ]
    return f"({' || '.join(tests)})" if tests else "false"


def in_all_namespaces(argocd_users: Sequence[str], resource: str, subresource: str = "") -> str:
    """Whether somebody may change a resource of the core group in all namespaces, as operators and controllers of the
    whole cluster may. No Role gives a tenant that; Argo CD has it too, and brings what tenants want."""
    part = f".subresource('{subresource}')" if subresource else ""
    may = f"authorizer.group('').resource('{resource}'){part}.check(verb).allowed()"
    return f"!{is_user(argocd_users)} && ['update', 'patch'].exists(verb, {may})"


def quoted(value: str) -> str:
    """A CEL string. JSON's are among them."""
    return json.dumps(value)
