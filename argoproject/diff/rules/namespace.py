"""What guards a namespace: Pod Security, labels and annotations, quota, limits, network policies.

The fields and what weakens them are those that the model declares (`argoproject.models.namespace.Guard`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.diff.fields import Option
from argoproject.diff.model import Action, Reason, dangerous, look, shown
from argoproject.diff.states import ObjectPair
from argoproject.models import Limits, Namespace, PodSecurity
from argoproject.models.base import key_of
from argoproject.models.namespace import PodSecurityLevel, Weaker, guards
from argoproject.plan.admission import LABEL
from argoproject.plan.manifests.common import ENVIRONMENT_ANNOTATION
from argoproject.upstream.network_changes import widening
from argoproject.upstream.network_policies import isolated_directions, selects_all
from argoproject.upstream.quantities import LATEST, effective, exceeds, standard_version

__all__ = ["limits", "namespace", "network_policy", "plugin_policy", "quota"]

_POD_SECURITY = "pod-security.kubernetes.io"
_MODES = tuple(name for name, it in guards(PodSecurity).items() if it.weaker is Weaker.LEVEL)
_ORDER = {str(level): rank for rank, level in enumerate(PodSecurityLevel)}
_NO_LEVEL = str(PodSecurityLevel.PRIVILEGED)
"""Without a label, nothing is refused. Source: kubernetes.io, Pod Security Admission."""

_MARKS = tuple(
    key_of(Namespace, name) for name, it in guards(Namespace).items() if it.guardrail == "labels"
)
"""Fields of the Namespace's metadata that a team may set within the guardrail `labels`."""

_BOUNDS = tuple(
    key_of(Limits, name)
    for name, it in guards(Limits).items()
    if it.weaker is not Weaker.FEWER and name != "default_request"
)
"""Sections of a LimitRange without which containers may take more. Default requests only help the scheduler."""


def namespace(changed: ObjectPair) -> Iterator[Reason]:
    """Reports adoption of a namespace that exists, and changes of Pod Security, labels and annotations.

    Marks of our own are not among them: the environment's name is no secret and decides nothing, and what admission
    policies read there is judged by their own rule.
    """
    before, after = changed.option(Option.ADOPTED)
    if after and not before:
        yield dangerous("the namespace is to be adopted: one that exists is imported and owned")
    old, new = (labels or {} for labels in changed.values("metadata", "labels"))
    for mode in _MODES:
        yield from _pod_security(mode, old, new)
    for field in _MARKS:
        old, new = (marks or {} for marks in changed.values("metadata", field))
        for key in sorted({*old, *new}):
            ours = key.startswith((f"{_POD_SECURITY}/", LABEL)) or key == ENVIRONMENT_ANNOTATION
            if not ours and old.get(key) != new.get(key):
                words = (
                    f"the {field.removesuffix('s')} {{}} is {{}} instead of {{}}: "
                    f"policies and controllers go by {field}"
                )
                yield look(words, key, shown(new.get(key)), shown(old.get(key)))


def _pod_security(mode: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Reason]:
    key = f"{_POD_SECURITY}/{mode}"
    before, after = (labels.get(key, _NO_LEVEL) for labels in (old, new))
    enforced = new.get(f"{_POD_SECURITY}/enforce", _NO_LEVEL)
    if mode != "enforce" and _ORDER.get(enforced, 0) >= _ORDER.get(before, 0):
        return  # what is enforced needs no warning
    if before != after:
        lower = _ORDER.get(after, 0) < _ORDER.get(before, 0)
        words = f"Pod Security is {'lowered' if lower else 'raised'}: {{}} {{}} instead of {{}}"
        strict = lower and mode == "enforce"
        yield (dangerous if strict else look)(words, mode, after, before)
    was, now = (labels.get(f"{key}-version", "latest") for labels in (old, new))
    if was != now and before == after:
        earlier = (standard_version(now) or LATEST) < (standard_version(was) or LATEST)
        strict = earlier and mode == "enforce"
        words = "Pod Security {} follows the standard of {} instead of {}"
        yield (dangerous if strict else look)(words, mode, now, was)


def quota(changed: ObjectPair) -> Iterator[Reason]:
    """Reports a quota that is raised, lowered or removed: how much all pods together may ask for, or some of them."""
    counted = [_scopes(spec or {}) or "everything" for spec in changed.values("spec")]
    is_kept = changed.action not in (Action.CREATE, Action.DELETE)
    if is_kept and counted[0] != counted[1]:
        words = "the quota {} counts {} instead of {}"
        yield dangerous(words, changed.object.name, counted[1], counted[0])
    old, new = (effective(hard or {}) for hard in changed.values("spec", "hard"))
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key), new.get(key)
        if after is None:
            yield dangerous("the quota has no limit on {} any more, {} so far", key, str(before))
        elif before is None:
            yield look("the quota limits {} to {}", key, str(after))
        elif exceeds(str(after), str(before)):
            yield look("the quota of {} is raised from {} to {}", key, str(before), str(after))
        elif exceeds(str(before), str(after)):
            yield look("the quota of {} is lowered from {} to {}", key, str(before), str(after))


def _scopes(spec: Mapping[str, Any]) -> str:
    """What a quota counts, in words; empty for everything: `Terminating and PriorityClass in (high)`."""
    selector = spec.get("scopeSelector") or {}
    found = [str(scope) for scope in spec.get("scopes") or ()]
    for item in selector.get("matchExpressions") or ():
        operator = {"In": "in", "NotIn": "notin"}.get(str(item.get("operator")))
        values = f" {operator} ({', '.join(item.get('values') or ())})" if operator else ""
        absent = "no " if item.get("operator") == "DoesNotExist" else ""
        found.append(f"{absent}{item.get('scopeName')}{values}")
    return " and ".join(sorted(found))


