"""``python -m tests.controlplane build | up``: the control planes without pytest, to explore them."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from tests.controlplane.build import BuildError, ToolchainMissing, ensure_binaries
from tests.controlplane.cluster import ControlPlaneError, check_target, start_all, write_kubeconfig


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 1 if it fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.controlplane", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build", help="build the servers into the cache")
    up = commands.add_parser("up", help="start control planes and wait for Ctrl-C")
    up.add_argument("names", nargs="*", metavar="NAME", help="default: hub eu-1")
    up.add_argument("--kubeconfig", type=Path, metavar="FILE", help="write one with every context")
    options = parser.parse_args(arguments)
    try:
        if options.command == "build":
            print(ensure_binaries())
        else:
            _up(options.names or ["hub", "eu-1"], options.kubeconfig)
    except (ToolchainMissing, BuildError, ControlPlaneError) as error:
        print(f"controlplane: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _up(names: Sequence[str], target: Path | None) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C
    if target is not None:
        check_target(target)
    with start_all(names) as planes:
        for plane in planes:
            print(f"{plane.name}: {plane.server}  {plane.kubeconfig}", flush=True)
        try:
            if target is not None:
                write_kubeconfig(planes, target)
                print(f"all of them: {target}", flush=True)
            print("Ctrl-C stops and removes them.", flush=True)
            threading.Event().wait()
        finally:
            if target is not None:
                target.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
