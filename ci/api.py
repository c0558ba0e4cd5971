"""JSON over HTTPS: what GitHub's and GitLab's interfaces have in common."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Api", "ApiError", "TooLargeError"]

PER_PAGE = 100
_SECONDS = 60


class ApiError(Exception):
    """What was asked, and the status that came back."""

    def __init__(self, method: str, path: str, status: int) -> None:
        self.status = status
        super().__init__(f"{method} {path}: status {status}")


class TooLargeError(Exception):
    """More bytes than anybody asked for."""


@dataclass(frozen=True, slots=True)
class Api:
    """One server. `login` is the header with the token."""

    root: str
    login: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        address = urllib.parse.urlsplit(self.root)
        if address.scheme != "https" and address.hostname != "127.0.0.1":
            raise ValueError(f"{self.root} is no https address: the token would travel in clear")

    def get(self, path: str, **query: str | int) -> Any:
        """What is at a path."""
        return json.loads(self._send("GET", path + _query(query)))

    def pages(self, path: str, **query: str | int) -> Iterator[Any]:
        """Every item of a list that comes in pages."""
        page = 1
        while True:
            items = self.get(path, **query, per_page=PER_PAGE, page=page)
            yield from items
            if len(items) < PER_PAGE:
                return
            page += 1

    def send(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        """Create or change something."""
        return json.loads(self._send(method, path, json.dumps(body).encode()))

    def download(self, path: str, limit: int) -> bytes | None:
        """The bytes at a path, wherever it redirects to; None if there are none."""
        try:
            return self._send("GET", path, limit=limit)
        except ApiError as error:
            if error.status in (403, 404, 410):
                return None
            raise

    def _send(
        self, method: str, path: str, body: bytes | None = None, limit: int | None = None
    ) -> bytes:
        request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
            self.root + path, body, {**self.headers, "Content-Type": "application/json"}
        )
        request.method = method
        for name, value in self.login.items():
            # Files lie on other servers: a redirect must not take the token there.
            request.add_unredirected_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - as above
                content: bytes = answer.read() if limit is None else answer.read(limit + 1)
        except urllib.error.HTTPError as error:
            error.close()
            raise ApiError(method, path, error.code) from None
        if limit is not None and len(content) > limit:
            raise TooLargeError
        return content


def _query(query: Mapping[str, str | int]) -> str:
    return f"?{urllib.parse.urlencode(query)}" if query else ""
