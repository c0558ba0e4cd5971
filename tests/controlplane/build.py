"""Build etcd and the Kubernetes servers once, and keep them in a cache.

The module proxy is the one source every developer of this project and every build machine can
reach, and go.sum pins what it serves; so the servers are compiled rather than downloaded.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

GO = Path(__file__).resolve().parent / "go"
CRDS = ("application-crd.yaml", "applicationset-crd.yaml", "appproject-crd.yaml")
ARGOCD = "github.com/argoproj/argo-cd/v3"
KUBERNETES = "k8s.io/kubernetes"

# Raise it with every change of how the programs are built; their sources count by themselves.
RECIPE = "1"

# What the network's absence looks like in the output of `go`. A checksum mismatch is none of these.
OFFLINE = re.compile(
    r"dial tcp|no such host|i/o timeout|connection re(fused|set)|proxyconnect|"
    r"TLS handshake timeout|network is unreachable|module lookup disabled"
)


class ToolchainMissing(Exception):  # noqa: N818  # a reason to skip, not a failure
    """This machine cannot build the servers; the message says why, in words for a skip."""


class BuildError(RuntimeError):
    """The servers ought to build here and do not."""


@dataclasses.dataclass(frozen=True)
class Binary:
    """One program: the module folder it is built in and the package in it."""

    name: str
    module: str
    package: str


BINARIES = (
    Binary("keygen", "etcd", "./keygen"),
    Binary("etcd", "etcd", "."),
    Binary("kube-apiserver", "kubernetes", f"{KUBERNETES}/cmd/kube-apiserver"),
    Binary("kube-controller-manager", "kubernetes", f"{KUBERNETES}/cmd/kube-controller-manager"),
)


def ensure_binaries() -> Path:
    """The folder with the programs, built now unless an earlier run has built the same ones.

    Argo CD's CRDs lie next to it, see :func:`crds`.
    """
    toolchain = go_version()
    root = cache_root()
    entry = root / _fingerprint(toolchain)
    if not entry.is_dir():
        root.mkdir(parents=True, exist_ok=True)
        with _locked(root / f"{entry.name}.lock"):
            if not entry.is_dir():
                _build(entry)
    return entry / "bin"


def crds(binaries: Path) -> list[Path]:
    """Argo CD's CRD manifests that belong to what :func:`ensure_binaries` returned."""
    return [binaries.parent / "crds" / name for name in CRDS]


def kubernetes_version() -> str:
    """The pinned version of Kubernetes, such as ``v1.36.3``."""
    return _pinned("kubernetes", KUBERNETES)


def cache_root() -> Path:
    """The folder that holds every build, one sub-folder each."""
    if override := os.environ.get("ARGOPROJECT_TEST_CACHE"):
        return Path(override).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().resolve() / "argoproject-tests"


