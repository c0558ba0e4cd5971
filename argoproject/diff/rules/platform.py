"""How dangerous a changed line of platform.yaml is by itself.

Such a line may decide what can happen later, without changing an environment today. What it does to environments today
is judged there, from their objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from argoproject.diff.fields import ABSENT, FieldChange
from argoproject.diff.model import Reason, dangerous, look, safe
from argoproject.diff.rules.guardrails import guardrail_reasons
from argoproject.models import Namespace, Platform
from argoproject.models.base import key_of
from argoproject.models.namespace import guards
from argoproject.models.platform import ArgoCd
from argoproject.plan.admission import argocd_users

__all__ = ["setting_reasons"]

_QUIET = frozenset({"description", "budget", "uid"})
"""Keys of a cluster or a team that permit nothing."""

_FLOOR = (
    *(
        ("namespace", key_of(Namespace, field))
        for field, it in guards(Namespace).items()
        if it.floor
    ),
    ("tenantKinds",),
    ("namespaceResourceWhitelist",),
    ("namespaceResourceBlacklist",),
    ("impersonation",),
)
"""Keys that a profile sets as a floor for every environment that chooses it, now or later."""


@dataclass(frozen=True, slots=True)
class PlatformLine:
    """The input of a rule: one changed line of platform.yaml, and the whole file before and after."""

    field: FieldChange
    before: Platform | None
    after: Platform

    def key(self, depth: int) -> str:
        """A step of the line's path, for example `clusters` at depth 0; empty where the path is shorter."""
        return str(self.field.steps[depth]) if len(self.field.steps) > depth else ""

    @property
    def is_added(self) -> bool:
        """Whether the line did not exist before."""
        return self.field.before is ABSENT

    @property
    def is_removed(self) -> bool:
        """Whether the line does not exist any more."""
        return self.field.after is ABSENT


def setting_reasons(
    field: FieldChange, before: Platform | None, after: Platform
) -> Iterator[Reason]:
    """Why a changed line of platform.yaml has its class by itself; nothing where only its effects count.

    Args:
        field: the line.
        before: platform.yaml in the base; None where it is not valid.
        after: platform.yaml in the working tree.
    """
    line = PlatformLine(field, before, after)
    rule = _RULES.get(line.key(0))
    if rule is not None:
        yield from rule(line)


def team(line: PlatformLine) -> Iterator[Reason]:
    """A team: its reviewers, the recipients of its secrets, and its guardrails."""
    if line.key(2) == "reviewers":
        yield look("the reviewers of the team's files are changed")
    elif line.key(2) == "recipients":
        yield from recipients(line)
    elif line.key(2) not in _QUIET:
        yield from guardrail_reasons(line.before, line.after, line.field.steps)


def recipients(line: PlatformLine) -> Iterator[Reason]:
    """Keys for which secrets are encrypted."""
    if line.is_removed:
        yield safe("a recipient can no longer decrypt secrets that are encrypted from now on")
    else:
        yield dangerous("another recipient can decrypt secrets that are encrypted from now on")


def secret(line: PlatformLine) -> Iterator[Reason]:
    """A secret of the platform: longer lists, and a restriction that is removed, allow more uses."""
    restricts = line.field.steps[-1] == "argocdOnly"
    if line.field.after == "true" if restricts else line.is_removed:
        yield look("the platform's secret may be used for less")
    else:
        yield dangerous("the platform's secret may be used for more, or for something else")


def profile(line: PlatformLine) -> Iterator[Reason]:
    """The floor of a profile. Environments show today's effect, but not the effect on later ones."""
    steps = line.field.steps[2:]
    if not line.is_added and any(steps[: len(key)] == key for key in _FLOOR):
        yield look(
            "the floor of every environment with this profile is changed, later ones included"
        )


def impersonation(line: PlatformLine) -> Iterator[Reason]:
    """The default of the platform or of a class. Environments show today's effect, but not that on later ones."""
    if line.field.after == "true":
        yield look("syncs run as accounts of the environments, in later ones as well")
    else:
        yield dangerous("syncs may run with Argo CD's own rights, in later environments as well")


def environment_class(line: PlatformLine) -> Iterator[Reason]:
    """A class of environments."""
    key = line.field.steps[-1]
    if key == "impersonation":
        yield from impersonation(line)
    elif key == "revisions" and line.field.before == "fixed":
        yield dangerous(
            "branches and ranges are allowed in this class: what runs is no longer what was reviewed"
        )
    elif not line.is_added:
        yield look("the class is changed")


