"""Start and stop Argo CD: its own servers, on a control plane that runs already.

Each component has the ServiceAccount and the rights that Argo CD's own manifests give it, so that guards apply to it.
"""

from __future__ import annotations

import base64
import http.client
import json
import shutil
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

import yaml

from tests.controlplane.cluster import ControlPlane
from tests.controlplane.flags import kubeconfig_text
from tests.controlplane.servers import Servers, free_ports
from tests.support.api import Api

__all__ = ["NAMESPACE", "SIGNING_KEY", "Installation", "Programs"]

NAMESPACE = "argocd"
SIGNING_KEY = "only for tests"
"""The key with which Argo CD signs sessions; `Person` signs its own with it."""

START_SECONDS = 120.0
CACHE_PASSWORD = "only-for-tests"
FOLDERS = ("ssh", "tls", "plugins", "assets")
"""Below the servers' own: known hosts, certificates, sockets of plugins, and a web interface, which is not built."""

IN_CLUSTER = "https://kubernetes.default.svc"
"""The address of the hub's own API server, as Argo CD names it."""

SETTINGS: Mapping[str, str] = {
    "application.sync.impersonation.enabled": "true",
    "application.sync.impersonation.enforced": "false",
    "application.sync.requireOverridePrivilegeForRevisionSync": "true",
    "helm.valuesFileSchemes": "",
    "accounts.person": "login",
}
"""What argocd-cm has here: what the shipped platform.yaml declares, and one account to log in with (see `Person`)."""

