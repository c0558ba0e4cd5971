"""JSON over HTTP against a real server."""

from __future__ import annotations

import pytest

from ci.api import Api, ApiError, TooLargeError
from tests.ci.server import Redirect, Server


def api(server: Server) -> Api:
    return Api(server.address, {"Authorization": "Bearer s3cret"}, {"Accept": "text/json"})


def test_lists_are_read_to_their_end(server: Server) -> None:
    server.routes["GET /all"] = lambda _: list(range(250))
    assert list(api(server).pages("/all", state="open")) == list(range(250))
    assert [item.query["page"] for item in server.asked] == ["1", "2", "3"]
    assert {item.query["state"] for item in server.asked} == {"open"}


def test_the_token_does_not_follow_a_redirect(server: Server, storage: Server) -> None:
    server.routes["GET /file"] = lambda _: Redirect(f"{storage.address}/blob")
    storage.routes["GET /blob"] = lambda _: b"content"
    assert api(server).download("/file", 7) == b"content"
    assert server.asked[0].headers["Authorization"] == "Bearer s3cret"
    assert "s3cret" not in str(storage.asked)


def test_no_more_is_downloaded_than_was_asked_for(server: Server) -> None:
    server.routes["GET /file"] = lambda _: b"x" * 1_000_000
    with pytest.raises(TooLargeError):
        api(server).download("/file", 1_000)


def test_a_file_that_is_not_there_is_none(server: Server) -> None:
    assert api(server).download("/file", 7) is None


def test_an_error_names_the_request_and_no_token(server: Server) -> None:
    with pytest.raises(ApiError) as caught:
        api(server).send("POST", "/comments", {"body": "text"})
    assert str(caught.value) == "POST /comments: status 404"
    assert "s3cret" not in repr(api(server))


def test_a_token_never_travels_in_clear() -> None:
    with pytest.raises(ValueError, match=r"^http://gitlab\.example\.org is no https address"):
        Api("http://gitlab.example.org", {"PRIVATE-TOKEN": "s3cret"})
