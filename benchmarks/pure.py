"""What is measured of the program without its clusters: each measurement is a ratio to something known, or an amount.

Every function takes a folder of its own that does not exist yet.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from argoproject.audit import Baseline, audit
from argoproject.diff.fleet import diff_revision
from argoproject.diff.revision import find_revision
from argoproject.fleet.pipeline import Judged, judge, load_fleet, platform_files, without_collector
from argoproject.plan.build import plan_project
from argoproject.plan.render import render
from argoproject.preview.program import Program, run_program
from argoproject.project.resolve import resolve
from argoproject.secrets.decrypt import WORKERS, decrypt
from argoproject.secrets.file import SecretFile, SecretKey
from argoproject.tree.load import load_tree
from argoproject.yamlfile.reader import parse
from benchmarks.generated import secrets_of, write_fleet
from benchmarks.measure import ROUNDS, Amount, Measured, measure
from benchmarks.objects import write_objects
from tests.gotools.sets import HELM, SOPS
from tests.support.fleets import write_varied_fleet
from tests.support.vault import Vault

__all__ = [
    "audit_of_fleet",
    "decryption",
    "diff_of_fleet",
    "memory",
    "program",
    "rendering",
    "start_up",
    "validation",
]

ROOT = Path(__file__).parent.parent
TODAY = dt.date(2026, 11, 21)
MEMORY_LIMIT = 300
"""MiB."""

_CHARTS = Path(__file__).parent / "charts"
_RENDER_LIMIT = 4
"""Milliseconds for one environment: a fiftieth of the 0.2 s that two Helm charts took when this project began."""

_FASTER = 20
"""How many times faster than with today's Helm, which starts faster, an environment must be rendered."""


def validation(root: Path, environments: int) -> Measured:
    """`validate`, compared with the parser of YAML alone."""
    files = [*write_fleet(root, environments), root / "platform.yaml"]

    def parse_all() -> None:
        for file in files:
            with file.open("rb") as stream:
                yaml.load(stream, Loader=yaml.CSafeLoader)

    def validate() -> None:
        judged = judge(root, TODAY)
        if judged.problems or len(judged.projects) != environments:
            raise RuntimeError(f"the generated fleet is not valid: {judged.problems[:3]}")

    name = f"validate {environments} environments / yaml.load of their files"
    return measure(name, validate, parse_all, limit=2.5)


def memory(tree: Path, environments: int) -> Amount:
    """Peak memory of validating and planning, in a process of its own."""
    write_fleet(tree, environments)
    command = [sys.executable, "-m", "benchmarks.plan_all", str(tree)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    name = f"peak memory of validating and planning {environments} environments"
    return Amount(name, int(done.stdout), "MiB", MEMORY_LIMIT)


def audit_of_fleet(root: Path, environments: int) -> Measured:
    """`audit` of environments that all differ, compared with `validate`.

    The limit is 1: an audit reads and resolves the same, and checks less.
    """
    write_varied_fleet(root, environments)

    def look() -> None:
        with without_collector():
            tree = load_tree(root)
            projects, _ = resolve(tree)
            if tree.platform is None:
                raise RuntimeError("the generated fleet has no platform.yaml")
            found = audit(Judged(tree, tuple(projects), ()), tree.platform, TODAY, Baseline())
        if len(found.environments) != environments or not found.findings:
            raise RuntimeError(f"the audit saw {len(found.environments)} environments")

    name = f"audit {environments} environments / validate them"
    return measure(name, look, lambda: judge(root, TODAY), limit=1.0)


def start_up() -> Amount:
    """Processor time of the command line before it does anything, in processes of their own."""
    command = [sys.executable, "-m", "argoproject", "--help"]
    times = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return Amount("start-up: argoproject --help", statistics.median(times), "s of CPU", 0.3)


def diff_of_fleet(folder: Path, environments: int) -> Measured:
    """`diff` with one environment changed, compared with `validate` of the same tree.

    Git runs in processes of its own, so elapsed time is measured.
    """
    root = folder / "config"
    write_fleet(root, environments)
    who = ("-c", "user.name=bench", "-c", "user.email=bench@example.org")
    for arguments in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "base")):
        subprocess.run(["git", *who, *arguments], cwd=folder, check=True)
    file = root / "projects/team0000/shop/eu-1/prod/project.yaml"
    file.write_text(file.read_text().replace("shop: 1.4.2", "shop: 1.4.3"))

    def compare() -> None:
        found = diff_revision(judge(root, TODAY), find_revision(root), TODAY)
        if len(found.environments) != 1:
            raise RuntimeError(f"one environment changed, {len(found.environments)} were found")

    return measure(
        f"diff of {environments} environments, one changed / validate",
        compare,
        lambda: judge(root, TODAY),
        limit=1.5,
        clock=time.perf_counter,
    )


