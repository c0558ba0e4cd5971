"""An ApplicationSet: its Applications stay in the project, and differ; and the values that its generators yield.

Source: argo-cd v3.5.7, server/applicationset/applicationset.go `validateAppSet`, applicationset/utils/utils.go
`CheckInvalidGenerators`, applicationset/controllers/applicationset_controller.go `validateGeneratedApplications`;
docs/operator-manual/applicationset/Security.md. The values: applicationset/generators/list.go and matrix.go,
applicationset/utils/utils.go `RenderTemplateParams`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from argoproject.upstream.argocd import Violation
from argoproject.upstream.argocd.applications import Permits, check_sync_policy
from argoproject.upstream.argocd.go_templates import TemplateError
from argoproject.upstream.argocd.go_values import (
    ForeignTextError,
    Open,
    Unknown,
    is_templated,
    render,
)
from argoproject.yamlfile.reader import DataPath

__all__ = [
    "GENERATORS",
    "POLICIES",
    "Parameters",
    "Yielded",
    "check_application_set",
    "could_yield",
    "fill",
    "filled",
    "generated",
    "named_clusters",
    "parameters",
    "readings",
    "selects",
    "templated_texts",
    "yielded",
]

Data = Mapping[str, Any]

Parameters = Mapping[str, Any]
"""The values that fill one generated Application: `{"name": "a", "path": {"basename": "b"}}`."""

_ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)

GENERATORS = ("list", "git", "matrix", "merge", "clusters", "pullRequest", "scmProvider", "plugin")
"""All generators but one, whose rights no `allow` can bound."""

POLICIES = ("create-only", "create-update", "create-delete", "sync")
"""`ApplicationsSyncPolicy`, as its validation in the CustomResourceDefinition lists it."""

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


def check_destination(spec: Data, permits: Permits) -> Iterator[Violation]:
    """Require destinations of the project, where they are known. Argo CD's controller refuses others later."""
    given = ((spec.get("template") or {}).get("spec") or {}).get("destination") or {}
    elements: Iterable[Parameters] = ({},)
    if any(map(is_templated, given.values())):
        elements = parameters(spec.get("generators") or ()) or ()
    for element in elements:
        destination = {key: filled(text, element) for key, text in given.items()}
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


@dataclass(frozen=True, slots=True)
class Yielded:
    """What generators yield: the values of each generated Application."""

    values: tuple[Parameters, ...]
    """Unknown values are `Unknown`, and one item is for every folder or file that a generator finds."""

    complete: bool
    """Whether these are all of them, and nothing of them is unknown."""


@contextmanager
def _inside(*steps: str | int) -> Iterator[None]:
    """Adds the place to an error of what is inside."""
    try:
        yield
    except TemplateError as error:
        error.path = (*steps, *error.path)
        raise


def yielded(generators: Sequence[Data], *, foreign: Unknown = Unknown.TEXT) -> Yielded:
    """The values of each generated Application, as far as they are known.

    Known are lists, matrices and merges of lists, and selectors of them.

    Args:
        generators: The generators of an ApplicationSet, as the API spells them.
        foreign: What texts become that people outside of the team write: `Unknown.FOREIGN` refuses them.

    Raises:
        TemplateError: Argo CD would fail, and generate nothing; or `foreign` refuses a text.

    Example:
        A matrix of the lists `[{a: 1}, {a: 2}]` and `[{b: 3}]` yields `{a: 1, b: 3}` and `{a: 2, b: 3}`.
    """
    parts = []
    for index, generator in enumerate(generators):
        with _inside(index):
            parts.append(_of_generator(generator, (), foreign))
    values = tuple(item for part in parts for item in part.values)
    return Yielded(values, all(part.complete for part in parts))


def parameters(generators: Sequence[Data]) -> tuple[Parameters, ...] | None:
    """The values of each generated Application; None where only Argo CD knows them, or where it would fail."""
    try:
        found = yielded(generators)
    except TemplateError:
        return None
    return found.values if found.complete else None


