"""Policies about what runs: images, priorities, accounts and storage."""

from __future__ import annotations

from argoproject.plan.manifests.admission_text import (
    ACCOUNTS,
    PROFILE,
    Text,
    given,
    only,
    refusal,
    setting,
)

__all__ = ["claims", "workloads"]


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


def workloads() -> Text:
    return Text(
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
            "registries": f"{given('admission-registries')} ? {setting('admission-registries')} : []",
            "foreign": (
                f"!({given('admission-registries')}) ? [] : variables.images.filter(image, "
                f"!(image in variables.imagesBefore) && !({_FROM_REGISTRY}))"
            ),
            "priority": "variables.pod.?priorityClassName.orValue('')",
            "priorities": only(
                "admission-priority-classes",
                "[variables.priority].filter(it, it != '')",
                "[variables.podBefore.?priorityClassName.orValue('')]",
            ),
            "storage": only(
                "admission-storage-classes",
                f"({_volume_classes('object', 'variables.pod')})",
                f"({_volume_classes('oldObject', 'variables.podBefore')})",
            ),
            "account": "variables.pod.?serviceAccountName.orValue(variables.pod.?serviceAccount.orValue(''))",
        },
        validations=[
            (
                "size(variables.foreign) == 0",
                refusal(
                    "images",
                    "variables.foreign",
                    "admission-registries",
                    f"push them there, or {PROFILE.format('admission.registries')}",
                ),
            ),
            (
                "size(variables.priorities) == 0",
                refusal(
                    "priority class",
                    "variables.priorities",
                    "admission-priority-classes",
                    PROFILE.format("admission.priorityClasses"),
                ),
            ),
            (
                "size(variables.storage) == 0",
                refusal(
                    "storage class",
                    "variables.storage.map(it, '\"' + it + '\"')",
                    "admission-storage-classes",
                    PROFILE.format("admission.storageClasses"),
                ),
            ),
            (
                f"variables.account == '' || !(variables.account in {setting(ACCOUNTS)}) || "
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


def claims() -> Text:
    used, before = _claim_class("object"), _claim_class("oldObject")
    return Text(
        name="claims",
        # A write of the status may change the annotation as well (registry/core/persistentvolumeclaim/strategy.go).
        rules=[("", "persistentvolumeclaims persistentvolumeclaims/status")],
        variables={
            "refused": only("admission-storage-classes", f"({used})", f"({before})"),
        },
        validations=[
            (
                "size(variables.refused) == 0",
                refusal(
                    "storage class",
                    "variables.refused.map(it, '\"' + it + '\"')",
                    "admission-storage-classes",
                    PROFILE.format("admission.storageClasses"),
                ),
            )
        ],
    )
