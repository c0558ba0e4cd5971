"""GitHub: pull requests, their comments, what was deployed."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import quote

from .api import Api
from .comment import UNLISTED

__all__ = ["Repository"]

BOT = "github-actions[bot]"
"""Who writes with a workflow's own token."""

_LISTED = 3_000
"""Files of a pull request, of which GitHub lists no more."""


class Repository:
    """The repository in which a workflow runs."""

    def __init__(self) -> None:
        self.path = f"/repos/{os.environ['GITHUB_REPOSITORY']}"
        self.api = Api(
            os.environ["GITHUB_API_URL"],
            {"Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}"},
            {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"},
        )

    def pull_request(self, run: Any, base: str) -> int | None:
        """The open pull request of which a workflow run has seen the newest commit.

        By the commit and the repository it comes from: the run's own list of pull requests is empty for forks, and a
        number in an artifact would be foreign text.
        """
        source = run["head_repository"]
        if source is None:  # the fork is gone
            return None
        head = f"{source['owner']['login']}:{run['head_branch']}"
        for pull in self.api.pages(f"{self.path}/pulls", state="open", base=base, head=head):
            there = pull["head"]
            if there["sha"] == run["head_sha"] and (there["repo"] or {}).get("id") == source["id"]:
                return int(pull["number"])
        return None

    def files(self, number: int) -> list[str]:
        """The paths that a pull request changes, both names of a renamed file."""
        changes = list(self.api.pages(f"{self.path}/pulls/{number}/files"))
        names = [change["filename"] for change in changes]
        names += [
            change["previous_filename"] for change in changes if "previous_filename" in change
        ]
        return names if len(changes) < _LISTED else [*names, UNLISTED]

    def comment(self, number: int, marker: str, body: str) -> str:
        """Write the comment, over the one that is there; what was done."""
        comments = f"{self.path}/issues/{number}/comments"
        for found in self.api.pages(comments):
            if found["user"]["login"] == BOT and found["body"].startswith(marker):
                if found["body"].strip() == body.strip():
                    return "unchanged"
                self.api.send("PATCH", f"{self.path}/issues/comments/{found['id']}", {"body": body})
                return "updated"
        self.api.send("POST", comments, {"body": body})
        return "written"

    def deployed(self, stack: str) -> str | None:
        """The commit that was deployed last to the environment of a stack: the newest that ever succeeded."""
        path = f"{self.path}/deployments"
        for deployment in self.api.pages(path, environment=stack):
            statuses = self.api.pages(f"{path}/{deployment['id']}/statuses")
            # The newest status of an earlier success is `inactive`.
            if any(status["state"] == "success" for status in statuses):
                return str(deployment["sha"])
        return None

    def artifact(self, run: int, name: str, limit: int) -> bytes | None:
        """The newest artifact of that name of a run, zipped."""
        path = f"{self.path}/actions/runs/{run}/artifacts?name={quote(name)}"
        found = [item for item in self.api.get(path)["artifacts"] if not item["expired"]]
        if not found:
            return None
        newest = max(item["id"] for item in found)
        return self.api.download(f"{self.path}/actions/artifacts/{newest}/zip", limit)
