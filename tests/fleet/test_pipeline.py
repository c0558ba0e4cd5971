"""From files to plans: which problem stops which environments, collisions across the fleet, stacks, missing secrets."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import pytest

from argoproject.fleet.pipeline import judge, validate_tree
from argoproject.problems import ConfigError
from argoproject.secrets.file import SecretKey
from benchmarks.generated import write_fleet
from tests.diff.repository import SHIPPED
from tests.fleet.helpers import fleet, stopped, validated
from tests.support.trees import TODAY, platform, tree

BROKEN = {"projects/green/api/eu-1/dev/project.yaml": "descripton: x\n"}


def test_a_correct_tree_has_no_problems_and_is_planned(tmp_path: Path) -> None:
    root = tree(tmp_path)
    assert validated(root) == []
    found = fleet(root)
    assert [plan.name for plan in found.plans] == ["blue-shop-prod-eu-1"]
    assert list(found.clusters) == ["eu-1", "hub"]


def test_a_tree_without_problems_costs_no_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Places and similar words take longer to find than all checks: they are sought for problems only."""

    def refuse(*_: object, **__: object) -> NoReturn:
        pytest.fail("sought without a problem")

    monkeypatch.setattr("difflib.get_close_matches", refuse)
    monkeypatch.setattr("argoproject.yamlfile.reader.node_tree", refuse)
    write_fleet(tmp_path, 2)

    judged = judge(tmp_path, TODAY)

    assert len(judged.projects) == 2
    assert not judged.problems


def test_another_teams_broken_file_does_not_block(tmp_path: Path) -> None:
    root = tree(tmp_path, BROKEN)
    assert fleet(root, {"teams": ["blue"]}).plans
    assert stopped(root) == (
        "config/projects/green/api/eu-1/dev/project.yaml:1:1: descripton: unknown key (did you mean `description`?) "
        "[unknown-key]\n1 problem in 1 file; nothing was done"
    )


@pytest.mark.parametrize(
    "file",
    [
        "projects/blue/team.yaml",
        "projects/blue/shop/product.yaml",
        "projects/blue/shop/eu-1/prod/project.yaml",
        "platform.yaml",
    ],
)
def test_what_an_environment_depends_on_stops_its_stack(tmp_path: Path, file: str) -> None:
    root = tree(tmp_path, {file: "a: [\n"})
    assert "[yaml-syntax]" in stopped(root, {"teams": ["blue"]})


def test_an_environment_that_cannot_be_read_is_no_deleted_one(tmp_path: Path) -> None:
    files = {"projects/blue/shop/eu-1/dev/project.yaml": "a: [\n"}
    assert "[yaml-syntax]" in stopped(tree(tmp_path, files), {"products": ["shop"]})
    (tmp_path / "config/projects/blue/shop/eu-1/dev/project.yaml").unlink()
    assert "[no-project]" in stopped(tmp_path / "config", {"products": ["shop"]})


@pytest.mark.parametrize(
    ("folder", "level", "select"),
    [
        ("Green", "team", None),
        ("Green", "team", {"clusters": ["eu-1"]}),
        ("Green", "team", {"teams": ["green"]}),
        ("green/Api", "product", {"teams": ["green"]}),
        ("green/Api", "product", {"environments": ["dev"]}),
        ("blue/shop/EU-1", "cluster", {"environments": ["dev"]}),
        ("blue/shop/eu-1/Dev", "environment", {"teams": ["blue"], "environments": ["dev"]}),
    ],
)
def test_a_misspelt_folder_hides_no_environment_from_its_stack(
    tmp_path: Path, folder: str, level: str, select: Mapping[str, Any] | None
) -> None:
    steps = ["", "api", "eu-1", "dev"][folder.count("/") + 1 :]
    files = {
        f"projects/{'/'.join([folder, *steps])}/project.yaml": "{}\n",
        "projects/blue/search/hub/dev/project.yaml": "{}\n",
    }
    name = folder.rpartition("/")[2]
    assert stopped(tree(tmp_path, files), select) == (
        f"config/projects/{folder}: '{name}' is not a name for a {level} (use lower-case letters, digits and inner "
        "hyphens, at most 63) [folder-name]\n1 problem in 1 file; nothing was done"
    )


