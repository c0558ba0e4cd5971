"""What generators fill in of an ApplicationSet: repositories, names, value files.

Argo CD holds the repository of each generated Application against `sourceRepos`; there stand only the URLs that the
files name, in sources or in an `allow`. A generator's own repository it holds against nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from argoproject.checks.applications.value_files import (
    Keyring,
    relative_words,
    value_file_words,
)
from argoproject.models import AllowanceKind, ApplicationSet
from argoproject.problems import Mistake, Problem
from argoproject.project.model import Project
from argoproject.upstream.argocd.application_sets import is_templated
from argoproject.upstream.argocd.generated import could_yield, filled
from argoproject.upstream.urls import normalise
from argoproject.yamlfile.reader import Path

__all__ = [
    "check_functions",
    "check_generated_names",
    "check_generated_repository",
    "templated_file_words",
    "templated_path_words",
]

Known = Sequence[Mapping[str, Any]] | None

_ACTION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`')
_MISSING = re.compile(r"(?<![.$\w])(?:env|expandenv|getHostByName)(?!\w)")
"""Functions of sprig that Argo CD takes away. Source: argo-cd v3.5, applicationset/utils/utils.go, init."""

_REMEDY = (
    "write it out, or name each repository in `allow`: {kind: source, value: <URL>, reason: …}"
)


def check_generated_repository(
    project: Project, path: Path, url: str, known: Known
) -> Iterator[Problem]:
    """A templated repository of a template: what it becomes is named by `allow` entries, URL by URL."""
    allow = project.settings.allow
    allowed = [item.value for item in allow if item.kind is AllowanceKind.SOURCE]
    becomes = [filled(url, values) for values in known] if known is not None else [None]
    if None in becomes:
        if not any(could_yield(url, value) for value in allowed):
            message = "the repository is templated, and no `allow` names one that it could be"
            yield project.problem(path=path, code="set-repository", message=message, remedy=_REMEDY)
        return
    named = set(map(normalise, allowed))
    for made in dict.fromkeys(item for item in becomes if item is not None):
        if normalise(made) not in named:
            message = f"an element makes it {made}, which no `allow` names"
            yield project.problem(path=path, code="set-repository", message=message, remedy=_REMEDY)


def check_functions(project: Project, path: Path, data: Any) -> Iterator[Problem]:
    """Functions in templates that Argo CD does not have: it would generate nothing."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from check_functions(project, (*path, key), value)
    elif isinstance(data, list | tuple):
        for index, value in enumerate(data):
            yield from check_functions(project, (*path, index), value)
    elif isinstance(data, str):
        for action in _ACTION.findall(data):
            for name in _MISSING.findall(_QUOTED.sub("", action)):
                message = (
                    f"templates have no function {name}: it would tell of Argo CD's own machine"
                )
                remedy = "take the value from the generator"
                yield project.problem(
                    path=path, code="set-function", message=message, remedy=remedy
                )


def check_generated_names(
    project: Project, path: Path, item: ApplicationSet, known: Known
) -> Iterator[Problem]:
    """Two elements that make one name: Argo CD generates neither (`validateGeneratedApplications`)."""
    name = item.template.name if item.template is not None else None
    if name is None or known is None or not is_templated(name):
        return
    seen: set[str] = set()
    for made in (filled(name, values) for values in known):
        if made is not None and made in seen:
            message = f"two elements make the name {made}"
            remedy = "add a field to the name in which they differ"
            yield project.problem(path=path, code="set-name", message=message, remedy=remedy)
            return
        if made is not None:
            seen.add(made)


def templated_path_words(text: str, what: str, known: Known) -> Mistake | None:
    """What is wrong with a path below the source, as it stands and as each element of the generators makes it."""
    filled_in = [filled(text, values) for values in known or ()] if is_templated(text) else []
    words = (relative_words(item, what) for item in (text, *filled_in) if item is not None)
    return next(filter(None, words), None)


def templated_file_words(
    text: str, refs: Mapping[str, str | None], keyring: Keyring, known: Known
) -> Mistake | None:
    """What is wrong with a value file or file parameter of a template, whatever fills it.

    Where the values are known each result is judged. Else it must begin with something that no value can change: what
    begins with a template could be a URL, or name another team's key. Git's own paths (`.path…`) are folders.
    """
    if known is not None and is_templated(text):
        results = [filled(text, values) for values in known]
        if None not in results:
            words = (value_file_words(item, refs, keyring) for item in results if item is not None)
            return next(filter(None, words), None)
    begin = text.lstrip()
    if begin.startswith("{{") and not begin.replace(" ", "").startswith("{{.path."):
        message = "the file begins with a template: it could be a URL, or name another's key"
        return Mistake(
            code="set-file",
            message=message,
            remedy="begin it with a folder, or `$<ref>/`, and template the rest",
        )
    scheme, mark, rest = text.partition("://")
    if mark and is_templated(text) and (scheme != "secrets" or rest.lstrip().startswith("{{")):
        message = "the URL is templated: what decrypts the file must be seen here"
        return Mistake(
            code="set-file",
            message=message,
            remedy="write it out, or `secrets://` and a folder before the template",
        )
    return value_file_words(text, refs, keyring)