def program(root: Path, environments: int) -> Measured:
    """The Pulumi program, compared with a loop that registers the same resources; without an engine."""
    write_fleet(root, environments)
    plans = load_fleet(root, stack="bench", select=None, today=TODAY).plans
    objects = root / "objects.json"
    write_objects(objects, plans)
    config = {
        "argo-projects:config": str(root),
        "argo-projects:secrets": secrets_of(environments),
    }
    ours = Program(ROOT, ROOT, "argo-projects", "bench", config)
    bare = Program(ROOT, ROOT / "benchmarks/bare_loop", "argo-projects", "bench", {})
    with _environment("BENCH_OBJECTS", str(objects)):
        counts = [len(run_program(item).resources) for item in (ours, bare)]
        if counts[0] != counts[1]:
            raise RuntimeError(f"program and bare loop differ: {counts} resources")
        return measure(
            f"program with {environments} environments / bare loop, in-process",
            lambda: run_program(ours),
            lambda: run_program(bare),
            limit=1.15,
        )


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    """Set an environment variable for a while."""
    os.environ[name] = value
    try:
        yield
    finally:
        del os.environ[name]


def rendering(folder: Path, environments: int) -> Iterator[Measured | Amount]:
    """Every manifest of a fleet as text, compared with Helm and two charts that make one environment.

    Neither side writes files: that would measure the disk. Helm runs in processes, so elapsed time is measured.
    """
    root = folder / "config"
    write_fleet(root, environments)
    helm = HELM.ensure() / "helm"
    compared = environments // _FASTER

    def ours() -> None:
        with without_collector():
            judged = judge(root, TODAY)
            files = platform_files(judged.tree)
            plans = (plan_project(project, TODAY, files) for project in judged.projects)
            if sum(1 for _ in render(plans)) < environments:
                raise RuntimeError("manifests are missing")

    def charts() -> None:
        for number in range(compared):
            release = f"team{number:04}-shop-prod"
            for chart in ("project", "base"):
                command: list[str | Path] = [
                    helm,
                    "template",
                    release,
                    _CHARTS / chart,
                    "--set",
                    f"name={release}",
                ]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    name = f"render {environments} environments / {compared} of them with helm template"
    measured = measure(name, ours, charts, limit=1.0, clock=time.perf_counter)
    yield measured
    each = measured.seconds / environments * 1000
    yield Amount("render one environment", each, "ms", limit=_RENDER_LIMIT)


def decryption(folder: Path, files: int) -> Measured:
    """Decrypting a fleet's files, compared with as many sops processes, of which as many run at once.

    Other processes do the work, so elapsed time is measured.
    """
    folder.mkdir(parents=True)
    vault = Vault(folder, SOPS.ensure())
    paths = [folder / f"s{number:03d}.yaml" for number in range(files)]
    encrypted: list[SecretFile] = []
    for path in paths:
        key = SecretKey("blue", path.stem)
        path.write_text(vault.encrypt({"value": f"value of {key}", "for": str(key)}))
        document, problems = parse(path.name, path.read_bytes())
        if problems:
            raise RuntimeError(problems)
        encrypted.append(SecretFile(key, document))
    os.environ |= {"PATH": vault.env["PATH"], "SOPS_AGE_KEY": vault.identities["ops"]}

    def ours() -> None:
        if len(decrypt(encrypted)) != files:
            raise RuntimeError("not every file was decrypted")

    def bare() -> None:
        command = ["xargs", "-0", "-n1", f"-P{WORKERS}", "sops", "decrypt", "--output-type", "json"]
        names = "\0".join(map(str, paths)).encode()
        subprocess.run(command, input=names, check=True, stdout=subprocess.DEVNULL)

    name = f"decrypt {files} files / bare sops processes"
    return measure(name, ours, bare, limit=1.3, clock=time.monotonic)
