"""Argo CD's own code reads the Secrets of this program: every kind of credential, type and option."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter

from argoproject.identity import Identity
from argoproject.models import Credential, SecretSource
from argoproject.models.credentials import (
    CREDENTIALS,
    AnyCredential,
    RepositoryOptions,
    RepositoryType,
)
from argoproject.plan.manifests.repositories import repository_secret
from argoproject.plan.model import SecretLeaf
from argoproject.project.repositories import SelectedRepository

pytestmark = pytest.mark.argocd

Answer = Mapping[str, Any]
Ask = Callable[[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]], list[Answer]]

PROJECT = "blue-shop-prod-eu-1"
IDENTITY = Identity("blue", "shop", "eu-1", "prod")

KINDS: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "https": (
        {"type": "https", "username": "bot", "password": {"secret": "p"}},
        {"username": "bot", "password": "value of p"},
    ),
    "bearer": (
        {"type": "bearer", "token": {"secret": "t"}},
        {"bearerToken": "value of t"},
    ),
    "bearer and certificate": (
        {
            "type": "bearer", "token": {"secret": "t"},
            "tlsClientCertData": {"secret": "c"}, "tlsClientCertKey": {"secret": "k"},
        },
        {"bearerToken": "value of t", "tlsClientCertData": "value of c", "tlsClientCertKey": "value of k"},
    ),
    "ssh": (
        {"type": "ssh", "privateKey": {"secret": "k"}},
        {"sshPrivateKey": "value of k"},
    ),
    "githubApp": (
        {"type": "githubApp", "appId": 12345, "privateKey": {"secret": "k"}},
        {"githubAppID": 12345, "githubAppPrivateKey": "value of k"},
    ),
    "githubApp of an enterprise": (
        {
            "type": "githubApp", "appId": 12345, "installationId": 67890, "privateKey": {"secret": "k"},
            "enterpriseBaseUrl": "https://ghe.example.org/api/v3",
            "tlsClientCertData": {"secret": "c"}, "tlsClientCertKey": {"secret": "ck"},
        },
        {
            "githubAppID": 12345, "githubAppInstallationID": 67890, "githubAppPrivateKey": "value of k",
            "githubAppEnterpriseBaseUrl": "https://ghe.example.org/api/v3",
            "tlsClientCertData": "value of c", "tlsClientCertKey": "value of ck",
        },
    ),
    "tls": (
        {"type": "tls", "certificate": {"secret": "c"}, "key": {"secret": "k"}},
        {"tlsClientCertData": "value of c", "tlsClientCertKey": "value of k"},
    ),
    "tls and password": (
        {
            "type": "tls", "certificate": {"secret": "c"}, "key": {"secret": "k"},
            "username": "bot", "password": {"secret": "p"},
        },
        {
            "tlsClientCertData": "value of c", "tlsClientCertKey": "value of k",
            "username": "bot", "password": "value of p",
        },
    ),
    "googleServiceAccount": (
        {"type": "googleServiceAccount", "serviceAccountKey": {"secret": "k"}},
        {"gcpServiceAccountKey": "value of k"},
    ),
    "azureWorkloadIdentity": (
        {"type": "azureWorkloadIdentity"},
        {"useAzureWorkloadIdentity": True},
    ),
    "azureServicePrincipal": (
        {"type": "azureServicePrincipal", "clientId": "c", "tenantId": "t", "clientSecret": {"secret": "s"}},
        {
            "azureServicePrincipalClientId": "c", "azureServicePrincipalTenantId": "t",
            "azureServicePrincipalClientSecret": "value of s",
        },
    ),
    "azureServicePrincipal elsewhere": (
        {
            "type": "azureServicePrincipal", "clientId": "c", "tenantId": "t", "clientSecret": {"secret": "s"},
            "activeDirectoryEndpoint": "https://login.example.org",
            "tlsClientCertData": {"secret": "cert"}, "tlsClientCertKey": {"secret": "k"},
        },
        {
            "azureServicePrincipalClientId": "c", "azureServicePrincipalTenantId": "t",
            "azureServicePrincipalClientSecret": "value of s",
            "azureActiveDirectoryEndpoint": "https://login.example.org",
            "tlsClientCertData": "value of cert", "tlsClientCertKey": "value of k",
        },
    ),
}  # fmt: skip
"""A credential as a file has it, and the fields in which Argo CD must find it."""

GIT = {
    "https": "HTTPSCreds", "bearer": "HTTPSCreds", "bearer and certificate": "HTTPSCreds", "ssh": "SSHCreds",
    "githubApp": "GitHubAppCreds", "githubApp of an enterprise": "GitHubAppCreds", "tls and password": "HTTPSCreds",
    "googleServiceAccount": "GoogleCloudCreds", "azureWorkloadIdentity": "AzureWorkloadIdentityCreds",
    "azureServicePrincipal": "AzureServicePrincipalCreds",
    "azureServicePrincipal elsewhere": "AzureServicePrincipalCreds",
}  # fmt: skip
"""Kinds of credential that Argo CD sends to a Git server. `tls` alone is not among them, and the checks refuse it."""

CHARTS = ("https", "tls", "tls and password", "azureWorkloadIdentity")
IMAGES = ("https", "tls", "tls and password")

URLS: Mapping[tuple[RepositoryType, bool], str] = {
    ("git", False): "https://git.example.org/blue/shop.git",
    ("helm", False): "https://charts.example.org/blue",
    ("helm", True): "registry.example.org:5000/blue/charts",
    ("oci", False): "oci://registry.example.org:5000/blue/manifests",
}
SSH = "git@git.example.org:blue/shop.git"

OPTIONS: Mapping[str, tuple[RepositoryOptions, Mapping[str, Any]]] = {
    "none": (RepositoryOptions(), {}),
    "insecure": (RepositoryOptions(insecure=True), {"insecure": True}),
    "forced": (RepositoryOptions(force_http_basic_auth=True), {"forceHttpBasicAuth": True}),
    "LFS": (RepositoryOptions(enable_lfs=True), {"enableLfs": True}),
    "proxy": (
        RepositoryOptions(proxy="http://proxy.example.org:3128", no_proxy="localhost,.example.org"),
        {"proxy": "http://proxy.example.org:3128", "noProxy": "localhost,.example.org"},
    ),
    "depth": (RepositoryOptions(depth=1), {"depth": 1}),
    "plain": (RepositoryOptions(insecure_oci_force_http=True), {"insecureOCIForceHttp": True}),
    "webhook": (
        RepositoryOptions(webhook_manifest_cache_warm_disabled=True),
        {"webhookManifestCacheWarmDisabled": True},
    ),
}
"""Options, and the values that Argo CD must read."""


@pytest.fixture(scope="module")
def ask(argocd_binaries: Path) -> Ask:
    """Gives Secrets to Argo CD's code and asks it for repositories."""

    def answers(
        secrets: Sequence[Mapping[str, Any]], questions: Sequence[Mapping[str, Any]]
    ) -> list[Answer]:
        outcome = subprocess.run(
            [argocd_binaries / "argocd-repositories"],
            input=json.dumps({"secrets": secrets, "ask": questions}),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert outcome.returncode == 0, outcome.stderr
        found: list[Answer] = json.loads(outcome.stdout)
        assert [item.get("error") for item in found] == [None] * len(questions)
        return found

    return answers


def secret(
    item: SelectedRepository, project: str = PROJECT, values: str = "value of"
) -> dict[str, Any]:
    """The Secret of a repository, with values."""

    def leaf(source: SecretSource) -> SecretLeaf:
        return f"{values} {source.secret}"  # type: ignore[return-value]  # the value of the leaf

    return json.loads(json.dumps(repository_secret(IDENTITY, project, "argocd", item, leaf)))  # type: ignore[no-any-return]


def repository(
    kind: str | None,
    type_: RepositoryType = "git",
    *,
    oci: bool = False,
    key: str = "shop",
    url: str | None = None,
    options: RepositoryOptions = RepositoryOptions(),  # noqa: B008  # frozen
    write: bool = False,
) -> SelectedRepository:
    """A repository with a kind of credential."""
    credential: Credential | None = (
        None
        if kind is None
        else TypeAdapter[Credential](AnyCredential).validate_python(KINDS[kind][0])
    )
    default = SSH if kind == "ssh" else URLS[type_, oci]
    return SelectedRepository(
        key=key, path=("repositories", key), url=url or default, type=type_, enable_oci=oci,
        credential=credential, options=options, write=write,
    )  # fmt: skip


def expected(
    item: SelectedRepository, kind: str | None, options: Mapping[str, Any]
) -> dict[str, Any]:
    """All fields that Argo CD must read for a repository; it must read no others."""
    return {
        "repo": item.url, "type": item.type, "name": f"{PROJECT}-{item.key}", "project": PROJECT,
        **({"enableOCI": True} if item.enable_oci else {}),
        **({} if kind is None else KINDS[kind][1]),
        **options,
    }  # fmt: skip


def understood(answer: Answer) -> dict[str, Any]:
    """The fields that Argo CD reads for a repository, without the state of its connection."""
    return {key: value for key, value in answer["repository"].items() if key != "connectionState"}


def one_each(ask: Ask, items: Iterable[SelectedRepository]) -> list[Answer]:
    """The answers about repositories, each the only one of its project; the name of the project is removed."""
    found = list(items)
    secrets, questions = [], []
    for number, item in enumerate(found):
        project = f"p{number}"
        secrets.append(secret(item, project))
        questions.append({"url": item.url, "project": project, "write": item.write})
    answers = ask(secrets, questions)
    for number, answer in enumerate(answers):
        assert answer["found"]
        assert answer["inProject"] == 1
        for name in ("name", "project"):
            text = answer["repository"][name]
            answer["repository"][name] = PROJECT + text.removeprefix(f"p{number}")
    return answers


def named(kind: type[Credential]) -> str:
    """The type of a kind of credential, as files write it."""
    return str(get_args(kind.model_fields["type"].annotation)[0])


def test_every_kind_of_credential_is_asked_for() -> None:
    assert {said["type"] for said, _ in KINDS.values()} == {named(kind) for kind in CREDENTIALS}


def test_types_of_repositories_are_declared_as_argo_cd_sends_credentials() -> None:
    for kind in CREDENTIALS:
        sent = {
            "git": named(kind) in {*GIT, "tls"},
            "helm": named(kind) in CHARTS,
            "oci": named(kind) in IMAGES,
        }
        assert [it for it, is_sent in sent.items() if is_sent] == list(kind.kind.repositories), kind


def test_every_option_is_asked_for() -> None:
    changed = {
        field
        for options, _ in OPTIONS.values()
        for field in RepositoryOptions.model_fields
        if getattr(options, field) != getattr(RepositoryOptions(), field)
    }
    assert changed == set(RepositoryOptions.model_fields)


@pytest.mark.parametrize("write", [False, True], ids=["read", "write"])
def test_git(ask: Ask, write: bool) -> None:
    cases = [(kind, name) for kind in GIT for name in OPTIONS]
    items = [repository(kind, options=OPTIONS[name][0], write=write) for kind, name in cases]
    for (kind, name), item, answer in zip(cases, items, one_each(ask, items), strict=True):
        assert understood(answer) == expected(item, kind, OPTIONS[name][1]), (kind, name)
        assert answer["git"] == GIT[kind], (kind, name)


@pytest.mark.parametrize("oci", [False, True], ids=["https", "OCI"])
def test_charts(ask: Ask, oci: bool) -> None:
    cases = [(kind, name) for kind in CHARTS for name in OPTIONS]
    items = [repository(kind, "helm", oci=oci, options=OPTIONS[name][0]) for kind, name in cases]
    for (kind, name), item, answer in zip(cases, items, one_each(ask, items), strict=True):
        assert understood(answer) == expected(item, kind, OPTIONS[name][1]), (kind, name)
        identity = kind == "azureWorkloadIdentity"
        assert answer["helm"] == ("AzureWorkloadIdentityCreds" if identity else "HelmCreds")
        if not identity:
            assert answer["helmLogin"] == ("" if kind == "tls" else "bot:value of p")
            assert answer["helmCert"] == ("" if kind == "https" else "value of c:value of k")


def test_images(ask: Ask) -> None:
    cases = [(kind, name) for kind in IMAGES for name in OPTIONS]
    items = [repository(kind, "oci", options=OPTIONS[name][0]) for kind, name in cases]
    for (kind, name), item, answer in zip(cases, items, one_each(ask, items), strict=True):
        assert understood(answer) == expected(item, kind, OPTIONS[name][1]), (kind, name)
        assert answer["ociLogin"] == ("" if kind == "tls" else "bot:value of p")
        assert answer["ociCert"] == ("" if kind == "https" else "value of c:value of k")
        assert answer["ociPlain"] is (name == "plain")


def test_without_a_credential(ask: Ask) -> None:
    items = [repository(None, type_, oci=oci) for type_, oci in URLS]
    for item, answer in zip(items, one_each(ask, items), strict=True):
        assert understood(answer) == expected(item, None, {})
        assert (answer["git"], answer["helmLogin"], answer["ociLogin"]) == ("NopCreds", "", "")


def test_what_the_checks_refuse_argo_cd_leaves_out(ask: Ask) -> None:
    tls, google, identity = one_each(
        ask,
        [
            repository("tls"),
            repository("googleServiceAccount", "helm"),
            repository("azureWorkloadIdentity", "oci"),
        ],
    )
    assert tls["git"] == "NopCreds", "a certificate alone"
    assert (google["helm"], google["helmLogin"], google["helmCert"]) == ("HelmCreds", "", "")
    assert (identity["ociLogin"], identity["ociCert"]) == ("", "")


def test_to_read_and_to_write_are_two(ask: Ask) -> None:
    url = "https://git.example.org/blue/shop"
    read = repository("https", key="shop")
    write = repository("bearer", key="push", write=True, url=url)
    questions = [{"url": url, "project": PROJECT, "write": to_write} for to_write in (False, True)]
    reading, writing = ask([secret(read), secret(write)], questions)
    assert understood(reading) == expected(read, "https", {})
    assert understood(writing) == expected(write, "bearer", {})


@pytest.mark.parametrize("write", [False, True], ids=["read", "write"])
def test_one_is_not_the_other(ask: Ask, write: bool) -> None:
    (answer,) = ask(
        [secret(repository("https", write=write))],
        [{"url": URLS["git", False], "project": PROJECT, "write": not write}],
    )
    assert not answer["found"]
    assert answer["git"] == "NopCreds"


def test_another_project_does_not_get_it(ask: Ask) -> None:
    question = {"url": URLS["git", False], "project": "green"}
    (answer,) = ask([secret(repository("https"))], [question])
    assert not answer["found"]
    assert answer["git"] == "NopCreds"


def test_two_projects_have_one_each(ask: Ask) -> None:
    item = repository("https")
    secrets = [secret(item, project, project) for project in ("one", "two")]
    answers = ask(secrets, [{"url": item.url, "project": project} for project in ("one", "two")])
    assert [answer["repository"]["password"] for answer in answers] == ["one p", "two p"]


@pytest.mark.parametrize(("type_", "oci"), [key for key in URLS if key[0] != "git"])
def test_for_dependencies_a_project_is_offered_the_logins_of_others(
    ask: Ask, type_: RepositoryType, oci: bool
) -> None:
    """The reason of the warning `shared-repository`."""
    item = repository("https", type_, oci=oci)
    secrets = [secret(item, project) for project in ("one", "two")]
    (answer,) = ask(secrets, [{"url": item.url, "project": "one"}])
    assert answer["offered"] == ["one-shop", "two-shop"]


def test_for_dependencies_logins_to_git_are_not_offered(ask: Ask) -> None:
    item = repository("https")
    (answer,) = ask([secret(item, "one")], [{"url": item.url, "project": "one"}])
    assert answer["offered"] == []