@pytest.mark.parametrize(
    ("folder", "select", "code"),
    [
        ("greenn/api/eu-1/dev", {"teams": ["blue", "green"]}, "unknown-team"),
        ("blue/shop/eu1/prod", {"clusters": ["hub", "eu-1"]}, "unknown-cluster"),
        ("blue/shop/eu-1/prd", {"environments": ["prod"]}, "unknown-environment"),
    ],
)
def test_an_unknown_folder_hides_no_environment_from_its_stack(
    tmp_path: Path, folder: str, select: Mapping[str, Any], code: str
) -> None:
    files = {
        f"projects/{folder}/project.yaml": "{}\n",
        "projects/blue/search/hub/prod/project.yaml": "versions: {application: v1.4.2}\n",
        "projects/blue/shop/eu-1/prod/project.yaml": None,
    }
    assert f"[{code}]" in stopped(tree(tmp_path, files), select)


@pytest.mark.parametrize(
    ("folder", "select"),
    [
        ("green/Api", {"teams": ["blue"]}),
        ("green/api/eu-1/prodd", {"teams": ["blue"]}),
        ("blue/shop/hub/Dev", {"clusters": ["eu-1"]}),
        ("blue/search/hub/Dev", {"products": ["shop"]}),
    ],
)
def test_a_misspelt_folder_that_cannot_be_a_stacks_does_not_block_it(
    tmp_path: Path, folder: str, select: Mapping[str, Any]
) -> None:
    assert fleet(tree(tmp_path, {f"projects/{folder}/x.yaml": "{}\n"}), select).plans


def test_a_project_yaml_at_the_wrong_level_hides_no_environment_from_its_stack(
    tmp_path: Path,
) -> None:
    files = {
        "projects/blue/shop/prod/project.yaml": "{}\n",
        "projects/blue/search/hub/dev/project.yaml": "{}\n",
        "projects/blue/shop/eu-1/prod/project.yaml": None,
    }
    assert "[unexpected-file]" in stopped(tree(tmp_path, files), {"products": ["shop"]})


def test_a_stack_that_takes_nothing_is_a_mistake(tmp_path: Path) -> None:
    assert stopped(tree(tmp_path), {"teams": ["blu"]}) == (
        "Pulumi.dev.yaml: argo-projects:select: the stack takes no environment (teams: blu) (correct the selection; to "
        "remove environments, retire them first) [nothing-selected]\n1 problem in 1 file; nothing was done"
    )


def test_names_that_meet_after_joining_are_refused_for_both(tmp_path: Path) -> None:
    teams = "teams: {blue: {namespaces: ['*']}, blue-shop: {groups: [blue-*], clusters: [eu-1], namespaces: ['*']}}"
    files = {
        "platform.yaml": platform(teams),
        "projects/blue/shop-web/eu-1/dev/project.yaml": "{}\n",
        "projects/blue-shop/web/eu-1/dev/project.yaml": "{}\n",
    }
    root = tree(tmp_path, files)
    seen = [line for line in validated(root) if "name-collision" in line]
    assert seen == [
        "config/projects/blue-shop/web/eu-1/dev/project.yaml:1:1: name: the project blue-shop-web-dev-eu-1 is also "
        "claimed by blue/shop-web/eu-1/dev (set another `name` in one of them) [name-collision]",
        "config/projects/blue-shop/web/eu-1/dev/project.yaml:1:1: namespace.name: the namespace blue-shop-web-dev on "
        "cluster eu-1 is also claimed by blue/shop-web/eu-1/dev (set another `namespace.name` in one of them) "
        "[name-collision]",
        "config/projects/blue/shop-web/eu-1/dev/project.yaml:1:1: name: the project blue-shop-web-dev-eu-1 is also "
        "claimed by blue-shop/web/eu-1/dev (set another `name` in one of them) [name-collision]",
        "config/projects/blue/shop-web/eu-1/dev/project.yaml:1:1: namespace.name: the namespace blue-shop-web-dev on "
        "cluster eu-1 is also claimed by blue-shop/web/eu-1/dev (set another `namespace.name` in one of them) "
        "[name-collision]",
    ]
    assert "[name-collision]" in stopped(root, {"teams": ["blue-shop"]})
    assert fleet(root, {"products": ["shop"]}).plans


