"""Templates of ApplicationSets: what every generated Application is like, whatever a generator fills in.

Argo CD compares the repository of each generated Application with `sourceRepos` of the AppProject, which contains only
URLs that the files name, in sources or in an `allow`. It compares a generator's own repository with nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

from argoproject.checks.applications.applications import (
    check_annotations,
    check_labels,
    name_limit,
)
from argoproject.checks.applications.files import (
    Keyring,
    RefCharts,
    named_files,
    templated_file_mistake,
)
from argoproject.checks.applications.sources import (
    check_pass_credentials,
    check_sources,
    helm_values,
    kustomize_options,
    one_tool,
    parameters_twice,
    path_or_chart,
)
from argoproject.checks.applications.sync import check_sync
from argoproject.checks.applications.versions import check_fixed, not_a_chart_version
from argoproject.identity import NAME_LIMIT
from argoproject.models import AllowanceKind, Application, ApplicationSet, ApplicationSetTemplate
from argoproject.models.scalars import is_label
from argoproject.plan.manifests.common import spelled
from argoproject.problems import Mistake
from argoproject.project.applications import (
    Deployed,
    Generation,
    SourceAt,
    destination,
    generated,
    is_chart_version,
    template_sources,
    templated_urls,
    used_urls,
)
from argoproject.project.model import Found, Project
from argoproject.upstream.argocd.go_render import could_yield, fill_text, is_templated, shortest
from argoproject.upstream.argocd.go_values import Open, Parameters, TemplateError
from argoproject.upstream.urls import normalise
from argoproject.yamlfile.reader import DataPath, texts_in

__all__ = ["check_template", "generated_repositories"]

_SAME = ("sync_policy", "ignore_differences", "revision_history_limit")
"""Fields of the template that are judged as they are written, also where the generators' values are unknown."""

_NAME_REMEDY = "add a field to the name in which they differ"


def check_template(project: Project, path: DataPath, item: ApplicationSet) -> Found:
    """All rules about the template of an ApplicationSet.

    Where its generators' values are known, each generated Application is judged as a declared one is. Otherwise the
    template is, whatever a generator fills in.

    Args:
        project: The environment.
        path: The place of the ApplicationSet, `("applicationSets", key)`.
        item: Its value.
    """
    key, path, template = str(path[-1]), (*path, "template"), item.template
    if template is None:
        remedy = "add `template: {name: …, source: {…}}`"
        message = "the ApplicationSet has no template"
        yield path, Mistake(code="set-template", message=message, remedy=remedy)
        return
    generation = generated(project).get(key)
    mistakes = generation.mistakes if generation is not None else ()
    yield from _first_of_each(mistakes)
    yield from generated_names((*path, "name"), template, generation)
    yield from _first_of_each(destinations(project, (*path, "destination"), template, generation))
    if (template.source is None) is (not template.sources):
        message = "the template needs one of `source` and `sources`"
        remedy = "add it, or keep one of them"
        yield path, Mistake(code="set-source", message=message, remedy=remedy)
        return
    sources = template_sources(key, item)
    for at in sources:
        if at.source.target_revision is None:
            message = "the source has no revision"
            remedy = "add `targetRevision`; `versions` does not reach into ApplicationSets"
            place = (*at.path, "targetRevision")
            yield place, Mistake(code="no-revision", message=message, remedy=remedy)
    # Applications that are known are judged one by one; the template is, where further ones could be generated.
    found = iter(()) if generation is None else generated_applications(project, generation)
    if generation is None or not generation.complete or not generation.items:
        found = chain(found, unknown_applications(project, path, template, sources, generation))
    yield from _first_of_each(found)


def destinations(
    project: Project,
    path: DataPath,
    template: ApplicationSetTemplate,
    generation: Generation | None,
) -> Found:
    """Refuse destinations that no `allow` names, and templates that become none of those that one names.

    What only Argo CD knows is bounded by the AppProject, which permits the same destinations: Argo CD compares each
    generated Application with it.
    """
    given = template.destination
    if given is None or generation is None:
        return
    if given.name is not None and given.server is not None:
        message, remedy = "`name` and `server` are both given", "keep one"
        yield path, Mistake(code="set-destination", message=message, remedy=remedy)
        return
    data = spelled(given)
    allow = project.settings.allow
    allowed = [item.value for item in allow if item.kind is AllowanceKind.DESTINATION]
    for element in generation.yielded.values:
        known = {key: fill_text(text, element) for key, text in data.items()}
        texts = {key: data[key] if text is None else text for key, text in known.items()}
        where = destination(project, texts)
        if None not in known.values():
            possible = where in (destination(project, {}), *allowed)
        else:
            possible = any(_could_be(project, texts, value) for value in allowed)
        if not possible:
            message = f"an element deploys to {where}, which no `allow` names"
            if None in known.values():
                message = "the destination is templated, and no `allow` names one that it could be"
            remedy = "add {kind: destination, value: <cluster>/<namespace>, reason: …} to `allow`"
            yield path, Mistake(code="set-destination", message=message, remedy=remedy)


