"""What is wrong with a manifest, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from argoproject.yamlfile.reader import Path

__all__ = ["STRICTER", "Violation"]


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a manifest breaks. `path` leads into the manifest; `rule` is stable."""

    path: Path
    rule: str
    message: str


STRICTER: Mapping[str, str] = {
    "pattern": "Argo CD reads `*`, `?`, `[` and `!` in sources and destinations; here every one is exact",
    "destination-name": "Argo CD takes a cluster's name or its server for a match; here it is the server alone",
    "policy-text": "Argo CD splits a policy at commas and loads it as CSV: quotes, `#` and line breaks mean two things",
    "policy-action": "Argo CD looks for `action/` anywhere in an action; here it begins with it, and `*` is none",
    "group-reserved": "groups share one name space with roles and accounts: `role:admin` would hand out a role",
    "duration": "Argo CD takes negative durations, and others that Go alone can read",
    "schedule": "Argo CD takes `@every 1h`, time zones inside a schedule, and names in any order",
    "time-zone": "Argo CD warns of an unknown time zone and uses UTC",
    "window-operator": "without `andOperator` a window is for what matches any of its lists; here one list is enough",
    "service-account-colon": "`namespace:name` would be an account of another namespace",
    "service-account-pattern": "Argo CD takes the first of several patterns that match; here each entry is exact",
    "source-and-sources": "Argo CD leaves `source` out where there are `sources`",
    "project": "Argo CD puts an Application without a project into `default`, which permits everything",
    "create-namespace": "Argo CD would make the namespace, and set its labels, before anything is permitted",
    "set-template": "Argo CD fills templates into project and destination, and generators may have their own",
    "set-generator": "Argo CD has generators that read clusters, pull requests and plugins; these see other teams'",
    "set-name": "Argo CD lets a set name its Applications freely, others' too",
    "set-options": "Argo CD fills unknown fields with `<no value>` unless told to fail",
}
"""Where a rule refuses what Argo CD takes, and why. Every other violation is one of Argo CD's own."""
