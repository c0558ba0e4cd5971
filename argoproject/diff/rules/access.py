"""Who may do what: groups in roles, the account of syncs, allowances, and how long access lasts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.diff.fields import gained_lost
from argoproject.diff.model import Action, Reason, dangerous, look
from argoproject.diff.states import ObjectPair
from argoproject.models import Allowance
from argoproject.plan.admission import TOKEN_ROLES
from argoproject.project.access import System, assigned, read_policy
from argoproject.project.model import Project

__all__ = [
    "allowances",
    "binding",
    "durations",
    "impersonation",
    "lasting",
    "role",
    "roles",
    "tokens",
]


def roles(changed: ObjectPair) -> Iterator[Reason]:
    """Roles of an AppProject: groups that gain or lose one, and permissions that change."""
    old, new = (
        {role["name"]: role for role in (spec or {}).get("roles", ())}
        for spec in changed.values("spec")
    )
    for name in dict.fromkeys([*new, *old]):
        before, after = old.get(name, {}), new.get(name, {})
        gained, lost = gained_lost(before.get("groups"), after.get("groups"))
        for group in gained:
            yield dangerous("the group {} gains the role {}", group, name)
        for group in lost:
            yield look("the group {} loses the role {}", group, name)
        if before and after:
            more, less = gained_lost(
                *(map(_policy, it.get("policies", ())) for it in (before, after))
            )
            groups = ", ".join(after.get("groups", ()))
            for text in more:
                yield dangerous("the role {} ({}) may now {}", name, groups, text)
            for text in less:
                yield look("the role {} ({}) may no longer {}", name, groups, text)


def tokens(changed: ObjectPair) -> Iterator[Reason]:
    """Roles of an AppProject for which project tokens may be created, or no longer."""
    old, new = (
        [it for it in str((notes or {}).get(TOKEN_ROLES, "")).split(",") if it]
        for notes in changed.values("metadata", "annotations")
    )
    gained, lost = gained_lost(old, new)
    for name in gained:
        yield dangerous("every holder of a project token of the role {} has the role", name)
    for name in lost:
        yield look("the role {} gets no new project tokens; delete those that exist", name)


def _policy(line: str) -> str:
    """A policy without the names of project and role.

    Example:
        `p, proj:blue-shop:ci, applications, sync, blue-shop/*, allow` gives `applications sync on *`. A line in a form
        that Argo CD refuses stays as it is.
    """
    policy = read_policy(line)
    if policy is None:
        return line
    return f"{policy.resource} {policy.action} on {policy.object.partition('/')[2]}"


def binding(changed: ObjectPair) -> Iterator[Reason]:
    """Groups and accounts that gain or lose a role, in the namespace or in the whole cluster."""
    whole = "ClusterRoleBinding" in changed.values("kind")
    where = "in the whole cluster" if whole else "in the namespace"
    own = next(filter(None, changed.values("metadata", "namespace")), "")

    def subject(item: Any) -> str:
        """`Group blue-viewers`; `ServiceAccount ops/backup` of another namespace."""
        if not isinstance(item, Mapping):  # the cluster refuses it
            return str(item)
        foreign = item.get("namespace") not in (None, own)
        namespace = f"{item['namespace']}/" if foreign else ""
        return f"{item.get('kind')} {namespace}{item.get('name')}"

    sides: list[list[tuple[str, str]]] = []
    for subjects, ref in zip(changed.values("subjects"), changed.values("roleRef"), strict=True):
        role = f"{ref.get('kind')} {ref.get('name')}" if isinstance(ref, Mapping) else str(ref)
        listed = subjects if isinstance(subjects, list | tuple) else ()
        sides.append([(subject(item), role) for item in listed])
    gained, lost = gained_lost(*sides)
    for name, role in gained:
        yield dangerous(f"{{}} gains the {{}} {where}", name, role)
    for name, role in lost:
        yield look(f"{{}} loses the {{}} {where}", name, role)


def role(changed: ObjectPair) -> Iterator[Reason]:
    """The rules of a Role or ClusterRole: one among the environment's manifests, or that of the account of syncs."""
    kind = changed.object.kind
    added, removed = gained_lost(*changed.values("rules"))
    if changed.action is Action.CREATE:
        yield look(f"a new {kind}: check what it permits, and who is bound to it")
    elif added:
        yield dangerous(f"the {kind} permits more, or something else")
    elif removed:
        yield look(f"the {kind} permits less")


def impersonation(changed: ObjectPair) -> Iterator[Reason]:
    """The account with whose rights a sync runs: one of the environment, or Argo CD's own.

    Accounts are compared by namespace: another server is another destination, which `permitted` judges.
    """
    before, after = (
        {item["namespace"]: item["defaultServiceAccount"] for item in items or ()}
        for items in changed.values("spec", "destinationServiceAccounts")
    )
    for destination in dict.fromkeys([*before, *after]):
        old, new = before.get(destination), after.get(destination)
        if new is None:
            words = "syncs run with Argo CD's own rights again, instead of the account {}"
            yield dangerous(words, str(old))
        elif old is None:
            yield look("syncs run with only the rights of the account {}", new)
        elif old != new:
            yield dangerous("syncs run with the rights of the account {} instead of {}", new, old)


def allowances(old: Project | None, new: Project) -> Iterator[Reason]:
    """Entries of `allow` that are added, removed, or last for another time.

    Args:
        old: the environment in the base; None where it is created.
        new: the environment in the working tree.
    """
    before, after = (_by_value(project) for project in (old, new))
    for key, item in after.items():
        former = before.get(key)
        if former is None:
            yield dangerous("allow {} {}, {}: {}", *key, _until(item.until), item.reason)
        elif _later(former.until, item.until):
            words = "allow {} {} lasts {} instead of {}: {}"
            yield dangerous(words, *key, _until(item.until), _until(former.until), item.reason)
        elif former != item:
            yield look("allow {} {} is {} now: {}", *key, _until(item.until), item.reason)
    for key in sorted(before.keys() - after.keys()):
        yield look("allow {} {} is removed", *key)


def _by_value(project: Project | None) -> Mapping[tuple[str, str], Allowance]:
    """The allowances by kind and value; of two for the same, the one that lasts longer."""
    found: dict[tuple[str, str], Allowance] = {}
    for item in () if project is None else project.settings.allow:
        key = (str(item.kind), item.value)
        if key not in found or _later(found[key].until, item.until):
            found[key] = item
    return found


def durations(old: Project, new: Project) -> Iterator[Reason]:
    """Roles of a group that last for another time. The rules of objects report who gains or loses one."""
    before = lasting(old)
    for key, until in lasting(new).items():
        if key not in before or before[key] == until:
            continue
        system, role, group = key
        words = "the group {} has the role {} of {} {} instead of {}"
        reason = dangerous if _later(before[key], until) else look
        yield reason(words, group, role, str(system), _until(until), _until(before[key]))


def lasting(project: Project) -> Mapping[tuple[System, str, str], dt.date | None]:
    """The last day by system, role and group; None where access does not expire. The longest of several counts."""
    found: dict[tuple[System, str, str], dt.date | None] = {}
    for system in System:
        for item in assigned(project, system):
            for binding in item.bindings:
                key = (system, item.role, binding.group)
                if key not in found or _later(found[key], binding.until):
                    found[key] = binding.until
    return found


def _later(old: dt.date | None, new: dt.date | None) -> bool:
    """Whether the new last day is later. Without a day, something lasts without an end."""
    return old is not None and (new is None or new > old)


def _until(day: dt.date | None) -> str:
    return "without an end" if day is None else f"until {day}"
