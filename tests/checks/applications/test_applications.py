"""Rules about Applications: the exact text of each report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from argoproject.checks.applications.applications import check, shorter
from argoproject.models import Source, SyncPolicy
from argoproject.models.applications import Kustomize
from tests.support.reports import Case, told
from tests.support.trees import project, report, tree

CASES: Mapping[str, Case] = {
    "libraries of Jsonnet outside": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applications:
  a:
    source:
      repoURL: "https://gitlab.example.org/blue/a.git"
      path: x
      targetRevision: v1.0.0
      directory: {jsonnet: {libs: [vendor, ../../green, /etc]}}
""",
        },
        [
            (
                "project.yaml:8:44: applications.a.source.directory.jsonnet.libs[1]: the library leaves its folder "
                "through `..` (write the path from the repository's root) [source-library]"
            ),
            (
                "project.yaml:8:57: applications.a.source.directory.jsonnet.libs[2]: the library is not relative "
                "(write it as seen from the source's folder) [source-library]"
            ),
        ],
    ),
    "correct": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
        },
        [],
    ),
    "correct, with everything": (
        {
            "project.yaml": """\
versions: {requirements: 15.2.4, application: {shop: 1.4.2, values: v2026.11.3}}
requirements:
  source:
    repoURL: "https://charts.example.org/stable"
    chart: postgresql
    helm: {valuesObject: {auth: {existingSecret: shop-db}}}
  syncPolicy:
    automated: {prune: true}
    retry: {limit: 3, backoff: {duration: 5s, factor: 2, maxDuration: 3m}}
  waitUntil: healthy
application:
  source: null
  sources:
  - repoURL: registry.example.org/blue/charts
    chart: shop
    helm:
      valueFiles:
      - values.yaml
      - $values/prod.yaml
      - "secrets+age-import-kubernetes://argocd/helm-secrets-blue#key.txt?secrets.yaml"
      fileParameters: [{name: config, path: $values/config.json}]
  - {repoURL: "https://gitlab.example.org/blue/values.git", ref: values}
  managedElsewhere: [syncPolicy.automated]
  ignoreDifferences: [{kind: Deployment, group: apps, jsonPointers: [/spec/replicas]}]
applications:
  docs:
    source:
      repoURL: "oci://registry.example.org/blue/docs"
      path: .
      targetRevision: 1.2.3
""",
        },
        [],
    ),
    "source and sources": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  sources: [{repoURL: "https://gitlab.example.org/blue/shop.git", path: a}]
""",
        },
        [
            (
                "project.yaml:3:3: application.sources: `source` and `sources` stand side by side (keep one; "
                "`source: null` or `sources: null` removes what another file says) [source-and-sources]"
            ),
        ],
    ),
    "no source": (
        {
            "project.yaml": """\
applications: {docs: {}}
versions: {application: v1.4.2}
""",
        },
        [
            (
                "project.yaml:1:16: applications.docs: the Application has no source (add `source: {repoURL: "
                "…, path: …}`, or `sources` where there are several) [no-source]"
            ),
        ],
    ),
    "only references": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source: null
  sources:
    - {repoURL: "https://gitlab.example.org/blue/shop.git", ref: values}
""",
        },
        [
            (
                "project.yaml:4:3: application.sources: no source deploys anything: all of them are only "
                "referred to (add a source with `path` or `chart`) [nothing-deployed]"
            ),
        ],
    ),
    "neither path nor chart": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source: {path: null}
""",
        },
        [
            (
                "project.yaml:3:3: application.source: the source has neither `path` nor `chart` (add `path` "
                "for a folder in Git, or `chart` for a Helm chart) [source-incomplete]"
            ),
        ],
    ),
    "neither path nor chart, OCI": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source: {path: null, repoURL: 'oci://registry.example.org/blue/docs'}
""",
        },
        [
            (
                "project.yaml:3:3: application.source: the source has neither `path` nor `chart` (add `path: "
                ".`) [source-incomplete]"
            ),
        ],
    ),
    "a single source that is only a reference": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source: {path: null, ref: values}
