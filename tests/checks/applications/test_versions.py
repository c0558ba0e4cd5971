"""Rules about revisions: the exact text of each report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from argoproject.checks.applications.versions import check
from tests.support.reports import Case, told

CASES: Mapping[str, Case] = {
    "correct": (
        {
            "project.yaml": "versions: {application: v1.4.2}\n",
        },
        [],
    ),
    "correct, several sources": (
        {
            "project.yaml": """\
versions: {application: {shop: 1.4.2, values: v2026.11.3}}
application:
  source: null
  sources:
    - {repoURL: 'https://charts.example.org/stable', chart: shop}
    - {repoURL: "https://gitlab.example.org/blue/shop.git", ref: values}
""",
        },
        [],
    ),
    "targetRevision is enough": (
        {
            "project.yaml": """\
application:
  source: {targetRevision: v1.0.0}
""",
        },
        [],
    ),
    "unknown Application": (
        {
            "project.yaml": """\
versions: {application: v1.4.2, aplication: v1.0.0, app: v1.0.0, reqs: v1.0.0, worker: v1.0.0}
""",
        },
        [
            (
                "project.yaml:1:33: versions.aplication: the environment has no Application 'aplication' "
                "(did you mean application?; to drop what another file says, write `aplication: null`) "
                "[version-unknown-application]"
            ),
            (
                "project.yaml:1:53: versions.app: the environment has no Application 'app' (did you mean "
                "application?; to drop what another file says, write `app: null`) "
                "[version-unknown-application]"
            ),
            (
                "project.yaml:1:66: versions.reqs: the environment has no Application 'reqs' (known: "
                "application; to drop what another file says, write `reqs: null`) "
                "[version-unknown-application]"
            ),
            (
                "project.yaml:1:80: versions.worker: the environment has no Application 'worker' (known: "
                "application; to drop what another file says, write `worker: null`) "
                "[version-unknown-application]"
            ),
        ],
    ),
    "versions without any Application": (
        {
            "project.yaml": """\
application: null
versions: {worker: v1.0.0}
""",
        },
        [
            (
                "project.yaml:2:12: versions.worker: the environment has no Application 'worker' (add the "
                "Application; to drop what another file says, write `worker: null`) "
                "[version-unknown-application]"
            ),
        ],
    ),
    "one revision for several sources": (
        {
            "project.yaml": """\
versions: {application: 1.4.2}
application:
  source: null
  sources:
    - {repoURL: 'https://charts.example.org/stable', chart: shop}
    - {repoURL: "https://gitlab.example.org/blue/shop.git", ref: values}
    - {repoURL: "https://gitlab.example.org/blue/more.git", path: a}
""",
        },
        [
            (
                "project.yaml:1:12: versions.application: the Application has 3 sources: one revision does "
                "not say which it is for (write {shop: …, values: …, <name>: …}) [version-of-several]"
            ),
        ],
    ),
    "unknown source": (
        {
            "project.yaml": """\
versions: {application: {shop: 1.4.2, values: v1.0.0, value: v1.0.0, other: v1.0.0}}
application:
  source: null
  sources:
    - {repoURL: 'https://charts.example.org/stable', chart: shop}
    - {repoURL: "https://gitlab.example.org/blue/shop.git", ref: values}
""",
        },
        [
            (
                "project.yaml:1:55: versions.application.value: no source of the Application has the name, "
                "ref or chart 'value' (did you mean values?) [version-unknown-source]"
            ),
            (
                "project.yaml:1:70: versions.application.other: no source of the Application has the name, "
                "ref or chart 'other' (known: shop, values) [version-unknown-source]"
            ),
        ],
    ),
    "unknown source, nameless ones": (
        {
            "project.yaml": """\
versions: {application: {a: v1.0.0}}
application:
  source: null
  sources:
    - {repoURL: "https://gitlab.example.org/blue/shop.git", path: a}
    - {repoURL: "https://gitlab.example.org/blue/shop.git", path: b}
