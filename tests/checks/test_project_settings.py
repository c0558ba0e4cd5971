"""Rules about windows, ApplicationSets, hosts and the like: the exact text of each report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from argoproject.checks.project_settings import check
from tests.support.reports import Case, told

CASES: Mapping[str, Case] = {
    "correct": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
syncWindows:
- kind: deny
  schedule: "0 22 * * 5"
  duration: 8h
  timeZone: Europe/Madrid
  applications: [application, app*]
- {kind: allow, schedule: "0 8 * * *", duration: 30m}
orphanedResources: {warn: true, ignore: [{kind: ConfigMap}]}
sourceIntegrity: {git: {policies: []}}
hosts: [shop.example.org, "*.shop.example.org"]
keep: [namespace]
movedFrom: [blue-shop-old]
applicationSets:
  previews:
    generators:
    - matrix:
        generators:
        - git:
            repoURL: "https://gitlab.example.org/blue/shop.git"
            revision: v1.0.0
            directories: [{path: "apps/*"}]
        - {list: {elements: [{size: small}]}}
    applicationsSync: create-only
    template:
      name: "{{ .path.basename }}"
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: "{{ .path.path }}"
        targetRevision: v1.0.0
""",
        },
        [],
    ),
    "window's Applications": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
syncWindows:
  - {kind: deny, schedule: "0 22 * * 5", duration: 8h, applications: [aplication, worker, 'x*']}
  - {kind: deny, schedule: "0 22 * * 5", duration: 9h, applications: []}
""",
        },
        [
            (
                "project.yaml:3:71: syncWindows[0].applications[0]: the environment has no Application "
                "'aplication' (did you mean application?) [window-application]"
            ),
            (
                "project.yaml:3:83: syncWindows[0].applications[1]: the environment has no Application "
                "'worker' (known: application) [window-application]"
            ),
            (
                "project.yaml:3:91: syncWindows[0].applications[2]: the environment has no Application 'x*' "
                "(known: application) [window-application]"
            ),
            (
                "project.yaml:4:56: syncWindows[1].applications: the window is about no Application (name "
                "Applications by key, or remove `applications` to mean all) [window-application]"
            ),
        ],
    ),
    "window's time zone": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
syncWindows:
  - {kind: deny, schedule: "0 22 * * 5", duration: 8h, timeZone: Europe/Madird}
  - {kind: deny, schedule: "0 22 * * 5", duration: 9h, timeZone: ../etc/passwd}
""",
        },
        [
            (
                "project.yaml:3:56: syncWindows[0].timeZone: 'Europe/Madird' is not a time zone (write its "
                "name of the IANA database, for example Europe/Madrid) [time-zone]"
            ),
            (
                "project.yaml:4:56: syncWindows[1].timeZone: '../etc/passwd' is not a time zone (write its "
                "name of the IANA database, for example Europe/Madrid) [time-zone]"
            ),
        ],
    ),
    "window's duration": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
syncWindows:
  - {kind: deny, schedule: "0 22 * * 5", duration: 0h0m}
""",
        },
        [
            (
                "project.yaml:3:42: syncWindows[0].duration: the window is over when it begins (write for "
                "example 8h) [window-duration]"
            ),
        ],
    ),
    "one window twice": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
syncWindows:
  - {kind: deny, schedule: "0 22 * * 5", duration: 8h}
  - {kind: deny, schedule: "0 22 * * 5", duration: 8h}
""",
        },
        [
            (
                "project.yaml:4:5: syncWindows[1]: the window stands at syncWindows[0] already (keep one) "
                "[window-twice]"
            ),
        ],
    ),
    "orphans": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
orphanedResources: {ignore: [{}]}
""",
        },
        [
            (
                "project.yaml:2:30: orphanedResources.ignore[0]: the entry names nothing (add `kind`, "
                "`group` or `name`) [orphan-empty]"
            ),
        ],
    ),
    "hosts": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
hosts:
- "https://shop.example.org"
- shop
- "shop.example.org:80"
- Shop.example.org
- "a.*.example.org"
""",
        },
        [
            (
                "project.yaml:3:3: hosts[0]: 'https://shop.example.org' is not a host name (write "
                "shop.example.org or *.shop.example.org: no scheme, port or path) [host]"
            ),
            (
                "project.yaml:4:3: hosts[1]: 'shop' is not a host name (write shop.example.org or "
                "*.shop.example.org: no scheme, port or path) [host]"
            ),
            (
                "project.yaml:5:3: hosts[2]: 'shop.example.org:80' is not a host name (write "
                "shop.example.org or *.shop.example.org: no scheme, port or path) [host]"
            ),
            (
                "project.yaml:6:3: hosts[3]: 'Shop.example.org' is not a host name (write shop.example.org "
                "or *.shop.example.org: no scheme, port or path) [host]"
            ),
            (
                "project.yaml:7:3: hosts[4]: 'a.*.example.org' is not a host name (write shop.example.org or "
                "*.shop.example.org: no scheme, port or path) [host]"
            ),
        ],
    ),
    "former names": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
