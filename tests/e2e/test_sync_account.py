"""What the account of an environment's syncs can do on a real API server, and what it cannot.

The environment is built as planned; then requests are made as the account, by the headers that Argo CD sends. Each
refusal has its positive control: the same request by the administrator, who would be let, or the same thing in the
form that the account is given.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from argoproject.plan.manifests.impersonation import plural
from argoproject.plan.model import ProjectPlan
from argoproject.project.kinds import ALWAYS_DENIED, DEPLOYABLE, STRICTLY_DENIED
from tests.controlplane.cluster import ControlPlane
from tests.e2e.test_api_server import plans
from tests.support import trees
from tests.support.api import ARGO_CD, Api, eventually

pytestmark = pytest.mark.cluster

NAMESPACE = "blue-syncs-prod"
STRICT = "blue-syncs-staging"
OTHER = "green-wiki-prod"
CRD = "gadgets.shop.example.org"

_RBAC = "rbac.authorization.k8s.io/v1"
_FOLDER = "projects/blue/syncs/eu-1"
_PLATFORM = """
impersonation: true
profiles:
  medium: {tenantKinds: standard, impersonation: {kinds: [shop.example.org/Widget]}}
  small: {tenantKinds: strict}
teams:
  blue:
    allow: [clusterResource]
    kinds: [apiextensions.k8s.io/CustomResourceDefinition/gadgets.shop.example.org]
"""
_PROJECT = f"""\
versions: {{application: v1.4.2}}
allow: [{{kind: clusterResource, value: apiextensions.k8s.io/CustomResourceDefinition/{CRD}, reason: CHG-7}}]
"""

numbers = itertools.count()


class Answer(NamedTuple):
    status: int
    body: Any

    @property
    def let(self) -> bool:
        return self.status in (200, 201)

    @property
    def forbidden(self) -> bool:
        """Refused by RBAC, escalation prevention included; a wrong request would be another status."""
        return self.status == 403


class Account:
    """Requests as a user: the account of an environment's syncs, or without one the administrator."""

    def __init__(self, plane: ControlPlane, namespace: str | None = None) -> None:
        user = namespace and f"system:serviceaccount:{namespace}:argocd-sync"
        self.plane, self._headers = plane, {"Impersonate-User": user} if user else {}

    def ask(self, method: str, path: str, body: object = None) -> Answer:
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        return Answer(*self.plane.request(method, path, body, kind, headers=self._headers))

    def apply(self, path: str, manifest: Mapping[str, Any]) -> Answer:
        """Apply on the server's side, as Argo CD does where an Application asks for it."""
        query, kind = "?fieldManager=argocd-controller&force=true", "application/apply-patch+yaml"
        answer = self.plane.request("PATCH", path + query, manifest, kind, headers=self._headers)
        return Answer(*answer)


