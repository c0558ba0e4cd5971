"""Applications: their names, former names, annotations and Helm releases, and the table of all rules about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from argoproject.checks.applications.base import check_base
from argoproject.checks.applications.hydrator import check_hydrator
from argoproject.checks.applications.sources import check_sources, null_values
from argoproject.checks.applications.sync import check_sync, empty_source_allowances
from argoproject.checks.guardrails.bounds import Bounds
from argoproject.checks.secrets.uses import check_in_clear
from argoproject.identity import APPLICATION_KEYS, HELM_RELEASE_LIMIT, NAME_LIMIT
from argoproject.models.validation import did_you_mean
from argoproject.plan.admission import PREFIX
from argoproject.problems import Lack, Mistake, Problem
from argoproject.project.applications import (
    Deployed,
    deployed,
    destination,
    generated,
    is_helm,
)
from argoproject.project.model import Found, Project
from argoproject.yamlfile.reader import DataPath, path_text

__all__ = ["check", "check_annotations", "check_labels", "check_name", "name_limit", "shorter"]

RESERVED_KEYS = frozenset({*APPLICATION_KEYS, *APPLICATION_KEYS.values()})
"""Keys that `applications` may not have: the names of its sibling fields, and the endings of their Applications."""

_LINK = "link.argocd.argoproj.io/"
_PLATFORM = PREFIX.rstrip("/")
_PULUMI = "pulumi.com"
_DOMAINS = ("argoproj.io", "kubernetes.io", "k8s.io", _PULUMI, _PLATFORM)
"""Domains whose annotations steer controllers: `argocd-image-updater.argoproj.io/*` writes images and revisions,
`argocd.argoproj.io/*` changes how Argo CD compares, skips and refreshes."""

_TENANT_ANNOTATIONS = ("notifications.argoproj.io/subscribe.", _LINK)
"""Prefixes of annotations below these domains that teams may set."""

_PLAIN_LABELS = frozenset(
    f"app.kubernetes.io/{name}" for name in ("component", "name", "part-of", "version")
)
"""Labels of Kubernetes that describe, and by which nothing is recognised."""

_COMPARE_OPTIONS = (
    "IncludeMutationWebhook=true",
    "ServerSideDiff=false",
    "ServerSideDiff=true",
)
"""Source: controller/state.go, `CompareAppState`; other options are read of single objects only."""

_SCRIPT = re.compile(r"(?:javascript|data|vbscript):", re.IGNORECASE)


def compare_options(value: str) -> Mistake | None:
    """Why a text is not a value of `argocd.argoproj.io/compare-options` on an Application; None if it is one."""
    for option in value.split(","):
        if option.strip() not in _COMPARE_OPTIONS:
            message = (
                f"Argo CD reads no option {option.strip()!r} of an Application: it would be ignored"
            )
            remedy = did_you_mean(option, _COMPARE_OPTIONS, f"one of {', '.join(_COMPARE_OPTIONS)}")
            return Mistake(code="compare-options", message=message, remedy=remedy)
    return None


def generate_paths(value: str) -> Mistake | None:
    """Why a text is not a value of `argocd.argoproj.io/manifest-generate-paths`; None if it is one.

    Source: util/app/path/path.go, `GetSourceRefreshPaths`: a path that is not in the repository matches no commit.
    """
    code, remedy = (
        "generate-paths",
        "write folders joined by `;`: `.` is the source's own, `/charts` the root's",
    )
    paths = [path.strip() for path in value.split(";")]
    if not any(paths):
        return Mistake(code=code, message="no path is named", remedy=remedy)
    if any("://" in path or "\\" in path or path.startswith(("$", "~")) for path in paths):
        message = "this is not a folder of the repository: no commit would refresh the Application"
        return Mistake(code=code, message=message, remedy=remedy)
    return None


_VALIDATED: Mapping[str, Callable[[str], Mistake | None]] = {
    "argocd.argoproj.io/compare-options": compare_options,
    "argocd.argoproj.io/manifest-generate-paths": generate_paths,
}
"""Annotations of Argo CD that teams may set, with the rule about their value."""


def check(project: Project) -> Iterator[Problem]:
    """All rules about an environment's Applications."""
    yield from project.problems(application_rules(project))
    yield from check_base(project)


def application_rules(project: Project) -> Found:
    """The rules about each Application, and about all of them together."""
    yield from own_names(project)
    if (marks := project.settings.app_project) is not None:
        yield from check_annotations(project, ("appProject", "annotations"), marks.annotations)
    for item in deployed(project):
        annotations = item.application.annotations
        yield from order(project, item)
        yield from check_labels(project, (*item.path, "labels"), item.application.labels)
        yield from reserved_key(item)
        yield from application_name(project, item)
        yield from moved_from(project, item)
        yield from check_annotations(project, (*item.path, "annotations"), annotations)
        yield from check_sync(project, item)
        yield from check_sources(project, item)
        yield from check_hydrator(project, item)
    yield from null_values(project)
    yield from empty_source_allowances(project)
    yield from unique_releases(project)
    yield from check_in_clear(project)


