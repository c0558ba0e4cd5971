"""Argo CD's roles that every environment has: what they are for, and what they permit.

What they leave out is meant: `exec` opens shells with the pods' rights, `override` syncs what no repository holds, and
Applications are created, changed and deleted by the files. A role of one's own may name what of this is wanted.
docs/adr/0011 tells why each permission is here.
"""

from __future__ import annotations

from collections.abc import Mapping

from argoproject.project.access.assignments import ADMIN, READONLY
from argoproject.project.access.policies import Grant
from argoproject.upstream.argocd.settings import has_rollback, minor_of

__all__ = ["DESCRIPTIONS", "built_in"]

DESCRIPTIONS: Mapping[str, str] = {
    ADMIN: "Sync Applications, run their actions, read logs",
    READONLY: "See Applications, read logs",
}

_SEE = Grant("applications", "get")
_SYNC = Grant("applications", "sync")
_ROLL_BACK = Grant("applications", "rollback")
_RUN_ACTIONS = Grant("applications", "action/*")
_READ = (Grant("applicationsets", "get"), Grant("logs", "get"), Grant("repositories", "get"))
"""What else the pages of an Application show. Logs are a permission of their own since 3.0; without `repositories`, its
parameters and the details of its history are refused (server/repository/repository.go `GetAppDetails`)."""


def built_in(role: str, version: str) -> tuple[Grant, ...]:
    """What `admin` or `readonly` permits in a version of Argo CD, as platform.yaml writes it."""
    if role == READONLY:
        return (_SEE, *_READ)
    minor = minor_of(version)
    rolls_back = minor is not None and has_rollback(minor)
    return (_SEE, _SYNC, *((_ROLL_BACK,) if rolls_back else ()), _RUN_ACTIONS, *_READ)
