"""Rights: groups, policies, roles and bindings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from argoproject.plan.model import PlannedObject
from tests.properties.oracle.view import View, matches

__all__ = ["RULES"]

_POLICY = re.compile(
    r"p, proj:(?P<project>[^:,]+):(?P<role>[a-zA-Z0-9](?:[-_a-zA-Z0-9]*[a-zA-Z0-9])?), "
    r"(?P<resource>applications|applicationsets|repositories|clusters|logs|exec), "
    r"(?P<action>get|create|update|delete|sync|override|rollback|invoke|action/[^, ]+|(?:update|delete)/[^, ]+), "
    r"(?P<object>(?P<of>[^, /]+)/[*\w/.-]+), allow"
)
"""The grammar of a project's policy (`validatePolicy` of argo-cd v3.5), but stricter: no `*` action and no deny."""

_LOOK_ALIKES = re.compile(r"[^\x20-\x7e]")
_ESCALATING = {"*", "bind", "escalate", "impersonate"}
_READING = {"get", "list", "watch"}
_NEVER_WRITTEN = {
    "resourcequotas", "limitranges", "namespaces", "appprojects", "applicationsets",
    "validatingadmissionpolicies", "validatingadmissionpolicybindings", "clusterroles", "clusterrolebindings",
}  # fmt: skip
_STRICT = {
    "networkpolicies",
    "ciliumnetworkpolicies",
    "roles",
    "rolebindings",
    "endpoints",
    "endpointslices",
}


def groups_are_the_teams(view: View) -> None:
    for role in view.project.get("roles", ()):
        for group in role.get("groups", ()):
            _is_the_teams(view, group)
    for item in view.of_kind("RoleBinding", "ClusterRoleBinding"):
        for subject in item.manifest.get("subjects", ()):
            if subject["kind"] == "Group":
                assert item.name.startswith("access-")
                _is_the_teams(view, subject["name"])


def _is_the_teams(view: View, group: str) -> None:
    assert matches(view.rails.get("groups", ()), group), group
    assert not group.startswith(("role:", "proj:", "system:")), group
    assert group != "admin"
    assert not _LOOK_ALIKES.search(group), group


def bindings_that_ended_are_gone(view: View) -> None:
    """A group whose bindings have all ended is in no role and no RoleBinding."""
    access = view.settings.access
    if access is None:
        return
    lists = [
        access.admin,
        access.readonly,
        *(role.groups for role in access.roles.values()),
        *access.kubernetes.values(),
    ]
    current: set[str] = set()
    ended: set[str] = set()
    for binding in (item for items in lists for item in items):
        over = binding.until is not None and binding.until < view.today
        (ended if over else current).add(binding.group)
    shown = {group for role in view.project.get("roles", ()) for group in role.get("groups", ())}
    shown |= {
        subject["name"]
        for item in view.of_kind("RoleBinding")
        for subject in item.manifest.get("subjects", ())
        if subject["kind"] == "Group"
    }
    assert not shown & (ended - current)


def policies_follow_argo_cds_grammar(view: View) -> None:
    for role in view.project.get("roles", ()):
        for policy in role.get("policies", ()):
            match = _POLICY.fullmatch(policy)
            assert match, policy
            assert (match["project"], match["role"]) == (view.plan.name, role["name"])
            assert match["of"] == view.plan.name, policy


def built_in_roles_are_unchanged(view: View) -> None:
    """`admin` and `readonly` have the same rights in every project: no file adds to them."""
    for role in view.project.get("roles", ()):
        actions = {_POLICY.fullmatch(policy)["action"] for policy in role.get("policies", ())}  # type: ignore[index]
        if role["name"] in ("admin", "readonly"):
            assert actions <= {"get", "sync", "rollback", "action/*"}
            assert role["name"] == "admin" or actions == {"get"}