def check_name(path: DataPath, what: str, name: str, limit: int) -> Found:
    """Refuse a name over its limit, and suggest one that fits.

    Args:
        path: The field that sets the name.
        what: What has the name, for the message and the code: `Application`.
        name: The name.
        limit: How many characters are allowed.
    """
    if len(name) > limit:
        code = f"{what.lower()}-name-too-long"
        message = f"the name of the {what}, {name}, has {len(name)} characters, at most {limit} are allowed"
        remedy = f"set `{path_text(path)}`, for example to {shorter(name, limit)}"
        yield path, Mistake(code=code, message=message, remedy=remedy)


def shorter(name: str, limit: int) -> str:
    """A name like `name` with at most `limit` characters: its longest words lose their ends.

    The same name always yields the same suggestion: `shorter("payment-gateway-prod", 15)` is `paym-gatew-prod`.
    """
    words = name.split("-")
    while len("-".join(words)) > limit and max(map(len, words)) > 1:
        at = max(range(len(words)), key=lambda index: len(words[index]))
        words[at] = words[at][:-1]
    return "-".join(words)[:limit].strip("-")


def check_annotations(project: Project, path: DataPath, annotations: Mapping[str, str]) -> Found:
    """Refuse annotations that a tenant may not set, and links that are scripts.

    The profile may set any annotation, apart from the engine's own. Every user who sees the Application sees its links:
    CVE-2024-28175 was a link that ran a script in their browser. Browsers skip blanks and control characters in a
    scheme, so that `java\\tscript:` is one; `{{ .x }}://` could become one.

    Args:
        project: The environment.
        path: The field `annotations`, of an Application or of an ApplicationSet's template.
        annotations: Its value.
    """
    bounds = Bounds(project)
    for name, value in annotations.items():
        place = (*path, name)
        # `title|https://…`: Argo CD's UI follows what comes after the last `|`.
        url = "".join(char for char in value.rpartition("|")[2] if char > " ")
        if name.startswith(_LINK) and ("{{" in url.partition("/")[0] or _SCRIPT.match(url)):
            message = "the link is a script, or could become one: it runs in the browser of each user who follows it"
            yield place, Mistake(code="link-script", message=message, remedy="write https://…")
        domain = _domain(name, _DOMAINS)
        if (rule := _VALIDATED.get(name)) is not None:
            if mistake := rule(value):
                yield place, mistake
            continue
        if domain in (_PULUMI, _PLATFORM):
            message = f"annotations of {domain}/ steer the deployment itself"
            remedy = "remove it"
        elif domain and not name.startswith(_TENANT_ANNOTATIONS) and bounds.by_tenant(place):
            message = f"annotations of {domain} steer Argo CD, its controllers or the cluster"
            remedy = (
                f"remove it, or let the platform team set it in the profile {project.profile_name}; teams may set "
                f"notifications.argoproj.io/subscribe.*, link.argocd.argoproj.io/*, {', '.join(_VALIDATED)} and those "
                "of other domains"
            )
        else:
            continue
        yield place, Mistake(code="reserved-annotation", message=message, remedy=remedy)


def check_labels(project: Project, path: DataPath, labels: Mapping[str, str]) -> Found:
    """Refuse labels by which Argo CD, Kubernetes or the platform recognise their own objects.

    `app.kubernetes.io/instance` would make an Application a part of another one; `managed-by` says whose it is.

    Args:
        project: The environment.
        path: The field `labels`, of an Application or of its AppProject.
        labels: Its value.
    """
    bounds = Bounds(project)
    for name in labels:
        domain = _domain(name, _DOMAINS)
        own = domain in (_PULUMI, _PLATFORM) or name == "app.kubernetes.io/managed-by"
        tenants = name not in _PLAIN_LABELS and bounds.by_tenant((*path, name))
        if domain and (own or tenants):
            message = f"labels of {domain} are how Argo CD, Kubernetes and the platform recognise their objects"
            remedy = f"remove it, or choose a domain of your own; allowed are {', '.join(sorted(_PLAIN_LABELS))}"
            mistake = Mistake(code="reserved-label", message=message, remedy=remedy)
            yield (*path, name), mistake


def _domain(name: str, domains: Iterable[str]) -> str | None:
    """The domain of a label or annotation, if it is one of these or below one."""
    prefix = name.rpartition("/")[0]
    return next((item for item in domains if f".{prefix}".endswith(f".{item}")), None)


def order(project: Project, item: Deployed) -> Found:
    """Refuse entries of `after` that are no other Application, that are listed twice, or that wait for this one."""
    known = [other.key for other in deployed(project)]
    after = item.application.after or ()
    for index, key in enumerate(after):
        path = (*item.path, "after", index)
        if key not in known or key == item.key:
            others = [other for other in known if other != item.key]
            message = f"the environment has no other Application {key!r}"
            remedy = did_you_mean(key, others, f"known: {', '.join(others) or 'none'}")
            yield path, Lack(code="unknown-application", message=message, remedy=remedy)
        elif key in after[:index]:
            message = f"{key} is listed twice"
            yield path, Mistake(code="twice", message=message, remedy="keep one")
        elif circle := _circle(project, item.key, key):
            message = f"they wait for each other: {' → '.join((item.key, *circle))}"
            remedy = "remove an entry; `after: []` takes the default away from an Application without `after`"
            yield path, Mistake(code="order-circle", message=message, remedy=remedy)


