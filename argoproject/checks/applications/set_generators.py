"""Generators that read more than files: each is permitted by an `allow`, and sends a token to its own host only.

What they yield is written by others. Foreign text (titles, branch names, labels, authors) may fill in only `repoURL`
and `targetRevision`, and a name that others choose begins with a word of the set's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from urllib.parse import urlsplit

from argoproject.models import AllowanceKind, ApplicationSet, Provider
from argoproject.models.validation import did_you_mean
from argoproject.problems import Mistake, listed
from argoproject.project.applications import spelled_generator, template_data
from argoproject.project.generators import PROVIDERS, Reading, api_host, open_names, readings
from argoproject.project.model import Found, Project
from argoproject.project.repositories import selected, token_secrets
from argoproject.upstream.argocd.generators import SAFE_FIELDS, yielded
from argoproject.upstream.argocd.go_render import render, templated_texts
from argoproject.upstream.argocd.go_values import (
    ForeignTextError,
    Parameters,
    TemplateError,
    Unknown,
)
from argoproject.upstream.urls import normalise
from argoproject.yamlfile.reader import DataPath

__all__ = ["check_foreign_text", "check_readings"]

_CODE = "set-generator"

_HOSTS = {"github.com": "api.github.com", "bitbucket.org": "api.bitbucket.org"}
"""Hosts of repositories, with the host of their API where it is another."""

_BOUNDED = ("repoURL", "targetRevision")
"""Fields that foreign text may fill in. A `repoURL` must be named by `allow`; a `targetRevision` only selects a commit
of that repository, and classes with `revisions: fixed` refuse a templated one."""


def check_readings(project: Project) -> Found:
    """All rules about generators that read more than files."""
    for item in readings(project):
        needs_server = item.path[-1] in ("pullRequest", "scmProvider")
        # Without one valid server there is no host to compare tokens with.
        mistakes = [*check_server(item)] if needs_server else []
        yield from mistakes or chain(check_allowed(project, item), check_tokens(project, item))
    for key, prefix in open_names(project):
        if not prefix:
            message = "others choose these names: one could be that of another Application"
            remedy = "begin the name with a word of its own, for example `pr-{{ .number }}`"
            path: DataPath = ("applicationSets", key, "template", "name")
            yield path, Mistake(code="set-name", message=message, remedy=remedy)


def check_allowed(project: Project, item: Reading) -> Found:
    """Refuse what no `allow` names, and clusters that nothing limits."""
    kind, clusters = item.path[-1], project.platform.clusters
    if kind == "clusters" and not item.values and not item.unknown:
        message = "the generator yields every cluster that Argo CD knows"
        remedy = (
            "limit it by name, next to `clusters`: selector: {matchExpressions: "
            f"[{{key: name, operator: In, values: [{project.cluster.argocd_name}]}}]}}"
        )
        yield item.path, Mistake(code=_CODE, message=message, remedy=remedy)
    if item.flat:
        message = "a selector does not limit a flat list: it holds every cluster that Argo CD knows"
        remedy = "remove `flatList`, and combine the clusters in a matrix"
        yield (*item.path, "flatList"), Mistake(code=_CODE, message=message, remedy=remedy)
    named = {it.value for it in project.settings.allow if it.kind is AllowanceKind.GENERATOR}
    for name in item.unknown:
        known = [it.argocd_name for it in clusters.values()]
        message = f"platform.yaml has no cluster whose name in Argo CD is {name}"
        remedy = did_you_mean(name, known, f"known: {listed(known)}")
        place = (*item.path[:-1], "selector")
        yield place, Mistake(code="unknown-cluster", message=message, remedy=remedy)
    for path, value in item.values:
        if value not in named:
            message = (
                f"the generator {kind} reads {value.partition('/')[2]}, which no `allow` names"
            )
            remedy = f"add {{kind: generator, value: {value}, reason: …}} to `allow`"
            yield path, Mistake(code=_CODE, message=message, remedy=remedy)


def check_server(item: Reading) -> Found:
    """Refuse none or several servers, and an API that is not one of the provider's."""
    kind, provider = item.path[-1], item.provider
    if provider is None or item.count > 1:
        message = (
            f"the generator {kind} names {'no server' if provider is None else 'several servers'}"
        )
        remedy = f"write one of {', '.join(PROVIDERS[str(kind)])}"
        yield item.path, Mistake(code=_CODE, message=message, remedy=remedy)
        return
    for mistake in api_mistakes(provider):
        yield (*item.provider_path, "api"), mistake


