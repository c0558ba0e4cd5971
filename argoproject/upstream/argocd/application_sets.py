"""An ApplicationSet: its Applications stay in the project, and differ; and the values that its generators yield.

Source: argo-cd v3.5.7, server/applicationset/applicationset.go `validateAppSet`, applicationset/utils/utils.go
`CheckInvalidGenerators`, applicationset/controllers/applicationset_controller.go `validateGeneratedApplications`;
docs/operator-manual/applicationset/Security.md. The values: applicationset/generators/list.go and matrix.go,
applicationset/utils/utils.go `RenderTemplateParams`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from argoproject.upstream.argocd import Violation
from argoproject.upstream.argocd.applications import Permits, check_sync_policy
from argoproject.yamlfile.reader import DataPath, texts_in

__all__ = [
    "GENERATORS",
    "POLICIES",
    "check_application_set",
    "could_yield",
    "filled",
    "is_templated",
    "parameters",
]

Data = Mapping[str, Any]

Parameters = Mapping[str, Any]
"""The values that fill one generated Application: `{"name": "a", "path": {"basename": "b"}}`."""

_FIELD = re.compile(r"\{\{\s*\.([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)\s*\}\}")
_ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)

GENERATORS = ("list", "git", "matrix", "merge")
"""The generators that read nothing but the environment's own repositories."""

POLICIES = ("create-only", "create-update", "create-delete", "sync")
"""`ApplicationsSyncPolicy`, as its validation in the CustomResourceDefinition lists it."""

_SPEC: DataPath = ("spec", "template", "spec")


def is_templated(text: object) -> bool:
    """Whether a text has templates, which a generator's values fill."""
    return isinstance(text, str) and "{{" in text


def check_application_set(item: Data, permits: Permits) -> Iterator[Violation]:
    """What Argo CD would refuse of an ApplicationSet, and what would let its Applications leave the project.

    Args:
        item: The manifest.
        permits: What the AppProject permits.
    """
    spec = item["spec"]
    template = spec.get("template") or {}
    yield from check_options(spec)
    yield from check_generators(("spec", "generators"), spec.get("generators") or ())
    yield from check_name(template, permits)
    yield from check_template(template.get("spec") or {}, permits)
    if "templatePatch" in spec:
        message = "a patch could change project, destination and sources of what is generated"
        yield Violation(("spec", "templatePatch"), "set-template", message)
    policy = (spec.get("syncPolicy") or {}).get("applicationsSync")
    if policy is not None and policy not in POLICIES:
        message = f"{policy!r} is not a policy"
        yield Violation(("spec", "syncPolicy", "applicationsSync"), "set-policy", message)


def check_options(spec: Data) -> Iterator[Violation]:
    """Require Go templates that fail where a field is missing: else `<no value>` becomes part of a path or a name.

    Source: docs/operator-manual/applicationset/GoTemplate.md.
    """
    if spec.get("goTemplate") is not True:
        yield Violation(("spec", "goTemplate"), "set-options", "Go templates are off")
    elif "missingkey=error" not in (spec.get("goTemplateOptions") or ()):
        message = "a field that a generator lacks would be filled with nothing"
        yield Violation(("spec", "goTemplateOptions"), "set-options", message)


def check_generators(path: DataPath, generators: Any) -> Iterator[Violation]:
    """`CheckInvalidGenerators`; here only generators that read the environment's repositories, without templates."""
    if not isinstance(generators, list | tuple) or not generators:
        yield Violation(path, "set-generator", "there is no generator")
        return
    for index, generator in enumerate(generators):
        kinds = [key for key in generator if key != "selector"] if generator else []
        place = (*path, index)
        if len(kinds) != 1 or kinds[0] not in GENERATORS:
            message = f"a generator is one of {', '.join(GENERATORS)}"
            yield Violation(place, "set-generator", message)
            continue
        settings = generator[kinds[0]] or {}
        if "template" in settings:
            message = "a generator's own template could name another project"
            yield Violation((*place, kinds[0], "template"), "set-template", message)
        if kinds[0] in ("matrix", "merge"):
            yield from check_generators(
                (*place, kinds[0], "generators"), settings.get("generators")
            )