""",
        },
        [
            (
                "project.yaml:1:26: versions.application.a: no source of the Application has the name, ref "
                "or chart 'a' (give the sources a `name`) [version-unknown-source]"
            ),
            (
                "project.yaml:5:7: application.sources[0].targetRevision: the source has no revision (give "
                "it a `name`, and add `versions: {application: {<name>: …}}`) [no-revision]"
            ),
            (
                "project.yaml:6:7: application.sources[1].targetRevision: the source has no revision (give "
                "it a `name`, and add `versions: {application: {<name>: …}}`) [no-revision]"
            ),
        ],
    ),
    "unknown source, only one": (
        {
            "project.yaml": "versions: {application: {shop: v1.0.0}}\n",
        },
        [
            (
                "project.yaml:1:26: versions.application.shop: no source of the Application has the name, "
                "ref or chart 'shop' (write `application: <revision>`: there is only one source) "
                "[version-unknown-source]"
            ),
            (
                "product.yaml:2:3: application.source.targetRevision: in blue/shop/eu-1/prod: the source has "
                "no revision (add `versions: {application: …}`) [no-revision]"
            ),
        ],
    ),
    "ambiguous source": (
        {
            "project.yaml": """\
versions: {application: {shop: 1.4.2}}
application:
  source: null
  sources:
  - repoURL: 'https://charts.example.org/stable'
    chart: shop
    targetRevision: 1.0.0
  - repoURL: 'https://charts.example.org/stable'
    chart: shop
    name: second
    targetRevision: 1.0.0
""",
        },
        [
            (
                "project.yaml:1:26: versions.application.shop: 2 sources are called 'shop' (give each a "
                "`name`, and write the revisions by these names) [version-ambiguous]"
            ),
        ],
    ),
    "a source twice": (
        {
            "project.yaml": """\
versions: {application: {shop: 1.4.2, main: 1.4.3}}
application:
  source: null
  sources:
    - {repoURL: 'https://charts.example.org/stable', chart: shop, name: main}
""",
        },
        [
            (
                "project.yaml:1:26: versions.application.shop: the revision of this source is already set by "
                "'main' (keep one of them) [version-twice]"
            ),
        ],
    ),
    "no revision": (
        {
            "project.yaml": "description: Nothing\n",
        },
        [
            (
                "product.yaml:2:3: application.source.targetRevision: in blue/shop/eu-1/prod: the source has "
                "no revision (add `versions: {application: …}`) [no-revision]"
            ),
        ],
    ),
    "no revision among several": (
        {
            "project.yaml": """\
application:
  source: null
  sources:
    - {repoURL: "https://gitlab.example.org/blue/shop.git", ref: values}
    - {repoURL: "https://gitlab.example.org/blue/shop.git", path: a}
""",
        },
        [
            (
                "project.yaml:4:7: application.sources[0].targetRevision: the source has no revision (add "
                "`versions: {application: {values: …}}`) [no-revision]"
            ),
            (
                "project.yaml:5:7: application.sources[1].targetRevision: the source has no revision (give "
                "it a `name`, and add `versions: {application: {<name>: …}}`) [no-revision]"
            ),
        ],
    ),
    "exact revisions": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applications:
  a0:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: v1.2.3
  a1:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: 1.2.3
  a2:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: v2026.11.3
  a3:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: v1.2.3-rc.1
  a4:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: refs/tags/v1.2.3
  a5:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: refs/tags/shop/v1.2.3
  a6:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: 0123456789abcdef0123456789abcdef01234567
  a7:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: 1.2.3
  a8:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: v1.2.3-rc.1
  a9:
    source:
      repoURL: 'oci://registry.example.org/blue/docs'
      path: .
      targetRevision: sha256:0000000000000000000000000000000000000000000000000000000000000000
  a10:
    source:
      repoURL: 'oci://registry.example.org/blue/docs'
      path: .
      targetRevision: 1.2.3
""",
        },
        [],
    ),
    "moving revisions in production": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applications:
  a0:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: main
  a1:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: HEAD
  a2:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: release-1
  a3:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: release-1.2.3
  a4:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: v1
  a5:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: v1.2
  a6:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: 1.2.*
  a7:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: 0123456
  a8:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: 1.2
  a9:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: 1.2.x
  a10:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: ~1.2.3
  a11:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: '*'
  a12:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: sha256:0000000000000000000000000000000000000000000000000000000000000000
  a13:
    source:
      repoURL: 'oci://registry.example.org/blue/docs'
      path: .
      targetRevision: latest
  a14:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: '>= 1.0 <2.0'
  a15:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: ^1.2
  a16:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: '1.0.0 - 2.0.0'
