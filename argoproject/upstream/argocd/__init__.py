"""Argo CD's own rules, as functions over planned manifests: what it would refuse, ignore or misread.

Argo CD validates an AppProject only where its API server receives it, and never one that is applied declaratively
(`ValidateProject` has one caller, server/project/project.go). So its rules are repeated here, one module for each
subject:

- `projects`: an AppProject with its roles, groups and policies
- `windows`: sync windows
- `applications`: an Application, by itself and in its project
- `application_sets`: an ApplicationSet, and the values that its generators yield
- `settings`: the fields that each minor version of Argo CD 3 knows, and versions with published vulnerabilities

Every rule names the function of Argo CD that it repeats, as of argo-cd v3.5.7. `ValidateProject` and all that it calls
are identical in v3.3.0 to v3.6.1, apart from the action `rollback`. `STRICTER` lists the rules that refuse what Argo CD
accepts. Tests marked `argocd` compare these rules with Argo CD's own code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from argoproject.yamlfile.reader import Path

__all__ = ["STRICTER", "Violation"]


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a manifest breaks."""

    path: Path
    """The field, from the manifest's root on: `("spec", "roles", 0, "name")`."""

    rule: str
    """The stable name of the rule: `role-name`. Problems have it in their code: `argocd-role-name`."""

    message: str


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
