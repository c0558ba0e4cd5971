"""Build a set of Go programs once, and keep it in a cache.

The module proxy is the one source that every developer and every build machine can reach, and
go.sum pins its content. Therefore programs are compiled, not downloaded.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

# Errors of the network in the output of `go`. A checksum mismatch is none of these.
OFFLINE = re.compile(
    r"dial tcp|no such host|i/o timeout|connection re(fused|set)|proxyconnect|"
    r"TLS handshake timeout|network is unreachable|module lookup disabled"
)


class ToolchainMissing(Exception):  # noqa: N818  # a reason to skip, not a failure
    """This machine cannot build the programs. The message is the reason of a skip."""


class BuildError(RuntimeError):
    """The machine has all that the build needs, and the build fails."""


@dataclasses.dataclass(frozen=True)
class Binary:
    """One program: its module folder, its package there, and values that the linker writes into it."""

    name: str
    module: str
    package: str
    stamps: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Toolset:
    """Programs that are built and kept together, below one folder of Go modules."""

    name: str
    """Begin of each line of progress."""

    title: str
    """Name of the set, inside a sentence: "the Kubernetes API server"."""

    root: Path
    """The folder with the modules, one sub-folder each. All sources below it count for the cache."""

    binaries: tuple[Binary, ...]

    recipe: str = "1"
    """Number of the recipe: increase it when the way of building changes. Changes of sources need no new number."""

    version: str = ""
    """The parts that are built, for the progress."""

    minutes: int = 1
    """Approximate time of the first build on two cores, with the download of the modules."""

    extra: Callable[[Path], None] | None = None
    """Adds files to the entry, next to the folder of programs."""

    def ensure(self) -> Path:
        """The folder with the programs, built now unless an earlier run has built the same ones."""
        toolchain = self.go_version()
        root = cache_root()
        entry = root / self.fingerprint(toolchain)
        if not entry.is_dir():
            root.mkdir(parents=True, exist_ok=True)
            with self._locked(root / f"{entry.name}.lock"):
                if not entry.is_dir():
                    self._build(entry)
        return entry / "bin"

    def go_version(self) -> str:
        """The toolchain's version, or :class:`ToolchainMissing` where it cannot compile the modules."""
        modules = sorted({binary.module for binary in self.binaries})
        directives = {module: self._directive(module) for module in modules}
        strictest = max(modules, key=lambda module: _numbers(directives[module]))
        needed = directives[strictest]
        if shutil.which("go") is None:
            raise ToolchainMissing(
                f"{self.title} is built with Go {needed} or newer, and there is no `go` on PATH"
            )
        # Inside the module, `go` switches to the required toolchain, or fails where this is switched off.
        answer = subprocess.run(
            ["go", "env", "GOVERSION"],
            cwd=self.root / strictest,
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        found = answer.stdout.strip()
        if answer.returncode != 0 or _numbers(found) < _numbers(needed):
            said = answer.stderr.strip() or f"`go` is {found}"
            raise ToolchainMissing(f"{self.title} is built with Go {needed} or newer; here: {said}")
        return found

    def fingerprint(self, toolchain: str) -> str:
        """A hash of all inputs of the build: the modules' files, the recipe, the toolchain, the machine."""
        facts = (self.recipe, toolchain, sys.platform, platform.machine())
        digest = hashlib.sha256("\0".join(facts).encode())
        for path in sorted(self.root.rglob("*")):
            if path.suffix in {".mod", ".sum", ".go"}:
                name = path.relative_to(self.root).as_posix()
                digest.update(f"\0{name}\0".encode() + path.read_bytes())
        return digest.hexdigest()[:16]

    def go(self, arguments: Sequence[str], module: str) -> str:
        """The output of `go` in the folder of a module."""
        outcome = subprocess.run(
            ["go", *arguments],
            cwd=self.root / module,
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
                f"{self.title} is not built yet and Go's modules are out of reach: {tail}"
            )
        raise BuildError(f"`go {' '.join(arguments)}` failed in {module}/:\n{tail}")

    def _directive(self, module: str) -> str:
        text = (self.root / module / "go.mod").read_text()
        match = re.search(r"^go (\S+)$", text, re.MULTILINE)
        if match is None:
            raise BuildError(f"{module}/go.mod does not say which Go it needs")
        return match[1]

    @contextlib.contextmanager
    def _locked(self, path: Path) -> Iterator[None]:
        with path.open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._say(f"another run is building {self.title}: waiting for it")
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield  # closing the file releases the lock, and so does the end of this process

    def _build(self, entry: Path) -> None:
        """Build into a temporary folder and rename it: an entry that exists is complete."""
        for leftover in entry.parent.glob(f"{entry.name}.tmp-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        began = time.monotonic()
        self._say(
            f"building {f'{self.title} {self.version}'.rstrip()} "
            f"(about {self.minutes} min on two cores, once; kept in {entry.parent})"
        )
        prefix = f"{entry.name}.tmp-"
        with tempfile.TemporaryDirectory(prefix=prefix, dir=entry.parent) as temporary:
            target = Path(temporary) / "entry"
            (target / "bin").mkdir(parents=True)
            for number, binary in enumerate(self.binaries, 1):
                step = time.monotonic()
                where = f"[{number}/{len(self.binaries)}] {binary.name}"
                self._say(f"{where} …")
                self.go(_compile(binary, target / "bin"), binary.module)
                self._say(f"{where} built in {time.monotonic() - step:.0f} s")
            if self.extra is not None:
                self.extra(target)
            target.rename(entry)
        self._say(f"built in {time.monotonic() - began:.0f} s: {entry}")

    def _say(self, message: str) -> None:
        print(f"{self.name}: {message}", file=sys.stderr, flush=True)


def pinned(folder: Path, path: str) -> str:
    """The version of a Go module that the go.mod in a folder requires."""
    text = (folder / "go.mod").read_text()
    match = re.search(rf"^(?:require|\t)\s*{re.escape(path)} (v\S+)", text, re.MULTILINE)
    if match is None:
        raise BuildError(f"{folder.name}/go.mod does not require {path}")
    return match[1]


def cache_root() -> Path:
    """The folder that holds every build, one sub-folder each."""
    if override := os.environ.get("ARGOPROJECT_TEST_CACHE"):
        return Path(override).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().resolve() / "argoproject-tests"


def _numbers(version: str) -> tuple[int, ...]:
    """``go1.26.8`` and ``1.26.0`` as tuples to compare; a text of another form is the oldest version."""
    match = re.match(r"(?:go)?(\d+)\.(\d+)(?:\.(\d+))?", version)
    return tuple(int(part or 0) for part in match.groups()) if match else ()


def _environment() -> dict[str, str]:
    """The caller's environment without variables that would change the build."""
    dropped = ("GOOS", "GOARCH", "GOEXPERIMENT", "GO111MODULE")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {"CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly", "GOWORK": "off"}


def _compile(binary: Binary, target: Path) -> list[str]:
    linker = " ".join(["-s -w", *(f"-X {stamp}" for stamp in binary.stamps)])
    flags = ["-buildvcs=false", "-trimpath", "-ldflags", linker]
    return ["build", *flags, "-o", str(target / binary.name), binary.package]
