"""Guardrails: bounds that a team's own files never exceed, however the files are merged.

A guardrail is declared once, as a field of `Guardrails` with a `Guardrail` in its annotation:

    hosts: Annotated[
        Patterns,
        Guardrail(
            code="host-not-allowed",
            refusal="team {team} may not serve {value}",
            wide_open=WideOpen(severity="medium", gain="serve host names of other teams"),
        ),
    ] = None

`argoproject.checks` refuses values outside of it, `argoproject.diff` reports whether a changed line widens or narrows
it, and `argoproject.audit` reports patterns that match everything. All of them read `GUARDRAILS`; none has a table of
fields. docs/adr/0017-declared-once.md says how to add one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from argoproject.models.base import Model, declared
from argoproject.models.scalars import (
    DnsName,
    Glob,
    Key,
    LabelKey,
    LongText,
    Quantity,
    Reviewer,
    Text,
)

__all__ = [
    "GUARDRAILS",
    "Bounded",
    "Guardrail",
    "Guardrails",
    "Match",
    "TeamGuardrails",
    "WideOpen",
]


class Match(StrEnum):
    """How the entries of a guardrail match a value. The functions are in `argoproject.project.guardrails`."""

    PATTERN = "pattern"
    """`*` matches any text: `blue-*` matches `blue-admins`."""

    NAME = "name"
    """Names without patterns."""

    URL = "url"
    """One URL, or everything below a prefix that ends in `/`. `*` does not match beyond a `/`."""

    REGISTRY = "registry"
    """A registry and every path in it: `harbor.example.org` matches `harbor.example.org/blue`."""

    KIND = "kind"
    """`<group>/<Kind>` with patterns. A kind matches all of its objects, `<group>/<Kind>/<name>`."""

    QUANTITY = "quantity"
    """A map of names to the highest quantities, not a list: `{pods: "20"}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WideOpen:
    """An entry that matches everything is a finding of the audit."""

    severity: Literal["high", "medium", "low"]
    """How much the finding weighs, as `argoproject.audit.finding.Severity` spells it."""

    gain: str
    """What the team may do then, as the end of the message: `* lets team blue serve host names of other teams`."""


@dataclass(frozen=True, slots=True)
class Bounded:
    """No entry of the guardrail is wide open to the audit."""

    reason: str
    """Why: what bounds the team all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardrail:
    """Everything that checks, diff and audit need of one guardrail.

    Attributes:
        code: code of the problem where a value is outside.
        refusal: message of that problem. `{team}` and `{value}` are filled, and `{subject}` where a check knows
            several things that the guardrail bounds.
        match: how an entry matches a value.
        default: entries where platform.yaml has none. `{team}` is the team's name, `{profile}` the profile of the
            environment class. Empty: nothing is allowed.
        wide_open: what an entry that matches everything gives the team, or why no entry does.
    """

    code: str
    refusal: str
    match: Match = Match.PATTERN
    default: tuple[str, ...] = ()
    wide_open: WideOpen | Bounded


Patterns: TypeAlias = tuple[Glob, ...] | None
"""Entries with `*` for any text; None where platform.yaml has no such key, so that the default counts."""

_OTHERS_BOUND = Bounded("the other guardrails bound what is done there")
_ONLY_NAMES = Bounded("it has names only, and a pattern is not a name")


class Guardrails(Model):
    """What nothing in a team's own files goes past."""

    groups: Annotated[
        Patterns,
        Guardrail(
            code="group-not-allowed",
            refusal="team {team} may not give access to the group {value!r}",
            wide_open=WideOpen(severity="medium", gain="give access to every group of the company"),
        ),
    ] = None
    """SSO groups that may be given access."""

    clusters: Annotated[
        Patterns,
        Guardrail(
            code="cluster-not-allowed",
            refusal="team {team} may not use the cluster {value}",
            wide_open=_OTHERS_BOUND,
        ),
    ] = None
    """Clusters."""

    sources: Annotated[
        Patterns,
        Guardrail(
            code="source-not-allowed",
            refusal="{subject} outside the sources of team {team}",
            match=Match.URL,
            wide_open=WideOpen(severity="high", gain="deploy from any repository"),
        ),
    ] = None
    """Repositories: one URL, or everything below a prefix that ends in `/`."""

    namespaces: Annotated[
        Patterns,
        Guardrail(
            code="namespace-not-allowed",
            refusal="team {team} may not have the {subject} {value}",
            default=("{team}-*",),
            wide_open=WideOpen(
                severity="high", gain="use names of namespaces that belong to others"
            ),
        ),
    ] = None
    """Namespace names. Default: those that begin with `<team>-`."""

    hosts: Annotated[
        Patterns,
        Guardrail(
            code="host-not-allowed",
            refusal="team {team} may not serve {value}",
            wide_open=WideOpen(severity="medium", gain="serve host names of other teams"),
        ),
    ] = None
    """Host names."""

    labels: Annotated[
        Patterns,
        Guardrail(
            code="label-not-allowed",
            refusal="team {team} may not {subject}",
            wide_open=WideOpen(
                severity="medium",
                gain="set labels by which policies of the cluster choose namespaces",
            ),
        ),
    ] = None
    """Keys of labels and annotations of the namespace, and of labels of the AppProject."""

    kinds: Annotated[
        Patterns,
        Guardrail(
            code="kind-not-allowed",
            refusal="team {team} may not deploy {value}",
            match=Match.KIND,
            wide_open=WideOpen(
                severity="high", gain="allow every kind, cluster-scoped ones included"
            ),
        ),
    ] = None
    """Kinds that `allow` may permit, as `<group>/<Kind>`: cluster-scoped and denied ones, and extra manifests' that
    Kubernetes itself does not have."""

    profiles: Annotated[
        tuple[Key, ...] | None,
        Guardrail(
            code="profile-not-allowed",
            refusal="team {team} may not choose the profile {value}",
            match=Match.NAME,
            default=("{profile}",),
            wide_open=_ONLY_NAMES,
        ),
    ] = None
    """Profiles. Default: the environment class's."""

    cluster_roles: Annotated[
        tuple[DnsName, ...] | None,
        Guardrail(
            code="cluster-role-not-allowed",
            refusal="team {team} may not give the ClusterRole {value}",
            match=Match.NAME,
            default=("view",),
            wide_open=_ONLY_NAMES,
        ),
    ] = None
    """ClusterRoles that people may get inside the namespace. Default: `view`."""

    registries: Annotated[
        Patterns,
        Guardrail(
            code="registry-not-allowed",
            refusal="team {team} may not pull from {value}",
            match=Match.REGISTRY,
            default=("*",),
            wide_open=_OTHERS_BOUND,
        ),
    ] = None
    """Container registries. Default: any."""

    network_policies: Annotated[
        Patterns,
        Guardrail(
            code="network-policy-not-allowed",
            refusal="team {team} may not add the network policy {value}",
            default=("*",),
            wide_open=Bounded(
                "the policies are platform.yaml's own; `network-policy-open` judges them"
            ),
        ),
    ] = None
    """Network policies that environments may add to their profile's, which opens what they open. Default: any."""

    removable: Annotated[
        tuple[Key, ...] | None,
        Guardrail(
            code="guard-removed",
            refusal="removes a guard that the profile {profile} sets",
            match=Match.NAME,
            wide_open=Bounded("`no-quota` and `no-limits` find environments without one"),
        ),
    ] = None
    """Guards of the profile that an environment may switch off with `null`: `quota`, `quotas`, `limits`. Default:
    none."""

    allow: Annotated[
        Patterns,
        Guardrail(
            code="allow-not-allowed",
            refusal="team {team} may not use `allow` of the kind {value}",
            wide_open=_OTHERS_BOUND,
        ),
    ] = None
    """Kinds of `allow` that the team may use. Default: none."""

    generators: Annotated[
        Patterns,
        Guardrail(
            code="generator-not-allowed",
            refusal="team {team} may not use the generator {value}",
            wide_open=WideOpen(
                severity="high",
                gain="deploy what outsiders write in pull requests, repositories and servers",
            ),
        ),
    ] = None
    """What generators of ApplicationSets may read, other than files, as `allow` names it: `clusters/eu-1`,
    `pullRequest/gitlab.example.org/blue/*`, `scmProvider/api.github.com/blue`, `plugin/blue-*`. Default: none."""

    plugins: Annotated[
        Patterns,
        Guardrail(
            code="plugin-not-allowed",
            refusal="team {team} may not use the plugin {value}",
            wide_open=WideOpen(
                severity="high", gain="run every config management plugin, next to the repo-server"
            ),
        ),
    ] = None
    """Config management plugins, which run code next to the repo-server. Default: none."""

    endpoints: Annotated[
        Patterns,
        Guardrail(
            code="endpoint-not-allowed",
            refusal="team {team} may not send credentials to {value}",
            match=Match.URL,
            wide_open=WideOpen(severity="high", gain="send credentials to any server"),
        ),
    ] = None
    """Proxies, and login servers of GitHub Apps and Azure, that credentials may be sent to: one URL, or everything
    below a prefix that ends in `/`. Default: none."""

    hydrated_branches: Annotated[
        Patterns,
        Guardrail(
            code="branch-not-allowed",
            refusal="team {team} may not deploy from the branch {value}, which Argo CD writes",
            wide_open=WideOpen(
                severity="high", gain="let Argo CD write to every branch, also to those of releases"
            ),
        ),
    ] = None
    """Branches that Argo CD's source hydrator may write to, and deploy from: anyone who can push there can deploy. For
    a class with `revisions: fixed` only what `classes` lists for it counts. Default: none."""

    quota_max: Annotated[
        Mapping[LabelKey, Quantity],
        Guardrail(
            code="quota-above-max",
            refusal="{subject} is {value}, at most {highest} is allowed{profile}",
            match=Match.QUANTITY,
            wide_open=Bounded("a resource that it leaves out is bounded by the profile's quota"),
        ),
    ] = Field(default_factory=dict)
    """Highest quota. Default: the profile's."""


GUARDRAILS: Mapping[str, Guardrail] = declared(Guardrails, Guardrail)
"""The guardrails by the name of their field."""


class TeamGuardrails(Guardrails):
    """A team and its guardrails."""

    description: Text | None = None
    """Who they are."""

    classes: Mapping[Key, Guardrails] = Field(default_factory=dict)
    """Guardrails for one class of environments; each field replaces."""

    reviewers: tuple[Reviewer, ...] = ()
    """Who reviews the team's files. Default: the platform's reviewers. One of them is enough."""

    recipients: tuple[LongText, ...] = ()
    """Who can read the team's secrets, in addition to the platform's recipients: age public keys, or keys of another
    service that sops knows."""
