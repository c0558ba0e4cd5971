"""The rule by which files are merged: the nearer file wins.

The order is profile, team.yaml, product.yaml, project.yaml; a file's part for the environment's class comes directly
after the file. Network policies are the exception: tenants add to those of the profile and cannot remove them.
"""

from __future__ import annotations

from collections.abc import Mapping

from argoproject.project.model import Layer
from argoproject.tree.documents import data_at
from argoproject.yamlfile.reader import Data, Document

__all__ = ["PROFILE_ONLY", "layers_of", "merge", "on_floor", "profile_layer", "without_policies"]

PROFILE_ONLY = ("platformManifests", "impersonation", "admission")
"""Keys that only a profile has, or that have another meaning in the files of teams (`impersonation`)."""


def merge(lower: Mapping[str, Data], upper: Mapping[str, Data]) -> dict[str, Data]:
    """Merge two layers: maps key by key, lists and scalars of `upper` replace, None removes.

    Example:
        >>> merge({"quota": {"pods": "5", "cpu": "2"}, "hosts": ["a"]}, {"quota": {"cpu": None}, "hosts": []})
        {'quota': {'pods': '5'}, 'hosts': []}
    """
    result = dict(lower)
    for key, value in upper.items():
        if value is None:
            result.pop(key, None)
        elif value.__class__ is dict:
            below = result.get(key)
            result[key] = merge(below if below.__class__ is dict else {}, value)
        else:
            result[key] = value
    return result


def layers_of(document: Document | None, environment_class: str) -> list[Layer]:
    """The layers of a file for a class: the file without `classes`, then its part for the class, if it has one."""
    if document is None:
        return []
    data = document.data
    special = data_at(data, ("classes", environment_class))
    if "classes" not in data:
        return [Layer(document, (), data)]
    general = {key: value for key, value in data.items() if key != "classes"}
    layers = [Layer(document, (), general)]
    if isinstance(special, dict):
        layers.append(Layer(document, ("classes", environment_class), special))
    return layers


def profile_layer(document: Document, name: str) -> Layer:
    """The profile of platform.yaml as the lowest layer, without the keys in `PROFILE_ONLY`."""
    data = data_at(document.data, ("profiles", name)) or {}
    shared = {key: value for key, value in data.items() if key not in PROFILE_ONLY}
    return Layer(document, ("profiles", name), shared)


def on_floor(profile: Mapping[str, Data], data: Mapping[str, Data]) -> Mapping[str, Data]:
    """Put the profile's network policies before those of the merged files, each of them once.

    Example:
        >>> profile = {"namespace": {"networkPolicies": ["default-deny", "dns"]}}
        >>> on_floor(profile, {"namespace": {"networkPolicies": ["from-ingress", "dns"]}})
        {'namespace': {'networkPolicies': ['default-deny', 'dns', 'from-ingress']}}
        >>> on_floor(profile, {})
        {'namespace': {'networkPolicies': ['default-deny', 'dns']}}
    """
    floor = data_at(profile, ("namespace", "networkPolicies")) or []
    own = data_at(data, ("namespace", "networkPolicies")) or []
    if not floor or not isinstance(floor, list) or not isinstance(own, list):
        return data
    namespace = data.get("namespace")
    inner = namespace if isinstance(namespace, dict) else {}
    policies = list(dict.fromkeys([*floor, *own]))
    return {**data, "namespace": {**inner, "networkPolicies": policies}}


def without_policies(profile: Mapping[str, Data]) -> Mapping[str, Data]:
    """The profile's data without its network policies, which `on_floor` adds after the merge."""
    namespace = profile.get("namespace")
    if not isinstance(namespace, dict) or "networkPolicies" not in namespace:
        return profile
    inner = {key: value for key, value in namespace.items() if key != "networkPolicies"}
    return {**profile, "namespace": inner}
