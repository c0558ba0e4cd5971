"""The cluster in which tenants attack: environments as planned, the policies, and the people and accounts in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from argoproject.fleet.pipeline import load_fleet
from argoproject.plan.model import ProjectPlan
from tests.controlplane.cluster import ControlPlane
from tests.e2e.test_api_server import revealed
from tests.support import trees
from tests.support.api import Api, eventually
from tests.support.trees import TODAY

__all__ = ["EXEMPT", "FILES", "NAMESPACE", "OTHER", "Answer", "Arena", "Request", "arena", "of"]

NAMESPACE = "blue-store-prod"
OTHER = "green-wiki-prod"
DOOMED = "green-docs-prod"
TRYING = "blue-store-staging"
"""Its profile only warns."""

EXEMPT = "green-wiki-lab"
"""Its syncs have no account of their own, and its profile restricts no classes."""

RBAC = "rbac.authorization.k8s.io/v1"
ADMISSION = "admissionregistration.k8s.io/v1"

_ADMISSION = """{
  registries: [harbor.example.org, registry.example.org/blue/*, "*.mirror.example.org", docker.io/blue],
  storageClasses: [fast], ingressClasses: [public], priorityClasses: [normal], serviceTypes: [ClusterIP],
  hosts: ["*.example.org"]}"""
_PLATFORM = f"""
environmentClasses: {{laboratory: {{profile: open}}}}
environments: {{lab: laboratory}}
profiles:
  small: {{admission: {{mode: warn, registries: [harbor.example.org]}}, tenantKinds: standard}}
  medium:
    tenantKinds: standard
    impersonation: {{clusterRole: edit}}
    admission: {_ADMISSION}
  open: {{namespace: {{podSecurity: {{enforce: baseline}}}}, tenantKinds: standard, admission: {{}}}}
teams:
  blue: {{hosts: ["*.example.org"], clusterRoles: [view, edit]}}
  green: {{hosts: ["*.example.org"]}}
"""
_VERSION = "versions: {application: v1.4.2}\n"
FILES: Mapping[str, str | None] = {
    "platform.yaml": trees.platform(_PLATFORM),
    trees.PROJECT: None,
    trees.PRODUCT: None,
    "projects/blue/store/product.yaml": trees.BASE[trees.PRODUCT],
    "projects/blue/store/eu-1/prod/project.yaml": _VERSION
    + 'hosts: [store.example.org, "*.store.example.org"]\n'
    + "access: {kubernetes: {edit: [blue-admins], view: [blue-viewers]}}\n",
    "projects/blue/store/eu-1/staging/project.yaml": "versions: {application: main}\n",
    "projects/green/wiki/product.yaml": trees.BASE[trees.PRODUCT].replace("/blue/", "/green/"),
    "projects/green/wiki/eu-1/prod/project.yaml": _VERSION + "hosts: [wiki.example.org]\n",
    "projects/green/wiki/eu-1/lab/project.yaml": _VERSION,
    "projects/green/docs/product.yaml": trees.BASE[trees.PRODUCT].replace("/blue/", "/green/"),
    "projects/green/docs/eu-1/prod/project.yaml": _VERSION,
}

USERS: Mapping[str, Mapping[str, str]] = {
    "tenant": {"Impersonate-User": "anna", "Impersonate-Group": "blue-admins"},
    "viewer": {"Impersonate-User": "vera", "Impersonate-Group": "blue-viewers"},
    "sync": {"Impersonate-User": f"system:serviceaccount:{NAMESPACE}:argocd-sync"},
    "pod": {"Impersonate-User": f"system:serviceaccount:{NAMESPACE}:default"},
    "argocd": {"Impersonate-User": "system:serviceaccount:kube-system:argocd-manager"},
    "controller": {
        "Impersonate-User": "system:serviceaccount:kube-system:resourcequota-controller"
    },
    **{
        name: {"Impersonate-User": f"system:serviceaccount:kube-system:{name}"}
        for name in (
            "generic-garbage-collector",
            "legacy-service-account-token-cleaner",
            "namespace-controller",
            "service-controller",
            "storage-version-migrator-controller",
            "unsealer",
        )
    },
    "operator": {"Impersonate-User": "system:serviceaccount:mesh:operator"},
    "platform": {},
}
"""Who acts: a person of the team, one who may only look, the account of impersonated syncs, a pod, Argo CD with its
usual rights (cluster-admin), controllers of Kubernetes, one that is installed next to them and creates Secrets
as tenants ask it to, an operator that labels namespaces, and the platform team."""

_INSTALLED: Mapping[str, tuple[str, list[dict[str, Any]]]] = {
    "kube-system:unsealer": (
        "unsealer",
        [
            {
                "apiGroups": [""],
                "resources": ["secrets", "serviceaccounts/token"],
                "verbs": ["create", "update"],
            },
            {
                "apiGroups": ["networking.k8s.io"],
                "resources": ["networkpolicies"],
                "verbs": ["delete"],
            },
        ],
    ),
    # Kubernetes makes its role only where the feature is on.
    "kube-system:storage-version-migrator-controller": (
        "migrator",
        [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["list", "create", "patch"]}],
    ),
    "mesh:operator": (
        "operator",
        [{"apiGroups": [""], "resources": ["namespaces"], "verbs": ["get", "patch", "update"]}],
    ),
}
"""What else runs in the cluster: `<namespace>:<account>`, the name of its ClusterRole, and its rules."""


class Answer(NamedTuple):
    status: int
    body: Any

    @property
    def let(self) -> bool:
        return self.status in (200, 201, 202)

    @property
    def words(self) -> str:
        return str(
            self.body.get("message", self.body) if isinstance(self.body, dict) else self.body
        )


@dataclass(frozen=True)
class Request:
    """One request of one user."""

    who: str
    method: str
    path: str
    body: object = None
    query: Mapping[str, str] = field(default_factory=dict)
    content: str = "application/json"


@dataclass(frozen=True)
class Arena:
    plane: ControlPlane
    api: Api

    def send(self, request: Request, *, dry_run: bool = True) -> Answer:
        """Send it; nothing is kept in a dry run, though it is admitted, or not, as if it were."""
        query = {**request.query, **({"dryRun": "All"} if dry_run else {})}
        path = request.path + "?" + "&".join(f"{key}={value}" for key, value in query.items())
        headers = USERS[request.who]
        return Answer(
            *self.plane.request(
                request.method, path, request.body, request.content, headers=headers
            )
        )


def of(group_version: str, resource: str, name: str = "", namespace: str | None = NAMESPACE) -> str:
    """The address of a collection, or of an object in it."""
    root = "/apis/" if "/" in group_version else "/api/"
    within = f"/namespaces/{namespace}" if namespace else ""
    return f"{root}{group_version}{within}/{resource}" + (f"/{name}" if name else "")


def arena(
    plane: ControlPlane, folder: Path, standing: Callable[[], Iterable[Request]]
) -> Iterator[Arena]:
    """Build everything, what tenants own already too, and take it away in the end."""
    api = Api(plane)
    for version, kind in (
        ("gateway.networking.k8s.io/v1", "HTTPRoute"),
        ("gateway.networking.k8s.io/v1", "ListenerSet"),
        ("argoproj.io/v1alpha1", "Rollout"),
        ("argoproj.io/v1alpha1", "Workflow"),
        ("cilium.io/v2", "CiliumNetworkPolicy"),
    ):
        api.serve(version, kind)
    fleet = load_fleet(trees.tree(folder, FILES), stack="all", select=None, today=TODAY)
    shared = [item for made in fleet.admission_policies(["eu-1"]) for item in made.objects]
    made = [item.manifest for item in shared]
    made += [_priority_class(), _cluster_admin(), *_installed()]
    _aggregate(api)
    for manifest in made:
        _create(api, manifest)
    for plan in fleet.plans:
        _build(api, plan)
    try:
        for namespace in (NAMESPACE, OTHER, TRYING, EXEMPT):
            path = of("v1", "serviceaccounts", "default", namespace)
            assert eventually(lambda: api.get(path) is not None)  # noqa: B023
        built = Arena(plane, api)
        assert eventually(lambda: _enforced(built)), "the policies do not come into force"
        for request in standing():
            answer = built.send(request, dry_run=False)
            assert answer.let, answer.words
        yield built
    finally:
        _clean_up(api, made)


def _build(api: Api, plan: ProjectPlan) -> None:
    assert plan.namespace.namespace is not None
    for item in (plan.namespace.namespace, *plan.namespace.objects):
        _create(api, revealed(item.manifest))


def _create(api: Api, manifest: Mapping[str, Any]) -> None:
    status, answer = api.create(manifest)
    assert status == 201, answer


def _enforced(arena: Arena) -> bool:
    """Policies and bindings reach the API server's caches one by one, within a second or so: probe one of each."""
    size = {"resources": {"requests": {"storage": "1Gi"}}, "accessModes": ["ReadWriteOnce"]}
    networking = "networking.k8s.io/v1"
    new: list[tuple[str, str, str, dict[str, Any]]] = [
        ("v1", "Pod", "pods", {"containers": [{"name": "x", "image": "x"}]}),
        ("v1", "Service", "services", {"type": "NodePort", "ports": [{"port": 80}]}),
        (
            "v1",
            "PersistentVolumeClaim",
            "persistentvolumeclaims",
            {"storageClassName": "x", **size},
        ),
        (networking, "Ingress", "ingresses", {"rules": [{"host": "x.y"}]}),
    ]
    probes = [
        Request("argocd", "DELETE", of("v1", "resourcequotas", "quota")),
        Request("argocd", "DELETE", of("v1", "namespaces", NAMESPACE, None)),
        *(
            Request("argocd", "POST", of(version, plural), _probe(version, kind, spec))
            for version, kind, plural, spec in new
        ),
    ]
    return all(arena.send(probe).status == 403 for probe in probes)


def _probe(version: str, kind: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "probe"}, "spec": spec}


def _priority_class() -> dict[str, Any]:
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": "normal"},
        "value": 10,
    }


def _cluster_admin() -> dict[str, Any]:
    """What `argocd cluster add` gives to Argo CD."""
    return {
        "apiVersion": RBAC,
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "argocd-manager-role-binding"},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": "cluster-admin",
        },
        "subjects": [
            {"kind": "ServiceAccount", "name": "argocd-manager", "namespace": "kube-system"}
        ],
    }


def _installed() -> Iterator[dict[str, Any]]:
    for account, (name, rules) in _INSTALLED.items():
        namespace, _, user = account.partition(":")
        reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name}
        subject = {"kind": "ServiceAccount", "name": user, "namespace": namespace}
        role = {"apiVersion": RBAC, "metadata": {"name": name}}
        yield {**role, "kind": "ClusterRole", "rules": rules}
        yield {**role, "kind": "ClusterRoleBinding", "roleRef": reference, "subjects": [subject]}


def _aggregate(api: Api) -> None:
    """Give `view` and `edit` their rules: the controller that does does not run here."""
    parts = ["system:aggregate-to-view", "system:aggregate-to-edit"]
    for name, count in (("view", 1), ("edit", 2)):
        path = of(RBAC, "clusterroles", name, None)
        found = [api.get(of(RBAC, "clusterroles", part, None)) for part in parts[:count]]
        api.patch(path, {"rules": [rule for part in found for rule in part["rules"]]})


def _clean_up(api: Api, made: list[Any]) -> None:
    spaces = [
        of("v1", "namespaces", name, None) for name in (NAMESPACE, OTHER, TRYING, DOOMED, EXEMPT)
    ]
    # The controller that would do so does not run here.
    claim = of("v1", "persistentvolumeclaims", "data")
    if api.get(claim) is not None:
        api.patch(claim, {"metadata": {"finalizers": None}})
    for path in spaces:
        api.delete(path)
    # With the policies still in force: Kubernetes' controllers must be able to empty a namespace.
    assert eventually(lambda: not any(map(api.get, spaces)), 90)
    for manifest in made:
        api.delete(api._path_of(manifest))
