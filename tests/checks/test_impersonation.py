"""Impersonation: who switches it, what a team cannot switch, and what would be left without an account."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from argoproject.checks.impersonation import check, check_platform
from argoproject.output.explain import explained
from argoproject.problems import together
from argoproject.project.impersonation import impersonation, switch
from argoproject.project.kinds import cluster_objects, namespaced_kinds
from tests.support.trees import PROJECT, TEAM, load, platform, project, report, tree

TODAY = dt.date(2026, 11, 20)
EDGE = "clusters: {eu-1: {base: true}}\n"
BASE = """\
base: {project: platform-base, source: {repoURL: "https://charts.example.org/platform", chart: base}}
versions: {application: v1.4.2, base: 1.0.0}
"""
OWN = ("impersonation",)
OF_CLASS = ("environmentClasses", "production", "impersonation")
OF_PROFILE = ("profiles", "medium", "impersonation")
DETAILS = "profiles: {medium: {impersonation: {}}}"
EXEMPT = "environmentClasses: {production: {impersonation: false}}"


@pytest.mark.parametrize(
    ("overlay", "own", "on", "path"),
    [
        ("{}", "{}", False, ()),
        ("impersonation: true", "{}", True, ("impersonation",)),
        ("environmentClasses: {production: {impersonation: true}}", "{}", True, OF_CLASS),
        ("environmentClasses: {nonproduction: {impersonation: true}}", "{}", False, ()),
        ("profiles: {medium: {impersonation: {}}}", "{}", True, OF_PROFILE),
        ("profiles: {small: {impersonation: {}}}", "{}", False, ()),
        (f"impersonation: true\n{EXEMPT}", "{}", False, OF_CLASS),
        (f"{DETAILS}\n{EXEMPT}", "{}", False, OF_CLASS),
        ("{}", "impersonation: true", True, OWN),
        ("environmentClasses: {production: {impersonation: false}}", "impersonation: true", True, OWN),
        ("{}", "impersonation: false", False, ()),
    ],
)  # fmt: skip
def test_one_switch(
    tmp_path: Path, overlay: str, own: str, on: bool, path: tuple[str, ...]
) -> None:
    found = project(tree(tmp_path, {"platform.yaml": platform(overlay), PROJECT: own}))

    assert (switch(found).on, switch(found).path) == (on, path)
    assert (impersonation(found) is not None) is on


def test_the_account_has_the_details_of_the_profile_whoever_switches_it_on(tmp_path: Path) -> None:
    overlay = """
