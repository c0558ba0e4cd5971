"""Repository URLs: when two are the same to Argo CD, and what a prefix covers."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["covers", "is_plain_url", "matches", "normalise"]

_NOT_PLAIN = re.compile(
    r"[*?!#\[\]{}\\\s]|(?:^|[/:])\.{1,2}(?:/|$)|%(?:25|2e|2f|5c)", re.IGNORECASE
)
_SSH = re.compile(r"(?:ssh://)?[^/:]*@[^@]+")
"""`sshURLRegex` of argo-cd, util/git/git.go: without a user, `host:path` is no SSH to it."""


@lru_cache(maxsize=65536)
def normalise(url: str) -> str:
    """The form under which Argo CD looks a repository up: two URLs with one form are one repository.

    Lower case, without `.git`; SSH in its short and long spelling is the same. A slash at the end is not removed.
    Source: argo-cd v3.5, util/git/git.go `NormalizeGitURL`.
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

    Whoever fetches `…/blue/../green/x.git` leaves out the `..` first, and Argo CD reads patterns in `sourceRepos`.
    """
    return _NOT_PLAIN.search(url) is None


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern of platform.yaml, in which `*` stands for any text, matches."""
    if "*" not in pattern and "?" not in pattern:
        return pattern == text
    return _glob(pattern, below=False).fullmatch(text) is not None


def _glob(pattern: str, below: bool) -> re.Pattern[str]:
    text = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(text + (r"(?:/.*)?" if below else ""), re.DOTALL)
