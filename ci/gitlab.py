"""GitLab: merge requests, their notes, what was deployed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from .api import Api
from .comment import UNLISTED

__all__ = ["Project"]


class Project:
    """The project in which a pipeline runs. `login` is the header with the token."""

    def __init__(self, login: tuple[str, str]) -> None:
        self.path = f"/projects/{os.environ['CI_PROJECT_ID']}"
        self.api = Api(os.environ["CI_API_V4_URL"], dict([login]))

    def merge_requests(self, target: str) -> Iterator[Any]:
        """The open ones, with their newest pipeline."""
        path = f"{self.path}/merge_requests"
        for merge_request in self.api.pages(path, state="opened", target_branch=target):
            yield self.api.get(f"{path}/{merge_request['iid']}")

    def files(self, merge_request: Any) -> list[str]:
        """The paths that a merge request changes, both names of a renamed file."""
        path = f"{self.path}/merge_requests/{merge_request['iid']}/diffs"
        changes = list(self.api.pages(path))
        names = sorted({change[side] for change in changes for side in ("new_path", "old_path")})
        # `1000+` counts what is not listed.
        listed = not str(merge_request["changes_count"]).endswith("+")
        return names if listed else [*names, UNLISTED]

    def artifact(self, pipeline: Any, job: str, file: str, limit: int) -> bytes | None:
        """A file that the job of a pipeline left. A fork's pipeline belongs to the fork's project."""
        project = f"/projects/{pipeline['project_id']}"
        for found in self.api.pages(f"{project}/pipelines/{pipeline['id']}/jobs"):
            if found["name"] == job and found["status"] in ("success", "failed"):
                path = f"{project}/jobs/{found['id']}/artifacts/{file}"
                return self.api.download(path, limit)
        return None

    def note(self, iid: int, marker: str, body: str) -> str:
        """Write the note, over the one of this token's user that is there; what was done."""
        notes = f"{self.path}/merge_requests/{iid}/notes"
        me = self.api.get("/user")["id"]
        for found in self.api.pages(notes, sort="asc"):
            if found["author"]["id"] == me and found["body"].startswith(marker):
                if found["body"].strip() == body.strip():
                    return "unchanged"
                self.api.send("PUT", f"{notes}/{found['id']}", {"body": body})
                return "updated"
        self.api.send("POST", notes, {"body": body})
        return "written"

    def deployed(self, stack: str) -> str | None:
        """The commit that was deployed last to the environment of a stack."""
        newest = self.api.get(
            f"{self.path}/deployments",
            environment=stack,
            status="success",
            order_by="id",
            sort="desc",
            per_page=1,
        )
        return str(newest[0]["sha"]) if newest else None