def test_two_applications_of_one_name(tmp_path: Path) -> None:
    text = (
        "applications: {x: {name: same, source: {repoURL: 'https://gitlab.example.org/blue/x', path: a, "
        "kustomize: {}, targetRevision: v1.0.0}}}\n"
        "application: {name: same}\nversions: {application: v1.4.2}\n"
    )
    root = tree(tmp_path, {"projects/blue/shop/eu-1/prod/project.yaml": text})
    assert [line for line in validated(root) if "name-collision" in line] == [
        "config/projects/blue/shop/eu-1/prod/project.yaml:1:20: applications.x.name: the Application same is claimed "
        "twice by this environment (set another `applications.x.name` in one of them) [name-collision]",
        "config/projects/blue/shop/eu-1/prod/project.yaml:2:15: application.name: the Application same is claimed "
        "twice by this environment (set another `application.name` in one of them) [name-collision]",
    ]


DEV = "projects/blue/shop/eu-1/dev/project.yaml"
PROD = "projects/blue/shop/eu-1/prod/project.yaml"


def test_a_destination_is_never_another_environments_namespace(tmp_path: Path) -> None:
    allow = "allow: [{kind: destination, value: %s, reason: r%s}]\n"
    version = "versions: {application: v1.4.2}\n"
    teams = "teams: {blue: {namespaces: ['*'], allow: [destination]}}"
    files = {
        "platform.yaml": platform(teams),
        PROD: version + allow % ("eu-1/green-api-dev", ""),
        DEV: version + allow % ("eu-1/blue-shop-prod", ""),
        DEV.replace("dev", "staging"): version
        + allow % ("eu-1/blue-shop-prod", ", until: 2026-11-20"),
        DEV.replace("eu-1", "hub"): version + allow % ("hub/blue-shop-prod", ""),
        "projects/green/api/eu-1/dev/project.yaml": "{}\n",
    }
    root = tree(tmp_path, files)
    assert [line for line in validated(root) if "warning" not in line] == [
        f"config/{DEV}:2:29: allow[0].value: the namespace is that of the environment blue/shop/eu-1/prod (remove "
        "this entry; what belongs there is deployed by blue/shop/eu-1/prod itself) [destination-of-other-environment]",
        f"config/{PROD}:2:29: allow[0].value: the namespace is that of the environment green/api/eu-1/dev (remove "
        "this entry; what belongs there is deployed by green/api/eu-1/dev itself) [destination-of-other-environment]",
    ]
    assert fleet(root, {"teams": ["green"]}).plans


def test_a_class_that_does_not_exist_is_told_once_per_file(tmp_path: Path) -> None:
    files = {
        "projects/blue/team.yaml": "classes: {prod: {description: x}, nonprodution: {}, production: {}}\n",
        "projects/green/team.yaml": "classes: {gold: {hosts: [a]}}\n",
        "projects/green/api/product.yaml": "classes: {staging: null}\n",
        "projects/green/api/eu-1/dev/project.yaml": "{}\n",
        PROD: "versions: {application: v1.4.2}\nclasses: {prd: {}}\n",
        DEV: "versions: {application: v1.4.2}\n",
    }
    root = tree(tmp_path, files)
    message = "no environment would use this"
    code = "[unknown-environment-class]"
    assert validated(root) == [
        f"config/{PROD}:2:11: classes.prd: platform.yaml has no environment class prd: {message} (one of "
        f"nonproduction, production) {code}",
        "config/projects/blue/team.yaml:1:11: classes.prod: platform.yaml has no environment class prod: "
        f"{message} (write production, the class of the environment prod) {code}",
        "config/projects/blue/team.yaml:1:35: classes.nonprodution: platform.yaml has no environment class "
        f"nonprodution: {message} (did you mean nonproduction?) {code}",
        "config/projects/green/api/product.yaml:1:11: classes.staging: platform.yaml has no environment class "
        f"staging: {message} (write nonproduction, the class of the environment staging) {code}",
        "config/projects/green/team.yaml:1:11: classes.gold: platform.yaml has no environment class gold: "
        f"{message} (one of nonproduction, production) {code}",
    ]


