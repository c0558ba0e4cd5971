"""`argoproject new`: a commented, valid project.yaml, or none at all."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from argoproject.cli.main import main
from argoproject.fleet.pipeline import validate_tree
from tests.cli import new
from tests.cli.new import DEV, SHOP, STAGING, STEPS, errors, everything, made, run, write
from tests.support.paths import DATA
from tests.support.trees import PRODUCT, PROJECT, TEAM, TODAY, platform, tree

FILES = new.FILES  # the fixture `here` lays them over its tree


class TestFromNothing:
    def test_the_file_holds_only_what_product_yaml_leaves_open(self, here: Path) -> None:
        assert run("blue/shop/hub/staging").output == (
            "config/projects/blue/shop/hub/staging/project.yaml: written\nnext:\n"
            + STEPS.format(1, 2, 3)
        )
        assert made(here, "blue/shop/hub/staging") == (
            "# What differs from product.yaml, team.yaml and the profile small. Where each value comes from:\n"
            "# argoproject explain blue/shop/hub/staging\n"
            "description: shop, staging on hub\n"
            "versions: # as in blue/shop/eu-1/staging\n"
            "  requirements: 15.3.0\n"
            "  application: { shop: 1.5.0, values: v2026.12.0 }\n"
        )
        assert errors(here) == []

    def test_editors_find_the_schema_where_the_tree_has_one(self, here: Path) -> None:
        write(here, "schema/project.json", "{}")
        run("blue/shop/hub/staging")
        first = made(here, "blue/shop/hub/staging").splitlines()[0]
        found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
        assert found is not None
        place = here / "config/projects/blue/shop/hub/staging" / found[1]
        assert place.resolve() == here / "config/schema/project.json"

    @pytest.mark.parametrize(
        ("identity", "sibling"),
        [
            ("blue/shop/hub/prod", "blue/shop/eu-1/prod"),  # of the same name
            ("blue/shop/eu-1/dev", "blue/shop/hub/dev"),
            ("blue/shop/hub/staging", "blue/shop/eu-1/staging"),
        ],
    )
    def test_revisions_come_from_the_nearest_sibling(
        self, here: Path, identity: str, sibling: str
    ) -> None:
        run(identity)
        assert f"versions: # as in {sibling}\n" in made(here, identity)
        assert errors(here) == []

    def test_production_takes_no_branch_from_a_sibling(self, here: Path) -> None:
        (here / "config" / PROJECT).unlink()
        (here / "config" / PROJECT).parent.rmdir()
        run("blue/shop/eu-1/prod")
        assert "# as in blue/shop/eu-1/staging\n" in made(here, "blue/shop/eu-1/prod")

    def test_a_revision_that_product_yaml_has_is_not_said_again(self, here: Path) -> None:
        write(here, PRODUCT, SHOP + "versions: {application: {shop: 1.0.0}}\n")
        run("blue/shop/hub/staging")
        text = made(here, "blue/shop/hub/staging")
        assert "application: { values: v2026.12.0 }\n" in text

    def test_without_any_sibling_the_revisions_are_asked_for(self, here: Path) -> None:
        write(here, "projects/blue/api/product.yaml", SHOP)
        before = everything(here)
        assert run("blue/api/eu-1/dev", status=2).output.endswith(
            "Error: no other environment has a revision that blue/api/eu-1/dev may copy: add "
            "--version requirements=… --version application.shop=… --version application.values=…\n"
        )
        assert everything(here) == before
        given = ("requirements=15.*", "application.shop=>=1.2 <2", "application.values=main")
        run("blue/api/eu-1/dev", *(word for text in given for word in ("--version", text)))
        assert made(here, "blue/api/eu-1/dev").endswith(
            'versions:\n  requirements: 15.*\n  application: { shop: ">=1.2 <2", values: main }\n'
        )
        assert errors(here) == []

    def test_a_given_revision_goes_before_a_siblings(self, here: Path) -> None:
        run(
            "blue/shop/hub/staging",
            "--version",
            "application.shop=1.6.0",
            "--description",
            "Next: one",
        )
        assert made(here, "blue/shop/hub/staging").endswith(
            'description: "Next: one"\n'
            "versions: # as in blue/shop/eu-1/staging but for application.shop\n  requirements: 15.3.0\n"
            "  application: { shop: 1.6.0, values: v2026.12.0 }\n"
        )

    def test_a_sandbox_shows_an_application_that_would_be_valid(self, here: Path) -> None:
        assert run("blue/wiki/eu-1/dev").output == (
            "config/projects/blue/wiki/eu-1/dev/project.yaml: written\nnext:\n"
            "  1. give it an Application, as the end of the file shows\n"
            "  2. put what all environments of blue/wiki share into config/projects/blue/wiki/product.yaml\n"
            + STEPS.format(3, 4, 5)
        )
        text = made(here, "blue/wiki/eu-1/dev")
        assert text == (
            "# What differs from team.yaml and the profile small. Where each value comes from:\n"
            "# argoproject explain blue/wiki/eu-1/dev\n"
            "description: wiki, dev on eu-1\n"
            "\n"
            "# So far a namespace with its guards, and no Application. Which repositories blue may use is said by\n"
            "# teams.blue.sources of platform.yaml. These lines without their `#` are an Application:\n"
            "# application:\n"
            "#   source:\n"
            "#     repoURL: https://gitlab.example.org/blue/wiki.git\n"
            "#     path: deploy\n"
            "#     directory: {} # plain manifests; for others helm: {} or kustomize: {}\n"
            "#   syncPolicy: { automated: { prune: true } }\n"
            "# versions: { application: v1.0.0 }\n"
        )
        assert errors(here) == []
        write(here, "projects/blue/wiki/eu-1/dev/project.yaml", uncommented(text))
        assert errors(here) == []

    @pytest.mark.parametrize(
        ("sources", "shown"),
        [
            ('["https://charts.example.org/stable"]', "#     chart: wiki\n"),
            ('["https://*.example.org/"]', None),
            ("[registry.example.org/blue/]", None),
            ("[]", None),
        ],
    )
    def test_the_example_is_one_that_the_guardrails_permit(
        self, here: Path, sources: str, shown: str | None
    ) -> None:
        for folder in ("eu-1/staging", "hub/dev", "eu-1/prod"):
            (here / "config/projects/blue/shop" / folder / "project.yaml").unlink()
            (here / "config/projects/blue/shop" / folder).rmdir()
        write(here, PRODUCT, "{}\n")
        write(here, "platform.yaml", platform(f"teams: {{blue: {{sources: {sources}}}}}"))
        run("blue/wiki/eu-1/dev")
        text = made(here, "blue/wiki/eu-1/dev")
        assert ("# application:\n" in text) is bool(shown)
        assert (shown or "") in text
        write(here, "projects/blue/wiki/eu-1/dev/project.yaml", uncommented(text))
        assert errors(here) == []

    def test_a_profile_that_the_team_may_choose(self, here: Path) -> None:
        write(here, "platform.yaml", platform("teams: {blue: {profiles: [small, medium]}}"))
        run("blue/wiki/eu-1/dev", "--profile", "medium")
        text = made(here, "blue/wiki/eu-1/dev")
        assert "and the profile medium." in text
        assert "description: wiki, dev on eu-1\nprofile: medium\n" in text
        assert errors(here) == []

    def test_the_same_words_make_the_same_file(self, here: Path) -> None:
        run("blue/shop/hub/staging")
        first = made(here, "blue/shop/hub/staging")
        (here / "config/projects/blue/shop/hub/staging/project.yaml").unlink()
        run("config/projects/blue/shop/hub/staging/")
        assert made(here, "blue/shop/hub/staging") == first

    def test_a_product_that_is_called_nearly_like_another(self, here: Path) -> None:
        write(here, "projects/blue/search/eu-1/dev/project.yaml", "{}\n")
        assert (
            "\nshpo is a new product of blue: did you mean shop?\nnext:\n"
            in run("blue/shpo/hub/dev").output
        )

    def test_a_tree_that_holds_nothing_but_platform_yaml(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        tree(tmp_path, {TEAM: None, PRODUCT: None, PROJECT: None})
        run("blue/wiki/eu-1/dev")
        assert errors(tmp_path) == []

    def test_an_empty_folder_is_filled(self, here: Path) -> None:
        (here / "config/projects/blue/shop/hub/staging").mkdir(parents=True)
        run("blue/shop/hub/staging")
        assert errors(here) == []


def uncommented(text: str) -> str:
    """The file with its example in use."""
    return re.sub(r"^# (?=application:|versions:| )", "", text, flags=re.MULTILINE)


SECRETS = {
    TEAM: "credentials:\n  git: {urlPrefix: 'https://gitlab.example.org/blue/', type: https, username: bot, "
    "password: {secret: git-token}}\nregistries: {harbor: {server: harbor.example.org, username: robot, "
    "password: {secret: harbor}}}\n",
    PRODUCT: SHOP.replace(
        'blue/charts", chart: postgresql', 'blue/postgresql", path: x, kustomize: {}'
    )
    + "namespace: {secrets: {db: {password: {secret: db-password}}}}\n",
    DEV: "versions: {requirements: v1, application: {shop: 1.5.*, values: main}}\n",
    STAGING: "versions: {requirements: v1, application: {shop: 1.5.0, values: v2026.12.0}}\n",
    PROJECT: "versions: {requirements: v1.0.0, application: {shop: 1.4.2, values: v2026.11.3}}\n",
}


class TestSecrets:
    def test_those_without_a_value_are_listed_with_their_commands(self, here: Path) -> None:
        write(
            here,
            "platform.yaml",
            platform("secrets: {harbor: {teams: [blue], urlPrefixes: [harbor.example.org/]}}"),
        )
        for file, text in SECRETS.items():
            write(here, file, text)
        assert run("blue/shop/hub/staging").output == (
            "config/projects/blue/shop/hub/staging/project.yaml: written\nnext:\n"
            "  1. give 3 secrets their values:\n"
            "     argoproject secret set blue git-token\n"
            "     argoproject secret set platform harbor\n"
            "     argoproject secret set blue/shop/hub/staging db-password\n"
            + STEPS.format(2, 3, 4)
        )

    def test_those_in_the_stacks_config_are_not(self, here: Path) -> None:
        for file, text in SECRETS.items():
            write(here, file, text)
        (here / "Pulumi.yaml").write_text("name: argo-projects\n")
        (here / "Pulumi.hub.yaml").write_text(
            "config:\n  argo-projects:select: {clusters: [hub]}\n  argo-projects:secrets:\n"
            "    blue: {git-token: {secure: v1:x:x}, harbor: {secure: v1:x:x}}\n"
        )
        (here / "Pulumi.rest.yaml").write_text(
            "config:\n  argo-projects:select: {clusters: [eu-1]}\n  argo-projects:secrets:\n"
            "    blue: {db-password: {secure: v1:x:x}}\n"
        )
        assert (
            "  1. give 1 secret its value:\n     argoproject secret set blue/shop/hub/staging db-password\n"
        ) in run("blue/shop/hub/staging").output


REFUSED = {
    "a misspelt team": (("blu/shop/hub/dev",), "platform.yaml has no team blu (did you mean blue?)"),
    "a misspelt cluster": (("blue/shop/eu1/dev",), "platform.yaml has no cluster eu1 (did you mean eu-1?)"),
    "a misspelt environment": (
        ("blue/shop/eu-1/prdo",),
        "platform.yaml has no environment prdo (did you mean prod?)",
    ),
    "a misspelt profile": (
        ("blue/shop/hub/prod", "--profile", "smal"),
        "platform.yaml has no profile smal (did you mean small?)",
    ),
    "a team far from any": (("x/shop/hub/dev",), "platform.yaml has no team x (known: blue, green)"),
    "too few folders": (
        ("blue/shop/hub",),
        "name a folder TEAM/PRODUCT/CLUSTER/ENVIRONMENT, such as blue/shop/eu-1/prod, in lower-case letters, digits "
        "and inner hyphens",
    ),
    "a way out": (("blue/../hub/dev",), "name a folder TEAM/PRODUCT/CLUSTER/ENVIRONMENT"),
    "a folder with another meaning": (
        ("blue/secrets/hub/dev",),
        "folders called secrets have a meaning of their own there",
    ),
    "an unknown source": (
        ("blue/shop/hub/prod", "--version", "application.shp=1.0.0"),
        "--version: blue/shop/hub/prod has no source application.shp (did you mean application.shop?)",
    ),
    "no revision": (
        ("blue/shop/hub/prod", "--version", "application"),
        "--version: write APPLICATION=REVISION or APPLICATION.SOURCE=REVISION",
    ),
    "a description of two lines": (
        ("blue/shop/hub/prod", "--description", "a\nb"),
        "'a\\nb': write one line of printable text",
    ),
    "like an unknown environment": (
        ("blue/shop/hub/prod", "--like", "blue/shop/eu-1/prdo"),
        "no environment is called blue/shop/eu-1/prdo (did you mean blue/shop/eu-1/prod?)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_use_is_reported_and_writes_nothing(here: Path, name: str) -> None:
    arguments, words = REFUSED[name]
    before = everything(here)
    assert words in run(*arguments, status=2).output
    assert everything(here) == before


PROBLEMS = {
    "a cluster past the guardrail": (
        ("green/api/hub/dev",),
        {},
        "config/projects/green/api/hub/dev/project.yaml:3:1: team green may not use the cluster hub "
        "(teams.green.clusters of platform.yaml allows eu-1: choose from these, or let the platform team add it) "
        "[cluster-not-allowed]\n",
    ),
    "a profile past the guardrail": (
        ("blue/wiki/hub/dev", "--profile", "medium"),
        {},
        "config/projects/blue/wiki/hub/dev/project.yaml:4:1: profile: team blue may not choose the profile medium "
        "(without teams.blue.profiles in platform.yaml it is small: choose that, or let the platform team add it) "
        "[profile-not-allowed]\n",
    ),
    "a name too long": (
        (f"blue/{'x' * 50}/eu-1/staging",),
        {},
        "config/projects/blue/{0}/eu-1/staging/project.yaml:3:1: name: the name of the project, blue-{0}-staging-eu-1, "
        "has 68 characters, at most 63 are allowed (set `name`, for example to blue-{1}-staging-eu-1) "
        "[project-name-too-long]\n".format("x" * 50, "x" * 45),
    ),
    "names that meet": (
        ("blue/shop-web/eu-1/dev",),
        {
            "platform.yaml": platform(
                "teams: {blue: {namespaces: ['*']}, blue-shop: {clusters: [eu-1], namespaces: ['*']}}"
            ),
            "projects/blue-shop/web/eu-1/dev/project.yaml": "{}\n",
        },
        "config/projects/blue/shop-web/eu-1/dev/project.yaml:3:1: name: the project blue-shop-web-dev-eu-1 is also "
        "claimed by blue-shop/web/eu-1/dev (set another `name` in one of them) [name-collision]\n"
        "config/projects/blue/shop-web/eu-1/dev/project.yaml:3:1: namespace.name: the namespace blue-shop-web-dev on "
        "cluster eu-1 is also claimed by blue-shop/web/eu-1/dev (set another `namespace.name` in one of them) "
        "[name-collision]\n",
    ),
    "a broken product.yaml": (
        ("blue/shop/hub/prod",),
        {PRODUCT: "aplication: {}\n"},
        f"config/{PRODUCT}:1:1: aplication: unknown key (did you mean `application`?) [unknown-key]\n",
    ),
    "a description too long": (
        ("blue/wiki/hub/dev", "--description", "x" * 256),
        {},
        "config/projects/blue/wiki/hub/dev/project.yaml:1:1: description: the text has 256 characters, at most 255 are "
        "allowed (shorten it) [text]\n",
    ),
    "no stack": (
        ("blue/shop/hub/staging",),
        {"../Pulumi.yaml": "name: argo-projects\n",
         "../Pulumi.dev.yaml": "config: {argo-projects:select: {clusters: [eu-1]}}\n"},
        "config/projects/blue/shop/hub/staging/project.yaml:3:1: no stack takes the environment (add it to the "
        "`select` of a stack file (Pulumi.dev.yaml), or add a stack file) [no-stack]\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_validate_would_refuse_is_reported_in_its_words_and_not_written(
    here: Path, name: str
) -> None:
    arguments, files, words = PROBLEMS[name]
    for file, text in files.items():
        write(here, file, text)
    before = everything(here)
    result = run(*arguments, status=1)
    assert result.stderr == f"{words}nothing was written\n"
    assert everything(here) == before
    assert not (here / "config/projects" / arguments[0]).exists()


def test_whatever_is_written_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every folder that the scenarios' teams could have, from nothing and like each environment of theirs."""
    scenarios = DATA / "scenarios/config"
    root = tmp_path / "config"
    shutil.copytree(scenarios, root)
    monkeypatch.chdir(tmp_path)
    before = validate_tree(root, TODAY, "config")
    assert before.tree.platform is not None
    written = 0
    for project in before.projects[::2]:
        team, product = project.identity.team, project.identity.product
        for cluster in before.tree.platform.clusters:
            for options in ((), ("--like", str(project.identity))):
                identity = f"{team}/{product}/{cluster}/staging"
                result = CliRunner().invoke(main, ["new", identity, *options])
                assert isinstance(result.exception, SystemExit | None), result.exception
                if result.exit_code == 0:
                    written += 1
                    assert errors(tmp_path) == [], (identity, options)
                    (root / "projects" / identity / "project.yaml").unlink()
                    (root / "projects" / identity).rmdir()
    assert written > 5


