"""Rules about repositories, credentials, registries and Secrets: the exact text of each report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from argoproject.checks.repositories.repositories import check, secret_refs
from argoproject.project.model import Layers
from argoproject.yamlfile.reader import path_text
from tests.support.reports import SHOP, Case, told
from tests.support.trees import project, report, tree

CASES: Mapping[str, Case] = {
    "correct": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
repositories:
  shop:
    url: "https://gitlab.example.org/blue/shop.git"
    credentials: {type: https, username: bot, password: {secret: token}}
credentials:
  gitlab:
    urlPrefix: 'https://gitlab.example.org/blue/'
    type: https
    username: bot
    password: {secret: token}
registries:
  harbor: {server: harbor.example.org, username: u, password: {secret: p}}
  gone: {server: gone.example.org, dockerconfigjson: {secret: p}}
namespace: {secrets: {db: {password: {secret: p}}}}
""",
        },
        [],
    ),
    "one repository twice": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
repositories:
  a: {url: "https://gitlab.example.org/blue/shop.git"}
  b: {url: "https://GitLab.example.org/blue/shop"}
""",
        },
        [
            (
                "project.yaml:4:7: repositories.b.url: repositories.a has the same URL: Argo CD would use "
                "either of them (keep one) [repository-twice]"
            ),
        ],
    ),
    "unused, in project.yaml": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
repositories:
  a: {url: "https://gitlab.example.org/blue/other.git"}
""",
        },
        [
            (
                "project.yaml:3:3: repositories.a: warning: no source uses the repository: it gets no Secret "
                "(remove it, or correct the URL so that it is the source's) [repository-unused]"
            ),
        ],
    ),
    "unused, but by base": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
base:
  source: {repoURL: "https://gitlab.example.org/blue/base.git", path: base, kustomize: {}}
repositories:
  a: {url: "https://gitlab.example.org/blue/base.git"}
""",
        },
        [
            (
                "project.yaml:5:3: repositories.a: warning: only `base` uses the repository: it gets no "
                "Secret, as `base` stands in a project of the platform, which reads with credentials of its "
                "own (remove it) [repository-unused]"
            ),
        ],
    ),
    "unused, but by an `allow`": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
repositories:
  a: {url: "https://gitlab.example.org/blue/other.git"}
allow: [{kind: source, value: "https://gitlab.example.org/blue/other", reason: r}]
""",
        },
        [],
    ),
    "secrets of the platform, where they belong": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
repositories:
  shop:
    url: "https://gitlab.example.org/blue/shop.git"
    credentials: {type: https, username: bot, password: {secret: git}}
  unused:
    url: "https://gitlab.example.org/green/unused.git"
    credentials: {type: https, username: bot, password: {secret: harbor}}
registries:
  harbor: {server: harbor.example.org, username: u, password: {secret: harbor}}
  path: {server: harbor.example.org/blue, username: u, password: {secret: harbor}, secretName: b}
namespace: {secrets: {db: {b: {secret: of-green}}}}
""",
            "projects/blue/shop/product.yaml": """\
application: {source: {repoURL: "https://gitlab.example.org/blue/shop.git", path: a, kustomize: {}}}
repositories: {unused: {type: git}}
""",
            "platform": """\
secrets:
  git: {teams: [blue], urlPrefixes: ["https://gitlab.example.org/blue/"]}
  harbor: {teams: [green, blue], urlPrefixes: [harbor.example.org/]}
  of-green: {teams: [green], urlPrefixes: [harbor.example.org/]}
