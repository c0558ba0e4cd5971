"""From which registry an image is pulled. That the cluster reads them alike: tests/attacks/test_admitted.py."""

from __future__ import annotations

import pytest

from argoproject.upstream.urls import full_image, is_from, registry_entry


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("nginx", "docker.io/library/nginx"),
        ("nginx:1.2", "docker.io/library/nginx:1.2"),
        ("blue/shop", "docker.io/blue/shop"),
        ("blue/shop/web:1", "docker.io/blue/shop/web:1"),
        ("localhost/shop", "localhost/shop"),
        ("localhosts/shop", "docker.io/localhosts/shop"),
        ("host:5000/shop", "host:5000/shop"),
        ("host.org/shop", "host.org/shop"),
        ("Host/shop", "Host/shop"),
        ("blue/host.org/shop", "docker.io/blue/host.org/shop"),
    ],
)
def test_the_registry_that_is_meant(image: str, expected: str) -> None:
    assert full_image(image) == expected


@pytest.mark.parametrize(
    ("entry", "expected"),
    [("h.org", "h.org"), ("h.org/", "h.org"), ("h.org/*", "h.org"), ("h.org/a/*", "h.org/a"), ("*.h.org", "*.h.org")],
)  # fmt: skip
def test_entries(entry: str, expected: str) -> None:
    assert registry_entry(entry) == expected


@pytest.mark.parametrize(
    ("entry", "image", "expected"),
    [
        ("h.org", "h.org/a/b:1", True),
        ("h.org", "h.org:443/a", False),
        ("h.org", "h.org.evil.tld/a", False),
        ("h.org/a/*", "h.org/a/b", True),
        ("h.org/a", "h.org/ab", False),
        ("*.h.org", "x.h.org/a", True),
        ("*.h.org", "xh.org/a", False),
        ("*.h.org", "evil.tld/x.h.org/a", False),
        ("docker.io/library", "nginx", True),
        ("docker.io", "blue/shop", True),
    ],
)
def test_is_from(entry: str, image: str, expected: bool) -> None:
    assert is_from(("other.org", entry), image) is expected
    assert not is_from((), image)
