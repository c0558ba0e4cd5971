"""How dangerous a change is, and why: one function per kind of change, chosen by the object's kind.

An environment that is new or goes away is judged as a whole (`environment_reasons`); its objects are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from argoproject.diff.model import Action, Reason
from argoproject.diff.rules import namespace
from argoproject.diff.rules.access import cluster_role_binding, role, role_binding, roles
from argoproject.diff.rules.admission import admission
from argoproject.diff.rules.app_project import impersonation, integrity, permitted, windows
from argoproject.diff.rules.applications import application, application_set
from argoproject.diff.rules.changed import Changed, Rule, dangerous, look
from argoproject.diff.rules.environment import environment_reasons
from argoproject.diff.rules.secrets import secret

__all__ = ["Changed", "environment_reasons", "object_reasons"]

_RULES: Mapping[str, tuple[Rule, ...]] = {
    **namespace.RULES,
    "AppProject": (roles, permitted, impersonation, integrity, windows),
    "Application": (application,),
    "ApplicationSet": (application_set,),
    "ClusterRole": (role,),
    "ClusterRoleBinding": (cluster_role_binding,),
    "Namespace": (*namespace.RULES["Namespace"], admission),
    "Role": (role,),
    "RoleBinding": (role_binding,),
    "Secret": (secret,),
}

_TOLD_BY_RULE = ("RoleBinding", "Secret")
"""Kinds of which a rule says what is lost when one is deleted. Everything else that is deleted is dangerous."""


def object_reasons(changed: Changed) -> Iterator[Reason]:
    """Why a change of one object has its class; nothing where it is safe and explains itself."""
    kind = _kind(changed)
    yield from _handling(changed)
    if changed.action is Action.DELETE and changed.option("owned")[0] == "by patch":
        yield look(
            "the fields of the {} {} are given up: it stays, it is somebody else's",
            kind,
            _name(changed),
        )
        return
    if changed.action is Action.DELETE and kind not in _TOLD_BY_RULE:
        words = "the {} {} is deleted"
        if changed.option("protected")[0]:
            words += (
                "; it has not been retired, so Pulumi refuses: deploy `lifecycle: retiring` first"
            )
        yield dangerous(words, kind, _name(changed))
        return
    for rule in _RULES.get(kind, ()):
        yield from rule(changed)


def _handling(changed: Changed) -> Iterator[Reason]:
    """How Pulumi handles the object from now on."""
    if changed.action is Action.REPLACE:
        words = "{} is deleted and made anew"
        if changed.option("protected")[0]:
            words += "; it is protected, so Pulumi refuses: keep its name, or deploy `lifecycle: retiring` first"
        yield dangerous(words, _name(changed, old=True))
    if changed.option("protected") == (True, False):
        yield look("protection is lifted: a later change may delete it")
    if changed.option("kept when removed") == (True, False):
        yield look("it goes from the cluster when it is removed here; so far it would have stayed")
    if changed.option("takes over fields of others") == (False, True):
        yield look("fields that others wrote are taken over")


def _kind(changed: Changed) -> str:
    item = changed.after or changed.before
    return "" if item is None else item.kind


def _name(changed: Changed, *, old: bool = False) -> str:
    first, second = (changed.before, changed.after) if old else (changed.after, changed.before)
    item = first or second
    return "" if item is None else item.name
