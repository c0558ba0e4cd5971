"""Argo CD's Applications and AppProjects as its API reports them, read from JSON that may have any form.

Source of the fields: argo-cd v3.5.7, pkg/apis/application/v1alpha1/types.go, `ApplicationStatus`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from argoproject.plan.manifests.common import MANAGED_BY
from argoproject.problems import printable, without_logins
from argoproject.secrets.detection import NOT_SHOWN, looks_secret, masked

__all__ = [
    "Failure",
    "Live",
    "NotAStateError",
    "State",
    "mapping_at",
    "meaning",
    "objects_at",
    "read_state",
    "shown",
    "text_at",
]

MOST_FAILURES = 5
MOST_CHARACTERS = 400
"""Messages of one Application, and characters of a message, that are shown."""

_READ = 8_000
"""Characters of a message that are looked at."""

_END = 240
"""Characters that are shown of the end of a long message: Argo CD's causes are there."""

_FAILED = ("Failed", "Error")
"""Phases of an operation that has not done what it should. Source: gitops-engine, pkg/sync/common/types.go."""

_MEANINGS: Mapping[str, str] = {
    r"auth reconcile[\s\S]*nil pointer|nil pointer[\s\S]*auth reconcile": (
        "a Role or RoleBinding was refused (kubectl reports a refusal as a crash): it may grant only what the account "
        "of the sync has, and bind no role that the platform's policies refuse"
    ),
    r"no matching service account found": (
        "impersonation is on, and the environment has no account for it: set `impersonation: true`, and deploy it"
    ),
    r"is a guard of the platform": (
        "the repository changes an object that only the platform may change: remove it from the repository"
    ),
    r"(?i)blocked by (?:a )?sync window": "a sync window is closed: wait until it opens, or change `syncWindows`",
    r"(?i)is not permitted in project|not allowed in project|do not match any of the allowed destinations": (
        "the AppProject does not permit it: declare it with `allow`, and deploy the environment"
    ),
    r"cannot impersonate|serviceaccount:\S+ cannot \w+ resource": (
        "the account of the sync lacks this right: name the kind in `kinds` or `allow`, and deploy the environment"
    ),
    r"exceeded quota": "the quota is used up, or permits none of these: raise `namespace.quota`, or lower the requests",
    r"(?i)authentication required|repository not found": (
        "the repository refuses the login: check its `repositories` entry and the value of the secret"
    ),
    r"(?i)deadline exceeded|timed? ?out": (
        "something did not answer in time: check that Argo CD reaches the cluster and the repository, and the health "
        "of what is waited for"
    ),
}
"""Messages that do not say what happened, as patterns, with their meaning and the remedy. The first match counts."""

_MANUAL = "it has no automated syncs: a person or a pipeline has to sync it"
_WAITS_FOR_WINDOW = "automated syncs are on: a sync window may be closed, or `selfHeal` is off"


class NotAStateError(Exception):
    """A text is not the JSON of Argo CD's Applications. `str()` is the reason."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A message of Argo CD about an Application, without secrets.

    Attributes:
        kind: the type of a condition, `sync` for the last operation, or the object: `Role/reader`.
        message: the message, on one line.
        meaning: what it means and the remedy, where the message itself does not say it; else empty.
    """

    kind: str
    message: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """An Application as Argo CD reports it.

    Attributes:
        managed: whether it has the label of this program.
        owner: the ApplicationSet that generated it, or empty.
        running: the revisions that are deployed: those compared where it is Synced, else those of its last sync.
    """

    name: str
    namespace: str
    managed: bool
    owner: str
    spec: Mapping[str, Any]
    sync: str
    health: str
    running: tuple[str, ...]
    failures: tuple[Failure, ...]

    @property
    def project(self) -> str:
        return text_at(self.spec, "project")


@dataclass(frozen=True, slots=True)
class State:
    """All Applications, sorted by name; the specs of the AppProjects by name, None where the state has none of them.

    `home` is the namespace of Argo CD.
    """

    home: str
    applications: tuple[Live, ...]
    projects: Mapping[str, Mapping[str, Any]] | None


def read_state(*texts: bytes, namespace: str) -> State:
    """Read what `argocd app list -o json` or `kubectl get applications[,appprojects] -o json` prints.

    Args:
        texts: each a list of objects, or an object with `items`.
        namespace: Argo CD's own, for objects that name none.

    Raises:
        NotAStateError: for anything else.
    """
    items: list[Any] = []
    for text in texts:
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            raise NotAStateError("it is no JSON") from None
        found = data.get("items") if isinstance(data, dict) else data
        if not isinstance(found, list) or not all(text_at(it, "metadata", "name") for it in found):
            raise NotAStateError("it is no list of Applications")
        items += found
    # `argocd` prints no kind.
    applications = (it for it in items if it.get("kind") in (None, "Application"))
    projects = (it for it in items if it.get("kind") == "AppProject")
    specs = {it["metadata"]["name"]: mapping_at(it, "spec") for it in projects}
    live = sorted((_live(it, namespace) for it in applications), key=lambda it: it.name)
    return State(namespace, tuple(live), specs or None)


