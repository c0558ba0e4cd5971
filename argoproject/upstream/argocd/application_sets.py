"""An ApplicationSet: its Applications stay in the project, and differ; its Applications and what it reads.

Source: argo-cd v3.5.7, server/applicationset/applicationset.go `validateAppSet`, applicationset/utils/utils.go
`CheckInvalidGenerators`, applicationset/controllers/applicationset_controller.go `validateGeneratedApplications`;
docs/operator-manual/applicationset/Security.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from argoproject.upstream.argocd import Violation
from argoproject.upstream.argocd.applications import Data, Permits, check_sync_policy
from argoproject.upstream.argocd.generators import (
    GENERATORS,
    complete_values,
    leaves,
    named_clusters,
)
from argoproject.upstream.argocd.go_render import fill, fill_text, is_templated
from argoproject.upstream.argocd.go_values import Parameters, TemplateError, Unknown
from argoproject.yamlfile.reader import DataPath

__all__ = ["POLICIES", "check_application_set", "generated_manifests", "read_sources"]

POLICIES = ("create-only", "create-update", "create-delete", "sync")
"""`ApplicationsSyncPolicy`, as its validation in the CustomResourceDefinition lists it."""

_OWNERS = ("owner", "organization", "group", "project", "teamProject", "repo")
"""Fields in which providers name what is read."""

_SPEC: DataPath = ("spec", "template", "spec")


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
    yield from check_destination(spec, permits)
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
    """`CheckInvalidGenerators`: a generator has exactly one kind.

    Stricter: only the kinds of `GENERATORS`, and no template of a generator, which could name another project.
    """
    if not isinstance(generators, list | tuple) or not generators:
        yield Violation(path, "set-generator", "there is no generator")
        return
    for index, generator in enumerate(generators):
        kinds = [key for key in generator if key != "selector"] if generator else []
        place = (*path, index)
        if len(kinds) != 1 or kinds[0] not in GENERATORS:
            message = f"a generator has exactly one of {', '.join(GENERATORS)}"
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


def check_destination(spec: Data, permits: Permits) -> Iterator[Violation]:
    """Require destinations of the project, where they are known. Argo CD's controller refuses others later."""
    given = ((spec.get("template") or {}).get("spec") or {}).get("destination") or {}
    elements: Iterable[Parameters] = ({},)
    if any(map(is_templated, given.values())):
        elements = complete_values(spec.get("generators") or ()) or ()
    for element in elements:
        destination = {key: fill_text(text, element) for key, text in given.items()}
        known = {key: text for key, text in destination.items() if text is not None}
        server, namespace = permits.server_of(known), known.get("namespace", "")
        permitted = server is not None and permits.destination(server, namespace)
        if len(known) == len(given) and not permitted:
            message = "the destination is not one that the project permits"
            yield Violation((*_SPEC, "destination"), "set-template", message)
            return


def check_template(spec: Data, permits: Permits) -> Iterator[Violation]:
    """Require the project, and permitted sources where they are known (`validateAppSet`)."""
    if spec.get("project") != permits.name:
        message = f"the project is {spec.get('project') or 'default'}, not {permits.name}"
        yield Violation((*_SPEC, "project"), "set-template", message)
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


def generated_manifests(spec: Data) -> Mapping[str, Any] | None:
    """The Applications that an ApplicationSet makes, by name; None where only Argo CD knows their names.

    Args:
        spec: The spec of its manifest.
    """
    generators = spec.get("generators") or ()
    known = (
        complete_values(generators) if all(isinstance(it, Mapping) for it in generators) else None
    )
    template = spec.get("template") or {}
    found: dict[str, Any] = {}
    for values in known or ():
        try:
            made = fill(template, values)
        except TemplateError:
            return None
        name = (made.get("metadata") or {}).get("name")
        if not isinstance(name, str):
            return None
        # `diff` compares these. A manifest with unknown parts is represented by its template and values, so that a
        # change of either shows.
        unknown = any(item is Unknown.TEXT for _, item in leaves(made))
        found[name] = [made, template, values] if unknown else made
    return None if known is None else found


def read_sources(generators: Any) -> Iterator[tuple[str, str]]:
    """What the generators of a manifest read other than files: the kind of each, and what it names.

    Example:
        `("pullRequest", "https://gitlab.example.org blue/shop")`, `("clusters", "eu-1")`, `("plugin", "previews")`.
    """
    for item in generators or ():
        for kind, settings in item.items() if isinstance(item, Mapping) else ():
            if kind in ("matrix", "merge"):
                yield from read_sources(settings.get("generators"))
            elif kind == "clusters":
                names = named_clusters(item.get("selector") or {})
                yield kind, "all" if names is None else ", ".join(names)
            elif kind == "plugin":
                yield kind, str((settings.get("configMapRef") or {}).get("name"))
            elif kind in ("pullRequest", "scmProvider"):
                for server, provider in settings.items():
                    of_server = isinstance(provider, Mapping) and server != "values"
                    named = [str(provider[key]) for key in _OWNERS if of_server and key in provider]
                    if named:
                        yield kind, f"{provider.get('api', server)} {'/'.join(named)}"
