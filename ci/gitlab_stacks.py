"""`python -m ci.gitlab_stacks deploy|drift`: the child pipeline with a job for each stack. JSON is YAML, too."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from .gitlab import Project
from .stacks import Stack, every, waiting

__all__ = ["main", "pipeline"]

_STAGES = ("nonproduction", "production")


def main(arguments: list[str]) -> None:
    """Print it."""
    match arguments:
        case ["drift"]:
            stacks = every()
        case ["deploy"]:
            stacks = waiting(Project(("JOB-TOKEN", os.environ["CI_JOB_TOKEN"])).deployed)
        case _:
            sys.exit("usage: python -m ci.gitlab_stacks deploy|drift")
    sys.stdout.write(json.dumps(pipeline(arguments[0], stacks), indent=2) + "\n")


def pipeline(what: str, stacks: list[Stack]) -> dict[str, Any]:
    """A job for each stack, made of the templates in ci/gitlab/stack.yaml."""
    jobs = {f"{what} {stack.name}": _job(what, stack) for stack in stacks}
    # GitLab refuses a pipeline without a job.
    nothing = {"nothing to do": {"extends": ".nothing", "stage": _STAGES[0]}}
    return {
        "include": [{"local": "ci/gitlab/stack.yaml"}],
        "stages": list(_STAGES),
        **(jobs or nothing),
    }


def _job(what: str, stack: Stack) -> dict[str, Any]:
    stage = "production" if stack.production else "nonproduction"
    deploys = what == "deploy"
    return {
        "extends": f".deploy-{stage}" if deploys else ".drift",
        "stage": stage if deploys else _STAGES[0],
        "variables": {"STACK": stack.name},
        # A drift job reads the stack's variables, and is no deployment.
        "environment": {"name": stack.name, "action": "start" if deploys else "verify"},
        "resource_group": f"stack/{stack.name}",
    }


if __name__ == "__main__":
    main(sys.argv[1:])
