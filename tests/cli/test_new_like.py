"""`argoproject new --like`: a project.yaml after another one, without what belongs to that one alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli import new
from tests.cli.new import STEPS, errors, everything, made, run, write
from tests.support.trees import PROJECT, platform

FILES = new.FILES  # the fixture `here` lays them over its tree

LIKE = """\
# yaml-language-server: $schema=../../../../../schema/project.json
# The shop, in production.
description: Online shop, production # for customers
profile: medium
lifecycle: active
name: the-shop
movedFrom: [blue-shop-live-eu-1]
keep: [namespace]

versions: # promotion
  requirements: 15.2.4
  application: { shop: 1.4.2, values: 'v2026.11.3' } # together

# More than the profile gives.
namespace:
  name: blue-the-shop
  quota: { pods: "40" } # reviewed

access:
  admin: # a list replaces
    - blue-oncall
    - { group: blue-contractors, until: 2030-12-31, reason: CHG-1042 }
  readonly: [{ group: blue-guests, until: 2030-12-31, reason: a visit }]
  roles:
    deployer: # for the pipeline
      groups: [{ group: blue-ci, until: 2030-12-31, reason: CHG-1 }, blue-pipeline]
      permissions: [{ resource: applications, actions: [get, sync] }]

application: { name: the-shop-app, syncPolicy: { automated: {} } }

# Widenings, each with its reason
allow: # bounded
  - kind: namespaceResource
    value: networking.k8s.io/NetworkPolicy
    reason: SEC-311

classes:
  production:
    keep: [applications]
    description: never read
"""


LIKE_PLATFORM = """
teams:
  blue:
    allow: [namespaceResource]
    kinds: [networking.k8s.io/NetworkPolicy]
    namespaces: ["*"]
    profiles: [small, medium]
"""


class TestLikeAnother:
    @pytest.fixture(autouse=True)
    def _like(self, here: Path) -> None:
        write(here, "platform.yaml", platform(LIKE_PLATFORM))
        write(here, PROJECT, LIKE)
        write(here, "projects/blue/shop/eu-1/prod/manifests/about.yaml",
              "{apiVersion: v1, kind: ConfigMap, metadata: {name: about}}\n")  # fmt: skip
        write(here, "projects/blue/shop/eu-1/prod/secrets/other.yaml", "value: hunter2\n")

    def test_the_rest_of_the_file_is_taken_over_to_the_byte(self, here: Path) -> None:
        assert errors(here) == [item for item in errors(here) if "secrets/other.yaml" in item]
        output = run("blue/shop/hub/prod", "--like", "blue/shop/eu-1/prod").output
        assert (
            made(here, "blue/shop/hub/prod")
            == """\
# yaml-language-server: $schema=../../../../../schema/project.json
# The shop, in production.
description: shop, prod on hub # for customers
profile: medium

versions: # promotion
  requirements: 15.2.4
  application: { shop: 1.4.2, values: 'v2026.11.3' } # together

# More than the profile gives.
namespace:
  quota: { pods: "40" } # reviewed

access:
  admin: # a list replaces
    - blue-oncall
  roles:
    deployer: # for the pipeline
      groups: [blue-pipeline]
      permissions: [{ resource: applications, actions: [get, sync] }]

application: { syncPolicy: { automated: {} } }

classes:
  production:
    description: never read
"""
        )
        assert output == (
            "not copied from blue/shop/eu-1/prod:\n"
            "  name: names follow from the path\n"
            "  namespace.name: names follow from the path\n"
            "  movedFrom: nothing was here before\n"
            "  lifecycle: a new environment is in use\n"
            "  keep: what is kept when it is removed must be decided again\n"
            "  application.name: names follow from the path\n"
            "  access.admin[1] (blue-contractors until 2030-12-31): temporary access must be requested again\n"
            "  access.readonly[0] (blue-guests until 2030-12-31): temporary access must be requested again\n"
            "  access.roles.deployer.groups[0] (blue-ci until 2030-12-31): temporary access must be requested again\n"
            "  allow[0] (namespaceResource networking.k8s.io/NetworkPolicy): a widening must be requested again, with "
            "a reason of its own\n"
            "  classes.production.keep: what is kept when it is removed must be decided again\n"
            "  manifests/about.yaml: copy it if it is wanted here\n"
            "config/projects/blue/shop/hub/prod/project.yaml: written\nnext:\n" + STEPS.format(1, 2, 3)
        )  # fmt: skip
        assert not (here / "config/projects/blue/shop/hub/prod/secrets").exists()

    def test_own_secrets_of_the_other_must_be_set(self, here: Path) -> None:
        write(
            here,
            PROJECT,
            LIKE.replace("quota:", "secrets: {db: {password: {secret: other}}}\n  quota:"),
        )
        assert (
            "  1. give 1 secret its value:\n     argoproject secret set blue/shop/hub/prod other\n"
        ) in run("blue/shop/hub/prod", "--like", "the-shop").output

    def test_what_is_said_on_the_command_line_goes_first(self, here: Path) -> None:
        arguments = (
            "--profile",
            "small",
            "--description",
            "A copy",
            "--version",
            "requirements=15.9.9",
        )
        write(here, PROJECT, LIKE.replace('quota: { pods: "40" }', "labels: {}"))
        run("blue/shop/hub/staging", "--like", "blue/shop/eu-1/prod", *arguments)
        text = made(here, "blue/shop/hub/staging")
        assert "description: A copy # for customers\nprofile: small\n" in text
        assert "  requirements: 15.9.9\n" in text

    def test_what_would_not_be_valid_there_is_not_written(self, here: Path) -> None:
        before = everything(here)
        result = run(
            "blue/shop/hub/staging", "--like", "blue/shop/eu-1/prod", "--profile", "small", status=1
        )
        assert (
            "  allow[0] (namespaceResource networking.k8s.io/NetworkPolicy): a widening"
            in result.stderr
        )
        assert result.stderr.endswith(
            "config/projects/blue/shop/hub/staging/project.yaml:12:12: namespace.quota.pods: pods is 40, at most 20 is "
            "allowed, as in the profile small (lower it, or let the platform team raise pods in teams.blue.quotaMax of "
            "platform.yaml) [quota-above-max]\nnothing was written\n"
        )
        assert everything(here) == before
