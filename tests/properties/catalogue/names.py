"""Names of other teams or of the platform, and names that look like them."""

from __future__ import annotations

from typing import Any

from tests.properties.moves import Move, file, hostile, odd

__all__ = ["MOVES"]

_FOREIGN = (
    "<victim>-shop-dev",
    "<own>",
    "shop",
    "default",
    "kube-system",
    "monitoring",
    "blue-system",
    "argocd",
)

_ENVIRONMENT: dict[str, Any] = {
    "versions": {"application": "v1.4.2"},
    "application": {
        "source": {
            "repoURL": "https://gitlab.example.org/<own>/x.git",
            "path": "x",
            "kustomize": {},
        }
    },
}
_FOLDERS = (
    "<own>/other/us-1/dev",
    "<own>/other/nowhere/dev",
    "<own>/other/eu-1/prdo",
    "<own>/Other/eu-1/dev",
    "<own>/other/eu-1/dev/more",
    "<own>/o_ther/eu-1/dev",
    "absent/other/eu-1/dev",
    "platform/other/eu-1/dev",
    "kube-system/other/eu-1/dev",
)

MOVES: tuple[Move, ...] = (
    hostile(
        "namespace of another",
        "namespace|name",
        *_FOREIGN,
        "<own>_x",
        "<OWN>-x",
        "*",
        "<own>-shop/dev",
    ),
    hostile(
        "project of another",
        "name",
        "<victim>-shop-dev-eu-1",
        "default",
        "platform-base",
        "<own>-*",
        "Blue-x",
    ),
    odd(
        "own name",
        "name",
        "<own>-renamed",
        "<own>-x-shop-dev",
        "<own>-shop-dev-eu-1",
        levels=("project",),
    ),
    odd(
        "own namespace",
        "namespace|name",
        "<own>-renamed",
        "<own>-x-shop-dev",
        "<own>-apps-dev",
        levels=("project",),
    ),
    hostile(
        "former name of another",
        "movedFrom",
        ["<victim>-shop-dev-eu-1"],
        ["default"],
        ["platform-base"],
        ["argocd"],
    ),
    odd(
        "former name",
        "movedFrom",
        ["<own>-shop-old"],
        ["<own>-apps-dev-hub"],
        ["<own>-x-shop-dev-eu-1"],
    ),
    hostile(
        "Application of another", "application|name", "<victim>-shop-dev-eu-1-app", "argocd", "shop"
    ),
    odd(
        "Application of one's own",
        "application|name",
        "<own>-shop",
        "<own>-x-shop",
        "<own>-shop-dev-eu-1-reqs",
    ),
    hostile(
        "key of another Application",
        "applications|app",
        {
            "source": {
                "repoURL": "https://gitlab.example.org/<own>/x.git",
                "path": ".",
                "targetRevision": "v1.0.0",
            }
        },
    ),
    odd(
        "further Application",
        "applications|more",
        {
            "source": {
                "repoURL": "https://gitlab.example.org/<own>/x.git",
                "path": ".",
                "targetRevision": "v1.0.0",
            }
        },
    ),
    hostile("former key of an Application", "application|movedFrom", ["application"]),
    odd(
        "host of one's own",
        "hosts",
        ["www.<own>.example.org"],
        ["*.<own>.example.org"],
        ["a.www.<own>.example.org", "*.www.<own>.example.org"],
        ["<own>.example.org"],
    ),
    hostile(
        "host of others",
        "hosts",
        ["www.<victim>.example.org"],
        ["*"],
        ["*.example.org"],
        ["blue.example.org.evil.tld"],
        ["*.*.blue.example.org.evil.tld"],
        ["evil.tld/.blue.example.org"],
    ),
    *(
        file(
            f"folder {folder}",
            f"../../../../{folder}/project.yaml",
            _ENVIRONMENT,
            levels=("project",),
        )
        for folder in _FOLDERS
    ),
    Move(
        "folder of a twin",
        (),
        (_ENVIRONMENT,),
        file="../../../../<own>/x-other/eu-1/dev/project.yaml",
        levels=("project",),
    ),
    Move(
        "folder of others",
        (),
        (_ENVIRONMENT,),
        file="../../../../<victim>/other/eu-1/dev/project.yaml",
        levels=("project",),
    ),
    Move(
        "folder whose names join to another's",
        (),
        (_ENVIRONMENT,),
        file="../../../../<own>/shop-dev/eu-1/dev/project.yaml",
        levels=("project",),
    ),
)
