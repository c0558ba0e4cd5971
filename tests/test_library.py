"""A platform team's own program: an environment built in Python, judged, planned."""

from __future__ import annotations

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
from argoproject.project.model import Project
from argoproject.project.resolve import project_of
from argoproject.yamlfile.reader import parse
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
        "the profile's guards stand"
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
