"""Rules about one repository or credential, its options, and two of one URL: the exact text of each report."""

from __future__ import annotations

from pathlib import Path

import pytest

from argoproject.checks.repositories import check
from tests.support import cases
from tests.support.reports import reported
from tests.support.trees import PRODUCT

VERSIONS = "versions: {application: v1.4.2}\n"
URL = "https://gitlab.example.org/blue/shop.git"
BOT = "credentials: {type: https, username: bot, password: {secret: token}}"
OTHER = "credentials: {type: https, username: hydrator, password: {secret: push}}"

CASES = cases.read(__file__)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    CASES.compare(name, reported(check, tmp_path, CASES[name].files), pytestconfig)


def told_of(tmp_path: Path, option: str, url: str = URL) -> list[str]:
    """The report about a repository with one option, without what is the same in each."""
    source = f"application: {{source: {{repoURL: '{url}', path: deploy, kustomize: {{}}}}}}\n"
    text = f"{VERSIONS}repositories:\n  a:\n    url: '{url}'\n    {option}\n"
    lines = reported(check, tmp_path, {"project.yaml": text, PRODUCT: source})
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
        "user and password of a proxy would be written here in clear (use a proxy that needs none, or one that the "
        "platform sets for Argo CD itself) [proxy]"
    ]


def test_ssh_goes_through_socks_only(tmp_path: Path) -> None:
    url = "git@gitlab.example.org:blue/shop.git"
    assert told_of(tmp_path, 'proxy: "http://proxy:3128"', url) == [
        "Argo CD reaches SSH servers through SOCKS5 only, and ignores any other proxy (write socks5://host:port) "
        "[proxy]"
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
        f"{entry!r} is not a host, domain, address or network (join by commas, without blanks: host, .domain "
        "or *.domain, address, CIDR; a host may have a port) [no-proxy]"
    ]