""",
        },
        [
            (
                "project.yaml:6:3: repositories.unused: warning: no source uses the repository: it gets no "
                "Secret (remove it, or correct the URL so that it is the source's) [repository-unused]"
            ),
        ],
    ),
    "secrets of the platform, for nothing yet": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
registries:
  harbor: {server: harbor.example.org, username: u, password: {secret: idle}, serviceAccounts: [argocd-sync]}
namespace: {secrets: {db: {a: {secret: idle}}}}
""",
            "platform": """\
secrets: {idle: {teams: [blue]}}
profiles: {medium: {impersonation: {clusterRole: edit}}}
""",
        },
        [
            (
                "project.yaml:3:53: registries.harbor.password: idle is the platform's and would be sent to "
                "harbor.example.org (secrets.idle.urlPrefixes of platform.yaml allows nothing: name a secret of "
                "the team's own, or let the platform team add the URL) [platform-secret-elsewhere]"
            ),
            (
                "project.yaml:3:97: registries.harbor.serviceAccounts[0]: argocd-sync is the account of Argo "
                "CD's syncs, with which no pod runs (name the account of the workloads) [registry-account]"
            ),
            (
                "project.yaml:4:28: namespace.secrets.db.a: idle is the platform's: in the namespace the team "
                "could read it (name a secret of the team's own) [platform-secret-in-namespace]"
            ),
        ],
    ),
    "secrets of the platform, elsewhere": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
credentials:
  all:
    urlPrefix: "https://gitlab.example.org/"
    type: https
    username: bot
    password: {secret: harbor}
registries:
  evil: {server: harbor.example.org.evil.tld, username: u, password: {secret: harbor}}
  host: {server: harbor.example.org, dockerconfigjson: {secret: narrow}}
namespace: {secrets: {db: {a: {secret: harbor}}}}
""",
            "platform": """\
secrets:
  harbor: {teams: [blue], urlPrefixes: [harbor.example.org/, "https://harbor.example.org/"]}
  narrow: {teams: [blue], urlPrefixes: [harbor.example.org/blue/]}
""",
        },
        [
            (
                "project.yaml:7:5: credentials.all.password: harbor is the platform's and would be sent to "
                "https://gitlab.example.org/blue/shop.git (secrets.harbor.urlPrefixes of platform.yaml "
                "allows harbor.example.org/, https://harbor.example.org/: name a secret of the team's own, "
                "or let the platform team add the URL) [platform-secret-elsewhere]"
            ),
            (
                "project.yaml:9:60: registries.evil.password: harbor is the platform's and would be sent to "
                "harbor.example.org.evil.tld (secrets.harbor.urlPrefixes of platform.yaml allows "
                "harbor.example.org/, https://harbor.example.org/: name a secret of the team's own, or let "
                "the platform team add the URL) [platform-secret-elsewhere]"
            ),
            (
                "project.yaml:10:38: registries.host.dockerconfigjson: narrow is the platform's and would be "
                "sent to harbor.example.org (secrets.narrow.urlPrefixes of platform.yaml allows "
                "harbor.example.org/blue/: name a secret of the team's own, or let the platform team add the "
                "URL) [platform-secret-elsewhere]"
            ),
            (
                "project.yaml:11:28: namespace.secrets.db.a: harbor is the platform's, for "
                "harbor.example.org/, https://harbor.example.org/: in the namespace the team could read it "
                "(name a secret of the team's own) [platform-secret-in-namespace]"
            ),
        ],
    ),
    "the key of a GitHub App of the platform": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
repositories:
  shop:
    url: "https://gitlab.example.org/blue/shop.git"
    credentials:
      type: githubApp
      appId: 1
      privateKey: {secret: app}
      enterpriseBaseUrl: https://evil.tld/api/v3
""",
            "platform": "secrets: {app: {teams: [blue], urlPrefixes: ['https://gitlab.example.org/']}}",
        },
        [
            (
                "project.yaml:8:7: repositories.shop.credentials.privateKey: app is the platform's and would "
                "be sent to https://evil.tld/api/v3 (secrets.app.urlPrefixes of platform.yaml allows "
                "https://gitlab.example.org/: name a secret of the team's own, or let the platform team add "
                "the URL) [platform-secret-elsewhere]"
            ),
        ],
    ),
    "unused, in product.yaml": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
            "projects/blue/shop/product.yaml": """\
application:
  source:
    repoURL: "https://gitlab.example.org/blue/shop.git"
    path: a
    kustomize: {}
repositories: {a: {url: 'https://gitlab.example.org/blue/other.git'}}
""",
        },
        [],
    ),
    "types and schemes, correct": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applications:
  a0:
    source:
      repoURL: 'https://g.example.org/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a1:
    source:
      repoURL: 'ssh://git@g.example.org/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a2:
    source:
      repoURL: 'git@g.example.org:b'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a3:
    source:
      repoURL: 'https://c.example.org/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a4:
    source:
      repoURL: 'r.example.org/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a5:
    source:
      repoURL: 'oci://r.example.org/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