@pytest.fixture(scope="module")
def built(spoke: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """The environments on `eu-1`, and a namespace of somebody else."""
    api = Api(spoke)
    clean_up(api)
    for kind in ("Widget", "Rogue"):
        api.serve("shop.example.org/v1", kind)
    for kind in ("Rollout", "Workflow"):
        api.serve(ARGO_CD, kind)
    root = trees.tree(
        tmp_path_factory.mktemp("syncs"),
        {
            "platform.yaml": trees.platform(_PLATFORM),
            trees.PROJECT: None,
            "projects/blue/shop/product.yaml": None,
            "projects/blue/syncs/product.yaml": trees.BASE[trees.PRODUCT],
            f"{_FOLDER}/prod/project.yaml": _PROJECT,
            f"{_FOLDER}/staging/project.yaml": "versions: {application: main}\n",
        },
    )
    for plan in plans(root):
        build(api, plan)
    api.namespace(OTHER)
    # Kubernetes' own controller makes it, and no pod is accepted before.
    assert eventually(lambda: api.get(of("v1", "serviceaccounts", name="default")) is not None)
    yield spoke
    clean_up(api)


def build(api: Api, plan: ProjectPlan) -> None:
    """Everything on the destination cluster, in the order of the plan."""
    assert plan.namespace.namespace is not None
    for item in (plan.namespace.namespace, *plan.namespace.objects):
        status, answer = api.create(item.manifest)
        assert status == 201, f"{item.key}: {answer}"


def clean_up(api: Api) -> None:
    for kind in ("clusterrolebindings", "clusterroles"):
        api.delete(f"/apis/{_RBAC}/{kind}/argocd-sync:{NAMESPACE}-eu-1")
    api.delete(f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{CRD}")
    spaces = [f"/api/v1/namespaces/{name}" for name in (NAMESPACE, STRICT, OTHER)]
    for path in spaces:
        api.delete(path)
    assert eventually(lambda: not any(map(api.get, spaces)), 60)


@pytest.fixture
def account(built: ControlPlane) -> Account:
    return Account(built, NAMESPACE)


@pytest.fixture
def strict(built: ControlPlane) -> Account:
    return Account(built, STRICT)


@pytest.fixture
def admin(built: ControlPlane) -> Account:
    return Account(built)


def of(group_version: str, resource: str, namespace: str | None = NAMESPACE, name: str = "") -> str:
    """The address of a collection, or of an object in it."""
    root = "/apis/" if "/" in group_version else "/api/"
    within = f"/namespaces/{namespace}" if namespace else ""
    return f"{root}{group_version}{within}/{resource}" + (f"/{name}" if name else "")


def manifest(api_version: str, kind: str, **rest: Any) -> dict[str, Any]:
    metadata = {"name": f"x{next(numbers)}"}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}


POD: dict[str, Any] = {
    "metadata": {"labels": {"app": "x"}},
    "spec": {"containers": [{"name": "x", "image": "x"}]},
}
JOB = {"spec": {**POD["spec"], "restartPolicy": "Never"}}


def rule(group: str, resource: str, *verbs: str) -> dict[str, Any]:
    return {"apiGroups": [group], "resources": [resource], "verbs": list(verbs)}


def role(*rules: dict[str, Any]) -> dict[str, Any]:
    return manifest(_RBAC, "Role", rules=list(rules))


def binding(kind: str, name: str) -> dict[str, Any]:
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name}
    subject = {"kind": "ServiceAccount", "name": "default", "namespace": NAMESPACE}
    return manifest(_RBAC, "RoleBinding", roleRef=reference, subjects=[subject])


ORDINARY: dict[str, tuple[str, dict[str, Any]]] = {
    "Deployment": (
        "apps/v1",
        {"spec": {"selector": {"matchLabels": {"app": "x"}}, "template": POD}},
    ),
    "Service": ("v1", {"spec": {"ports": [{"port": 80}]}}),
    "ConfigMap": ("v1", {"data": {"a": "b"}}),
    "Secret": ("v1", {"stringData": {"a": "b"}}),
    "ServiceAccount": ("v1", {}),
    "PersistentVolumeClaim": (
        "v1",
        {"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}},
    ),
    "Job": (
        "batch/v1",
        {"metadata": {"name": "migrate", "annotations": {"helm.sh/hook": "pre-install"}},
         "spec": {"template": JOB}},
    ),
    "CronJob": ("batch/v1", {"spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": JOB}}}}),
    "Ingress": (
        "networking.k8s.io/v1",
        {"spec": {"defaultBackend": {"service": {"name": "x", "port": {"number": 80}}}}},
    ),
    "PodDisruptionBudget": ("policy/v1", {"spec": {"minAvailable": 1}}),
    "Lease": ("coordination.k8s.io/v1", {}),
    "Rollout": (ARGO_CD, {"spec": {"replicas": 1}}),
    "Workflow": (ARGO_CD, {"spec": {"entrypoint": "x"}}),
    "Widget": ("shop.example.org/v1", {"spec": {"size": 1}}),
}  # fmt: skip


@pytest.mark.parametrize("kind", ORDINARY)
def test_deploys_what_charts_bring(account: Account, strict: Account, kind: str) -> None:
    """Creates, applies, replaces and deletes it; Helm's hooks are such objects too."""
    version, rest = ORDINARY[kind]
    item = {**manifest(version, kind), **rest}
    path = of(version, plural(kind))
    one = of(version, plural(kind), name=item["metadata"]["name"])

    assert account.ask("POST", path, item).status == 201
    assert account.apply(one, item).status == 200
    # Of a claim, the finalizer of a controller that does not run here.
    changes = {"metadata": {"labels": {"a": "b"}, "finalizers": None}}
    assert account.ask("PATCH", one, changes).status == 200
    seen = account.ask("GET", one)
    assert seen.status == 200
    assert account.ask("PUT", one, seen.body).status == 200
    assert account.ask("GET", path).status == 200
    assert strict.ask("GET", one).forbidden
    assert account.ask("DELETE", one).status in (200, 202)


def test_a_create_by_applying(account: Account) -> None:
    item = manifest("v1", "ConfigMap")

    assert account.apply(of("v1", "configmaps", name=item["metadata"]["name"]), item).status == 201


