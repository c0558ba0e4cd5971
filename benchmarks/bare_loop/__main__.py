"""The limit that the program is measured against: a loop that registers the same components and resources.

It has no rules and no plans: `benchmarks.objects` wrote the objects to the file that BENCH_OBJECTS names.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

CLASSES: dict[str, Callable[..., pulumi.Resource]] = {
    "Namespace": k8s.core.v1.Namespace,
    "ResourceQuota": k8s.core.v1.ResourceQuota,
    "LimitRange": k8s.core.v1.LimitRange,
    "Secret": k8s.core.v1.Secret,
    "ServiceAccount": k8s.core.v1.ServiceAccountPatch,
    "NetworkPolicy": k8s.networking.v1.NetworkPolicy,
    "RoleBinding": k8s.rbac.v1.RoleBinding,
}


def component(
    kind: str, name: str, parent: pulumi.Resource | None = None
) -> pulumi.ComponentResource:
    """One component below another."""
    return pulumi.ComponentResource(
        f"argoproject:index:{kind}", name, None, pulumi.ResourceOptions(parent=parent)
    )


def secret(value: Any) -> Any:
    """A Secret's field: those that the program keeps secret are secret here."""
    return pulumi.Output.secret(value["secret:"]) if isinstance(value, dict) else value


def register(item: dict[str, Any], options: pulumi.ResourceOptions) -> pulumi.Resource:
    """One resource, through its class of pulumi_kubernetes."""
    manifest = dict(item["manifest"])
    kind = manifest.pop("kind")
    version = manifest.pop("apiVersion")
    if "stringData" in manifest:
        data = manifest["stringData"]
        manifest["stringData"] = {key: secret(value) for key, value in data.items()}
    if kind not in CLASSES:
        return k8s.apiextensions.CustomResource(
            item["name"], api_version=version, kind=kind, opts=options, **manifest
        )
    renamed = {
        "stringData": "string_data",
        "roleRef": "role_ref",
        "imagePullSecrets": "image_pull_secrets",
        "automountServiceAccountToken": "automount_service_account_token",
    }
    arguments = {renamed.get(str(key), str(key)): value for key, value in manifest.items()}
    return CLASSES[kind](item["name"], opts=options, **arguments)


def main() -> None:
    """Register everything, each part after the one before."""
    settings = json.loads(Path(os.environ["BENCH_OBJECTS"]).read_text())
    providers = {
        name: k8s.Provider(name, cluster_identifier=name, context=name, **settings["provider"])
        for name in settings["clusters"]
    }
    for environment in settings["environments"]:
        project = component("ArgoProject", environment["name"])
        before: list[pulumi.Resource] = []
        for part in environment["parts"]:
            name = f"{environment['name']}-{part['kind']}"
            parent = component(part["kind"], name, project) if part["kind"] else project
            made: list[pulumi.Resource] = []
            for item in part["objects"]:
                options = pulumi.ResourceOptions(
                    parent=parent,
                    provider=providers[item["cluster"]],
                    depends_on=[*before, *made[: 1 if part["chained"] else 0]],
                    protect=item["protect"],
                )
                made.append(register(item, options))
            if parent is not project:
                parent.register_outputs({})
            before = made or before
        project.register_outputs({})
    pulumi.export("environments", [item["name"] for item in settings["environments"]])


main()