def tokens_are_of_declared_roles(view: View) -> None:
    """The hub's policies permit tokens by this annotation."""
    metadata = view.plan.app_project.manifest["metadata"]
    declared = {} if view.settings.access is None else view.settings.access.roles
    roles = {role["name"] for role in view.project.get("roles", ())}
    text = metadata.get("annotations", {}).get("argo-projects/token-roles", "")
    for name in filter(None, text.split(",")):
        assert name in roles - {"admin", "readonly"}
        assert declared[name].tokens


def bindings_give_permitted_roles(view: View) -> None:
    for item in view.of_kind("RoleBinding"):
        reference, subjects = item.manifest["roleRef"], item.manifest.get("subjects", ())
        assert item.namespace == view.plan.namespace_name
        if reference["kind"] == "ClusterRole":
            assert reference["name"] in view.rails.get("clusterRoles", ["view"]), reference
        for subject in subjects:
            assert subject["kind"] in ("Group", "ServiceAccount")
            own = subject.get("namespace", view.plan.namespace_name) == view.plan.namespace_name
            assert own, subject


def nothing_is_cluster_wide_without_allow(view: View) -> None:
    items = list(view.of_kind("ClusterRole", "ClusterRoleBinding"))
    if not items:
        return
    whitelist = view.project["clusterResourceWhitelist"]
    assert view.project["destinationServiceAccounts"]
    for item in items:
        assert item.name == f"argocd-sync:{view.plan.name}"
        for group, _resource, verbs, _names in _rules([item]):
            assert group in {entry["group"] for entry in whitelist}
            assert not verbs & _ESCALATING
        for subject in item.manifest.get("subjects", ()):
            assert (subject["name"], subject["namespace"]) == (
                "argocd-sync",
                view.plan.namespace_name,
            )


def the_sync_account_has_its_role(view: View) -> None:
    if not view.project.get("destinationServiceAccounts"):
        return
    names = {(item.kind, item.name) for item in view.plan.objects() if not item.as_written}
    assert {(kind, "argocd-sync") for kind in ("ServiceAccount", "Role", "RoleBinding")} <= names
    [binding] = [item for item in view.of_kind("RoleBinding") if item.name == "argocd-sync"]
    assert binding.manifest["roleRef"]["kind"] == "Role"
    assert [subject["name"] for subject in binding.manifest["subjects"]] == ["argocd-sync"]


def no_role_reaches_the_guards(view: View) -> None:
    """Neither the Role of the sync account nor a Role of a tenant can change the guards."""
    lifted = {item.value.rpartition("/")[2].lower() for item in view.allows("namespaceResource")}
    applications = "application" in lifted and view.on_hub
    roles = list(view.of_kind("Role"))
    for group, resource, verbs, _names in _rules(roles):
        name = resource.partition("/")[0].lower()
        assert "*" not in (group, resource)
        assert not verbs & _ESCALATING, (resource, verbs)
        if verbs <= _READING:
            continue
        assert name not in _NEVER_WRITTEN, resource
        assert name != "applications" or group != "argoproj.io" or applications
    for _group, resource, verbs, _names in _rules([item for item in roles if not item.as_written]):
        if view.strict and not verbs <= _READING:
            assert resource not in _STRICT or any(resource.startswith(kind[:-1]) for kind in lifted)


def _rules(items: Iterable[PlannedObject]) -> Iterator[tuple[str, str, set[str], list[str]]]:
    for item in items:
        rules: Iterable[Mapping[str, Any]] = item.manifest.get("rules", ())
        for rule in rules:
            for group in rule.get("apiGroups", ("",)):
                for resource in rule.get("resources", ()):
                    yield group, resource, set(rule["verbs"]), list(rule.get("resourceNames", ()))


RULES = (
    groups_are_the_teams,
    bindings_that_ended_are_gone,
    policies_follow_argo_cds_grammar,
    built_in_roles_are_unchanged,
    tokens_are_of_declared_roles,
    bindings_give_permitted_roles,
    nothing_is_cluster_wide_without_allow,
    the_sync_account_has_its_role,
    no_role_reaches_the_guards,
)