def check_tokens(project: Project, item: Reading) -> Found:
    """Refuse tokens of repositories that the environment does not have, and those that another host would get."""
    secrets = token_secrets(project) if item.tokens else {}
    urls = {it.key: it.url for it in selected(project)} if item.tokens else {}
    host = api_host(item.provider.api_url) if item.provider is not None else ""
    for at, ref in item.tokens:
        place, key, apps = (*at, "repository"), ref.repository, item.provider_path[-1] == "github"
        # GitHub accepts the Secret of an App, which has no single key with a token.
        usable = [name for name, (_, data) in secrets.items() if data or apps]
        own = api_host(f"https://{normalise(urls.get(key, '')).partition('://')[2]}")
        if key not in usable:
            message = f"the environment has no repository {key} with a password or token"
            remedy = did_you_mean(key, usable, f"known: {listed(usable) or 'none'}")
            yield place, Mistake(code="set-token", message=message, remedy=remedy)
        elif _HOSTS.get(own, own) != host:
            message = f"the token of {own} would be sent to {host}"
            remedy = f"name a repository of {host}"
            yield place, Mistake(code="set-token", message=message, remedy=remedy)


def api_mistakes(provider: Provider) -> Iterator[Mistake]:
    """Why an API is not one that the provider has: another path could be another user's page on the same host."""
    url = provider.api_url
    parts = urlsplit(url)
    known = [f"https://<host>{path}" for path in provider.paths]
    if not url:
        message, remedy = "the provider needs the URL of its API", f"add it: {known[0]}"
        yield Mistake(code="set-api", message=message, remedy=remedy)
    elif parts.scheme != "https" or (provider.api and parts.path.rstrip("/") not in provider.paths):
        remedy = f"write {' or '.join(known)}" if known else "remove it"
        yield Mistake(code="set-api", message="this is not the URL of its API", remedy=remedy)


def check_foreign_text(project: Project, path: DataPath, item: ApplicationSet) -> Found:
    """Refuse foreign text in the template: titles, branches, labels and authors, apart from the `_BOUNDED` fields.

    Argo CD fills it in without quotes: a title could become a line of `values`, a branch the name of another
    Application, a label a pattern of subscriptions.

    Args:
        project: The environment.
        path: The ApplicationSet.
        item: Its value.
    """
    kinds = [it.path[-1] for it in readings(project) if it.path[:2] == path]
    safe = [field for kind, fields in SAFE_FIELDS.items() if kind in kinds for field in fields]
    remedy = f"use .{', .'.join(safe)}"
    generators = [spelled_generator(it) for it in item.generators]
    try:
        marked = yielded(generators, foreign=Unknown.FOREIGN).values
        elements = tuple(zip(marked, yielded(generators).values, strict=True))
    except ForeignTextError as error:
        yield (*path, "generators", *error.path), _foreign(error, remedy)
        return
    except TemplateError:
        return
    data = template_data(item.template) if item.template is not None else {}
    # A template that fails with the marked values only uses foreign text. One that fails with both is reported by
    # `check_template`.
    for place, text in templated_texts(data, (*path, "template")):
        for element, plain in elements if place[-1] not in _BOUNDED else ():
            try:
                render(text, element)
            except TemplateError as error:
                if isinstance(error, ForeignTextError) or not _fails(text, plain):
                    yield place, _foreign(error, remedy)
                    break


def _fails(text: str, values: Parameters) -> bool:
    try:
        render(text, values)
    except TemplateError:
        return True
    return False


def _foreign(error: TemplateError, remedy: str) -> Mistake:
    return Mistake(code="set-foreign-text", message=error.message, remedy=remedy)