movedFrom: [blue-shop-prod-eu-1, old, old]
""",
        },
        [
            (
                "project.yaml:2:13: movedFrom[0]: this is the project's own name (remove it) "
                "[moved-from-itself]"
            ),
            "project.yaml:2:39: movedFrom[2]: old stands here twice (keep one) [twice]",
        ],
    ),
    "keep twice": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
keep: [namespace, namespace]
""",
        },
        [
            "project.yaml:2:19: keep[1]: namespace stands here twice (keep one) [twice]",
        ],
    ),
    "sets, empty": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applicationSets:
  s0: {preserveResourcesOnDeletion: true}
""",
        },
        [
            (
                "project.yaml:3:3: applicationSets.s0.generators: the ApplicationSet has no generator (add "
                "one of list, git, matrix, merge) [set-generator]"
            ),
            (
                "project.yaml:3:3: applicationSets.s0.template: the ApplicationSet has no template (add "
                "`template: {name: …, source: {…}}`) [set-template]"
            ),
        ],
    ),
    "sets, generators": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applicationSets:
  s0:
    generators: [{clusters: {}}]
    template:
      name: 'x-{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
  s1:
    generators: [{scmProvider: {}, list: {}}]
    template:
      name: 'x-{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
  s2:
    generators: [{}]
    template:
      name: 'x-{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
  s3:
    generators: [{list: x}]
    template:
      name: 'x-{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
  s4:
    generators: [{list: {element: []}}]
    template:
      name: 'x-{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
  s5:
    generators:
    - git:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        revision: v1.0.0
        directories: [{path: a}]
        template: {spec: {project: default}}
    template:
      name: 'x-{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
""",
        },
        [
            (
                "project.yaml:4:18: applicationSets.s0.generators[0]: a generator is one of list, git, "
                "matrix, merge; this has 'clusters' (others reach beyond the environment's own repositories; "
                "write one generator an item) [set-generator]"
            ),
            (
                "project.yaml:12:18: applicationSets.s1.generators[0]: a generator is one of list, git, "
                "matrix, merge; this has 'scmProvider', 'list' (others reach beyond the environment's own "
                "repositories; write one generator an item) [set-generator]"
            ),
            (
                "project.yaml:20:18: applicationSets.s2.generators[0]: a generator is one of list, git, "
                "matrix, merge; this has nothing (others reach beyond the environment's own repositories; "
                "write one generator an item) [set-generator]"
            ),
            (
                "project.yaml:28:19: applicationSets.s3.generators[0].list: must be a mapping (write keys) "
                "[set-generator]"
            ),
            (
                "project.yaml:36:26: applicationSets.s4.generators[0].list.element: the generator list has "
                "no field 'element' (did you mean elements?) [set-generator]"
            ),
            (
                "project.yaml:49:9: applicationSets.s5.generators[0].git.template: a generator's own "
                "template could name another project and another destination (use the set's `template`) "
                "[set-generator-template]"
            ),
        ],
    ),
    "sets, git": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applicationSets:
  s0:
    generators: [{git: {revision: v1.0.0, files: [{path: a}]}}]
    template:
      name: 'x-{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
  s1:
    generators:
    - git:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        revision: v1.0.0
    template:
      name: 'x-{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
  s2:
    generators:
    - git:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        revision: v1.0.0
        files: [{path: a}]
        directories: [{path: a}]
    template:
      name: 'x-{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
  s3:
    generators:
    - git:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        files: [{path: a}]
    template:
      name: 'x-{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
  s4:
    generators:
    - git:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        files: [{path: a}]
        revision: main
    template:
      name: 'x-{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
