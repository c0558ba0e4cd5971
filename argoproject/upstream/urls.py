"""Repository URLs: when two are the same repository to Argo CD, and which URLs a prefix or pattern covers."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["covers", "is_plain_url", "matches", "normalise"]

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


def _glob(pattern: str, below: bool) -> re.Pattern[str]:
    text = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(text + (r"(?:/.*)?" if below else ""), re.DOTALL)
