"""`python3 -m ci.newer STACK`: refuse to deploy a commit over a newer one.

Runs may start in another order than their commits have. The stack's own history tells what it was deployed from;
once a newer commit was begun, an older one would take its changes back.
"""

from __future__ import annotations

import json
import subprocess
import sys

__all__ = ["main"]


def main(stack: str) -> None:
    """End with a reason where the stack has a newer commit."""
    command = ["pulumi", "stack", "history", "--stack", stack, "--json", "--page-size", "1"]
    updates = json.loads(_output(command) or "[]")
    newest = (updates[0]["environment"] or {}).get("git.head") if updates else None
    if newest and newest != _output(["git", "rev-parse", "HEAD"]) and _contains(newest):
        sys.exit(
            f"{stack} was deployed from {newest[:12]}, which is newer than this commit. "
            "Nothing to do; to go back, revert on the default branch"
        )


def _contains(commit: str) -> bool:
    """Whether a commit has this one among its ancestors. One that the clone does not know has not."""
    command = ["git", "merge-base", "--is-ancestor", "HEAD", commit]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - all ours
    return done.returncode == 0


def _output(command: list[str]) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - all ours
    return done.stdout.strip()


if __name__ == "__main__":
    main(sys.argv[1])
