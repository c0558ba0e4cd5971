"""What the lists can be filtered by. An item has a word for each choice, `data-<name>`, or several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from argoproject.audit import Severity
from argoproject.output.page.changes import DANGERS, Way
from argoproject.output.page.facts import Facts

__all__ = ["Choice", "choices"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One select: its options as (word, text)."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]


_PROBLEMS = (("any", "any"), ("errors", "errors"), ("warnings", "warnings"), ("none", "none"))
_DANGERS = tuple((danger, danger) for danger in DANGERS)


def choices(facts: Facts) -> Mapping[str, tuple[Choice, ...]]:
    """The selects of each view; those that would choose nothing are left out."""
    made = {
        "environments": _of_environments(facts),
        "versions": [_named("team", "Team", (row.team for row in facts.versions))],
        "access": _of_access(facts),
        "repositories": _of_repositories(facts),
        "problems": [
            _named("severity", "Severity", (str(item.severity) for item in facts.problems)),
            _named("code", "Code", (item.code for item in facts.problems)),
        ],
        "audit": _of_audit(facts),
        "changes": [
            Choice("change", "Danger", _DANGERS),
            _named("action", "Action", (way.action for way in _ways(facts))),
        ],
    }
    return {
        view: tuple(choice for choice in items if len(choice.options) > 1)
        for view, items in made.items()
    }


def _of_environments(facts: Facts) -> list[Choice]:
    items = facts.environments
    made = [
        _named("team", "Team", (item.identity.team for item in items)),
        _named("product", "Product", (item.identity.product for item in items)),
        _named("cluster", "Cluster", (item.identity.cluster for item in items)),
        Choice("environment", "Environment", tuple((name, name) for name in facts.stages)),
        _named("class", "Class", (item.row.environment_class for item in items)),
        _named("profile", "Profile", (item.row.profile for item in items)),
        _named("stack", "Stack", (stack for item in items for stack in item.row.stacks)),
        _named("lifecycle", "Lifecycle", (item.lifecycle for item in items)),
        Choice("problems", "Problems", _PROBLEMS if facts.problems else ()),
        Choice("ends", "Expires", (("soon", "within 30 days"), ("later", "later"))),
    ]
    if facts.changes is not None:
        made.append(Choice("change", "Change", (("any", "any"), *_DANGERS)))
    return made


def _of_access(facts: Facts) -> list[Choice]:
    ends = Choice("until", "Until", (("day", "a day"), ("ever", "for ever")))
    return [
        _named("team", "Team", (row.team for row in facts.roles)),
        _named("role", "Role", (row.role for row in facts.roles)),
        ends,
    ]


def _of_audit(facts: Facts) -> list[Choice]:
    found = (*facts.audit.findings, *facts.audit.accepted)
    weights = {str(item.severity) for item in found}
    taken_on = Choice("accepted", "Accepted", (("no", "no"), ("yes", "yes")))
    return [
        Choice(
            "severity", "Severity", tuple((it, it) for it in map(str, Severity) if it in weights)
        ),
        _named("rule", "Rule", (item.rule.code for item in found)),
        *([taken_on] if facts.audit.findings and facts.audit.accepted else []),
    ]


def _of_repositories(facts: Facts) -> list[Choice]:
    users = (user.team for row in facts.repositories for user in row.environments)
    return [
        _named("team", "Team", users),
        _named("type", "Type", (row.kind for row in facts.repositories)),
    ]


def _ways(facts: Facts) -> tuple[Way, ...]:
    return () if facts.changes is None else facts.changes.ways


def _named(name: str, label: str, words: Iterable[str]) -> Choice:
    return Choice(name, label, tuple((word, word) for word in sorted({*words} - {""})))