STANDARD: dict[str, tuple[str, dict[str, Any]]] = {
    "NetworkPolicy": ("networking.k8s.io/v1", {"spec": {"podSelector": {}}}),
    "Role": (_RBAC, {"rules": [rule("", "configmaps", "get", "list", "watch")]}),
    "EndpointSlice": ("discovery.k8s.io/v1", {"addressType": "IPv4", "endpoints": []}),
}


@pytest.mark.parametrize("kind", STANDARD)
def test_standard_has_what_strict_denies(account: Account, strict: Account, kind: str) -> None:
    version, rest = STANDARD[kind]

    assert account.ask("POST", of(version, plural(kind)), {**manifest(version, kind), **rest}).let
    item = {**manifest(version, kind), **rest}
    assert strict.ask("POST", of(version, plural(kind), STRICT), item).forbidden


def test_grants_what_it_has_and_nothing_more(account: Account, admin: Account) -> None:
    """Kubernetes' own protection: nobody grants what they do not have."""
    leader = role(
        rule("coordination.k8s.io", "leases", "get", "list", "watch", "create", "update"),
        rule("", "events", "create", "patch"),
        rule("argoproj.io", "workflowtaskresults", "create", "patch"),
    )
    roles, bindings = of(_RBAC, "roles"), of(_RBAC, "rolebindings")
    assert account.ask("POST", roles, leader).status == 201
    assert account.ask("POST", bindings, binding("Role", leader["metadata"]["name"])).let

    for too_much in (
        rule("", "resourcequotas", "delete"),
        rule("", "pods/exec", "create"),
        rule("argoproj.io", "applications", "create"),
        rule("", "serviceaccounts", "impersonate"),
        rule(_RBAC.partition("/")[0], "roles", "escalate"),
        rule("*", "*", "*"),
    ):
        assert account.ask("POST", roles, role(too_much)).forbidden, too_much
        assert admin.ask("POST", roles, role(too_much)).status == 201
    # Not `edit`: its rules are gathered by a controller that does not run here, so that it would grant nothing.
    for name in ("cluster-admin", "system:node", "system:kube-controller-manager"):
        assert account.ask("POST", bindings, binding("ClusterRole", name)).forbidden
        assert admin.ask("POST", bindings, binding("ClusterRole", name)).status == 201


def test_does_not_raise_its_own_role(account: Account, admin: Account) -> None:
    own = of(_RBAC, "roles", name="argocd-sync")
    more = {"rules": [rule("", "resourcequotas", "delete")]}

    assert account.ask("GET", own).status == 200
    assert account.ask("PATCH", own, more).forbidden
    assert admin.ask("PATCH", own + "?dryRun=All", more).status == 200


def test_a_definition_by_its_name(account: Account, strict: Account, admin: Account) -> None:
    """What is allowed by name is made, changed and deleted; others of the kind are neither changed nor deleted."""
    kind, path = "CustomResourceDefinition", "apiextensions.k8s.io/v1"
    names = {"kind": "Gadget", "plural": "gadgets", "singular": "gadget", "listKind": "GadgetList"}
    schema = {"openAPIV3Schema": {"type": "object"}}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema}
    spec = {"group": "shop.example.org", "scope": "Namespaced", "names": names, "versions": [version]}  # fmt: skip
    item = {**manifest(path, kind, spec=spec), "metadata": {"name": CRD}}
    every, one = of(path, plural(kind), None), of(path, plural(kind), None, CRD)
    other = of(path, plural(kind), None, "widgets.shop.example.org")
    label = {"metadata": {"labels": {"a": "b"}}}

    assert strict.ask("POST", every, item).forbidden
    assert account.ask("POST", every, item).status == 201
    assert account.ask("GET", one).status == 200
    assert account.ask("PATCH", one, label).status == 200
    assert account.ask("PATCH", other, label).forbidden
    assert account.ask("DELETE", other).forbidden
    assert admin.ask("PATCH", other, label).status == 200
    assert account.ask("DELETE", one).status == 200


def test_sees_its_namespace_and_never_changes_it(account: Account, admin: Account) -> None:
    """`auth reconcile` needs the one; the other would lift Pod Security."""
    own = of("v1", "namespaces", None, NAMESPACE)
    privileged = {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "privileged"}}}

    assert account.ask("GET", own).status == 200
    assert account.ask("PATCH", own, privileged).forbidden
    assert admin.ask("PATCH", own + "?dryRun=All", privileged).status == 200
    assert account.ask("GET", of("v1", "namespaces", None, OTHER)).forbidden


