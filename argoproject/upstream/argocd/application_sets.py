"""An ApplicationSet: what its generators yield stays in the project, and apart.

Source: argo-cd v3.5.7, server/applicationset/applicationset.go `validateAppSet`, applicationset/utils/utils.go
`CheckInvalidGenerators`, applicationset/controllers/applicationset_controller.go `validateGeneratedApplications`;
docs/operator-manual/applicationset/Security.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from argoproject.upstream.argocd.applications import Permits, check_sync_policy
from argoproject.upstream.argocd.violation import Violation
from argoproject.yamlfile.reader import Path

__all__ = ["GENERATORS", "POLICIES", "check_application_set", "is_templated"]

Data = Mapping[str, Any]

GENERATORS = ("list", "git", "matrix", "merge")
"""The generators that read nothing but the environment's own repositories."""

POLICIES = ("create-only", "create-update", "create-delete", "sync")
"""`ApplicationsSyncPolicy`, as its validation in the CustomResourceDefinition lists it."""

_TEMPLATE: Path = ("spec", "template", "spec")


def is_templated(text: object) -> bool:
    """Whether a generator's fields fill a text."""
    return isinstance(text, str) and "{{" in text


def check_application_set(item: Data, permits: Permits) -> Iterator[Violation]:
    """What Argo CD would refuse of an ApplicationSet, and with what it would leave its project."""
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
    """Go templates that fail where a field is missing: else `<no value>` becomes part of a path or a name."""
    if spec.get("goTemplate") is not True:
        yield Violation(("spec", "goTemplate"), "set-options", "Go templates are off")
    elif "missingkey=error" not in (spec.get("goTemplateOptions") or ()):
        message = "a field that a generator lacks would be filled with nothing"
        yield Violation(("spec", "goTemplateOptions"), "set-options", message)


def check_generators(path: Path, generators: Any) -> Iterator[Violation]:
    """`CheckInvalidGenerators`; here only those that read the environment's own repositories, without a template."""
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
    """Names that begin with the project's, so that a set cannot take over another project's Application, and that
    differ (`validateGeneratedApplications`)."""
    name = (template.get("metadata") or {}).get("name", "")
    path: Path = ("spec", "template", "metadata", "name")
    if not name.startswith(f"{permits.name}-"):
        message = f"the name does not begin with {permits.name}-"
        yield Violation(path, "set-name", message)
    elif not is_templated(name):
        yield Violation(path, "set-name-twice", "all generated Applications would have one name")


def check_template(spec: Data, permits: Permits) -> Iterator[Violation]:
    """Project and destination as they stand, sources as far as they are known (`validateAppSet`)."""
    if spec.get("project") != permits.name:
        message = f"the project is {spec.get('project') or 'default'}, not {permits.name}"
        yield Violation((*_TEMPLATE, "project"), "set-template", message)
    destination = spec.get("destination") or {}
    server, namespace = destination.get("server", ""), destination.get("namespace", "")
    if destination.get("name") or not permits.destination(server, namespace):
        message = "the destination is not one that the project permits"
        yield Violation((*_TEMPLATE, "destination"), "set-template", message)
    sources: list[tuple[Path, Data]] = [(("source",), spec["source"])] if spec.get("source") else []
    sources += [(("sources", index), item) for index, item in enumerate(spec.get("sources") or ())]
    if not sources:
        yield Violation(_TEMPLATE, "source-missing", "there is no source")
    for below, source in sources:
        url = source.get("repoURL", "")
        if not is_templated(url) and not permits.source(str(url)):
            message = f"the repository {url} is not permitted in the project"
            yield Violation((*_TEMPLATE, *below, "repoURL"), "source-permitted", message)
    yield from check_sync_policy((*_TEMPLATE, "syncPolicy"), spec.get("syncPolicy") or {})