def fill(data: Any, values: Parameters) -> Any:
    """Data with its templates filled; a text of which a part is unknown becomes `Unknown.TEXT`.

    Raises:
        TemplateError: A template fails for these values.
    """
    if isinstance(data, str):
        text = render(data, values)
        return Unknown.TEXT if text is None else text
    if isinstance(data, Mapping):
        return {render(key, values) or key: fill(item, values) for key, item in data.items()}
    if isinstance(data, list | tuple):
        return [fill(item, values) for item in data]
    return data


def filled(text: str, values: Parameters) -> str | None:
    """A text with its templates filled; None where a part of it is unknown, or where Argo CD would fail."""
    try:
        return render(text, values)
    except TemplateError:
        return None


def generated(spec: Data) -> Mapping[str, Any] | None:
    """The Applications that an ApplicationSet makes, by name; None where only Argo CD knows their names.

    Args:
        spec: The spec of its manifest.
    """
    generators = spec.get("generators") or ()
    known = parameters(generators) if all(isinstance(it, Mapping) for it in generators) else None
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
        # What cannot be computed changes where its values do.
        unknown = any(item is Unknown.TEXT for _, item in _leaves(made))
        found[name] = [made, template, values] if unknown else made
    return None if known is None else found


def templated_texts(data: Any, path: DataPath = ()) -> Iterator[tuple[DataPath, str]]:
    """Every text with a template in some data, with its place; keys of maps as well, which Argo CD also fills in."""
    if is_templated(data):
        yield path, data
    steps: Iterable[tuple[Any, Any]] = data.items() if isinstance(data, Mapping) else ()
    for step, item in enumerate(data) if isinstance(data, list | tuple) else steps:
        if isinstance(step, str) and is_templated(step):
            yield (*path, step), step
        yield from templated_texts(item, (*path, step))


def could_yield(template: str, text: str) -> bool:
    """Whether some values could turn a template into a text: `a/{{ .x }}.git` into `a/b.git`."""
    literals = map(re.escape, _ACTION.split(template))
    return re.fullmatch(".*".join(literals), text, re.DOTALL) is not None


_NORMALIZED = dict.fromkeys(("path", "basename", "basenameNormalized"), Unknown.TEXT)
_FILE = dict.fromkeys(("filename", "filenameNormalized"), Unknown.TEXT)


def _of_generator(generator: Data, above: tuple[Parameters, ...], foreign: Unknown) -> Yielded:
    """What one generator yields.

    Args:
        generator: The generator.
        above: The values with which each matrix above fills in its second generator.
        foreign: What texts become that people outside of the team write.
    """
    match generator:
        case {"list": settings}:
            with _inside("list", "elements"):
                found = _of_list(settings or {}, above)
        case {"matrix": {"generators": [first, second]}}:
            found = _of_matrix(first, second, above, foreign)
        case {"merge": {"generators": [_, *_] as generators, "mergeKeys": keys}}:
            parts = []
            for index, item in enumerate(generators):
                with _inside("merge", "generators", index):
                    parts.append(_of_generator(item, above, foreign))
            with _inside("merge"):
                found = _of_merge(parts, keys or ())
        case _:
            found = Yielded(tuple(_of_reading(generator, above, foreign)), complete=False)
    selector = generator.get("selector")
    if selector is None:
        return found
    if not found.complete or "{{" in json.dumps(selector):
        return Yielded(found.values, complete=False)
    return Yielded(tuple(item for item in found.values if selects(selector, item)), complete=True)


def _of_list(settings: Data, above: tuple[Parameters, ...]) -> Yielded:
    elements = [_json(item) for item in settings.get("elements") or ()]
    for values in filter(None, above):
        elements = [fill(item, values) for item in elements]
    if settings.get("elementsYaml"):
        return Yielded((*elements, Open()), complete=False)
    return _checked(elements, complete=True)


