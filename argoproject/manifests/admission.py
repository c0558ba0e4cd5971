"""ValidatingAdmissionPolicies: what only the cluster can enforce.

Their text is the same for every environment. What differs stands on the environment's own Namespace: the label `LABEL`
binds it, and an annotation each holds what is permitted there. Tenants cannot write Namespaces, and the last of the
policies keeps that so even for Argo CD's own rights.

Every policy lets pass what an update leaves as it was: objects that stood before a setting was tightened can still be
scaled down, finalised and deleted.

Source: kubernetes.io, "Validating Admission Policy"; k8s.io/apiserver v0.36, pkg/admission/plugin/policy/validating.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from argoproject.leaves import Manifest
from argoproject.manifests.common import MANAGED_BY
from argoproject.models import Admission, AdmissionMode

__all__ = ["LABEL", "NAME_PREFIX", "PREFIX", "policies", "settings"]

LABEL = "argo-projects/admission"
"""Label of a Namespace; its value is the mode."""

PREFIX = "argo-projects/"
"""Labels and annotations below it are the platform's."""

NAME_PREFIX = "argo-projects-"
"""What the names of the policies begin with."""

_API = "admissionregistration.k8s.io/v1"
_ACTIONS = {AdmissionMode.DENY: ["Deny"], AdmissionMode.WARN: ["Warn", "Audit"]}
_ANY = "any"
"""In the place of a host that is left out: the object would answer for every name. No host is called so."""

_LISTS = {
    "registries": "admission-registries",
    "storage_classes": "admission-storage-classes",
    "ingress_classes": "admission-ingress-classes",
    "priority_classes": "admission-priority-classes",
    "service_types": "admission-service-types",
}
_HOSTS = "admission-hosts"
_ACCOUNTS = "admission-accounts"


def settings(admission: Admission, hosts: Iterable[str], accounts: Iterable[str]) -> dict[str, str]:
    """What the policies read on a Namespace. `accounts` are the ServiceAccounts of the platform.

    A setting that is left out is not restricted; an empty list permits nothing. Host names are restricted as soon as
    the project declares some, or the profile says which may be declared.
    """
    lists: dict[str, Iterable[str]] = {
        name: map(_registry, values) if field == "registries" else values
        for field, name in _LISTS.items()
        if (values := getattr(admission, field)) is not None
    }
    hosts = tuple(hosts)
    if hosts or admission.hosts is not None:
        lists[_HOSTS] = hosts
    lists[_ACCOUNTS] = accounts
    return {f"{PREFIX}{name}": ",".join(values) for name, values in lists.items()}


def _registry(entry: str) -> str:
    """`harbor.example.org/blue` for `harbor.example.org/blue/*` too: what is below it is meant either way."""
    return entry.removesuffix("*").rstrip("/") if entry.endswith("/*") else entry.rstrip("/")


