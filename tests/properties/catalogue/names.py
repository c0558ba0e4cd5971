"""Names that are somebody else's, or would pass for them."""

from __future__ import annotations

from tests.properties.moves import Move, hostile, odd

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
)
