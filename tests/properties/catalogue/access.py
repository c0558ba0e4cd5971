"""Groups of other teams, roles with more rights than their names say, rights outside the project."""

from __future__ import annotations

from typing import Any

from tests.properties.moves import Move, hostile, odd

__all__ = ["MOVES"]

_FOREIGN = (
    "<victim>-admins",
    "role:admin",
    "role:readonly",
    "proj:<victim>-shop-dev-eu-1:admin",
    "system:masters",
    "system:authenticated",
    "admin",
    "*",
    "",
    " <own>-admins",
    "<own>-admins\n",
    "<own>-\u0430dmins",
    "<own>-admins\u200b",
    "<own>-admins, role:admin",
    '<own>-admins"',
    "\uff42lue-admins",
)
_OWN = ["<own>-admins"]


def _role(**fields: Any) -> dict[str, Any]:
    return {
        "groups": _OWN,
        "permissions": [{"resource": "applications", "actions": ["get"]}],
        **fields,
    }


def _permission(**fields: Any) -> dict[str, Any]:
    return _role(permissions=[{"resource": "applications", "actions": ["get"], **fields}])


MOVES: tuple[Move, ...] = (
    *(
        hostile(f"foreign group in {path}", f"access|{path}", *([group] for group in _FOREIGN))
        for path in ("admin", "readonly", "roles|deployer|groups", "kubernetes|view")
    ),
    odd("group that reads like a pattern", "access|admin", ["<own>-*"], ["<own>-guest-[a]"]),
    hostile(
        "foreign group with an end",
        "access|admin",
        [{"group": "<victim>-admins", "until": "2027-01-01", "reason": "x"}],
        [{"group": "system:masters", "until": "2026-01-01", "reason": "over already"}],
    ),
    hostile(
        "permission for everything",
        "access|roles|evil",
        _permission(actions=["*"]),
        _permission(actions=["get", "*"]),
        _permission(resource="*"),
        _permission(resource="projects"),
        _permission(resource="accounts"),
        _permission(resource="clusters"),
        _permission(actions=["action/*, */*, allow\np"]),
        _permission(actions=["get, */*, allow"]),
    ),
    hostile(
        "permission for others' Applications",
        "access|roles|evil",
        _permission(applications=["<victim>-shop-dev-eu-1-app"]),
        _permission(applications=["../<victim>/*"]),
        _permission(applications=["*/*"]),
        _permission(applications=["application, allow"]),
    ),
    odd(
        "tokens of a role",
        "access|roles|deployer",
        _role(tokens=True),
        _role(tokens=True, groups=[]),
    ),
    hostile(
        "tokens by an annotation",
        "appProject|annotations",
        {"argo-projects/token-roles": "admin"},
        {"argo-projects/token-roles": "admin,readonly"},
    ),
    hostile(
        "tokens of a built-in role",
        "access|roles|admin",
        _role(tokens=True),
        _role(tokens=True, groups=[]),
    ),
    odd(
        "wide permission",
        "access|roles|deployer",
        _permission(actions=["override"]),
        _permission(actions=["delete/*"]),
        _permission(resource="repositories", actions=["get", "update"]),
        _permission(actions=["update", "create", "delete"]),
        _permission(actions=["action/*"]),
        _permission(resource="applicationsets", actions=["create"]),
    ),
    hostile("role of another name", "access|roles|admin", _permission(actions=["override"])),
    hostile("role with a separator", "access|roles|a:b", _role()),
    hostile(
        "ClusterRole of the role",
        "access|roles|deployer",
        _role(kubernetes="cluster-admin"),
        _role(kubernetes="admin"),
        _role(kubernetes="system:node"),
        _role(kubernetes="argocd-application-controller"),
    ),
    hostile(
        "ClusterRole of the admins",
        "access|clusterRoles",
        {"admin": "cluster-admin"},
        {"admin": "admin"},
        {"readonly": "cluster-admin"},
        {"readonly": "secret-reader"},
    ),
    hostile(
        "ClusterRole of a group",
        "access|kubernetes",
        {"cluster-admin": _OWN},
        {"admin": _OWN},
        {"argocd-sync:<victim>-shop-dev-eu-1": _OWN},
    ),
)
