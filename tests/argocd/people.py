"""People who use Argo CD's API with the groups that single sign-on would give them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.argocd.server import SIGNING_KEY

__all__ = ["Person"]


class Person:
    """Somebody in some groups.

    Argo CD authorizes by the groups in the session token, and does not ask who issued it. So a session of the account
    `person`, which has no rights of its own, with the groups in it, is judged as a login through SSO would be.

    Args:
        url: of Argo CD's API server.
        groups: the groups.
    """

    def __init__(self, url: str, *groups: str) -> None:
        now = int(time.time())
        claims = {"iss": "argocd", "sub": "person:login", "iat": now, "nbf": now - 5}
        self._token = _signed({**claims, "exp": now + 86400, "jti": "tests", "groups": groups})
        self._address = urlsplit(url).netloc

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Send one request to Argo CD's API.

        Args:
            method: of HTTP.
            path: with a leading slash, for example `/api/v1/applications`.
            body: sent as JSON.

        Returns:
            The status, and the answer.
        """
        connection = http.client.HTTPConnection(self._address, timeout=60)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        return answer.status, json.loads(text) if text.startswith(("{", "[")) else text

    def sync(self, application: str, **options: Any) -> tuple[int, Any]:
        """Sync an Application, as the button does.

        Args:
            application: its name.
            options: further fields of the request, for example `revision`.
        """
        return self.ask("POST", f"/api/v1/applications/{application}/sync", options)


def _signed(claims: Mapping[str, Any]) -> str:
    """A JSON Web Token, signed as Argo CD signs its own."""
    parts = [_encoded({"alg": "HS256", "typ": "JWT"}), _encoded(claims)]
    digest = hmac.new(SIGNING_KEY.encode(), ".".join(parts).encode(), hashlib.sha256).digest()
    return ".".join([*parts, base64.urlsafe_b64encode(digest).decode().rstrip("=")])


def _encoded(data: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")