def test_an_existing_file_is_not_written_over(here: Path) -> None:
    before = everything(here)
    assert run("blue/shop/eu-1/prod", status=1).output == (
        "Error: config/projects/blue/shop/eu-1/prod/project.yaml exists already: change it, or name another "
        "environment\n"
    )
    (here / "config/projects/blue/shop/hub/prod").mkdir()
    (here / "config/projects/blue/shop/hub/prod/project.yaml").symlink_to("nowhere")
    assert "exists already" in run("blue/shop/hub/prod", status=1).output
    assert everything(here) == before


def test_no_link_leads_out_of_the_tree(here: Path) -> None:
    (here / "outside").mkdir()
    (here / "config/projects/blue/wiki").symlink_to(here / "outside")
    assert run("blue/wiki/hub/dev", status=1).output == (
        "config/projects/blue/wiki: symbolic links are not followed (put the file itself here) [symlink]\n"
        "nothing was written\n"
    )
    assert list((here / "outside").iterdir()) == []


def test_another_teams_mistake_is_no_hindrance(here: Path) -> None:
    write(here, "projects/green/api/eu-1/dev/project.yaml", "descripton: x\n")
    run("blue/shop/hub/staging")


def test_steps_name_another_tree(here: Path) -> None:
    (here / "config").rename(here / "conf")
    output = run("blue/shop/hub/staging", "--config", "conf").output
    assert "  1. argoproject validate --config conf\n" in output


class TestWalkThrough:
    """A new user adds an environment, breaks it, corrects it and promotes to it."""

    def validate(self, status: int) -> str:
        result = CliRunner().invoke(main, ["validate"])
        assert result.exit_code == status, result.output
        return result.output

    def test_from_new_to_promoted(self, here: Path) -> None:
        run("blue/shop/hub/prod")
        assert self.validate(0) == "4 environments: no problems\n"

        file = here / "config/projects/blue/shop/hub/prod/project.yaml"
        good = file.read_text()
        file.write_text(good.replace("versions:", "version:"))
        output = self.validate(1)
        assert (
            "config/projects/blue/shop/hub/prod/project.yaml:4:1: version: unknown key (did you mean `versions`?) "
            "[unknown-key]\n"
        ) in output

        file.write_text(good)
        self.validate(0)
        promoted = CliRunner().invoke(main, ["promote", "blue/shop/eu-1/staging", "hub/prod"])
        assert promoted.exit_code == 0, promoted.output
        assert file.read_text() == good.replace("15.2.4", "15.3.0").replace(
            "shop: 1.4.2, values: v2026.11.3", "shop: 1.5.0, values: v2026.12.0"
        )
        assert self.validate(0) == "4 environments: no problems\n"