""",
        },
        [
            (
                "project.yaml:3:3: application.source: the source has neither `path` nor `chart` (add `path` "
                "for a folder in Git, or `chart` for a Helm chart) [source-incomplete]"
            ),
        ],
    ),
    "path and chart": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source: {repoURL: 'https://charts.example.org/stable', chart: shop, kustomize: null}
""",
        },
        [
            (
                "project.yaml:3:58: application.source.chart: `path` and `chart` stand side by side (keep "
                "`path` for a folder in Git, or `chart` for a Helm chart) [path-and-chart]"
            ),
        ],
    ),
    "chart from Git": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source: {path: null, chart: shop, kustomize: null}
""",
        },
        [
            (
                "product.yaml:2:12: application.source.repoURL: a chart comes from a Helm repository or "
                "registry, which this URL is not (write `path` instead of `chart`, or the URL of a chart "
                "repository) [chart-repository]"
            ),
        ],
    ),
    "chart from oci://": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source: {repoURL: 'oci://registry.example.org/blue', path: null, chart: shop, kustomize: null}
""",
        },
        [
            (
                "project.yaml:3:12: application.source.repoURL: a chart comes from a Helm repository or "
                "registry, which this URL is not (leave `oci://` out, or write `path: .` instead of `chart`) "
                "[chart-repository]"
            ),
        ],
    ),
    "chart with another tool": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source: {repoURL: 'https://charts.example.org/stable', path: null, chart: shop}
""",
        },
        [
            (
                "product.yaml:2:79: application.source.kustomize: a chart is rendered by Helm, not by "
                "kustomize (remove `kustomize`, or write `path` instead of `chart`) [chart-tool]"
            ),
        ],
    ),
    "chart from a repository of type git": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source:
    repoURL: 'https://charts.example.org/stable'
    path: null
    chart: shop
    kustomize: null
repositories: {stable: {url: 'https://charts.example.org/stable'}}
""",
        },
        [
            (
                "project.yaml:4:5: application.source.repoURL: the source needs a repository of type helm, "
                "repositories.stable is of type git (set `type: helm` there) [repository-type]"
            ),
        ],
    ),
    "folder in a repository of type helm, by prefix": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
credentials:
  gitlab:
    urlPrefix: 'https://gitlab.example.org/blue/'
    repositoryType: helm
    type: https
    username: bot
    password: {secret: token}
""",
        },
        [
            (
                "product.yaml:2:12: application.source.repoURL: the source needs a repository of type git, "
                "credentials.gitlab is of type helm (set `repositoryType: git` there) [repository-type]"
            ),
        ],
    ),
    "one ref twice": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source: null
  sources:
    - {repoURL: "https://gitlab.example.org/blue/shop.git", path: a, ref: values, kustomize: {}}
    - {repoURL: 'https://gitlab.example.org/blue/v.git', ref: values}
""",
        },
        [
            (
                "project.yaml:6:58: application.sources[1].ref: a second source has `ref: values` (rename "
                "one of them) [ref-twice]"
            ),
        ],
    ),
    "several tools": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source: {helm: {}, directory: {}}
name: p
""",
        },
        [
            (
                "product.yaml:2:79: application.source.kustomize: the source has options of 3 tools: helm, "
                "kustomize, directory (keep one of them) [several-tools]"
            ),
        ],
    ),
    "values twice": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source: {kustomize: null, helm: {releaseName: shop, values: 'a: 1', valuesObject: {a: 1}}}
""",
        },
        [
            (
                "project.yaml:3:55: application.source.helm.values: `values` and `valuesObject` stand side "
                "by side: Argo CD ignores `values` (keep `valuesObject`) [values-twice]"
            ),
        ],
    ),
    "value files": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source: null
  sources:
  - repoURL: "https://gitlab.example.org/blue/shop.git"
    path: a
    helm:
      releaseName: shop
      valueFiles:
      - ''
      - /etc/x
      - ../x.yaml
      - 'a\\b'
      - https://example.org/x
      - s3://b/x
      - $value/x
      - $values/../x
      - $values
      - secrets://$values/x
      - secrets://../x
      - 'secrets+age-import-kubernetes://argocd/keys?x'
      - $ARGOCD_APP_NAME.yaml
      - 'secrets+gpg-import:///keys/key.asc?x.yaml'
  - {repoURL: 'https://gitlab.example.org/blue/v.git', ref: values}
