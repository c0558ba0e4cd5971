"""The objects next to Argo CD: the AppProject, repository Secrets, Applications and ApplicationSets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.properties.oracle.urls import inside, is_one_place
from tests.properties.oracle.view import View, matches

__all__ = ["RULES"]

_GUARDS = {
    ("", "LimitRange"),
    ("", "ResourceQuota"),
    ("argoproj.io", "AppProject"),
    ("argoproj.io", "ApplicationSet"),
}
_APPLICATION = ("argoproj.io", "Application")
_STRICT = {
    ("", "Endpoints"),
    ("cilium.io", "CiliumNetworkPolicy"),
    ("crd.projectcalico.org", "NetworkPolicy"),
    ("discovery.k8s.io", "EndpointSlice"),
    ("networking.k8s.io", "NetworkPolicy"),
    ("projectcalico.org", "NetworkPolicy"),
    ("rbac.authorization.k8s.io", "Role"),
    ("rbac.authorization.k8s.io", "RoleBinding"),
}
_VERSION = re.compile(r"v?[0-9]+(?:\.[0-9]+)+|[0-9a-f]{40}")
_FIELD = re.compile(r"\{\{ *\.([a-z]+) *\}\}")
_GENERATORS = {
    "list",
    "git",
    "matrix",
    "merge",
    *("clusters", "pullRequest", "scmProvider", "plugin"),
}
_FOREIGN = re.compile(r"\.(?:title|branch|target_branch|author|labels)\b")
_SOURCE = {
    *("repoURL", "path", "chart", "targetRevision", "ref", "name"),
    *("helm", "kustomize", "directory", "plugin"),
}
_FIELDS = {
    "clusterResourceWhitelist",
    "description",
    "destinationServiceAccounts",
    "destinations",
    "namespaceResourceBlacklist",
    "namespaceResourceWhitelist",
    "orphanedResources",
    "roles",
    "sourceIntegrity",
    "sourceNamespaces",
    "sourceRepos",
    "syncWindows",
}


def project_has_known_fields(view: View) -> None:
    """An AppProject has no field that this oracle does not judge."""
    assert set(view.project) <= _FIELDS, set(view.project) - _FIELDS
    metadata = view.plan.app_project.manifest["metadata"]
    assert metadata["namespace"] == view.platform["argocd"]["namespace"]
    assert set(metadata["labels"]) == {"app.kubernetes.io/managed-by"}


def sources_are_the_teams(view: View) -> None:
    for url in view.project.get("sourceRepos", ()):
        assert inside(view.rails.get("sources", ()), url), url


def destinations_are_own_or_allowed(view: View) -> None:
    own = (view.server, view.plan.namespace_name)
    allowed = set()
    for item in view.allows("destination"):
        cluster, _, namespace = item.value.partition("/")
        assert cluster in view.rails["clusters"], cluster
        assert view.may_be_called(namespace), namespace
        allowed.add((view.platform["clusters"][cluster]["server"], namespace))
    given = [(item["server"], item["namespace"]) for item in view.project["destinations"]]
    assert all(set(item) == {"server", "namespace"} for item in view.project["destinations"])
    assert given[0] == own
    assert set(given[1:]) == allowed - {own}, given


def cluster_kinds_are_allowed(view: View) -> None:
    allowed = {item.value for item in view.allows("clusterResource")}
    for item in view.project.get("clusterResourceWhitelist", ()):
        kind = "/".join(filter(None, (item["group"], item["kind"])))
        shown = "/".join(filter(None, (kind, item.get("name"))))
        assert shown in allowed or f"/{shown}" in allowed, shown
        assert view.may_have_kind(kind) or view.may_have_kind(shown), shown
        assert "*" not in shown
        assert (
            item["kind"].lower() not in ("namespace", "node", "persistentvolume")
            or item["group"] != ""
        )


def _lists_of_kinds(view: View, denied: set[tuple[str, str]], lifted: set[tuple[str, str]]) -> None:
    """The lists of the profile: a team shortens the first and lengthens the second."""
    profile = view.profile
    listed = [
        {(item.get("group", ""), item["kind"]) for item in profile.get(key, ())}
        for key in ("namespaceResourceWhitelist", "namespaceResourceBlacklist")
    ]
    only = {
        (item["group"], item["kind"]) for item in view.project.get("namespaceResourceWhitelist", ())
    }
    assert not listed[0] or (only and only <= listed[0] | lifted), only
    assert denied >= listed[1], denied


def kinds_are_denied(view: View) -> None:
    denied = {(item["group"], item["kind"]) for item in view.project["namespaceResourceBlacklist"]}
    lifted = {_group_kind(item.value) for item in view.allows("namespaceResource")}
    assert denied >= _GUARDS
    for application in {_APPLICATION} - denied:
        assert view.on_hub, "an Application counts on the hub only"
        assert application in lifted
        only = {
            (item["group"], item["kind"]) for item in view.project["namespaceResourceWhitelist"]
        }
        assert only == lifted, only
    _lists_of_kinds(view, denied, lifted)
    for group, kind in (_STRICT - denied) if view.strict else ():
        assert (group, kind) in lifted, kind
        assert view.may_have_kind(f"{group}/{kind}" if group else kind), kind


def source_namespaces_are_allowed(view: View) -> None:
    allowed = {item.value for item in view.allows("sourceNamespace")}
    for name in view.project.get("sourceNamespaces", ()):
        assert name in allowed
        assert view.may_be_called(name), name


def accounts_are_exact(view: View) -> None:
    """With impersonation there is one account for the one destination; without, there is none."""
    of_class = view.platform["environmentClasses"][view.environment_class].get("impersonation")
    wanted = view.platform["impersonation"] if of_class is None else of_class
    given = view.project.get("destinationServiceAccounts", [])
    exact = {
        "server": view.server,
        "namespace": view.plan.namespace_name,
        "defaultServiceAccount": "argocd-sync",
    }
    assert given == [exact] or (not given and not wanted), given
    if given:
        assert len(view.project["destinations"]) == 1, "the account has no rights elsewhere"


def windows_of_the_profile_remain(view: View) -> None:
    windows = view.project.get("syncWindows", [])
    for wanted in view.profile.get("syncWindows", ()):
        assert any(
            wanted.items() <= window.items() and window["applications"] == ["*"]
            for window in windows
        )


def signatures_remain_required(view: View) -> None:
    wanted = view.profile.get("sourceIntegrity")
    assert wanted is None or view.project["sourceIntegrity"] == wanted


def applications_stay_inside(view: View) -> None:
    for item in view.of_kind("Application"):
        metadata, spec = item.manifest["metadata"], item.manifest["spec"]
        _in_application(view, metadata, spec)
        assert view.may_be_called(item.name), item.name
        for source in _sources(spec):
            assert source["repoURL"] in view.project["sourceRepos"], source
        if "sourceHydrator" in spec:
            _hydrated_inside(view, spec["sourceHydrator"])
        assert all(field.startswith(("spec.source", "spec.syncPolicy", "spec.ignoreDifferences", "spec.info",
                                     "spec.revisionHistoryLimit")) for field in item.ignore_changes)  # fmt: skip


def application_sets_stay_inside(view: View) -> None:
    for item in view.of_kind("ApplicationSet"):
        spec = item.manifest["spec"]
        assert spec["goTemplate"] is True
        assert "templatePatch" not in spec
        assert view.may_be_called(item.name), item.name
        template = spec["template"]
        _in_application(view, template["metadata"], template["spec"])
        assert template["metadata"]["name"].startswith(f"{view.plan.name}-")
        for source in _sources(template["spec"]):
            assert set(source) <= _SOURCE, source
            templated = "{{" in source["repoURL"]
            assert templated or source["repoURL"] in view.project["sourceRepos"], source
        for generator in spec["generators"]:
            _in_generator(view, generator)
            if {"pullRequest", "scmProvider"} & set(generator):
                name = template["metadata"]["name"].removeprefix(f"{view.plan.name}-")
                _made_of_nothing_foreign(name, template)
            for element in generator.get("list", {}).get("elements", ()):
                for source in _sources(template["spec"]):
                    _in_source(view, _filled(source, element))


def _filled(data: Any, element: Mapping[str, Any]) -> Any:
    """A source with the placeholders `{{ .name }}` replaced by the fields of an element."""
    if isinstance(data, str):
        return _FIELD.sub(lambda match: str(element.get(match[1], match[0])), data)
    if isinstance(data, Mapping):
        return {key: _filled(value, element) for key, value in data.items()}
    return [_filled(value, element) for value in data] if isinstance(data, list | tuple) else data


def _in_generator(view: View, generator: Mapping[str, Any]) -> None:
    assert set(generator) - {"selector"} <= _GENERATORS, generator
    for settings in (generator[key] for key in set(generator) & _GENERATORS):
        assert "template" not in settings
        if "repoURL" in settings:
            assert settings["repoURL"] in view.project["sourceRepos"], settings["repoURL"]
        for nested in settings.get("generators", ()):
            _in_generator(view, nested)
    _reads_only_what_is_allowed(view, generator)


def _reads_only_what_is_allowed(view: View, generator: Mapping[str, Any]) -> None:
    """Clusters by name, APIs of the team's own group, plugins of the team, tokens of the environment's own Secrets."""
    allowed = {item.value for item in view.allows("generator", ended=True)}
    allowed = {it for it in allowed if matches(view.rails.get("generators", ()), it)}
    if "clusters" in generator:
        (requirement,) = generator["selector"]["matchExpressions"]
        assert (requirement["key"], requirement["operator"]) == ("name", "In")
        assert all(f"clusters/{name}" in allowed for name in requirement["values"])
        assert "flatList" not in generator["clusters"]
    if "plugin" in generator:
        assert f"plugin/{generator['plugin']['configMapRef']['name']}" in allowed
    for kind in {"pullRequest", "scmProvider"} & set(generator):
        provider = generator[kind]["gitlab"]
        assert provider["api"] == "https://gitlab.example.org"
        named = provider.get("project") or provider["group"]
        assert f"{kind}/gitlab.example.org/{named}" in allowed
        assert (
            provider.get("tokenRef", {})
            .get("secretName", f"{view.plan.name}-")
            .startswith(f"{view.plan.name}-")
        )


def _made_of_nothing_foreign(name: str, template: Any, step: str = "") -> None:
    """No text of a template, but a repository or a revision, is made of what anybody may write."""
    assert not re.match(r"\{\{", name), name
    if isinstance(template, str):
        assert step in ("repoURL", "targetRevision") or not _FOREIGN.search(template), template
    for key, item in template.items() if isinstance(template, Mapping) else ():
        _made_of_nothing_foreign(name, item, key)
    for item in template if isinstance(template, list | tuple) else ():
        _made_of_nothing_foreign(name, item)


def _in_application(view: View, metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> None:
    assert spec["project"] == view.plan.name
    cluster = view.platform["clusters"][view.plan.identity.cluster]
    by_name = cluster.get("destination") == "name"
    exact = {"name": cluster["argocdName"]} if by_name else {"server": view.server}
    own = {**exact, "namespace": view.plan.namespace_name}
    if spec["destination"] != own:
        # Another one is bounded by the AppProject, whose destinations have a rule of their own.
        assert len(view.project["destinations"]) > 1
    _steering_nothing(metadata)
    options = spec.get("syncPolicy", {}).get("syncOptions", ())
    assert not any(option.startswith("CreateNamespace") for option in options)
    for source in _sources(spec):
        _in_source(view, source)


def _steering_nothing(metadata: Mapping[str, Any]) -> None:
    """Labels and annotations of an Application or AppProject: none is another product's, but what only describes."""
    domains = ("argoproj.io", "kubernetes.io", "k8s.io", "pulumi.com")
    for key in metadata.get("annotations", {}):
        domain, _, name = key.rpartition("/")
        harmless = name.startswith("subscribe.") or domain == "link.argocd.argoproj.io"
        by_value = name in ("compare-options", "manifest-generate-paths")
        assert harmless or by_value or not domain.endswith(domains), key
    for key, value in metadata.get("labels", {}).items():
        domain, _, name = key.rpartition("/")
        plain = name in ("name", "part-of", "component", "version")
        own = (name, value) == ("managed-by", "argo-projects")
        assert plain or own or not domain.endswith(domains), key


