"""Start and stop temporary control planes: etcd, kube-apiserver and four controllers.

They have no nodes and no Argo CD: tests check what this project sends to the API server and how
the API server answers.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import secrets
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.controlplane import build
from tests.controlplane.flags import (
    apiserver_flags,
    controller_flags,
    etcd_flags,
    kubeconfig_text,
)
from tests.controlplane.servers import (
    PortTakenError,
    ServerError,
    Servers,
    free_ports,
    remove_stale,
)

HEADER = "# Written by tests.controlplane, which overwrites and removes it.\n"
NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
KINDS = ("applications", "applicationsets", "appprojects")
START_SECONDS = 120.0  # some ten are enough on an idle machine
ATTEMPTS = 3


class ControlPlaneError(ServerError):
    """A control plane did not start or did not answer."""


class ControlPlane:
    """One control plane, running inside the ``with`` block.

    ``admin=False`` gives the credentials of a user without rights, to test refusals. The servers end
    with this process, whatever its end is; see supervisor.py.
    """

    server: str
    """The address, such as ``https://127.0.0.1:40123``."""
    ca: str
    """The certificates that verify it, in PEM."""
    uid: str
    """The UID of its ``kube-system`` namespace, which identifies a cluster."""
    folder: Path
    """The temporary folder: every server's log is in it, as long as it runs."""
    processes: dict[str, int]
    """The process number of every server."""

    def __init__(self, name: str, *, admin: bool = True) -> None:
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a name for a control plane: use a DNS label")
        self.name = name
        self._admin_token = secrets.token_urlsafe(24)
        self._guest_token = secrets.token_urlsafe(24)
        self.token = self._admin_token if admin else self._guest_token
        self._servers: Servers | None = None
        self._tls: ssl.SSLContext | None = None
        self._port = 0

    @property
    def kubeconfig(self) -> Path:
        """A kubeconfig with one context, which has the name of the control plane."""
        return self.folder / f"{self.name}.kubeconfig"

    def __enter__(self) -> Self:
        binaries = build.ensure_binaries()
        remove_stale()
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._start(binaries)
            except PortTakenError:
                self.stop()
                if attempt == ATTEMPTS:
                    raise
            except BaseException:
                self.stop()
                raise
            else:
                break
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the servers and remove their folder; does nothing the second time."""
        if self._servers is not None:
            self._servers.stop()
        self._servers, self._tls = None, None

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        content_type: str = "application/json",
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Send one request; the status and the answer, parsed where it is JSON.

        A body of bytes is sent unchanged, everything else as JSON. `headers` are for `Impersonate-User`.
        """
        if self._tls is None:
            raise ControlPlaneError(f"{self.name} is not running")
        sent = {
            **(headers or {}),
            "Authorization": f"Bearer {self.token if token is None else token}",
            "Accept": "application/json",
        }
        data: bytes | None = None
        if body is not None:
            sent["Content-Type"] = content_type
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self._port, timeout=30, context=self._tls
        )
        with contextlib.closing(connection):
            connection.request(method, path, data, sent)
            response = connection.getresponse()
            text = response.read().decode()
            # By its first character: /openapi/v3 declares its JSON as plain text.
            return response.status, json.loads(text) if text.startswith("{") else text

    def log(self, server: str) -> str:
        """The output of ``etcd``, ``kube-apiserver`` or ``kube-controller-manager`` so far."""
        return "" if self._servers is None else self._servers.log(server)

    def _start(self, binaries: Path) -> None:
        servers = self._servers = Servers(self.name)
        self.folder, self.processes = servers.folder, servers.processes
        deadline = time.monotonic() + START_SECONDS
        client, peer, self._port = free_ports(3)
        self.server = f"https://127.0.0.1:{self._port}"
        self._write_credentials(binaries)

        def wait(what: str, condition: Callable[[], bool]) -> None:
            passing = (OSError, http.client.HTTPException)
            servers.wait(what, condition, deadline, "kube-apiserver", passing)

        servers.launch([str(binaries / "etcd"), *etcd_flags(client, peer)])
        servers.launch([str(binaries / "kube-apiserver"), *apiserver_flags(client, self._port)])
        wait("kube-apiserver is ready", self._is_ready)
        self._write_kubeconfigs()
        for manifest in build.crds(binaries):
            self._create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", manifest)
        self._create("/api/v1/namespaces", {"metadata": {"name": "argocd"}})
        wait("Argo CD's kinds are served", self._serves_argocd)
        # After the CRDs: its controllers look for new kinds only every thirty seconds.
        servers.launch([str(binaries / "kube-controller-manager"), *controller_flags()])
        wait("the controllers work", self._has_service_account)

    def _write_credentials(self, binaries: Path) -> None:
        key = subprocess.run([str(binaries / "keygen")], capture_output=True, check=True).stdout
        (self.folder / "sa.key").write_bytes(key)
        lines = (
            f'{self._admin_token},admin,admin,"system:masters"\n',
            f"{self._guest_token},guest,guest\n",
        )
        (self.folder / "tokens.csv").write_text("".join(lines))

    def _write_kubeconfigs(self) -> None:
        for path, token in (
            (self.folder / "controllers.kubeconfig", self._admin_token),
            (self.kubeconfig, self.token),
        ):
            document = kubeconfig_text([(self.name, self.server, self.ca, token)])
            path.write_text(document)

    def _is_ready(self) -> bool:
        certificate = self.folder / "certs" / "apiserver.crt"
        if self._tls is None:
            pem = certificate.read_text() if certificate.exists() else ""
            # The server's own certificate comes first, its authority's second.
            if pem.count("-----END CERTIFICATE-----") < 2:
                return False
            self.ca = pem
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._tls.load_verify_locations(cadata=pem)
        status, _ = self._as_admin("GET", "/readyz")
        if status != 200:
            return False
        status, namespace = self._as_admin("GET", "/api/v1/namespaces/kube-system")
        if status != 200:
            return False
        self.uid = namespace["metadata"]["uid"]
        return True

    def _serves_argocd(self) -> bool:
        base = "/apis/argoproj.io/v1alpha1"
        if any(self._as_admin("GET", f"{base}/{kind}")[0] != 200 for kind in KINDS):
            return False
        # Discovery and the published schemas follow a moment later, and clients cache them.
        status, resources = self._as_admin("GET", base)
        if status != 200 or not set(KINDS) <= {item["name"] for item in resources["resources"]}:
            return False
        _, schemas = self._as_admin("GET", "/openapi/v3")
        return base.removeprefix("/") in schemas["paths"]

    def _has_service_account(self) -> bool:
        path = "/api/v1/namespaces/argocd/serviceaccounts/default"
        return self._as_admin("GET", path)[0] == 200

    def _create(self, path: str, manifest: object) -> None:
        # A new server has nothing to merge with, and YAML is sent unparsed: parsing is slow.
        kind = "application/yaml" if isinstance(manifest, Path) else "application/json"
        body = manifest.read_bytes() if isinstance(manifest, Path) else manifest
        status, answer = self._as_admin("POST", path, body, kind)
        if status != 201:
            raise ControlPlaneError(f"{self.name}: POST {path} was answered {status}: {answer}")

    def _as_admin(
        self, method: str, path: str, body: object = None, kind: str = "application/json"
    ) -> tuple[int, Any]:
        return self.request(method, path, body, kind, token=self._admin_token)


@contextlib.contextmanager
def start_all(names: Sequence[str]) -> Iterator[list[ControlPlane]]:
    """Start several at once, which takes less time than one after the other."""
    if len(set(names)) != len(names):
        raise ControlPlaneError("every control plane needs a name of its own")
    build.ensure_binaries()  # here and not in every thread
    planes = [ControlPlane(name) for name in names]
    with contextlib.ExitStack() as stack:
        for plane in planes:
            stack.callback(plane.stop)
        with ThreadPoolExecutor(max_workers=len(names)) as pool:
            list(pool.map(ControlPlane.__enter__, planes))
        yield planes


def check_target(target: Path) -> None:
    """Refuse to overwrite a kubeconfig that this module did not write."""
    if target.exists() and not target.read_text().startswith(HEADER):
        raise ControlPlaneError(f"{target} exists and was not written here: choose another file")


def write_kubeconfig(planes: Sequence[ControlPlane], target: Path) -> None:
    """Write one kubeconfig with a context per control plane; the first is the current one."""
    check_target(target)
    document = kubeconfig_text([(p.name, p.server, p.ca, p.token) for p in planes])
    target.touch(mode=0o600)
    target.write_text(HEADER + document)
