"""Cases of every rule, after the tables of Argo CD's own tests.

A case is what differs from a valid manifest, and the rules that it breaks. `test_oracle` asks Argo CD about each of
them: what breaks nothing it accepts, what breaks one of its own rules it refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, TypeAlias

__all__ = [
    "APPLICATIONS",
    "GROUPS",
    "POLICIES",
    "PROJECTS",
    "ROLE_NAMES",
    "STRICTER",
    "application",
    "project",
    "with_group",
    "with_policy",
    "with_role_name",
]

Manifest: TypeAlias = dict[str, Any]
Case: TypeAlias = tuple[Mapping[str, Any], tuple[str, ...]]

SERVER = "https://eu-1.example.org:6443"
URL = "https://gitlab.example.org/blue/shop.git"
_WINDOW = {"kind": "deny", "schedule": "0 22 * * 5", "duration": "8h", "applications": ["*"]}
_ACCOUNT = {"server": SERVER, "namespace": "test-ns", "defaultServiceAccount": "test-sa"}


def project(spec: Mapping[str, Any] | None = None, name: str = "my-proj") -> Manifest:
    """A valid AppProject, with other fields of its spec."""
    base = {
        "sourceRepos": [URL],
        "destinations": [{"server": SERVER, "namespace": "shop"}],
        "roles": [{"name": "my-role"}],
    }
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AppProject",
        "metadata": {"name": name, "namespace": "argocd"},
        "spec": {**deepcopy(base), **(spec or {})},
    }


def application(spec: Mapping[str, Any] | None = None) -> Manifest:
    """A valid Application of that project, with other fields of its spec; None leaves one out."""
    base = {
        "project": "my-proj",
        "source": {"repoURL": URL, "path": "deploy", "targetRevision": "v1"},
        "destination": {"server": SERVER, "namespace": "shop"},
    }
    merged = {**base, **(spec or {})}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": "shop", "namespace": "argocd"},
        "spec": {key: value for key, value in merged.items() if value is not None},
    }


def with_role_name(name: str) -> Manifest:
    return project({"roles": [{"name": name}]})


def with_group(name: str) -> Manifest:
    return project({"roles": [{"name": "my-role", "groups": [name]}]})


def with_policy(policy: str) -> Manifest:
    return project({"roles": [{"name": "my-role", "policies": [policy]}]})


ROLE_NAMES: Mapping[str, bool] = {
    **dict.fromkeys(("MY-ROLE", "1MY-ROLE1", "my_role", "r", "a--b"), True),
    **dict.fromkeys(("", " ", "my role", "my, role", "my,role", "my\nrole", "my\rrole"), False),
    **dict.fromkeys(("my:role", "my-role-", "-my-role", "_r", "rolé", "role\n", "ro.le"), False),
}
"""TestAppProject_ValidateRoleName, and further."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("foo", "my:group", '"foo,bar,baz"', '"foo"', "Domain Users", "a/b"), ()),
    **dict.fromkeys(("", " ", '"', '""', "my, group", "my,group", "foo,bar,baz"), ("group",)),
    **dict.fromkeys(("my\ngroup", "my\rgroup", "my\tgroup", " my:group", "my:group "), ("group",)),
    **dict.fromkeys(('  "foo" ', '"foo,bar,baz', 'foo,bar,baz"', 'foo,bar",baz'), ("group",)),
    **dict.fromkeys(('"foo,"bar,baz"', '"foo\nbar"', '"foo', 'foo"', "\u00a0foo"), ("group",)),
    **dict.fromkeys(("role:admin", "proj:other:admin", "admin", '"admin"'), ("group-reserved",)),
}
"""TestAppProject_ValidateGroupName, Test_validateGroupName, and Argo CD's own subjects."""

