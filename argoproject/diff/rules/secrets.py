"""Where credentials are sent, and which ones workloads get. Values are placeholders on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.diff.model import Action, Reason
from argoproject.diff.rules.changed import Changed, dangerous, look

__all__ = ["secret"]

_REPOSITORY_LABEL = "argocd.argoproj.io/secret-type"
_DOCKER = ".dockerconfigjson"
_UNSAFE = ("insecure", "insecureOCIForceHttp")
_ROUTE = ("proxy", "noProxy", "githubAppEnterpriseBaseUrl", "azureActiveDirectoryEndpoint")
"""Fields that decide over which hosts a credential goes."""

_ACCOUNT = (
    "username",
    "githubAppID",
    "githubAppInstallationID",
    "azureServicePrincipalClientId",
    "azureServicePrincipalTenantId",
)
"""Fields that say whose credential it is, without being secret."""


def secret(changed: Changed) -> Iterator[Reason]:
    """A repository's credential, registry logins, or a Secret of the workloads."""
    old, new = (data or {} for data in changed.values("stringData"))
    if changed.action is Action.DELETE:
        yield look("the Secret {} is deleted: what uses it stops", _name(changed))
    elif changed.action is Action.CREATE:
        yield from _created(changed, new)
    elif _is_repository(changed):
        yield from _repository(changed, old, new)
    else:
        yield from _values(old, new)


def _created(changed: Changed, data: Mapping[str, Any]) -> Iterator[Reason]:
    """A credential for one more place. What a workload gets, everybody who deploys there can read."""
    if _is_repository(changed):
        yield look("Argo CD gets a credential for {}: {}", str(data.get("url")), _listed(data))
    elif _DOCKER in data:
        yield look("the namespace gets {}", str(data[_DOCKER]))
    else:
        yield look("workloads get {}", _listed(data))


def _listed(data: Mapping[str, Any]) -> str:
    shown = ", ".join(str(value) for value in data.values() if _is_placeholder(value))
    return shown or "none"


def _repository(
    changed: Changed, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Reason]:
    if old.get("url") != new.get("url"):
        words = "the credential is sent to {} instead of {}"
        yield dangerous(words, str(new.get("url")), str(old.get("url")))
    kinds = [
        (labels or {}).get(_REPOSITORY_LABEL) for labels in changed.values("metadata", "labels")
    ]
    if kinds[0] != kinds[1]:
        words = "Argo CD uses the credential as {} instead of {}"
        yield dangerous(words, str(kinds[1]), str(kinds[0]))
    for field in _ROUTE:
        if old.get(field) != new.get(field):
            words = "the credential goes another way: {} is {}, was {}"
            yield dangerous(words, field, str(new.get(field)), str(old.get(field)))
    for field in _UNSAFE:
        if new.get(field) == "true" != old.get(field):
            yield dangerous("the server's identity is no longer checked: {}", field)
    for field in _ACCOUNT:
        if old.get(field) != new.get(field):
            words = "{} of the credential is {} instead of {}"
            yield look(words, field, str(new.get(field)), str(old.get(field)))
    yield from _values(old, new, "{} of the repository is {} instead of {}")


def _values(
    old: Mapping[str, Any], new: Mapping[str, Any], words: str = "{} is {} instead of {}"
) -> Iterator[Reason]:
    """Fields that are secrets, or were: another secret goes to the same place."""
    for field in dict.fromkeys([*old, *new]):
        before, after = old.get(field), new.get(field)
        if before == after or not any(map(_is_placeholder, (before, after))):
            continue
        if after is None:
            yield look("{} is dropped", field)
        elif before is None:
            yield look("{} is added: {}", field, str(after))
        else:
            yield dangerous(words, field, str(after), str(before))


def _is_placeholder(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("<") and value.endswith(">")


def _is_repository(changed: Changed) -> bool:
    labels = [labels or {} for labels in changed.values("metadata", "labels")]
    return any(_REPOSITORY_LABEL in item for item in labels)


def _name(changed: Changed) -> str:
    return changed.before.name if changed.before is not None else ""