def marks_of_the_project(view: View) -> None:
    """Labels of the AppProject are the team's to set; what the platform reads of it is the platform's."""
    metadata = view.plan.app_project.manifest["metadata"]
    _steering_nothing(metadata)
    for key in metadata["labels"]:
        own = key == "app.kubernetes.io/managed-by"
        assert own or matches(view.rails.get("labels", ()), key), key


def _in_source(view: View, source: Mapping[str, Any]) -> None:
    helm, kustomize = source.get("helm", {}), source.get("kustomize", {})
    assert not helm.get("passCredentials")
    # An `allow` that has ended is left to Argo CD to refuse: no date makes a file invalid.
    allowed = (item.value.partition("/")[2] for item in view.allows("destination", ended=True))
    own = {view.plan.namespace_name, *allowed}
    for options in (helm, kustomize):
        assert options.get("namespace", view.plan.namespace_name) in own, options
    if "plugin" in source:
        assert matches(view.rails.get("plugins", ()), source["plugin"]["name"])
    libraries = source.get("directory", {}).get("jsonnet", {}).get("libs", ())
    files = [
        *helm.get("valueFiles", ()),
        *(item["path"] for item in helm.get("fileParameters", ())),
    ]
    for file in files:
        _key_is_the_teams(view, file)
        templated = _decrypted(file).replace(" ", "")
        assert not templated.startswith("{{") or templated.startswith("{{.path."), file
    for file in (source.get("path", ""), *libraries, *map(_decrypted, files)):
        assert ".." not in file.split("/"), file
        assert not file.startswith("/"), file
        assert "://" not in file, file
    for component in kustomize.get("components", ()):
        assert not any(host in component for host in ("://", "github.com")), component


