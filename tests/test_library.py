"""A platform team's own program: an environment built in Python, judged, planned."""

from __future__ import annotations

import pytest

from argoproject.checks.registry import check_project
from argoproject.identity import Identity
from argoproject.models import (
    Access,
    Application,
    Binding,
    ClassSettings,
    Namespace,
    Platform,
    SecretSource,
    Source,
)
from argoproject.plan.build import plan_project
from argoproject.problems import ConfigError
from argoproject.project.model import Project
from argoproject.project.resolve import project_of
from argoproject.yamlfile.reader import parse
from tests.support import trees
from tests.support.trees import PLATFORM, TODAY


def platform() -> Platform:
    document, problems = parse("platform.yaml", PLATFORM.encode())
    assert not problems
    return Platform.model_validate(document.data)


def shop(**settings: object) -> Project:
    application = Application(
        source=Source(
            repo_url="https://gitlab.example.org/blue/shop.git",
            path="deploy",
            target_revision="v1.4.2",
        )
    )
    return project_of(
        platform(),
        Identity("blue", "shop", "eu-1", "prod"),
        ClassSettings.model_validate({"application": application, **settings}),
    )


def test_an_environment_is_built_in_python_and_planned() -> None:
    project = shop(
        access=Access(admin=(Binding(group="blue-admins"),)),
        namespace=Namespace(secrets={"db": {"password": SecretSource(secret="db-password")}}),
    )
    assert list(check_project(project, TODAY)) == []
    plan = plan_project(project, TODAY)
    assert plan.name == "blue-shop-prod-eu-1"
    assert set(map(str, plan.secret_keys())) == {"blue/db-password"}
    keys = [item.key for item in plan.objects()]
    assert {"quota", "limits", "network-policy-default-deny"} <= set(keys), (
        "the profile's guards stay"
    )


def test_placeholders_are_filled_as_in_files() -> None:
    source = {
        "repoURL": "https://gitlab.example.org/blue/shop.git",
        "path": "deploy/${environment}",
    }
    project = shop(application={"source": source})
    filled = project.settings.application
    assert filled is not None
    assert filled.source is not None
    assert filled.source.path == "deploy/prod"


def test_it_is_judged_by_the_same_rules() -> None:
    project = shop(access=Access(admin=(Binding(group="green-admins"),)))
    [problem] = check_project(project, TODAY)
    assert str(problem).startswith("blue/shop/eu-1/prod: access.admin[0]: team blue may not give")


def refused(identity: Identity, overlay: str = "{}", **settings: object) -> list[str]:
    document, _ = parse("platform.yaml", trees.platform(overlay).encode())
    known = Platform.model_validate(document.data)
    with pytest.raises(ConfigError) as error:
        project_of(known, identity, ClassSettings.model_validate(settings))
    return list(map(str, error.value.problems))


PROD = Identity("blue", "shop", "eu-1", "prod")


def test_an_identity_that_the_platform_does_not_know_is_reported_as_a_folder_is() -> None:
    assert refused(Identity("gren", "My_Docs", "eu-9", "prd")) == [
        "gren/My_Docs/eu-9/prd: cluster: platform.yaml knows no cluster 'eu-9' (did you mean eu-1? rename the folder, "
        "or add 'eu-9' to platform.yaml) [unknown-cluster]",
        "gren/My_Docs/eu-9/prd: environment: platform.yaml knows no environment 'prd' (did you mean prod? rename the "
        "folder, or add 'prd' to platform.yaml) [unknown-environment]",
        "gren/My_Docs/eu-9/prd: product: 'My_Docs' is not a name for a product (use lower-case letters, digits and "
        "inner hyphens, at most 63) [folder-name]",
        "gren/My_Docs/eu-9/prd: team: platform.yaml knows no team 'gren' (did you mean green? rename the folder, or "
        "add 'gren' to platform.yaml) [unknown-team]",
    ]


def test_what_the_platform_lacks_is_reported() -> None:
    assert refused(PROD, profile="mediun") == [
        "platform.yaml: platform.yaml has no profile 'mediun' (did you mean medium?) [unknown-profile]"
    ]
    assert refused(PROD, "environments: {prod: prodution}") == [
        "platform.yaml: platform.yaml has no environment class 'prodution' (did you mean production?) "
        "[unknown-environment-class]"
    ]


def test_placeholders_and_settings_are_reported_as_in_files() -> None:
    source = {"repoURL": "https://gitlab.example.org/blue/shop.git", "path": "${enviroment}"}
    assert refused(PROD, application={"source": source}) == [
        "blue/shop/eu-1/prod: application.source.path: nothing is known for `${enviroment}` (known: ${namespace}, "
        "${project}, ${team}, ${product}, ${cluster}, ${environment}; a plain `${` is written `$${`) "
        "[unknown-placeholder]"
    ]
