"""Repositories as a graph shows them: each by itself, or, where they are many, those below one address together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable

from argoproject.output.graph.model import Repository
from argoproject.upstream.urls import normalise

__all__ = ["Addresses"]

_MOST = 24
_BEFORE_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@]*@)?", re.IGNORECASE)
"""A scheme, a user."""


class Addresses:
    """The repositories that stand for URLs: as many as people can follow."""

    def __init__(self, urls: Iterable[str]) -> None:
        # The first spelling of each, whatever the order in which they come.
        spelled = {normalise(url): url for url in sorted(set(urls), reverse=True)}
        keys = (set(map(fold, spelled)) for fold in _FOLDS)
        self._fold = next(
            (fold for fold, found in zip(_FOLDS, keys, strict=True) if len(found) <= _MOST), _host
        )
        members: dict[str, list[str]] = defaultdict(list)
        for normalised, url in sorted(spelled.items()):
            members[self._fold(normalised)].append(url)
        self.repositories = tuple(_repository(key, urls) for key, urls in members.items())

    def key(self, url: str) -> str:
        """The key of the repository that stands for a URL."""
        return self._fold(normalise(url))


def _repository(key: str, urls: list[str]) -> Repository:
    if len(urls) > 1:
        return Repository(key, f"{len(urls)} repositories", key, len(urls))
    address, _, name = _plain(urls[0].rstrip("/")).rpartition("/")
    return Repository(key, name.removesuffix(".git"), address)


def _plain(url: str) -> str:
    return _BEFORE_HOST.sub("", url)


def _itself(normalised: str) -> str:
    return normalised


def _owner(normalised: str) -> str:
    """The host and the first folder."""
    return "/".join(_plain(normalised).split("/")[:2])


def _host(normalised: str) -> str:
    return _plain(normalised).split("/")[0]


_FOLDS: tuple[Callable[[str], str], ...] = (_itself, _owner, _host)
"""What repositories are drawn as one by, from fine to coarse."""
