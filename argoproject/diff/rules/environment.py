"""What concerns an environment as a whole: that it comes, goes or is renamed; widenings; how long access lasts;
the values of its secrets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from argoproject.diff.model import Reason
from argoproject.diff.rules.applications import deployed_by
from argoproject.diff.rules.changed import dangerous, look, safe
from argoproject.diff.states import EnvironmentState
from argoproject.models import Allowance
from argoproject.project.access import System, assigned
from argoproject.project.model import Project
from argoproject.project.secrets import secret_refs
from argoproject.secrets.file import METADATA, SecretFile, encrypted_leaves
from argoproject.secrets.recipients import recipients_of

__all__ = ["environment_reasons"]


def environment_reasons(
    old: EnvironmentState | None, new: EnvironmentState | None
) -> Iterator[Reason]:
    """Why a change of an environment has its class, apart from its objects."""
    if new is None:
        yield from _gone(old)
        return
    if old is None:
        yield from _new(new)
    elif old.project not in (new.project, *new.former_projects):
        words = "it is renamed from {} to {}: Pulumi deletes the one and makes the other, unless movedFrom: [{}]"
        yield dangerous(words, old.project, new.project, old.project)
    elif old.identity != new.identity:
        yield look("it moves from {}", str(old.identity))
    if new.settings is not None:
        yield from _settings(None if old is None else old.settings, new.settings)


def _gone(old: EnvironmentState | None) -> Iterator[Reason]:
    words = "the environment is deleted, with its namespace and everything in it"
    objects = () if old is None else old.objects.values()
    if any(item.options.get("protected") for item in objects):
        words += "; it has not been retired, so Pulumi refuses: deploy `lifecycle: retiring` first"
    yield dangerous(words)


def _new(new: EnvironmentState) -> Iterator[Reason]:
    adopted = [item.name for item in new.objects.values() if item.options.get("adopted")]
    for name in adopted:
        yield dangerous("the existing namespace {} is adopted: imported, then owned", name)
    patched = [item for item in new.objects.values() if item.kind == "Namespace"]
    for item in patched:
        if item.options.get("owned") == "by patch":
            yield look("it uses the existing namespace {}", item.name)
    if new.settings is not None:
        yield from _newcomer(new.settings)
    for item in new.objects.values():
        if item.kind == "Application":
            for name, revision in deployed_by(item):
                yield safe("it deploys {} {}", name, revision)
    for name in new.former_projects:
        yield look("movedFrom names {}, which the base does not have", name)


def _newcomer(project: Project) -> Iterator[Reason]:
    """Who gets into a new environment. Guardrails bound it; of production somebody should know all the same."""
    groups = ", ".join(sorted({group for _, _, group in _lasting(project)})) or "nobody"
    words = "a new environment of the profile {}, with access for {}"
    if project.platform.is_production(project.identity.environment):
        yield look(f"production: {words}", project.profile_name, groups)
    else:
        yield safe(words, project.profile_name, groups)


def _settings(old: Project | None, new: Project) -> Iterator[Reason]:
    yield from _allowances(old, new)
    if old is None:
        return
    if old.profile_name != new.profile_name:
        yield look("the profile is {} instead of {}", new.profile_name, old.profile_name)
    if old.environment_class != new.environment_class:
        words = "the class is {} instead of {}"
        yield look(words, new.environment_class, old.environment_class)
    yield from _durations(old, new)
    yield from _secrets(old, new)


def _allowances(old: Project | None, new: Project) -> Iterator[Reason]:
    """Widenings that come, go, or last for another time."""
    before, after = (_by_value(project) for project in (old, new))
    for key, item in after.items():
        former = before.get(key)
        if former is None:
            words = "allow {} {}, {}: {}"
            yield dangerous(words, *key, _until(item.until), item.reason)
        elif _later(former.until, item.until):
            words = "allow {} {} lasts {} instead of {}: {}"
            yield dangerous(words, *key, _until(item.until), _until(former.until), item.reason)
        elif former != item:
            yield look("allow {} {} is {} now: {}", *key, _until(item.until), item.reason)
    for key in sorted(before.keys() - after.keys()):
        yield look("allow {} {} is dropped", *key)


def _by_value(project: Project | None) -> Mapping[tuple[str, str], Allowance]:
    """The widenings, of two for the same the one that lasts longer."""
    found: dict[tuple[str, str], Allowance] = {}
    for item in () if project is None else project.settings.allow:
        key = (str(item.kind), item.value)
        if key not in found or _later(found[key].until, item.until):
            found[key] = item
    return found


def _durations(old: Project, new: Project) -> Iterator[Reason]:
    """Access that lasts for another time; who gains or loses it, the objects tell."""
    before = _lasting(old)
    for key, until in _lasting(new).items():
        if key not in before or before[key] == until:
            continue
        system, role, group = key
        words = "the group {} has the role {} of {} {} instead of {}"
        reason = dangerous if _later(before[key], until) else look
        yield reason(words, group, role, str(system), _until(until), _until(before[key]))


def _lasting(project: Project) -> Mapping[tuple[System, str, str], dt.date | None]:
    """Until when a group has a role: of several bindings the longest counts."""
    found: dict[tuple[System, str, str], dt.date | None] = {}
    for system in System:
        for item in assigned(project, system):
            for binding in item.bindings:
                key = (system, item.role, binding.group)
                if key not in found or _later(found[key], binding.until):
                    found[key] = binding.until
    return found


def _later(old: dt.date | None, new: dt.date | None) -> bool:
    """Whether something lasts longer. Without a day it lasts for ever."""
    return old is not None and (new is None or new > old)


def _until(day: dt.date | None) -> str:
    return "without an end" if day is None else f"until {day}"


def _secrets(old: Project, new: Project) -> Iterator[Reason]:
    """Values that changed, or come from somewhere else, and people who can read them from now on. No value is looked
    at."""
    before, after = _used_files(old), _used_files(new)
    for key in sorted(_used(old) & _used(new)):
        former, file = before.get(key), after.get(key)
        if former is not None and file is not None:
            yield from _secret(key, former, file)
        elif file is not None:
            yield look("the value of the secret {} stands in {} now", key, file.file)
        elif former is not None:
            yield look(
                "the value of the secret {} is Pulumi's config's now, no longer {}",
                key,
                former.file,
            )


def _secret(key: str, former: SecretFile, file: SecretFile) -> Iterator[Reason]:
    if _content(former) != _content(file):
        yield look("the secret {} has another value, or was encrypted anew", key)
    readers, past = (set(recipients_of(item.metadata)) for item in (file, former))
    for reader in sorted(readers - past):
        yield dangerous("the secret {} can be read by {}", key, reader)
    for reader in sorted(past - readers):
        yield safe("the secret {} can no longer be read by {}", key, reader)


def _used(project: Project) -> set[str]:
    """The keys of the secrets that an environment uses, those of encrypted manifests included."""
    keys = {project.secret_key(name) for _, name in secret_refs(project)}
    return keys | {item.secret.key for item in project.manifests if item.secret is not None}


def _content(file: SecretFile) -> object:
    """What a file holds, encrypted or for trying out in clear, but for what sops says about keys."""
    data = file.document.data
    if file.is_manifest:
        return list(encrypted_leaves(data))
    return {name: item for name, item in data.items() if name != METADATA}


def _used_files(project: Project) -> Mapping[str, SecretFile]:
    """The files with the secrets that an environment uses, by key."""
    named = {name for _, name in secret_refs(project)}
    files = [file for name, file in project.secrets.items() if name in named]
    files += [item.secret for item in project.manifests if item.secret is not None]
    return {file.key: file for file in files}