def test_a_class_that_does_not_exist_stops_only_whom_the_file_concerns(tmp_path: Path) -> None:
    files = {
        "projects/green/team.yaml": "classes: {gold: {}}\n",
        "projects/green/api/eu-1/dev/project.yaml": "{}\n",
        "projects/blue/wiki/product.yaml": "classes: {gold: {}}\n",
        "projects/blue/wiki/eu-1/dev/project.yaml": "{}\n",
    }
    root = tree(tmp_path, files)
    assert fleet(root, {"products": ["shop"]}).plans
    assert "config/projects/green/team.yaml" in stopped(root, {"teams": ["green"]})
    assert "config/projects/blue/wiki/product.yaml" in stopped(root, {"teams": ["blue"]})


def test_a_missing_version_is_reported_at_each_environment_that_lacks_it(tmp_path: Path) -> None:
    files = {
        PROD: None,
        DEV: "versions: {application: main}\n",
        **{
            f"projects/blue/shop/{place}/project.yaml": "{}\n"
            for place in ("eu-1/staging", "hub/dev", "hub/staging", "hub/prod")
        },
    }
    root = tree(tmp_path, files)
    assert validated(root) == [
        f"config/projects/blue/shop/{place}/project.yaml:1:1: versions.application: application.source of "
        "config/projects/blue/shop/product.yaml has no revision (write `versions: {application: …}` here) [no-revision]"
        for place in ("eu-1/staging", "hub/dev", "hub/prod", "hub/staging")
    ]


def test_a_mistyped_entry_of_versions_is_reported_once(tmp_path: Path) -> None:
    root = tree(tmp_path, {PROD: "versions: {aplication: v1.4.2}\n"})
    assert validated(root) == [
        f"config/{PROD}:1:12: versions.aplication: the environment has no Application 'aplication' (did you mean "
        "application?; to drop what another file sets, write `aplication: null`) [version-unknown-application]"
    ]


def test_what_another_environment_lacks_does_not_stop_this_one(tmp_path: Path) -> None:
    root = tree(tmp_path, {"projects/blue/shop/eu-1/staging/project.yaml": "{}\n"})
    assert "[no-revision]" in stopped(root, {"environments": ["staging"]})
    assert fleet(root, {"environments": ["prod"]}).plans


def test_a_quantity_beyond_all_bounds_stops_only_its_own_stack(tmp_path: Path) -> None:
    files = {
        "projects/green/api/eu-1/dev/project.yaml": "namespace: {quota: {pods: 1e999999999}}\n"
    }
    root = tree(tmp_path, files)
    assert "[quantity]" in stopped(root)
    assert fleet(root, {"teams": ["blue"]}).plans


def test_stacks_that_overlap_or_leave_something_out(tmp_path: Path) -> None:
    root = tree(
        tmp_path, {"projects/blue/shop/eu-1/dev/project.yaml": "versions: {application: main}\n"}
    )
    (tmp_path / "Pulumi.yaml").write_text("name: argo-projects\n")
    (tmp_path / "Pulumi.a.yaml").write_text(
        "config: {argo-projects:select: {environments: [prod]}}\n"
    )
    (tmp_path / "Pulumi.b.yaml").write_text(
        "config: {argo-projects:select: {environments: [prod, staging]}}\n"
    )
    assert validated(root) == [
        "config/projects/blue/shop/eu-1/dev/project.yaml:1:1: no stack takes the environment (add it to the "
        "`select` of a stack file (Pulumi.a.yaml, Pulumi.b.yaml), or add a stack file) [no-stack]",
        "config/projects/blue/shop/eu-1/prod/project.yaml:1:1: the environment is in 2 stacks: Pulumi.a.yaml and "
        "Pulumi.b.yaml (let the `select` of each exclude the other's environments) [two-stacks]",
    ]


