"""A stack of two environments and the two clusters where they are built, as tests look at them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from tests.support import trees
from tests.support.api import Api
from tests.support.argocd import APPLICATIONS, PROJECTS, ArgoCd
from tests.support.engine import Engine

__all__ = ["REGISTRIES", "World"]

_ARGO_CD_SECRETS = "/api/v1/namespaces/argocd/secrets"
_NAMESPACED = (
    "/api/v1/namespaces/{}/resourcequotas",
    "/api/v1/namespaces/{}/limitranges",
    "/api/v1/namespaces/{}/secrets",
    "/api/v1/namespaces/{}/serviceaccounts",
    "/apis/networking.k8s.io/v1/namespaces/{}/networkpolicies",
    "/apis/rbac.authorization.k8s.io/v1/namespaces/{}/rolebindings",
)

_PRODUCT = """\
credentials:
  gitlab:
    {urlPrefix: "https://gitlab.example.org/blue/", type: https, username: bot, password: {secret: gitlab-token}}
application:
  source: {repoURL: "https://gitlab.example.org/blue/shop.git", path: deploy, kustomize: {}}
"""

_REQUIREMENTS = """\
requirements:
  source: {repoURL: "https://gitlab.example.org/blue/database.git", path: deploy, kustomize: {}}
  managedElsewhere: [source.targetRevision]
"""

REGISTRIES = """\
registries: {harbor: {server: harbor.example.org, username: robot, password: {secret: harbor-password}}}
"""

_DEV = f"""\
versions: {{requirements: v1.0.0, application: v1.0.0}}
access: {{kubernetes: {{view: [blue-viewers]}}}}
{_REQUIREMENTS}{REGISTRIES}"""

_STAGING = """\
versions: {application: v1.0.0}
"""


class World:
    """The stack of one product, with the environments `dev` and `staging` on `eu-1`."""

    SECRETS: ClassVar[Mapping[str, str]] = {
        "blue.gitlab-token": "glpat-s3cr3t-1",
        "blue.harbor-password": "hunter2-s3cr3t",
    }

    def __init__(self, product: str, engine: Engine, hub: Api, spoke: Api, argocd: ArgoCd) -> None:
        self.product = product
        self.engine = engine
        self.hub = hub
        self.spoke = spoke
        self.argocd = argocd

    @staticmethod
    def tree(product: str) -> dict[str, str]:
        """The files: the base tree's platform and team, and the product."""
        folder = f"projects/blue/{product}"
        return {
            "platform.yaml": trees.platform(
                "environments: {existing: nonproduction, adopted: nonproduction}"
            ),
            "projects/blue/team.yaml": trees.BASE["projects/blue/team.yaml"],
            f"{folder}/product.yaml": _PRODUCT,
            f"{folder}/eu-1/dev/project.yaml": _DEV,
            f"{folder}/eu-1/staging/project.yaml": _STAGING,
        }

    def write(self, environment: str, text: str | None) -> None:
        """Write an environment's file, or remove its folder."""
        name = self._file(environment)
        if text is None:
            del self.engine.files[name]
        else:
            self.engine.files[name] = text
        self.engine.write()

    def edit(self, environment: str, old: str, new: str) -> None:
        """Replace a piece of an environment's file, which must be there once."""
        text = self.read(environment)
        assert text.count(old) == 1, text
        self.write(environment, text.replace(old, new))

    def read(self, environment: str) -> str:
        """An environment's file."""
        return self.engine.files[self._file(environment)]

    def namespace(self, environment: str) -> str:
        return f"blue-{self.product}-{environment}"

    def project(self, environment: str) -> str:
        return f"{self.namespace(environment)}-eu-1"

    def application(self, environment: str, key: str = "app") -> str:
        """Path of an Application on the hub."""
        return f"{APPLICATIONS}/{self.project(environment)}-{key}"

    def in_namespace(self, environment: str, path: str) -> str:
        """Path of an object in an environment's namespace."""
        return f"/api/v1/namespaces/{self.namespace(environment)}/{path}"

    def objects(self, environment: str = "") -> dict[str, str]:
        """UIDs of everything that exists of the product, or of one environment, by path."""
        prefix = self.namespace(environment) if environment else f"blue-{self.product}-"
        found: dict[str, str] = {}
        for path in (APPLICATIONS, PROJECTS, _ARGO_CD_SECRETS):
            found |= _uids(self.hub, path, prefix)
        namespaces = _uids(self.spoke, "/api/v1/namespaces", prefix)
        for path in namespaces:
            for collection in _NAMESPACED:
                found |= _uids(self.spoke, collection.format(path.rpartition("/")[2]))
        return found | namespaces

    def _file(self, environment: str) -> str:
        return f"projects/blue/{self.product}/eu-1/{environment}/project.yaml"


def _uids(api: Api, collection: str, prefix: str = "") -> dict[str, Any]:
    return {
        f"{collection}/{item['metadata']['name']}": item["metadata"]["uid"]
        for item in api.items(collection)
        if item["metadata"]["name"].startswith(prefix)
    }