def _of_matrix(
    first: Data, second: Data, above: tuple[Parameters, ...], foreign: Unknown
) -> Yielded:
    pairs: list[Parameters] = []
    with _inside("matrix", "generators", 0):
        outer = _of_generator(first, above, foreign)
    complete = outer.complete
    for one in outer.values:
        with _inside("matrix", "generators", 1):
            if foreign is Unknown.FOREIGN:
                _refuse_foreign(second, Open(one))
            inner = _of_generator(second, (*above, one), foreign)
        complete &= inner.complete
        pairs += [_merged(other, one) for other in inner.values]
    return _checked(pairs, complete=complete)


def _refuse_foreign(generator: Data, values: Parameters) -> None:
    """Refuse texts of strangers in the second generator of a matrix, which may yield them by another name.

    Files at a revision that a stranger chose are such texts, too.
    """
    strangers = Unknown.FOREIGN in values.values()
    for path, text in templated_texts(generator):
        chosen = strangers and path[-1] == "revision"
        try:
            render("{{ toJson . }}" if chosen else text, values)
        except ForeignTextError as error:
            error.path = path
            raise
        except TemplateError:
            pass


_PULL_REQUEST = dict.fromkeys(
    (
        "number",
        "head_sha",
        "head_short_sha",
        "head_short_sha_7",
        "branch_slug",
        "target_branch_slug",
    ),
    Unknown.TEXT,
)
_PULL_REQUEST_FOREIGN = ("title", "branch", "target_branch", "author", "labels")
_SCM = dict.fromkeys(
    ("organization", "repository", "url", "sha", "short_sha", "short_sha_7", "branchNormalized"),
    Unknown.TEXT,
)
_SCM_FOREIGN = ("branch", "labels")
"""Values that people outside of the team write. Source: applicationset/generators/pull_request.go, scm_provider.go."""


_CLOSED = ("git", "clusters", "pullRequest", "scmProvider")
"""Generators of which all fields are known, but for files and flat lists."""


def _of_reading(
    generator: Data, above: tuple[Parameters, ...], foreign: Unknown
) -> Iterator[Parameters]:
    """The values of a generator that reads elsewhere: one item for all that it finds, or one for each cluster.

    Source: applicationset/generators/git.go, cluster.go, plugin.go and value_interpolation.go.
    """
    kind = next((key for key in generator if key != "selector"), "")
    settings: Data = generator.get(kind) or {}
    found: list[dict[str, Any]] = []
    match kind:
        case "git":
            path = {
                **_NORMALIZED,
                **(_FILE if settings.get("files") else {}),
                "segments": Unknown.ANY,
            }
            prefix = settings.get("pathParamPrefix")
            found = [{str(prefix): {"path": path}} if prefix else {"path": path}]
        case "clusters" if not settings.get("flatList"):
            data = {"server": Unknown.TEXT, "project": Unknown.TEXT, "metadata": Unknown.ANY}
            for name in named_clusters(generator.get("selector") or {}) or (Unknown.TEXT,):
                normal = render("{{ normalize .x }}", {"x": name}) or Unknown.TEXT
                found.append({**data, "name": name, "nameNormalized": normal})
        case "pullRequest":
            found = [{**_PULL_REQUEST, **dict.fromkeys(_PULL_REQUEST_FOREIGN, foreign)}]
            if foreign is Unknown.TEXT:
                found[0]["labels"] = Unknown.ANY
        case "scmProvider":
            found = [{**_SCM, "repository_id": Unknown.ANY, **dict.fromkeys(_SCM_FOREIGN, foreign)}]
        case _:
            found = [{}]
    is_open = kind not in _CLOSED or bool(settings.get("files") or settings.get("flatList"))
    for item in found:
        known = {key: value for values in above for key, value in values.items()} | item
        partial = is_open or any(isinstance(values, Open) for values in above)
        for key, text in (settings.get("values") or {}).items():
            with _inside(kind, "values", key):
                value = fill(text, Open(known) if partial else known)
                item.setdefault("values", {})[key] = value
        yield Open(item) if is_open else item


