"""Rules about one repository or credential, its options, and two of one URL: the exact text of each report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from argoproject.checks.repositories.repositories import check
from tests.support.reports import Case, told
from tests.support.trees import PRODUCT

VERSIONS = "versions: {application: v1.4.2}\n"
URL = "https://gitlab.example.org/blue/shop.git"
BOT = "credentials: {type: https, username: bot, password: {secret: token}}"
OTHER = "credentials: {type: https, username: hydrator, password: {secret: push}}"

CASES: Mapping[str, Case] = {
    "one to read and one to write": (
        {
            "project.yaml": f"""\
{VERSIONS}repositories:
  a: {{url: "{URL}", {BOT}}}
  b: {{url: "https://gitlab.example.org/blue/shop", write: true, {OTHER}}}
""",
        },
        [],
    ),
    "one to write, and a credential to read": (
        {
            "project.yaml": f"""\
{VERSIONS}repositories:
  b: {{url: "{URL}", write: true, {OTHER}}}
credentials:
  gitlab: {{urlPrefix: "https://gitlab.example.org/blue/", type: https, username: bot, password: {{secret: token}}}}
""",
        },
        [],
    ),
    "two of each": (
        {
            "project.yaml": f"""\
{VERSIONS}repositories:
  a: {{url: "{URL}", {BOT}}}
  b: {{url: "{URL}", write: true, {OTHER}}}
  c: {{url: "{URL}", {BOT}}}
  d: {{url: "{URL}", write: true, {OTHER}}}
""",
        },
        [
            (
                "project.yaml:5:7: repositories.c.url: repositories.a has the same URL: Argo CD would use either of "
                "them (keep one) [repository-twice]"
            ),
            (
                "project.yaml:6:7: repositories.d.url: repositories.b has the same URL and is to write too: Argo CD "
                "would use either of them (keep one) [repository-twice]"
            ),
        ],
    ),
    "only one to write": (
        {
            "project.yaml": f"""\
{VERSIONS}repositories:
  b: {{url: "{URL}", write: true, {OTHER}}}
""",
        },
        [
            (
                "project.yaml:3:56: repositories.b.write: warning: Argo CD does not read with a Secret to write, and "
                "there is none to read this URL (add a repository of this URL without `write`, or let a credential's "
                "urlPrefix cover it; a repository that all may read needs none) [write-alone]"
            ),
        ],
    ),
    "to write charts": (
        {
            "project.yaml": f"""\
{VERSIONS}repositories:
  b: {{url: "oci://r.example.org/b", type: oci, write: true, {OTHER}}}
allow: [{{kind: source, value: "oci://r.example.org/b", reason: r}}]
""",
        },
        [
            (
                "project.yaml:3:48: repositories.b.write: the source hydrator writes to Git, the repository is of "
                "type oci (remove `write`) [write-type]"
            ),
        ],
    ),
    "credentials that Argo CD would leave out": (
        {
            "project.yaml": f"""\
{VERSIONS}credentials:
  google:
    urlPrefix: https://c.example.org/
    repositoryType: helm
    type: googleServiceAccount
    serviceAccountKey: {{secret: key}}
  identity:
    urlPrefix: oci://r.example.org/
    repositoryType: oci
    type: azureWorkloadIdentity
  identity-of-charts:
    urlPrefix: r.example.org/charts/
    repositoryType: helm
    enableOCI: true
    type: azureWorkloadIdentity
  principal:
    urlPrefix: https://p.example.org/
    repositoryType: helm
    type: azureServicePrincipal
    clientId: a
    tenantId: b
    clientSecret: {{secret: key}}
  tls:
    urlPrefix: https://g.example.org/
    type: tls
    certificate: {{secret: crt}}
    key: {{secret: key}}
    username: bot
  tls-of-charts:
    urlPrefix: https://h.example.org/
    repositoryType: helm
    type: tls
    certificate: {{secret: crt}}
    key: {{secret: key}}
""",
        },
        [
            (
                "project.yaml:6:5: credentials.google.type: a credential of type googleServiceAccount is for Git, the "
                "repository is of type helm (use `type: https` with username and password) [credential-type]"
            ),
            (
                "project.yaml:11:5: credentials.identity.type: a credential of type azureWorkloadIdentity is for "
                "https:// or host/path, the URL is oci:// (write the URL of that kind, or another type of "
                "credential) [credential-scheme]"
            ),
            (
                "project.yaml:20:5: credentials.principal.type: a credential of type azureServicePrincipal is for "
                "Git, the repository is of type helm (use `type: https` with username and password) [credential-type]"
            ),
            (
                "project.yaml:26:5: credentials.tls.type: Argo CD sends a client certificate to a Git server only "
                "beside a password (add `username` and `password`, or use another type of credential) "
                "[certificate-alone]"
            ),
        ],
    ),
    "half a certificate, and open endpoints": (
        {
            "project.yaml": f"""\
{VERSIONS}credentials:
  a: {{urlPrefix: "https://a.example.org/", type: bearer, token: {{secret: t}}, tlsClientCertData: {{secret: c}}}}
  b:
    urlPrefix: https://b.example.org/
    type: githubApp
    appId: 1
    privateKey: {{secret: k}}
    enterpriseBaseUrl: http://b.example.org/api/v3
    tlsClientCertKey: {{secret: c}}
  c:
    urlPrefix: https://c.example.org/
    type: azureServicePrincipal
    clientId: a
    tenantId: b
    clientSecret: {{secret: k}}
    activeDirectoryEndpoint: login.example.org
    tlsClientCertData: {{secret: c}}
    tlsClientCertKey: {{secret: k}}