repositories:
  r0: {url: 'https://g.example.org/a', type: git}
  r1: {url: 'ssh://git@g.example.org/a', type: git}
  r2: {url: 'git@g.example.org:b', type: git}
  r3: {url: 'https://c.example.org/a', type: helm}
  r4: {url: 'r.example.org/a', type: helm, enableOCI: true}
  r5: {url: 'oci://r.example.org/a', type: oci}
""",
        },
        [],
    ),
    "types and schemes": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applications:
  a0:
    source:
      repoURL: 'git://g.example.org/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a1:
    source:
      repoURL: 'https://r.example.org/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a2:
    source:
      repoURL: 'ssh://git@c.example.org/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a3:
    source:
      repoURL: 'r.example.org/b'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a4:
    source:
      repoURL: 'r.example.org/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a5:
    source:
      repoURL: 'oci://r.example.org/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a6:
    source:
      repoURL: 'oci://r.example.org/b'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a7:
    source:
      repoURL: 'r.example.org/c'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
repositories:
  r0: {url: 'git://g.example.org/a'}
  r1: {url: 'https://r.example.org/a', type: oci}
  r2: {url: 'ssh://git@c.example.org/a', type: helm}
  r3: {url: 'r.example.org/b', type: helm}
  r4: {url: 'r.example.org/a', type: git, enableOCI: true}
  r5: {url: 'oci://r.example.org/a', type: helm, enableOCI: true}
  r6: {url: 'oci://r.example.org/b', type: git}
  r7: {url: 'r.example.org/c'}
""",
        },
        [
            (
                "project.yaml:52:8: repositories.r0.url: git:// is not encrypted (write https:// or ssh://) "
                "[repository-scheme]"
            ),
            (
                "project.yaml:53:8: repositories.r1.url: a repository of type oci needs a URL that begins "
                "with oci:// (put oci:// before it) [repository-scheme]"
            ),
            (
                "project.yaml:54:8: repositories.r2.url: a Helm repository is served over https (write "
                "https://…, or `enableOCI: true` and host/path for charts in an OCI registry) "
                "[repository-scheme]"
            ),
            (
                "project.yaml:55:8: repositories.r3.url: a Helm repository is served over https (write "
                "https://…, or `enableOCI: true` and host/path for charts in an OCI registry) "
                "[repository-scheme]"
            ),
            (
                "project.yaml:56:43: repositories.r4.enableOCI: `enableOCI` is for Helm charts, the "
                "repository is of type git (set the type to helm, or remove it) [enable-oci]"
            ),
            (
                "project.yaml:57:50: repositories.r5.enableOCI: with `enableOCI` the URL has no scheme "
                "(write host/path) [enable-oci]"
            ),
            (
                "project.yaml:58:8: repositories.r6.url: a Git repository has no URL like oci://… (write "
                "https://… or ssh://…, or set the type: helm with `enableOCI: true`, or oci) "
                "[repository-scheme]"
            ),
            (
                "project.yaml:59:8: repositories.r7.url: a Git repository has no URL like host/path (write "
                "https://… or ssh://…, or set the type: helm with `enableOCI: true`, or oci) "
                "[repository-scheme]"
            ),
        ],
    ),
    "credentials and schemes, correct": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applications:
  a0:
    source:
      repoURL: 'ssh://git@g.example.org/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a1:
    source:
      repoURL: 'git@g.example.org:b'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a2:
    source:
      repoURL: 'https://g.example.org/c'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a3:
    source:
      repoURL: 'https://github.com/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a4:
    source:
      repoURL: 'r.example.org/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