def readings(generators: Any) -> Iterator[tuple[str, str]]:
    """What the generators of a manifest read other than files: the kind of each, and what it names.

    Example:
        `("pullRequest", "https://gitlab.example.org blue/shop")`, `("clusters", "eu-1")`, `("plugin", "previews")`.
    """
    for item in generators or ():
        for kind, settings in item.items() if isinstance(item, Mapping) else ():
            if kind in ("matrix", "merge"):
                yield from readings(settings.get("generators"))
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


_OWNERS = ("owner", "organization", "group", "project", "teamProject", "repo")


def named_clusters(selector: Data) -> tuple[str, ...] | None:
    """The names of clusters to which a generator's own selector limits it; None where it does not.

    Args:
        selector: `{"matchLabels": {"name": "eu-1"}}`, or a requirement that `name` is `In` a list.
    """
    found = [[value] for key, value in (selector.get("matchLabels") or {}).items() if key == "name"]
    found += [
        list(item["values"])
        for item in selector.get("matchExpressions") or ()
        if (item["key"], item["operator"]) == ("name", "In")
    ]
    return tuple(name for name in found[0] if all(name in it for it in found)) if found else None


def _of_merge(parts: Sequence[Yielded], keys: Sequence[str]) -> Yielded:
    """The items of the first generator, with the values of those of the others that have the same keys."""
    if not all(part.complete for part in parts):
        items = [item for part in parts for item in part.values]
        fields = {key: Unknown.ANY for item in items for key in item}
        for item in items:
            fields |= {key: it for key, it in item.items() if it is Unknown.FOREIGN}
        return Yielded((Open(fields),), complete=False)
    indexes: list[dict[str, Parameters]] = []
    for part in parts:
        index: dict[str, Parameters] = {}
        for item in part.values:
            key = json.dumps([item.get(name) for name in keys], sort_keys=True)
            if key in index:
                shown = ", ".join(f"{name} {item.get(name)}" for name in keys)
                message = (
                    f"two elements of one generator have the same {shown}: Argo CD merges none"
                )
                raise TemplateError(message, "add a field to `mergeKeys` in which they differ")
            index[key] = item
        indexes.append(index)
    base, *others = indexes
    for other in others:
        base = {
            key: _merged(item, other[key]) if key in other else item for key, item in base.items()
        }
    return _checked(base.values(), complete=True)


def _checked(values: Iterable[Parameters], *, complete: bool) -> Yielded:
    items = tuple(values)
    unknown = any(isinstance(item, Unknown) for _, item in _leaves(items))
    return Yielded(items, complete and not unknown)


def _merged(values: Parameters, over: Parameters) -> Parameters:
    """Maps of which the second wins: mergo with `WithOverride`, where its result is plain.

    A map in both is unknown afterwards: Argo CD merges it in place, so that elements which share it change as well. So
    are values that are empty in the second, or of different types.
    """
    found = dict(values)
    for key, item in over.items():
        if key not in found or (found[key] == item and type(found[key]) is type(item)):
            found[key] = item
        else:
            plain = isinstance(item, str | float) and type(item) is type(found[key]) and item
            found[key] = item if plain or item is Unknown.FOREIGN else Unknown.ANY
    return Open(found) if isinstance(values, Open) or isinstance(over, Open) else found


def _json(value: Any) -> Any:
    """Data as Go reads it from JSON: every number is a float."""
    if isinstance(value, Mapping):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def selects(selector: Data, values: Parameters) -> bool:
    """Whether a generator's selector takes values. Source: applicationset/utils/selector.go."""
    flat = {".".join(path): shown(item) for path, item in _leaves(values)}
    if any(flat.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    for item in selector.get("matchExpressions") or ():
        has, value = item["key"] in flat, flat.get(item["key"])
        listed = value in (item.get("values") or ())
        wanted = {"In": has and listed, "NotIn": not has or not listed, "Exists": has}
        if not wanted.get(item["operator"], not has):
            return False
    return True


def shown(value: Any) -> str:
    """A value as Go prints it with `%v`."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)
    return str(value)


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _leaves(item, (*path, str(key)))
    elif isinstance(value, list | tuple) and value:
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, str(index)))
    else:
        yield path, value
