"""A server on the loopback address that plays GitHub or GitLab: routes, what was asked, what was sent."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

__all__ = ["Asked", "Redirect", "Server", "serving"]


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Redirect:
    """An answer that points elsewhere."""

    to: str


Answer = Callable[[Asked], Any]
"""What a route answers: JSON, bytes, a redirect, or None for status 404."""


@dataclass
class Server:
    """`routes` are patterns of `METHOD path`; a list is answered in pages as asked for."""

    routes: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    address: str = ""

    def answer(self, asked: Asked) -> Any:
        self.asked.append(asked)
        for pattern, route in self.routes.items():
            if re.fullmatch(pattern, f"{asked.method} {asked.path}"):
                return route(asked)
        return None

    def wrote(self) -> list[tuple[str, str]]:
        """What was created or changed: method and path."""
        return [(item.method, item.path) for item in self.asked if item.method != "GET"]


def _page(items: list[Any], query: Mapping[str, str]) -> list[Any]:
    size = int(query.get("per_page", "30"))
    begin = (int(query.get("page", "1")) - 1) * size
    return items[begin : begin + size]


class _Handler(BaseHTTPRequestHandler):
    server: _Http

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        address = urlsplit(self.path)
        query = dict(parse_qsl(address.query))
        asked = Asked(self.command, address.path, query, dict(self.headers.items()), body)
        self._send(self.server.play.answer(asked), query)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815 - http.server's names

    def _send(self, answer: Any, query: Mapping[str, str]) -> None:
        if isinstance(answer, Redirect):
            self.send_response(302)
            self.send_header("Location", answer.to)
            self.end_headers()
            return
        if isinstance(answer, list):
            answer = _page(answer, query)
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(404 if answer is None else 200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with contextlib.suppress(
            BrokenPipeError, ConnectionResetError
        ):  # a download that was cut off
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Http(ThreadingHTTPServer):
    def __init__(self, play: Server) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.play = play


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    """A server inside the block."""
    play = Server()
    http = _Http(play)
    play.address = f"http://127.0.0.1:{http.server_port}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield play
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
