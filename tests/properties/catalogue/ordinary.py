"""Ordinary use, with which hostile moves are combined."""

from __future__ import annotations

from tests.properties.moves import Move, benign, odd

__all__ = ["MOVES"]

_GROUP = "<own>-admins"
_PERMISSION = {
    "resource": "applications",
    "actions": ["get", "sync", "action/apps/Deployment/restart"],
}

MOVES: tuple[Move, ...] = (
    benign("description", "description", "Shop", "näher beschrieben: [x] # kein Kommentar"),
    benign(
        "own group",
        "access|readonly",
        [_GROUP],
        [{"group": _GROUP, "until": "2027-01-31", "reason": "CHG-1"}],
    ),
    benign(
        "ended group", "access|admin", [{"group": _GROUP, "until": "2026-01-31", "reason": "CHG-1"}]
    ),
    benign(
        "own role",
        "access|roles|deployer",
        {"groups": [_GROUP], "permissions": [_PERMISSION], "kubernetes": "view"},
        {
            "description": "Shells",
            "groups": [_GROUP],
            "permissions": [{"resource": "exec", "actions": ["create"]}],
        },
        {"groups": [_GROUP], "permissions": [{**_PERMISSION, "applications": ["application"]}]},
    ),
    benign("view", "access|kubernetes|view", [_GROUP]),
    benign("view of the admins", "access|clusterRoles|admin", "view"),
    benign("lower quota", "namespace|quota|requests.cpu", "1", "500m"),
    benign("further quota", "namespace|quota|count/secrets", "5"),
    benign("tighter Pod Security", "namespace|podSecurity|enforce", "restricted"),
    benign("audit of Pod Security", "namespace|podSecurity|audit", "restricted"),
    odd(
        "tighter limits",
        "namespace|limits",
        {"max": {"memory": "512Mi"}},
        {"min": {"memory": "128Mi"}},
        {"maxLimitRequestRatio": {"memory": "4"}},
    ),
    benign("strict kinds", "tenantKinds", "strict"),
    odd("network policy", "namespace|networkPolicies", ["from-ingress"], ["from-everywhere"]),
    benign("own account for syncs", "impersonation", *(True,)),
    benign(
        "orphans",
        "orphanedResources",
        {"warn": True, "ignore": [{"group": "apps", "kind": "Deployment", "name": "x-*"}]},
    ),
    odd("another profile", "profile", "tiny"),
    odd("lifecycle", "lifecycle", "retiring", "active"),
    odd("keep", "keep", ["namespace"], ["applications"]),
    odd("hosts", "hosts", ["shop.blue.example.org"], ["*.blue.example.org"]),
    benign(
        "sync policy",
        "application|syncPolicy",
        {"automated": {"prune": True, "selfHeal": True}},
        {
            "automated": {},
            "syncOptions": ["ServerSideApply=true"],
            "retry": {"limit": 3, "backoff": {"duration": "5s"}},
        },
    ),
    benign(
        "notifications",
        "application|annotations",
        {"notifications.argoproj.io/subscribe.on-sync-failed.slack": "shop"},
    ),
    benign(
        "ignored differences",
        "application|ignoreDifferences",
        [{"group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"]}],
    ),
    benign("left to the image updater", "application|managedElsewhere", ["source.targetRevision"]),
    odd("finalizer", "application|finalizer", "none", "background"),
    odd(
        "release name",
        "application|source",
        {
            "repoURL": "https://charts.example.org/stable",
            "chart": "shop",
            "targetRevision": "1.2.3",
            "helm": {"releaseName": "shop", "valuesObject": {"replicas": 2}},
        },
    ),
)
