"""What admission policies enforce in a namespace, as the marks on it say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from argoproject.diff.model import Reason, dangerous, look
from argoproject.diff.states import Changed
from argoproject.models import AdmissionMode
from argoproject.plan.manifests.admission import LABEL

__all__ = ["admission"]

_ACCOUNTS = "accounts"


def admission(changed: Changed) -> Iterator[Reason]:
    """Policies that no longer hold, and lists that permit more or less."""
    old_labels, labels = (found or {} for found in changed.values("metadata", "labels"))
    before, after = old_labels.get(LABEL), labels.get(LABEL)
    if before != after and before == AdmissionMode.DENY:
        yield dangerous("admission policies refuse nothing any more, and protect no guard")
    elif before != after and after == AdmissionMode.DENY:
        yield look("admission policies refuse from now on what they do not permit")
    if before is None or after is None:
        return
    old, new = (_lists(found or {}) for found in changed.values("metadata", "annotations"))
    for name in dict.fromkeys([*old, *new]):
        if name != _ACCOUNTS and old.get(name) != new.get(name):
            yield _list(name.replace("-", " "), old.get(name), new.get(name))


def _lists(annotations: Mapping[str, str]) -> dict[str, str]:
    start = f"{LABEL}-"
    return {
        key.removeprefix(start): str(value)
        for key, value in annotations.items()
        if key.startswith(start)
    }


def _list(what: str, before: str | None, after: str | None) -> Reason:
    if after is None:
        return dangerous("admission no longer restricts {}, so far to {}", what, before or "none")
    if before is None:
        return look("admission restricts {} to {}", what, after or "none")
    more = [item for item in after.split(",") if item and item not in before.split(",")]
    if more:
        # A host is the tenant's own to declare, within its guardrail.
        judged = look if what == "hosts" else dangerous
        return judged("admission permits more {}: {}", what, ", ".join(more))
    return look("admission permits fewer {}: {} instead of {}", what, after or "none", before)
