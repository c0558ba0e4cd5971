"""The settings of the servers: their flags, and kubeconfig files that lead to them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import yaml

__all__ = ["apiserver_flags", "controller_flags", "etcd_flags", "kubeconfig_text"]

CONTROLLERS = (
    "namespace-controller",
    "resourcequota-controller",
    "serviceaccount-controller",
    "garbage-collector-controller",
)


def etcd_flags(client: int, peer: int) -> list[str]:
    """Flags of etcd, which serves clients at one port and would serve peers at another."""
    peer_url = f"http://127.0.0.1:{peer}"
    return [
        "--data-dir=etcd",
        f"--listen-client-urls=http://127.0.0.1:{client}",
        f"--advertise-client-urls=http://127.0.0.1:{client}",
        f"--listen-peer-urls={peer_url}",
        f"--initial-advertise-peer-urls={peer_url}",
        f"--initial-cluster=default={peer_url}",
        "--unsafe-no-fsync",  # nothing here has to survive a crash
    ]


def apiserver_flags(etcd: int, port: int) -> list[str]:
    """Flags of kube-apiserver at a port, with the port of its etcd."""
    return [
        f"--etcd-servers=http://127.0.0.1:{etcd}",
        f"--secure-port={port}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--cert-dir=certs",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=sa.key",
        "--service-account-signing-key-file=sa.key",
        "--authorization-mode=RBAC",
        "--token-auth-file=tokens.csv",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--endpoint-reconciler-type=none",  # an Endpoints object must not name a loopback address
    ]


def controller_flags() -> list[str]:
    """Flags of kube-controller-manager, which runs the controllers in `CONTROLLERS` only."""
    return [
        "--kubeconfig=controllers.kubeconfig",
        "--use-service-account-credentials=true",
        f"--controllers={','.join(CONTROLLERS)}",
        "--leader-elect=false",
        "--secure-port=0",
        "--kube-api-qps=200",
        "--kube-api-burst=400",
    ]


def kubeconfig_text(planes: Sequence[tuple[str, str, str, str]]) -> str:
    """A kubeconfig of (name, server, certificates, token); the first one's context is current."""
    clusters = [
        {
            "name": name,
            "cluster": {
                "server": server,
                "certificate-authority-data": base64.b64encode(ca.encode()).decode(),
            },
        }
        for name, server, ca, _ in planes
    ]
    document: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": clusters,
        "users": [{"name": name, "user": {"token": token}} for name, _, _, token in planes],
        "contexts": [
            {"name": name, "context": {"cluster": name, "user": name}} for name, *_ in planes
        ],
        "current-context": planes[0][0],
    }
    return yaml.safe_dump(document, sort_keys=False)