def _circle(project: Project, start: str, key: str) -> tuple[str, ...]:
    """The keys from `key` to `start`, each of which waits for the next one; none if nothing leads there."""
    after = {item.key: item.after for item in deployed(project)}
    ways: list[tuple[str, ...]] = [(key,)]
    seen = {key}
    for way in ways:  # breadth first: `ways` grows while it is read
        if way[-1] == start:
            return way
        fresh = [following for following in after.get(way[-1], ()) if following not in seen]
        seen.update(fresh)
        ways += [(*way, following) for following in fresh]
    return ()


def own_names(project: Project) -> Found:
    """Refuse a namespace or project whose name is too long.

    Without `name` the project has the namespace's name: then only the namespace is reported.
    """
    names = project.names
    yield from check_name(("namespace", "name"), "namespace", names.namespace, NAME_LIMIT)
    if len(names.namespace) <= NAME_LIMIT or project.settings.name:
        yield from check_name(("name",), "project", names.project, NAME_LIMIT)


def reserved_key(item: Deployed) -> Found:
    """Refuse a key of `applications` that is a field of the environment, or names an Application as a field does.

    The Application of the field `requirements` is `<project>-reqs`, so that neither word may be a key.
    """
    if item.path[0] == "applications" and item.key in RESERVED_KEYS:
        message = f"the key {item.key!r} is reserved: {', '.join(sorted(RESERVED_KEYS))} have a meaning of their own"
        yield item.path, Mistake(code="reserved-key", message=message, remedy="choose another key")


def application_name(project: Project, item: Deployed) -> Found:
    """Refuse a name that is too long for an Application, or for the Helm release that it names.

    A name that is derived from a project's too long name is not reported again.
    """
    if not item.application.name and len(project.names.project) > NAME_LIMIT:
        return
    place = (*item.path, "name")
    limit = name_limit(item)
    if len(item.name) > NAME_LIMIT:
        yield from check_name(place, "Application", item.name, limit)
    elif len(item.name) > limit:
        message = (
            f"the Application's name, {item.name}, becomes a Helm release's: it has {len(item.name)} characters, "
            f"at most {limit} are allowed"
        )
        remedy = (
            f"set `{path_text(place)}`, for example to {shorter(item.name, limit)}, or `helm.releaseName` in the "
            "source; for a folder that is not a chart set `kustomize: {}` or `directory: {}`"
        )
        yield place, Mistake(code="release-name-too-long", message=message, remedy=remedy)


def name_limit(item: Deployed) -> int:
    """How many characters an Application's name may have: less where it becomes a Helm release's."""
    names_release = any(
        is_helm(at.source) and not (at.source.helm and at.source.helm.release_name)
        for at in item.sources
    )
    return HELM_RELEASE_LIMIT if names_release else NAME_LIMIT


def moved_from(project: Project, item: Deployed) -> Found:
    """Refuse former keys that are the Application's own key, or that of another Application.

    Pulumi would give the object of the other Application to this one.
    """
    existing = {other.key for other in deployed(project)}
    for index, key in enumerate(item.application.moved_from):
        if key == item.key:
            code, message = "moved-from-itself", "this is the Application's own key"
            remedy = "remove it"
        elif key in existing:
            code = "moved-from-existing"
            message = f"the environment still has an Application {key!r}: its object would become this one's"
            remedy = "remove this entry, or the other Application"
        else:
            continue
        place = (*item.path, "movedFrom", index)
        yield place, Mistake(code=code, message=message, remedy=remedy)


def unique_releases(project: Project) -> Found:
    """Refuse two Helm releases of one name in the namespace, those of generated Applications included.

    Charts name their objects after the release: both Applications would own the same objects, and each sync of one
    would undo the other. A release with a `namespace` of its own is not compared.
    """
    own = destination(project, {})
    items = [(item, own) for item in deployed(project)]
    for generation in generated(project).values():
        items += zip(generation.items, generation.destinations, strict=True)
    seen: dict[tuple[str, str], str] = {}
    reported: set[DataPath] = set()
    for item, where in items:
        for at in item.sources:
            helm = at.source.helm
            if helm is None or helm.release_name is None or helm.namespace is not None:
                continue
            first = seen.setdefault((where, helm.release_name), item.name)
            place = (*at.path, "helm", "releaseName")
            if first != item.name and place not in reported:
                reported.add(place)
                message = f"the Application {first} has a release {helm.release_name} in the same namespace"
                remedy = "give one of them another `releaseName`"
                yield place, Mistake(code="release-twice", message=message, remedy=remedy)