_P = "p, proj:my-proj:my-role, applications, "
POLICIES: Mapping[str, tuple[str, ...]] = {
    "p,proj:my-proj:my-role,applications,get,my-proj/*,allow": (),
    _P + "get, my-proj/*, allow": (),
    _P + "get, my-proj/*, deny": (),
    **{
        f"{_P}get, my-proj/{item}, allow": ()
        for item in ("foo", "*-foo", "foo-*", "*-*", "*.*", "*/*", "ns/foo", "ns-*/foo_1")
    },
    **{
        f"{_P}{action}, my-proj/foo, allow": ()
        for action in (
            "create", "update", "update/*", "update/*/Pod/*", "sync", "delete", "delete/*", "override",
            "delete/*/Pod/*", "action/*", "action/apps/Deployment/restart", "update/apps/Deployment/ns/name",
        )
    },
    **{
        f"p, proj:my-proj:my-role, {resource}, get, my-proj/*, allow": ()
        for resource in ("applicationsets", "repositories", "clusters", "exec", "logs")
    },
    _P + "*, my-proj/foo, allow": ("policy-action",),
    _P + "xaction/y, my-proj/foo, allow": ("policy-action",),
    _P + "rollback, my-proj/foo, allow": ("policy-action",),
    "g, proj:my-proj:my-role, applications, get, my-proj/*, allow": ("policy-form",),
    "p, not, enough, parts": ("policy-form",),
    "p, has, too, many, parts, to, split": ("policy-form",),
    "": ("policy-form",),
    **{
        f"p, {subject}, applications, get, my-proj/*, allow": ("policy-subject",)
        for subject in ("", "proj:my-proj", "proj:my-proj:", "::", "proj:other:my-role", "proj:my-proj:my-role2")
    },
    **{
        f"p, proj:my-proj:my-role, {resource}, get, my-proj/*, allow": ("policy-resource",)
        for resource in ("", "applicationz", "projects", "certificates", "*")
    },
    _P + ", my-proj/*, allow": ("policy-action",),
    _P + "foo, my-proj/*, allow": ("policy-action",),
    **{
        f"{_P}get, {item}, allow": ("policy-object",)
        for item in ("my-proj/", "/", "other/*", "*/*", "my-proj", "my-proj/a/b/c", "my-proj2/x", "my-proj/some~app",
                     "my-proj/some^app", "my-proj/a b", "my-proj/é", "my.proj/x")
    },
    _P + "get, my-proj/*, ": ("policy-effect",),
    _P + "get, my-proj/*, foo": ("policy-effect",),
    _P + 'get, my-proj/*, "allow"': ("policy-text",),
    _P + "get, my-proj/*, allow\ng, me, role:admin": ("policy-text",),
    "# " + _P + "get, my-proj/*, allow": ("policy-text",),
}  # fmt: skip
"""TestAppProject_ValidPolicyRules, TestAppProject_InvalidPolicyRules, Test_isValidPolicyObject,
Test_validatePolicy_projIsNotRegex, Test_validatePolicy_ValidResource."""