repositories:
  r0:
    url: 'ssh://git@g.example.org/a'
    credentials: {type: ssh, privateKey: {secret: key}}
  r1:
    url: 'git@g.example.org:b'
    credentials: {type: ssh, privateKey: {secret: key}}
  r2:
    url: 'https://g.example.org/c'
    credentials: {type: bearer, token: {secret: t}}
  r3:
    url: 'https://github.com/a'
    credentials: {type: githubApp, appId: 1, privateKey: {secret: k}}
  r4:
    url: 'r.example.org/a'
    type: helm
    enableOCI: true
    credentials: {type: https, username: bot, password: {secret: token}}
""",
        },
        [],
    ),
    "credentials and schemes": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applications:
  a0:
    source:
      repoURL: 'https://g.example.org/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a1:
    source:
      repoURL: 'ssh://git@g.example.org/b'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a2:
    source:
      repoURL: 'git@g.example.org:c'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a3:
    source:
      repoURL: 'https://c.example.org/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a4:
    source:
      repoURL: 'ssh://git@github.com/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a5:
    source:
      repoURL: 'r.example.org/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
repositories:
  r0:
    url: 'https://g.example.org/a'
    credentials: {type: ssh, privateKey: {secret: key}}
  r1:
    url: 'ssh://git@g.example.org/b'
    credentials: {type: https, username: bot, password: {secret: token}}
  r2:
    url: 'git@g.example.org:c'
    credentials: {type: bearer, token: {secret: t}}
  r3:
    url: 'https://c.example.org/a'
    type: helm
    credentials: {type: bearer, token: {secret: t}}
  r4:
    url: 'ssh://git@github.com/a'
    credentials: {type: githubApp, appId: 1, privateKey: {secret: k}}
  r5:
    url: 'r.example.org/a'
    type: helm
    enableOCI: true
    credentials: {type: ssh, privateKey: {secret: key}}
""",
        },
        [
            (
                "project.yaml:42:19: repositories.r0.credentials.type: a credential of type ssh is for "
                "ssh://, the URL is https:// (write the URL of that kind, or another type of credential) "
                "[credential-scheme]"
            ),
            (
                "project.yaml:45:19: repositories.r1.credentials.type: a credential of type https is for "
                "https:// or http:// or oci:// or host/path, the URL is ssh:// (write the URL of that kind, "
                "or another type of credential) [credential-scheme]"
            ),
            (
                "project.yaml:48:19: repositories.r2.credentials.type: a credential of type bearer is for "
                "https://, the URL is ssh:// (write the URL of that kind, or another type of credential) "
                "[credential-scheme]"
            ),
            (
                "project.yaml:52:19: repositories.r3.credentials.type: a credential of type bearer is for "
                "Git, the repository is of type helm (use `type: https` with username and password) "
                "[credential-type]"
            ),
            (
                "project.yaml:55:19: repositories.r4.credentials.type: a credential of type githubApp is for "
                "https://, the URL is ssh:// (write the URL of that kind, or another type of credential) "
                "[credential-scheme]"
            ),
            (
                "project.yaml:60:19: repositories.r5.credentials.type: a credential of type ssh is for "
                "ssh://, the URL is host/path (write the URL of that kind, or another type of credential) "
                "[credential-scheme]"
            ),
        ],
    ),
    "a credential's scheme": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
credentials:
  ssh:
    urlPrefix: 'https://g.example.org/'
    type: ssh
    privateKey: {secret: key}
  https:
    urlPrefix: 'ssh://git@g.example.org/'
    type: https
    username: bot
    password: {secret: token}
  oci:
    urlPrefix: 'oci://r.example.org/'
    repositoryType: helm
    enableOCI: true
    type: https
    username: bot
    password: {secret: token}
