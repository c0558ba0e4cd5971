"""The program compared with the bare loop, with the real engine, on two real API servers."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from argoproject.fleet.pipeline import load_fleet
from benchmarks.generated import secrets_of, write_fleet
from benchmarks.measure import Measured, measure
from benchmarks.objects import write_objects
from tests.controlplane.cluster import start_all, write_kubeconfig

__all__ = ["engine_measurements"]

ROOT = Path(__file__).parent.parent
TODAY = dt.date(2026, 11, 21)
FAST = {"kube_client_settings": {"qps": 1000, "burst": 2000, "timeout": 30}}


@dataclass(frozen=True, slots=True)
class Stack:
    """One Pulumi program in a folder of its own, with a file backend."""

    folder: Path
    environment: Mapping[str, str]

    @classmethod
    def make(cls, folder: Path, program: Mapping[str, Path], variables: Mapping[str, str]) -> Stack:
        """Link the program's files in `folder`, and create the stack `bench`."""
        (folder / "state").mkdir(parents=True)
        for name, target in program.items():
            (folder / name).symlink_to(target)
        settings = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
        settings["runtime"]["options"]["virtualenv"] = sys.prefix
        (folder / "Pulumi.yaml").write_text(yaml.safe_dump(settings))
        environment = {
            **os.environ,
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "bench",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            # The state of an interrupted run is not needed, so it is not written after each change.
            "PULUMI_SKIP_CHECKPOINTS": "true",
            **variables,
        }
        stack = cls(folder, environment)
        stack.run("stack", "init", "bench")
        return stack

    def configure(self, config: Mapping[str, Any]) -> None:
        """Add the stack's config to what `stack init` wrote."""
        file = self.folder / "Pulumi.bench.yaml"
        settings = yaml.safe_load(file.read_text()) or {}
        file.write_text(yaml.safe_dump({**settings, "config": dict(config)}))

    def run(self, *arguments: str) -> None:
        """Run `pulumi`.

        Raises:
            RuntimeError: with the end of its output, if it fails.
        """
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--color=never"],
            cwd=self.folder,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError("\n".join((done.stdout + done.stderr).splitlines()[-40:]))

    def preview(self) -> None:
        """Preview without any requirement: the first one is measured with it."""
        self.run("preview", "--stack", "bench", "--suppress-outputs")

    def unchanged(self) -> None:
        """Preview, and fail if there is a change: measured after an `up`."""
        self.run("preview", "--stack", "bench", "--suppress-outputs", "--expect-no-changes")

    def up(self) -> None:
        """Deploy the stack."""
        self.run("up", "--stack", "bench", "--yes", "--skip-preview", "--suppress-outputs")


def engine_measurements(folder: Path) -> Iterator[Measured]:
    """A first preview, and one without a change."""
    folder.mkdir(parents=True)
    with start_all(["hub", "eu-1"]) as planes:
        kubeconfig = folder / "kubeconfig"
        write_kubeconfig(planes, kubeconfig)
        yield _first_preview(folder / "first", kubeconfig, environments=100)
        yield _no_change(folder / "same", kubeconfig, environments=50)


def _first_preview(folder: Path, kubeconfig: Path, environments: int) -> Measured:
    ours, bare = _stacks(folder, kubeconfig, environments, limits={})
    name = f"first preview of {environments} environments / loop, default limits"
    return measure(name, ours.preview, bare.preview, limit=0.6, clock=time.monotonic)


def _no_change(folder: Path, kubeconfig: Path, environments: int) -> Measured:
    ours, bare = _stacks(folder, kubeconfig, environments, limits=FAST)
    ours.up()
    bare.up()
    name = f"preview without change, {environments} environments / loop"
    return measure(name, ours.unchanged, bare.unchanged, limit=1.15, clock=time.monotonic)


def _stacks(
    folder: Path, kubeconfig: Path, environments: int, limits: Mapping[str, Any]
) -> tuple[Stack, Stack]:
    """The program and the bare loop, both with the same fleet."""
    fleet, twin = folder / "fleet", folder / "twin"
    write_fleet(fleet, environments)
    # The loop's objects have other names: both may be built on the same clusters.
    write_fleet(twin, environments, prefix="loop")
    plans = load_fleet(twin, stack="bench", select=None, today=TODAY).plans
    objects = folder / "objects.json"
    write_objects(objects, plans, {"kubeconfig": str(kubeconfig), **limits})
    program = {name: ROOT / name for name in ("__main__.py", "argoproject", "components")}
    ours = Stack.make(folder / "program", program, {})
    access = {"kubeconfig": str(kubeconfig)}
    ours.configure(
        {
            "argo-projects:config": str(fleet),
            "argo-projects:secrets": json.loads(secrets_of(environments)),
            "argo-projects:clusters": {
                name: {**access, "context": name} for name in ("hub", "eu-1")
            },
        }
    )
    loop = {"__main__.py": ROOT / "benchmarks/bare_loop/__main__.py"}
    bare = Stack.make(folder / "loop", loop, {"BENCH_OBJECTS": str(objects)})
    return ours, bare
