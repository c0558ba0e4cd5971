"""What a model's field declares is judged in every layer: no judge has a table of its own that could lack the field.

The tests walk over the fields of the models. A field that declares nothing stops the program at import; a field that a
check or a rule of `diff` or `audit` does not judge fails here. docs/adr/0017-declared-once.md says what to add where.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, get_args

import pytest
import yaml
from pydantic import BaseModel, TypeAdapter

from argoproject.checks.credentials import check_credential
from argoproject.checks.guardrails.values import check as check_guardrails
from argoproject.checks.namespace_floor import check as check_floor
from argoproject.diff.compare import compare
from argoproject.diff.model import Danger
from argoproject.diff.rules.guardrails import guardrail_reasons
from argoproject.diff.states import EnvironmentState, ObjectState, planned_state
from argoproject.identity import Identity
from argoproject.models import Guardrails, Namespace, Platform
from argoproject.models.base import declared, key_of
from argoproject.models.credentials import (
    CREDENTIALS,
    AnyCredential,
    AnyCredentialTemplate,
    Credential,
    RepositoryType,
    Scheme,
    TlsCredential,
    check_declaration,
)
from argoproject.models.guardrails import GUARDRAILS, Bounded, Guardrail, Match, WideOpen
from argoproject.models.namespace import Guard, NoGuard, Weaker, guards
from argoproject.models.validation import validate
from argoproject.plan.build import plan_project
from argoproject.plan.manifests.repositories import repository_secret
from argoproject.plan.model import SecretRef
from argoproject.project.repositories import SelectedRepository, endpoint_of, newest_parts
from argoproject.secrets.file import SecretKey
from argoproject.upstream.argocd.settings import SUPPORTED
from argoproject.yamlfile.reader import parse
from tests.audit.helpers import audited
from tests.support.trees import PROJECT, TODAY, platform, project, tree

IDENTITY = Identity("blue", "shop", "eu-1", "prod")


def model_of(overlay: Mapping[str, Any]) -> Platform:
    """The base platform.yaml with other keys."""
    document, _ = parse("platform.yaml", platform(json.dumps(overlay)).encode())
    model, problems = validate(Platform, document.data, document.position)
    assert model is not None, problems
    return model


# Guardrails

USES = """\
versions: {application: v1.4.2}
profile: small
hosts: [shop.example.org]
access: {admin: [ops], kubernetes: {edit: [ops]}}
namespace: {limits: null, labels: {tier: web}, networkPolicies: [from-ingress], quota: {pods: "60"}}
registries: {harbor: {server: harbor.example.org, username: bot, password: {secret: pull}}}
repositories:
  charts: {url: "https://charts.example.org/x", type: helm, proxy: "http://proxy.example.org:3128"}
application: {source: {repoURL: "https://git.example.org/x", path: x, plugin: {name: cue}, kustomize: null}}
applications:
  h:
    sourceHydrator:
      drySource: {repoURL: "https://git.example.org/x", path: x, targetRevision: v1.0.0}
      syncSource: {targetBranch: environments/prod, path: x}
allow:
  - {kind: namespaceResource, value: rbac.authorization.k8s.io/Role, reason: r}
  - {kind: generator, value: plugin/previews, reason: r}
"""
"""A project.yaml with a value for every guardrail. A new guardrail needs a line here that it bounds."""

EVERYTHING: Mapping[Match, Any] = {
    Match.PATTERN: ["*"],
    Match.NAME: ["small", "view", "edit", "limits"],
    Match.URL: ["*"],
    Match.REGISTRY: ["*"],
    Match.KIND: ["*"],
    Match.QUANTITY: {"pods": "99"},
}
"""By the rule of a guardrail, entries that allow all of `USES`."""

NOTHING: Mapping[Match, Any] = {**{rule: [] for rule in Match}, Match.QUANTITY: {"pods": "1"}}
"""By the rule of a guardrail, entries that allow none of `USES`."""


def rails(*closed: str) -> dict[str, Any]:
    """Guardrails of team blue that allow all of `USES`, but those that are closed."""
    entries = {
        key_of(Guardrails, field): (NOTHING if field in closed else EVERYTHING)[guardrail.match]
        for field, guardrail in GUARDRAILS.items()
    }
    # Of a class with fixed revisions, only its own list of branches counts.
    branches = {"hydratedBranches": entries["hydratedBranches"]}
    of_classes = {"nonproduction": None, "production": {"quotaMax": None, **branches}}
    return {"teams": {"blue": {**entries, "classes": of_classes}}}


def refused(tmp_path: Path, *closed: str) -> set[str]:
    """The codes of what the guardrails' checks refuse of `USES`."""
    text = platform(json.dumps(rails(*closed)))
    files = {"platform.yaml": text, PROJECT: USES}
    environment = project(tree(tmp_path, files))
    return {it.code for it in (*check_guardrails(environment), *check_floor(environment))}