def _could_be(project: Project, texts: Mapping[str, str], value: str) -> bool:
    """Whether a destination with templates could become one that an `allow` names."""
    key, _, namespace = value.partition("/")
    cluster = project.platform.clusters.get(key)
    if cluster is None:
        return False
    names = {"name": cluster.argocd_name, "server": cluster.server, "namespace": namespace}
    own = project.cluster
    default = {"namespace": project.names.namespace}
    if not texts.keys() & {"name", "server"}:
        default["name"] = own.argocd_name
    return all(could_yield(text, names[it]) for it, text in (default | dict(texts)).items())


def _first_of_each(found: Iterable[tuple[DataPath, Mistake]]) -> Found:
    """The first mistake of each place and code: elements repeat those of each other."""
    seen: set[tuple[DataPath, str]] = set()
    for path, mistake in found:
        if (path, mistake.code) not in seen:
            seen.add((path, mistake.code))
            yield path, mistake


def generated_applications(project: Project, generation: Generation) -> Found:
    """The rules about declared Applications, for each generated one. Equal mistakes of several are one."""
    found: dict[tuple[DataPath, str], list[tuple[Mistake, str]]] = {}
    for item in generation.items:
        for path, mistake in _of_application(project, item):
            found.setdefault((path, mistake.code), []).append((mistake, item.name))
    for (path, _), several in found.items():
        mistake, name = several[0]
        every = len(several) == len(generation.items) and all(it == mistake for it, _ in several)
        if not every and name not in mistake.message:
            mistake = mistake._replace(message=f"{mistake.message}, in {name}")
        yield path, mistake


def _of_application(project: Project, item: Deployed) -> Found:
    yield from generated_name(item)
    yield from check_annotations(project, (*item.path, "annotations"), item.application.annotations)
    yield from check_labels(project, (*item.path, "labels"), item.application.labels)
    yield from check_sync(project, item)
    yield from check_sources(project, item)
    for at in item.sources:
        chart = at.source.chart is not None
        path = (*at.path, "targetRevision")
        if at.revision is not None and chart and not is_chart_version(at.revision):
            yield path, not_a_chart_version(at.revision)
        elif at.revision is not None:
            yield from check_fixed(project, path, at.revision, chart=chart)


def generated_name(item: Deployed) -> Found:
    """Refuse a generated name that Kubernetes refuses, or that is too long for it or for the Helm release."""
    path, name = (*item.path, "name"), item.name
    if not is_label(name) and not len(name) > NAME_LIMIT:
        message = f"an element makes the name {name}, which is not a DNS label"
        remedy = "use lower-case letters, digits and inner hyphens, for example with `| normalize`"
        yield path, Mistake(code="name", message=message, remedy=remedy)
        return
    limit = name_limit(item)
    if len(name) > limit:
        what = "the name" if limit == NAME_LIMIT else "the name, which becomes a Helm release's,"
        message = f"an element makes {what} {name}: it has {len(name)} characters, at most {limit} are allowed"
        remedy = "shorten it, for example with `| trunc 20`"
        if limit != NAME_LIMIT:
            remedy += ", or set `helm.releaseName` in the source"
        code = "application-name-too-long" if limit == NAME_LIMIT else "release-name-too-long"
        yield path, Mistake(code=code, message=message, remedy=remedy)


def literal_name(project: Project, path: DataPath, name: str) -> Found:
    """Refuse a name of which the literal parts make each generated Application one that Kubernetes refuses."""
    try:
        example = f"{project.names.project}-{shortest(name)}"
    except TemplateError:  # reported as a template
        return
    if len(example) > NAME_LIMIT:
        message = f"every name that this makes has more than {NAME_LIMIT} characters"
        remedy = "shorten the text around the templates"
        yield path, Mistake(code="application-name-too-long", message=message, remedy=remedy)
    elif not is_label(example):
        message = f"no name that this makes is a DNS label: {example}, for example"
        remedy = "use lower-case letters, digits and inner hyphens"
        yield path, Mistake(code="name", message=message, remedy=remedy)


