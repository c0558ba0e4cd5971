"""One rule of sharing: what is said once for many, and nearer for few.

Profile, team.yaml, product.yaml and project.yaml are merged in this order, the part that a file has for the
environment's class directly after that file. Maps merge key by key, lists and scalars of the nearer file replace, null
removes. The profile is chosen first. Network policies are the exception, because the profile's are a floor: tenants'
come on top.
"""

from __future__ import annotations

from collections.abc import Mapping

from argoproject.project.model import Layer
from argoproject.tree.documents import data_at
from argoproject.yamlfile.reader import Data, Document

__all__ = ["PROFILE_ONLY", "layers_of", "merge", "on_floor", "profile_layer", "without_policies"]

PROFILE_ONLY = ("platformManifests", "impersonation", "admission")
"""What a profile does not share with the files of teams: `impersonation` is something else there."""


def merge(lower: Mapping[str, Data], upper: Mapping[str, Data]) -> dict[str, Data]:
    """`lower` overlaid by `upper`: maps key by key, everything else replaces, None removes."""
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
    """A file's layers for a class: the file itself, then its part for the class."""
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
    """The profile as the lowest layer, without what only profiles have."""
    data = data_at(document.data, ("profiles", name)) or {}
    shared = {key: value for key, value in data.items() if key not in PROFILE_ONLY}
    return Layer(document, ("profiles", name), shared)


def on_floor(profile: Mapping[str, Data], data: Mapping[str, Data]) -> Mapping[str, Data]:
    """The merged files with the profile's network policies below theirs: nobody drops those of the profile."""
    floor = data_at(profile, ("namespace", "networkPolicies")) or []
    own = data_at(data, ("namespace", "networkPolicies")) or []
    if not floor or not isinstance(floor, list) or not isinstance(own, list):
        return data
    namespace = data.get("namespace")
    inner = namespace if isinstance(namespace, dict) else {}
    policies = list(dict.fromkeys([*floor, *own]))
    return {**data, "namespace": {**inner, "networkPolicies": policies}}


def without_policies(profile: Mapping[str, Data]) -> Mapping[str, Data]:
    """The profile as a layer to merge onto; its network policies come back at the end."""
    namespace = profile.get("namespace")
    if not isinstance(namespace, dict) or "networkPolicies" not in namespace:
        return profile
    inner = {key: value for key, value in namespace.items() if key != "networkPolicies"}
    return {**profile, "namespace": inner}
