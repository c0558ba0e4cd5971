"""Programs that serve until this process ends, whatever its end is; see supervisor.py."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["PortTakenError", "ServerError", "Servers", "free_ports", "remove_stale"]

SUPERVISOR = Path(__file__).with_name("supervisor.py")
PREFIX = "argoproject-servers-"
STALE_SECONDS = 60.0  # younger folders may not be locked yet


class ServerError(RuntimeError):
    """A server did not start or did not answer."""


class PortTakenError(ServerError):
    """Another process bound one of the ports between their choice and their use."""


class Servers:
    """Some servers that belong together, with a temporary folder for their files and logs.

    Attributes:
        folder: the temporary folder, in which they run: removed when they stop.
        processes: the process number of every server, by name.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self.processes: dict[str, int] = {}
        self._supervisor = subprocess.Popen(
            [sys.executable, "-I", "-S", str(SUPERVISOR), str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for this process, not for the servers
        )
        self._receive()

    def launch(
        self, argv: Sequence[str], name: str = "", env: Mapping[str, str] | None = None
    ) -> None:
        """Start a server; its output goes to `<name>.log`.

        Args:
            argv: its program and arguments.
            name: its name; without one, that of the program.
            env: what its environment has in addition to PATH, HOME and TMPDIR.
        """
        name = name or Path(argv[0]).name
        request = {"start": name, "argv": argv, "log": f"{name}.log", "env": dict(env or {})}
        self.processes[name] = self._ask(request)["pid"]

    def wait(
        self,
        what: str,
        condition: Callable[[], bool],
        deadline: float,
        server: str,
        passing: tuple[type[Exception], ...] = (OSError,),
    ) -> None:
        """Poll until a condition holds.

        Args:
            what: the condition in words.
            condition: the condition.
            deadline: when to give up, by `time.monotonic`.
            server: the one whose log the error shows, unless another has ended.
            passing: errors of the condition that mean "not yet".

        Raises:
            ServerError: when a server has ended, or the deadline has passed; with the end of a log.
        """
        while True:
            with contextlib.suppress(*passing):
                if condition():
                    return
            for ended, code in self._ask({"poll": True})["exited"].items():
                self._report(f"{ended} ended with code {code} before {what}", ended)
            if time.monotonic() > deadline:
                self._report(f"not in time: {what}", server)
            time.sleep(0.1)

    def log(self, server: str) -> str:
        """The output of a server so far."""
        path = self.folder / f"{server}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def stop(self) -> None:
        """End the servers and remove their folder; does nothing the second time."""
        if self._supervisor.stdin is None or self._supervisor.stdout is None:
            raise AssertionError("the supervisor was started with pipes")
        self._supervisor.stdin.close()  # this is the request to stop
        try:
            self._supervisor.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._supervisor.kill()
            self._supervisor.wait()
        self._supervisor.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _report(self, problem: str, server: str) -> None:
        text = self.log(server)
        tail = "\n".join(text.splitlines()[-15:])
        error = PortTakenError if "address already in use" in text else ServerError
        raise error(f"{self.name}: {problem}\n{tail}")

    def _ask(self, message: Mapping[str, Any]) -> dict[str, Any]:
        if self._supervisor.stdin is None or self._supervisor.stdin.closed:
            raise ServerError(f"{self.name} is not running")
        self._supervisor.stdin.write(json.dumps(message).encode() + b"\n")
        self._supervisor.stdin.flush()
        return self._receive()

    def _receive(self) -> dict[str, Any]:
        line = self._supervisor.stdout.readline() if self._supervisor.stdout else b""
        if not line:
            raise ServerError(f"{self.name}: the supervisor of its servers has ended")
        answer: dict[str, Any] = json.loads(line)
        return answer


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens to, all different."""
    with contextlib.ExitStack() as stack:
        # All are bound until the last is found, so that they differ.
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def remove_stale() -> None:
    """Remove the folders of servers whose supervisor was killed.

    A living supervisor holds a lock on its folder. Process numbers are not compared, as they are
    used again. A folder of another user is kept.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            facts = folder.lstat()
            young = time.time() - facts.st_mtime < STALE_SECONDS
            if facts.st_uid != os.getuid() or not stat.S_ISDIR(facts.st_mode) or young:
                continue
            with (folder / "lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
