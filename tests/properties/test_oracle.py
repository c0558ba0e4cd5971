"""The oracle alone notices hostile moves: with all checks switched off, it finds them in the plan.

Otherwise a fleet that breaks a rule could pass because the oracle does not look at that part of the plan.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from argoproject.problems import ConfigError
from tests.properties.base import fleet
from tests.properties.catalogue import MOVES
from tests.properties.moves import Move
from tests.properties.oracle import obeys
from tests.properties.run import verdict
from tests.properties.test_moves import NEAREST
from tests.support.trees import TODAY

WITHOUT_EFFECT: Mapping[str, str] = {
    "foreign group in roles|deployer|groups": "a role without permissions is not planned",
    "permission for others' Applications": "a pattern is one of the project's own keys",
    "label of the platform": "the program's own labels come last",
    "annotation of the platform": "the program's own annotations come last",
    "Secret of others": "`../` in a key of a Secret is no path",
    "former key of an Application": "an alias of its own",
    "value file outside": "a `ref` that no source has is no file",
    "value read from outside": "a `ref` that no source has is no file",
    "plugin of the platform": "a plugin without a name is left out",
    "option that makes namespaces": "Argo CD knows no option of another name",
    "field that decides": "a source that does not exist has no effect",
    "generator that reads more": "an empty generator generates nothing",
    "generator without an allow": "the plan leaves out what no `allow` names",
    "generator beyond its allow": "the plan leaves out what no `allow` names",
    "source that is filled in": "the AppProject does not name what a generator fills in",
    "name of another set": "the name of one Application twice: Argo CD generates neither",
    "foreign repository": "a repository that no source uses is not planned",
    "foreign credentials": "credentials that no source matches are not planned",
    "allow a guard": "guards are denied even if they are allowed",
    "ended allow of a guard": "guards are denied even if they are allowed",
    "allow others' hub namespaces": "counts only together with sourceNamespaces",
    "hub namespaces of others": "counts only together with an allow",
    "manifest elsewhere": "the plan puts every manifest into the environment's namespace",
    "manifest with steering marks": "an empty list of owners is left out",
    "secret in clear": "a secret that nothing names is not planned",
}
"""Moves that are refused although some of their values would have no effect, with the reason."""


@pytest.mark.parametrize(
    "move", [item for item in MOVES if item.refused], ids=lambda item: item.name
)
def test_the_oracle_sees_it_without_checks(move: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("argoproject.fleet.pipeline.check_tree", lambda *_: [])
    base = fleet([NEAREST.environment])
    unseen = [value for value in move.values if not _is_seen(move.at(base.files, NEAREST, value))]
    if move.name in WITHOUT_EFFECT:
        assert unseen, "everything is seen: take the move out of the list"
    else:
        assert unseen == []


def _is_seen(files: Mapping[str, object]) -> bool:
    """Whether the models refuse it, planning fails, or the plan breaks a rule."""
    try:
        found = verdict(files)
    except (KeyError, ValueError):
        return True
    if isinstance(found, ConfigError):
        return True
    try:
        obeys(found, files["platform.yaml"], TODAY)  # type: ignore[arg-type]
    except (AssertionError, KeyError, ValueError):
        return True
    return False
