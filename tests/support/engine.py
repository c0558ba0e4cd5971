"""The real engine: a copy of the program with its own tree, as a stack that deploys to two control planes."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi.automation as auto
import yaml
from pulumi.automation._stack import StackInitMode
from pulumi.automation.events import EngineEvent, OpType
from typing_extensions import override

from tests.controlplane.cluster import ControlPlane
from tests.support.paths import ROOT

__all__ = ["PLUGINS", "ROOT", "Engine", "Outcome", "Refused", "Step"]

PLUGINS = Path(os.environ.get("PULUMI_HOME", Path.home() / ".pulumi")) / "plugins"
"""The folder of the provider's program, read before a fixture removes PULUMI_* from the environment."""

_STACK = "test"
_CONFIG = "argo-projects"
_TAIL = 40
_PACKAGES = ("argoproject", "components")


class Refused(Exception):  # noqa: N818 - it is what a test expects
    """The engine ended with an error. `str()` is the end of its output, `text` the whole output."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(_tail(text))


@dataclass(frozen=True, slots=True)
class Step:
    """One step with one resource: `op` is Pulumi's operation, `kind` the last part of the resource's type."""

    op: str
    kind: str
    name: str


@dataclass(slots=True)
class Outcome:
    """The result of one command: `log` has the begin and end of each step, `changes` the number of each operation."""

    log: list[tuple[str, Step]] = field(default_factory=list)
    changes: dict[str, int] = field(default_factory=dict)
    text: str = ""

    def touched(self) -> list[Step]:
        """The steps that changed something, in the order in which they ended."""
        still = ("same", "refresh", "read")
        return [step for when, step in self.log if when == "end" and step.op not in still]

    def record(self, event: EngineEvent) -> None:
        """Add an event of the engine."""
        before, after = event.resource_pre_event, event.res_outputs_event
        if before is not None:
            self.log.append(("begin", _step(before.metadata)))
        if after is not None:
            self.log.append(("end", _step(after.metadata)))
        if event.summary_event is not None:
            changes = event.summary_event.resource_changes
            self.changes = {OpType(op).value: count for op, count in changes.items()}


class _Stack(auto.Stack):
    """A stack that does not read its outputs and history after every command, as the events are enough."""

    @override
    def outputs(self) -> auto.OutputMap:
        return {}

    @override
    def info(self, show_secrets: bool = True) -> auto.UpdateSummary:
        return auto.UpdateSummary("update", dt.datetime.now(dt.UTC), "", {}, {}, "succeeded")


class Engine:
    """One stack. `files` is the tree, by path below `config`; `secrets` are values by team and name.

    Commands raise `Refused` when the engine ends with an error; `seconds` is how long each command took.
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
        self.seconds: list[tuple[str, float]] = []
        self._planes = planes
        self.folder = folder / "program"
        self._state = folder / "state"
        self._state.mkdir()
        self._log = folder / "background.log"
        self._copy_program()
        self._env = {
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_BACKEND_URL": f"file://{self._state}",
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_HOME": str(self._home(folder)),
        }
        workspace = auto.LocalWorkspace(work_dir=str(self.folder), env_vars=self._env)
        self._stack = _Stack(_STACK, workspace, StackInitMode.CREATE)
        self.write()
        self.configure(self.secrets)

    def write(self) -> None:
        """Write the current `files`, and the addresses of the clusters."""
        shutil.rmtree(self.folder / "config", ignore_errors=True)
        for name, text in self.files.items():
            path = self.folder / "config" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        clusters = {
            plane.name: {"kubeconfig": str(plane.kubeconfig), "context": plane.name}
            for plane in self._planes
        }
        with self._settings() as config:
            config["pulumi:disable-default-providers"] = ["kubernetes"]
            config[f"{_CONFIG}:clusters"] = clusters

    def configure(self, secrets: Mapping[str, str], key: str = "secrets.") -> None:
        """Set secrets, by `<team>.<name>`, or other secret keys of the program."""
        self.secrets.update(secrets)
        values = {
            f"{_CONFIG}:{key}{name}": auto.ConfigValue(value, secret=True)
            for name, value in secrets.items()
        }
        if values:
            self._stack.set_all_config(values, path=True)

    def configure_plain(self, keys: Iterable[str]) -> None:
        """Allow secrets in clear, by their keys."""
        with self._settings() as config:
            config[f"{_CONFIG}:plainSecrets"] = sorted(keys)

    def deploy_policies(self, clusters: Iterable[str]) -> None:
        """Let the stack deploy the admission policies of clusters."""
        with self._settings() as config:
            config[f"{_CONFIG}:admissionPolicies"] = sorted(clusters)

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
        """Preview an update."""
        return self._run(
            "preview", lambda record: self._stack.preview(on_event=record, refresh=refresh)
        )

    def up(self, *, refresh: bool = False) -> Outcome:
        """Update, without a preview before it."""
        return self._run(
            "up", lambda record: self._stack.up(on_event=record, refresh=refresh)
        )  # fmt: skip

    def refresh(self) -> Outcome:
        """Compare the state with the clusters."""
        return self._run("refresh", lambda record: self._stack.refresh(on_event=record))

    def cli(self, *arguments: str) -> str:
        """Run the `pulumi` program, and return its output."""
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
        with self._log.open("wb") as output:
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

    def background_log(self) -> str:
        """The end of the output of the command in the background."""
        return _tail(self._log.read_text())

    def forget(self) -> None:
        """Lose the whole state."""
        shutil.rmtree(self._state / ".pulumi")
        self.cli("stack", "init", _STACK)

    def state(self) -> str:
        """The text of the state's file."""
        (file,) = (self._state / ".pulumi" / "stacks" / _CONFIG).glob(f"{_STACK}.json")
        return file.read_text()

    def resources(self) -> list[Mapping[str, Any]]:
        """The resources in the state."""
        return list(json.loads(self.state())["checkpoint"]["latest"].get("resources", ()))

    def _run(self, what: str, command: Callable[[Callable[[EngineEvent], None]], Any]) -> Outcome:
        outcome = Outcome()
        begin = time.monotonic()
        try:
            outcome.text = command(outcome.record).stdout
        except auto.CommandError as error:
            raise Refused(str(error)) from None
        finally:
            self.seconds.append((what, time.monotonic() - begin))
        return outcome

    def _home(self, folder: Path) -> Path:
        """A home folder with the user's plugins and nothing else of the user."""
        home = folder / "home"
        home.mkdir()
        (home / "plugins").symlink_to(PLUGINS)
        return home

    def _copy_program(self) -> None:
        self.folder.mkdir()
        shutil.copy2(ROOT / "__main__.py", self.folder)
        for name in _PACKAGES:
            shutil.copytree(ROOT / name, self.folder / name)
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
    return Step(OpType(metadata.op).value, urn[2].rpartition(":")[2], urn[3])


def _tail(text: str) -> str:
    """The error of the engine, if the output has one; else the end of the output."""
    shown = text.rpartition("Diagnostics:\n")[2].partition("\nOutputs:\n")[0]
    return "\n".join(shown.splitlines()[-_TAIL:])


def _kill_session(session: int) -> None:
    """Kill every process of a session: the engine gives its plugins process groups of their own."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # After the command, which may contain blanks: state, parent, group, session.
            if int(stat.read_text().rpartition(")")[2].split()[3]) == session:
                os.kill(int(stat.parent.name), signal.SIGKILL)