""",
        },
        [
            (
                "project.yaml:4:19: applicationSets.s0.generators[0].git.repoURL: the generator names no "
                "repository (add `repoURL`) [set-generator]"
            ),
            (
                "project.yaml:13:7: applicationSets.s1.generators[0].git: the generator reads either "
                "`directories` or `files` (write one of them) [set-generator]"
            ),
            (
                "project.yaml:24:7: applicationSets.s2.generators[0].git: the generator reads either "
                "`directories` or `files` (write one of them) [set-generator]"
            ),
            (
                "project.yaml:37:7: applicationSets.s3.generators[0].git.revision: HEAD, the default, is not "
                "exact: environments of the class production take versions, full commit hashes or digests "
                "only (write a full commit hash, or a version of three numbers) [revision-not-fixed]"
            ),
            (
                "project.yaml:51:9: applicationSets.s4.generators[0].git.revision: 'main' is not exact: "
                "environments of the class production take versions, full commit hashes or digests only "
                "(write a full commit hash, or a version of three numbers) [revision-not-fixed]"
            ),
        ],
    ),
    "sets, git elsewhere": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applicationSets:
  s0:
    generators:
    - git:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        files: [{path: a}]
    template:
      name: 'x-{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: main
""",
            "env": "dev",
        },
        [],
    ),
    "sets, nested": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applicationSets:
  s0:
    generators:
    - matrix:
        generators:
        - git:
            repoURL: "https://gitlab.example.org/blue/shop.git"
            revision: v1.0.0
            directories: [{path: a}]
    template:
      name: 'x-{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
  s1:
    generators:
    - merge:
        generators:
        - git:
            repoURL: "https://gitlab.example.org/blue/shop.git"
            revision: v1.0.0
            directories: [{path: a}]
    template:
      name: 'x-{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
  s2:
    generators:
    - matrix:
        generators:
        - git:
            repoURL: "https://gitlab.example.org/blue/shop.git"
            revision: v1.0.0
            directories: [{path: a}]
        - {plugin: {}}
    template:
      name: 'x-{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
  s3:
    generators:
    - merge:
        mergeKeys: [x]
        generators:
        - git:
            repoURL: "https://gitlab.example.org/blue/shop.git"
            revision: v1.0.0
            directories: [{path: a}]
        - git:
            repoURL: "https://gitlab.example.org/blue/shop.git"
            revision: v1.0.0
            directories: [{path: a}]
    template:
      name: 'x-{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
""",
        },
        [
            (
                "project.yaml:6:9: applicationSets.s0.generators[0].matrix.generators: matrix combines two "
                "generators, these are 1 (nest one matrix inside another) [set-generator]"
            ),
            (
                "project.yaml:19:7: applicationSets.s1.generators[0].merge.mergeKeys: merge needs "
                "`mergeKeys` (name the fields by which items are one) [set-generator]"
            ),
            (
                "project.yaml:20:9: applicationSets.s1.generators[0].merge.generators: merge joins two "
                "generators or more (add one) [set-generator]"
            ),
            (
                "project.yaml:39:11: applicationSets.s2.generators[0].matrix.generators[1]: a generator is "
                "one of list, git, matrix, merge; this has 'plugin' (others reach beyond the environment's "
                "own repositories; write one generator an item) [set-generator]"
            ),
        ],
    ),
    "sets, policy": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applicationSets:
  s0:
    generators: [{list: {elements: [{x: a}]}}]
    template:
      name: 'x-{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
    applicationsSync: create
""",
        },
        [
            (
                "project.yaml:11:5: applicationSets.s0.applicationsSync: 'create' is not a policy (write one "
                "of create-only, create-update, create-delete, sync) [set-policy]"
            ),
        ],
    ),
    "sets, names": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applicationSets:
  s0:
    generators: [{list: {elements: [{x: a}]}}]
    template:
      name: 'x-{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
    name: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
  s1:
    generators: [{list: {elements: [{x: a}]}}]
    template:
      name: same
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
  s2:
    generators: [{list: {elements: [{x: a}]}}]
    template:
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
""",
        },
        [
            (
                "project.yaml:15:7: applicationSets.s1.template.name: every generated Application would have "
                "the same name, so that one replaces the other (add a name with the generator's fields, for "
                "example `{{ .path.basename }}`) [set-name]"
            ),
            (
                "project.yaml:22:5: applicationSets.s2.template.name: every generated Application would have "
                "the same name, so that one replaces the other (add a name with the generator's fields, for "
                "example `{{ .path.basename }}`) [set-name]"
            ),
        ],
    ),
    "sets, long name": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
name: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
applicationSets:
  previews-of:
    generators: [{list: {elements: [{x: a}]}}]
    template:
      name: 'x-{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
""",
        },
        [
            (
                "project.yaml:4:3: applicationSets.previews-of.name: the name of the ApplicationSet, "
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-previews-of, has 67 characters, at "
                "most 63 are allowed (set `applicationSets.previews-of.name`, for example to "
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-previews-of) "
                "[applicationset-name-too-long]"
            ),
        ],
    ),
    "sets, sources": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applicationSets:
  s0:
    generators: [{list: {elements: [{x: a}]}}]
    template: {name: '{{ .x }}', annotations: {}}
  s1:
    generators: [{list: {elements: [{x: a}]}}]
    template:
      name: '{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
      sources:
      - repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
  s2:
    generators: [{list: {elements: [{x: a}]}}]
    template: {name: '{{ .x }}', source: {path: a, targetRevision: v1.0.0}}
  s3:
    generators: [{list: {elements: [{x: a}]}}]
    template:
      name: '{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        paht: a
        targetRevision: v1.0.0
