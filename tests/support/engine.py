"""The real engine: a copy of the program with a tree of its own, as a stack against two control planes."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi.automation as auto
import yaml
from pulumi.automation.events import EngineEvent

from tests.controlplane.cluster import ControlPlane

__all__ = ["Engine", "Outcome", "Refused", "Step"]

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = Path(os.environ.get("PULUMI_HOME", Path.home() / ".pulumi")) / "plugins"
"""Where the provider's program is; read before a fixture takes PULUMI_* out of the environment."""

_STACK = "test"
_CONFIG = "argo-projects"
_TAIL = 40
_PROGRAM = ("argoproject", "components", "__main__.py")


class Refused(Exception):  # noqa: N818 - it is what a test expects
    """The engine ended with an error. `str()` is the end of what it said, `text` all of it."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(_tail(text))


@dataclass(frozen=True, slots=True)
class Step:
    """What was done with one resource: `op` is Pulumi's word, `kind` the last part of the type."""

    op: str
    kind: str
    name: str


@dataclass(slots=True)
class Outcome:
    """What one command did. `begun` and `done` are steps in the order in which they began and ended."""

    begun: list[Step] = field(default_factory=list)
    done: list[Step] = field(default_factory=list)
    changes: dict[str, int] = field(default_factory=dict)
    text: str = ""
    seconds: float = 0.0

    def touched(self) -> list[Step]:
        """The steps that changed something, sorted."""
        still = ("same", "refresh", "read")
        return sorted((step for step in self.done if step.op not in still), key=repr)

    def record(self, event: EngineEvent) -> None:
        """Take note of an engine event."""
        before, after, summary = event.resource_pre_event, event.res_outputs_event, event.summary_event
        if before is not None:
            self.begun.append(_step(before.metadata))
        if after is not None:
            self.done.append(_step(after.metadata))
        if summary is not None:
            self.changes = {str(op.value): n for op, n in summary.resource_changes.items()}


