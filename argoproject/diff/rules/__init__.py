"""How dangerous a change is, and why: a function for each kind of object, and one for the environment as a whole.

An environment that is created or deleted is judged as a whole; the rules do not look at its objects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from argoproject.diff.fields import BY_PATCH, Option
from argoproject.diff.model import Action, Reason, dangerous, look, safe
from argoproject.diff.rules import access, admission, applications, namespace, secrets
from argoproject.diff.states import EnvironmentState, ObjectPair, Rule
from argoproject.project.model import Project

__all__ = ["environment_reasons", "object_reasons"]

_RULES: Mapping[str, tuple[Rule, ...]] = {
    "AppProject": (
        access.roles,
        access.tokens,
        applications.permitted,
        access.impersonation,
        applications.project_labels,
        applications.integrity,
        applications.windows,
    ),
    "Application": (applications.application,),
    "ApplicationSet": (applications.application_set,),
    "CiliumNetworkPolicy": (namespace.plugin_policy,),
    "ClusterRole": (access.role,),
    "ClusterRoleBinding": (access.binding,),
    "LimitRange": (namespace.limits,),
    "Namespace": (namespace.namespace, admission.admission),
    "NetworkPolicy": (namespace.network_policy,),
    "ResourceQuota": (namespace.quota,),
    "Role": (access.role,),
    "RoleBinding": (access.binding,),
    "Secret": (secrets.secret,),
}
"""The rules by the kind of the object."""

_JUDGED_DELETIONS = ("CiliumNetworkPolicy", "NetworkPolicy", "RoleBinding", "Secret")
"""Kinds whose rule judges deletion too. The deletion of any other object is dangerous."""

_NOT_RETIRED = "; it has not been retired, so Pulumi refuses: deploy `lifecycle: retiring` first"


def object_reasons(changed: ObjectPair) -> Iterator[Reason]:
    """Why the change of one object has its class; nothing where it is safe and needs no explanation."""
    item = changed.object
    yield from _handling(changed)
    if changed.action is Action.DELETE and changed.option(Option.OWNED)[0] == BY_PATCH:
        words = "the {} {} stays, with the fields that were set here: another owner has it"
        yield look(words, item.kind, item.name)
        return
    if changed.action is Action.DELETE and item.kind not in _JUDGED_DELETIONS:
        protected = _NOT_RETIRED if changed.option(Option.PROTECTED)[0] else ""
        yield dangerous(f"the {{}} {{}} is deleted{protected}", item.kind, item.name)
        return
    for rule in _RULES.get(item.kind, ()):
        yield from rule(changed)


def _handling(changed: ObjectPair) -> Iterator[Reason]:
    """What changes in how Pulumi handles the object."""
    if changed.action is Action.REPLACE and changed.before is not None:
        words = "{} is deleted and created again"
        if changed.option(Option.PROTECTED)[0]:
            words += "; it is protected, so Pulumi refuses: keep its name, or deploy `lifecycle: retiring` first"
        yield dangerous(words, changed.before.name)
    if changed.option(Option.PROTECTED) == (True, False):
        yield look("protection is lifted: a later change may delete it")
    if changed.option(Option.KEPT) == (True, False):
        yield look(
            "it is deleted from the cluster when it is removed here; so far it would have stayed"
        )
    if changed.option(Option.TAKES_OVER) == (False, True):
        yield look("fields that others wrote are taken over")


def environment_reasons(
    old: EnvironmentState | None, new: EnvironmentState | None
) -> Iterator[Reason]:
    """Why the change of an environment has its class, apart from its objects.

    Args:
        old: the environment in the base; None where it is created.
        new: the environment in the working tree; None where it is deleted.
    """
    if new is None:
        objects = () if old is None else old.objects.values()
        protected = any(item.options.get(Option.PROTECTED) for item in objects)
        words = "the environment is deleted, with its namespace and everything in it"
        yield dangerous(f"{words}{_NOT_RETIRED if protected else ''}")
        return
    if old is None:
        yield from _created(new)
    elif old.project not in (new.project, *new.former_projects):
        words = "it is renamed from {} to {}: Pulumi deletes the one and creates the other, unless movedFrom: [{}]"
        yield dangerous(words, old.project, new.project, old.project)
    elif old.identity != new.identity:
        yield look("it moves from {}", str(old.identity))
    if new.settings is not None:
        yield from _settings(None if old is None else old.settings, new.settings)


def _created(new: EnvironmentState) -> Iterator[Reason]:
    """What a reviewer must know of a new environment. Guardrails limit it already."""
    for item in new.objects.values():
        if item.options.get(Option.ADOPTED):
            yield dangerous("the existing namespace {} is adopted: imported, then owned", item.name)
        elif item.kind == "Namespace" and item.options.get(Option.OWNED) == BY_PATCH:
            yield look("it uses the existing namespace {}", item.name)
    if new.settings is not None:
        groups = (
            ", ".join(sorted({group for _, _, group in access.lasting(new.settings)})) or "nobody"
        )
        words = "a new environment of the profile {}, with access for {}"
        if new.settings.platform.is_production(new.identity.environment):
            yield look(f"production: {words}", new.settings.profile_name, groups)
        else:
            yield safe(words, new.settings.profile_name, groups)
    for item in new.objects.values():
        if item.kind == "Application":
            for name, revision in applications.deployed_by(item):
                yield safe("it deploys {} {}", name, revision)
    for name in new.former_projects:
        yield look("movedFrom names {}, which the base does not have", name)


def _settings(old: Project | None, new: Project) -> Iterator[Reason]:
    """What only the settings show, not the objects."""
    yield from access.allowances(old, new)
    if old is None:
        return
    if old.profile_name != new.profile_name:
        yield look("the profile is {} instead of {}", new.profile_name, old.profile_name)
    if old.environment_class != new.environment_class:
        words = "the class is {} instead of {}"
        yield look(words, new.environment_class, old.environment_class)
    yield from access.durations(old, new)
    yield from secrets.secret_values(old, new)