""",
        },
        [
            (
                "project.yaml:10:9: application.sources[0].helm.valueFiles[0]: the value file is empty "
                "(write a path below the source, or remove the key) [value-file-path]"
            ),
            (
                "project.yaml:11:9: application.sources[0].helm.valueFiles[1]: the value file is not "
                "relative (write it as seen from the source's folder) [value-file-path]"
            ),
            (
                "project.yaml:12:9: application.sources[0].helm.valueFiles[2]: the value file leaves its "
                "folder through `..` (add the repository as a source with a `ref`, and write "
                "`$<ref>/<path>`) [value-file-path]"
            ),
            (
                "project.yaml:13:9: application.sources[0].helm.valueFiles[3]: the value file has a "
                "character that no path has (write folders joined by `/`) [value-file-path]"
            ),
            (
                "project.yaml:14:9: application.sources[0].helm.valueFiles[4]: value files are not fetched "
                "from the network: what was reviewed could change afterwards (put the file into a Git "
                "repository and use `$<ref>/<path>`) [value-file-url]"
            ),
            (
                "project.yaml:15:9: application.sources[0].helm.valueFiles[5]: value files have no scheme "
                "`s3` (write a path below the source, or `$<ref>/<path>`) [value-file-url]"
            ),
            (
                "project.yaml:16:9: application.sources[0].helm.valueFiles[6]: no source of this Application "
                "has `ref: value` (did you mean $values?) [unknown-ref]"
            ),
            (
                "project.yaml:17:9: application.sources[0].helm.valueFiles[7]: the value file leaves its "
                "folder through `..` (add the repository as a source with a `ref`, and write "
                "`$<ref>/<path>`) [value-file-path]"
            ),
            (
                "project.yaml:18:9: application.sources[0].helm.valueFiles[8]: the value file is empty "
                "(write a path below the source, or remove the key) [value-file-path]"
            ),
            (
                "project.yaml:19:9: application.sources[0].helm.valueFiles[9]: Argo CD fills in `$<ref>` "
                "only at the beginning of an entry, not inside a URL (write `$<ref>/<path>`: helm-secrets' "
                "wrapper decrypts it) [helm-secrets-ref]"
            ),
            (
                "project.yaml:20:9: application.sources[0].helm.valueFiles[10]: the value file leaves its "
                "folder through `..` (add the repository as a source with a `ref`, and write "
                "`$<ref>/<path>`) [value-file-path]"
            ),
            (
                "project.yaml:21:9: application.sources[0].helm.valueFiles[11]: this is no URL of "
                "helm-secrets (write secrets://<path>, secrets+age-import:///<key file>?<path> or "
                "secrets+age-import-kubernetes://<namespace>/<secret>#<key>?<path>; gpg stands in the place "
                "of age as well) [helm-secrets]"
            ),
            (
                "project.yaml:23:9: application.sources[0].helm.valueFiles[13]: the key that decrypts this is "
                "not the team's: with it, others' secrets could be read (name the Secret "
                "helm-secrets-private-keys or helm-secrets-blue in argocd, or a file below "
                "/helm-secrets-private-keys/) [helm-secrets-key]"
            ),
        ],
    ),
    "file parameter": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source:
    kustomize: null
    helm:
      releaseName: shop
      fileParameters: [{name: a, path: $none/x}, {name: b, path: ../b}]
""",
        },
        [
            (
                "project.yaml:7:34: application.source.helm.fileParameters[0].path: no source of this "
                "Application has `ref: none` (add a source with `ref: none`) [unknown-ref]"
            ),
            (
                "project.yaml:7:60: application.source.helm.fileParameters[1].path: the value file leaves "
                "its folder through `..` (add the repository as a source with a `ref`, and write "
                "`$<ref>/<path>`) [value-file-path]"
            ),
        ],
    ),
    "reference to a chart": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source: null
  sources:
  - repoURL: "https://gitlab.example.org/blue/shop.git"
    path: a
    helm: {releaseName: shop, valueFiles: [$charts/x]}
  - repoURL: 'https://charts.example.org/stable'
    chart: base
    ref: charts
