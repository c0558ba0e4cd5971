"""What admission policies enforce in a namespace, as its label and annotations say."""

from __future__ import annotations

from collections.abc import Iterator

from argoproject.diff.model import Reason, dangerous, look
from argoproject.diff.states import ObjectPair
from argoproject.models import AdmissionMode
from argoproject.plan.admission import LABEL

__all__ = ["admission"]

_ACCOUNTS = "accounts"


def admission(changed: ObjectPair) -> Iterator[Reason]:
    """Policies that no longer refuse, and lists that permit more or less.

    Example:
        The annotation `…/admission-registries: a.example.org,b.example.org`, before without `b.example.org`, gives
        `admission permits more registries: b.example.org`.
    """
    before, after = ((labels or {}).get(LABEL) for labels in changed.values("metadata", "labels"))
    if before != after and before == AdmissionMode.DENY:
        yield dangerous("admission policies no longer refuse anything, and protect no guard")
    elif before != after and after == AdmissionMode.DENY:
        yield look("admission policies refuse from now on what they do not permit")
    if before is None or after is None:
        return
    start = f"{LABEL}-"
    old, new = (
        {
            key.removeprefix(start): str(value)
            for key, value in (annotations or {}).items()
            if key.startswith(start)
        }
        for annotations in changed.values("metadata", "annotations")
    )
    for name in dict.fromkeys([*old, *new]):
        if name != _ACCOUNTS and old.get(name) != new.get(name):
            yield _list(name.replace("-", " "), old.get(name), new.get(name))


def _list(what: str, before: str | None, after: str | None) -> Reason:
    """Judge a list of what is permitted, separated by commas; None where nothing is restricted."""
    if after is None:
        return dangerous("admission no longer restricts {}, so far to {}", what, before or "none")
    if before is None:
        return look("admission restricts {} to {}", what, after or "none")
    more = [item for item in after.split(",") if item and item not in before.split(",")]
    if more:
        # The tenant may declare hosts within its own guardrail.
        judged = look if what == "hosts" else dangerous
        return judged("admission permits more {}: {}", what, ", ".join(more))
    return look("admission permits fewer {}: {} instead of {}", what, after or "none", before)
