"""Where credentials are sent, and which ones workloads get. Values are placeholders on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.diff.model import Action, Reason
from argoproject.diff.rules.changed import Changed, dangerous, look, safe

__all__ = ["secret"]

_REPOSITORY_LABEL = "argocd.argoproj.io/secret-type"
_DOCKER = ".dockerconfigjson"
_UNSAFE = ("insecure", "insecureOCIForceHttp")
_ROUTE = ("proxy", "noProxy", "githubAppEnterpriseBaseUrl", "azureActiveDirectoryEndpoint")
"""Fields that decide over which hosts a credential goes."""


def secret(changed: Changed) -> Iterator[Reason]:
    """A repository's credential, registry logins, or a Secret of the workloads."""
    old, new = (data or {} for data in changed.values("stringData"))
    if changed.action is Action.DELETE:
        yield look("the Secret {} is deleted: what uses it stops", _name(changed))
    elif changed.action is Action.CREATE:
        yield from _created(changed, new)
    elif _is_repository(changed):
        yield from _repository(old, new)
    else:
        yield from _values(old, new)


def _created(changed: Changed, data: Mapping[str, Any]) -> Iterator[Reason]:
    if _is_repository(changed):
        yield safe("Argo CD gets a credential for {}", str(data.get("url")))
    elif _DOCKER in data:
        yield safe("the namespace gets {}", str(data[_DOCKER]))


def _repository(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Reason]:
    if old.get("url") != new.get("url"):
        words = "the credential is sent to {} instead of {}"
        yield dangerous(words, str(new.get("url")), str(old.get("url")))
    for field in _ROUTE:
        if old.get(field) != new.get(field):
            words = "the credential goes another way: {} is {}, was {}"
            yield dangerous(words, field, str(new.get(field)), str(old.get(field)))
    for field in _UNSAFE:
        if new.get(field) == "true" != old.get(field):
            yield dangerous("the server's identity is no longer checked: {}", field)
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