environmentClasses: {production: {impersonation: false}}
profiles: {medium: {impersonation: {clusterRole: deployer, serviceAccount: syncer}}}
"""
    files = {"platform.yaml": platform(overlay), PROJECT: "impersonation: true"}
    account = impersonation(project(tree(tmp_path, files)))

    assert account is not None
    assert (account.cluster_role, account.service_account) == ("deployer", "syncer")


@pytest.mark.parametrize(
    ("overlay", "place"),
    [
        ("impersonation: true", "impersonation"),
        (
            "environmentClasses: {production: {impersonation: true}}",
            "environmentClasses.production.impersonation",
        ),
        ("profiles: {medium: {impersonation: {}}}", "profiles.medium.impersonation"),
    ],
)
@pytest.mark.parametrize("file", [TEAM, PROJECT])
def test_a_team_never_switches_it_off(tmp_path: Path, overlay: str, place: str, file: str) -> None:
    files = {"platform.yaml": platform(overlay), file: "impersonation: false\n"}

    assert report(check(project(tree(tmp_path, files)))) == [
        f"config/{file}:1:1: impersonation: {place} of platform.yaml switches impersonation on (remove this line: "
        "files of a team may switch it on, never off) [impersonation-weakened]"
    ]


def test_a_team_takes_back_what_it_said_itself(tmp_path: Path) -> None:
    files = {TEAM: "impersonation: true\n", PROJECT: "impersonation: false\n"}
    found = project(tree(tmp_path, files))

    assert report(check(found)) == []
    assert impersonation(found) is None


def test_a_team_chooses_no_role(tmp_path: Path) -> None:
    root = tree(tmp_path, {PROJECT: "impersonation: {clusterRole: cluster-admin}\n"})

    assert report(load(root).problems) == [
        "config/projects/blue/shop/eu-1/prod/project.yaml:1:1: impersonation: must be a truth value (write "
        "true or false) [wrong-type]"
    ]


def test_where_argo_cd_impersonates_every_environment_has_an_account_or_is_named(
    tmp_path: Path,
) -> None:
    """One line for a class, whichever of its environments it is about."""
    overlay = "impersonation: true\nenvironmentClasses: {nonproduction: {impersonation: false}}"
    files = {
        "platform.yaml": platform(overlay),
        "projects/blue/shop/eu-1/dev/project.yaml": "versions: {application: main}\n",
        "projects/blue/shop/eu-1/staging/project.yaml": "versions: {application: main}\n",
    }
    root = tree(tmp_path, files)
    found = [
        problem
        for name in ("dev", "staging", "prod")
        for problem in check(project(root, f"blue/shop/eu-1/{name}"))
    ]

    assert [str(problem) for problem in together(found)] == [
        "config/platform.yaml:17:5: environmentClasses.nonproduction.impersonation: warning: in blue/shop/eu-1/dev, "
        "blue/shop/eu-1/staging: the class nonproduction is exempted: where Argo CD impersonates, nothing of these "
        "environments is synced (remove `impersonation: false`, or let such syncs have Argo CD's own rights: "
        'application.sync.impersonation.enforced: "false" in argocd-cm, and `argocd.impersonationEnforced: false` '
        "here) [impersonation-unmatched]"
    ]


@pytest.mark.parametrize(
    ("overlay", "told"),
    [
        ("environmentClasses: {production: {impersonation: true}}", True),
        ("profiles: {medium: {impersonation: {}}}", True),
        ("environmentClasses: {production: {impersonation: true}}\nargocd: {impersonationEnforced: false}", False),
        ("{}", False),
    ],
)  # fmt: skip
def test_a_switch_for_some_leaves_others_without(tmp_path: Path, overlay: str, told: bool) -> None:
    dev = "projects/blue/shop/eu-1/dev/project.yaml"
    files = {"platform.yaml": platform(overlay), dev: "{}"}
    line = (
        "config/platform.yaml:15:3: environmentClasses.nonproduction: warning: in blue/shop/eu-1/dev: the class "
        "nonproduction has no impersonation: where Argo CD impersonates, nothing of these environments is synced "
        "(add `impersonation: true`, or let such syncs have Argo CD's own rights: "
        'application.sync.impersonation.enforced: "false" in argocd-cm, and `argocd.impersonationEnforced: false` '
        "here) [impersonation-unmatched]"
    )
    found = report(check(project(tree(tmp_path, files), "blue/shop/eu-1/dev")))

    assert found == ([line] if told else [])


def test_before_3_5_it_always_holds(tmp_path: Path) -> None:
    overlay = 'argocd: {version: "3.4", impersonationEnforced: false}'
    loaded = load(tree(tmp_path, {"platform.yaml": platform(overlay)}))
    assert loaded.platform is not None
    (problem,) = check_platform(loaded.platform_document, loaded.platform)

    assert problem.words == (
        "argocd.impersonationEnforced: Argo CD 3.4 has no application.sync.impersonation.enforced: it always holds "
        '(remove this line, or upgrade Argo CD to "3.5")'
    )


def test_before_3_5_there_is_no_way_without_an_account(tmp_path: Path) -> None:
    overlay = """
