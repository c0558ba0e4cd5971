"""The identity of an environment, and the names derived from it.

The identity is read from the folder and written nowhere else. Names are state: workloads depend on them, so no version
of this program changes one. A name over its limit is refused with a suggestion and never cut, as two names could become
equal.
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
    """The identity of an environment: the four folders below projects/ that lead to it.

    `str()` is `blue/shop/eu-1/prod`, and `parse` reads it.
    """

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
"""Name of the Secret with the platform's key, which opens the files of all teams; helm-secrets' documentation names it.
"""

NAME_LIMIT = 63
"""Most characters of a DNS label. Argo CD's tracking label has the same limit."""

HELM_RELEASE_LIMIT = 53
"""Most characters of a Helm release, which has the name of its Application. Source: helm.sh, `helm install`."""

APPLICATION_KEYS = {"base": "base", "requirements": "reqs", "application": "app"}
"""The Applications with a field of their own, and the ends of their names, which no other Application may use."""


@dataclass(frozen=True, slots=True)
class Names:
    """The two names from which all others of an environment are derived: its namespace's and its AppProject's."""

    namespace: str
    project: str


def derive(identity: Identity, namespace: str | None = None, project: str | None = None) -> Names:
    """The names of an environment; `namespace` and `project` are those that its files set.

    Example:
        >>> derive(Identity("blue", "shop", "eu-1", "prod"))
        Names(namespace='blue-shop-prod', project='blue-shop-prod-eu-1')
        >>> derive(Identity("blue", "shop", "eu-1", "prod"), namespace="store")
        Names(namespace='store', project='store-eu-1')
    """
    namespace = namespace or f"{identity.team}-{identity.product}-{identity.environment}"
    return Names(namespace, project or f"{namespace}-{identity.cluster}")


def application_name(project: str, key: str) -> str:
    """Name of an Application. `key` is the name of its field, or its key in `applications`.

    Example:
        >>> application_name("blue-shop-prod-eu-1", "requirements")
        'blue-shop-prod-eu-1-reqs'
    """
    return f"{project}-{APPLICATION_KEYS.get(key, key)}"


def derived_repository_key(credential: str, normalised_url: str) -> str:
    """Key of the repository Secret of a URL that a credential's `urlPrefix` covers: `gitlab-1f2e3d4c`."""
    digest = hashlib.sha256(normalised_url.encode()).hexdigest()[:8]
    return f"{credential}-{digest}"


def helm_secrets_name(owner: str) -> str:
    """Name of the Secret on the hub with the private key of an owner, for helm-secrets: the platform or a team."""
    return HELM_SECRETS if owner == PLATFORM else f"helm-secrets-{owner}"
