"""Each rule reports its cause at its place, and nothing where there is none.

The cases are in test_rules.yaml: a name begins with the code of the rule, and the report has the findings of this rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from argoproject.audit import audit
from argoproject.audit.finding import Severity
from argoproject.audit.rules import RULES
from argoproject.audit.run import Baseline
from argoproject.fleet.pipeline import validate_tree
from argoproject.secrets.recipients import sops_config
from argoproject.tree.load import load_platform
from tests.audit.helpers import audited, lines, stack
from tests.support import cases, trees
from tests.support.trees import TODAY, platform, tree

CASES = cases.read(__file__)
AGE_KEYS = (
    "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
    "age124sx4xtmsreprt3exfj90yh8p88l9uxs3avam8ur8ue5q2l8tecqcq55p3",
)


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    code = name.partition(":")[0]
    CASES.compare(name, lines(tmp_path, CASES[name].tree(), code), pytestconfig)


def test_a_base_replaces_the_profiles_guards(tmp_path: Path) -> None:
    """The profile's guards are not planned then, and not reported."""
    source = "{repoURL: 'https://gitlab.example.org/platform/base.git', path: base, kustomize: {}}"
    base = f"{{project: bases, source: {source}}}"
    files = {
        "platform.yaml": platform(
            "argocd: {version: 3.5.7, baseProjects: [bases]}\nclusters: {eu-1: {base: true}}\n"
            f"profiles: {{medium: {{tenantKinds: standard, base: {base}, versions: {{base: v1.0.0}}}}}}"
        )
    }
    found, _ = audited(tmp_path, files)
    assert [item.rule.code for item in found.findings if item.environments] == [
        "guards-from-a-base"
    ]


def test_a_key_of_production_and_of_nonproduction(tmp_path: Path) -> None:
    """The report does not contain the key: it could be a private key, written there by mistake."""
    one, other = AGE_KEYS
    classes = f"{{nonproduction: [{one}], production: [{other}, {one}]}}"
    files = {"platform.yaml": platform(f"recipients: {{platform: [{other}], classes: {classes}}}")}
    made, _ = load_platform(tree(tmp_path, files), "config")
    assert made is not None
    (tmp_path / "config/.sops.yaml").write_text(sops_config(made))
    assert lines(tmp_path, files, "production-recipient-elsewhere") == [
        "medium platform.yaml recipients.classes.production[1]: this key of production is also a key of nonproduction "
        "(blue/shop/eu-1/prod)"
    ]


@pytest.mark.parametrize(("environment", "severity"), [("prod", "high"), ("dev", "low")])
def test_a_secret_in_clear(tmp_path: Path, environment: str, severity: str) -> None:
    key = f"blue/shop/eu-1/{environment}/token"
    stack(tmp_path, f"config:\n  argo-projects:plainSecrets:\n    - {key}\n")
    folder = f"projects/blue/shop/eu-1/{environment}"
    files = {
        "projects/blue/shop/eu-1/dev/project.yaml": "versions: {application: main}\n",
        f"{folder}/secrets/token.yaml": "value: hunter2\n",
        f"{folder}/project.yaml": "versions: {application: v1.4.2}\n"
        "namespace: {secrets: {app: {token: {secret: token}}}}\n",
    }
    [found] = lines(tmp_path, files, "secret-in-clear")
    assert found.split(" ", 1)[0] == severity
    assert found.endswith(f"the secret {key} is not encrypted (blue/shop/eu-1/{environment})")


@pytest.mark.parametrize(("environment", "severity"), [("prod", "high"), ("dev", "medium")])
def test_a_hub_without_policies(tmp_path: Path, environment: str, severity: str) -> None:
    """Those of other clusters refuse no token. Without a role, there is none."""
    path = f"projects/blue/shop/eu-1/{environment}/project.yaml"
    files = {
        trees.PROJECT: None,
        path: "versions: {application: v1.4.2}\naccess: {admin: [blue-admins]}\n",
    }
    select = f"argo-projects:select: {{environments: [{environment}]}}"
    stack(tmp_path, f"config:\n  {select}\n  argo-projects:admissionPolicies: [eu-1]\n")
    [found] = lines(tmp_path, files, "project-tokens-of-anyone")
    assert found == (
        f"{severity} platform.yaml argocd.cluster: no stack deploys the admission policies of hub, which refuse tokens "
        f"(blue/shop/eu-1/{environment})"
    )
    stack(tmp_path, "config:\n  argo-projects:admissionPolicies: [eu-1, hub]\n")
    assert lines(tmp_path, files, "project-tokens-of-anyone") == []