ATTACKS: dict[str, tuple[str, str, Any]] = {
    "a larger quota": ("PATCH", of("v1", "resourcequotas", name="quota"), {"spec": {"hard": {"pods": "999"}}}),
    "no quota": ("DELETE", of("v1", "resourcequotas", name="quota"), None),
    "no limits": ("DELETE", of("v1", "limitranges", name="limits"), None),
    "a quota of its own": (
        "POST", of("v1", "resourcequotas"), manifest("v1", "ResourceQuota", spec={"hard": {"pods": "1"}}),
    ),
    "an Application": (
        "POST",
        of(ARGO_CD, "applications"),
        manifest(
            ARGO_CD, "Application",
            spec={"project": "default", "destination": {}, "source": {"repoURL": "https://x"}},
        ),
    ),
    "an AppProject": (
        "POST",
        of(ARGO_CD, "appprojects"),
        manifest(ARGO_CD, "AppProject", spec={}),
    ),
    "a kind that nobody listed": (
        "POST", of("shop.example.org/v1", "rogues"), manifest("shop.example.org/v1", "Rogue"),
    ),
    "another namespace's ConfigMap": ("POST", of("v1", "configmaps", OTHER), manifest("v1", "ConfigMap")),
    "another namespace's Secrets": ("GET", of("v1", "secrets", OTHER), None),
    "Secrets of all namespaces": ("GET", of("v1", "secrets", None), None),
    "a new namespace": ("POST", of("v1", "namespaces", None), manifest("v1", "Namespace")),
    "a ClusterRole": ("POST", of(_RBAC, "clusterroles", None), manifest(_RBAC, "ClusterRole", rules=[])),
    "a ClusterRoleBinding": (
        "POST",
        of(_RBAC, "clusterrolebindings", None),
        manifest(_RBAC, "ClusterRoleBinding", roleRef=binding("ClusterRole", "view")["roleRef"]),
    ),
    "a PersistentVolume": (
        "POST",
        of("v1", "persistentvolumes", None),
        manifest(
            "v1", "PersistentVolume",
            spec={"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/"}},
        ),
    ),
    "a PriorityClass": (
        "POST", of("scheduling.k8s.io/v1", "priorityclasses", None),
        manifest("scheduling.k8s.io/v1", "PriorityClass", value=1),
    ),
    "the nodes": ("GET", of("v1", "nodes", None), None),
    "a token of another account": (
        "POST",
        of("v1", "serviceaccounts", name="default/token"),
        {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"audiences": ["x"]}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_is_refused_where_the_administrator_is_not(
    account: Account, admin: Account, name: str
) -> None:
    method, path, body = ATTACKS[name]
    path += "" if method == "GET" else "?dryRun=All"

    refused = account.ask(method, path, body)
    done = admin.ask(method, path, body)

    assert refused.forbidden, refused.body
    assert done.let, done.body


def test_has_no_shell_in_a_pod(account: Account, admin: Account) -> None:
    """A pod that is on no node cannot be entered, the administrator gets that answer, the account is refused."""
    pod = manifest("v1", "Pod", spec=POD["spec"])
    name = pod["metadata"]["name"]
    assert account.ask("POST", of("v1", "pods"), pod).status == 201
    for entrance in ("exec?command=sh&stdout=true", "attach", "portforward"):
        path = of("v1", "pods", name=f"{name}/{entrance}")
        assert account.ask("POST", path).forbidden
        assert not admin.ask("POST", path).forbidden
    assert not account.ask("GET", of("v1", "pods", name=f"{name}/log")).forbidden


def test_the_plurals_are_those_of_the_server(admin: Account) -> None:
    """Every kind of the tables that Kubernetes or Argo CD serve here."""
    served = {}
    for group in {group for group, _ in (*DEPLOYABLE, *ALWAYS_DENIED, *STRICTLY_DENIED)}:
        for version in ("v1", "v1alpha1", "v2"):
            answer = admin.ask("GET", f"/apis/{group}/{version}" if group else f"/api/{version}")
            for item in answer.body["resources"] if answer.status == 200 else ():
                if "/" not in item["name"]:
                    served[group, item["kind"]] = item["name"]
    known = {*DEPLOYABLE, *ALWAYS_DENIED, *STRICTLY_DENIED} & set(served)

    assert len(known) >= 25
    assert {item: plural(item[1]) for item in known} == {item: served[item] for item in known}


def test_without_the_account_nothing(built: ControlPlane) -> None:
    """The positive control of the whole: an account that nobody bound is refused what ours may."""
    nobody = Account(built, OTHER)

    assert nobody.ask("POST", of("v1", "configmaps"), manifest("v1", "ConfigMap")).forbidden
