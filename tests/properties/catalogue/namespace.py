"""Guards of the namespace that a tenant could want to weaken."""

from __future__ import annotations

from tests.properties.moves import Move, hostile, odd

__all__ = ["MOVES"]

_UNITS = ("1000", "1e3", "33", "1k", "32001m", "0.1M")

MOVES: tuple[Move, ...] = (
    hostile("quota above the highest", "namespace|quota|requests.cpu", *_UNITS),
    hostile(
        "memory above the profile's",
        "namespace|quota|limits.memory",
        "32Gi",
        "1Ti",
        "99999999999999",
        "18G",
    ),
    hostile("ports on nodes", "namespace|quota|services.nodeports", "1", "1000m", "100"),
    hostile(
        "guard removed", "namespace", None, {"quota": None}, {"limits": None}, {"podSecurity": None}
    ),
    hostile(
        "quota removed",
        "namespace|quota",
        None,
        {"requests.cpu": None},
        {"pods": None},
        {"services.nodeports": None},
    ),
    hostile("limits removed", "namespace|limits", {"default": None}, {"default": {"memory": None}}),
    odd(
        "limits lifted",
        "namespace|limits",
        {"max": None},
        {"max": {"memory": "64Gi"}},
        {"min": {"memory": "1"}},
        {"min": None},
        {"extra": None},
        {"extra": []},
        {"extra": [{"type": "PersistentVolumeClaim", "max": {"storage": "9Ti"}}]},
        {
            "extra": [
                {
                    "type": "PersistentVolumeClaim",
                    "min": {"storage": "1Gi"},
                    "max": {"storage": "50Gi"},
                    "default": {"storage": "2Gi"},
                    "defaultRequest": {"storage": "2Gi"},
                    "maxLimitRequestRatio": {"storage": "2"},
                }
            ]
        },
        {"default": {"memory": "32Gi"}},
        {"defaultRequest": {"memory": "1Ki"}},
        {"extra": [{"type": "Container", "max": {"memory": "64Gi"}}]},
    ),
    odd(
        "guards under other names",
        "namespace|objectNames",
        {"quota": "resource-quota", "limits": "limit-range"},
        {"networkPolicies": {"default-deny": "deny-all"}},
        {"networkPolicies": {"default-deny": "dns"}},
    ),
    odd("network policies dropped", "namespace|networkPolicies", [], None),
    hostile(
        "unknown network policy",
        "namespace|networkPolicies",
        ["from-nowhere"],
        ["default-deny", "*"],
    ),
    hostile(
        "Pod Security weakened",
        "namespace|podSecurity",
        {"enforce": "privileged"},
        {"enforce": None},
        {"audit": "privileged"},
    ),
    odd(
        "Pod Security moved",
        "namespace|podSecurity",
        {"warn": "baseline"},
        {"warn": None},
        {"version": "v1.20"},
        {"version": "latest"},
        {"version": "v1.99"},
        {"version": None},
    ),
    hostile(
        "label of the platform",
        "namespace|labels",
        {"pod-security.kubernetes.io/enforce": "privileged"},
        {"kubernetes.io/metadata.name": "kube-system"},
        {"argocd.argoproj.io/managed-by": "argocd"},
        {"app.kubernetes.io/managed-by": "Helm"},
        {"gatekeeper.example.org/exempt": "true"},
        {"cost-center": "free"},
        {"istio-injection": "disabled"},
        {"<victim>.example.org/tier": "x"},
    ),
    odd("label removed", "namespace|labels", {"cost-center": None}, None),
    odd("label of the team", "namespace|labels", {"blue.example.org/tier": "web"}),
    hostile(
        "annotation of the platform",
        "namespace|annotations",
        {"scheduler.alpha.kubernetes.io/node-selector": "a=b"},
        {"pulumi.com/patchForce": "true"},
        {"argo-projects/environment": "<victim>/shop/eu-1/dev"},
        {"scheduler.alpha.kubernetes.io/tolerationsWhitelist": "[]"},
        {"meta.helm.sh/release-name": "x"},
    ),
    odd("adopted namespace", "namespace|mode", "existing", "adopt", "create"),
    hostile("unknown kinds", "tenantKinds", "all", "none"),
    odd(
        "quotas of scopes",
        "namespace|quotas",
        {"jobs": {"hard": {"pods": "3"}, "scopes": ["Terminating"]}},
        {"jobs": None},
        {"all": {"hard": {"pods": "900", "requests.cpu": "900"}}},
        {
            "all": {
                "hard": {"pods": "1"},
                "scopeSelector": {
                    "matchExpressions": [
                        {"scopeName": "PriorityClass", "operator": "In", "values": ["high"]}
                    ]
                },
            }
        },
    ),
    hostile(
        "quotas that count nothing",
        "namespace|quotas",
        {"jobs": {"hard": {"services": "3"}, "scopes": ["Terminating"]}},
        {"jobs": {"hard": {"pods": "3"}, "scopes": ["Terminating", "NotTerminating"]}},
        {"jobs": {"scopes": ["BestEffort"]}},
    ),
    odd(
        "names of quotas",
        "namespace|objectNames|quotas",
        {"jobs": "job-quota"},
    ),
    odd("kinds loosened", "tenantKinds", "standard", None),
    odd(
        "kinds listed",
        "namespaceResourceWhitelist",
        [{"group": "apps", "kind": "Deployment"}, {"kind": "Service"}],
        [{"kind": "ConfigMap"}, {"group": "networking.k8s.io", "kind": "NetworkPolicy"}],
        None,
    ),
    hostile(
        "kinds listed for all", "namespaceResourceWhitelist", [], [{"group": "*", "kind": "*"}]
    ),
    odd(
        "kinds denied",
        "namespaceResourceBlacklist",
        [{"group": "batch", "kind": "CronJob"}],
        [{"group": "apps", "kind": "DaemonSet"}, {"group": "velero.io", "kind": "*"}],
        [],
        None,
    ),
    odd("impersonation off", "impersonation", *(False, None)),
    odd(
        "windows opened",
        "syncWindows",
        [],
        None,
        [{"kind": "allow", "schedule": "* * * * *", "duration": "24h"}],
        [{"kind": "deny", "schedule": "0 8 * * 1-5", "duration": "1m"}],
        [
            {
                "kind": "deny",
                "schedule": "0 8 * * 1-5",
                "duration": "8h",
                "applications": ["application"],
            }
        ],
        [{"kind": "deny", "schedule": "0 8 * * 1-5", "duration": "8h", "manualSync": True}],
        [{"kind": "deny", "schedule": "0 8 * * 1-5", "duration": "8h", "syncOverrun": True}],
        [{"kind": "deny", "schedule": "0 8 * * 1-5", "duration": "8h", "timeZone": "Asia/Tokyo"}],
        [{"kind": "deny", "schedule": "0 8 * * 1-5", "duration": "8h", "description": "quiet"}],
    ),
    hostile("foreign or unknown profile", "profile", "open", "none", "default"),
    hostile(
        "Secret of others",
        "namespace|secrets|x",
        {"k": {"secret": "<victim>/db-password"}},
        {"k": {"secret": "../<victim>/db-password"}},
        {"k": {"secret": "platform/green-only"}},
        {"k": {"secret": "helm-secrets:<victim>"}},
        {"../x": {"secret": "db"}},
    ),
    odd(
        "Secret of the platform",
        "namespace|secrets|x",
        {"k": {"secret": "charts-password"}},
        {"k": {"secret": "harbor-password"}},
        {"k": {"secret": "green-only"}},
    ),
)