def unknown_applications(
    project: Project,
    path: DataPath,
    template: ApplicationSetTemplate,
    sources: tuple[SourceAt, ...],
    generation: Generation | None,
) -> Found:
    """The rules about a template whose generators' values only Argo CD knows."""
    known = _all_elements(generation)
    refs: RefCharts = {at.source.ref: at.source.chart for at in sources if at.source.ref}
    keyring = Keyring.of(project)
    if template.name and is_templated(template.name):
        yield from literal_name(project, (*path, "name"), template.name)
    yield from check_annotations(project, (*path, "annotations"), template.annotations)
    yield from check_labels(project, (*path, "labels"), template.labels)
    same = {name: getattr(template, name) for name in _SAME}
    # The name of these Applications is unknown.
    application = Application(**same)
    unnamed = Deployed(
        key="", path=path, application=application, name="", sources=sources, after=()
    )
    yield from check_sync(project, unnamed)
    for at in sources:
        source = at.source
        yield from path_or_chart(at)
        yield from one_tool(at)
        if source.helm is not None and source.helm.pass_credentials:
            yield from check_pass_credentials(project, (*at.path, "helm", "passCredentials"))
        yield from tool_options(project, at)
        if source.target_revision is not None:
            place = (*at.path, "targetRevision")
            chart = source.chart is not None
            yield from check_fixed(project, place, source.target_revision, chart=chart)
        for file in named_files(source.model_dump(by_alias=True, exclude_unset=True)):
            if mistake := templated_file_mistake(file, refs, keyring, known):
                yield (*at.path, *file.path), mistake


def _all_elements(generation: Generation | None) -> tuple[Parameters, ...] | None:
    """The values of the generators, each known or marked as unknown; None where further ones could be added."""
    if generation is None:
        return None
    values = generation.yielded.values
    # An `Open` element may have fields that are not listed, so that a file name made of them is not bounded.
    fields_known = values and not any(isinstance(item, Open) for item in values)
    return values if generation.complete or fields_known else None


def tool_options(project: Project, at: SourceAt) -> Found:
    """The rules about values, parameters and patches, as far as no generator fills them in."""
    helm, kustomize = at.source.helm, at.source.kustomize
    yield from parameters_twice(at)
    if helm is not None and not is_templated(helm.values or ""):
        yield from helm_values(at)
    if kustomize is not None and not any(
        is_templated(text) for _, text in texts_in(kustomize.model_dump(exclude_unset=True))
    ):
        yield from kustomize_options(project, at)


def generated_repositories(project: Project) -> Found:
    """Refuse templated repositories, unless each one that a generator makes is named by an `allow`.

    `repoURL: https://git/{{ .part }}.git` with the elements `{part: a}` and `{part: b}` needs an `allow` for
    `https://git/a.git` and one for `https://git/b.git`; with elements that only Argo CD knows, an `allow` that the
    template could become. The repository of a generator itself may not be templated at all.
    """
    remedy = (
        "write it out, or name each repository in `allow`: {kind: source, value: <URL>, reason: …}"
    )
    for path, url in used_urls(project):
        if path[0] == "applicationSets" and is_templated(url):
            message = "the repository is templated: it could become any URL"
            whole = "write it out; what varies is the path, the revision or a value"
            yield path, Mistake(code="set-repository", message=message, remedy=whole)
    allow = project.settings.allow
    allowed = [item.value for item in allow if item.kind is AllowanceKind.SOURCE]
    named = set(map(normalise, allowed))
    for path, url in templated_urls(project):
        generation = generated(project).get(str(path[1]))
        known = generation.yielded if generation is not None else None
        results = (
            [fill_text(url, values) for values in known.values] if known is not None else [None]
        )
        results += [] if known is not None and known.complete else [None]
        messages = [
            f"an element makes it {result}, which no `allow` names"
            for result in dict.fromkeys(results)
            if result is not None and normalise(result) not in named
        ]
        if None in results:
            possible = any(could_yield(url, value) for value in allowed)
            unnamed = "the repository is templated, and no `allow` names one that it could be"
            messages = [] if possible else [unnamed]
        for message in messages:
            yield path, Mistake(code="set-repository", message=message, remedy=remedy)


def generated_names(
    path: DataPath, template: ApplicationSetTemplate, generation: Generation | None
) -> Found:
    """Refuse names that do not differ: of two Applications with one name Argo CD generates neither.

    Source: argo-cd v3.5, applicationset/controllers/applicationset_controller.go, validateGeneratedApplications.
    """
    if not is_templated(template.name):
        message = (
            "every generated Application would have the same name, so that one replaces the other"
        )
        remedy = "add a name with the generator's fields, for example `{{ .path.basename }}`"
        yield path, Mistake(code="set-name", message=message, remedy=remedy)
        return
    seen: set[str] = set()
    for item in generation.items if generation is not None else ():
        if item.name in seen:
            message = f"two elements make the name {item.name}"
            yield path, Mistake(code="set-name", message=message, remedy=_NAME_REMEDY)
            return
        seen.add(item.name)