""",
        },
        [
            (
                "project.yaml:5:5: credentials.ssh.type: a credential of type ssh is for ssh://, the URL is "
                "https:// (write the URL of that kind, or another type of credential) [credential-scheme]"
            ),
            (
                "project.yaml:9:5: credentials.https.type: a credential of type https is for https:// or "
                "http:// or oci:// or host/path, the URL is ssh:// (write the URL of that kind, or another "
                "type of credential) [credential-scheme]"
            ),
            (
                "project.yaml:15:5: credentials.oci.enableOCI: with `enableOCI` the URL has no scheme (write "
                "host/path) [enable-oci]"
            ),
        ],
    ),
    "http": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applications:
  a0:
    source:
      repoURL: 'http://g.example.org/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
repositories: {r0: {url: 'http://g.example.org/a'}}
credentials:
  c:
    urlPrefix: 'http://g.example.org/'
    type: https
    username: bot
    password: {secret: token}
""",
        },
        [
            (
                "project.yaml:9:21: repositories.r0.url: http:// is not encrypted: credentials and manifests "
                "could be read and changed (write https://; where there is none, the platform team adds it "
                "to the profile with `insecure: true`) [repository-http]"
            ),
            (
                "project.yaml:12:5: credentials.c.urlPrefix: http:// is not encrypted: credentials and "
                "manifests could be read and changed (write https://; where there is none, the platform team "
                "adds it to the profile with `insecure: true`) [repository-http]"
            ),
        ],
    ),
    "insecure": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applications:
  a0:
    source:
      repoURL: 'https://g.example.org/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
repositories: {r0: {url: 'https://g.example.org/a', insecure: true}}
""",
        },
        [
            (
                "project.yaml:9:53: repositories.r0.insecure: only the platform team switches the check of "
                "certificates and host keys off (remove `insecure`, or ask the platform team to put the "
                "repository into the profile) [insecure]"
            ),
        ],
    ),
    "insecure, by the platform": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applications:
  a0:
    source:
      repoURL: 'http://g.example.org/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
""",
            "platform": """\
profiles: {medium: {repositories: {r: {url: 'http://g.example.org/a', insecure: true}}}}""",
        },
        [],
    ),
    "insecure, with the URL changed": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applications:
  a0:
    source:
      repoURL: 'http://g.example.org/b'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
repositories: {r: {url: 'http://g.example.org/b'}}
""",
            "platform": """\
profiles: {medium: {repositories: {r: {url: 'http://g.example.org/a', insecure: true}}}}""",
        },
        [
            (
                "project.yaml:9:20: repositories.r.url: only the platform team switches the check of "
                "certificates and host keys off (remove `insecure`, or ask the platform team to put the "
                "repository into the profile) [insecure]"
            ),
        ],
    ),
    "proxy": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applications:
  a0:
    source:
      repoURL: 'https://g.example.org/0'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a1:
    source:
      repoURL: 'https://g.example.org/1'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a2:
    source:
      repoURL: 'https://g.example.org/2'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a3:
    source:
      repoURL: 'https://g.example.org/3'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a4:
    source:
      repoURL: 'https://g.example.org/4'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
repositories:
  r0: {url: 'https://g.example.org/0', proxy: 'http://proxy.example.org:3128'}
  r1: {url: 'https://g.example.org/1', proxy: 'https://proxy.example.org:3128'}
  r2: {url: 'https://g.example.org/2', proxy: 'ssh://proxy.example.org'}
  r3: {url: 'https://g.example.org/3', proxy: 'http://proxy.example.org/x'}
  r4: {url: 'https://g.example.org/4', proxy: 'proxy.example.org:3128'}
""",
        },
        [
            (
                "project.yaml:36:40: repositories.r2.proxy: this is not the URL of a proxy (write "
                "scheme://host:port, without user, path or anything else) [proxy]"
            ),
            (
                "project.yaml:37:40: repositories.r3.proxy: this is not the URL of a proxy (write "
                "scheme://host:port, without user, path or anything else) [proxy]"
            ),
            (
                "project.yaml:38:40: repositories.r4.proxy: this is not the URL of a proxy (write "
                "scheme://host:port, without user, path or anything else) [proxy]"
            ),
        ],
    ),
    "two logins for one OCI registry": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applications:
  a0:
    source:
      repoURL: 'r.example.org/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a1:
    source:
      repoURL: 'oci://r.example.org/b'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