def test_wide_guardrails_allow_everything(tmp_path: Path) -> None:
    assert refused(tmp_path) == set()


@pytest.mark.parametrize("field", GUARDRAILS)
def test_checks_refuse_a_value_outside_of_a_guardrail(tmp_path: Path, field: str) -> None:
    codes = refused(tmp_path, field)
    assert GUARDRAILS[field].code in codes, (
        f"no check refuses a value outside of `{field}`: apply the guardrail in argoproject/checks/guardrails to the "
        "settings that it bounds, and add such a setting to USES"
    )


@pytest.mark.parametrize("field", GUARDRAILS)
def test_diff_reports_a_guardrail_that_is_widened_or_narrowed(field: str) -> None:
    closed, wide = model_of(rails(field)), model_of(rails())
    steps = ("teams", "blue", key_of(Guardrails, field))
    widened, narrowed = (
        list(guardrail_reasons(before, after, steps))
        for before, after in ((closed, wide), (wide, closed))
    )
    assert widened, f"diff does not see that `{field}` is widened"
    assert narrowed, f"diff does not see that `{field}` is narrowed"
    assert all(it.danger is Danger.DANGEROUS and "widened" in it.text for it in widened)
    assert all(it.danger is Danger.LOOK and "narrowed" in it.text for it in narrowed)


@pytest.mark.parametrize("field", GUARDRAILS)
def test_audit_finds_a_guardrail_that_is_wide_open(tmp_path: Path, field: str) -> None:
    """Guardrails that are bounded all the same say by what; those with names only refuse a pattern."""
    guardrail, key = GUARDRAILS[field], key_of(Guardrails, field)
    entries: Any = {"pods": "99"} if guardrail.match is Match.QUANTITY else ["*"]
    overlay = {"teams": {"blue": {key: entries}}}
    if guardrail.match is Match.NAME:
        with pytest.raises(AssertionError, match=f"teams.blue.{key}"):
            model_of(overlay)
        return
    report, _ = audited(tmp_path, {"platform.yaml": platform(json.dumps(overlay))})
    found = [
        (item.severity, item.message)
        for item in report.findings
        if item.rule.code == "guardrail-bounds-nothing" and item.path == f"teams.blue.{key}[0]"
    ]
    if isinstance(guardrail.wide_open, WideOpen):
        wide = guardrail.wide_open
        assert found == [(wide.severity, f"* lets team blue {wide.gain}")], (
            f"audit does not find `{key}: ['*']`"
        )
    else:
        assert isinstance(guardrail.wide_open, Bounded)
        assert guardrail.wide_open.reason
        assert found == []


@pytest.mark.parametrize("pattern", ["*", "https://*/", "*.*"])
def test_what_leaves_nothing_out_of_the_endpoints(tmp_path: Path, pattern: str) -> None:
    overlay = {"teams": {"blue": {"endpoints": [pattern]}}}
    report, _ = audited(tmp_path, {"platform.yaml": platform(json.dumps(overlay))})
    assert [item.path for item in report.findings if "endpoints" in item.path] == [
        "teams.blue.endpoints[0]"
    ]


# Kinds of credential