""",
        },
        [
            (
                "project.yaml:3:78: credentials.a.tlsClientCertData: `tlsClientCertData` stands here without "
                "`tlsClientCertKey` (add `tlsClientCertKey`, or remove it) [certificate-half]"
            ),
            (
                "project.yaml:9:5: credentials.b.enterpriseBaseUrl: the credential would be sent without encryption "
                "(write https://…) [endpoint]"
            ),
            (
                "project.yaml:10:5: credentials.b.tlsClientCertKey: `tlsClientCertKey` stands here without "
                "`tlsClientCertData` (add `tlsClientCertData`, or remove it) [certificate-half]"
            ),
            (
                "project.yaml:17:5: credentials.c.activeDirectoryEndpoint: the credential would be sent without "
                "encryption (write https://…) [endpoint]"
            ),
        ],
    ),
    "the secret of a service principal of the platform": (
        {
            "project.yaml": f"""\
{VERSIONS}repositories:
  a:
    url: {URL}
    credentials:
      type: azureServicePrincipal
      clientId: a
      tenantId: b
      clientSecret: {{secret: principal}}
      activeDirectoryEndpoint: https://evil.tld
""",
            "platform": "secrets: {principal: {teams: [blue], urlPrefixes: ['https://gitlab.example.org/']}}",
        },
        [
            (
                "project.yaml:9:7: repositories.a.credentials.clientSecret: principal is the platform's and would be "
                "sent to https://evil.tld (secrets.principal.urlPrefixes of platform.yaml allows "
                "https://gitlab.example.org/: name a secret of the team's own, or let the platform team add the URL) "
                "[platform-secret-elsewhere]"
            ),
        ],
    ),
    "options of another type": (
        {
            "project.yaml": f"""\
{VERSIONS}credentials:
  charts:
    urlPrefix: https://c.example.org/
    repositoryType: helm
    type: https
    username: bot
    password: {{secret: token}}
    forceHttpBasicAuth: true
    enableLfs: true
    depth: 1
    webhookManifestCacheWarmDisabled: true
    insecureOCIForceHttp: true
  git: {{urlPrefix: "https://g.example.org/", {BOT[14:-1]}, depth: 0}}
""",
        },
        [
            (
                "project.yaml:9:5: credentials.charts.forceHttpBasicAuth: `forceHttpBasicAuth` is for Git, the "
                "repository is of type helm (remove it) [repository-option]"
            ),
            (
                "project.yaml:10:5: credentials.charts.enableLfs: `enableLfs` is for Git, the repository is of type "
                "helm (remove it) [repository-option]"
            ),
            (
                "project.yaml:11:5: credentials.charts.depth: `depth` is for Git, the repository is of type helm "
                "(remove it) [repository-option]"
            ),
            (
                "project.yaml:12:5: credentials.charts.webhookManifestCacheWarmDisabled: "
                "`webhookManifestCacheWarmDisabled` is for Git, the repository is of type helm (remove it) "
                "[repository-option]"
            ),
            (
                "project.yaml:13:5: credentials.charts.insecureOCIForceHttp: `insecureOCIForceHttp` is for OCI "
                "registries (remove it) [repository-option]"
            ),
            (
                "project.yaml:13:5: credentials.charts.insecureOCIForceHttp: only the platform team switches the "
                "encryption to a registry off (remove `insecureOCIForceHttp`, or ask the platform team to put the "
                "repository into the profile) [insecure]"
            ),
            (
                "project.yaml:14:101: credentials.git.depth: 0 is no number of commits (write 1 or more, or remove it "
                "to fetch all) [depth]"
            ),
        ],
    ),
    "without TLS, by the platform": (
        {
            "project.yaml": VERSIONS,
            "platform": """\
profiles: {medium: {credentials: {charts: {
  urlPrefix: r.example.org/, repositoryType: helm, enableOCI: true, insecureOCIForceHttp: true,
  type: https, username: bot, password: {secret: token}}}}}""",
        },
        [],
    ),
    "registries that differ in the port": (
        {
            "project.yaml": f"""\
{VERSIONS}repositories:
  a: {{url: "r.example.org:5000/a", type: helm, enableOCI: true, {BOT}}}
  b: {{url: "r.example.org:5001/b", type: helm, enableOCI: true, {OTHER}}}
