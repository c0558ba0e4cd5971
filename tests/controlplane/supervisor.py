"""Hold some servers and stop them with the process that started them.

It runs as a separate script, so that it outlives a SIGKILL of the test run. The end of standard
input, which the kernel closes when the owner ends, means "stop everything and remove the folder".
It has a single thread, so PR_SET_PDEATHSIG (which on Linux ends the servers even when
this process is killed too) is bound to a thread that lives as long as the process, and forking
with a preexec function is safe.

Standard input carries one JSON request per line, standard output one JSON answer per line:
``{"start": NAME, "argv": [...], "log": FILE, "env": {...}}`` gives ``{"pid": N}``; ``{"poll": true}`` gives
``{"exited": {NAME: CODE}}``.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1


class Stopped(BaseException):
    """A signal asked this process to end."""


def main(folder: Path) -> None:
    """Serve requests until standard input ends, the owner is gone, or a signal arrives."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _stop)
    # Held until the end: a folder whose lock is free has no owner any longer (see servers.py).
    lock = (folder / "lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        _answer({"ready": os.getpid()})
        for line in _requests():
            _answer(_handle(json.loads(line), folder, children))
    except (Stopped, BrokenPipeError):
        pass
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        # Their data is removed anyway, so an orderly end is not needed.
        for child in children.values():
            child.kill()
        for child in children.values():
            child.wait()
        shutil.rmtree(folder, ignore_errors=True)
        lock.close()


def _handle(
    request: dict[str, Any], folder: Path, children: dict[str, subprocess.Popen[bytes]]
) -> dict[str, Any]:
    if "start" not in request:
        codes = {name: child.poll() for name, child in children.items()}
        return {"exited": {name: code for name, code in codes.items() if code is not None}}
    environment = {"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder)}
    environment |= request.get("env", {})
    with (folder / request["log"]).open("ab") as log:
        child = subprocess.Popen(
            request["argv"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=_die_with_parent(),  # noqa: PLW1509  # one thread
        )
    children[request["start"]] = child
    return {"pid": child.pid}


def _die_with_parent() -> Callable[[], None] | None:
    """Make a child end with this process. On other systems than Linux, the end of standard input does that."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def arm() -> None:
        library.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # the parent ended before the line above
            os._exit(1)

    return arm


def _requests() -> Iterator[bytes]:
    """The lines of standard input, until the owner ends, even if another process keeps the pipe open.

    A process forked from the owner without exec would hold a copy of the pipe's other end.
    """
    owner = os.getppid()
    buffer = b""
    while os.getppid() == owner:
        readable, _, _ = select.select([0], [], [], 1.0)
        if not readable:
            continue
        chunk = os.read(0, 65536)
        if not chunk:
            return
        *lines, buffer = (buffer + chunk).split(b"\n")
        yield from lines


def _answer(message: dict[str, Any]) -> None:
    os.write(1, json.dumps(message).encode() + b"\n")


def _stop(*_: object) -> None:
    raise Stopped


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt, Stopped):
        main(Path(sys.argv[1]))