def sample(kind: type[Credential]) -> dict[str, Any]:
    """A credential of a kind as a file has it, with all of its fields."""
    values: dict[str, Any] = {"type": get_args(kind.model_fields["type"].annotation)[0]}
    for name, key in kind.keys().items():
        annotation = kind.model_fields[name].annotation
        value: Any = "text"
        if "SecretSource" in str(annotation):
            value = {"secret": name.replace("_", "-")}
        elif "int" in str(annotation):
            value = 1
        if key.role == "login":
            value = "https://login.example.org"
        values[key_of(kind, name)] = value
    return values


def credential_of(kind: type[Credential]) -> Credential:
    found: Credential = TypeAdapter[Credential](AnyCredential).validate_python(sample(kind))
    assert type(found) is kind
    return found


def secret_of(credential: Credential) -> dict[str, Any]:
    """What the Secret of a repository with the credential holds."""
    item = SelectedRepository(
        key="x", path=("repositories", "x"), url="https://x", type="git", credential=credential
    )
    made = repository_secret(
        IDENTITY, "p", "argocd", item, lambda source: SecretRef(SecretKey("blue", source.secret))
    )
    return dict(made["stringData"])


KINDS = pytest.mark.parametrize("kind", CREDENTIALS, ids=lambda kind: kind.__name__)
URLS: Mapping[Scheme, str] = {
    "https": "https://x.example.org/y",
    "http": "http://x.example.org/y",
    "ssh": "git@x.example.org:y",
    "oci": "oci://x.example.org/y",
    "": "x.example.org/y",
}


@KINDS
def test_files_take_a_kind_for_a_repository_and_for_a_prefix(kind: type[Credential]) -> None:
    data = {**sample(kind), "urlPrefix": "https://x.example.org/"}
    template = TypeAdapter[Credential](AnyCredentialTemplate).validate_python(data)
    assert template.kind is kind.kind
    assert template.keys() == kind.keys() == credential_of(kind).keys()


@KINDS
def test_the_secret_holds_every_field_of_a_kind(kind: type[Credential]) -> None:
    found = secret_of(credential_of(kind))
    secret = {
        key.key
        for name, key in kind.keys().items()
        if isinstance(sample(kind)[key_of(kind, name)], dict)
    }
    keys = {key.key for key in kind.keys().values()}
    assert found.keys() - {"project", "name", "url", "type"} == keys | kind.kind.constants.keys()
    assert {key for key, value in found.items() if isinstance(value, SecretRef)} == secret


@KINDS
def test_checks_refuse_a_kind_where_argo_cd_does_not_send_it(
    kind: type[Credential],
) -> None:
    credential = credential_of(kind)

    def codes(url: str, type_: RepositoryType) -> set[str]:
        path = ("repositories", "x", "credentials")
        return {mistake.code for _, mistake in check_credential(path, credential, url, type_)}

    for scheme, url in URLS.items():
        assert ("credential-scheme" in codes(url, "git")) is (scheme not in kind.kind.schemes)
    url = URLS[kind.kind.schemes[0]]
    for type_ in get_args(RepositoryType):
        assert ("credential-type" in codes(url, type_)) is (type_ not in kind.kind.repositories)


@KINDS
def test_checks_refuse_a_kind_that_an_older_argo_cd_does_not_know(kind: type[Credential]) -> None:
    item = SelectedRepository(
        key="x", path=(), url="https://x", type="git", credential=credential_of(kind)
    )
    for minor in SUPPORTED:
        expected = [(sample(kind)["type"], kind.kind.since)] if minor < kind.kind.since else []
        assert list(newest_parts(item, minor)) == expected


@KINDS
def test_where_a_kind_logs_in_is_bounded_by_the_endpoints(kind: type[Credential]) -> None:
    logins = [key_of(kind, name) for name, key in kind.keys().items() if key.role == "login"]
    found = endpoint_of(credential_of(kind))
    assert ([] if found is None else [found[0]]) == logins