def limits(changed: ObjectPair) -> Iterator[Reason]:
    """Reports bounds of containers that are removed, and other changes of bounds and defaults."""
    if changed.action is Action.CREATE:
        yield look("containers get default requests and limits, or bounds")
        return
    old, new = (_bounds(items) for items in changed.values("spec", "limits"))
    removed = sorted(old - new)
    if removed:
        yield dangerous("containers have no {} any more", ", ".join(removed))
    elif changed.values("spec")[0] != changed.values("spec")[1]:
        yield look("the bounds or the defaults of containers are changed")


def _bounds(items: Any) -> set[str]:
    """What a LimitRange bounds: `max memory of a Container`."""
    return {
        f"{bound} {resource} of a {item.get('type')}"
        for item in items or ()
        for bound in _BOUNDS
        for resource in item.get(bound) or ()
    }


def network_policy(changed: ObjectPair) -> Iterator[Reason]:
    """Reports network policies that are added, changed or deleted, with the traffic that they permit. They add up."""
    if changed.object.group.endswith("projectcalico.org"):
        yield from plugin_policy(changed)
        return
    old, new = (spec or {} for spec in changed.values("spec"))
    why = widening(
        old if changed.before else None, new if changed.after else None, *_policies(changed)
    )
    if changed.action is Action.CREATE and why:
        words = "a network policy is added, which opens what others limit; it lets through: {}"
        yield dangerous(words, _traffic(new))
    elif changed.action is Action.CREATE:
        yield look("a network policy is added, which lets through: {}", _traffic(new))
    elif changed.action is Action.DELETE:
        words = "the network policy {} is deleted: {} were limited for {}; it let through: {}"
        pods = _selected("pods", old.get("podSelector"))
        directions = " and ".join(it.lower() for it in isolated_directions(old))
        yield dangerous(words, changed.object.name, pods, directions, _traffic(old))
    elif why:
        words = "the network policy opens more than before: {}; it lets through: {}"
        yield dangerous(words, why, _traffic(new))
    elif old != new:
        yield look("the network policy is changed; it lets through: {}", _traffic(new))


def _policies(changed: ObjectPair) -> Iterator[list[Mapping[str, Any]]]:
    """The specs of all network policies of the object's namespace, before and after."""
    for side in changed.sides:
        yield [
            it.at("spec") or {}
            for it in side
            if (it.group, it.kind) == ("networking.k8s.io", "NetworkPolicy")
            and it.namespace == changed.object.namespace
        ]


def plugin_policy(changed: ObjectPair) -> Iterator[Reason]:
    """Reports every change of a network policy of Cilium or Calico: they open what others close, and close what others
    open, by rules of their own that are not judged here."""
    kind = f"{changed.object.group}/{changed.object.kind}"
    if changed.action is Action.DELETE:
        yield dangerous("the {} {} is deleted: what it denied is open", kind, changed.object.name)
    else:
        words = "the {} {} takes precedence over other policies: read what it opens"
        yield dangerous(words, kind, changed.object.name)


def _traffic(spec: Mapping[str, Any]) -> str:
    """What a network policy lets through, in one line. Source of the form: kubernetes.io, NetworkPolicySpec.

    Example:
        `ingress from namespaces with a=b on TCP 443; egress to anywhere on UDP 53`
    """
    rules: list[str] = []
    for direction, word in (("ingress", "from"), ("egress", "to")):
        for rule in spec.get(direction) or ():
            peers = " or ".join(map(_peer, (rule or {}).get(word) or ())) or "anywhere"
            ports = ", ".join(map(_port, (rule or {}).get("ports") or ()))
            rules.append(f"{direction} {word} {peers}" + (f" on {ports}" if ports else ""))
    return "; ".join(rules) or "nothing"


def _peer(peer: Mapping[str, Any]) -> str:
    """The pods or addresses of one `from` or `to`."""
    if block := peer.get("ipBlock"):
        without = ", ".join(block.get("except") or ())
        return str(block.get("cidr")) + (f" without {without}" if without else "")
    pods, namespaces = peer.get("podSelector"), peer.get("namespaceSelector")
    if namespaces is None:
        return f"{_selected('pods', pods)} of the namespace"
    where = _selected(
        "namespaces", None if selects_all(namespaces, namespaces=True) else namespaces
    )
    return where if not pods else f"{_selected('pods', pods)} in {where}"


def _selected(what: str, selector: Mapping[str, Any] | None) -> str:
    """What a label selector selects, as kubectl writes it: `pods with app=shop, tier in (a, b), !old`."""
    selector = selector or {}
    found = [f"{key}={value}" for key, value in (selector.get("matchLabels") or {}).items()]
    for item in selector.get("matchExpressions") or ():
        key, values = item.get("key"), ", ".join(item.get("values") or ())
        operator = {"In": "in", "NotIn": "notin"}.get(str(item.get("operator")))
        if operator:
            found.append(f"{key} {operator} ({values})")
        else:
            found.append(f"{'!' if item.get('operator') == 'DoesNotExist' else ''}{key}")
    return f"{what} with {', '.join(found)}" if found else f"all {what}"


def _port(item: Mapping[str, Any]) -> str:
    end = f"-{item['endPort']}" if item.get("endPort") else ""
    return f"{item.get('protocol', 'TCP')} {item.get('port', 'all ports')}{end}"
