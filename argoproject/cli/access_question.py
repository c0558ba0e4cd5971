"""`--can ACTION[:RESOURCE]`: what may be asked of Argo CD's roles, and which rows answer it."""

from __future__ import annotations

from argoproject.cli.common import unknown_word
from argoproject.fleet.access import Question
from argoproject.project.access import ASKABLE, EXACT

__all__ = ["question"]


def question(text: str) -> Question:
    """What `--can` asks; without a resource it is about Applications.

    Raises:
        click.UsageError: for a resource or an action that no role of a project can be about.
    """
    action, _, resource = text.partition(":")
    asked = Question(action, resource or "applications")
    known = ASKABLE.get(asked.resource)
    if known is None:
        raise unknown_word("no resource of a project is called", asked.resource, ASKABLE)
    composed = asked.resource == "applications" and EXACT.fullmatch(action)
    if action not in known and not composed:
        message = f"no action on {asked.resource} is called"
        if action in ASKABLE:
            raise unknown_word(message, action, [], meant=f"{ASKABLE[action][0]}:{action}")
        raise unknown_word(message, action, known)
    return asked