def policies(argocd_users: Sequence[str]) -> list[Manifest]:
    """The policies of a cluster, each with its bindings. `argocd_users` are no platform, whatever they may do."""
    made = [_workloads(), _claims(), _routes(), _services(), _guards(argocd_users)]
    namespaces = _namespaces(argocd_users)
    return [
        *(item for policy in made for item in (_policy(policy), *_bindings(policy))),
        _policy(namespaces),
        # An update that takes the label away would escape a selector: the policy itself asks what was there before.
        _binding(namespaces, AdmissionMode.DENY, selector=None),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """One policy: what it looks at, the expressions that others use, and what must hold with the words if not."""

    name: str
    rules: Sequence[tuple[str, str]]
    """API group, and its resources."""

    variables: Mapping[str, str]
    validations: Sequence[tuple[str, str]]
    """What must hold, and the message as an expression."""

    operations: Sequence[str] = ("CREATE", "UPDATE")
    conditions: Mapping[str, str] | None = None


def _policy(text: _Text) -> Manifest:
    rules = [
        {
            "apiGroups": [group],
            "apiVersions": ["*"],
            "operations": list(text.operations),
            "resources": resources.split(),
        }
        for group, resources in text.rules
    ]
    conditions = [
        {"name": name, "expression": item} for name, item in (text.conditions or {}).items()
    ]
    spec = {
        "failurePolicy": "Fail",
        "matchConstraints": {"resourceRules": rules},
        **({"matchConditions": conditions} if conditions else {}),
        "variables": [{"name": key, "expression": item} for key, item in text.variables.items()],
        "validations": [
            {"expression": rule, "messageExpression": words, "reason": "Forbidden"}
            for rule, words in text.validations
        ],
    }
    return _object("ValidatingAdmissionPolicy", f"{NAME_PREFIX}{text.name}", spec)


def _bindings(text: _Text) -> list[Manifest]:
    return [_binding(text, mode, selector={LABEL: mode.value}) for mode in AdmissionMode]


def _binding(text: _Text, mode: AdmissionMode, *, selector: Mapping[str, str] | None) -> Manifest:
    policy = f"{NAME_PREFIX}{text.name}"
    spec: dict[str, Any] = {"policyName": policy, "validationActions": _ACTIONS[mode]}
    if selector is not None:
        spec["matchResources"] = {"namespaceSelector": {"matchLabels": dict(selector)}}
    return _object("ValidatingAdmissionPolicyBinding", f"{policy}-{mode.value}", spec)


def _object(kind: str, name: str, spec: Mapping[str, Any]) -> Manifest:
    metadata = {"name": name, "labels": dict(MANAGED_BY)}
    return {"apiVersion": _API, "kind": kind, "metadata": metadata, "spec": dict(spec)}


def _setting(name: str) -> str:
    """The list that an annotation holds."""
    value = f"namespaceObject.metadata.annotations['{PREFIX}{name}']"
    return f"{value}.split(',').filter(it, it != '')"


def _given(name: str) -> str:
    """Whether the environment restricts this at all."""
    return f"'{PREFIX}{name}' in namespaceObject.metadata.annotations"


def _only(setting: str, used: str, before: str) -> str:
    """A variable: what an object uses, did not use before, and is not permitted."""
    return (
        f"!({_given(setting)}) ? [] : "
        f"{used}.filter(it, !(it in {before}) && !(it in {_setting(setting)}))"
    )


def _refusal(what: str, found: str, setting: str, remedy: str) -> str:
    """The message: what is refused, what is permitted instead, and who says so."""
    allowed = f"({_given(setting)} ? {_setting(setting)} : []).join(', ')"
    return f"{_text(what + ' ')} + {found}.join(', ') + ' refused, permitted: [' + {allowed} + {_text(f']; {remedy}')}"


def _text(value: str) -> str:
    """A CEL string. JSON's are among them."""
    return json.dumps(value)


_PROFILE = "ask the platform team for {} of the profile in platform.yaml"


def _pod(of: str) -> str:
    """The pod spec in any kind that has one; an empty one where there is none, as in a Rollout with workloadRef."""
    return (
        f"{of} == null ? {{}} : dyn({of}).kind == 'Pod' ? dyn({of}).spec : "
        f"dyn({of}).kind == 'PodTemplate' ? dyn({of}).template.spec : "
        f"dyn({of}).kind == 'CronJob' ? dyn({of}).spec.jobTemplate.spec.template.spec : "
        f"dyn({of}).spec.?template.?spec.orValue({{}})"
    )


def _images(pod: str) -> str:
    """All images of a pod: of every kind of container, and those that are mounted."""
    containers = " + ".join(
        f"{pod}.?{kind}.orValue([])"
        for kind in ("containers", "initContainers", "ephemeralContainers")
    )
    volumes = f"{pod}.?volumes.orValue([]).filter(it, has(it.image))"
    return f"({containers}).map(it, it.?image.orValue('')) + {volumes}.map(it, it.image.?reference.orValue(''))"


_FULL_IMAGE = (
    "(!image.contains('/') ? 'docker.io/library/' + image : "
    "image.split('/')[0].matches('[.:A-Z]') || image.startsWith('localhost/') ? image : 'docker.io/' + image)"
)
"""The image with the registry from which it is pulled. Source: distribution/reference v0.6, normalize.go,
splitDockerDomain."""

_FROM_REGISTRY = (
    "variables.registries.exists(it, it.startsWith('*.') ? "
    f"{_FULL_IMAGE}.split('/')[0].endsWith(it.substring(1)) : {_FULL_IMAGE}.startsWith(it + '/'))"
)


def _volume_classes(of: str, pod: str) -> str:
    """Storage classes that a pod's own volumes and a StatefulSet's claims name."""
    claims = f"({of} == null ? [] : dyn({of}).?spec.?volumeClaimTemplates.orValue([]))"
    volumes = f"{pod}.?volumes.orValue([]).filter(it, has(it.ephemeral))"
    name = "spec.?storageClassName"
    return (
        f"{claims}.filter(it, {_at('it', name)}.hasValue()).map(it, {_at('it', name)}.value()) + "
        f"{volumes}.map(it, it.ephemeral.volumeClaimTemplate)"
        f".filter(it, {_at('it', name)}.hasValue()).map(it, {_at('it', name)}.value())"
    )


def _at(of: str, path: str) -> str:
    return f"{of}.?{path}"


def _workloads() -> _Text:
    return _Text(
        name="workloads",
        rules=[
            ("", "pods pods/ephemeralcontainers podtemplates replicationcontrollers"),
            ("apps", "daemonsets deployments replicasets statefulsets"),
            ("batch", "cronjobs jobs"),
            ("argoproj.io", "rollouts"),
        ],
        variables={
            "pod": _pod("object"),
            "podBefore": _pod("oldObject"),
            "images": _images("variables.pod"),
            "imagesBefore": _images("variables.podBefore"),
            "registries": f"{_given('admission-registries')} ? {_setting('admission-registries')} : []",
            "foreign": (
                f"!({_given('admission-registries')}) ? [] : variables.images.filter(image, "
                f"!(image in variables.imagesBefore) && !({_FROM_REGISTRY}))"
            ),
            "priority": "variables.pod.?priorityClassName.orValue('')",
            "priorities": _only(
                "admission-priority-classes",
                "[variables.priority].filter(it, it != '')",
                "[variables.podBefore.?priorityClassName.orValue('')]",
            ),
            "storage": _only(
                "admission-storage-classes",
                f"({_volume_classes('object', 'variables.pod')})",
                f"({_volume_classes('oldObject', 'variables.podBefore')})",
            ),
            "account": "variables.pod.?serviceAccountName.orValue(variables.pod.?serviceAccount.orValue(''))",
        },
        validations=[
            (
                "size(variables.foreign) == 0",
                _refusal(
                    "images",
                    "variables.foreign",
                    "admission-registries",
                    f"push them there, or {_PROFILE.format('admission.registries')}",
                ),
            ),
            (
                "size(variables.priorities) == 0",
                _refusal(
                    "priority class",
                    "variables.priorities",
                    "admission-priority-classes",
                    _PROFILE.format("admission.priorityClasses"),
                ),
            ),
            (
                "size(variables.storage) == 0",
                _refusal(
                    "storage class",
                    "variables.storage.map(it, '\"' + it + '\"')",
                    "admission-storage-classes",
                    _PROFILE.format("admission.storageClasses"),
                ),
            ),
            (
                f"variables.account == '' || !(variables.account in {_setting(_ACCOUNTS)}) || "
                "variables.account == variables.podBefore.?serviceAccountName.orValue('')",
                "'the ServiceAccount ' + variables.account + ' is the platform\\'s: no pod runs as it; name another'",
            ),
        ],
    )


def _claim_class(of: str) -> str:
    """The storage class of a claim: of its old annotation, which goes before the field."""
    old = "volume.beta.kubernetes.io/storage-class"
    return (
        f"{of} == null ? [] : dyn({of}).metadata.?annotations['{old}'].hasValue() ? "
        f"[dyn({of}).metadata.annotations['{old}']] : "
        f"has(dyn({of}).spec.storageClassName) ? [dyn({of}).spec.storageClassName] : []"
    )


def _claims() -> _Text:
    used, before = _claim_class("object"), _claim_class("oldObject")
    return _Text(
        name="claims",
        rules=[("", "persistentvolumeclaims")],
        variables={
            "refused": _only("admission-storage-classes", f"({used})", f"({before})"),
        },
        validations=[
            (
                "size(variables.refused) == 0",
                _refusal(
                    "storage class",
                    "variables.refused.map(it, '\"' + it + '\"')",
                    "admission-storage-classes",
                    _PROFILE.format("admission.storageClasses"),
                ),
            )
        ],
    )


_DNS = "external-dns.alpha.kubernetes.io/hostname"
_ALIAS = "nginx.ingress.kubernetes.io/server-alias"
_CLASS = "kubernetes.io/ingress.class"


def _annotated_hosts(of: str, *keys: str) -> str:
    """Host names that controllers take from annotations, however they are spaced."""
    lists = " + ".join(
        f"dyn({of}).metadata.?annotations['{key}'].orValue('').split(',')" for key in keys
    )
    return f"({lists}).map(it, it.trim()).filter(it, it != '')"


def _hosts(of: str) -> str:
    """What an Ingress or a route answers for."""
    ingress = (
        f"dyn({of}).spec.?rules.orValue([]).map(it, it.?host.orValue('') == '' ? '{_ANY}' : it.host) + "
        f"(has(dyn({of}).spec.defaultBackend) ? ['{_ANY}'] : []) + "
        f"dyn({of}).spec.?tls.orValue([]).map(it, it.?hosts.orValue([]).join(',')).join(',').split(',')"
        ".filter(it, it != '')"
    )
    route = f"(size(dyn({of}).?spec.?hostnames.orValue([])) == 0 ? ['{_ANY}'] : dyn({of}).spec.hostnames)"
    return (
        f"{of} == null ? [] : (dyn({of}).kind == 'Ingress' ? {ingress} : {route}) + "
        f"{_annotated_hosts(of, _DNS, _ALIAS)}"
    )


_DECLARED = f"{_setting(_HOSTS)}.exists(it, it == host || (it.startsWith('*.') && host.endsWith(it.substring(1))))"


def _undeclared(used: str, before: str) -> str:
    return f"!({_given(_HOSTS)}) ? [] : {used}.filter(host, !(host in {before}) && !({_DECLARED}))"


def _ingress_class(of: str) -> str:
    """The classes of an Ingress: of its field, and of the annotation that came before it. `none` if it has none."""
    return (
        f"{of} == null || dyn({of}).kind != 'Ingress' ? [] : "
        f"([dyn({of}).metadata.?annotations['{_CLASS}'].orValue('')] + [dyn({of}).spec.?ingressClassName.orValue('')])"
        ".filter(it, it != '')"
    )


_HOST_REMEDY = "declare them in `hosts` of project.yaml; a rule without a host answers for any"


def _routes() -> _Text:
    return _Text(
        name="routes",
        rules=[
            # A write of the status may change annotations as well.
            ("networking.k8s.io", "ingresses ingresses/status"),
            ("gateway.networking.k8s.io", "httproutes grpcroutes tlsroutes"),
        ],
        variables={
            "hosts": _hosts("object"),
            "hostsBefore": _hosts("oldObject"),
            "undeclared": _undeclared("variables.hosts", "variables.hostsBefore"),
            "classes": _ingress_class("object"),
            "classesBefore": _ingress_class("oldObject"),
            "foreign": _only(
                "admission-ingress-classes",
                "(object.kind == 'Ingress' && size(variables.classes) == 0 ? ['none'] : variables.classes)",
                "(oldObject != null && size(variables.classesBefore) == 0 ? ['none'] : variables.classesBefore)",
            ),
        },
        validations=[
            (
                "size(variables.undeclared) == 0",
                _refusal("host", "variables.undeclared", _HOSTS, _HOST_REMEDY),
            ),
            (
                "size(variables.foreign) == 0",
                _refusal(
                    "ingress class",
                    "variables.foreign",
                    "admission-ingress-classes",
                    f"name one of these, or {_PROFILE.format('admission.ingressClasses')}",
                ),
            ),
        ],
    )


def _services() -> _Text:
    def names(of: str) -> str:
        return f"({of} == null ? [] : {_annotated_hosts(of, _DNS)})"

    def addresses(of: str) -> str:
        return f"({of} == null ? [] : dyn({of}).spec.?externalIPs.orValue([]))"

    def types(of: str) -> str:
        return f"({of} == null ? [] : [dyn({of}).spec.?type.orValue('ClusterIP')])"

    return _Text(
        name="services",
        rules=[("", "services services/status")],
        variables={
            "addresses": f"{addresses('object')}.filter(it, !(it in {addresses('oldObject')}))",
            "undeclared": _undeclared(names("object"), names("oldObject")),
            "types": _only("admission-service-types", types("object"), types("oldObject")),
        },
        validations=[
            (
                "size(variables.addresses) == 0",
                "'externalIPs ' + variables.addresses.join(', ') + ' refused: a Service with them takes the traffic of "
                "others (CVE-2020-8554); remove them, or use an Ingress'",
            ),
            (
                "size(variables.undeclared) == 0",
                _refusal("host", "variables.undeclared", _HOSTS, _HOST_REMEDY),
            ),
            (
                "size(variables.types) == 0",
                _refusal(
                    "Service type",
                    "variables.types",
                    "admission-service-types",
                    _PROFILE.format("admission.serviceTypes"),
                ),
            ),
        ],
    )


_SYSTEM = ("system:apiserver", "system:kube-controller-manager")
_CONTROLLERS = "system:serviceaccount:kube-system:*"
"""Kubernetes' own: they write the status of quotas, and empty namespaces that are deleted."""


def _is_user(patterns: Iterable[str]) -> str:
    """Whether the request comes from one of these users; a name that ends in `*` is a beginning."""
    name = "request.userInfo.username"
    tests = [
        f"{name}.startsWith({_text(item[:-1])})"
        if item.endswith("*")
        else f"{name} == {_text(item)}"
        for item in patterns
    ]
    return f"({' || '.join(tests)})" if tests else "false"


def _is_platform(argocd_users: Sequence[str]) -> str:
    """Whoever may write policies owns the guards, and so do Kubernetes' controllers; never Argo CD, which is how
    tenants reach the cluster."""
    may = (
        "authorizer.group('admissionregistration.k8s.io').resource('validatingadmissionpolicies')"
        ".check('update').allowed()"
    )
    return f"!{_is_user(argocd_users)} && ({_is_user((*_SYSTEM, _CONTROLLERS))} || {may})"


_MARK, _MARK_VALUE = next(iter(MANAGED_BY.items()))


def _is_marked(of: str) -> str:
    return (
        f"({of} != null && dyn({of}).?metadata.?labels['{_MARK}'].orValue('') == '{_MARK_VALUE}')"
    )


_ACCOUNT_OF = "kubernetes.io/service-account.name"
_RULES_BEFORE = "(oldObject == null ? [] : dyn(oldObject).?rules.orValue([]))"
_POWERS = (
    "(['bind', 'escalate', 'impersonate'].exists(it, it in rule.verbs) || ('*' in rule.verbs && "
    "['*', 'rbac.authorization.k8s.io'].exists(it, it in rule.?apiGroups.orValue([]))))"
)
_LENT = ("view", "edit")


def _guards(argocd_users: Sequence[str]) -> _Text:
    what = "request.resource.resource"
    return _Text(
        name="guards",
        operations=("CREATE", "UPDATE", "DELETE"),
        rules=[
            (
                "",
                "resourcequotas resourcequotas/status limitranges secrets serviceaccounts serviceaccounts/token",
            ),
            ("networking.k8s.io", "networkpolicies networkpolicies/status"),
            ("rbac.authorization.k8s.io", "roles rolebindings"),
        ],
        variables={
            "platform": _is_platform(argocd_users),
            "token": "has(request.subResource) && request.subResource == 'token'",
            # Kubernetes writes a token into a Secret that names an account.
            "tokenOf": (
                "variables.token ? request.name : "
                f"{what} == 'secrets' && object != null ? "
                f"dyn(object).metadata.?annotations['{_ACCOUNT_OF}'].orValue('') : ''"
            ),
            "guard": (
                f"{what} in ['resourcequotas', 'limitranges'] || "
                f"{_is_marked('object')} || {_is_marked('oldObject')}"
            ),
            "powers": (
                f"{what} == 'roles' && object != null && "
                f"dyn(object).?rules.orValue([]).exists(rule, !(rule in {_RULES_BEFORE}) && {_POWERS})"
            ),
            "lent": (
                f"{what} == 'rolebindings' && request.operation == 'CREATE' && "
                f"dyn(object).roleRef.kind == 'ClusterRole' && !(dyn(object).roleRef.name in {json.dumps(_LENT)})"
            ),
        },
        validations=[
            (
                "variables.token || !variables.guard || variables.platform",
                "'the ' + request.resource.resource + ' ' + request.name + ' is a guard of the platform, and only the "
                "platform changes those; change the folder of the environment instead'",
            ),
            (
                f"!(variables.tokenOf in {_setting(_ACCOUNTS)}) || variables.platform",
                "'the ServiceAccount ' + variables.tokenOf + ' is the platform\\'s: nobody else gets its tokens'",
            ),
            (
                "!variables.powers || variables.platform",
                "'the Role gives rights to widen rights (bind, escalate, impersonate, or * on roles); name the verbs "
                "and groups that the workload needs'",
            ),
            (
                "!variables.lent || variables.platform",
                "'the RoleBinding refers to a ClusterRole other than "
                + " and ".join(_LENT)
                + "; write a Role of your own'",
            ),
        ],
    )


def _namespaces(argocd_users: Sequence[str]) -> _Text:
    labels, old_labels = (f"{of}.metadata.?labels.orValue({{}})" for of in ("object", "oldObject"))
    notes, old_notes = (
        f"{of}.metadata.?annotations.orValue({{}})" for of in ("object", "oldObject")
    )
    same_labels = f"{old_labels}.all(key, {labels}[?key] == {old_labels}[?key])"
    no_new_labels = (
        f"{labels}.all(key, key in {old_labels} || !(key.startsWith('pod-security.kubernetes.io/') || "
        f"key.startsWith('{PREFIX}')))"
    )
    same_notes = (
        f"{old_notes}.all(key, !key.startsWith('{PREFIX}') || {notes}[?key] == {old_notes}[?key]) && "
        f"{notes}.all(key, !key.startsWith('{PREFIX}') || key in {old_notes})"
    )
    return _Text(
        name="namespaces",
        operations=("UPDATE", "DELETE"),
        # Their subresources take labels and annotations as well (registry/core/namespace/strategy.go).
        rules=[("", "namespaces namespaces/status namespaces/finalize")],
        conditions={
            "environment": f"oldObject.metadata.?labels['{LABEL}'].orValue('') == '{AdmissionMode.DENY.value}'"
        },
        variables={"platform": _is_platform(argocd_users)},
        validations=[
            (
                f"(request.operation == 'UPDATE' && {same_labels} && {no_new_labels} && {same_notes}) || "
                "variables.platform",
                "'the namespace ' + request.name + ' is an environment: only the platform deletes it, or changes its "
                "labels and the annotations by which it is guarded; change project.yaml instead'",
            )
        ],
    )