repositories:
  r0:
    url: 'r.example.org/a'
    type: helm
    enableOCI: true
    credentials: {type: https, username: bot, password: {secret: token}}
  r1:
    url: 'oci://r.example.org/b'
    type: oci
    credentials: {type: https, username: other, password: {secret: token}}
""",
        },
        [
            (
                "project.yaml:24:5: repositories.r1.credentials: repositories.r0 has another login for "
                "r.example.org: Helm keeps one login for each registry, so that the last one would be used "
                "for both (use one account that may read both) [registry-host-twice]"
            ),
        ],
    ),
    "one login for one OCI registry": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applications:
  a0:
    source:
      repoURL: 'r.example.org/a'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
  a1:
    source:
      repoURL: 'oci://r.example.org/b'
      path: .
      kustomize: {}
      targetRevision: 1.0.0
repositories:
  r0:
    url: 'r.example.org/a'
    type: helm
    enableOCI: true
    credentials: {type: https, username: bot, password: {secret: token}}
  r1:
    url: 'oci://r.example.org/b'
    type: oci
    credentials: {type: https, username: bot, password: {secret: token}}
""",
        },
        [],
    ),
    "prefixes": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
credentials:
  host:
    urlPrefix: 'https://gitlab.example.org'
    type: https
    username: bot
    password: {secret: token}
  folder:
    urlPrefix: 'https://gitlab.example.org/blue'
    type: https
    username: bot
    password: {secret: token}
  one:
    urlPrefix: 'https://gitlab.example.org/blue/shop.git'
    type: https
    username: bot
    password: {secret: token}
  other:
    urlPrefix: 'https://gitlab.example.org/blue/shop'
    type: https
    username: bot
    password: {secret: token}
  good:
    urlPrefix: 'https://gitlab.example.org/blue/'
    type: https
    username: bot
    password: {secret: token}
""",
        },
        [
            (
                "project.yaml:4:5: credentials.host.urlPrefix: the prefix of several repositories ends in "
                "`/`: without, it names a single one (write https://gitlab.example.org/) [url-prefix]"
            ),
            (
                "project.yaml:9:5: credentials.folder.urlPrefix: the prefix of several repositories ends in "
                "`/`: without, it names a single one (write https://gitlab.example.org/blue/) [url-prefix]"
            ),
            (
                "project.yaml:19:5: credentials.other.urlPrefix: credentials.one has the same prefix: none "
                "of the two is the nearer one (keep one) [credential-twice]"
            ),
        ],
    ),
    "registries": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
registries:
  a: {server: harbor.example.org}
  b: {server: harbor.example.org, password: {secret: p}}
  c: {server: harbor.example.org, username: u}
  d: {server: harbor.example.org, username: u, dockerconfigjson: {secret: p}}
  e:
    server: harbor.example.org
    username: u
    password: {secret: p}
    dockerconfigjson: {secret: p}
""",
        },
        [
            (
                "project.yaml:3:3: registries.a: the registry has no login (add `username` and `password: "
                "{secret: …}`, or `dockerconfigjson: {secret: …}`) [registry-login]"
            ),
            (
                "project.yaml:4:3: registries.b.username: `password` needs a `username` (add it) "
                "[registry-login]"
            ),
            (
                "project.yaml:5:3: registries.c: the registry has no login (add `username` and `password: "
                "{secret: …}`, or `dockerconfigjson: {secret: …}`) [registry-login]"
            ),
            (
                "project.yaml:6:48: registries.d.dockerconfigjson: `dockerconfigjson` stands beside "
                "`username` or `password` (keep `username` and `password`, or `dockerconfigjson`) "
                "[registry-login]"
            ),
            (
                "project.yaml:11:5: registries.e.dockerconfigjson: `dockerconfigjson` stands beside "
                "`username` or `password` (keep `username` and `password`, or `dockerconfigjson`) "
                "[registry-login]"
            ),
        ],
    ),
    "registries that share a Secret": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
