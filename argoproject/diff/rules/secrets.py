"""Secrets: where credentials are sent, what workloads get, and who can decrypt which file.

Values of Secrets are placeholders on both sides, for example `<secret blue/gitlab-token>`; no value is read here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.diff.model import Action, Reason, dangerous, look, safe, shown
from argoproject.diff.states import ObjectPair
from argoproject.models.credentials import CREDENTIALS, RepositoryOptions, data_keys
from argoproject.project.model import Project
from argoproject.project.repositories import secret_refs
from argoproject.secrets.file import METADATA, SecretFile, SecretKey, encrypted_leaves
from argoproject.secrets.recipients import recipients_of

__all__ = ["secret", "secret_values"]

_REPOSITORY_LABEL = "argocd.argoproj.io/secret-type"
_DOCKER = ".dockerconfigjson"
_KEYS = tuple(
    {
        key.key: key
        for model in (RepositoryOptions, *CREDENTIALS)
        for key in data_keys(model).values()
    }.values()
)
"""The keys of repository Secrets, as options and credentials declare them."""

_UNSAFE = tuple(item.key for item in _KEYS if item.role == "unsafe")
_ROUTE = tuple(item.key for item in _KEYS if item.role in ("route", "login"))
"""Keys that decide over which hosts a credential is sent."""

_ACCOUNT = tuple(item.key for item in _KEYS if item.role == "account")
"""Keys that name the account of a credential, and are not secret."""


def secret(changed: ObjectPair) -> Iterator[Reason]:
    """A Secret: the credential of a repository, the login of a registry, or values for workloads."""
    old, new, *labels = (  # what is no mapping is refused by the cluster
        data if isinstance(data, Mapping) else {}
        for path in (("stringData",), ("metadata", "labels"))
        for data in changed.values(*path)
    )
    is_repository = any(_REPOSITORY_LABEL in item for item in labels)
    if changed.action is Action.DELETE:
        yield look("the Secret {} is deleted: what uses it stops", changed.object.name)
    elif changed.action is Action.CREATE:
        values = ", ".join(filter(_is_placeholder, new.values())) or "none"
        if is_repository:
            yield look("Argo CD gets a credential for {}: {}", str(new.get("url")), values)
        elif _DOCKER in new:
            yield look("the namespace gets {}", str(new[_DOCKER]))
        else:
            yield look("workloads get {}", values)
    elif is_repository:
        kinds = [item.get(_REPOSITORY_LABEL) for item in labels]
        if kinds[0] != kinds[1]:
            words = "Argo CD uses the credential as {} instead of {}"
            yield dangerous(words, str(kinds[1]), str(kinds[0]))
        yield from _credential(old, new)
        yield from _values(old, new, "{} of the repository is {} instead of {}")
    else:
        yield from _values(old, new, "{} is {} instead of {}")


def _credential(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Reason]:
    """Fields of a repository's credential that are not secret: where it is sent, and whose it is."""
    changed = [field for field in dict.fromkeys([*old, *new]) if old.get(field) != new.get(field)]
    if "url" in changed:
        words = "the credential is sent to {} instead of {}"
        yield dangerous(words, shown(new.get("url")), shown(old.get("url")))
    for field in _ROUTE:
        if field in changed:
            words = "the credential is sent another way: {} is {}, was {}"
            yield dangerous(words, field, shown(new.get(field)), shown(old.get(field)))
    for field in _UNSAFE:
        if field in changed and new.get(field) == "true":
            yield dangerous("the server's identity is no longer checked: {}", field)
    for field in _ACCOUNT:
        if field in changed:
            words = "{} of the credential is {} instead of {}"
            yield look(words, field, shown(new.get(field)), shown(old.get(field)))


def _values(old: Mapping[str, Any], new: Mapping[str, Any], words: str) -> Iterator[Reason]:
    """Fields that are secret on one side: another secret goes to the same place."""
    for field in dict.fromkeys([*old, *new]):
        before, after = old.get(field), new.get(field)
        if before == after or not any(map(_is_placeholder, (before, after))):
            continue
        if after is None:
            yield look("{} is removed", field)
        elif before is None:
            yield look("{} is added: {}", field, str(after))
        else:
            yield dangerous(words, field, str(after), str(before))


def _is_placeholder(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("<") and value.endswith(">")


def secret_values(old: Project, new: Project) -> Iterator[Reason]:
    """Secrets of an environment whose encrypted value or origin changed, and recipients that can decrypt them now.

    Only secrets that both sides use are compared: objects show which ones are added or removed.
    """
    before, after = _used(old), _used(new)
    for key in sorted(before.keys() & after.keys(), key=str):
        former, file = before[key], after[key]
        if former is not None and file is not None:
            if _content(former) != _content(file):
                yield look("the secret {} has another value, or was re-encrypted", str(key))
            readers, past = (set(recipients_of(item.metadata)) for item in (file, former))
            for reader in sorted(readers - past):
                yield dangerous("the secret {} can be decrypted by {}", str(key), reader)
            for reader in sorted(past - readers):
                yield safe("the secret {} can no longer be decrypted by {}", str(key), reader)
        elif file is not None:
            yield look("the value of the secret {} is in {} now", str(key), file.file)
        elif former is not None:
            words = "the value of the secret {} is in Pulumi's config now, no longer in {}"
            yield look(words, str(key), former.file)


def _used(project: Project) -> Mapping[SecretKey, SecretFile | None]:
    """The secrets that an environment uses, those of encrypted manifests included; None for a value without a file."""
    named = {project.secret_key(it): project.secrets.get(it) for _, it in secret_refs(project)}
    sealed = (item.secret for item in project.manifests if item.secret is not None)
    return named | {file.key: file for file in sealed}


def _content(file: SecretFile) -> object:
    """What a file contains, encrypted or in clear, without the metadata of sops about recipients."""
    data = file.document.data
    if file.is_manifest:
        return list(encrypted_leaves(data))
    return {name: item for name, item in data.items() if name != METADATA}
