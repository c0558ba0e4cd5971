"""What Argo CD deploys from: Git repositories, a Helm repository and a registry, on one port."""

from __future__ import annotations

import hashlib
import io
import json
import os
import socket
import subprocess
import tarfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import yaml

from tests.argocd.server import Programs
from tests.controlplane.servers import Servers, free_ports

__all__ = ["Login", "Sources"]

Login = tuple[str, str]
"""A user and a password."""

_GIT = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_NAME": "tests" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "tests@example.org" for who in ("AUTHOR", "COMMITTER")},
}


class Sources:
    """The server of sources, running inside the `with` block.

    Args:
        programs: the programs.
        certificate: a file with a certificate of 127.0.0.1, and its authority.
        key: the file with its key.
        logins: a user and password by the beginning of the path that needs them, for example `/blue/`.
    """

    def __init__(
        self, programs: Programs, certificate: Path, key: Path, logins: Mapping[str, Login]
    ) -> None:
        self._program = programs.argocd / "sources"
        self._helm = programs.which("helm")
        self._files = (certificate, key)
        self._logins = logins
        self._servers: Servers | None = None
        self.host = ""
        self.url = ""

    @property
    def folder(self) -> Path:
        """The folder of everything that is served."""
        if self._servers is None:
            raise RuntimeError("the sources are not served")
        return self._servers.folder

    def __enter__(self) -> Self:
        servers = self._servers = Servers("sources")
        logins = {path: {"user": u, "password": p} for path, (u, p) in self._logins.items()}
        (servers.folder / "logins.json").write_text(json.dumps(logins))
        for name in ("git", "charts"):
            (servers.folder / name).mkdir()
        (port,) = free_ports(1)
        self.host = f"127.0.0.1:{port}"
        self.url = f"https://{self.host}"
        command = [str(self._program), self.host, *map(str, self._files), str(servers.folder)]
        servers.launch(command, env={"PATH": os.environ["PATH"]})
        deadline = time.monotonic() + 30
        servers.wait("the sources are served", lambda: _listens(port), deadline, "sources")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._servers is not None:
            self._servers.stop()

    def commit(self, repository: str, files: Mapping[str, str | None], *tags: str) -> str:
        """Commit files to the branch `main` of a repository, created if it does not exist.

        Args:
            repository: its path below the server, for example `blue/shop.git`.
            files: their contents by path; None removes one.
            tags: names for the commit.

        Returns:
            The commit.
        """
        bare = self.folder / "git" / repository
        work = self.folder / "work" / repository
        if not bare.exists():
            self._git(self.folder, "init", "-q", "--bare", "-b", "main", str(bare))
            self._git(self.folder, "clone", "-q", str(bare), str(work))
        for name, text in files.items():
            path = work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                path.unlink(missing_ok=True)
            else:
                path.write_text(text)
        self._git(work, "add", "-A")
        self._git(work, "commit", "-q", "--allow-empty", "-m", "a change of the tests")
        for tag in tags:
            self._git(work, "tag", "-f", tag)
        self._git(work, "push", "-q", "-f", "--tags", "origin", "HEAD:main")
        return self._git(work, "rev-parse", "HEAD").strip()

    def chart(self, repository: str, files: Mapping[str, str]) -> str:
        """Add a chart to a Helm repository.

        Args:
            repository: its path below `/charts/`.
            files: their contents by path; Chart.yaml is one.

        Returns:
            The URL of the repository.
        """
        folder = self.folder / "charts" / repository
        folder.mkdir(parents=True, exist_ok=True)
        described = yaml.safe_load(files["Chart.yaml"])
        package = archive(described["name"], files)
        file = f"{described['name']}-{described['version']}.tgz"
        (folder / file).write_bytes(package)
        index = folder / "index.yaml"
        entries = yaml.safe_load(index.read_text())["entries"] if index.exists() else {}
        entry = {**described, "urls": [file], "digest": hashlib.sha256(package).hexdigest()}
        entries.setdefault(described["name"], []).append(entry)
        index.write_text(yaml.safe_dump({"apiVersion": "v1", "entries": entries}))
        return f"{self.url}/charts/{repository}"

    def push_chart(self, path: str, files: Mapping[str, str], login: Login) -> None:
        """Push a chart to the registry.

        Args:
            path: the folder of charts in the registry, for example `blue/charts`.
            files: their contents by path; Chart.yaml is one.
            login: who pushes.
        """
        described = yaml.safe_load(files["Chart.yaml"])
        package = self.folder / f"{described['name']}-{described['version']}.tgz"
        package.write_bytes(archive(described["name"], files))
        user, password = login
        command = [self._helm, "push", str(package), f"oci://{self.host}/{path}"]
        trust = ["--ca-file", str(self._files[0]), "--username", user, "--password", password]
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}
        subprocess.run([*command, *trust], check=True, env=env, capture_output=True)

    def _git(self, folder: Path, *arguments: str) -> str:
        env = {"PATH": os.environ["PATH"], **_GIT}
        done = subprocess.run(
            ["git", *arguments], cwd=folder, env=env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"git {' '.join(arguments)}: {done.stderr}")
        return done.stdout


def archive(name: str, files: Mapping[str, str]) -> bytes:
    """A chart's package: a tar file, compressed, with everything in a folder of its name."""
    stored = io.BytesIO()
    with tarfile.open(fileobj=stored, mode="w:gz") as tar:
        for path, text in files.items():
            entry = tarfile.TarInfo(f"{name}/{path}")
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
    return stored.getvalue()


def _listens(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
