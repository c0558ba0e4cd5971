"""Argo CD's own code agrees: nothing that passes here is refused there, and every rule of its own is one of ours."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from argoproject.fleet.pipeline import platform_files, validate_tree
from argoproject.plan.build import plan_application_sets, plan_project
from argoproject.plan.manifests.applications import application
from argoproject.plan.model import ProjectPlan
from argoproject.project.applications import deployed
from argoproject.upstream.argocd import Violation
from argoproject.upstream.argocd.applications import Permits, check_spec
from argoproject.upstream.argocd.projects import check_project
from argoproject.upstream.urls import normalise
from tests.support.fleets import write_varied_fleet
from tests.support.oracle import Oracle, Question, Request
from tests.support.paths import ROOT
from tests.support.trees import PRODUCT, TODAY, scenarios_for_3_5, tree
from tests.support.trees import project as resolved
from tests.upstream.argocd import tables

pytestmark = pytest.mark.argocd

MINOR = 5
MUTANTS = 6000

Manifest = Mapping[str, Any]
Named = Mapping[str, Manifest]


def projects() -> Named:
    """Every case of the tables, by a name."""
    return {
        **{f"role name {name!r}": tables.with_role_name(name) for name in tables.ROLE_NAMES},
        **{f"group {name!r}": tables.with_group(name) for name in tables.GROUPS},
        **{f"policy {name!r}": tables.with_policy(name) for name in tables.POLICIES},
        **{name: tables.project(spec) for name, (spec, _) in tables.PROJECTS.items()},
    }


def refused_by_argo_cd(violations: Iterator[Violation]) -> bool:
    """Whether one of the rules is Argo CD's own. Those of the CustomResourceDefinition are the API server's."""
    others = {*tables.STRICTER, "description", "role-tokens"}
    return any(item.rule not in others for item in violations)


def test_the_tables_are_argo_cds(argocd_oracle: Oracle) -> None:
    named = projects()
    errors = dict(zip(named, argocd_oracle.errors(named.values()), strict=True))
    ours = {name: list(check_project(item, MINOR)) for name, item in named.items()}

    accepted_here = [name for name, error in errors.items() if error and not ours[name]]
    refused_here = [
        name for name, error in errors.items() if not error and refused_by_argo_cd(iter(ours[name]))
    ]
    assert (accepted_here, refused_here) == ([], [])
    assert sum(map(bool, errors.values())) > 60


def test_the_table_of_applications_is_argo_cds(argocd_oracle: Oracle) -> None:
    project, items = tables.project(), tables.APPLICATIONS
    manifests = {name: tables.application(spec) for name, (spec, _) in items.items()}
    clusters = {tables.SERVER: "eu-1", "https://x": "other"}
    question = Question(project=project, clusters=clusters, applications=[*manifests.values()])
    (answer,) = argocd_oracle.ask([question])

    for (name, manifest), error in zip(manifests.items(), answer.applications, strict=True):
        ours = list(check_spec(("spec",), manifest["spec"], Permits(project)))
        assert bool(ours) or not error, f"{name}: {error}"
        assert error or not refused_by_argo_cd(iter(ours)), f"{name}: Argo CD takes it"


CLUSTER_NAMES = {"https://other.example.org:6443": "other-cluster"}
"""The clusters that Applications name instead of their server."""


def test_every_planned_project_is_valid(argocd_oracle: Oracle, tmp_path: Path) -> None:
    plans = [*planned(tmp_path)]
    questions = [
        Question(
            project=plan.app_project.manifest,
            clusters={
                item["server"]: CLUSTER_NAMES.get(item["server"], f"cluster-{number}")
                for number, item in enumerate(plan.app_project.manifest["spec"]["destinations"])
            },
            applications=[
                item.object.manifest
                for item in plan.applications
                if item.object.manifest["kind"] == "Application"
                and item.object.manifest["spec"]["project"] == plan.name
            ],
        )
        for plan in plans
    ]
    refused = {
        plan.name: [answer.error, *answer.applications]
        for plan, answer in zip(plans, argocd_oracle.ask(questions), strict=True)
        if answer.error or any(answer.applications)
    }
    assert refused == {}
    assert len(plans) > 100


def test_what_is_accepted_here_is_accepted_there(argocd_oracle: Oracle, tmp_path: Path) -> None:
    """Mutants of planned projects: none of those that pass here is refused by Argo CD."""
    rng = random.Random(7)
    seeds = [plan.app_project.manifest for plan in planned(tmp_path)]
    mutants = [mutated(rng, rng.choice(seeds)) for _ in range(MUTANTS)]
    errors = argocd_oracle.errors(mutants)
    passed = [not any(check_project(item, MINOR)) for item in mutants]

    wrong = [item for item, ok, error in zip(mutants, passed, errors, strict=True) if ok and error]
    assert wrong == []
    assert sum(map(bool, errors)) > MUTANTS / 10, "the mutants are tame"
    assert sum(passed) > MUTANTS / 20, "the mutants are all refused"


def test_what_is_permitted_here_is_permitted_there(argocd_oracle: Oracle, tmp_path: Path) -> None:
    """Sources and destinations in the cross of all planned projects: the same answer, but for clusters by name."""
    plans = [*planned(tmp_path)][:60]
    specs = [plan.app_project.manifest["spec"] for plan in plans]
    urls = sorted({url for spec in specs for url in spec.get("sourceRepos", ())})
    asked = [f"{url}{end}" for url in urls for end in ("", ".git", "/", "x", "/x")]
    places = [item for spec in specs for item in spec["destinations"]]
    questions = [
        Question(project=plan.app_project.manifest, sources=asked, destinations=places)
        for plan in plans
    ]
    for plan, answer in zip(plans, argocd_oracle.ask(questions), strict=True):
        permits = Permits(plan.app_project.manifest)
        assert tuple(map(permits.source, asked)) == answer.sources
        assert answer.destinations == tuple(
            permits.destination(item["server"], item["namespace"]) for item in places
        )


def test_the_enforcer_knows_the_roles_of_a_project(argocd_oracle: Oracle, tmp_path: Path) -> None:
    plan = next(plan for plan in planned(tmp_path) if plan.name == "blue-shop-prod-eu-1")
    roles = {role["name"]: role for role in plan.app_project.manifest["spec"]["roles"]}
    readers, admins = roles["readonly"]["groups"], roles["admin"]["groups"]
    item = f"{plan.name}/{plan.name}-app"
    requests = [
        (Request("applications", "get", item, readers), True),
        (Request("logs", "get", item, readers), True),
        (Request("applications", "sync", item, readers), False),
        (Request("applications", "sync", item, admins), True),
        (Request("applications", "delete", item, admins), False),
        (Request("exec", "create", item, admins), False),
        (Request("applications", "get", "other/app", admins), False),
        (Request("applications", "get", item, ["nobody"]), False),
    ]
    question = Question(
        project=plan.app_project.manifest, requests=[request for request, _ in requests]
    )
    (answer,) = argocd_oracle.ask([question])
    assert list(answer.requests) == [expected for _, expected in requests]


def test_no_role_of_a_project_sees_a_cluster(argocd_oracle: Oracle, tmp_path: Path) -> None:
    """So `clusters` is no resource of `permissions`. Argo CD asks for the server, after the project that has it."""
    plan = next(plan for plan in planned(tmp_path) if plan.name == "blue-shop-prod-eu-1")
    manifest = dict(plan.app_project.manifest)
    lines = [
        f"p, proj:{plan.name}:ci, clusters, get, {plan.name}/{it}, allow"
        for it in ("*", "https://*")
    ]
    ci = {"name": "ci", "groups": ["blue-ci"], "policies": lines}
    manifest["spec"] = {**manifest["spec"], "roles": [*manifest["spec"]["roles"], ci]}
    servers = [item["server"] for item in manifest["spec"]["destinations"]]
    servers += ["https://kubernetes.default.svc", "in-cluster", "eu-1", "*"]
    requests = [Request("clusters", "get", server, ["blue-ci"]) for server in servers]
    requests += [Request("clusters", "get", f"{plan.name}/{servers[0]}", ["blue-ci"])]
    (answer,) = argocd_oracle.ask([Question(project=manifest, requests=requests)])
    assert answer.requests == (*(False for _ in servers), True)


DIRECTORIES = (
    "{}", "{recurse: false}", "{recurse: true}", "{include: ''}", "{include: '*.yaml'}", "{exclude: x, recurse: false}",
    "{jsonnet: {}}", "{jsonnet: {libs: [lib]}}", "{include: a, exclude: b}",
    "{recurse: false, jsonnet: {}, exclude: ''}",
)  # fmt: skip


def test_argo_cd_keeps_that_a_source_is_a_directory(argocd_oracle: Oracle, tmp_path: Path) -> None:
    """And changes nothing of it but what is false or empty. Without it, Argo CD would run a plugin that matches."""
    applications: list[Manifest] = []
    for index, directory in enumerate(DIRECTORIES):
        source = (
            f"{{repoURL: 'https://gitlab.example.org/blue/x.git', path: x, directory: {directory}}}"
        )
        files = {PRODUCT: f"application: {{source: {source}}}\n"}
        made = resolved(tree(tmp_path / str(index), files), "blue/shop/eu-1/prod")
        applications += [application(made, item, TODAY)["spec"] for item in deployed(made)]
    (answer,) = argocd_oracle.ask([Question(specs=applications)])
    for there, here in zip(answer.specs, applications, strict=True):
        directory = here["source"]["directory"]
        assert there["source"]["directory"] == {key: it for key, it in directory.items() if it}


def test_urls_are_normalised_as_there(argocd_oracle: Oracle) -> None:
    rng = random.Random(11)
    urls = [*URLS, *(random_url(rng) for _ in range(3000))]
    there = argocd_oracle.normalised(urls)
    assert {url: normalise(url) for url in urls} == dict(zip(urls, there, strict=True))


URLS = (
    "https://gitlab.example.org/Blue/Shop.git",
    "https://gitlab.example.org/blue/shop/",
    "git@gitlab.example.org:blue/shop.git",
    "ssh://git@gitlab.example.org/blue/shop.git",
    "ssh://git@gitlab.example.org:2222/blue/shop",
    "deploy.bot@gitlab.example.org:blue/shop",
    "registry.example.org/blue/charts",
    "registry.example.org:5000/blue/charts",
    "oci://registry.example.org/blue/charts",
    "  https://gitlab.example.org/blue/shop  ",
)


def random_url(rng: random.Random) -> str:
    """A URL as the configuration takes them: with a scheme, as `git@host:path`, or `host/path`."""
    host = ".".join(rng.choice(("git", "a-b", "x1", "org")) for _ in range(rng.randint(2, 3)))
    path = "/".join(
        rng.choice(("Blue", "shop", "a.b", "x_y", "1")) for _ in range(rng.randint(1, 3))
    )
    path += rng.choice(("", ".git", "/", ".git/"))
    scheme = rng.choice(("https://", "http://", "ssh://git@", "oci://", "", "git@"))
    port = rng.choice(("", ":8443")) if scheme.endswith(("//", "ssh://git@")) else ""
    return f"{scheme}{host}{port}{':' if scheme == 'git@' else '/'}{path}"


@cache
def trees() -> tuple[Path, ...]:
    return (ROOT / "config", ROOT / "tests/data/shipped")


def planned(tmp_path: Path) -> Iterator[ProjectPlan]:
    """The plans of the shipped configuration, of the scenarios and of generated fleets."""
    fleets = [scenarios_for_3_5(tmp_path / "scenarios")]
    for seed in range(3):
        fleets.append(tmp_path / f"fleet-{seed}")
        write_varied_fleet(fleets[-1], 40, seed=seed)
    for root in (*trees(), *fleets):
        judged = validate_tree(root, TODAY, "config")
        assert {problem.code for problem in judged.errors} <= {"secret-plain"}
        for project in judged.projects:
            yield plan_project(project, TODAY, platform_files(judged.tree))


BAD = (
    "",
    "!*",
    "*",
    "a,b",
    'a"b',
    "a\nb",
    " a",
    "a ",
    "[x",
    "proj:x:y",
    "my-role-",
    "äö",
    "a/b",
    "{x",
)


def mutated(rng: random.Random, manifest: Manifest) -> Manifest:
    """One to three changes of a valid project, most of which nearly leave it valid."""
    changed: Any = deepcopy(manifest)
    for _ in range(rng.randint(1, 3)):
        rng.choice(MUTATIONS)(rng, changed["spec"])
    result: Manifest = changed
    return result


def _text(rng: random.Random, old: str) -> str:
    match rng.randrange(4):
        case 0:
            return rng.choice(BAD)
        case 1:
            at = rng.randint(0, len(old))
            return old[:at] + rng.choice(' ,*!/-_.:"\n[x9') + old[at:]
        case 2:
            at = rng.randint(0, len(old))
            return old[:at] + old[at + 1 :]
    return old.upper()


def _role(rng: random.Random, spec: Any) -> None:
    roles = spec.setdefault("roles", [{"name": "r", "groups": ["g"], "policies": []}])
    role = rng.choice(roles)
    match rng.randrange(5):
        case 0:
            role["name"] = _text(rng, role["name"])
        case 1:
            groups = role.setdefault("groups", ["g"])
            groups[rng.randrange(len(groups))] = _text(rng, groups[0])
        case 2 if role.get("policies"):
            at = rng.randrange(len(role["policies"]))
            role["policies"][at] = _text(rng, role["policies"][at])
        case 3:
            roles.append(deepcopy(role))
        case _:
            role.setdefault("groups", ["g"]).append(rng.choice(role["groups"]))


def _list(key: str) -> Callable[[random.Random, Any], None]:
    def change(rng: random.Random, spec: Any) -> None:
        items = spec.setdefault(key, ["x"])
        at = rng.randrange(len(items))
        if rng.random() < 0.3:
            items.append(items[at])
        else:
            items[at] = _text(rng, items[at])

    return change


def _destination(rng: random.Random, spec: Any) -> None:
    item = rng.choice(spec["destinations"])
    key = rng.choice(("server", "namespace", "name"))
    item[key] = _text(rng, item.get(key, "x"))
    if rng.random() < 0.3:
        spec["destinations"].append(dict(item))


def _window(rng: random.Random, spec: Any) -> None:
    window = {
        "kind": rng.choice(("allow", "deny", "")),
        "schedule": rng.choice(
            ("0 22 * * 5", "* * * * *", "0 0 31 2 *", "61 * * * *", "0 0 * * 7", "5/2 * ? JAN sun")
        ),
        "duration": rng.choice(("8h", "1m30s", "0s", "1d", "")),
        "timeZone": rng.choice(("UTC", "Europe/Madrid", "Mars/Base", "")),
        rng.choice(("applications", "namespaces", "clusters")): rng.choice((["*"], [])),
    }
    spec.setdefault("syncWindows", []).append(window)
    if rng.random() < 0.2:
        spec["syncWindows"].append({**window, "description": "again", "manualSync": True})


def _account(rng: random.Random, spec: Any) -> None:
    item = {"server": "https://x", "namespace": "ns", "defaultServiceAccount": "sa"}
    key = rng.choice([*item])
    item[key] = _text(rng, item[key])
    spec.setdefault("destinationServiceAccounts", []).append(item)


MUTATIONS = (
    _role,
    _role,
    _list("sourceRepos"),
    _list("sourceNamespaces"),
    _destination,
    _window,
    _account,
)


CHARTS = (
    *("", ", helm: {}", ", helm: {skipCrds: false}", ", helm: {valuesObject: {a: 1}}"),
    *(", helm: {valueFiles: [a.yaml]}", ", helm: {passCredentials: false, releaseName: a}"),
)


def test_argo_cd_keeps_that_a_chart_is_helms(argocd_oracle: Oracle, tmp_path: Path) -> None:
    """Whether it has options or not, in a set's template too. A plugin that matches would render it otherwise."""
    specs: list[Manifest] = []
    for index, options in enumerate(CHARTS):
        chart = f"{{repoURL: charts.example.org, chart: a, targetRevision: 1.0.0{options}}}"
        files = {
            PRODUCT: f"""application: {{source: {chart}}}
applicationSets:
  s:
    generators: [{{list: {{elements: [{{n: a}}]}}}}]
    template: {{name: "{{{{ .n }}}}", sources: [{chart}]}}
"""
        }
        made = resolved(tree(tmp_path / str(index), files), "blue/shop/eu-1/prod")
        (own,) = deployed(made)
        (generated,) = plan_application_sets(made, TODAY)
        specs.append(application(made, own, TODAY)["spec"])
        specs.append(generated.object.manifest["spec"]["template"]["spec"])
    (answer,) = argocd_oracle.ask([Question(specs=specs)])
    for there, here in zip(answer.specs, specs, strict=True):
        pairs = zip(
            there.get("sources") or [there["source"]],
            here.get("sources") or [here["source"]],
            strict=True,
        )
        for kept, planned in pairs:
            helm = kept["helm"]
            assert helm == {key: item for key, item in planned["helm"].items() if item}
            assert "ignoreMissingValueFiles" not in helm or "valueFiles" not in helm
