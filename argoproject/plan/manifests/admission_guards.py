"""Policies about the guards of a namespace and the Namespace itself: who may change them."""

from __future__ import annotations

from collections.abc import Sequence

from argoproject.models import AdmissionMode
from argoproject.plan.manifests.admission_text import (
    ACCOUNTS,
    LABEL,
    PREFIX,
    Text,
    in_all_namespaces,
    is_user,
    setting,
)
from argoproject.plan.manifests.common import MANAGED_BY

__all__ = ["guards", "namespaces"]

_KUBERNETES = (
    "system:apiserver",
    "system:kube-controller-manager",
    *(
        f"system:serviceaccount:kube-system:{name}"
        for name in (
            "generic-garbage-collector",
            "legacy-service-account-token-cleaner",
            "namespace-controller",
            "resourcequota-controller",
            "storage-version-migrator-controller",
        )
    ),
)
"""Kubernetes' own: they write the status of quotas, and empty namespaces that are deleted. By name, as others stand
beside them in kube-system: Sealed Secrets' controller makes whatever Secret a tenant asks for, tokens included.
Source: k8s.io/kubernetes v1.36, plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go."""


def _is_platform(argocd_users: Sequence[str]) -> str:
    """Whoever may write policies owns the guards, but for Argo CD, which is how tenants reach the cluster; and so do
    Kubernetes' controllers, even where a pattern for Argo CD takes in all of kube-system: no namespace would ever be
    emptied."""
    may = (
        "authorizer.group('admissionregistration.k8s.io').resource('validatingadmissionpolicies')"
        ".check('update').allowed()"
    )
    return f"{is_user(_KUBERNETES)} || (!{is_user(argocd_users)} && {may})"


_MARK, _MARK_VALUE = next(iter(MANAGED_BY.items()))


def _is_marked(of: str) -> str:
    return (
        f"({of} != null && dyn({of}).?metadata.?labels['{_MARK}'].orValue('') == '{_MARK_VALUE}')"
    )


_ACCOUNT_OF = "kubernetes.io/service-account.name"
_RULES_BEFORE = "(oldObject == null ? [] : dyn(oldObject).?rules.orValue([]))"
_POWERS = (
    "(rule.verbs.exists(it, it in ['bind', 'escalate'] || it.startsWith('impersonate')) || ('*' in rule.verbs && "
    "(['*', 'rbac.authorization.k8s.io', 'authentication.k8s.io'].exists(it, it in rule.?apiGroups.orValue([])) || "
    "('' in rule.?apiGroups.orValue([]) && "
    "['*', 'serviceaccounts'].exists(it, it in rule.?resources.orValue([]))))))"
)
"""Verbs by which a rule gives more than it names: `*` on ServiceAccounts is `impersonate` too, and Kubernetes 1.36 has
`impersonate:serviceaccount`, `impersonate-on:…` and more beside it. Source: k8s.io/apiserver v0.36,
pkg/endpoints/filters/impersonation."""

_LENT = "view"
_LENT_WITHOUT_ACCOUNTS = "edit"
"""It may impersonate every ServiceAccount of the namespace. Source: k8s.io/kubernetes v1.36,
plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go, editRules."""


