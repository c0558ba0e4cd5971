"""The identity of an environment, and the names derived from it.

The identity is read from the folder and written nowhere else. Names are state: workloads depend on them, so no version
of this program changes one. A name over its limit is refused with a suggestion, never cut: cutting could make two
names one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

__all__ = [
    "APPLICATION_KEYS",
    "HELM_RELEASE_LIMIT",
    "HELM_SECRETS",
    "NAME_LIMIT",
    "PLATFORM",
    "Identity",
    "Names",
    "application_name",
    "derive",
    "derived_repository_key",
    "helm_secrets_name",
]

PLATFORM = "platform"
"""The owner of the platform's secrets, among teams; so no team has this name."""


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """What an environment is: read from its folder, written nowhere else. `str()` is the folder below projects/."""

    team: str
    product: str
    cluster: str
    environment: str

    @classmethod
    def parse(cls, text: str) -> Identity:
        """Read `team/product/cluster/environment`.

        Raises:
            ValueError: for another number of steps, or an empty one.
        """
        steps = text.split("/")
        if len(steps) != len(cls.__slots__) or not all(steps):
            raise ValueError(f"{text!r} is not TEAM/PRODUCT/CLUSTER/ENVIRONMENT")
        return cls(*steps)

    @property
    def steps(self) -> tuple[str, str, str, str]:
        """The names of the four folders, the team's first."""
        return self.team, self.product, self.cluster, self.environment

    def __str__(self) -> str:
        return f"{self.team}/{self.product}/{self.cluster}/{self.environment}"


HELM_SECRETS = "helm-secrets-private-keys"
"""Name of the Secret with everybody's key, as helm-secrets' documentation calls it."""


NAME_LIMIT = 63
"""A DNS label; Argo CD's tracking label has the same limit."""

HELM_RELEASE_LIMIT = 53
"""Helm's limit for a release, whose name is the Application's. Source: helm.sh, `helm install`."""

APPLICATION_KEYS = {"base": "base", "requirements": "reqs", "application": "app"}
"""The Applications with a field of their own, and what their names end in. Those endings are taken."""


@dataclass(frozen=True, slots=True)
class Names:
    """The two names from which all others of an environment are made."""

    namespace: str
    project: str


def derive(identity: Identity, namespace: str | None = None, project: str | None = None) -> Names:
    """The names of an environment; `namespace` and `project` override."""
    namespace = namespace or f"{identity.team}-{identity.product}-{identity.environment}"
    return Names(namespace, project or f"{namespace}-{identity.cluster}")


def application_name(project: str, key: str) -> str:
    """Name of the Application under `key`: a field's name, or a key of `applications`."""
    return f"{project}-{APPLICATION_KEYS.get(key, key)}"


def derived_repository_key(credential: str, normalised_url: str) -> str:
    """Key of the repository Secret that a URL gets from a credential's prefix."""
    digest = hashlib.sha256(normalised_url.encode()).hexdigest()[:8]
    return f"{credential}-{digest}"


def helm_secrets_name(owner: str) -> str:
    """Name of the Secret on the hub with a key for helm-secrets: everybody's, or a team's own."""
    return HELM_SECRETS if owner == PLATFORM else f"helm-secrets-{owner}"
