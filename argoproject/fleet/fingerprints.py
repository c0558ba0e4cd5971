"""By what a platform recognises a problem that it has seen before."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator

from argoproject.problems import Problem

__all__ = ["fingerprints"]

_LENGTH = 32


def fingerprints(problems: Iterable[Problem]) -> Iterator[str]:
    """One for each problem, which no other of the report has.

    A problem keeps it when lines come or go above it, and when it is found in more environments or fewer: only its
    file, its key, its code and its words count. Of problems that are equal in these, the first is the first.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for problem in problems:
        facts = (problem.position.file, problem.path, problem.code, problem.message)
        text = "\0".join((*facts, str(seen[facts])))
        seen[facts] += 1
        yield hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]