def go_version() -> str:
    """The toolchain's version, or :class:`ToolchainMissing` where it cannot compile the modules."""
    needed = max((_directive(module) for module in ("etcd", "kubernetes")), key=_numbers)
    if shutil.which("go") is None:
        raise ToolchainMissing(
            f"the Kubernetes API server is built with Go {needed} or newer, "
            "and there is no `go` on PATH"
        )
    # Asked inside the module, `go` itself switches toolchains where it may and objects otherwise.
    answer = subprocess.run(
        ["go", "env", "GOVERSION"],
        cwd=GO / "kubernetes",
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    found = answer.stdout.strip()
    if answer.returncode != 0 or _numbers(found) < _numbers(needed):
        said = answer.stderr.strip() or f"`go` is {found}"
        raise ToolchainMissing(
            f"the Kubernetes API server is built with Go {needed} or newer; here: {said}"
        )
    return found


def _numbers(version: str) -> tuple[int, ...]:
    """``go1.26.8`` and ``1.26.0`` as something to compare; an unreadable one is the oldest."""
    match = re.match(r"(?:go)?(\d+)\.(\d+)(?:\.(\d+))?", version)
    return tuple(int(part or 0) for part in match.groups()) if match else ()


def _directive(module: str) -> str:
    text = (GO / module / "go.mod").read_text()
    match = re.search(r"^go (\S+)$", text, re.MULTILINE)
    if match is None:
        raise BuildError(f"{module}/go.mod does not say which Go it needs")
    return match[1]


def _pinned(module: str, path: str) -> str:
    text = (GO / module / "go.mod").read_text()
    match = re.search(rf"^(?:require|\t)\s*{re.escape(path)} (v\S+)", text, re.MULTILINE)
    if match is None:
        raise BuildError(f"{module}/go.mod does not require {path}")
    return match[1]


def _fingerprint(toolchain: str) -> str:
    """What the outcome depends on: the modules' files, the recipe, the toolchain, the machine."""
    facts = (RECIPE, toolchain, sys.platform, platform.machine())
    digest = hashlib.sha256("\0".join(facts).encode())
    for path in sorted(GO.rglob("*")):
        if path.suffix in {".mod", ".sum", ".go"}:
            digest.update(f"\0{path.relative_to(GO).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _environment() -> dict[str, str]:
    """The caller's environment without what would make the build depend on the caller."""
    dropped = ("GOOS", "GOARCH", "GOEXPERIMENT", "GO111MODULE")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {"CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly", "GOWORK": "off"}


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("another run is building the Kubernetes API server: waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield  # closing the file releases the lock, and so does the death of this process


def _build(entry: Path) -> None:
    """Build into a temporary folder and rename it: an entry that exists is complete."""
    for leftover in entry.parent.glob(f"{entry.name}.tmp-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    began = time.monotonic()
    _say(f"building the Kubernetes API server {kubernetes_version()} (once, some minutes)")
    with tempfile.TemporaryDirectory(prefix=f"{entry.name}.tmp-", dir=entry.parent) as temporary:
        target = Path(temporary) / "entry"
        (target / "bin").mkdir(parents=True)
        for number, binary in enumerate(BINARIES, 1):
            step = time.monotonic()
            _say(f"[{number}/{len(BINARIES)}] {binary.name} …")
            _go(_compile(binary, target / "bin"), binary.module)
            _say(
                f"[{number}/{len(BINARIES)}] {binary.name} built in {time.monotonic() - step:.0f} s"
            )
        _copy_crds(target / "crds")
        target.rename(entry)
    _say(f"built in {time.monotonic() - began:.0f} s: {entry}")


def _compile(binary: Binary, target: Path) -> list[str]:
    linker = "-s -w"
    if binary.module == "kubernetes":
        version = kubernetes_version()
        major, minor, *_ = version.removeprefix("v").split(".")
        values = {"gitVersion": version, "gitMajor": major, "gitMinor": minor}
        stamp = [f"-X k8s.io/component-base/version.{key}={values[key]}" for key in values]
        linker = " ".join([linker, *stamp])
    flags = ["-buildvcs=false", "-trimpath", "-ldflags", linker]
    return ["build", *flags, "-o", str(target / binary.name), binary.package]


def _copy_crds(target: Path) -> None:
    """Take the CRDs out of Argo CD's module, which `go` has checked against go.sum."""
    module = json.loads(_go(["mod", "download", "-json", ARGOCD], "argocd"))
    manifests = Path(module["Dir"]) / "manifests" / "crds"
    target.mkdir()
    for name in CRDS:
        (target / name).write_bytes((manifests / name).read_bytes())


def _go(arguments: Sequence[str], module: str) -> str:
    outcome = subprocess.run(
        ["go", *arguments],
        cwd=GO / module,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode == 0:
        return outcome.stdout
    tail = "\n".join((outcome.stdout + outcome.stderr).strip().splitlines()[-20:])
    if OFFLINE.search(tail):
        raise ToolchainMissing(
            f"the Kubernetes API server is not built yet and Go's modules are out of reach: {tail}"
        )
    raise BuildError(f"`go {' '.join(arguments)}` failed in {module}/:\n{tail}")


def _say(message: str) -> None:
    print(f"controlplane: {message}", file=sys.stderr, flush=True)