def environment(line: PlatformLine) -> Iterator[Reason]:
    """The class of an environment's name."""
    if not line.is_added and not line.is_removed:
        yield dangerous("environments of this name have another class, with other guardrails")


def cluster(line: PlatformLine) -> Iterator[Reason]:
    """A cluster: its address, and the users that admission policies treat as Argo CD.

    The users are compared by their effect: a list that is missing means the default.
    """
    if line.key(2) != "argocdUsers":
        if not line.is_added and line.key(2) not in _QUIET:
            yield dangerous("the name means another cluster: workloads and credentials go there")
        return
    name = line.key(1)
    old, new = (
        argocd_users(side, name) if side is not None and name in side.clusters else ()
        for side in (line.before, line.after)
    )
    if removed := [item for item in old if not _covers(new, item)]:
        words = (
            "admission policies no longer treat {} as Argo CD, and no longer protect guards from it"
        )
        yield dangerous(words, ", ".join(removed))
    if added := [item for item in new if not _covers(old, item)]:
        words = "admission policies treat {} as Argo CD, and protect guards from it"
        yield look(words, ", ".join(added))


def _covers(patterns: Iterable[str], user: str) -> bool:
    """Whether one of the patterns, which may end with `*`, includes a user or another pattern."""
    return any(
        user.startswith(item[:-1]) if item.endswith("*") else user == item for item in patterns
    )


def reserved_namespaces(line: PlatformLine) -> Iterator[Reason]:
    """Names that no environment may use."""
    if not line.is_added:
        yield dangerous("environments may use a namespace that was reserved")


_OPEN: Mapping[str, tuple[Callable[[ArgoCd], bool], str]] = {
    "gitSubmodules": (
        lambda argocd: argocd.git_submodules,
        "repositories may bring others as submodules",
    ),
    "helmValuesFileSchemes": (
        lambda argocd: bool(argocd.remote_schemes),
        "repositories may take value files from any URL",
    ),
    "repoServerEgress": (
        lambda argocd: argocd.repo_server_egress == "any",
        "repositories may name others on any host",
    ),
    "requireOverridePrivilegeForRevisionSync": (
        lambda argocd: not argocd.require_override_privilege_for_revision_sync,
        "the right to sync deploys any revision",
    ),
}
"""Settings of Argo CD that `audit` reports: whether one is open, and what that means."""


def argocd(line: PlatformLine) -> Iterator[Reason]:
    """The Argo CD that deploys. Its settings are compared by their effect: one that is missing is the default."""
    is_open, meaning = _OPEN.get(line.key(1), (None, ""))
    if line.key(1) == "baseProjects" and not line.is_removed:
        yield dangerous("a `base` Application may be in one more of the platform's projects")
    elif is_open and is_open(line.after.argocd):
        closed_before = line.before is not None and not is_open(line.before.argocd)
        yield (dangerous if closed_before else look)(
            "the description of Argo CD says that {}", meaning
        )
    elif is_open:
        yield look("the description of Argo CD no longer says that {}", meaning)
    else:
        yield look("the description of Argo CD itself is changed")


def helm_secrets(_: PlatformLine) -> Iterator[Reason]:
    """Which Secret has the key that decrypts value files."""
    yield dangerous("value files are decrypted with another Secret of Argo CD's namespace")


def process(_: PlatformLine) -> Iterator[Reason]:
    """Reviews, approvals and stacks."""
    yield look("who must review or approve, or how changes are delivered, is changed")


def delivery(line: PlatformLine) -> Iterator[Reason]:
    """How changes are delivered, and which classes need an approval."""
    if line.key(1) == "requireApproval" and line.is_removed:
        yield dangerous("a class of environments is deployed without an approval from now on")
    else:
        yield from process(line)


_RULES: Mapping[str, Callable[[PlatformLine], Iterator[Reason]]] = {
    "argocd": argocd,
    "clusters": cluster,
    "deletionThreshold": process,
    "delivery": delivery,
    "environmentClasses": environment_class,
    "environments": environment,
    "helmSecretsKeys": helm_secrets,
    "impersonation": impersonation,
    "profiles": profile,
    "recipients": recipients,
    "reservedNamespaces": reserved_namespaces,
    "reviewers": process,
    "secrets": secret,
    "stacks": process,
    "teams": team,
}