PROJECTS: Mapping[str, Case] = {
    "valid": ({}, ()),
    "no sources": ({"sourceRepos": []}, ()),
    "description of 255": ({"description": "d" * 255}, ()),
    "description of 256": ({"description": "d" * 256}, ("description",)),
    "source !*": ({"sourceRepos": ["!*"]}, ("pattern",)),
    "source *": ({"sourceRepos": ["*"]}, ("pattern",)),
    "source below": ({"sourceRepos": ["https://gitlab.example.org/blue/*"]}, ("pattern",)),
    "source twice": ({"sourceRepos": [URL, URL]}, ("source-twice",)),
    "source in two spellings": ({"sourceRepos": [URL, URL.removesuffix(".git")]}, ()),
    "source empty": ({"sourceRepos": [""]}, ("pattern",)),
    **{
        f"destination {key} {value}": (
            {"destinations": [{"server": SERVER, "namespace": "shop", key: value}]},
            rules,
        )
        for key, value, rules in (
            ("namespace", "!*", ("pattern",)),
            ("namespace", "*", ("pattern",)),
            ("namespace", "some-namespace", ()),
            ("namespace", "pay-*", ("pattern",)),
            ("namespace", "", ("pattern",)),
            ("server", "!*", ("pattern",)),
            ("server", "*", ("pattern",)),
            ("server", "https://some-server", ()),
            ("server", "", ("pattern",)),
            ("name", "!*", ("destination-name",)),
            ("name", "some-name", ("destination-name",)),
        )
    },
    "destination twice": (
        {"destinations": [{"server": SERVER, "namespace": "a"}] * 2},
        ("destination-twice",),
    ),
    "two destinations": (
        {"destinations": [{"server": SERVER, "namespace": item} for item in "ab"]},
        (),
    ),
    "destinations by name": (
        {"destinations": [{"name": item, "namespace": "ns"} for item in ("c1", "c2")]},
        ("destination-name", "pattern"),
    ),
    "source namespace": ({"sourceNamespaces": ["blue-apps"]}, ()),
    "source namespace twice": ({"sourceNamespaces": ["a", "a"]}, ("source-namespace-twice",)),
    "source namespace pattern": ({"sourceNamespaces": ["blue-*"]}, ("pattern",)),
    "source namespace expression": ({"sourceNamespaces": ["/blue/"]}, ("pattern",)),
    "role twice": ({"roles": [{"name": "a"}, {"name": "a"}]}, ("role-twice",)),
    "group twice": ({"roles": [{"name": "a", "groups": ["g", "g"]}]}, ("group-twice",)),
    "policy twice": (
        {"roles": [{"name": "my-role", "policies": [_P + "get, my-proj/*, allow"] * 2}]},
        ("policy-twice",),
    ),
    "tokens": ({"roles": [{"name": "a", "jwtTokens": [{"iat": 1}]}]}, ("role-tokens",)),
    "window": ({"syncWindows": [_WINDOW]}, ()),
    "window twice": ({"syncWindows": [_WINDOW, _WINDOW]}, ("window-twice",)),
    "window twice but for manualSync": (
        {"syncWindows": [_WINDOW, {**_WINDOW, "manualSync": True}]},
        ("window-twice",),
    ),
    "windows of two zones": ({"syncWindows": [_WINDOW, {**_WINDOW, "timeZone": "Asia/Tokyo"}]}, ()),
    **{
        f"window {key} {value!r}": ({"syncWindows": [{**_WINDOW, key: value}]}, rules)
        for key, value, rules in (
            ("kind", "allow", ()),
            ("kind", "denied", ("window-kind",)),
            ("schedule", "* * * * *", ()),
            ("schedule", "*/5 1,2 1-3 JAN MON-FRI", ()),
            ("schedule", "0 22 ? * 5", ()),
            ("schedule", "0 22 * * 7", ("schedule",)),
            ("schedule", "0 22 L * *", ("schedule",)),
            ("schedule", "* * * *", ("schedule",)),
            ("schedule", "", ("schedule",)),
            ("schedule", "0 24 * * *", ("schedule",)),
            ("schedule", "@daily", ("schedule",)),
            ("duration", "1h30m", ()),
            ("duration", "1.5h", ()),
            ("duration", "8", ("duration",)),
            ("duration", "", ("duration",)),
            ("duration", "1d", ("duration",)),
            ("duration", "-1h", ("duration",)),
            ("duration", "2562047h47m16.854s", ()),
            ("duration", "2562047h47m16.855s", ("duration",)),
            ("duration", "999999h999999h999999h", ("duration",)),
            ("timeZone", "Europe/Madrid", ()),
            ("timeZone", "Europe/Nowhere", ("time-zone",)),
            ("description", "d" * 255, ()),
            ("description", "d" * 256, ("window-description",)),
            ("applications", [], ("window-target",)),
            ("namespaces", ["shop"], ("window-operator",)),
        )
    },
    "window of all lists": (
        {"syncWindows": [{**_WINDOW, "namespaces": ["shop"], "andOperator": True}]},
        (),
    ),
    **{
        f"account {key} {value!r}": (
            {"destinationServiceAccounts": [{**_ACCOUNT, key: value}]},
            rules,
        )
        for key, value, rules in (
            ("server", SERVER, ()),
            ("server", "!abc", ("service-account-pattern",)),
            ("server", "!*", ("service-account-pattern",)),
            ("server", "[[ech*", ("service-account-pattern",)),
            ("namespace", "", ("service-account-pattern",)),
            ("namespace", "*", ("service-account-pattern",)),
            ("namespace", "!abc", ("service-account-pattern",)),
            ("namespace", "[[ech*", ("service-account-pattern",)),
            ("defaultServiceAccount", "", ("service-account",)),
            ("defaultServiceAccount", "   ", ("service-account",)),
            ("defaultServiceAccount", "test\\sa", ("service-account",)),
            ("defaultServiceAccount", "test/sa", ("service-account",)),
            ("defaultServiceAccount", "[test-sa]", ("service-account",)),
            ("defaultServiceAccount", "{test-sa}", ("service-account",)),
            ("defaultServiceAccount", "other:sa", ("service-account-colon",)),
        )
    },
    "account twice": (
        {"destinationServiceAccounts": [_ACCOUNT, {**_ACCOUNT, "defaultServiceAccount": "b"}]},
        ("service-account-twice",),
    ),
}
"""TestAppProject_ValidateSources, …ValidateDestinations, …ValidateSyncWindowList, …ValidateDestinationServiceAccount,
TestSyncWindow_Validate."""