_KINDS = ("ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "ConfigMap")
_CLUSTER_SECRET = "argocd.argoproj.io/secret-type"
_MANAGER = {"name": "argocd-manager", "namespace": "kube-system"}


class Ports(NamedTuple):
    """Of everything that listens."""

    redis: int
    repo_server: int
    repo_server_metrics: int
    controller_metrics: int
    sets_metrics: int
    sets_probe: int
    sets_webhook: int
    server: int
    server_metrics: int


class Programs:
    """Where the programs are, built by tests.gotools.

    Args:
        argocd: the folder of `argocd`, `redis` and `sources`; next to it are Argo CD's manifests and scripts.
        others: the folders of `helm` and `kustomize`, which the repo server runs.
    """

    def __init__(self, argocd: Path, *others: Path) -> None:
        self.argocd = argocd
        self.path = [argocd, argocd.parent / "scripts", *others]
        self.manifests = argocd.parent / "manifests"

    def which(self, name: str) -> str:
        """The path of a program that Argo CD runs."""
        found = shutil.which(name, path=":".join(map(str, self.path)))
        if found is None:
            raise FileNotFoundError(name)
        return found


class Installation:
    """Argo CD on the hub, running inside the `with` block.

    Args:
        programs: its programs.
        hub: the cluster it runs on.
        others: the clusters it deploys to, by their name in Argo CD.
        certificates: certificates in PEM, by host, that verify the sources.
    """

    def __init__(
        self,
        programs: Programs,
        hub: ControlPlane,
        others: Mapping[str, ControlPlane],
        certificates: Mapping[str, str],
    ) -> None:
        self.hub = Api(hub)
        self.url = ""
        self._programs = programs
        self._others = others
        self._certificates = certificates
        self._servers: Servers | None = None

    def __enter__(self) -> Self:
        self._servers = Servers("argocd")
        try:
            self._prepare()
            self._launch(self._servers)
        except BaseException:
            self._servers.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._servers is not None:
            self._servers.stop()

    def log(self, server: str) -> str:
        """The output of `repo-server`, `application-controller`, `applicationset-controller` or `server` so far."""
        return "" if self._servers is None else self._servers.log(server)

    @property
    def processes(self) -> Mapping[str, int]:
        """The process number of every server."""
        return {} if self._servers is None else self._servers.processes

    def _prepare(self) -> None:
        for manifest in self._manifests():
            _body(self.hub.apply(manifest))
        for name, plane in self._others.items():
            _body(self.hub.apply(_cluster_secret(name, plane)))

    def _manifests(self) -> Iterator[dict[str, Any]]:
        for path in sorted(self._programs.manifests.rglob("*.yaml")):
            for document in yaml.load_all(path.read_text(), Loader=yaml.CSafeLoader):
                if document and document.get("kind") in _KINDS:
                    yield self._installed(document)
        yield _secret("argocd-secret", {"server.secretkey": SIGNING_KEY})

    def _installed(self, document: dict[str, Any]) -> dict[str, Any]:
        """A manifest of Argo CD as it is applied here."""
        if not document["kind"].startswith("Cluster"):
            document["metadata"]["namespace"] = NAMESPACE
        for subject in document.get("subjects", ()):
            subject["namespace"] = NAMESPACE
        if document["metadata"]["name"] == "argocd-cm":
            document["data"] = {**document.get("data", {}), **SETTINGS}
        return document

    def _launch(self, servers: Servers) -> None:
        deadline = time.monotonic() + START_SECONDS
        ports = Ports(*free_ports(len(Ports._fields)))
        self.url = f"http://127.0.0.1:{ports.server}"
        cache = [str(self._programs.argocd / "redis"), f"127.0.0.1:{ports.redis}", CACHE_PASSWORD]
        servers.launch(cache)
        for name in FOLDERS:
            (servers.folder / name).mkdir()
        for host, pem in self._certificates.items():
            (servers.folder / "tls" / host).write_text(pem)
        (servers.folder / "ssh/ssh_known_hosts").touch()
        for name, arguments in _arguments(ports, servers.folder / "assets").items():
            kubeconfig = self._kubeconfig(f"argocd-{name}", servers.folder)
            env = {**self._environment(servers.folder), "ARGOCD_BINARY_NAME": f"argocd-{name}"}
            command = [str(self._programs.argocd / "argocd"), *arguments]
            servers.launch(command, name, {**env, "KUBECONFIG": str(kubeconfig)})
        not_listening_yet = (OSError, http.client.HTTPException)
        for name, number, path in (
            ("server", ports.server, "/healthz"),
            ("applicationset-controller", ports.sets_metrics, "/metrics"),
            ("application-controller", ports.controller_metrics, "/healthz"),
        ):
            healthy = partial(_answers, number, path)
            servers.wait(f"{name} is healthy", healthy, deadline, name, not_listening_yet)

    def _environment(self, folder: Path) -> dict[str, str]:
        return {
            "ARGOCD_FAKE_IN_CLUSTER": "true",
            "ARGOCD_GPG_ENABLED": "false",
            "ARGOCD_TLS_DATA_PATH": str(folder / "tls"),
            "ARGOCD_SSH_DATA_PATH": str(folder / "ssh"),
            "ARGOCD_PLUGINSOCKFILEPATH": str(folder / "plugins"),
            # Its default is one place for the whole machine: two Argo CDs would ask each other for passwords.
            "ARGOCD_ASK_PASS_SOCK": str(folder / "ask-pass.sock"),
            "REDIS_PASSWORD": CACHE_PASSWORD,
            "PATH": ":".join([*map(str, self._programs.path), "/usr/bin", "/bin"]),
        }

    def _kubeconfig(self, account: str, folder: Path) -> Path:
        """The credentials of a component: its own ServiceAccount."""
        plane = self.hub.plane
        token = _token(plane, NAMESPACE, account)
        path = folder / f"{account}.kubeconfig"
        path.write_text(kubeconfig_text([(plane.name, plane.server, plane.ca, token)]))
        path.chmod(0o600)
        return path


def _arguments(ports: Ports, assets: Path) -> Mapping[str, list[str]]:
    """The arguments of each component.

    All ports are of the loopback interface, except the metrics of the controller, which has no flag for it.
    """
    cache = ["--redis", f"127.0.0.1:{ports.redis}"]
    loopback = ["--address", "127.0.0.1", "--metrics-address", "127.0.0.1"]
    repo_server = f"127.0.0.1:{ports.repo_server}"
    namespace = ["--namespace", NAMESPACE]
    return {
        "repo-server": [
            *(*loopback, *cache),
            *("--port", str(ports.repo_server), "--metrics-port", str(ports.repo_server_metrics)),
            *("--repo-cache-expiration", "5s"),
        ],
        "application-controller": [
            *(*cache, *namespace, "--repo-server", repo_server),
            *("--metrics-port", str(ports.controller_metrics)),
            *("--app-resync", "10", "--app-resync-jitter", "0"),
        ],
        "applicationset-controller": [
            *(*namespace, "--argocd-repo-server", repo_server, "--enable-progressive-syncs"),
            *("--metrics-addr", f"127.0.0.1:{ports.sets_metrics}"),
            *("--probe-addr", f"127.0.0.1:{ports.sets_probe}"),
            *("--webhook-addr", f"127.0.0.1:{ports.sets_webhook}"),
        ],
        "server": [
            *(*loopback, *cache, *namespace, "--repo-server", repo_server, "--insecure"),
            *("--port", str(ports.server), "--metrics-port", str(ports.server_metrics)),
            *("--staticassets", str(assets)),
        ],
    }


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    finally:
        connection.close()


def _cluster_secret(name: str, plane: ControlPlane) -> dict[str, Any]:
    """What `argocd cluster add` makes: an administrator on the other cluster, and a Secret with its token."""
    api = Api(plane)
    _body(api.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": _MANAGER}))
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": _MANAGER["name"]},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": "cluster-admin",
        },
        "subjects": [{"kind": "ServiceAccount", **_MANAGER}],
    }
    _body(api.apply(binding))
    config = {
        "bearerToken": _token(plane, _MANAGER["namespace"], _MANAGER["name"]),
        "tlsClientConfig": {"caData": base64.b64encode(plane.ca.encode()).decode()},
    }
    data = {"name": name, "server": plane.server, "config": json.dumps(config)}
    return _secret(f"cluster-{name}", data, {_CLUSTER_SECRET: "cluster"})


def _secret(
    name: str, data: Mapping[str, str], labels: Mapping[str, str] | None = None
) -> dict[str, Any]:
    metadata = {"name": name, "namespace": NAMESPACE, "labels": dict(labels or {})}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": dict(data)}


def _token(plane: ControlPlane, namespace: str, account: str) -> str:
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token"
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    return str(_body(plane.request("POST", path, request))["status"]["token"])


def _body(answer: tuple[int, Any]) -> Any:
    status, body = answer
    if status not in (200, 201):
        raise RuntimeError(f"the API server answered {status}: {body}")
    return body