credentials:
  c: {{urlPrefix: "oci://r.example.org:5001/", repositoryType: oci, {BOT[14:-1]}}}
allow:
  - {{kind: source, value: "r.example.org:5000/a", reason: r}}
  - {{kind: source, value: "r.example.org:5001/b", reason: r}}
  - {{kind: source, value: "oci://r.example.org:5001/c", reason: r}}
""",
        },
        [
            (
                "project.yaml:6:3: credentials.c: repositories.b has another login for r.example.org:5001: Helm keeps "
                "one login for each registry, so that the last one would be used for both (use one account that may "
                "read both) [registry-host-twice]"
            ),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    assert told(check, tmp_path, files) == expected


def told_of(tmp_path: Path, option: str, url: str = URL) -> list[str]:
    """The report about a repository with one option, without what is the same in each."""
    source = f"application: {{source: {{repoURL: '{url}', path: deploy, kustomize: {{}}}}}}\n"
    text = f"{VERSIONS}repositories:\n  a:\n    url: '{url}'\n    {option}\n"
    lines = told(check, tmp_path, {"project.yaml": text, PRODUCT: source})
    return [line.split(": ", 2)[2] for line in lines]


@pytest.mark.parametrize(
    "proxy",
    [
        "http://proxy.example.org:3128", "https://proxy:1", "socks5://10.0.0.1:65535",
        "socks5h://[2001:db8::1]:1080",
    ],
)  # fmt: skip
def test_a_proxy(tmp_path: Path, proxy: str) -> None:
    assert told_of(tmp_path, f'proxy: "{proxy}"') == []


@pytest.mark.parametrize(
    "proxy",
    [
        "http://proxy.example.org", "http://proxy:0", "http://proxy:65536", "http://proxy:3128/", "http://-x:1",
        "http://proxy;id:3128", "http://$(id):3128", "http://[::g]:1", "http://[fe80::1%25eth0]:1", "ftp://proxy:1",
        "proxy:3128", "HTTP://proxy:3128", "http://proxy:3128 x", "http://proxy_x:3128", "http://a..b:1",
    ],
)  # fmt: skip
def test_no_proxy_at_all(tmp_path: Path, proxy: str) -> None:
    assert told_of(tmp_path, f'proxy: "{proxy}"') == [
        "this is not the URL of a proxy (write scheme://host:port, without user, path or anything else) [proxy]"
    ]


def test_a_proxy_with_a_password_is_not_repeated(tmp_path: Path) -> None:
    assert told_of(tmp_path, 'proxy: "http://me:s3cret@proxy.example.org:3128"') == [
        "user and password of a proxy would stand here in clear (use a proxy that needs none, or one that the platform "
        "sets for Argo CD itself) [proxy]"
    ]


def test_ssh_goes_through_socks_only(tmp_path: Path) -> None:
    url = "git@gitlab.example.org:blue/shop.git"
    assert told_of(tmp_path, 'proxy: "http://proxy:3128"', url) == [
        "Argo CD goes to SSH servers through SOCKS5 only, and around any other proxy (write socks5://host:port) [proxy]"
    ]
    assert told_of(tmp_path, 'proxy: "socks5h://proxy:1080"', url) == []


@pytest.mark.parametrize(
    "text",
    [
        "localhost,.internal.example.org,company.org,10.123.0.0/16", "*.example.org", "10.0.0.1", "10.0.0.1:8080",
        "example.org:443,.example.org:443", "2001:db8::/32", "::1", "[2001:db8::1]:8080",
    ],
)  # fmt: skip
def test_what_is_reached_without_the_proxy(tmp_path: Path, text: str) -> None:
    assert told_of(tmp_path, f'noProxy: "{text}"') == []


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("a, b", " b"), ("a,", ""), ("*", "*"), ("a.*.org", "a.*.org"), ("10.0.0.0/33", "10.0.0.0/33"),
        ("https://a", "https://a"), ("a:0", "a:0"), ("a:99999", "a:99999"), ("a/b", "a/b"), ("a;b", "a;b"),
        ("..a", "..a"), ("me@a", "me@a"), ("fe80::1%eth0", "fe80::1%eth0"), ("[::g]:1", "[::g]:1"),
    ],
)  # fmt: skip
def test_what_is_not_reached_without_the_proxy(tmp_path: Path, text: str, entry: str) -> None:
    assert told_of(tmp_path, f'noProxy: "{text}"') == [
        f"{entry!r} is nothing that could be reached without the proxy (join by commas, without blanks: host, .domain "
        "or *.domain, address, CIDR; a host may have a port) [no-proxy]"
    ]