""",
        },
        [
            (
                "project.yaml:7:44: application.sources[0].helm.valueFiles[0]: `$charts` is the chart base; "
                "Argo CD reads no value files from charts (put the file into a Git repository) [ref-is-chart]"
            ),
        ],
    ),
    "path": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applications:
  a:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      targetRevision: v1.0.0
      path: '../x'
      kustomize: {}
  b:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      targetRevision: v1.0.0
      path: '/x'
      kustomize: {}
  c:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      targetRevision: v1.0.0
      path: 'https://x'
      kustomize: {}
  d:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      targetRevision: v1.0.0
      path: 'a/./b'
      kustomize: {}
""",
        },
        [
            (
                "project.yaml:7:7: applications.a.source.path: the path leaves its folder through `..` "
                "(write the path from the repository's root) [source-path]"
            ),
            (
                "project.yaml:13:7: applications.b.source.path: the path is not relative (write it as seen "
                "from the source's folder) [source-path]"
            ),
            (
                "project.yaml:19:7: applications.c.source.path: the path is a URL (write a path below the "
                "source) [source-path]"
            ),
        ],
    ),
    "reserved keys": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applications:
  reqs: {source: {repoURL: "https://gitlab.example.org/blue/shop.git", path: a, kustomize: {}}}
  base: {source: {repoURL: "https://gitlab.example.org/blue/shop.git", path: a, kustomize: {}}}
""",
        },
        [
            (
                "project.yaml:3:3: applications.reqs: the key 'reqs' is taken: app, application, base, reqs, "
                "requirements have a meaning of their own (choose another key) [reserved-key]"
            ),
            (
                "project.yaml:4:3: applications.base: the key 'base' is taken: app, application, base, reqs, "
                "requirements have a meaning of their own (choose another key) [reserved-key]"
            ),
        ],
    ),
    "long project name": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
name: customer-relationship-management-frontend-production-europe-west-1
""",
        },
        [
            (
                "project.yaml:2:1: name: the name of the project, "
                "customer-relationship-management-frontend-production-europe-west-1, has 66 characters, at "
                "most 63 are allowed (set `name`, for example to "
                "customer-relations-management-frontend-production-europe-west-1) [project-name-too-long]"
            ),
        ],
    ),
    "long namespace": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "env": """\
production-of-the-customer-relationship-management-frontend""",
            "platform": """\
environments: {production-of-the-customer-relationship-management-frontend: production}""",
        },
        [
            (
                "project.yaml:1:1: namespace.name: the name of the namespace, "
                "blue-shop-production-of-the-customer-relationship-management-frontend, has 69 characters, "
                "at most 63 are allowed (set `namespace.name`, for example to "
                "blue-shop-producti-of-the-customer-relations-managemen-frontend) [namespace-name-too-long]"
            ),
        ],
    ),
    "long Application name": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
name: customer-relationship-management-frontend-europe-1
applications:
  search-and-more:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      kustomize: {}
  search-and-mor: {source: {repoURL: "https://gitlab.example.org/blue/shop.git", path: a}}
""",
        },
        [
            (
                "project.yaml:4:3: applications.search-and-more.name: the name of the Application, "
                "customer-relationship-management-frontend-europe-1-search-and-more, has 66 characters, at "
                "most 63 are allowed (set `applications.search-and-more.name`, for example to "
                "customer-relations-management-frontend-europe-1-search-and-more) [application-name-too-long]"
            ),
            (
                "project.yaml:9:3: applications.search-and-mor.name: the name of the Application, "
                "customer-relationship-management-frontend-europe-1-search-and-mor, has 65 characters, at "
                "most 53 are allowed (set `applications.search-and-mor.name`, for example to "
                "custom-relati-managem-fronten-europe-1-search-and-mor) [application-name-too-long]"
            ),
        ],
    ),
    "long Helm release": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
name: customer-relationship-management-frontend-europe-1
applications:
  a:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      directory: {}
  bee: {source: {repoURL: "https://gitlab.example.org/blue/shop.git", path: a}}
  cee:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      helm: {releaseName: cee}
  dee:
    name: dee
    source: {repoURL: "https://gitlab.example.org/blue/shop.git", path: a}
""",
        },
        [
            (
                "project.yaml:9:3: applications.bee.name: the Application's name, "
                "customer-relationship-management-frontend-europe-1-bee, becomes a Helm release's: it has 54 "
                "characters, at most 53 are allowed (set `applications.bee.name`, for example to "
                "customer-relationshi-management-frontend-europe-1-bee, or `helm.releaseName` in the source; "
                "a folder that is no chart says so with `kustomize: {}` or `directory: {}`) "
                "[release-name-too-long]"
            ),
        ],
    ),
    "annotation of Pulumi": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  annotations: {pulumi.com/skipAwait: "true", "notifications.argoproj.io/subscribe.x.y": ""}