def test_all_missing_secrets_are_named_at_once(tmp_path: Path) -> None:
    text = (
        "namespace: {secrets: {db: {user: {secret: db-user}, password: {secret: db-password}}}}\n"
    )
    root = tree(
        tmp_path,
        {"projects/blue/shop/eu-1/prod/project.yaml": text + "versions: {application: v1.4.2}\n"},
    )
    found = fleet(root)
    found.missing_secrets([SecretKey("blue", "db-user"), SecretKey("blue", "db-password")])
    with pytest.raises(ConfigError) as caught:
        found.missing_secrets([SecretKey("green", "db-user"), SecretKey("blue", "db-password-2")])
    assert str(caught.value).replace(str(root), "config") == (
        "config/projects/blue/shop/eu-1/prod/project.yaml:1:28: namespace.secrets.db.user: the secret 'db-user' has no "
        "value (argoproject secret set blue/shop/eu-1/prod db-user, or pulumi config set --secret --path "
        "'secrets.blue.db-user') [secret-missing]\n"
        "config/projects/blue/shop/eu-1/prod/project.yaml:1:53: namespace.secrets.db.password: the secret "
        "'db-password' has no value (argoproject secret set blue/shop/eu-1/prod db-password, or pulumi "
        "config set --secret --path 'secrets.blue.db-password') [secret-missing]\n"
        "2 problems in 1 file; nothing was done"
    )


def test_no_secret_is_missing_for_what_has_expired(tmp_path: Path) -> None:
    text = """\
versions: {application: v1.4.2}
repositories:
  chart: {url: "https://gitlab.example.org/blue/chart", credentials: {type: bearer, token: {secret: key}}}
allow: [{kind: source, value: "https://gitlab.example.org/blue/chart", reason: r, until: %s}]
"""
    files = {"platform.yaml": platform("teams: {blue: {allow: [source]}}")}
    found = fleet(tree(tmp_path, {**files, PROD: text % "2026-11-20"}))
    found.missing_secrets([])
    assert found.plans[0].repositories == ()
    found = fleet(tree(tmp_path, {**files, PROD: text % "2026-11-21"}))
    assert [item.name for item in found.plans[0].repositories] == ["blue-shop-prod-eu-1-chart"]
    with pytest.raises(ConfigError, match="secret-missing"):
        found.missing_secrets([])


def test_a_platform_secret_is_looked_up_for_its_teams_only(tmp_path: Path) -> None:
    text = """\
versions: {application: v1.4.2}
registries:
  a: {server: a.example.org, username: u, password: {secret: one}}
  b: {server: b.example.org, username: u, password: {secret: two}}
"""
    secrets = (
        "secrets: {one: {teams: [blue], urlPrefixes: [a.example.org/]}, two: {teams: [green]}}"
    )
    found = fleet(tree(tmp_path, {"platform.yaml": platform(secrets), PROD: text}))
    assert set(map(str, found.plans[0].secret_keys())) == {"platform/one", "blue/two"}


def test_manifests_may_have_any_keys(tmp_path: Path) -> None:
    text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, identity: b, opts: [c], api_version: d}\n"
    root = tree(tmp_path, {"projects/blue/shop/eu-1/prod/manifests/a.yaml": text})
    [planned] = [item for item in fleet(root).plans[0].objects() if item.as_written]
    manifest = dict(planned.manifest)
    assert manifest.pop("metadata")["name"] == "a"
    assert manifest == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "identity": "b",
        "opts": ["c"],
        "api_version": "d",
    }


def test_a_former_name_is_nobodys_today(tmp_path: Path) -> None:
    text = "versions: {application: v1.4.2}\nmovedFrom: [blue-shop-prod-eu-1, blue-gone]\n"
    root = tree(tmp_path, {"projects/blue/shop/eu-1/staging/project.yaml": text})
    assert validated(root) == [
        "config/projects/blue/shop/eu-1/staging/project.yaml:2:13: movedFrom[0]: blue-shop-prod-eu-1 is the project "
        "of the environment blue/shop/eu-1/prod (remove this entry: only names that no environment has any more "
        "belong here) [moved-from-existing]"
    ]