@pytest.mark.parametrize(("environment", "severity"), [("prod", "high"), ("dev", "medium")])
def test_keys_for_helm_secrets(tmp_path: Path, environment: str, severity: str) -> None:
    path = f"projects/blue/shop/eu-1/{environment}/project.yaml"
    files = {trees.PROJECT: None, path: "versions: {application: v1.4.2}\n"}
    stack(
        tmp_path,
        "config:\n  argo-projects:helmSecretsKeys:\n"
        "    platform: {secure: v1:x:x}\n    blue: {secure: v1:y:y}\n",
    )
    [found] = lines(tmp_path, files, "helm-secrets-keys")
    assert found.split(" ", 1)[0] == severity
    assert found.endswith(
        "Pulumi.live.yaml:2 config.argo-projects:helmSecretsKeys: everybody who deploys through Argo CD can use the "
        f"keys of blue, platform (blue/shop/eu-1/{environment})"
    )
    stack(tmp_path, "config: {}\n")
    assert lines(tmp_path, files, "helm-secrets-keys") == []


@pytest.mark.parametrize(("ingress", "count"), [("[{}]", 1), ("[{from: [{podSelector: {}}]}]", 0)])
def test_an_open_policy_among_the_manifests_of_the_platform(
    tmp_path: Path, ingress: str, count: int
) -> None:
    text = "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: '${project}'}, spec: %s}\n"
    files = {
        "platform.yaml": platform("profiles: {medium: {platformManifests: [{file: open.yaml}]}}"),
        "open.yaml": text % f"{{podSelector: {{}}, ingress: {ingress}}}",
    }
    found = [it for it in lines(tmp_path, files, "network-policy-open") if "open.yaml" in it]
    assert (
        found
        == [
            "medium open.yaml:1 spec.ingress[0]: blue-shop-prod-eu-1 allows traffic from everywhere "
            "(blue/shop/eu-1/prod)"
        ][:count]
    )


@pytest.mark.parametrize(("namespace", "count"), [("", 1), (", namespace: velero", 0)])
def test_policies_of_one_namespace_are_open_together(
    tmp_path: Path, namespace: str, count: int
) -> None:
    spec = "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: %s}}]}]}"
    files = {
        "platform.yaml": platform(
            f"networkPolicies: {{one: {spec % '0.0.0.0/1'}}}\n"
            "profiles: {medium: {namespace: {networkPolicies: [default-deny, one]}, "
            f"platformManifests: [{{file: a.yaml{namespace}}}]}}}}"
        ),
        "a.yaml": "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: '${project}-x'}, "
        f"spec: {spec % '128.0.0.0/1'}}}\n",
    }
    found = [it for it in lines(tmp_path, files, "network-policy-open") if "together" in it]
    assert len(found) == count


def test_a_guard_that_a_team_switched_off_is_found_at_its_line(tmp_path: Path) -> None:
    files = {
        "platform.yaml": platform("teams: {blue: {removable: [quota, limits]}}"),
        trees.PROJECT: "versions: {application: v1.4.2}\nnamespace:\n  quota: null\n  limits: null\n",
    }
    found = [it for code in ("no-quota", "no-limits") for it in lines(tmp_path, files, code)]
    assert [it.split(" ", 1)[1] for it in found] == [
        f"projects/blue/shop/eu-1/prod/project.yaml:{line} namespace.{guard}: namespace.{guard} of the profile medium "
        "is switched off (blue/shop/eu-1/prod)"
        for line, guard in ((3, "quota"), (4, "limits"))
    ]


@pytest.mark.parametrize(("half", "count"), [("128.0.0.0/1", 1), ("192.0.0.0/2", 0)])
def test_policies_that_are_open_together(tmp_path: Path, half: str, count: int) -> None:
    policy = "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: %s}}]}]}"
    files = {
        "platform.yaml": platform(
            f"networkPolicies: {{one: {policy % '0.0.0.0/1'}, two: {policy % half}}}\n"
            "profiles: {medium: {namespace: {networkPolicies: [default-deny, one, two]}}}"
        )
    }
    found = [it for it in lines(tmp_path, files, "network-policy-open") if "together" in it]
    assert [it.split(" ", 2)[2] for it in found] == [
        "networkPolicies.one.egress: one, two together allow traffic to everywhere (blue/shop/eu-1/prod)"
    ][:count]


def test_every_rule_has_cases_with_and_without_a_finding() -> None:
    apart = {
        "guards-from-a-base",
        "helm-secrets-keys",
        "production-recipient-elsewhere",
        "project-tokens-of-anyone",
        "secret-in-clear",
    }
    reported = {name.partition(":")[0] for name, case in CASES.items() if case.report}
    quiet = {name.partition(":")[0] for name, case in CASES.items() if not case.report}
    assert reported | apart == {rule.code for rule in RULES}
    assert quiet >= {rule.code for rule in RULES} - {"network-policy-open"}