class Engine:
    """One stack. `files` is the tree, by path below `config`; `secrets` are values by team and name.

    Commands raise `Refused` when the engine ends with an error; `clean` tells whether the last one did not.
    """

    def __init__(
        self,
        folder: Path,
        planes: Sequence[ControlPlane],
        files: Mapping[str, str],
        secrets: Mapping[str, str] | None = None,
    ) -> None:
        self.files = dict(files)
        self.secrets = dict(secrets or {})
        self.clean = False
        self.seconds: list[tuple[str, float]] = []
        self._planes = planes
        self.folder = folder / "program"
        self._state = folder / "state"
        self._state.mkdir()
        self._copy_program()
        self._env = {
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_BACKEND_URL": f"file://{self._state}",
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_HOME": str(self._home(folder)),
        }
        options = auto.LocalWorkspaceOptions(env_vars=self._env)
        self._stack = auto.create_stack(_STACK, work_dir=str(self.folder), opts=options)
        self.write()
        self.configure(self.secrets)

    def write(self) -> None:
        """Write the tree as `files` has it now, and how to reach the clusters."""
        shutil.rmtree(self.folder / "config", ignore_errors=True)
        for name, text in self.files.items():
            path = self.folder / "config" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        clusters = {plane.name: {"kubeconfig": str(plane.kubeconfig)} for plane in self._planes}
        with self._settings() as config:
            config["pulumi:disable-default-providers"] = ["kubernetes"]
            config[f"{_CONFIG}:clusters"] = clusters

    def configure(self, secrets: Mapping[str, str]) -> None:
        """Set secrets, by `<team>.<name>`."""
        self.secrets.update(secrets)
        values = {
            f"{_CONFIG}:secrets.{name}": auto.ConfigValue(value, secret=True)
            for name, value in secrets.items()
        }
        if values:
            self._stack.set_all_config(values, path=True)

    @contextlib.contextmanager
    def adopting(self) -> Iterator[None]:
        """Take over objects that exist, inside the block."""
        with self._settings() as config:
            config[f"{_CONFIG}:adopt"] = True
        try:
            yield
        finally:
            with self._settings() as config:
                del config[f"{_CONFIG}:adopt"]

    def preview(self, *, refresh: bool = False) -> Outcome:
        """What an update would do."""
        return self._run("preview", lambda record: self._stack.preview(on_event=record, refresh=refresh))

    def up(self, *, refresh: bool = False) -> Outcome:
        """Update, without a preview before it."""
        return self._run(
            "up", lambda record: self._stack.up(on_event=record, refresh=refresh, show_secrets=False)
        )  # fmt: skip

    def refresh(self) -> Outcome:
        """Compare the state with the clusters."""
        return self._run(
            "refresh", lambda record: self._stack.refresh(on_event=record, show_secrets=False)
        )

    def cli(self, *arguments: str) -> str:
        """Run `pulumi` itself, as people do; what it says."""
        begin = time.monotonic()
        run = subprocess.run(
            self._command(arguments),
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.seconds.append((" ".join(arguments), time.monotonic() - begin))
        if run.returncode:
            raise Refused(run.stdout)
        return run.stdout

    @contextlib.contextmanager
    def background(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run `pulumi` inside the block; at its end the command and all that it started are killed."""
        log = self.folder.parent / "background.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                self._command(arguments),
                cwd=self.folder,
                env=self._environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                yield process
            finally:
                _kill_session(process.pid)
                process.wait()

    def forget(self) -> None:
        """Lose the whole state."""
        shutil.rmtree(self._state / ".pulumi")
        self.cli("stack", "init", _STACK)

    def state(self) -> str:
        """The state's text, as it lies on the disk."""
        (file,) = (self._state / ".pulumi" / "stacks" / _CONFIG).glob(f"{_STACK}.json")
        return file.read_text()

    def resources(self) -> list[Mapping[str, Any]]:
        """The resources in the state."""
        return list(json.loads(self.state())["checkpoint"]["latest"].get("resources", ()))

    def _run(self, what: str, command: Callable[[Callable[[EngineEvent], None]], Any]) -> Outcome:
        outcome = Outcome()
        begin = time.monotonic()
        self.clean = False
        try:
            outcome.text = command(outcome.record).stdout
        except auto.CommandError as error:
            raise Refused(str(error)) from None
        finally:
            outcome.seconds = time.monotonic() - begin
            self.seconds.append((what, outcome.seconds))
        self.clean = True
        return outcome

    def _home(self, folder: Path) -> Path:
        """A home with the user's plugins and nothing else of theirs."""
        home = folder / "home"
        home.mkdir()
        (home / "plugins").symlink_to(PLUGINS)
        return home

    def _copy_program(self) -> None:
        self.folder.mkdir()
        for name in _PROGRAM:
            (self.folder / name).symlink_to(ROOT / name)
        settings = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
        settings["runtime"]["options"]["virtualenv"] = sys.prefix
        (self.folder / "Pulumi.yaml").write_text(yaml.safe_dump(settings))

    @contextlib.contextmanager
    def _settings(self) -> Iterator[dict[str, Any]]:
        path = self.folder / f"Pulumi.{_STACK}.yaml"
        document = yaml.safe_load(path.read_text()) or {}
        yield document.setdefault("config", {})
        path.write_text(yaml.safe_dump(document))

    def _command(self, arguments: Sequence[str]) -> list[str]:
        return ["pulumi", *arguments, "--non-interactive", "--color=never"]

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self._env}


def _step(metadata: Any) -> Step:
    urn = metadata.urn.split("::")
    return Step(str(metadata.op.value), urn[2].rpartition(":")[2], urn[3])


def _tail(text: str) -> str:
    return "\n".join(text.splitlines()[-_TAIL:])


def _kill_session(session: int) -> None:
    """Kill every process of a session: the engine gives its plugins process groups of their own."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # After the command, which may hold blanks: state, parent, group, session.
            if int(stat.read_text().rpartition(")")[2].split()[3]) == session:
                os.kill(int(stat.parent.name), signal.SIGKILL)