def _hydrated_inside(view: View, hydrator: Mapping[str, Any]) -> None:
    """Argo CD writes to branches that the platform names (where revisions are fixed, for the class)."""
    synced = hydrator["syncSource"]
    team = view.platform["teams"][view.team]
    settings = view.platform["environmentClasses"][view.environment_class]
    of_class = team.get("classes", {}).get(view.environment_class, {})
    rails = of_class if settings.get("revisions") == "fixed" else view.rails
    for branch in (synced["targetBranch"], hydrator.get("hydrateTo", synced)["targetBranch"]):
        assert matches(rails.get("hydratedBranches", ()), branch), branch
        assert _VERSION.fullmatch(branch) is None, branch
    url = synced.get("repoURL", hydrator["drySource"]["repoURL"])
    assert url in view.project["sourceRepos"], url
    steps = [step for step in synced["path"].split("/") if step not in ("", ".")]
    assert steps, synced["path"]
    assert ".." not in steps, synced["path"]
    assert not synced["path"].startswith("/"), synced["path"]
    assert not any(
        "secrets" in file for file in hydrator["drySource"].get("helm", {}).get("valueFiles", ())
    )


def _sources(spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "sourceHydrator" in spec:
        return [spec["sourceHydrator"]["drySource"]]
    return [spec["source"]] if "source" in spec else list(spec["sources"])


def _key_is_the_teams(view: View, file: str) -> None:
    """helm-secrets decrypts a value file with the platform's key or the team's own."""
    scheme, _, rest = file.partition("://")
    key = rest.partition("?")[0].partition("#")[0]
    if scheme.endswith("-import-kubernetes"):
        names = {"helm-secrets-private-keys", f"helm-secrets-{view.team}"}
        assert key in {f"argocd/{name}" for name in names}, key
    elif scheme.endswith("-import"):
        shared = "/helm-secrets-private-keys"
        assert key.rpartition("/")[0] in (shared, f"{shared}/{view.team}"), key


def _decrypted(file: str) -> str:
    """The file after helm-secrets' scheme in the text."""
    scheme, mark, rest = file.partition("://")
    return rest.rpartition("?")[2] if mark and scheme.startswith("secrets") else file


def _group_kind(text: str) -> tuple[str, str]:
    group, _, kind = text.rpartition("/")
    return group, kind


def repositories_are_the_teams(view: View) -> None:
    for item in view.plan.repositories:
        data = item.manifest["stringData"]
        labels = item.manifest["metadata"]["labels"]
        assert data["project"] == view.plan.name
        assert labels["argocd.argoproj.io/secret-type"] in ("repository", "repository-write")
        assert view.may_be_called(item.name), item.name
        assert inside(view.rails.get("sources", ()), data["url"]), data["url"]
        assert not {"insecure", "insecureIgnoreHostKey", "insecureOCIForceHttp"} & set(data)
        for key in ("proxy", "githubAppEnterpriseBaseUrl", "azureActiveDirectoryEndpoint"):
            if key in data:
                assert inside(view.rails.get("endpoints", ()), data[key]), data[key]
                assert is_one_place(data[key])


RULES = (
    project_has_known_fields,
    sources_are_the_teams,
    destinations_are_own_or_allowed,
    cluster_kinds_are_allowed,
    kinds_are_denied,
    source_namespaces_are_allowed,
    accounts_are_exact,
    windows_of_the_profile_remain,
    marks_of_the_project,
    signatures_remain_required,
    applications_stay_inside,
    application_sets_stay_inside,
    repositories_are_the_teams,
)