ELSEWHERE = {"no-admission: found"}
"""Cases about what only another profile has."""

COMPARE = {
    "admin-of-several-teams": "environments of 2 teams",
    "production-admin-for-ever": "in nonproduction, and in production",
    "production-recipient-elsewhere": "also a key of",
    "pull-secret-of-several-teams": "workloads of 2 teams",
}
"""Rules that compare environments or classes, and how they say so. All others judge each by itself."""


def alone(files: Mapping[str, str | None]) -> dict[str, str | None] | None:
    """The same with only the profile, the class and the team of its environment; None where there are several."""
    there = [path for path, text in {**trees.BASE, **files}.items() if text is not None]
    places = [path.split("/")[1:5] for path in there if path.endswith("/project.yaml")]
    data = yaml.safe_load(files.get("platform.yaml") or trees.PLATFORM)
    if len(places) != 1:
        return None
    team, _, _, environment = places[0]
    of_class = data["environments"][environment]
    named = re.findall(r"(?m)^profile: (\w+)", "\n".join(filter(None, files.values())))
    profile = named[0] if named else data["environmentClasses"][of_class]["profile"]
    for key, kept in (
        ("environments", environment), ("environmentClasses", of_class), ("profiles", profile), ("teams", team),
    ):  # fmt: skip
        data[key] = {kept: data[key][kept]}
    classes = data["teams"][team].get("classes", {})
    data["teams"][team]["classes"] = {key: it for key, it in classes.items() if key == of_class}
    return {**files, "platform.yaml": trees.yaml_text(data)}


@pytest.mark.parametrize("name", [name for name in CASES if alone(CASES[name].tree())])
def test_one_profile_and_one_environment_are_judged_alike(tmp_path: Path, name: str) -> None:
    """What a rule says of a profile is true of the only one, too: it claims nothing about others."""
    files = alone(CASES[name].tree())
    assert files is not None
    whole = [it for it in CASES[name].report if "(none)" not in it]
    seen = [it for it in lines(tmp_path, files, name.partition(":")[0]) if "(none)" not in it]
    assert seen == ([] if name in ELSEWHERE else whole)


def test_every_rule_is_judged_alone() -> None:
    judged = {
        name.partition(":")[0] for name in CASES if CASES[name].report and alone(CASES[name].tree())
    }
    apart = {
        "guards-from-a-base",
        "helm-secrets-keys",
        "project-tokens-of-anyone",
        "secret-in-clear",
    }
    assert judged | apart == {rule.code for rule in RULES} - set(COMPARE)
    for rule in RULES:
        assert "where others" not in rule.title + rule.impact


def test_rules_explain_themselves() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.code)
        assert isinstance(rule.severity, Severity)
        for text in (rule.title, rule.impact, rule.remedy, rule.source):
            assert text
            assert not text.endswith(".")


POLICY = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"


@pytest.mark.parametrize(
    "text",
    [
        POLICY,
        f"{POLICY}metadata: {{name: a}}\n",
        f"{POLICY}metadata: a\nspec: {{podSelector: {{}}}}\n",
        f"{POLICY}metadata: {{name: a}}\nspec: [a]\n",
        f"{POLICY}metadata: {{name: a}}\nspec: {{podSelector: {{}}, ingress: [a, {{}}]}}\n",
        f"{POLICY}metadata: {{name: a}}\nspec: {{podSelector: {{}}, ingress: [{{}}, {{ports: [{{port: 0x1F}}]}}]}}\n",
        "a: [",
        "# nothing\n",
    ],
)
@pytest.mark.parametrize("file", ["projects/blue/shop/manifests/a.yaml", "platform/a.yaml"])
def test_a_policy_that_is_not_valid_is_not_judged(tmp_path: Path, file: str, text: str) -> None:
    """`validate` reports it; an audit of a tree with errors still reports the rest."""
    other = "{apiVersion: v1, kind: ConfigMap, metadata: {name: '${project}-b'}}\n"
    files = {
        "platform.yaml": platform(
            "profiles: {medium: {platformManifests: [{file: platform/a.yaml}]}}"
        ),
        "platform/a.yaml": other,
        file: text,
    }
    found = validate_tree(tree(tmp_path, files), TODAY)
    assert found.tree.platform is not None
    findings = audit(found, found.tree.platform, TODAY, Baseline()).findings
    places = {it.position.file for it in findings if it.rule.code == "network-policy-open"}
    assert places <= {found.tree.platform_document.file}
