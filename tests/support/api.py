"""A small client of a real API server. It finds the path of a kind by discovery."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from argoproject.plan.manifests import impersonation as sync_role
from tests.controlplane.cluster import ControlPlane

__all__ = ["ARGO_CD", "Api", "eventually"]

ARGO_CD = "argoproj.io/v1alpha1"
"""API version of Argo CD's kinds."""


class Api:
    """One API server. Methods return (status, body) of the answer; `get` and `uid` return the object or its UID."""

    def __init__(self, plane: ControlPlane) -> None:
        self.plane = plane
        self._resources: dict[str, dict[str, tuple[str, bool]]] = {}

    def create(self, manifest: Mapping[str, Any], *, dry_run: bool = False) -> tuple[int, Any]:
        """Create the object; unknown fields are refused."""
        metadata = manifest["metadata"]
        path = self._collection(manifest["apiVersion"], manifest["kind"], metadata.get("namespace"))
        return self.plane.request("POST", f"{path}?{_query(dry_run)}", manifest)

    def apply(
        self, manifest: Mapping[str, Any], *, manager: str = "tests", dry_run: bool = False
    ) -> tuple[int, Any]:
        """Apply the object on the server's side; unknown fields are refused."""
        query = f"{_query(dry_run)}&fieldManager={manager}&force=true"
        kind = "application/apply-patch+yaml"
        return self.plane.request("PATCH", f"{self._path_of(manifest)}?{query}", manifest, kind)

    def patch(self, path: str, changes: Mapping[str, Any], manager: str = "kubectl-edit") -> Any:
        """Merge changes into the object at a path, as another client would."""
        status, answer = self.plane.request(
            "PATCH", f"{path}?fieldManager={manager}", changes, "application/merge-patch+json"
        )
        assert status == 200, answer
        return answer

    def get(self, path: str) -> Any:
        """The object at a path, or None."""
        status, answer = self.plane.request("GET", path)
        assert status in (200, 404), answer
        return answer if status == 200 else None

    def find(self, manifest: Mapping[str, Any]) -> Any:
        """The object that a manifest names, or None; without its managed fields."""
        found = self.get(self._path_of(manifest))
        if found is not None:
            found["metadata"].pop("managedFields", None)
        return found

    def items(self, path: str) -> list[Any]:
        """The objects of a collection."""
        status, answer = self.plane.request("GET", path)
        assert status == 200, answer
        return list(answer["items"])

    def delete(self, path: str) -> None:
        """Delete the object at a path, if it is there."""
        status, answer = self.plane.request("DELETE", path)
        assert status in (200, 202, 404), answer

    def remove(self, manifest: Mapping[str, Any]) -> None:
        """Delete the object that a manifest names, if it is there."""
        self.delete(self._path_of(manifest))

    def namespace(self, name: str, labels: Mapping[str, str] | None = None) -> None:
        """Create a namespace, if it is not there."""
        metadata = {"name": name, "labels": labels or {}}
        status, answer = self.create(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
        )
        assert status in (201, 409), answer

    def serve(self, api_version: str, kind: str) -> None:
        """Serve a namespaced custom kind that accepts any fields, if it is not served yet."""
        group, _, version = api_version.partition("/")
        plural = sync_role.plural(kind)
        schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
        names = {
            "kind": kind,
            "plural": plural,
            "singular": kind.lower(),
            "listKind": f"{kind}List",
        }
        crd = {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {
                "name": f"{plural}.{group}",
                # Groups that end in k8s.io, such as the Gateway API's, are refused without this annotation.
                "annotations": {"api-approved.kubernetes.io": "unapproved, for tests"},
            },
            "spec": {
                "group": group,
                "scope": "Namespaced",
                "names": names,
                "versions": [
                    {
                        "name": version,
                        "served": True,
                        "storage": True,
                        "schema": {"openAPIV3Schema": schema},
                    }
                ],
            },
        }
        status, answer = self.create(crd)
        assert status in (201, 409), answer
        assert eventually(
            lambda: self.plane.request("GET", f"/apis/{api_version}/{plural}")[0] == 200
        )

    def _path_of(self, manifest: Mapping[str, Any]) -> str:
        metadata = manifest["metadata"]
        collection = self._collection(
            manifest["apiVersion"], manifest["kind"], metadata.get("namespace")
        )
        return f"{collection}/{metadata['name']}"

    def _collection(self, api_version: str, kind: str, namespace: str | None) -> str:
        root = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        if kind not in self._resources.get(api_version, {}):
            status, answer = self.plane.request("GET", root)
            assert status == 200, f"{api_version} is not served"
            self._resources[api_version] = {
                item["kind"]: (item["name"], item["namespaced"])
                for item in answer["resources"]
                if "/" not in item["name"]
            }
        plural, namespaced = self._resources[api_version][kind]
        return f"{root}/namespaces/{namespace}/{plural}" if namespaced else f"{root}/{plural}"


def eventually(condition: Callable[[], object], seconds: float = 15) -> bool:
    """Whether the condition becomes true within a number of seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _query(dry_run: bool) -> str:
    query = {"fieldValidation": "Strict"}
    return urlencode({**query, "dryRun": "All"} if dry_run else query)