def _live(item: Mapping[str, Any], namespace: str) -> Live:
    status, metadata = mapping_at(item, "status"), mapping_at(item, "metadata")
    sync = text_at(status, "sync", "status") or "Unknown"
    owners = (
        it for it in objects_at(metadata, "ownerReferences") if it.get("kind") == "ApplicationSet"
    )
    # Manifests that Argo CD has written to Git are compared there; what was rendered is another commit.
    dry = text_at(status, "sourceHydrator", "lastSuccessfulOperation", "drySHA")
    last = [{}, *objects_at(status, "history")][-1]
    running = mapping_at(status, "sync") if sync == "Synced" else last
    revisions = [dry or running.get("revision")]
    if isinstance(several := running.get("revisions"), list) and several:
        revisions = several
    return Live(
        name=printable(metadata["name"]),
        namespace=text_at(metadata, "namespace") or namespace,
        managed=MANAGED_BY.items() <= mapping_at(metadata, "labels").items(),
        owner=next((text_at(it, "name") for it in owners), ""),
        spec=mapping_at(item, "spec"),
        sync=shown(sync),
        health=shown(text_at(status, "health", "status") or "Unknown"),
        running=tuple(shown(it) for it in revisions if isinstance(it, str) and it),
        failures=tuple(islice(_failures(item), MOST_FAILURES)),
    )


def _failures(item: Mapping[str, Any]) -> Iterator[Failure]:
    """The conditions; then of a last operation that has failed, or tries again, its message and those of its objects.

    The failure of an Application that is Synced and Healthy is a past one, unless it is of the same revision, as that
    of a hook is. Of an Application that waits for a person or a window, Argo CD reports nothing.
    """
    status = mapping_at(item, "status")
    found = [
        (text_at(it, "type"), text_at(it, "message")) for it in objects_at(status, "conditions")
    ]
    operation = mapping_at(status, "operationState")
    state = (text_at(status, "sync", "status"), text_at(status, "health", "status"))
    synced, tried = (
        (it.get("revisions") or it.get("revision"))
        for it in (mapping_at(status, "sync"), mapping_at(operation, "syncResult"))
    )
    past = state == ("Synced", "Healthy") and synced != tried
    if not past and operation.get("phase") not in (None, "Succeeded"):
        whole = text_at(operation, "message")
        objects = [
            (f"{text_at(it, 'kind')}/{text_at(it, 'name')}", text_at(it, "message"))
            for it in objects_at(operation, "syncResult", "resources")
            if it.get("status") == "SyncFailed" or it.get("hookPhase") in _FAILED
        ]
        named = any(message and message in whole for _, message in objects)
        found += objects if named else [("sync", whole), *objects]
    if state[0] == "OutOfSync" and not found:
        policy = mapping_at(item, "spec", "syncPolicy").get("automated")
        automated = isinstance(policy, dict) and policy.get("enabled") is not False
        yield Failure(
            "sync", "nothing is being synced", _WAITS_FOR_WINDOW if automated else _MANUAL
        )
    for kind, message in dict.fromkeys(found):
        if message:
            yield Failure(shown(kind), shown(message), meaning(message))


def meaning(message: str) -> str:
    """What a message of Argo CD means, with the remedy; empty where the message says it itself."""
    return next(
        (text for pattern, text in _MEANINGS.items() if re.search(pattern, message[:_READ])), ""
    )


def shown(message: str) -> str:
    """A message of another program as reports show it: on one line, bounded, without logins and possible secrets."""
    words = without_logins(message[:_READ]).split(" ")
    visible = masked(" ".join(NOT_SHOWN if looks_secret(word) else word for word in words))
    text = printable(" ".join(str(visible).split()))
    if len(text) <= MOST_CHARACTERS:
        return text
    # Of a message that was read in part, the end may be half a secret.
    end = text[-_END:] if len(message) <= _READ else ""
    return f"{text[: MOST_CHARACTERS - 1 - len(end)]}…{end}"


def _at(data: Any, *keys: str) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def text_at(data: Any, *keys: str) -> str:
    found = _at(data, *keys)
    return found if isinstance(found, str) else ""


def mapping_at(data: Any, *keys: str) -> dict[str, Any]:
    found = _at(data, *keys)
    return found if isinstance(found, dict) else {}


def objects_at(data: Any, *keys: str) -> list[dict[str, Any]]:
    """The objects of a list; none where there is another value."""
    found = _at(data, *keys)
    return [it for it in found if isinstance(it, dict)] if isinstance(found, list) else []
