"""Repository URLs and container images: when two name the same, and which of them a prefix or pattern covers.

The cluster's admission policies state the rule about images in CEL (`argoproject.plan.manifests`); tests compare
the two on a real API server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

__all__ = [
    "covers",
    "full_image",
    "is_from",
    "is_plain_url",
    "matches",
    "normalise",
    "registry_entry",
    "registry_key",
    "registry_remedy",
    "with_gaps",
]

_NOT_PLAIN = re.compile(
    r"[*?!#\[\]{}\\\s]|(?:^|[/:])\.{1,2}(?:/|$)|%(?:25|2e|2f|5c)", re.IGNORECASE
)
_SSH = re.compile(r"(?:ssh://)?[^/:]*@[^@]+")
"""`sshURLRegex` of argo-cd, util/git/git.go: without a user, it does not read `host:path` as SSH."""


@lru_cache(maxsize=65536)
def normalise(url: str) -> str:
    """The form by which Argo CD finds a repository: two URLs with the same form are one repository.

    Lower case, without `.git`, and without the scheme of SSH. A slash at the end is kept.
    Source: argo-cd v3.5, util/git/git.go `NormalizeGitURL`.

    Example:
        `git@github.com:Blue/Shop.git` and `ssh://git@github.com/blue/shop` both become `git@github.com/blue/shop`.
    """
    text = url.strip().lower()
    if _SSH.fullmatch(text) and not text.startswith("ssh://"):
        text = text.replace(":", "/", 1)
    return text.removeprefix("ssh://").removesuffix(".git")


def covers(prefix: str, url: str) -> bool:
    """Whether `prefix` covers `url`: as the URL itself, or as a folder above it.

    `https://git.example.org/blue` covers neither `…/blue-secret` nor `https://git.example.org.evil.tld`: the match ends
    at a `/`. Argo CD's own credential templates match plain text without a boundary.
    """
    below, text = normalise(prefix.rstrip("/")), normalise(url)
    if "*" in below:
        return _glob(below, prefix.endswith("/")).fullmatch(text) is not None
    return text == below or text.startswith(f"{below}/")


@lru_cache(maxsize=65536)
def is_plain_url(url: str) -> bool:
    """Whether a URL names one place: no pattern, template, fragment, blank, `..`, or encoding that hides one.

    Clients resolve the `..` of `…/blue/../green/x.git` before they fetch it, and Argo CD reads patterns in
    `sourceRepos`.
    """
    return _NOT_PLAIN.search(url) is None


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern of platform.yaml matches a text as a whole: `*` is any text, `?` any character."""
    if "*" not in pattern and "?" not in pattern:
        return pattern == text
    return _glob(pattern, below=False).fullmatch(text) is not None


def with_gaps(parts: Sequence[str]) -> str:
    """A regular expression of parts with any text between them, which takes linear time.

    Args:
        parts: Regular expressions, each of a fixed length. The first match of a part is the best one for the next, so
            that none is tried again.
    """
    first, *others = parts
    middle = "".join(f"(?>.*?{part})" for part in others[:-1])
    return first + middle + (f".*{others[-1]}" if others else "")


@lru_cache(maxsize=4096)
def _glob(pattern: str, below: bool) -> re.Pattern[str]:
    text = with_gaps([re.escape(part).replace(r"\?", ".") for part in pattern.split("*")])
    return re.compile(text + (r"(?:/.*)?" if below else ""), re.DOTALL)


_REGISTRY = re.compile(r"[.:A-Z]")
_DEFAULT = "docker.io"


def full_image(image: str) -> str:
    """The image with the registry from which it is pulled: `docker.io/library/nginx` for `nginx`.

    Source: distribution/reference v0.6, normalize.go, splitDockerDomain.
    """
    if "/" not in image:
        return f"{_DEFAULT}/library/{image}"
    first = image.split("/", 1)[0]
    return image if first == "localhost" or _REGISTRY.search(first) else f"{_DEFAULT}/{image}"


def registry_entry(entry: str) -> str:
    """An entry without the `/*` or `/` at its end: `harbor.example.org/blue` for `harbor.example.org/blue/*`."""
    return entry.removesuffix("*").rstrip("/") if entry.endswith("/*") else entry.rstrip("/")


def is_from(registries: Iterable[str], image: str) -> bool:
    """Whether an image is from one of the registries.

    Args:
        registries: Entries of `admission.registries`: a host, a path below one, or `*.example.org` for every host below
            a domain.
        image: An image as a Pod names it: `nginx` is from `docker.io`.
    """
    full = full_image(image)
    host = full.split("/", 1)[0]
    return any(
        host.endswith(entry[1:]) if entry.startswith("*.") else full.startswith(f"{entry}/")
        for entry in map(registry_entry, registries)
    )


_HOST = re.compile(
    r"(?P<name>[A-Za-z0-9*](?:[-A-Za-z0-9*]*[A-Za-z0-9*])?"
    r"(?:\.[A-Za-z0-9*](?:[-A-Za-z0-9*]*[A-Za-z0-9*])?)*)(?::(?P<port>[0-9]+))?"
)
_PART = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_BEGINNING = re.compile(rf"(?:/{_PART})*(?:/|\.|__?|-+)?")
"""What the path of an image can begin with. Source: distribution/reference v0.6, regexp.go."""

_HUB = "index.docker.io"


def registry_key(server: str) -> str | None:
    """The host and path of the images that are pulled with the login of a registry; None if no image can match.

    Source: k8s.io/kubernetes v1.36, pkg/credentialprovider/keyring.go, `Add` and `Lookup`, which get the image with its
    registry and without tag and digest.

    Example:
        harbor.example.org/blue               harbor.example.org/blue
        https://harbor.example.org/v2/        harbor.example.org
        https://index.docker.io/v1/           docker.io, as `docker login` writes it
        index.docker.io/blue                  None: images name it docker.io/blue
        oci://harbor.example.org              None
        harbor.example.org/blue/app:1.2       None
        harbor                                None: `harbor/app` is an image of docker.io
    """
    text = re.sub(r"^https?://", "", server)
    name, slash, rest = text.partition("/")
    path = slash + rest
    if path.startswith(("/v1/", "/v2/")):
        path = path[3:]
    path = "" if path == "/" else path
    # A host with `_` is the first part of a path to Docker's parser, and to the kubelet's comparison the same.
    host = _HOST.fullmatch(name) or re.fullmatch(_PART, name)
    if host is None or not _BEGINNING.fullmatch(path) or len(name + path) > _LONGEST:
        return None
    if name == _HUB:
        return None if path else _DEFAULT
    is_host = name == "localhost" or _REGISTRY.search(name) or "*" in name
    return name + path if is_host else None


_LONGEST = 240
"""The name of an image has at most 255 characters."""


def registry_remedy(server: str) -> str:
    """What to write instead of a server that no image can match."""
    text = server.rpartition("://")[2]
    name, _, path = text.partition("/")
    name = name.rpartition("@")[2]
    path = re.split(r"[:@]", path.lower())[0].strip("/")
    if name == _HUB:
        name = _DEFAULT
        path = "" if path == "v1" else path
    elif name and "/" not in text and registry_key(name) is None and _HOST.fullmatch(name):
        return f"write the host as images name it, with a dot or a port, or {_DEFAULT}/{name}"
    found = f"{name}/{path}" if path else name
    if registry_key(found) is None:
        found = "the host, with its port and path where it has them: harbor.example.org:5000/blue"
    return f"write {found}"