argocd: {version: "3.4"}
impersonation: true
environmentClasses: {production: {impersonation: false}}
"""
    (line,) = report(check(project(tree(tmp_path, {"platform.yaml": platform(overlay)}))))

    assert line.endswith(
        "is synced (remove `impersonation: false`, or upgrade to Argo CD 3.5, which can let such syncs have its own "
        "rights) [impersonation-unmatched]"
    )


def test_base_is_named_where_argo_cd_impersonates(tmp_path: Path) -> None:
    files = {"platform.yaml": platform(f"impersonation: true\n{EDGE}"), PROJECT: BASE}
    found = project(tree(tmp_path, files))

    assert impersonation(found) is None
    assert report(check(found)) == [
        "config/platform.yaml:14:5: clusters.eu-1.base: warning: in blue/shop/eu-1/prod: beside `base` Pulumi makes no "
        "account: where Argo CD impersonates, nothing of these environments is synced (let "
        "such syncs have Argo CD's own rights: application.sync.impersonation.enforced: "
        '"false" in argocd-cm, and `argocd.impersonationEnforced: false` here) [impersonation-unmatched]'
    ]


def test_no_account_of_its_own_beside_base(tmp_path: Path) -> None:
    files = {"platform.yaml": platform(EDGE), PROJECT: f"impersonation: true\n{BASE}"}

    assert report(check(project(tree(tmp_path, files)))) == [
        f"config/{PROJECT}:1:1: impersonation: beside `base` Pulumi makes nothing in the namespace, and so no account "
        "for the syncs (remove this line for this environment) [base-impersonation]"
    ]


def test_no_account_of_the_profile_beside_base(tmp_path: Path) -> None:
    overlay = f"{EDGE}profiles: {{medium: {{impersonation: {{serviceAccount: syncer}}}}}}"
    files = {"platform.yaml": platform(overlay), PROJECT: BASE}

    assert report(check(project(tree(tmp_path, files)))) == [
        f"config/{PROJECT}:1:1: base: the profile medium lets syncs run as the account syncer, which Pulumi does not "
        "make beside `base` (let the platform team choose a profile without impersonation for it) [base-impersonation]"
    ]


@pytest.mark.parametrize(
    ("overlay", "path"),
    [
        ("impersonation: true", "impersonation"),
        ("environmentClasses: {production: {impersonation: true}}", "environmentClasses.production.impersonation"),
        ("profiles: {medium: {impersonation: {}}}", "profiles.medium.impersonation"),
    ],
)  # fmt: skip
def test_what_an_older_argo_cd_leaves_out(tmp_path: Path, overlay: str, path: str) -> None:
    loaded = load(tree(tmp_path, {"platform.yaml": platform(f'argocd: {{version: "3.4"}}\n{overlay}')}))  # fmt: skip
    assert loaded.platform is not None
    (problem,) = check_platform(loaded.platform_document, loaded.platform)

    assert problem.words == (
        f"{path}: Argo CD 3.4 impersonates only syncs and deletions, as an alpha feature: what people do in its UI, "
        'logs and actions, keeps Argo CD\'s own rights (upgrade Argo CD to "3.5")'
    )


@pytest.mark.parametrize("overlay", ["", "environmentClasses: {production: {impersonation: false}}"])  # fmt: skip
def test_an_older_argo_cd_that_impersonates_nothing(tmp_path: Path, overlay: str) -> None:
    loaded = load(tree(tmp_path, {"platform.yaml": platform(f'argocd: {{version: "3.4"}}\n{overlay}')}))  # fmt: skip
    assert loaded.platform is not None

    assert list(check_platform(loaded.platform_document, loaded.platform)) == []


@pytest.mark.parametrize(
    ("details", "words"),
    [
        (
            "{kinds: [example.org/*]}",
            "profiles.medium.impersonation.kinds[0]: this is not one kind of resource (write `<group>/<Kind>`, or "
            "`<Kind>` alone for the core group, without patterns)",
        ),
        (
            "{kinds: [example.org/Widget, ResourceQuota]}",
            "profiles.medium.impersonation.kinds[1]: no tenant may deploy ResourceQuota (remove it)",
        ),
        (
            "{kinds: [Resourcequota]}",
            "profiles.medium.impersonation.kinds[0]: no tenant may deploy Resourcequota (remove it)",
        ),
        (
            "{kinds: [argoproj.io/Application]}",
            "profiles.medium.impersonation.kinds[0]: no tenant may deploy argoproj.io/Application (remove it)",
        ),
        (
            "{clusterRole: edit, kinds: [example.org/Widget]}",
            "profiles.medium.impersonation.kinds: the ClusterRole edit says which kinds the account may deploy (remove "
            "`kinds`, or `clusterRole`)",
        ),
    ],
)
def test_kinds_that_the_role_cannot_have(tmp_path: Path, details: str, words: str) -> None:
    text = platform(f"profiles: {{medium: {{impersonation: {details}}}}}")
    loaded = load(tree(tmp_path, {"platform.yaml": text}))
    assert loaded.platform is not None

    found = list(check_platform(loaded.platform_document, loaded.platform))

    assert [(item.words, item.code) for item in found] == [(words, "impersonation-kinds")]


@pytest.mark.parametrize(
    ("overlay", "own", "told"),
    [
        (
            "environmentClasses: {production: {impersonation: true}}\n"
            "profiles: {medium: {impersonation: {serviceAccount: syncer}}}",
            "{}",
            [
                ("impersonation", True, "config/platform.yaml"),
                ("impersonation.serviceAccount", "syncer", "config/platform.yaml"),
            ],
        ),
        (EXEMPT, "{}", [("impersonation", False, "config/platform.yaml")]),
        (EXEMPT, "impersonation: true", [("impersonation", True, f"config/{PROJECT}")]),
        ("{}", "{}", []),
    ],
)
def test_explain_tells_who_decided(
    tmp_path: Path, overlay: str, own: str, told: list[tuple[str, object, str]]
) -> None:
    found = project(tree(tmp_path, {"platform.yaml": platform(overlay), PROJECT: own}))

    values, _ = explained(found, "impersonation")

    assert [(item.path, item.value, item.position.file) for item in values] == told


def test_objects_of_the_cluster_by_name(tmp_path: Path) -> None:
    values = ["Node", "PersistentVolume/data", "example.org/Cluster", "example.org/Cluster/a.b"]
    entries = ", ".join(f"{{kind: clusterResource, value: {item}, reason: r}}" for item in values)
    found = project(tree(tmp_path, {PROJECT: f"allow: [{entries}]\n"}))

    assert cluster_objects(found, TODAY) == (
        ("", "Node", ""),
        ("", "PersistentVolume", "data"),
        ("example.org", "Cluster", ""),
        ("example.org", "Cluster", "a.b"),
    )
    assert namespaced_kinds(found, TODAY) == ()
