"""Secrets that somebody wrote out: the exact text of each report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from argoproject.checks.applications.applications import check
from tests.support.reports import Case, told

CASES: Mapping[str, Case] = {
    "inline secrets": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source:
    kustomize: null
    helm:
      releaseName: shop
      valuesObject:
        auth:
          password: hunter2
          existingSecret: db
          passwordSecret: db
          secretName: db
          tokenSecretRef: x
          rootPassword: ""
          automountServiceAccountToken: true
        db: {API_KEY: 12345}
        extraEnv: [{name: DB_PASSWORD, value: hunter2}, {name: LEVEL, value: info}]
        ok:
          token: "ref+vault://x"
          password: "${environment}"
          clientSecret: "{{ .Values.x }}"
""",
        },
        [
            (
                "project.yaml:9:11: application.source.helm.valuesObject.auth.password: this looks like a "
                "secret, and everybody who may see the Application would read it (put it into "
                "namespace.secrets and name that Secret (existingSecret), or use helm-secrets; if it is "
                "none: allow: [{kind: inlineSecret, value: "
                "application.source.helm.valuesObject.auth.password, reason: …}]) [inline-secret]"
            ),
            (
                "project.yaml:16:14: application.source.helm.valuesObject.db.API_KEY: this looks like a "
                "secret, and everybody who may see the Application would read it (put it into "
                "namespace.secrets and name that Secret (existingSecret), or use helm-secrets; if it is "
                "none: allow: [{kind: inlineSecret, value: application.source.helm.valuesObject.db.API_KEY, "
                "reason: …}]) [inline-secret]"
            ),
            (
                "project.yaml:17:40: application.source.helm.valuesObject.extraEnv[0].value: this looks like "
                "a secret, and everybody who may see the Application would read it (put it into "
                "namespace.secrets and name that Secret (existingSecret), or use helm-secrets; if it is "
                "none: allow: [{kind: inlineSecret, value: "
                "application.source.helm.valuesObject.extraEnv[0].value, reason: …}]) [inline-secret]"
            ),
            (
                "project.yaml:20:11: application.source.helm.valuesObject.ok.password: this looks like a "
                "secret, and everybody who may see the Application would read it (put it into "
                "namespace.secrets and name that Secret (existingSecret), or use helm-secrets; if it is "
                "none: allow: [{kind: inlineSecret, value: application.source.helm.valuesObject.ok.password, "
                "reason: …}]) [inline-secret]"
            ),
        ],
    ),
    "inline secrets by their look": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source:
    kustomize: null
    helm:
      releaseName: shop
      valuesObject:
        a: "ghp_abcdefghijklmnopqrstuvwxyz0123456789"
        b: "glpat-abcdefghijklmnopqrst"
        c: AKIAIOSFODNN7EXAMPLE
        d: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghijk"
        e: "-----BEGIN RSA PRIVATE KEY-----"
        f: "postgres://shop:hunter2@db/shop"
        g: "-----BEGIN CERTIFICATE-----"
        h: "https://example.org/a:b@c"
""",
        },
        [
            (
                "project.yaml:8:9: application.source.helm.valuesObject.a: this looks like a secret, and "
                "everybody who may see the Application would read it (put it into namespace.secrets and name "
                "that Secret (existingSecret), or use helm-secrets; if it is none: allow: [{kind: "
                "inlineSecret, value: application.source.helm.valuesObject.a, reason: …}]) [inline-secret]"
            ),
            (
                "project.yaml:9:9: application.source.helm.valuesObject.b: this looks like a secret, and "
                "everybody who may see the Application would read it (put it into namespace.secrets and name "
                "that Secret (existingSecret), or use helm-secrets; if it is none: allow: [{kind: "
                "inlineSecret, value: application.source.helm.valuesObject.b, reason: …}]) [inline-secret]"
            ),
            (
                "project.yaml:10:9: application.source.helm.valuesObject.c: this looks like a secret, and "
                "everybody who may see the Application would read it (put it into namespace.secrets and name "
                "that Secret (existingSecret), or use helm-secrets; if it is none: allow: [{kind: "
                "inlineSecret, value: application.source.helm.valuesObject.c, reason: …}]) [inline-secret]"
            ),
            (
                "project.yaml:11:9: application.source.helm.valuesObject.d: this looks like a secret, and "
                "everybody who may see the Application would read it (put it into namespace.secrets and name "
                "that Secret (existingSecret), or use helm-secrets; if it is none: allow: [{kind: "
                "inlineSecret, value: application.source.helm.valuesObject.d, reason: …}]) [inline-secret]"
            ),
            (
                "project.yaml:12:9: application.source.helm.valuesObject.e: this looks like a secret, and "
                "everybody who may see the Application would read it (put it into namespace.secrets and name "
                "that Secret (existingSecret), or use helm-secrets; if it is none: allow: [{kind: "
                "inlineSecret, value: application.source.helm.valuesObject.e, reason: …}]) [inline-secret]"
            ),
            (
                "project.yaml:13:9: application.source.helm.valuesObject.f: this looks like a secret, and "
                "everybody who may see the Application would read it (put it into namespace.secrets and name "
                "that Secret (existingSecret), or use helm-secrets; if it is none: allow: [{kind: "
                "inlineSecret, value: application.source.helm.valuesObject.f, reason: …}]) [inline-secret]"
            ),
        ],
    ),
    "inline secrets in text": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source:
    kustomize: null
    helm:
      releaseName: shop
      values: |
        auth:
          user: shop
          password: "hunter2"
""",
        },
        [
            (
                "project.yaml:7:7: application.source.helm.values: this looks like a secret, and everybody "
                "who may see the Application would read it (put it into namespace.secrets and name that "
                "Secret (existingSecret), or use helm-secrets; if it is none: allow: [{kind: inlineSecret, "
                "value: application.source.helm.values, reason: …}]) [inline-secret]"
            ),
        ],
    ),
    "no inline secret in text": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source:
    kustomize: null
    helm:
      releaseName: shop
      values: |
        auth: {existingSecret: db, password: "", tokens: 3}
        password:
          secretRef: x
