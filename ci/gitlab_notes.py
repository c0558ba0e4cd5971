"""`python3 -m ci.gitlab_notes`: bring the note of every open merge request up to date.

Runs on the default branch: a job of the merge request could read the token and keep it.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from .api import ApiError, TooLargeError
from .comment import ARTIFACT, LARGEST, MARKER, comment
from .gitlab import Project

__all__ = ["main"]

JOB = "merge-request"
"""The job that leaves the report."""


def main() -> int:
    """Do it; 1 if it failed for any merge request, after all the others."""
    project = Project(("PRIVATE-TOKEN", os.environ["ARGOPROJECT_NOTE_TOKEN"]))
    failed = False
    for merge_request in project.merge_requests(os.environ["CI_DEFAULT_BRANCH"]):
        try:
            done = note(project, merge_request)
        except ApiError as error:
            failed, done = True, str(error)
        sys.stdout.write(f"!{merge_request['iid']}: {done}\n")
    return 1 if failed else 0


def note(project: Project, merge_request: Any) -> str:
    """Bring one note up to date; what was done."""
    pipeline = merge_request["head_pipeline"]
    if pipeline is None or outdated(pipeline, merge_request["sha"]):
        return "no pipeline of the newest commit yet"
    try:
        raw = project.artifact(pipeline, JOB, ARTIFACT, LARGEST)
    except TooLargeError:
        raw = b""
    if raw is None:
        return "its pipeline left no report"
    made = f"{pipeline['sha'][:12]} · [pipeline]({pipeline['web_url']})"
    body = comment(raw, made, project.files(merge_request))
    if body is None:
        return "what its pipeline left is no report"
    return project.note(merge_request["iid"], MARKER, body)


def outdated(pipeline: Any, commit: str) -> bool:
    """Whether a pipeline is of an earlier commit. One of the merged result has a commit of its own."""
    return bool(pipeline["sha"] != commit) and not pipeline["ref"].endswith("/merge")


if __name__ == "__main__":
    sys.exit(main())
