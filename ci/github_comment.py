"""`python3 -m ci.github_comment`: comment on the pull request whose workflow run has just completed."""

from __future__ import annotations

import io
import json
import os
import sys
import zipfile
import zlib
from pathlib import Path

from .api import TooLargeError
from .comment import ARTIFACT, LARGEST, MARKER, comment
from .github import Repository

__all__ = ["main"]

NAME = "argoproject-diff"
"""Of the artifact."""


def main() -> str:
    """Do it; what was done."""
    event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text())
    run = event["workflow_run"]
    repository = Repository()
    number = repository.pull_request(run, event["repository"]["default_branch"])
    if number is None:
        return "no open pull request has this commit as its newest"
    raw = text_of(repository, run["id"])
    if raw is None:
        return f"#{number}: the run left no report"
    made = f"{run['head_sha'][:12]} · [run]({run['html_url']})"
    body = comment(raw, made, repository.files(number))
    if body is None:
        return f"#{number}: what the run left is no report"
    return f"#{number}: {repository.comment(number, MARKER, body)}"


def text_of(repository: Repository, run: int) -> bytes | None:
    """The report in a run's artifact, if it holds that and nothing else, and no more than a comment may hold."""
    try:
        packed = repository.artifact(run, NAME, limit=LARGEST)
        return None if packed is None else only_file(packed)
    except (
        TooLargeError,
        zipfile.BadZipFile,
        RuntimeError,
        NotImplementedError,
        EOFError,
        zlib.error,
    ):
        return b""


def only_file(packed: bytes) -> bytes:
    """The one file of a zip. Nothing is written to disk, and no more is unpacked than may be."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        if archive.namelist() != [ARTIFACT]:
            return b""
        with archive.open(ARTIFACT) as file:
            return file.read(LARGEST + 1)


if __name__ == "__main__":
    sys.stdout.write(f"{main()}\n")