_GIT = {"repoURL": URL, "path": "deploy", "targetRevision": "v1"}
_CHART = {"repoURL": URL, "chart": "shop", "targetRevision": "1.2.3"}
_REF = {"repoURL": URL, "ref": "values", "targetRevision": "v1"}
_HYDRATOR: Mapping[str, Any] = {
    "drySource": {"repoURL": URL, "path": "deploy", "targetRevision": "main"},
    "syncSource": {"targetBranch": "env/prod", "path": "shop"},
}


def _hydrated(**changes: Any) -> Mapping[str, Any]:
    return {"source": None, "sourceHydrator": {**_HYDRATOR, **changes}}


APPLICATIONS: Mapping[str, Case] = {
    "valid": ({}, ()),
    "chart": ({"source": _CHART}, ()),
    "other spelling": ({"source": {**_GIT, "repoURL": URL.removesuffix(".git").upper()}}, ()),
    "several": ({"source": None, "sources": [_CHART, _REF]}, ()),
    "both": ({"sources": [_CHART]}, ("source-and-sources",)),
    "no source": ({"source": None}, ("source-missing",)),
    "no repository": ({"source": {"path": "x"}}, ("source-repository",)),
    "neither path nor chart": ({"source": {"repoURL": URL}}, ("source-incomplete",)),
    "ref alone": ({"source": _REF}, ("source-incomplete",)),
    "nothing of three": ({"source": None, "sources": [{"repoURL": URL}]}, ("source-incomplete",)),
    "chart without version": ({"source": {"repoURL": URL, "chart": "x"}}, ("chart-revision",)),
    "not permitted": ({"source": {**_GIT, "repoURL": URL + "x"}}, ("source-permitted",)),
    "one not permitted": (
        {"source": None, "sources": [_CHART, {**_REF, "repoURL": "https://evil.example.org/x"}]},
        ("source-permitted",),
    ),
    "two tools": ({"source": {**_GIT, "helm": {}, "kustomize": {}}}, ("source-tools",)),
    "one tool": ({"source": {**_GIT, "kustomize": {}}}, ()),
    "no destination": ({"destination": {}}, ("destination-missing",)),
    "destination by name": (
        {"destination": {"name": "eu-1", "namespace": "shop"}},
        ("destination-name",),
    ),
    "destination by both": (
        {"destination": {"server": SERVER, "name": "eu-1", "namespace": "shop"}},
        ("destination-name",),
    ),
    "other server": (
        {"destination": {"server": "https://x", "namespace": "shop"}},
        ("destination-permitted",),
    ),
    "other namespace": (
        {"destination": {"server": SERVER, "namespace": "shop2"}},
        ("destination-permitted",),
    ),
    "no namespace": ({"destination": {"server": SERVER}}, ("destination-permitted",)),
    "slash at the end": ({"destination": {"server": SERVER + "/", "namespace": "shop"}}, ()),
    "other project": ({"project": "default"}, ("project",)),
    "create namespace": (
        {"syncPolicy": {"syncOptions": ["CreateNamespace=true"]}},
        ("create-namespace",),
    ),
    "namespace's labels": (
        {"syncPolicy": {"managedNamespaceMetadata": {"labels": {"a": "b"}}}},
        ("create-namespace",),
    ),
    "retry": (
        {"syncPolicy": {"retry": {"limit": 5, "backoff": {"duration": "5s", "factor": 2, "maxDuration": "3m"}}}},
        (),
    ),
    "hydrator": (_hydrated(), ()),
    "hydrator without repository": (_hydrated(drySource={"path": "x"}), ("hydrator-repository",)),
    "hydrator without branch": (_hydrated(syncSource={"path": "x"}), ("hydrator-branch",)),
    "hydrator to nowhere": (_hydrated(hydrateTo={}), ("hydrator-branch",)),
    "hydrator's repository": (
        _hydrated(drySource={"repoURL": "https://evil.example.org/x", "path": "x"}),
        ("source-permitted", "source-permitted"),
    ),
    "hydrator's other repository": (
        _hydrated(syncSource={"repoURL": "https://evil.example.org/x", "targetBranch": "b", "path": "x"}),
        ("source-permitted",),
    ),
}  # fmt: skip
"""TestValidatePermissions and TestExplicitType."""

