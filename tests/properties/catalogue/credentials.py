"""Credentials, and servers to which they could be sent."""

from __future__ import annotations

from typing import Any

from tests.properties.catalogue.sources import FOREIGN
from tests.properties.moves import Move, hostile, odd

__all__ = ["MOVES"]

_OWN = "https://gitlab.example.org/<own>/"
_REPOSITORY = f"{_OWN}shop.git"
_PASSWORD = {"secret": "gitlab-token"}
_HTTPS = {"type": "https", "username": "bot", "password": _PASSWORD}
_KEY = {"secret": "key"}
_ABROAD = ("https://evil.tld", "http://proxy.example.org:3128@evil.tld", "http://proxy.example.org", "http://proxy.example.org:31280",
           "https://ghe.example.org.evil.tld/api/v3")  # fmt: skip
_PROXIES = (
    "socks5://evil.tld:1080",
    "http://evil.tld:3128",
    "http://a'b:1",
    "http://proxy.example.org:3128;id",
    "$(id)",
)
_OTHERS = (
    "<victim>/gitlab-token",
    "platform/harbor-password",
    "../<victim>/x",
    "helm-secrets:<victim>",
)


def _repository(**fields: Any) -> dict[str, Any]:
    return {"url": _REPOSITORY, "credentials": _HTTPS, **fields}


def _template(**fields: Any) -> dict[str, Any]:
    return {"urlPrefix": _OWN, **_HTTPS, **fields}


def _registry(**fields: Any) -> dict[str, Any]:
    return {
        "server": "harbor.example.org/<own>",
        "username": "robot",
        "password": {"secret": "own-password"},
        **fields,
    }


_APP = {"type": "githubApp", "appId": 1, "privateKey": _KEY}
_AZURE = {"type": "azureServicePrincipal", "clientId": "a", "tenantId": "b", "clientSecret": _KEY}

MOVES: tuple[Move, ...] = (
    hostile("foreign repository", "repositories|evil", *(_repository(url=url) for url in FOREIGN)),
    odd(
        "repository",
        "repositories|shop",
        *(
            _repository(credentials=item)
            for item in (
                _HTTPS,
                {"type": "bearer", "token": _KEY},
                {"type": "ssh", "privateKey": _KEY},
                _APP,
                {**_APP, "installationId": 7},
                {
                    "type": "tls",
                    "certificate": _KEY,
                    "key": _KEY,
                    "username": "a",
                    "password": _KEY,
                },
                {"type": "googleServiceAccount", "serviceAccountKey": _KEY},
                {"type": "azureWorkloadIdentity"},
                _AZURE,
                {**_AZURE, "tlsClientCertData": _KEY, "tlsClientCertKey": _KEY},
            )
        ),
        _repository(
            depth=1, enableLfs=True, forceHttpBasicAuth=True, webhookManifestCacheWarmDisabled=True
        ),
        _repository(write=True),
        _repository(type="helm"),
        _repository(enableOCI=True),
        _repository(proxy="http://proxy.example.org:3128", noProxy=".example.org"),
        _repository(credentials={**_APP, "enterpriseBaseUrl": "https://ghe.example.org/api/v3"}),
    ),
    hostile(
        "foreign credentials",
        "credentials|evil",
        *(_template(urlPrefix=url) for url in FOREIGN),
        _template(urlPrefix="https://gitlab.example.org/"),
        _template(urlPrefix="https://gitlab.example.org"),
        _template(urlPrefix="https://"),
        _template(urlPrefix="https://gitlab.example.org/<own>-"),
    ),
    odd(
        "credentials",
        "credentials|gitlab",
        *(
            {"urlPrefix": _OWN, **item}
            for item in (
                _HTTPS,
                {"type": "ssh", "privateKey": _KEY},
                _APP,
                {"type": "bearer", "token": _KEY},
                _AZURE,
                {"type": "azureWorkloadIdentity"},
                {
                    "type": "tls",
                    "certificate": _KEY,
                    "key": _KEY,
                    "username": "a",
                    "password": _KEY,
                },
                {"type": "googleServiceAccount", "serviceAccountKey": _KEY},
            )
        ),
        _template(repositoryType="helm"),
        _template(repositoryType="helm", enableOCI=True),
        _template(urlPrefix="https://gitlab.example.org/<OWN>/"),
    ),
    hostile(
        "transport without checks",
        "repositories|evil",
        _repository(insecure=True),
        _repository(insecureOCIForceHttp=True),
    ),
    hostile(
        "login sent elsewhere",
        "repositories|evil",
        *(_repository(proxy=proxy) for proxy in _PROXIES),
        *(_repository(credentials={**_APP, "enterpriseBaseUrl": url}) for url in _ABROAD),
        *(_repository(credentials={**_AZURE, "activeDirectoryEndpoint": url}) for url in _ABROAD),
    ),
    hostile(
        "login of a prefix sent elsewhere",
        "credentials|gitlab",
        *(_template(proxy=proxy) for proxy in _PROXIES),
        *({"urlPrefix": _OWN, **_APP, "enterpriseBaseUrl": url} for url in _ABROAD),
    ),
    hostile(
        "secret of others in a repository",
        "repositories|evil",
        *(_repository(credentials={**_HTTPS, "password": {"secret": name}}) for name in _OTHERS),
    ),
    odd(
        "secret of the platform in a repository",
        "repositories|shop",
        *(
            _repository(credentials={**_HTTPS, "password": {"secret": name}})
            for name in ("harbor-password", "charts-password", "green-only")
        ),
    ),
    hostile(
        "foreign registry",
        "registries|evil",
        *(
            _registry(server=server)
            for server in (
                "harbor.example.org/<victim>",
                "harbor.example.org",
                "evil.tld",
                "harbor.example.org/<own>-evil",
                "harbor.example.org.evil.tld/<own>",
                "harbor.example.org/<own>/../<victim>",
                "harbor.example.org/*",
                "*",
                "harbor.example.org:444/<own>",
                "user@evil.tld/<own>",
            )
        ),
    ),
    odd(
        "registry",
        "registries|more",
        _registry(),
        _registry(server="harbor.example.org/<own>/x"),
        _registry(secretName="default-token"),
        _registry(secretName="db"),
        _registry(serviceAccounts=["argocd-sync"]),
        _registry(serviceAccounts=["a", "b"]),
        _registry(serviceAccounts=[]),
        {"server": "harbor.example.org/<own>", "dockerconfigjson": {"secret": "own-config"}},
        _registry(password={"secret": "harbor-password"}),
        _registry(password={"secret": "charts-password"}),
        {"server": "harbor.example.org/<own>", "dockerconfigjson": {"secret": "harbor-password"}},
    ),
    hostile(
        "secret of others in a registry",
        "registries|evil",
        *(_registry(password={"secret": name}) for name in _OTHERS),
    ),
)
