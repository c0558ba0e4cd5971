"""`argoproject status`: whether the environments run in Argo CD as the files want it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click

from argoproject.cli.ending import fail, refuse
from argoproject.cli.loading import chosen, judged_tree, today
from argoproject.cli.options import CONFIG, REPORT_FORMAT, SELECT

__all__ = ["status"]

_PAUSE = 5.0
"""Seconds between two looks at the hub."""

_TIMEOUT = 30
"""Seconds that the hub has for an answer."""

_UNREADABLE = 2


@click.command(short_help="Whether the environments run in Argo CD as the files want it.")
@SELECT
@click.option(
    "--state", "file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True),
    help="What `argocd app list -o json` or `kubectl get applications,appprojects -A -o json` wrote; - and by default: "
    "standard input.",
)  # fmt: skip
@click.option("--context", metavar="NAME", help="Ask the hub, with kubectl and this context.")
@click.option(
    "--wait", type=click.IntRange(min=0), default=0, metavar="SECONDS",
    help="With --context: ask again until all are Synced and Healthy, at most so long.",
)  # fmt: skip
@CONFIG
@REPORT_FORMAT
def status(
    select: tuple[str, ...],
    file: Path | None,
    context: str | None,
    wait: int,
    config: str,
    form: str,
) -> None:
    """Show sync and health of each Application, the revisions wanted and running, and what prevents its success.

    SELECT names environments: blue, blue/shop, blue/*/eu-1/prod, or a project's name; without, all. Also shown:
    Applications that are missing, that no file declares, or that differ from the files; AppProjects that differ, where
    the state has them. Exit status 0 when everything is Synced and Healthy and as the files want it, 1 when not, 2 when
    the state cannot be read. No Secret is read.
    """
    from argoproject.fleet.live import NotAStateError, read_state
    from argoproject.fleet.status import status_of
    from argoproject.output.status import WRITERS, summary

    if file is not None and context is not None:
        raise click.UsageError("--state and --context name two states: choose one")
    if wait and context is None:
        raise click.UsageError("--wait needs --context: a file does not change")
    judged = judged_tree(config)
    if judged.errors or judged.tree.platform is None:
        refuse(judged.errors)
    projects, namespace = chosen(judged, select), judged.tree.platform.argocd.namespace
    deadline = time.monotonic() + wait
    while True:
        texts = [_written(file)] if context is None else [*_asked(context, namespace)]
        try:
            state = read_state(*texts, namespace=namespace)
        except NotAStateError as error:
            expected = "`argocd app list -o json` or `kubectl get applications -A -o json`"
            fail(f"the state is not what {expected} writes: {error}", _UNREADABLE)
        found = status_of(judged, projects, state, today(), everything=not select)
        good, left = all(item.good for item in found), deadline - time.monotonic()
        if good or left <= 0:
            break
        click.echo(f"{summary(found)} ({left:.0f} s left)", err=True)
        time.sleep(min(_PAUSE, left))
    click.echo(WRITERS[form](found))
    sys.exit(0 if good else 1)


def _written(file: Path | None) -> bytes:
    """The content of a file, or of standard input."""
    if file is not None and str(file) != "-":
        return file.read_bytes()
    if sys.stdin.isatty():
        raise click.UsageError("name the state: --state FILE, --context NAME, or standard input")
    return sys.stdin.buffer.read()


def _asked(context: str, namespace: str) -> Iterator[bytes]:
    """The Applications and AppProjects of the hub; without the latter where the user may not read them."""
    from argoproject.fleet.live import shown

    where = ("-n", namespace, f"--request-timeout={_TIMEOUT}s", "-o", "json")
    for kind in ("applications", "appprojects"):
        command = ["kubectl", f"--context={context}", "get", f"{kind}.argoproj.io", *where]
        try:
            done = subprocess.run(  # noqa: S603 - the arguments are a list
                command, capture_output=True, stdin=subprocess.DEVNULL, check=False
            )
        except OSError:
            remedy = "install it, or pipe the output of `argocd app list -o json` into this command"
            fail(f"kubectl is not on PATH ({remedy})", _UNREADABLE)
        if not done.returncode:
            yield done.stdout
        elif kind == "applications":
            reason = shown(done.stderr.decode(errors="replace"))
            fail(f"kubectl cannot read {kind} with the context {context}: {reason}", _UNREADABLE)
