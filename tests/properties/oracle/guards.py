"""The namespace and the guards in it: not below the profile, and not above the limits of platform.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.properties.oracle.view import View, amount, matches, of_namespace

__all__ = ["RULES"]

_LEVELS = ("privileged", "baseline", "restricted")
_POD_SECURITY = "pod-security.kubernetes.io/"
_MARKS = {"app.kubernetes.io/managed-by", "argo-projects/environment"}
_ADMISSION = "argo-projects/admission"


def namespace_is_the_teams(view: View) -> None:
    [item] = view.of_kind("Namespace")
    assert item.name == view.plan.namespace_name
    assert item.cluster == view.plan.identity.cluster
    assert item.cluster in view.rails["clusters"]
    assert view.may_be_called(item.name), item.name


def labels_are_permitted(view: View) -> None:
    [item] = view.of_kind("Namespace")
    for field in ("labels", "annotations"):
        given = item.manifest["metadata"].get(field, {})
        below = of_namespace(view).get(field, {})
        for key, value in given.items():
            mark = key in _MARKS or key.startswith((_POD_SECURITY, _ADMISSION))
            permitted = matches(view.rails.get("labels", ()), key)
            assert mark or permitted or below.get(key) == value, key
        for key in below:
            assert key in given or matches(view.rails.get("labels", ()), key), f"{key} is gone"


def pod_security_is_no_weaker(view: View) -> None:
    [item] = view.of_kind("Namespace")
    labels = item.manifest["metadata"]["labels"]
    below = of_namespace(view).get("podSecurity", {})
    for mode in ("enforce", "audit", "warn"):
        given, floor = labels.get(f"{_POD_SECURITY}{mode}"), below.get(mode)
        assert floor is None or (given and _LEVELS.index(given) >= _LEVELS.index(floor)), mode
        assert given != "privileged" or floor == "privileged", mode
        if floor:
            given_version = labels.get(f"{_POD_SECURITY}{mode}-version", "latest")
            assert _version(given_version) >= _version(below.get("version", "latest"))


def _version(text: str) -> tuple[float, ...]:
    if text == "latest":
        return (float("inf"),)
    return tuple(map(float, text.removeprefix("v").split(".")))


_COUNTED = {"pods", "cpu", "memory"}
_OPPOSITES = ({"Terminating", "NotTerminating"}, {"BestEffort", "NotBestEffort"})


def scopes_count_something(view: View) -> None:
    """A quota with scopes limits pods, CPU or memory, and has no two scopes that exclude each other."""
    for item in view.of_kind("ResourceQuota"):
        spec = item.manifest["spec"]
        selector = spec.get("scopeSelector", {}).get("matchExpressions", ())
        scopes = {*spec.get("scopes", ()), *(it["scopeName"] for it in selector)}
        assert spec.get("hard"), item.name
        assert not any(pair <= scopes for pair in _OPPOSITES), scopes
        named = {key.removeprefix("requests.").removeprefix("limits.") for key in spec["hard"]}
        assert not scopes or named <= _COUNTED, named


def quota_is_between(view: View) -> None:
    specs = [item.manifest["spec"] for item in view.of_kind("ResourceQuota")]
    whole = [spec["hard"] for spec in specs if set(spec) == {"hard"}]
    below, highest = of_namespace(view)["quota"], view.rails.get("quotaMax", {})
    for key in {*below, *highest}:
        bound = max(amount(table[key]) for table in (below, highest) if key in table)
        given = [amount(hard[key]) for hard in whole if key in hard]
        assert given, f"{key} is not limited, or for some pods only"
        assert min(given) <= bound, (key, given)


def limits_are_kept(view: View) -> None:
    below = of_namespace(view).get("limits")
    if below is None:
        return
    [item] = view.of_kind("LimitRange")
    items = item.manifest["spec"]["limits"]
    [container] = [entry for entry in items if entry["type"] == "Container"]
    for section, compared in (("max", -1), ("min", 1), ("default", 0), ("defaultRequest", 0)):
        for resource, bound in below.get(section, {}).items():
            value = container[section][resource]
            assert (amount(value) - amount(bound)) * compared >= 0, (section, resource, value)
    for extra in below.get("extra", ()):
        assert extra in items, extra


def network_policies_remain(view: View) -> None:
    """The profile's policies are unchanged; others need the guardrail, unless tenants may deploy any policy."""
    specs: Mapping[str, Any] = view.platform["networkPolicies"]
    given = {
        item.name: item.manifest["spec"]
        for item in view.of_kind("NetworkPolicy")
        if not item.as_written
    }
    namespace = view.settings.namespace
    listed = namespace.network_policies if namespace is not None else ()
    renamed = namespace.object_names.network_policies if namespace is not None else {}
    keys = {renamed.get(key, key): key for key in listed}
    assert len(keys) == len(set(listed)), renamed
    given = {keys[name]: spec for name, spec in given.items()}
    below = of_namespace(view).get("networkPolicies", ())
    for name in below:
        assert given[name] == specs[name]
    for name in set(given) - set(below):
        assert given[name] == specs[name]
        assert matches(view.rails.get("networkPolicies", ["*"]), name), name


def hosts_are_the_teams(view: View) -> None:
    for host in view.settings.hosts:
        assert re.fullmatch(r"(\*\.)?[-a-z0-9]+(\.[-a-z0-9]+)+", host), host
        assert matches(view.rails.get("hosts", ()), host), host


def admission_is_the_profiles(view: View) -> None:
    """The marks that the admission policies read: the profile's own values, and hosts only within the guardrail."""
    [item] = view.of_kind("Namespace")
    metadata = item.manifest["metadata"]
    marks = {**metadata["labels"], **metadata.get("annotations", {})}
    given = {key: value for key, value in marks.items() if key.startswith(_ADMISSION)}
    admission = view.profile.get("admission")
    if admission is None:
        assert given == {}
        return
    hosts = given.pop(f"{_ADMISSION}-hosts").split(",")
    for host in filter(None, hosts):
        assert matches(view.rails.get("hosts", ()), host), host
        assert matches(admission["hosts"], host), host
    accounts = set(given.pop(f"{_ADMISSION}-accounts").split(","))
    assert {
        it.name for it in view.of_kind("ServiceAccount") if it.name == "argocd-sync"
    } <= accounts
    assert given == {
        _ADMISSION: "deny",
        f"{_ADMISSION}-registries": ",".join(admission["registries"]),
        f"{_ADMISSION}-storage-classes": ",".join(admission["storageClasses"]),
    }


RULES = (
    hosts_are_the_teams,
    admission_is_the_profiles,
    namespace_is_the_teams,
    labels_are_permitted,
    pod_security_is_no_weaker,
    quota_is_between,
    scopes_count_something,
    limits_are_kept,
    network_policies_remain,
)