""",
        },
        [],
    ),
    "inline secrets in parameters, plugins, patches and Jsonnet": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applications:
  a:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      targetRevision: v1.0.0
      path: a
      helm:
        releaseName: a
        parameters: [{name: auth.password, value: hunter2}, {name: size, value: big}]
  b:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      targetRevision: v1.0.0
      path: a
      plugin:
        env: [{name: TOKEN, value: hunter2}]
        parameters: [{name: apiKey, string: hunter2}]
  c:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      targetRevision: v1.0.0
      path: a
      kustomize: {patches: [{patch: "stringData:\\n  password: hunter2"}]}
  d:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      targetRevision: v1.0.0
      path: a
      directory:
        jsonnet:
          extVars: [{name: secretKey, value: hunter2}]
          tlas: [{name: token, value: hunter2}]
""",
        },
        [
            (
                "project.yaml:10:44: applications.a.source.helm.parameters[0].value: this looks like a "
                "secret, and everybody who may see the Application would read it (put it into "
                "namespace.secrets and name that Secret (existingSecret), or use helm-secrets; if it is "
                "none: allow: [{kind: inlineSecret, value: applications.a.source.helm.parameters[0].value, "
                "reason: …}]) [inline-secret]"
            ),
            (
                "project.yaml:17:29: applications.b.source.plugin.env[0].value: this looks like a secret, "
                "and everybody who may see the Application would read it (put it into namespace.secrets and "
                "name that Secret (existingSecret), or use helm-secrets; if it is none: allow: [{kind: "
                "inlineSecret, value: applications.b.source.plugin.env[0].value, reason: …}]) [inline-secret]"
            ),
            (
                "project.yaml:18:37: applications.b.source.plugin.parameters[0].string: this looks like a "
                "secret, and everybody who may see the Application would read it (put it into "
                "namespace.secrets and name that Secret (existingSecret), or use helm-secrets; if it is "
                "none: allow: [{kind: inlineSecret, value: "
                "applications.b.source.plugin.parameters[0].string, reason: …}]) [inline-secret]"
            ),
            (
                "project.yaml:24:30: applications.c.source.kustomize.patches[0].patch: this looks like a "
                "secret, and everybody who may see the Application would read it (put it into "
                "namespace.secrets and name that Secret (existingSecret), or use helm-secrets; if it is "
                "none: allow: [{kind: inlineSecret, value: applications.c.source.kustomize.patches[0].patch, "
                "reason: …}]) [inline-secret]"
            ),
            (
                "project.yaml:32:39: applications.d.source.directory.jsonnet.extVars[0].value: this looks "
                "like a secret, and everybody who may see the Application would read it (put it into "
                "namespace.secrets and name that Secret (existingSecret), or use helm-secrets; if it is "
                "none: allow: [{kind: inlineSecret, value: "
                "applications.d.source.directory.jsonnet.extVars[0].value, reason: …}]) [inline-secret]"
            ),
            (
                "project.yaml:33:32: applications.d.source.directory.jsonnet.tlas[0].value: this looks like "
                "a secret, and everybody who may see the Application would read it (put it into "
                "namespace.secrets and name that Secret (existingSecret), or use helm-secrets; if it is "
                "none: allow: [{kind: inlineSecret, value: "
                "applications.d.source.directory.jsonnet.tlas[0].value, reason: …}]) [inline-secret]"
            ),
        ],
    ),
    "inline secrets in ApplicationSets": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applicationSets:
  s:
    generators: [{list: {elements: [{token: hunter2}]}}]
    template:
      name: '{{ .x }}'
      source: {helm: {parameters: [{name: password, value: hunter2}]}}
""",
        },
        [
            (
                "project.yaml:4:38: applicationSets.s.generators[0].list.elements[0].token: this looks like "
                "a secret, and everybody who may see the Application would read it (put it into "
                "namespace.secrets and name that Secret (existingSecret), or use helm-secrets; if it is "
                "none: allow: [{kind: inlineSecret, value: "
                "applicationSets.s.generators[0].list.elements[0].token, reason: …}]) [inline-secret]"
            ),
            (
                "project.yaml:7:53: applicationSets.s.template.source.helm.parameters[0].value: this looks "
                "like a secret, and everybody who may see the Application would read it (put it into "
                "namespace.secrets and name that Secret (existingSecret), or use helm-secrets; if it is "
                "none: allow: [{kind: inlineSecret, value: "
                "applicationSets.s.template.source.helm.parameters[0].value, reason: …}]) [inline-secret]"
            ),
        ],
    ),
    "inline secret, allowed": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
application:
  source:
    kustomize: null
    helm: {releaseName: shop, valuesObject: {password: hunter2}}
allow:
- kind: inlineSecret
  value: application.source.helm.valuesObject.password
  reason: a demo
""",
        },
        [],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    assert told(check, tmp_path, files) == expected
