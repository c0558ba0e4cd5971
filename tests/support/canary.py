"""Unique values in every field that is a secret, and the search for them.

`leaks` finds a value in clear or encoded. Each text that is searched must also contain `MARKER`, which is next to the
values but no secret: a search that finds nothing has to prove that it looked at the right text.
"""

from __future__ import annotations

import base64
import json
import urllib.parse
from collections.abc import Iterator, Mapping

import yaml

from argoproject.models import SecretSource
from argoproject.models.base import Model
from tests.support.vault import Vault

__all__ = ["CANARIES", "CONFIG", "MARKER", "files", "leaks", "secret_fields"]

MARKER = "canary-marker"
"""Name of the product, and so a part of every name and path."""

_NAMES = (
    "https-password",
    "bearer-token",
    "ssh-private-key",
    "github-private-key",
    "tls-certificate",
    "tls-key",
    "tls-password",
    "google-service-account-key",
    "azure-client-secret",
    "client-cert-data",
    "client-cert-key",
    "template-password",
    "registry-password",
    "registry-config",
    "workload",
    "manifest-string",
    "manifest-data",
    "platform",
    "helm-secrets-platform",
    "helm-secrets-blue",
)


def _value(number: int, name: str) -> str:
    text = f"cAnArY{number:02d}xQ7-{name[::-1]}-zW9"
    if name == "registry-config":
        return json.dumps({"auths": {"quay.example.org": {"password": text}}})
    return text


CANARIES: Mapping[str, str] = {name: _value(number, name) for number, name in enumerate(_NAMES)}
"""Values by the name of the secret."""

CONFIG = ("bearer-token", "platform", "registry-password")
"""The secrets in Pulumi config. The others are in sops files of every level."""

_HELM = ("helm-secrets-platform", "helm-secrets-blue")
_LEVELS = {"ssh-private-key": "blue", "tls-key": f"blue/{MARKER}"}
_GIT = "https://gitlab.example.org/blue"

_CREDENTIALS: Mapping[str, dict[str, object]] = {
    "https": {"type": "https", "username": MARKER, "password": {"secret": "https-password"}},
    "bearer": {
        "type": "bearer",
        "token": {"secret": "bearer-token"},
        "tlsClientCertData": {"secret": "client-cert-data"},
        "tlsClientCertKey": {"secret": "client-cert-key"},
    },
    "github": {"type": "githubApp", "appId": 1, "privateKey": {"secret": "github-private-key"}},
    "tls": {
        "type": "tls",
        "certificate": {"secret": "tls-certificate"},
        "key": {"secret": "tls-key"},
        "username": MARKER,
        "password": {"secret": "tls-password"},
    },
    "google": {
        "type": "googleServiceAccount",
        "serviceAccountKey": {"secret": "google-service-account-key"},
    },
    "azure": {
        "type": "azureServicePrincipal",
        "clientId": "00000000-0000-0000-0000-000000000001",
        "tenantId": "00000000-0000-0000-0000-000000000002",
        "clientSecret": {"secret": "azure-client-secret"},
    },
    "ssh": {"type": "ssh", "privateKey": {"secret": "ssh-private-key"}},
}

_PLATFORM = """\
secrets: {platform: {teams: [blue], urlPrefixes: ["https://gitlab.example.org/blue/p-"]}}
teams: {blue: {sources: ["https://gitlab.example.org/blue/", "ssh://git@git.example.org/blue/"]}}
"""


def _url(key: str) -> str:
    return "ssh://git@git.example.org/blue/ssh.git" if key == "ssh" else f"{_GIT}/{key}.git"


def _project() -> str:
    repositories = {
        key: {"url": _url(key), "credentials": value} for key, value in _CREDENTIALS.items()
    }
    templates = {
        "template": {
            "urlPrefix": f"{_GIT}/t-",
            "type": "https",
            "username": MARKER,
            "password": {"secret": "template-password"},
        },
        "platform": {
            "urlPrefix": f"{_GIT}/p-/",
            "type": "https",
            "username": MARKER,
            "password": {"secret": "platform"},
        },
    }
    urls = {**{key: _url(key) for key in _CREDENTIALS}, "t": f"{_GIT}/t-", "p": f"{_GIT}/p-/x.git"}
    applications = {
        key: {"source": {"repoURL": url, "path": ".", "targetRevision": "v1.0.0", "kustomize": {}}}
        for key, url in urls.items()
    }
    data = {
        "description": MARKER,
        "repositories": repositories,
        "credentials": templates,
        "applications": applications,
        "registries": {
            "harbor": {
                "server": "harbor.example.org",
                "username": MARKER,
                "password": {"secret": "registry-password"},
            },
            "quay": {
                "server": "quay.example.org",
                "dockerconfigjson": {"secret": "registry-config"},
            },
        },
        "namespace": {"secrets": {"workload": {"key": {"secret": "workload"}}}},
    }
    return yaml.safe_dump(data, sort_keys=False)


def files(vault: Vault, environment: str = "dev") -> dict[str, str]:
    """A tree with a secret in every field that accepts one, encrypted for the people of the vault."""
    folder = f"blue/{MARKER}/eu-1/{environment}"
    readers = ("ops", "blue")
    found = {
        "platform.yaml": vault.platform(_PLATFORM),
        f"projects/{folder}/project.yaml": _project(),
        f"projects/{folder}/manifests/{MARKER}.yaml": _manifest(vault, folder, readers),
    }
    for name, value in CANARIES.items():
        if name in (*CONFIG, *_HELM) or name.startswith("manifest-"):
            continue
        level = _LEVELS.get(name, folder)
        people = readers if level == folder else ("ops", "production", "blue")
        text = vault.encrypt({"value": value, "for": f"{level}/{name}"}, people)
        found[f"projects/{level}/secrets/{name}.yaml"] = text
    return found


def _manifest(vault: Vault, folder: str, readers: tuple[str, ...]) -> str:
    encoded = base64.b64encode(CANARIES["manifest-data"].encode()).decode()
    data = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "extra"},
        "stringData": {
            "argo-projects.for": f"{folder}/manifests/{MARKER}.yaml",
            "a": CANARIES["manifest-string"],
        },
        "data": {"b": encoded},
    }
    return vault.encrypt(data, readers, encrypted_regex="^(data|stringData)$")


def leaks(text: str) -> list[str]:
    """The names of the values that a text contains, in clear or in an encoding without a key."""
    return sorted(
        {name for name, value in CANARIES.items() if any(form in text for form in _forms(value))}
    )


def _forms(value: str) -> Iterator[str]:
    yield from (_core(value), urllib.parse.quote(_core(value)), _core(value).encode().hex())
    raw = _core(value).encode()
    for offset in range(3):
        # The characters at both ends also encode bits of their neighbours.
        yield base64.b64encode(b"x" * offset + raw).decode().rstrip("=")[4:-2]


def _core(value: str) -> str:
    """The part of an encoded value that does not depend on the JSON around it."""
    begin = value.index("cAnArY")
    return value[begin : value.index("-zW9") + 4]


def secret_fields(model: type[Model]) -> list[str]:
    """The fields of a model whose value is the name of a secret."""
    return [
        field.alias or name
        for name, field in model.model_fields.items()
        if field.annotation in (SecretSource, SecretSource | None)
    ]