""",
        },
        [
            (
                "project.yaml:7:7: applications.a0.source.targetRevision: 'main' is not exact: environments "
                "of the class production take versions, full commit hashes or digests only (write a full "
                "commit hash, or a tag that is a version, for example v1.4.2) [revision-not-fixed]"
            ),
            (
                "project.yaml:12:7: applications.a1.source.targetRevision: 'HEAD' is not exact: environments "
                "of the class production take versions, full commit hashes or digests only (write a full "
                "commit hash, or a tag that is a version, for example v1.4.2) [revision-not-fixed]"
            ),
            (
                "project.yaml:17:7: applications.a2.source.targetRevision: 'release-1' is not exact: "
                "environments of the class production take versions, full commit hashes or digests only "
                "(write a full commit hash, or a tag that is a version, for example v1.4.2) "
                "[revision-not-fixed]"
            ),
            (
                "project.yaml:22:7: applications.a3.source.targetRevision: 'release-1.2.3' is not exact: "
                "environments of the class production take versions, full commit hashes or digests only "
                "(write a full commit hash, or a tag that is a version, for example v1.4.2) "
                "[revision-not-fixed]"
            ),
            (
                "project.yaml:27:7: applications.a4.source.targetRevision: 'v1' is not exact: environments "
                "of the class production take versions, full commit hashes or digests only (write a full "
                "commit hash, or a tag that is a version, for example v1.4.2) [revision-not-fixed]"
            ),
            (
                "project.yaml:32:7: applications.a5.source.targetRevision: 'v1.2' is not exact: environments "
                "of the class production take versions, full commit hashes or digests only (write a full "
                "commit hash, or a tag that is a version, for example v1.4.2) [revision-not-fixed]"
            ),
            (
                "project.yaml:37:7: applications.a6.source.targetRevision: '1.2.*' is not exact: "
                "environments of the class production take versions, full commit hashes or digests only "
                "(write a full commit hash, or a tag that is a version, for example v1.4.2) "
                "[revision-not-fixed]"
            ),
            (
                "project.yaml:42:7: applications.a7.source.targetRevision: '0123456' is not exact: "
                "environments of the class production take versions, full commit hashes or digests only "
                "(write a full commit hash, or a tag that is a version, for example v1.4.2) "
                "[revision-not-fixed]"
            ),
            (
                "project.yaml:47:7: applications.a8.source.targetRevision: '1.2' is not exact: environments "
                "of the class production take versions, full commit hashes or digests only (write a version "
                "of three numbers, for example 1.4.2) [revision-not-fixed]"
            ),
            (
                "project.yaml:52:7: applications.a9.source.targetRevision: '1.2.x' is not exact: "
                "environments of the class production take versions, full commit hashes or digests only "
                "(write a version of three numbers, for example 1.4.2) [revision-not-fixed]"
            ),
            (
                "project.yaml:57:7: applications.a10.source.targetRevision: '~1.2.3' is not exact: "
                "environments of the class production take versions, full commit hashes or digests only "
                "(write a version of three numbers, for example 1.4.2) [revision-not-fixed]"
            ),
            (
                "project.yaml:62:7: applications.a11.source.targetRevision: '*' is not exact: environments "
                "of the class production take versions, full commit hashes or digests only (write a version "
                "of three numbers, for example 1.4.2) [revision-not-fixed]"
            ),
            (
                "project.yaml:67:7: applications.a12.source.targetRevision: "
                "'sha256:0000000000000000000000000000000000000000000000000000000000000000' is not exact: "
                "environments of the class production take versions, full commit hashes or digests only "
                "(write a version of three numbers, for example 1.4.2) [revision-not-fixed]"
            ),
            (
                "project.yaml:72:7: applications.a13.source.targetRevision: 'latest' is not exact: "
                "environments of the class production take versions, full commit hashes or digests only "
                "(write a digest (sha256:…), or a tag that is a version, for example 1.4.2) "
                "[revision-not-fixed]"
            ),
            (
                "project.yaml:77:7: applications.a14.source.targetRevision: '>= 1.0 <2.0' is not exact: "
                "environments of the class production take versions, full commit hashes or digests only "
                "(write a version of three numbers, for example 1.4.2) [revision-not-fixed]"
            ),
            (
                "project.yaml:82:7: applications.a15.source.targetRevision: '^1.2' is not exact: "
                "environments of the class production take versions, full commit hashes or digests only "
                "(write a version of three numbers, for example 1.4.2) [revision-not-fixed]"
            ),
            (
                "project.yaml:87:7: applications.a16.source.targetRevision: '1.0.0 - 2.0.0' is not exact: "
                "environments of the class production take versions, full commit hashes or digests only "
                "(write a version of three numbers, for example 1.4.2) [revision-not-fixed]"
            ),
        ],
    ),
    "moving revisions elsewhere": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applications:
  a0:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: main
  a1:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: HEAD
  a2:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: release-1
  a3:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: release-1.2.3
  a4:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: v1
  a5:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: v1.2
  a6:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: 1.2.*
  a7:
    source:
      repoURL: "https://gitlab.example.org/blue/shop.git"
      path: a
      targetRevision: 0123456
  a8:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: 1.2
  a9:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: 1.2.x
  a10:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: ~1.2.3
  a11:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: '*'
  a12:
    source:
      repoURL: 'oci://registry.example.org/blue/docs'
      path: .
      targetRevision: latest
  a13:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: '>= 1.0 <2.0'
  a14:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: ^1.2
  a15:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: '1.0.0 - 2.0.0'
""",
            "env": "dev",
        },
        [],
    ),
    "not the version of a chart": (
        {
            "project.yaml": """\
versions: {application: v1.4.2}
applications:
  a0:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: main
  a1:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: 0123456789abcdef0123456789abcdef01234567
  a2:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: 1.x
  a3:
    source:
      repoURL: 'https://charts.example.org/stable'
      chart: shop
      targetRevision: '>=1.0 main'
""",
            "env": "dev",
        },
        [
            (
                "project.yaml:7:7: applications.a0.source.targetRevision: 'main' is no version of a chart "
                "(write a version of three numbers, for example 1.4.2) [chart-version]"
            ),
            (
                "project.yaml:12:7: applications.a1.source.targetRevision: "
                "'0123456789abcdef0123456789abcdef01234567' is no version of a chart (write a version of "
                "three numbers, for example 1.4.2) [chart-version]"
            ),
            (
                "project.yaml:22:7: applications.a3.source.targetRevision: '>=1.0 main' is no version of a "
                "chart (write a version of three numbers, for example 1.4.2) [chart-version]"
            ),
        ],
    ),
    "a moving revision in versions": (
        {
            "project.yaml": "versions: {application: main}\n",
        },
        [
            (
                "project.yaml:1:12: versions.application: 'main' is not exact: environments of the class "
                "production take versions, full commit hashes or digests only (write a full commit hash, or "
                "a tag that is a version, for example v1.4.2) [revision-not-fixed]"
            ),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    assert told(check, tmp_path, files) == expected