""",
        },
        [
            (
                "project.yaml:3:17: application.annotations.pulumi.com/skipAwait: annotations of pulumi.com/ "
                "steer the deployment itself (remove it) [reserved-annotation]"
            ),
        ],
    ),
    "moved from itself": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  movedFrom: [application, app]
""",
        },
        [
            (
                "project.yaml:3:15: application.movedFrom[0]: this is the Application's own key (remove it) "
                "[moved-from-itself]"
            ),
        ],
    ),
    "annotations": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  annotations:
    notifications.argoproj.io/subscribe.on-sync-failed.slack: shop
    link.argocd.argoproj.io/external-link: https://wiki.example.org
    example.org/argoproj.io: a
    plain: b
    argocd-image-updater.argoproj.io/image-list: shop=registry.example.org/blue/shop
    argocd.argoproj.io/compare-options: IgnoreExtraneous
    notifications.argoproj.io/subscriptions: a
    pulumi.com/skipAwait: "true"
    x.k8s.io/a: b
""",
            "platform": """\
profiles: {medium: {application: {annotations: {argocd.argoproj.io/refresh: hard}}}}
""",
        },
        [
            (
                "project.yaml:8:5: application.annotations.argocd-image-updater.argoproj.io/image-list: "
                "annotations of argoproj.io steer Argo CD, its controllers or the cluster (remove it, or let the "
                "platform team set it in the profile medium; teams may set "
                "notifications.argoproj.io/subscribe.*, link.argocd.argoproj.io/* and those of other domains) "
                "[reserved-annotation]"
            ),
            (
                "project.yaml:9:5: application.annotations.argocd.argoproj.io/compare-options: annotations of "
                "argoproj.io steer Argo CD, its controllers or the cluster (remove it, or let the platform team "
                "set it in the profile medium; teams may set notifications.argoproj.io/subscribe.*, "
                "link.argocd.argoproj.io/* and those of other domains) [reserved-annotation]"
            ),
            (
                "project.yaml:10:5: application.annotations.notifications.argoproj.io/subscriptions: annotations "
                "of argoproj.io steer Argo CD, its controllers or the cluster (remove it, or let the platform "
                "team set it in the profile medium; teams may set notifications.argoproj.io/subscribe.*, "
                "link.argocd.argoproj.io/* and those of other domains) [reserved-annotation]"
            ),
            (
                "project.yaml:11:5: application.annotations.pulumi.com/skipAwait: annotations of pulumi.com/ "
                "steer the deployment itself (remove it) [reserved-annotation]"
            ),
            (
                "project.yaml:12:5: application.annotations.x.k8s.io/a: annotations of k8s.io steer Argo CD, its "
                "controllers or the cluster (remove it, or let the platform team set it in the profile medium; "
                "teams may set notifications.argoproj.io/subscribe.*, link.argocd.argoproj.io/* and those of "
                "other domains) [reserved-annotation]"
            ),
        ],
    ),
    "moved from another": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application: {movedFrom: [worker, gone]}
applications: {worker: {source: {repoURL: "https://gitlab.example.org/blue/shop.git", path: a, kustomize: {}}}}
""",
        },
        [
            (
                "project.yaml:2:27: application.movedFrom[0]: the environment still has an Application 'worker': "
                "its object would become this one's (remove this entry, or the other Application) "
                "[moved-from-existing]"
            ),
        ],
    ),
    "credentials for everybody": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application: {source: {kustomize: null, helm: {passCredentials: true}}}
