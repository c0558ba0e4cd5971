"""Argo CD's own rules, as functions over planned manifests: what it would refuse, ignore or get wrong.

Argo CD judges an AppProject only where its API server receives it, and one that is applied declaratively never
(`ValidateProject` has one caller, server/project/project.go). So its rules are repeated here. A module for each thing:

- `roles`: names of roles, groups, policies
- `windows`: sync windows
- `projects`: a whole AppProject
- `applications`: an Application, by itself and in its project
- `application_sets`: an ApplicationSet, and what its generators yield
- `settings`: what each minor version of Argo CD 3 knows
- `advisories`: versions with known holes

Every rule names the function of Argo CD that it repeats. They are those of argo-cd v3.5.7; `ValidateProject` and what
it calls are the same, to the letter, in v3.3.0 to v3.6.1, but for the action `rollback`. Where a rule is stricter, its
name stands in `STRICTER`.
"""