def check_name(template: Data, permits: Permits) -> Iterator[Violation]:
    """Require names that begin with the project's name and differ (`validateGeneratedApplications`).

    With another name a set could take over an Application of another project.
    """
    name = (template.get("metadata") or {}).get("name", "")
    path: DataPath = ("spec", "template", "metadata", "name")
    if not name.startswith(f"{permits.name}-"):
        message = f"the name does not begin with {permits.name}-"
        yield Violation(path, "set-name", message)
    elif not is_templated(name):
        yield Violation(path, "set-name-twice", "all generated Applications would have one name")


def check_template(spec: Data, permits: Permits) -> Iterator[Violation]:
    """Require the project, one of its destinations, and permitted sources where they are known (`validateAppSet`)."""
    if spec.get("project") != permits.name:
        message = f"the project is {spec.get('project') or 'default'}, not {permits.name}"
        yield Violation((*_SPEC, "project"), "set-template", message)
    destination = spec.get("destination") or {}
    server, namespace = permits.server_of(destination), destination.get("namespace", "")
    if server is None or not permits.destination(server, namespace):
        message = "the destination is not one that the project permits"
        yield Violation((*_SPEC, "destination"), "set-template", message)
    sources: list[tuple[DataPath, Data]] = (
        [(("source",), spec["source"])] if spec.get("source") else []
    )
    sources += [(("sources", index), item) for index, item in enumerate(spec.get("sources") or ())]
    if not sources:
        yield Violation(_SPEC, "source-missing", "there is no source")
    for below, source in sources:
        url = source.get("repoURL", "")
        if not is_templated(url) and not permits.source(str(url)):
            message = f"the repository {url} is not permitted in the project"
            yield Violation((*_SPEC, *below, "repoURL"), "source-permitted", message)
    yield from check_sync_policy((*_SPEC, "syncPolicy"), spec.get("syncPolicy") or {})


def parameters(generators: Sequence[Mapping[str, Any]]) -> tuple[Parameters, ...] | None:
    """The values of each generated Application; None where only Argo CD knows them.

    Known are lists, and matrices of two lists. Unknown are generators that read Git, a `selector`, `elementsYaml`,
    elements that contain templates, and fields that both sides of a matrix have.

    Args:
        generators: The generators of an ApplicationSet.

    Example:
        A matrix of the lists `[{a: 1}, {a: 2}]` and `[{b: 3}]` yields `{a: 1, b: 3}` and `{a: 2, b: 3}`.
    """
    every: list[Parameters] = []
    for generator in generators:
        found = _of_generator(generator)
        if found is None:
            return None
        every += found
    return tuple(every)


def filled(text: str, values: Parameters) -> str | None:
    """A text with its templates filled; None where a template is more than a field, or its value is no text.

    Example:
        `filled("x/{{ .path.basename }}", {"path": {"basename": "b"}})` is `x/b`; with `{{ .name | lower }}` it is None.
    """
    parts: list[str] = []
    end = 0
    for match in _FIELD.finditer(text):
        value = _value(values, match[1])
        if value is None:
            return None
        parts += text[end : match.start()], value
        end = match.end()
    rest = text[end:]
    return None if "{{" in rest or any("{{" in part for part in parts) else "".join([*parts, rest])


def could_yield(template: str, text: str) -> bool:
    """Whether some values could turn a template into a text: `a/{{ .x }}.git` into `a/b.git`."""
    literals = map(re.escape, _ACTION.split(template))
    return re.fullmatch(".*".join(literals), text, re.DOTALL) is not None


def _of_generator(generator: Mapping[str, Any]) -> list[Parameters] | None:
    match generator:
        case {"list": {"elements": [*elements], **rest}, **other} if not rest and not other:
            known = all(isinstance(item, Mapping) for item in elements) and not any(
                "{{" in text for _, text in texts_in(elements)
            )
            return list(elements) if known else None
        case {"matrix": {"generators": [first, second]}, **other} if not other:
            return _product(_of_generator(first), _of_generator(second))
    return None


def _product(
    first: list[Parameters] | None, second: list[Parameters] | None
) -> list[Parameters] | None:
    if first is None or second is None:
        return None
    pairs = [(one, other) for one in first for other in second]
    if any(one.keys() & other.keys() for one, other in pairs):
        return None
    return [{**other, **one} for one, other in pairs]


def _value(values: Any, field: str) -> str | None:
    for step in field.split("."):
        if not isinstance(values, Mapping) or step not in values:
            return None
        values = values[step]
    return values if isinstance(values, str) else None