STRICTER: Mapping[str, str] = {
    "pattern": "Argo CD reads `*`, `?`, `[` and `!` in sources and destinations; here every one is exact",
    "destination-name": "Argo CD matches a cluster's name or its server; here it is the server alone",
    "policy-text": "Argo CD splits a policy at commas and loads it as CSV: quotes, `#` and line breaks are ambiguous",
    "policy-action": "Argo CD looks for `action/` anywhere in an action; here it must begin with it, and `*` is none",
    "group-reserved": "groups share one name space with roles and accounts: `role:admin` would grant a role",
    "duration": "Argo CD accepts negative durations, and others that only Go can read",
    "schedule": "Argo CD accepts `@every 1h`, time zones inside a schedule, and names in any order",
    "time-zone": "Argo CD warns of an unknown time zone and uses UTC",
    "window-operator": "without `andOperator` a window selects what matches any of its lists; here it has one list",
    "service-account-colon": "`namespace:name` would be an account of another namespace",
    "service-account-pattern": "Argo CD uses the first of several patterns that match; here each entry is exact",
    "source-and-sources": "Argo CD ignores `source` where there are `sources`",
    "project": "Argo CD puts an Application without a project into `default`, which permits everything",
    "create-namespace": "Argo CD would create the namespace and set its labels, whatever the project permits",
    "set-template": "Argo CD fills templates into project and destination, and generators may have their own",
    "set-generator": "Argo CD has generators that read clusters, pull requests and plugins: other teams' data",
    "set-name": "Argo CD lets a set use any name for its Applications, also the names of other projects'",
    "set-options": "Argo CD fills unknown fields with `<no value>` unless `missingkey=error` makes it fail",
}
"""The rules that refuse what Argo CD accepts, each with the reason. Every other rule is Argo CD's own."""