""",
        },
        [
            (
                "project.yaml:5:5: applicationSets.s0.template: the template needs one of `source` and "
                "`sources` (add it, or keep one of them) [set-source]"
            ),
            (
                "project.yaml:8:5: applicationSets.s1.template: the template needs one of `source` and "
                "`sources` (add it, or keep one of them) [set-source]"
            ),
            (
                "project.yaml:20:34: applicationSets.s2.template.source.repoURL: the source names no "
                "repository (add `repoURL`) [set-source]"
            ),
            (
                "project.yaml:27:9: applicationSets.s3.template.source.paht: a source has no 'paht' (did you "
                "mean path?) [set-source]"
            ),
        ],
    ),
    "sets, templated repository": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applicationSets:
  s0:
    generators: [{list: {elements: [{x: a}]}}]
    template:
      name: '{{ .x }}'
      source:
        repoURL: 'https://gitlab.example.org/blue/{{ .x }}'
        path: a
        targetRevision: v1.0.0
  s1:
    generators:
    - git: {repoURL: 'https://{{ .x }}', revision: v1.0.0, files: [{path: a}]}
    template:
      name: 'x-{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
""",
        },
        [
            (
                "project.yaml:8:9: applicationSets.s0.template.source.repoURL: an element makes it "
                "https://gitlab.example.org/blue/a, which no `allow` names (write it out, or name each repository in "
                "`allow`: {kind: source, value: <URL>, reason: …}) [set-repository]"
            ),
            (
                "project.yaml:13:13: applicationSets.s1.generators[0].git.repoURL: the repository is "
                "templated: it could be any (write it out; what varies is the path, the revision or a value) "
                "[set-repository]"
            ),
        ],
    ),
    "sets, revisions": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applicationSets:
  s0:
    generators: [{list: {elements: [{x: a}]}}]
    template:
      name: '{{ .x }}'
      source: {repoURL: "https://gitlab.example.org/blue/shop.git", path: a}
  s1:
    generators: [{list: {elements: [{x: a}]}}]
    template:
      name: '{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: 1.10
  s2:
    generators: [{list: {elements: [{x: a}]}}]
    template:
      name: '{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: main
  s3:
    generators: [{list: {elements: [{x: a}]}}]
    template:
      name: '{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: '{{ .x }}'