def guards(argocd_users: Sequence[str]) -> Text:
    what = "request.resource.resource"
    return Text(
        name="guards",
        operations=("CREATE", "UPDATE", "DELETE"),
        rules=[
            (
                "",
                "resourcequotas resourcequotas/status limitranges secrets serviceaccounts serviceaccounts/token",
            ),
            ("networking.k8s.io", "networkpolicies networkpolicies/status"),
            ("cilium.io", "ciliumnetworkpolicies"),
            ("crd.projectcalico.org", "networkpolicies"),
            ("projectcalico.org", "networkpolicies"),
            ("rbac.authorization.k8s.io", "roles rolebindings"),
        ],
        variables={
            "platform": _is_platform(argocd_users),
            # Of what is deleted with its collection, the request has no name.
            "named": "dyn(object == null ? oldObject : object).metadata.name",
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
                f"dyn(object).roleRef.kind == 'ClusterRole' && dyn(object).roleRef.name != '{_LENT}' && "
                f"!(dyn(object).roleRef.name == '{_LENT_WITHOUT_ACCOUNTS}' && size({setting(ACCOUNTS)}) == 0)"
            ),
        },
        validations=[
            (
                "variables.token || !variables.guard || variables.platform",
                "'the ' + request.resource.resource + ' ' + variables.named + ' is a guard of the platform, and only "
                "the platform changes those; change the folder of the environment instead'",
            ),
            (
                f"!(variables.tokenOf in {setting(ACCOUNTS)}) || variables.platform",
                "'the ServiceAccount ' + variables.tokenOf + ' is the platform\\'s: nobody else gets its tokens'",
            ),
            (
                "!variables.powers || variables.platform",
                "'the Role gives rights to widen rights (bind, escalate, impersonate, or * on roles or "
                "ServiceAccounts); name the verbs, groups and resources that the workload needs'",
            ),
            (
                "!variables.lent || variables.platform",
                f"'the RoleBinding refers to a ClusterRole other than {_LENT} ({_LENT_WITHOUT_ACCOUNTS} where the "
                "platform has no ServiceAccount, which it may impersonate); write a Role of your own'",
            ),
        ],
    )


def namespaces(argocd_users: Sequence[str]) -> Text:
    """Tenants change nothing of a Namespace: by its labels others choose whom they let in and which webhooks they call,
    and an owner that is gone lets Kubernetes collect it as garbage, with every guard. Operators of the cluster label
    and annotate Namespaces."""
    labels, old_labels = _both("metadata.?labels.orValue({})")
    notes, old_notes = _both("metadata.?annotations.orValue({})")
    owners, old_owners = _both("metadata.?ownerReferences.orValue([])")
    fields = (
        "metadata.?labels.orValue({})",
        "metadata.?annotations.orValue({})",
        "metadata.?finalizers.orValue([])",
        "metadata.?ownerReferences.orValue([])",
        "?spec.?finalizers.orValue([])",
    )
    unchanged = " && ".join(" == ".join(_both(field)) for field in fields)
    same_labels = f"{old_labels}.all(key, {labels}[?key] == {old_labels}[?key])"
    no_new_labels = (
        f"{labels}.all(key, key in {old_labels} || !(key.startsWith('pod-security.kubernetes.io/') || "
        f"key.startsWith('{PREFIX}')))"
    )
    same_notes = (
        f"{old_notes}.all(key, !key.startsWith('{PREFIX}') || {notes}[?key] == {old_notes}[?key]) && "
        f"{notes}.all(key, !key.startsWith('{PREFIX}') || key in {old_notes})"
    )
    return Text(
        name="namespaces",
        operations=("UPDATE", "DELETE"),
        # Their subresources take labels and annotations as well (registry/core/namespace/strategy.go).
        rules=[("", "namespaces namespaces/status namespaces/finalize")],
        conditions={
            "environment": f"oldObject.metadata.?labels['{LABEL}'].orValue('') == '{AdmissionMode.DENY.value}'"
        },
        variables={
            "platform": _is_platform(argocd_users),
            "operator": in_all_namespaces(argocd_users, "namespaces"),
            "unchanged": f"request.operation == 'UPDATE' && {unchanged}",
            "unguarded": (
                f"request.operation == 'UPDATE' && {same_labels} && {no_new_labels} && {same_notes} && "
                f"{owners} == {old_owners}"
            ),
        },
        validations=[
            (
                "variables.unchanged || (variables.unguarded && variables.operator) || variables.platform",
                "'the namespace ' + request.name + ' is an environment: only the platform deletes it, or changes its "
                "labels, annotations, owners and finalizers; change project.yaml instead'",
            )
        ],
    )


def _both(path: str) -> tuple[str, str]:
    """A field, and what it was before."""
    return f"object.{path}", f"oldObject.{path}"
