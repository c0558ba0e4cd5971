"""What the generators of an ApplicationSet yield, as far as it is known without Argo CD.

Source: argo-cd v3.5.7, applicationset/generators/list.go, matrix.go and merge.go, and applicationset/utils/utils.go
`RenderTemplateParams`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from argoproject.upstream.argocd.applications import Data
from argoproject.upstream.argocd.go_render import fill, render, templated_texts
from argoproject.upstream.argocd.go_values import (
    ForeignTextError,
    Open,
    Parameters,
    TemplateError,
    Unknown,
)

__all__ = [
    "GENERATORS",
    "SAFE_FIELDS",
    "Yielded",
    "complete_values",
    "leaves",
    "named_clusters",
    "selects",
    "yielded",
]

GENERATORS = ("list", "git", "matrix", "merge", "clusters", "pullRequest", "scmProvider", "plugin")
"""All kinds but `clusterDecisionResource`, which reads objects of any kind with Argo CD's own rights: no `allow` could
bound it."""


@dataclass(frozen=True, slots=True)
class Yielded:
    """What generators yield: the values of each generated Application."""

    values: tuple[Parameters, ...]
    """One mapping for each Application. Where a generator reads elsewhere, a single mapping with `Unknown` fields
    represents everything that it finds."""

    complete: bool
    """Whether no further Application is generated and no value is unknown."""


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

    Known are lists, and matrices, merges and selectors of known values. Generators that read elsewhere yield one
    mapping with `Unknown` fields for all that they find; `clusters` yields one for each name that its selector lists.

    Args:
        generators: The generators of an ApplicationSet, as the API spells them.
        foreign: What foreign text becomes: `Unknown.FOREIGN` refuses it.

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


def complete_values(generators: Sequence[Data]) -> tuple[Parameters, ...] | None:
    """The values of each generated Application; None where only Argo CD knows them, or where it would fail."""
    try:
        found = yielded(generators)
    except TemplateError:
        return None
    return found.values if found.complete else None


_FOLDER = dict.fromkeys(("path", "basename", "basenameNormalized"), Unknown.TEXT)
_FILE = dict.fromkeys(("filename", "filenameNormalized"), Unknown.TEXT)


def _of_generator(generator: Data, above: tuple[Parameters, ...], foreign: Unknown) -> Yielded:
    """What one generator yields.

    Args:
        generator: The generator.
        above: The values with which each matrix above fills in its second generator.
        foreign: What foreign text becomes.
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
    return _as_yielded(elements, complete=True)


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
    return _as_yielded(pairs, complete=complete)


def _refuse_foreign(generator: Data, values: Parameters) -> None:
    """Refuse foreign text in the second generator of a matrix, which could yield it by another name.

    Files at a revision that is made of foreign text are foreign text as well.
    """
    has_foreign = Unknown.FOREIGN in values.values()
    for path, text in templated_texts(generator):
        chosen = has_foreign and path[-1] == "revision"
        try:
            render("{{ toJson . }}" if chosen else text, values)
        except ForeignTextError as error:
            error.path = path
            raise
        except TemplateError:
            pass


_SHA = ("head_sha", "head_short_sha", "head_short_sha_7")
SAFE_FIELDS = {
    "pullRequest": ("number", "branch_slug", "target_branch_slug", *_SHA),
    "scmProvider": (
        "organization",
        "repository",
        "url",
        "sha",
        "short_sha",
        "short_sha_7",
        "branchNormalized",
    ),
}
"""Fields of pull requests and repositories that are not foreign text: numbers, hashes, names of the platform's own
repositories, and slugs of letters, digits and hyphens. Source: applicationset/generators/pull_request.go,
scm_provider.go."""

_FOREIGN_FIELDS = {
    "pullRequest": ("title", "branch", "target_branch", "author", "labels"),
    "scmProvider": ("branch", "labels"),
}

_FIXED_FIELDS = ("git", "clusters", "pullRequest", "scmProvider")
"""Generators whose elements have a fixed set of fields, unless they have `files` or `flatList`."""


def _of_reading(
    generator: Data, above: tuple[Parameters, ...], foreign: Unknown
) -> Iterator[Parameters]:
    """The values of a generator that reads elsewhere, with those that it computes in `values`.

    Source: applicationset/generators/value_interpolation.go.
    """
    kind = next((key for key in generator if key != "selector"), "")
    settings: Data = generator.get(kind) or {}
    is_open = kind not in _FIXED_FIELDS or bool(settings.get("files") or settings.get("flatList"))
    for element in _elements_of(kind, settings, generator.get("selector") or {}, foreign):
        # An open element may have any further field, so that a missing one is no error.
        known = {key: value for values in above for key, value in values.items()} | element
        partial = is_open or any(isinstance(values, Open) for values in above)
        for key, text in (settings.get("values") or {}).items():
            with _inside(kind, "values", key):
                value = fill(text, Open(known) if partial else known)
                element.setdefault("values", {})[key] = value
        yield Open(element) if is_open else element


def _elements_of(
    kind: str, settings: Data, selector: Data, foreign: Unknown
) -> Iterator[dict[str, Any]]:
    """The fields of a generator's elements: one element for all that it finds, or one for each cluster.

    Source: applicationset/generators/git.go, cluster.go, pull_request.go, scm_provider.go and plugin.go.
    """
    match kind:
        case "git":
            files = _FILE if settings.get("files") else {}
            path = {"path": {**_FOLDER, **files, "segments": Unknown.ANY}}
            prefix = settings.get("pathParamPrefix")
            yield {str(prefix): path} if prefix else path
        case "clusters" if not settings.get("flatList"):
            data = {"server": Unknown.TEXT, "project": Unknown.TEXT, "metadata": Unknown.ANY}
            for name in named_clusters(selector) or (Unknown.TEXT,):
                normal = render("{{ normalize .x }}", {"x": name}) or Unknown.TEXT
                yield {**data, "name": name, "nameNormalized": normal}
        case "pullRequest" | "scmProvider":
            element = dict.fromkeys(SAFE_FIELDS[kind], Unknown.TEXT)
            element |= dict.fromkeys(_FOREIGN_FIELDS[kind], foreign)
            if kind == "scmProvider":
                element["repository_id"] = Unknown.ANY
            elif foreign is Unknown.TEXT:
                element["labels"] = Unknown.ANY
            yield element
        case _:
            yield {}


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
        # Which elements match is unknown: every field may have any value. Foreign text stays foreign.
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
    return _as_yielded(base.values(), complete=True)


def _as_yielded(values: Iterable[Parameters], *, complete: bool) -> Yielded:
    items = tuple(values)
    unknown = any(isinstance(item, Unknown) for _, item in leaves(items))
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
    """Whether a generator's selector matches an element. Source: applicationset/utils/selector.go."""
    flat = {".".join(path): _go_text(item) for path, item in leaves(values)}
    if any(flat.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    for item in selector.get("matchExpressions") or ():
        has, value = item["key"] in flat, flat.get(item["key"])
        listed = value in (item.get("values") or ())
        wanted = {"In": has and listed, "NotIn": not has or not listed, "Exists": has}
        if not wanted.get(item["operator"], not has):  # else DoesNotExist
            return False
    return True


def _go_text(value: Any) -> str:
    """A value as Go prints it with `%v`, which writes floats of 1e21 and more with an exponent."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)
    return str(value)


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value in some data that is not a map or a list with items, with its place."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from leaves(item, (*path, str(key)))
    elif isinstance(value, list | tuple) and value:
        for index, item in enumerate(value):
            yield from leaves(item, (*path, str(index)))
    else:
        yield path, value