@KINDS
def test_diff_reports_a_change_of_every_field(kind: type[Credential]) -> None:
    """Another secret or server is dangerous, another account is to be looked at."""
    before = {key: str(value) for key, value in secret_of(credential_of(kind)).items()}
    before = {
        key: f"<{value}>" if isinstance(secret_of(credential_of(kind))[key], SecretRef) else value
        for key, value in before.items()
    }
    for key in kind.keys().values():
        other = "<another>" if before[key.key].startswith("<") else "another"
        old, new = (secret_state(data) for data in (before, {**before, key.key: other}))
        dangers = {it.danger for it in reasons(old, new)}
        expected = Danger.LOOK if key.role == "account" else Danger.DANGEROUS
        assert dangers == {expected}, f"diff says nothing of another {key.key}"


def secret_state(data: Mapping[str, str]) -> EnvironmentState:
    labels = {"argocd.argoproj.io/secret-type": "repository"}
    manifest = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "x", "namespace": "argocd", "labels": labels},
        "stringData": data,
    }
    item = ObjectState(key="x", cluster="hub", manifest=manifest)
    return EnvironmentState(identity=IDENTITY, project="p", objects={"x": item})


def reasons(old: EnvironmentState, new: EnvironmentState) -> list[Any]:
    """Why the changes of an environment's objects have their class."""
    return [
        reason
        for change in compare([old], [new], [model_of({})])
        for item in change.changes
        for reason in item.reasons
    ]


# Fields of the namespace

WEAKER: Mapping[str, tuple[str, str]] = {
    "labels": ("{tier: web}", "{tier: null}"),
    "annotations": ("{owner: ops}", "{owner: null}"),
    "quota": ('{pods: "20"}', '{pods: "900"}'),
    "quotas": ('{all: {hard: {pods: "20"}}}', '{all: {hard: {pods: "900"}}}'),
    "limits.default": ("{memory: 1Gi}", "null"),
    "limits.defaultRequest": ("{memory: 1Gi}", "null"),
    "limits.min": ("{memory: 64Mi}", "{memory: 1Mi}"),
    "limits.max": ("{memory: 1Gi}", "{memory: 9Gi}"),
    "limits.maxLimitRequestRatio": ("{memory: 2}", "{memory: 9}"),
    "limits.extra": ("[{type: Pod, max: {memory: 8Gi}}]", "[]"),
    "networkPolicies": ("[default-deny]", "[from-ingress]"),
    "podSecurity.enforce": ("restricted", "baseline"),
    "podSecurity.audit": ("restricted", "baseline"),
    "podSecurity.warn": ("restricted", "baseline"),
    "podSecurity.version": ("v1.36", "v1.20"),
}
"""Of each guard of the namespace, the profile's value and a weaker one. A new guard needs an entry here."""


def walk(model: type[BaseModel], *above: str) -> Iterator[tuple[str, Guard]]:
    """The guards with their keys, those of parts one by one."""
    for name, guard in guards(model).items():
        annotation = model.model_fields[name].annotation
        parts = [
            it
            for it in (annotation, *get_args(annotation))
            if isinstance(it, type) and issubclass(it, BaseModel)
        ]
        if guard.weaker is Weaker.PARTS:
            yield from walk(parts[0], *above, key_of(model, name))
        else:
            yield ".".join((*above, key_of(model, name))), guard


GUARDS = dict(walk(Namespace))
PODS = "podSecurity: {enforce: restricted, version: %s}"
"""A version alone binds nothing: it needs a level."""


def namespace_with(key: str, value: str) -> dict[str, Any]:
    """The settings of a namespace in which one guard has a value."""
    if key == "podSecurity.version":
        made: dict[str, Any] = yaml.safe_load("{%s}" % (PODS % value))
        return made
    made = yaml.safe_load(value)
    for step in reversed(key.split(".")):
        made = {step: made}
    return made


def only(namespace: Mapping[str, Any]) -> dict[str, Any]:
    """A platform whose profile has this namespace alone."""
    keys = [key_of(Namespace, name) for name in Namespace.model_fields]
    empty = {key: None for key in keys if key not in namespace}
    parts = {
        key: {**dict.fromkeys(key_of(model, name) for name in model.model_fields), **namespace[key]}
        for key, model in PARTS.items()
        if key in namespace
    }
    return {
        "profiles": {"medium": {"namespace": {**empty, **namespace, **parts}}},
        "teams": {"blue": {"quotaMax": None, "labels": [], "classes": None}},
    }


