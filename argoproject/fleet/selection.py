"""Which environments a command is about: SELECT on its command line, and the shortest SELECT for given ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from argoproject.identity import Identity, derive
from argoproject.models.validation import nearest
from argoproject.project.model import Project
from argoproject.upstream.urls import matches

__all__ = ["NothingSelectedError", "Patterns", "chosen", "named", "takes"]

_KNOWN = 5
"""How many names an error tells."""


class NothingSelectedError(Exception):
    """A pattern takes no environment. `str()` is what a user reads."""


def named(environments: Iterable[Identity], projects: Iterable[Project]) -> Mapping[Identity, str]:
    """Environments with the names of their projects: of one that is broken, the name that its folder makes."""
    names = {item: derive(item).project for item in environments}
    return names | {item.identity: item.names.project for item in projects}


def chosen(environments: Mapping[Identity, str], patterns: Iterable[str]) -> tuple[Identity, ...]:
    """The environments, with the names of their projects, that any pattern takes, sorted.

    Raises:
        NothingSelectedError: for a pattern that takes none.
    """
    found: set[Identity] = set()
    for pattern in patterns:
        taken = {item for item, name in environments.items() if takes(pattern, item, name)}
        if not taken:
            raise NothingSelectedError(_nothing(pattern, environments))
        found |= taken
    return tuple(sorted(found))


def _nothing(pattern: str, environments: Mapping[Identity, str]) -> str:
    steps = pattern.strip("/").split("/")
    known = sorted({"/".join(str(item).split("/")[: len(steps)]) for item in environments})
    names = sorted(environments.values()) if len(steps) == 1 else ()
    match = nearest(pattern.strip("/"), [*known, *names])
    shown = ", ".join([*known[:_KNOWN], "…"] if len(known) > _KNOWN else known)
    hint = f"did you mean {match}?" if match else f"known: {shown}" if known else "there is none"
    return f"no environment is called {pattern} ({hint})"


def takes(pattern: str, identity: Identity, name: str) -> bool:
    """Whether a pattern takes an environment: a folder below projects/ takes all below it, `*` any text of one
    folder's name; else it is the name of a project, or a pattern of it."""
    steps = pattern.strip("/").split("/")
    own = (identity.team, identity.product, identity.cluster, identity.environment)
    below = len(steps) <= len(own) and all(map(matches, steps, own))
    return below or (len(steps) == 1 and matches(pattern, name))


class Patterns:
    """Says many environments in few words: patterns that take exactly those, each once.

    `blue` stands for all of a team, `blue/*/*/prod` for all its production. `everything` is the whole tree: a pattern
    never takes an environment that is not meant.
    """

    def __init__(self, everything: Iterable[Identity]) -> None:
        self._teams: dict[str, Mapping[str, frozenset[Identity]]] = {}
        by_team: dict[str, list[Identity]] = defaultdict(list)
        for identity in everything:
            by_team[identity.team].append(identity)
        for team, identities in by_team.items():
            self._teams[team] = _by_pattern(identities)

    def of(self, identities: Iterable[Identity]) -> Iterator[tuple[str, int]]:
        """Patterns and how many environments each takes, sorted."""
        left: dict[str, set[Identity]] = defaultdict(set)
        for identity in identities:
            left[identity.team].add(identity)
        for team in sorted(left):
            yield from sorted(self._of_team(self._teams.get(team, {}), left[team]))

    def _of_team(
        self, patterns: Mapping[str, frozenset[Identity]], left: set[Identity]
    ) -> Iterator[tuple[str, int]]:
        for pattern, taken in patterns.items():
            if taken <= left:
                left -= taken
                yield pattern, len(taken)
        yield from ((str(identity), 1) for identity in left)


def _by_pattern(identities: Iterable[Identity]) -> Mapping[str, frozenset[Identity]]:
    """The environments of one team by each pattern that takes more than one, the largest first."""
    found: dict[str, set[Identity]] = defaultdict(set)
    for identity in identities:
        team, product = identity.team, identity.product
        cluster, environment = identity.cluster, identity.environment
        for pattern in (
            team,
            f"{team}/{product}",
            f"{team}/*/*/{environment}",
            f"{team}/*/{cluster}",
            f"{team}/*/{cluster}/{environment}",
            f"{team}/{product}/{cluster}",
            f"{team}/{product}/*/{environment}",
        ):
            found[pattern].add(identity)
    # Among equals the first of the list above: the shortest way to say it.
    largest = sorted(found.items(), key=lambda item: -len(item[1]))
    return {pattern: frozenset(taken) for pattern, taken in largest if len(taken) > 1}