def test_quotas_beyond_a_clusters_budget_warn(tmp_path: Path) -> None:
    files = {"platform.yaml": platform("clusters: {eu-1: {budget: {requests.cpu: '3'}}}")}
    root = tree(tmp_path, files)
    [line] = validated(root)
    assert line.split(": ", 1)[1] == (
        "clusters.eu-1.budget.requests.cpu: warning: the quotas of all environments ask for 4 requests.cpu, the "
        "cluster has 3 (lower quotas, or enlarge the cluster) [over-budget]"
    )
    assert fleet(root).warnings


def test_a_mistyped_guardrail_is_one_mistake(tmp_path: Path) -> None:
    files = {"platform.yaml": platform("teams: {blue: {clusters: [hub, eu1]}}")}
    lines = validated(tree(tmp_path, files))
    assert [line.partition("teams.blue")[2] for line in lines] == [
        ".clusters[1]: platform.yaml has no cluster eu1 (did you mean eu-1?) [unknown-cluster]"
    ]


def test_a_mistyped_key_is_not_missing_as_well(tmp_path: Path) -> None:
    text = "repositories: {charts: {urI: https://gitlab.example.org/blue/x.git, type: git}}\n"
    root = tree(tmp_path, {PROD: f"versions: {{application: v1.4.2}}\n{text}"})
    assert validated(root) == [
        f"config/{PROD}:2:25: repositories.charts.urI: unknown key (did you mean `url`?) [unknown-key]"
    ]


def test_what_is_below_a_mistyped_key_is_not_out_of_place_as_well(tmp_path: Path) -> None:
    text = "aplication: {source: {path: 'x/${environment}'}}\n"
    root = tree(tmp_path, {PROD: f"versions: {{application: v1.4.2}}\n{text}"})
    assert validated(root) == [
        f"config/{PROD}:2:1: aplication: unknown key (did you mean `application`?) [unknown-key]"
    ]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (
            {"platform.yaml": platform("teams: {blue: {quotaMax: {nvidia.com/gpu: '4'}}}")},
            "unknown-resource",
        ),
        (
            {
                "projects/blue/shop/eu-1/prod/project.yaml": (
                    "versions: {application: v1.4.2}\n"
                    "applications: {app: {source: {repoURL: 'https://gitlab.example.org/blue/shop.git', path: x, "
                    "targetRevision: v1.4.2}}}\n"
                )
            },
            "reserved-key",
        ),
        ({"projects/blue/shop/manifests/a.yaml": "{}\n"}, "manifest-kind"),
        (
            {
                "projects/blue/shop/eu-1/prod/project.yaml": (
                    "versions: {application: v1.4.2}\nnamespace: {limits: {max: {memory: 10Mi}}}\n"
                )
            },
            "limits-contradiction",
        ),
        (
            {
                "projects/blue/shop/eu-1/prod/project.yaml": (
                    "versions: {application: v1.4.2}\n"
                    "namespace: {limits: {min: {cpu: 300m}}, quotas: {small: {hard: {requests.cpu: 200m}}}}\n"
                )
            },
            "limits-contradiction",
        ),
    ],
)
def test_one_mistake_is_one_report(tmp_path: Path, files: dict[str, str], code: str) -> None:
    [problem] = validate_tree(tree(tmp_path, files), TODAY).problems
    assert problem.code == code


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  dns:\n", "  dnss:\n", "no network policy dns, and 2 other places of this file name it"),
        (
            "\n  medium:",
            "\n  mediun:",
            "no profile medium, and 1 other place of this file names it",
        ),
        ("\n  eu-1:\n", "\n  eu1:\n", "no cluster eu-1, and 1 other place of this file names it"),
        (
            "\n  production:",
            "\n  produktion:",
            "no environment class production, and 2 other places of this file name it",
        ),
        ("\n  blue:\n", "\n  blu:\n", "no team blue"),
    ],
)
def test_a_name_that_is_defined_otherwise_is_one_mistake(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    root = Path(shutil.copytree(SHIPPED, tmp_path / "config"))
    text = (root / "platform.yaml").read_text()
    assert old in text
    (root / "platform.yaml").write_text(text.replace(old, new, 1))
    found = [it for it in validate_tree(root, TODAY).problems if it.code != "secret-plain"]
    assert [it.message for it in found] == [f"platform.yaml has {message}"]