""",
        },
        [
            (
                "project.yaml:2:48: application.source.helm.passCredentials: with `passCredentials` the password "
                "is sent to every host that the repository's index names (remove it, or let the platform team "
                "set it in the profile medium) [pass-credentials]"
            ),
        ],
    ),
    "credentials for everybody, of the profile": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "projects/blue/shop/product.yaml": """\
application: {source: {repoURL: "https://gitlab.example.org/blue/shop.git", path: deploy}}
""",
            "platform": """\
profiles:
  medium:
    application:
      source:
        repoURL: https://gitlab.example.org/blue/shop.git
        path: deploy
        helm: {passCredentials: true}
""",
        },
        [],
    ),
    "components": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source:
    kustomize:
      components:
      - ../components/a
      - ./v1.2/b
      - https://evil.example.org/x
      - git@github.com:evil/x.git
      - github.com/evil/x
      - a//b?ref=main
""",
        },
        [
            (
                "project.yaml:8:9: application.source.kustomize.components[2]: the component is a URL: it is "
                "fetched from outside the source and its revision (write a path in the source's repository, "
                "`./…` or `../…`) [component-url]"
            ),
            (
                "project.yaml:9:9: application.source.kustomize.components[3]: the component is a URL: it is "
                "fetched from outside the source and its revision (write a path in the source's repository, "
                "`./…` or `../…`) [component-url]"
            ),
            (
                "project.yaml:10:9: application.source.kustomize.components[4]: the component is a URL: it is "
                "fetched from outside the source and its revision (write a path in the source's repository, "
                "`./…` or `../…`) [component-url]"
            ),
            (
                "project.yaml:11:9: application.source.kustomize.components[5]: the component is a URL: it is "
                "fetched from outside the source and its revision (write a path in the source's repository, "
                "`./…` or `../…`) [component-url]"
            ),
        ],
    ),
    "wait without sync": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  waitUntil: healthy
""",
        },
        [
            (
                "project.yaml:3:3: application.waitUntil: warning: without automated sync it becomes healthy "
                "only after somebody has synced it (add `syncPolicy: {automated: {}}`, or write `waitUntil: "
                "created`) [wait-without-sync]"
            ),
        ],
    ),
    "wait with sync switched off": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  waitUntil: healthy
  syncPolicy: {automated: {enabled: false}}
""",
        },
        [
            (
                "project.yaml:3:3: application.waitUntil: warning: without automated sync it becomes healthy "
                "only after somebody has synced it (add `syncPolicy: {automated: {}}`, or write `waitUntil: "
                "created`) [wait-without-sync]"
            ),
        ],
    ),
    "retiring": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  waitUntil: healthy
  onConflict: force
  lifecycle: retiring
  syncPolicy: {automated: {}}
""",
        },
        [
            (
                "project.yaml:3:3: application.waitUntil: the Application is retiring: waiting for it would "
                "hold its removal up (write `waitUntil: created`) [retiring-wait]"
            ),
            (
                "project.yaml:4:3: application.onConflict: warning: the Application is retiring: it need not "
                "take fields over any more (remove it) [retiring-force]"
            ),
        ],
    ),
    "allow empty": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  syncPolicy: {automated: {prune: true, allowEmpty: true}}
""",
        },
        [
            (
                "project.yaml:3:41: application.syncPolicy.automated.allowEmpty: an empty source would "
                "delete everything: `allowEmpty` stands beside `prune` (remove `allowEmpty`; to empty an "
                "Application, retire it) [allow-empty]"
            ),
        ],
    ),
    "retry": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  syncPolicy: {retry: {limit: -2, backoff: {duration: 5m, factor: 0, maxDuration: 60s}}}
""",
        },
        [
            (
                "project.yaml:3:24: application.syncPolicy.retry.limit: the limit is -2 (write 0 or more, or "
                "-1 for ever) [retry-limit]"
            ),
            (
                "project.yaml:3:45: application.syncPolicy.retry.backoff.duration: the first pause, 5m, is "
                "longer than the longest, 60s (shorten `duration`, or lengthen `maxDuration`) "
                "[retry-duration]"
            ),
            (
                "project.yaml:3:59: application.syncPolicy.retry.backoff.factor: the factor is 0: pauses "
                "would shrink to nothing (write 1 or more) [retry-factor]"
            ),
        ],
    ),
    "retry for ever": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  syncPolicy: {retry: {limit: -1}}
""",
        },
        [],
    ),
    "history limit": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  revisionHistoryLimit: -1