""",
        },
        [
            (
                "project.yaml:7:7: applicationSets.s0.template.source.targetRevision: the source has no revision "
                "(add `targetRevision`; `versions` does not reach into ApplicationSets) [no-revision]"
            ),
            (
                "project.yaml:15:9: applicationSets.s1.template.source.targetRevision: the revision was read as "
                "a number: 1.10 would become 1.1 (write it in quotes) [set-revision-number]"
            ),
            (
                "project.yaml:23:9: applicationSets.s2.template.source.targetRevision: 'main' is not exact: "
                "environments of the class production take versions, full commit hashes or digests only (write a "
                "full commit hash, or a version of three numbers) [revision-not-fixed]"
            ),
            (
                "project.yaml:31:9: applicationSets.s3.template.source.targetRevision: '{{ .x }}' is not exact: "
                "environments of the class production take versions, full commit hashes or digests only (write a "
                "full commit hash, or a version of three numbers) [revision-not-fixed]"
            ),
        ],
    ),
    "sets, beyond the environment": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applicationSets:
  s1:
    generators: [{list: {elements: [{x: a}]}}]
    template:
      name: 'x-{{ .x }}'
      annotations:
        example.org/a: b
        argocd-image-updater.argoproj.io/image-list: a
      sources:
      - repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
        helm: {passCredentials: true}
      - repoURL: "https://gitlab.example.org/blue/shop.git"
        path: b
        targetRevision: v1.0.0
        kustomize: {components: [../a, '{{ .x }}', 'https://evil.example.org/x']}
""",
        },
        [
            (
                "project.yaml:9:9: "
                "applicationSets.s1.template.annotations.argocd-image-updater.argoproj.io/image-list: "
                "annotations of argoproj.io steer Argo CD, its controllers or the cluster (remove it, or let the "
                "platform team set it in the profile medium; teams may set "
                "notifications.argoproj.io/subscribe.*, link.argocd.argoproj.io/* and those of other domains) "
                "[reserved-annotation]"
            ),
            (
                "project.yaml:14:16: applicationSets.s1.template.sources[0].helm.passCredentials: with "
                "`passCredentials` the password is sent to every host that the repository's index names (remove "
                "it, or let the platform team set it in the profile medium) [pass-credentials]"
            ),
            (
                "project.yaml:18:40: applicationSets.s1.template.sources[1].kustomize.components[1]: the "
                "component is templated: it could be any (write a path in the source's repository, `./…` or "
                "`../…`) [component-url]"
            ),
            (
                "project.yaml:18:52: applicationSets.s1.template.sources[1].kustomize.components[2]: the "
                "component is a URL: it is fetched from outside the source and its revision (write a path in the "
                "source's repository, `./…` or `../…`) [component-url]"
            ),
        ],
    ),
    "sets, files": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applicationSets:
  s0:
    generators: [{list: {elements: [{x: a}]}}]
    template:
      name: '{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: ../x
        targetRevision: v1.0.0
        helm: {valueFiles: [../y, $values/z]}
        directory: {jsonnet: {libs: [vendor, ../../green]}}
  s1:
    generators: [{list: {elements: [{x: a}]}}]
    template:
      name: '{{ .x }}'
      sources:
      - repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
        helm: {valueFiles: [$values/y, $vals/z]}
      - repoURL: "https://gitlab.example.org/blue/shop.git"
        ref: values
        targetRevision: v1.0.0
""",
        },
        [
            (
                "project.yaml:9:9: applicationSets.s0.template.source.path: the path leaves its folder "
                "through `..` (write the path from the repository's root) [source-path]"
            ),
            (
                "project.yaml:11:29: applicationSets.s0.template.source.helm.valueFiles[0]: the value file "
                "leaves its folder through `..` (add the repository as a source with a `ref`, and write "
                "`$<ref>/<path>`) [value-file-path]"
            ),
            (
                "project.yaml:11:35: applicationSets.s0.template.source.helm.valueFiles[1]: no source of "
                "this Application has `ref: values` (add a source with `ref: values`) [unknown-ref]"
            ),
            (
                "project.yaml:12:46: applicationSets.s0.template.source.directory.jsonnet.libs[1]: the library "
                "leaves its folder through `..` (write the path from the repository's root) [source-library]"
            ),
            (
                "project.yaml:21:40: applicationSets.s1.template.sources[0].helm.valueFiles[1]: no source of "
                "this Application has `ref: vals` (did you mean $values?) [unknown-ref]"
            ),
        ],
    ),
    "sets, sync policy": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applicationSets:
  s0:
    generators: [{list: {elements: [{x: a}]}}]
    template:
      name: '{{ .x }}'
      source:
        repoURL: "https://gitlab.example.org/blue/shop.git"
        path: a
        targetRevision: v1.0.0
      syncPolicy: {automated: {prune: true, allowEmpty: true}}
""",
        },
        [
            (
                "project.yaml:11:45: applicationSets.s0.template.syncPolicy.automated.allowEmpty: an empty "
                "source would delete everything: `allowEmpty` stands beside `prune` (remove `allowEmpty`; to "
                "empty an Application, retire it) [allow-empty]"
            ),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    assert told(check, tmp_path, files) == expected
