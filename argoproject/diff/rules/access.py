"""Who may do what: groups in the AppProject's roles, and in RoleBindings of the namespace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from argoproject.diff.model import Action, Reason
from argoproject.diff.rules.changed import Changed, dangerous, look
from argoproject.project.access import read_policy

__all__ = ["cluster_role_binding", "role", "role_binding", "roles"]


def roles(changed: Changed) -> Iterator[Reason]:
    """Groups that gain or lose a role, and what a role that stays may do more or less."""
    old, new = (_by_name(spec) for spec in changed.values("spec"))
    for name in dict.fromkeys([*new, *old]):
        before, after = old.get(name, {}), new.get(name, {})
        gained, lost = _sets(before.get("groups"), after.get("groups"))
        for group in gained:
            yield dangerous("the group {} gains the role {}", group, name)
        for group in lost:
            yield look("the group {} loses the role {}", group, name)
        if before and after:
            yield from _permissions(name, before, after)


def _permissions(
    role: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Reason]:
    more, less = _sets(_policies(before), _policies(after))
    groups = ", ".join(after.get("groups", ()))
    for text in more:
        yield dangerous("the role {} ({}) may now {}", role, groups, text)
    for text in less:
        yield look("the role {} ({}) may no longer {}", role, groups, text)


def _policies(role: Mapping[str, Any]) -> list[str]:
    """What the policies of a role permit, without the names of project and role: `applications sync on shop`."""
    return [_told(line) for line in role.get("policies", ())]


def _told(line: str) -> str:
    """A policy in words; of one in a form that Argo CD refuses, the line itself."""
    policy = read_policy(line)
    if policy is None:
        return line
    return f"{policy.resource} {policy.action} on {policy.object.partition('/')[2]}"


def role_binding(changed: Changed) -> Iterator[Reason]:
    """Groups and accounts that gain or lose a role in the namespace."""
    yield from _bound(changed, "in the namespace")


def cluster_role_binding(changed: Changed) -> Iterator[Reason]:
    """Groups and accounts that gain or lose a role in the whole cluster."""
    yield from _bound(changed, "in the whole cluster")


def _bound(changed: Changed, where: str) -> Iterator[Reason]:
    own = next(filter(None, changed.values("metadata", "namespace")), "")
    refs, subjects = changed.values("roleRef"), changed.values("subjects")
    before, after = (
        [(_subject(item, own), _role(ref)) for item in items or ()]
        for items, ref in zip(subjects, refs, strict=True)
    )
    gained, lost = _sets(before, after)
    for subject, role in gained:
        yield dangerous(f"{{}} gains the {{}} {where}", subject, role)
    for subject, role in lost:
        yield look(f"{{}} loses the {{}} {where}", subject, role)


def role(changed: Changed) -> Iterator[Reason]:
    """What a Role permits: among the extra manifests, or of the account of syncs."""
    before, after = changed.values("rules")
    came, _ = _sets(before, after)
    if changed.action is Action.CREATE:
        yield look("a new Role: check what it permits, and who is bound to it")
    elif came:
        yield dangerous("the Role permits more, or something else")
    elif before != after:
        yield look("the Role permits less")


def _subject(item: Mapping[str, Any], own: str) -> str:
    """`Group blue-viewers`; `ServiceAccount ops/backup` where it is another namespace's."""
    foreign = item.get("namespace") not in (None, own)
    namespace = f"{item['namespace']}/" if foreign else ""
    return f"{item.get('kind')} {namespace}{item.get('name')}"


def _role(ref: Mapping[str, Any] | None) -> str:
    return f"{(ref or {}).get('kind')} {(ref or {}).get('name')}"


def _by_name(spec: Any) -> Mapping[str, Mapping[str, Any]]:
    return {role["name"]: role for role in (spec or {}).get("roles", ())}


def _sets(before: Iterable[Any] | None, after: Iterable[Any] | None) -> tuple[list[Any], list[Any]]:
    """What came and what went, each in its order."""
    old, new = list(before or ()), list(after or ())
    return [item for item in new if item not in old], [item for item in old if item not in new]
