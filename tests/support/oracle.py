"""The judgement of Argo CD's own code: the program `argocd-projects` answers many questions at once.

    answers = oracle.ask([Question(project=manifest, sources=["https://…"])])

The fields of a question are described in tests/gotools/go/argocd-repositories/projects/main.go.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Answer", "Generated", "Oracle", "Question", "Request", "Step"]

Manifest = Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    """An action of a user. `object` is `<project>/<name>`, as Argo CD asks its enforcer."""

    resource: str
    action: str
    object: str
    groups: Sequence[str] = ()
    subject: str = "somebody"


@dataclass(frozen=True)
class Step:
    """What a user in some groups does with a project token: `create`, `delete` or `use` it. `normalize` is what Argo CD
    does with all tokens when it starts."""

    do: str
    role: str = ""
    id: str = ""
    groups: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Question:
    """Questions about one AppProject, and questions that need none: `urls`, `application_sets` and what follows them.

    `templates` are `{text, values}`: a text with Go templates, and the values of one element.
    `destinations` are `{server | name, namespace}`, `kinds` are `{group, kind, name, namespaced}`. `clusters` are
    names by server; without any, every server is known. `differences` are `{ignore: [entries of ignoreDifferences],
    object}`, `texts` are values of `kubeVersions`, `refs` and `keys` (of GPG), and `specs` those of Applications.
    """

    project: Manifest | None = None
    clusters: Mapping[str, str] = field(default_factory=dict)
    sources: Sequence[str] = ()
    destinations: Sequence[Mapping[str, str]] = ()
    kinds: Sequence[Mapping[str, Any]] = ()
    applications: Sequence[Manifest] = ()
    application_sets: Sequence[Manifest] = ()
    served: Mapping[str, Any] = field(default_factory=dict)
    """What their generators read: `clusters` (`{data, labels, annotations}`), `pulls` as GitLab's API has them,
    `repositories`, and `parameters` of a plugin."""
    requests: Sequence[Request] = ()
    urls: Sequence[str] = ()
    differences: Sequence[Mapping[str, Any]] = ()
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    specs: Sequence[Manifest] = ()
    tokens: Mapping[str, Any] = field(default_factory=dict)
    """`{server, ca, bearer, as, project, steps}`: the API server that stores the AppProject, and `Step`s."""
    templates: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Generated:
    """The Applications of an ApplicationSet whose generators read no files; `error` is empty if there is none."""

    error: str
    applications: tuple[Manifest, ...]


@dataclass(frozen=True)
class Answer:
    """One entry for each entry of the question. Those of `tokens` are errors, empty if there is none.

    `error` and the entries of `applications` are errors of ValidateProject, empty if there is none. An entry of
    `differences` has the `error` of the comparison, or the `object` without the ignored fields; one of `specs` is as
    Argo CD's controller writes it back.
    """

    error: str
    sources: tuple[bool, ...]
    destinations: tuple[bool, ...]
    kinds: tuple[bool, ...]
    applications: tuple[str, ...]
    application_sets: tuple[Generated, ...]
    requests: tuple[bool, ...]
    urls: tuple[str, ...]
    differences: tuple[Mapping[str, Any], ...]
    texts: Mapping[str, Sequence[bool]]
    specs: tuple[Manifest, ...]
    tokens: tuple[str, ...]
    templates: tuple[Mapping[str, str], ...]
    """`{error, text}` of each template."""


class Oracle:
    """Runs the program once for any number of questions."""

    def __init__(self, program: Path) -> None:
        self._program = program

    def ask(self, questions: Iterable[Question]) -> list[Answer]:
        """An answer for each question. If the program fails, AssertionError has its output."""
        lines = [json.dumps(_spelled(question)) for question in questions]
        done = subprocess.run(
            [self._program], input="\n".join(lines), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        answers = [_answer(json.loads(line)) for line in done.stdout.splitlines()]
        assert len(answers) == len(lines)
        return answers

    def errors(self, projects: Iterable[Manifest]) -> list[str]:
        """The error of ValidateProject for each AppProject, empty if there is none."""
        return [answer.error for answer in self.ask(Question(project=item) for item in projects)]

    def normalised(self, urls: Sequence[str]) -> tuple[str, ...]:
        """NormalizeGitURL of each URL."""
        return self.ask([Question(urls=urls)])[0].urls


def _spelled(question: Question) -> dict[str, Any]:
    data = {key: value for key, value in asdict(question).items() if value}
    if "application_sets" in data:
        data["applicationSets"] = data.pop("application_sets")
    return data


def _answer(data: Mapping[str, Any]) -> Answer:
    sets = data["applicationSets"] or ()
    return Answer(
        error=data["error"],
        application_sets=tuple(
            Generated(item.get("error", ""), tuple(item["applications"] or ())) for item in sets
        ),
        sources=tuple(data["sources"] or ()),
        destinations=tuple(data["destinations"] or ()),
        kinds=tuple(data["kinds"] or ()),
        applications=tuple(data["applications"] or ()),
        requests=tuple(data["requests"] or ()),
        urls=tuple(data["urls"] or ()),
        differences=tuple(data["differences"] or ()),
        texts=data["texts"],
        specs=tuple(data["specs"] or ()),
        tokens=tuple(data["tokens"] or ()),
        templates=tuple(data["templates"] or ()),
    )