PARTS: Mapping[str, type[BaseModel]] = {
    "limits": next(it for it in get_args(Namespace.model_fields["limits"].annotation)),
    "podSecurity": next(it for it in get_args(Namespace.model_fields["pod_security"].annotation)),
}


def test_every_guard_is_weakened_here() -> None:
    assert WEAKER.keys() == GUARDS.keys(), "add the new guard to WEAKER: a value, and a weaker one"


WEAKENED = [
    *((key, weak) for key, (_, weak) in WEAKER.items() if key != "networkPolicies"),
    *((key, "null") for key in WEAKER if key not in ("networkPolicies", "podSecurity.version")),
]
"""What a team's file could write. The lists of network policies of all files are joined, and without a version the
newest one counts: nothing that a team writes there weakens them."""


@pytest.mark.parametrize(("key", "weak"), WEAKENED)
def test_checks_refuse_that_a_guard_is_weakened(tmp_path: Path, key: str, weak: str) -> None:
    strong = WEAKER[key][0]
    own = {"namespace": namespace_with(key, weak)}
    files = {
        "platform.yaml": platform(json.dumps(only(namespace_with(key, strong)))),
        PROJECT: json.dumps({"versions": {"application": "v1.4.2"}, **own}),
    }
    environment = project(tree(tmp_path, files))
    found = [*check_floor(environment), *check_guardrails(environment)]
    assert [it for it in found if it.path.startswith(f"namespace.{key}")], (
        f"a team's file may weaken namespace.{key}: no check refuses it"
    )


@pytest.mark.parametrize("key", WEAKER)
def test_diff_reports_that_a_guard_is_weakened(tmp_path: Path, key: str) -> None:
    sides = []
    for number, value in enumerate(WEAKER[key]):
        overlay = only(namespace_with(key, value))
        folder = tmp_path / str(number)
        environment = project(tree(folder, {"platform.yaml": platform(json.dumps(overlay))}))
        sides.append(planned_state(plan_project(environment, TODAY), environment))
    found = reasons(*sides)
    assert found, f"diff does not report that namespace.{key} is weakened"
    assert all(it.danger is not Danger.SAFE for it in found)


FLOOR = [key for key, guard in guards(Namespace).items() if guard.floor and guard.expected]


@pytest.mark.parametrize("field", FLOOR)
def test_audit_finds_a_profile_without_a_guard(tmp_path: Path, field: str) -> None:
    key = key_of(Namespace, field)
    overlay = {
        "profiles": {"medium": {"namespace": {key: None}}},
        "teams": {"blue": {"quotaMax": None, "classes": None}},
    }
    report, _ = audited(tmp_path, {"platform.yaml": platform(json.dumps(overlay))})
    assert [it for it in report.findings if it.path == f"profiles.medium.namespace.{key}"], (
        f"audit does not find a profile without namespace.{key}"
    )


# Fields that declare nothing


def test_a_guardrail_without_a_declaration_stops_the_program() -> None:
    class More(Guardrails):
        more: tuple[str, ...] | None = None

    with pytest.raises(TypeError, match=r"More\.more declares no Guardrail: write Annotated"):
        declared(More, Guardrail)


def test_a_field_of_the_namespace_without_a_declaration_stops_the_program() -> None:
    class More(Namespace):
        more: str | None = None

    with pytest.raises(TypeError, match=r"More\.more declares no Guard or NoGuard"):
        guards(More)

    class Harmless(Namespace):
        more: Annotated[str | None, NoGuard("nothing depends on it")] = None

    assert "more" not in guards(Harmless)


def test_a_credential_without_a_declaration_stops_the_program() -> None:
    class NoKind(Credential):
        pass

    class NoKey(TlsCredential):
        more: str

    with pytest.raises(TypeError, match="NoKind: kind: declare"):
        check_declaration(NoKind)
    with pytest.raises(TypeError, match="NoKey: more: declare"):
        check_declaration(NoKey)