""",
        },
        [
            (
                "project.yaml:3:3: application.revisionHistoryLimit: the limit is below 0 (write 0 or more) "
                "[history-limit]"
            ),
        ],
    ),
    "ignored differences": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  ignoreDifferences: [{kind: Deployment}, {kind: Deployment, jsonPointers: [spec/replicas]}]
""",
        },
        [
            (
                "project.yaml:3:23: application.ignoreDifferences[0]: no field is named: nothing would be "
                "ignored (add jsonPointers, jqPathExpressions or managedFieldsManagers) [ignore-nothing]"
            ),
            (
                "project.yaml:3:77: application.ignoreDifferences[1].jsonPointers[0]: 'spec/replicas' is not "
                "a JSON pointer (begin with `/`, as in /spec/replicas) [json-pointer]"
            ),
        ],
    ),
    "managed elsewhere": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  managedElsewhere:
  - project
  - destination.server
  - sorce.targetRevision
  - sources
  - source.targetRevision
  - '*'
  - 'source.'
""",
        },
        [
            (
                "project.yaml:4:5: application.managedElsewhere[0]: an Application's spec has no 'project' "
                "that may be left to another writer (begin with source, sources, syncPolicy, "
                "ignoreDifferences, info, revisionHistoryLimit) [managed-field]"
            ),
            (
                "project.yaml:5:5: application.managedElsewhere[1]: an Application's spec has no "
                "'destination' that may be left to another writer (begin with source, sources, syncPolicy, "
                "ignoreDifferences, info, revisionHistoryLimit) [managed-field]"
            ),
            (
                "project.yaml:6:5: application.managedElsewhere[2]: an Application's spec has no 'sorce' "
                "that may be left to another writer (did you mean source?) [managed-field]"
            ),
            (
                "project.yaml:7:5: application.managedElsewhere[3]: the Application has `source`, not "
                "`sources` (begin with source) [managed-field]"
            ),
            (
                "project.yaml:9:5: application.managedElsewhere[5]: '*' is not a field (write for example "
                "source.targetRevision or sources[0].helm.parameters) [managed-field]"
            ),
            (
                "project.yaml:10:5: application.managedElsewhere[6]: 'source.' is not a field (write for "
                "example source.targetRevision or sources[0].helm.parameters) [managed-field]"
            ),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    assert told(check, tmp_path, files) == expected


OPTIONS = "projects/blue/shop/product.yaml:2:3: application.syncPolicy.syncOptions"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("ServerSideApply=true", "Prune=confirm", "Replace=true", "Force=true"), []),
        (
            ("CreateNamespace=true",),
            [
                "[0]: the platform makes the namespace, with its guards (remove the option) [create-namespace]"
            ],
        ),
        (
            ("ServerSideAply=true",),
            [
                "[0]: 'ServerSideAply' is not a sync option (did you mean ServerSideApply?) [sync-option]"
            ],
        ),
        (
            ("PruneLast",),
            [
                "[0]: PruneLast has no value (write one of PruneLast=true, PruneLast=false) [sync-option]"
            ],
        ),
        (
            ("PruneLast=yes",),
            [
                "[0]: PruneLast has no value 'yes' (write one of PruneLast=true, PruneLast=false) [sync-option]"
            ],
        ),
        (
            ("PruneLast=true", "PruneLast=false"),
            ["[1]: PruneLast stands here twice (keep one) [sync-option]"],
        ),
    ],
)
def test_sync_options(tmp_path: Path, options: tuple[str, ...], expected: list[str]) -> None:
    policy = SyncPolicy().model_copy(update={"sync_options": options})
    assert told_with(tmp_path, {"sync_policy": policy}, "syncPolicy.syncOptions") == expected


def test_fields_managed_elsewhere_by_index(tmp_path: Path) -> None:
    source = Source(
        repo_url="https://gitlab.example.org/blue/shop.git", path="a", kustomize=Kustomize()
    )
    fields = ("sources[0].targetRevision", "sources[1].targetRevision", "source.targetRevision")
    update = {"source": None, "sources": (source,), "managed_elsewhere": fields}
    assert told_with(tmp_path, update, "managedElsewhere") == [
        "[1]: the Application has 1 sources; the first is sources[0] (correct the number) [managed-field]",
        "[2]: the Application has `sources`, not `source` (begin with sources) [managed-field]",
    ]


def told_with(tmp_path: Path, update: Mapping[str, object], field: str) -> list[str]:
    """The report on an Application with values set in Python, from `field` on."""
    resolved = project(tree(tmp_path), "blue/shop/eu-1/prod")
    application = resolved.settings.application
    assert application is not None
    changed = application.model_copy(update=update)
    settings = resolved.settings.model_copy(update={"application": changed})
    lines = report(check(replace(resolved, settings=settings)))
    return [line.partition(f"application.{field}")[2] for line in lines]


def test_a_suggested_name_fits_and_is_always_the_same() -> None:
    name = "customer-relationship-management-frontend-production-europe-west-1"
    assert shorter(name, 53) == "custome-relatio-managem-fronten-product-europe-west-1"
    assert len(shorter(name, 53)) <= 53
    assert len(shorter("x" * 70, 63)) == 63
    assert shorter("-".join("abcdefgh" * 9), 63) == "-".join("abcdefgh" * 4)


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ("{auth: {password: hunter2}}", True),
        ('auth: {"password":"hunter2"}', True),
        ("env:\n  - name: DB_PASSWORD\n    value: hunter2\n", True),
        ("auth:\n  password:\n    hunter2\n", True),
        ("auth: &a {password: hunter2}\nother: *a\n", True),
        ("{{ if .x }}\npassword: hunter2\n", True),
        ("auth: {existingSecret: db}", False),
        ("auth: {password: ''}", False),
        ("description: 'password: none'", False),
    ],
)
def test_a_text_of_values_is_read_as_yaml(values: str, refused: bool, tmp_path: Path) -> None:
    helm = {"releaseName": "shop", "values": values}
    text = yaml.safe_dump({"application": {"source": {"kustomize": None, "helm": helm}}})
    lines = told(check, tmp_path, {"project.yaml": f"versions: {{application: v1.4.2}}\n{text}"})
    assert any("[inline-secret]" in line for line in lines) is refused
    assert "hunter2" not in "".join(lines)


def test_a_text_of_values_that_is_no_yaml(tmp_path: Path) -> None:
    helm = {"releaseName": "shop", "values": "a: 1\nb: [\n"}
    text = yaml.safe_dump({"application": {"source": {"kustomize": None, "helm": helm}}})
    (line,) = told(check, tmp_path, {"project.yaml": f"versions: {{application: v1.4.2}}\n{text}"})
    assert line.endswith(
        "application.source.helm.values: the text is no valid YAML: line 3 of it cannot be read (correct it, or write "
        "`valuesObject`, which is checked as you write) [helm-values]"
    )


def test_two_releases_of_one_name(tmp_path: Path) -> None:
    text = """\
versions: {application: v1.4.2, requirements: v1.0.0}
requirements: {source: {repoURL: "https://gitlab.example.org/blue/db.git", path: ., helm: {releaseName: shop}}}
application: {source: {kustomize: null, helm: {releaseName: shop}}}
"""
    (line,) = told(check, tmp_path, {"project.yaml": text})
    assert line == (
        "project.yaml:3:48: application.source.helm.releaseName: the Application blue-shop-prod-eu-1-reqs has a "
        "release shop in the same namespace (give one of them another `releaseName`) [release-twice]"
    )


def test_a_chart_stays_in_its_repository(tmp_path: Path) -> None:
    source = "{repoURL: registry.example.org/blue/charts, chart: ../../green/shop, path: null}"
    text = f"versions: {{application: 1.4.2}}\napplication: {{source: {source}}}\n"
    lines = told(check, tmp_path, {"project.yaml": text})
    assert any("the chart leaves its folder through `..`" in line for line in lines)