registries:
  a: {server: harbor.example.org, username: u, password: {secret: p}, secretName: pull}
  b: {server: Harbor.example.org, username: u, password: {secret: p}, secretName: pull}
  c: {server: c.example.org, dockerconfigjson: {secret: p}, secretName: pull}
  d: {server: d.example.org, username: u, password: {secret: p}, secretName: pull}
""",
        },
        [
            (
                "project.yaml:4:7: registries.b.server: the Secret pull has a login for harbor.example.org "
                "already, from registries.a (remove one, or set another `secretName`) [registry-twice]"
            ),
            (
                "project.yaml:5:30: registries.c.dockerconfigjson: the Secret pull is shared: a ready Docker "
                "configuration cannot be joined with others (use `username` and `password`, or another "
                "`secretName`) [registry-joined]"
            ),
        ],
    ),
    "registries and workload Secrets": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
registries:
  a: {server: harbor.example.org, username: u, password: {secret: p}}
namespace: {secrets: {pull-a: {password: {secret: p}}}}
""",
        },
        [
            (
                "project.yaml:3:3: registries.a.secretName: namespace.secrets has a Secret of the same name, "
                "pull-a (set another `secretName`) [secret-name-twice]"
            ),
        ],
    ),
    "workload Secrets": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
namespace:
  secrets:
    empty: {}
    db: {"pass word": {secret: p}, "..": {secret: p}, ok_1.x-y: {secret: p}}
""",
        },
        [
            (
                "project.yaml:4:5: namespace.secrets.empty: the Secret has no keys (add `<key>: {secret: "
                "<name>}`, or remove it) [secret-empty]"
            ),
            (
                "project.yaml:5:10: namespace.secrets.db.pass word: 'pass word' is not a key of a Secret "
                "(use letters, digits, `-`, `_` and `.`, at most 253) [secret-key]"
            ),
            (
                "project.yaml:5:36: namespace.secrets.db...: '..' is not a key of a Secret (use letters, "
                "digits, `-`, `_` and `.`, at most 253) [secret-key]"
            ),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    assert told(check, tmp_path, files) == expected


def test_secrets_in_use(tmp_path: Path) -> None:
    text = """\
versions: {application: v1.4.2}
repositories:
  shop: {url: "https://gitlab.example.org/blue/shop.git"}
  unused: {url: "https://gitlab.example.org/blue/unused.git", credentials: {type: ssh, privateKey: {secret: unused}}}
credentials:
  gitlab: {urlPrefix: "https://gitlab.example.org/blue/", type: https, username: bot, password: {secret: token}}
  hub: {urlPrefix: "https://github.com/blue/", type: githubApp, appId: 1, privateKey: {secret: unused}}
registries:
  harbor: {server: harbor.example.org, username: u, password: {secret: harbor}}
  ready: {server: ready.example.org, dockerconfigjson: {secret: ready}}
namespace: {secrets: {db: {password: {secret: db}, user: {secret: db}}}}
"""
    resolved = project(tree(tmp_path, {f"{SHOP}/prod/project.yaml": text}), "blue/shop/eu-1/prod")
    assert {path_text(path): name for path, name in secret_refs(resolved)} == {
        "credentials.gitlab.password": "token",
        "registries.harbor.password": "harbor",
        "registries.ready.dockerconfigjson": "ready",
        "namespace.secrets.db.password": "db",
        "namespace.secrets.db.user": "db",
    }


def test_a_program_of_the_platform_may_do_what_files_may_not(tmp_path: Path) -> None:
    text = """\
versions: {application: v1.4.2}
repositories: {shop: {url: "https://gitlab.example.org/blue/shop.git", insecure: true}}
"""
    resolved = project(tree(tmp_path, {f"{SHOP}/prod/project.yaml": text}), "blue/shop/eu-1/prod")
    assert len(report(check(resolved))) == 1
    assert report(check(replace(resolved, layers=Layers()))) == []
