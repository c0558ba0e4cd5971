"""Rules about extra manifests: the exact text of each report."""

from __future__ import annotations

from pathlib import Path

import pytest

from argoproject.checks.manifests.manifests import check
from tests.support import cases
from tests.support.reports import told

CASES = cases.read(__file__)


SERVICES = {
    "externalIPs: [10.0.0.1]": (
        "spec.externalIPs: a Service with externalIPs takes traffic that is meant for others (remove them: what comes "
        "in comes through an Ingress or a load balancer) [service-external-ips]"
    ),
    **{
        f"type: ExternalName, externalName: {name}": (
            f"spec.externalName: the Service leads into the cluster, not to a name outside: {name.rstrip('.').lower()} "
            "(name a host outside the cluster; within the namespace use the other Service itself) "
            "[service-external-name]"
        )
        for name in (
            "db.green-shop-prod.svc.cluster.local",
            "db.green-shop-prod.SVC.",
            "kubernetes",
            "a.b.cluster.local",
        )
    },
    "type: ExternalName, externalName: db.example.org": "",
    "type: ExternalName, externalName: db.blue-shop-prod.svc": "",
    "type: ExternalName, externalName: db.blue-shop-prod.svc.cluster.local": "",
    "type: ExternalName": (
        "spec.externalName: the Service leads into the cluster, not to a name outside: nothing (name a host outside "
        "the cluster; within the namespace use the other Service itself) [service-external-name]"
    ),
    "selector: {app: shop}": "",
}


@pytest.mark.parametrize("spec", SERVICES)
def test_services_that_lead_elsewhere(spec: str, tmp_path: Path) -> None:
    service = f"{{apiVersion: v1, kind: Service, metadata: {{name: x}}, spec: {{{spec}}}}}\n"
    files = {
        "project.yaml": "versions: {application: v1.4.2}\n",
        "projects/blue/shop/manifests/x.yaml": service,
    }
    lines = [line.split(": ", 1)[1] for line in told(check, tmp_path, files)]
    assert lines == ([SERVICES[spec]] if SERVICES[spec] else [])


@pytest.mark.parametrize("name", CASES)
def test_report(tmp_path: Path, name: str, pytestconfig: pytest.Config) -> None:
    CASES.compare(name, told(check, tmp_path, CASES[name].files), pytestconfig)


@pytest.mark.parametrize(
    ("manifest", "path"),
    [
        (
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {password: hunter2}}",
            "data.password",
        ),
        (
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {a.yaml: 'db: {password: hunter2}\n'}}",
            "data.a.yaml",
        ),
        (
            "{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: a, env: [{name: DB_PASSWORD, "
            "value: hunter2}]}]}}",
            "spec.containers[0].env[0].value",
        ),
    ],
)
def test_a_secret_in_clear_in_another_kind(manifest: str, path: str, tmp_path: Path) -> None:
    project = "versions: {application: v1.4.2}\n"
    files = {"project.yaml": project, "projects/blue/shop/manifests/x.yaml": f"{manifest}\n"}
    (line,) = told(check, tmp_path, files)
    assert line.endswith("[inline-secret]")
    assert f" {path}: this looks like a secret, and stands in Git in clear" in line
    assert "hunter2" not in line
    allow = (
        f"allow: [{{kind: inlineSecret, value: 'manifests/x.yaml:{path}', reason: no secret}}]\n"
    )
    other = tmp_path / "allowed"
    assert told(check, other, {**files, "project.yaml": project + allow}) == []
