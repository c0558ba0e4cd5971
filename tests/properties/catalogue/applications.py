"""How Applications sync, annotations that control them, and fields that others may write."""

from __future__ import annotations

from tests.properties.catalogue.sources import source
from tests.properties.moves import Move, hostile, odd

__all__ = ["MOVES"]

MOVES: tuple[Move, ...] = (
    hostile(
        "option that makes namespaces",
        "application|syncPolicy|syncOptions",
        ["CreateNamespace=true"],
        ["ServerSideApply=true", "CreateNamespace=true"],
        ["CreateNamespace=false"],
        ["Evil=true"],
    ),
    odd(
        "rude options",
        "application|syncPolicy|syncOptions",
        ["Replace=true", "Force=true"],
        ["Validate=false"],
        ["PruneLast=true", "FailOnSharedResource=false"],
    ),
    hostile(
        "label that steers",
        "application|labels",
        {"app.kubernetes.io/instance": "<victim>-shop-dev-eu-1-app"},
        {"argocd.argoproj.io/instance": "<victim>-shop-dev-eu-1-app"},
    ),
    odd("order", "application|after", [], ["requirements"], ["application"], ["nothing"]),
    hostile(
        "labels and annotations of the project",
        "appProject",
        {"labels": {"global": "wide"}},
        {"annotations": {"argo-projects/token-roles": "admin"}},
        {"annotations": {"argocd.argoproj.io/x": "y"}},
    ),
    hostile(
        "annotation that steers",
        "application|annotations",
        {"argocd.argoproj.io/managed-by-url": "https://evil.tld"},
        {"argocd-image-updater.argoproj.io/image-list": "a=evil.tld/a"},
        {"pulumi.com/patchForce": "true"},
        {"pulumi.com/waitFor": "x"},
        {"argocd.argoproj.io/refresh": "hard"},
        {"kubernetes.io/x": "y"},
        {"argocd.argoproj.io/sync-options": "Prune=false"},
    ),
    hostile(
        "field that decides",
        "application|managedElsewhere",
        ["project"],
        ["destination"],
        ["destination.namespace"],
        ["spec.project"],
        ["source.repoURL", "project"],
        ["sources[9].repoURL"],
        ["*"],
    ),
    odd(
        "field of others",
        "application|managedElsewhere",
        ["source.repoURL"],
        ["source.helm.parameters"],
    ),
    odd("forced", "application|onConflict", "force"),
    odd(
        "automated",
        "application|syncPolicy",
        {
            "automated": {"enabled": False, "allowEmpty": True},
            "retry": {"limit": -1, "refresh": True},
        },
        {"automated": {"prune": True, "allowEmpty": True}},
        {"retry": {"backoff": {"duration": "1s", "factor": 2, "maxDuration": "3m"}}},
    ),
    odd(
        "differences of guards",
        "application|ignoreDifferences",
        [
            {
                "kind": "ResourceQuota",
                "name": "quota",
                "namespace": "<victim>-shop-dev",
                "jsonPointers": ["/spec"],
            }
        ],
        [
            {
                "group": "*",
                "kind": "*",
                "managedFieldsManagers": ["pulumi"],
                "jqPathExpressions": [".spec"],
            }
        ],
    ),
    odd(
        "details",
        "application",
        {
            "info": [{"name": "url", "value": "javascript:alert(1)"}],
            "revisionHistoryLimit": 3,
            "waitUntil": "healthy",
            "lifecycle": "retiring",
            "movedFrom": ["old"],
        },
    ),
    hostile(
        "base of the tenant",
        "base",
        {"project": "platform-base", "source": source()},
        {"project": "default", "source": source()},
        {"source": source()},
    ),
    odd("revision that moves", "versions|application", "main", "HEAD", "*", "refs/heads/<victim>"),
    odd(
        "signatures not asked",
        "sourceIntegrity",
        {"git": {"policies": []}},
        {"git": {"policies": [{"repos": [{"url": "*"}], "gpg": {"mode": "none", "keys": []}}]}},
        None,
    ),
)
