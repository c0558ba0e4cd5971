"""Argo CD's own rules, as functions over planned manifests: what it would refuse, ignore or misread.

Argo CD validates an AppProject only where its API server receives it, and never one that is applied declaratively
(`ValidateProject` has one caller, server/project/project.go). So its rules are repeated here, one module for each
subject:

- `projects`: an AppProject with its roles, groups and policies
- `windows`: sync windows
- `applications`: an Application, by itself and in its project
- `application_sets`, `generators`: an ApplicationSet, and the values that its generators yield
- `go_templates`, `go_values`, `go_functions`, `go_render`: the Go templates of ApplicationSets, evaluated as far as the
  values are known
- `settings`: the fields that each minor version of Argo CD 3 knows, and versions with published vulnerabilities

Every rule names the function of Argo CD that it repeats, as of argo-cd v3.5.7. `ValidateProject` and all that it calls
are identical in v3.3.0 to v3.6.1, apart from the action `rollback`. Some rules refuse what Argo CD accepts:
`STRICTER` in tests/upstream/argocd/tables.py lists them with the reason. Tests marked `argocd` compare all of them with
Argo CD's own code.
"""

from __future__ import annotations

from dataclasses import dataclass

from argoproject.yamlfile.reader import DataPath

__all__ = ["Violation"]


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a manifest breaks."""

    path: DataPath
    """The field, from the manifest's root on: `("spec", "roles", 0, "name")`."""

    rule: str
    """The stable name of the rule: `role-name`. Problems have it in their code: `argocd-role-name`."""

    message: str
