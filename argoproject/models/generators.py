"""Generators of ApplicationSets that ask other services, and Argo CD for its clusters.

Each needs an `allow` of the kind generator. A token is named by its repository, so that it is no Secret of others, and
it is sent to that repository's host only. An API, its owner and its repository are written out: a template could make
them any other.
Source: argo-cd v3.5.7, pkg/apis/application/v1alpha1/applicationset_types.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, model_validator

from argoproject.models.base import Model
from argoproject.models.network_policies import LabelRequirement, LabelSelector
from argoproject.models.scalars import DataName, DnsName, Key, LabelKey, Text, Url, refuse
from argoproject.models.values import Count, Flag, FreeMap

__all__ = [
    "ClusterGenerator",
    "PluginGenerator",
    "Provider",
    "PullRequestGenerator",
    "ScmGenerator",
    "TokenRef",
]

_REFUSED = {
    "template": (
        "a generator's own template could name another project and another destination",
        "use the set's `template`",
    ),
    "insecure": (
        "a token would be sent to any server that answers",
        "name the server's CA in `caRef`",
    ),
    "awsCodeCommit": (
        "it reads what the role of Argo CD's controller may read, in any account",
        "use another provider, or `list`",
    ),
    "clusterDecisionResource": (
        "it reads objects that controllers of the platform write",
        "use `clusters` with a selector of names",
    ),
    "appSecretName": (
        "it could be a Secret of others",
        "write `tokenRef: {repository: <key>}` of a repository whose credentials are of the type githubApp",
    ),
    "secretName": (
        "it could be a Secret of others",
        "write `repository: <key>`: its password or token is used",
    ),
}
"""Fields of Argo CD that are not accepted: why, and what to write."""

_LEAST = 60


class Settings(Model):
    """Settings of a generator, or a part of them."""

    @model_validator(mode="before")
    @classmethod
    def _only_judged(cls, data: Any) -> Any:
        for key, (message, remedy) in _REFUSED.items():
            if isinstance(data, Mapping) and key in data:
                code = "set-generator-template" if key == "template" else "set-generator"
                refuse(code=code, message=message, remedy=remedy, path=(key,))
        return data


def _seconds(value: int) -> int:
    if value < _LEAST:
        message = f"{value} s is below {_LEAST} s: all that use the server share its limits"
        refuse(code="set-requeue", message=message, remedy=f"write {_LEAST} or more, or remove it")
    return value


def _plain(value: str) -> str:
    if any(sign in value for sign in "*?#%{}\\:") or not all(
        part.strip() == part and part.strip(".") for part in value.split("/")
    ):
        message = f"{value!r} is not the name of one owner or repository"
        refuse(
            code="set-owner", message=message, remedy="write it out, without patterns and templates"
        )
    return value


Seconds = Annotated[Count, AfterValidator(_seconds)]
Name = Annotated[Text, AfterValidator(_plain)]
"""An owner or a repository; GitLab's may have several steps. Accepts `shop`, `blue/web`; refuses `{{ .x }}`, `../x`."""


class TokenRef(Settings):
    """A password or token of the environment's own, which Argo CD reads in the Secret of a repository."""

    repository: Key
    """Key of a repository whose credentials are a user with password, a bearer token or a GitHub App."""


class ConfigMapKey(Settings):
    """A certificate in a ConfigMap of Argo CD's namespace."""

    config_map_name: DnsName
    """Name of the ConfigMap."""

    key: DataName
    """Its key."""


class Provider(Settings):
    """A server with repositories, and what of it is read."""

    names: ClassVar[tuple[str, ...]]
    """The fields that say what is read, from the outermost on."""

    host: ClassVar[str] = ""
    """The server without `api`; empty where `api` is required."""

    paths: ClassVar[tuple[str, ...]] = ("",)
    """Paths of the API below its host."""

    api: Url | None = None
    """URL of the API, without which it is the provider's public one."""

    @property
    def api_url(self) -> str:
        """The URL that receives the token."""
        return self.api or (f"https://{self.host}/" if self.host else "")


class _Labelled(Settings):
    labels: tuple[str, ...] = ()
    """Labels that each must have."""


class _AllBranches(Settings):
    all_branches: Flag | None = None
    """Every branch, not only the default one."""


class _Token(Provider):
    token_ref: TokenRef | None = None
    """The token. Default: none."""


class BasicAuth(Settings):
    """A user with a password."""

    username: Text
    """The user."""

    password_ref: TokenRef
    """The password, or a token."""


class BearerToken(Settings):
    """A bearer token."""

    token_ref: TokenRef
    """The token."""


class _Bitbucket(Provider):
    basic_auth: BasicAuth | None = None
    """A user with a password."""

    bearer_token: BearerToken | None = None
    """A token, which counts before a user."""


class _BitbucketServer(_Bitbucket):
    paths = ("", "/rest")
    project: Name
    """Project."""

    ca_ref: ConfigMapKey | None = None
    """CA of the server."""


class _Github(_Token):
    host, paths = "api.github.com", ("", "/api/v3")


class _Gitlab(_Token):
    host, paths = "gitlab.com", ("", "/api/v4")
    ca_ref: ConfigMapKey | None = None
    """CA of the server."""


class _Gitea(_Token):
    owner: Name
    """Organisation or user."""


class _Azure(Provider):
    host = "dev.azure.com"
    organization: Name
    """Organisation."""


class PullGithub(_Github, _Labelled):
    """Pull requests of a repository of GitHub."""

    names = ("owner", "repo")
    owner: Name
    """Organisation or user."""

    repo: Name
    """Repository."""


class PullGitlab(_Gitlab, _Labelled):
    """Merge requests of a project of GitLab."""

    names = ("project",)
    project: Name
    """Project, as its path or its number."""

    pull_request_state: Literal["opened", "closed", "merged", "locked"] | None = None
    """State that it must have. Default: any."""


class PullGitea(_Gitea, _Labelled):
    """Pull requests of a repository of Gitea."""

    names = ("owner", "repo")
    repo: Name
    """Repository."""


class PullBitbucketServer(_BitbucketServer):
    """Pull requests of a repository of Bitbucket Data Center."""

    names = ("project", "repo")
    repo: Name
    """Repository."""


class PullBitbucket(_Bitbucket):
    """Pull requests of a repository of Bitbucket Cloud."""

    names, host, paths = ("owner", "repo"), "api.bitbucket.org", ("", "/2.0")
    owner: Name
    """Workspace."""

    repo: Name
    """Repository."""


class PullAzure(_Azure, _Labelled):
    """Pull requests of a repository of Azure DevOps."""

    names = ("organization", "project", "repo")
    project: Name
    """Project."""

    repo: Name
    """Repository."""

    token_ref: TokenRef | None = None
    """The token. Default: none."""


class ScmGithub(_Github, _AllBranches):
    """Repositories of an organisation of GitHub."""

    names = ("organization",)
    organization: Name
    """Organisation."""

    exclude_archived_repos: Flag | None = None
    """Leave out archived repositories (Argo CD 3.5)."""


class ScmGitlab(_Gitlab, _AllBranches):
    """Projects of a group of GitLab."""

    names = ("group",)
    group: Name
    """Group, as its path or its number."""

    include_subgroups: Flag | None = None
    """Those of its subgroups as well."""

    include_shared_projects: Flag | None = None
    """Projects of other groups that are shared with a subgroup. Default: true."""

    topic: str | None = None
    """Topic that they must have."""

    include_archived_repos: Flag | None = None
    """Archived projects as well (Argo CD 3.5)."""


class ScmGitea(_Gitea, _AllBranches):
    """Repositories of an organisation of Gitea."""

    names = ("owner",)

    exclude_archived_repos: Flag | None = None
    """Leave out archived repositories (Argo CD 3.5)."""


class ScmBitbucketServer(_BitbucketServer, _AllBranches):
    """Repositories of a project of Bitbucket Data Center."""

    names = ("project",)


class ScmBitbucket(Provider, _AllBranches):
    """Repositories of a workspace of Bitbucket Cloud."""

    names, host, paths = ("owner",), "api.bitbucket.org", ()
    owner: Name
    """Workspace."""

    user: Text
    """User."""

    app_password_ref: TokenRef
    """The user's app password."""


class ScmAzure(_Azure, _AllBranches):
    """Repositories of a project of Azure DevOps."""

    names = ("organization", "team_project")
    team_project: Name
    """Project."""

    access_token_ref: TokenRef
    """The token."""


class _Polling(Settings):
    requeue_after_seconds: Seconds | None = None
    """How often it asks, from 60 on. Default: every 30 minutes."""

    values: Mapping[str, str] = Field(default_factory=dict)
    """Further values, with the fields of the generator: `{{ .values.<key> }}`."""


class PullFilter(Settings):
    """Which pull requests are used: those that meet all fields of a filter."""

    branch_match: str | None = None
    """Regular expression for the branch."""

    target_branch_match: str | None = None
    """Regular expression for the branch into which it is merged."""

    title_match: str | None = None
    """Regular expression for the title."""


class PullRequestGenerator(_Polling):
    """An Application for each open pull request of a repository: everybody who may open one decides what it deploys."""

    github: PullGithub | None = None
    """GitHub."""

    gitlab: PullGitlab | None = None
    """GitLab."""

    gitea: PullGitea | None = None
    """Gitea."""

    bitbucket_server: PullBitbucketServer | None = None
    """Bitbucket Data Center."""

    bitbucket: PullBitbucket | None = None
    """Bitbucket Cloud."""

    azuredevops: PullAzure | None = None
    """Azure DevOps."""

    filters: tuple[PullFilter, ...] = ()
    """Which pull requests: those of any filter. Default: all."""

    continue_on_repo_not_found_error: Flag | None = None
    """A missing repository has no pull requests, instead of being an error."""


class ScmFilter(Settings):
    """Which repositories are used: those that meet all fields of a filter."""

    repository_match: str | None = None
    """Regular expression for the name."""

    paths_exist: tuple[str, ...] = ()
    """Paths that must exist."""

    paths_do_not_exist: tuple[str, ...] = ()
    """Paths that must not exist."""

    label_match: str | None = None
    """Regular expression for a label."""

    branch_match: str | None = None
    """Regular expression for the branch."""


class ScmGenerator(_Polling):
    """An Application for each repository of an organisation."""

    github: ScmGithub | None = None
    """GitHub."""

    gitlab: ScmGitlab | None = None
    """GitLab."""

    gitea: ScmGitea | None = None
    """Gitea."""

    bitbucket_server: ScmBitbucketServer | None = None
    """Bitbucket Data Center."""

    bitbucket: ScmBitbucket | None = None
    """Bitbucket Cloud."""

    azure_dev_ops: Annotated[ScmAzure | None, Field(alias="azureDevOps")] = None
    """Azure DevOps."""

    filters: tuple[ScmFilter, ...] = ()
    """Which repositories: those of any filter. Default: all."""

    clone_protocol: Literal["https", "ssh", "https-internet"] | None = None
    """Form of `{{ .url }}`. Default: that of the provider."""


class SelectorRequirement(LabelRequirement):
    """A requirement of a selector."""

    values: tuple[str, ...] = ()
    """Values for `In` and `NotIn`."""


class Selector(LabelSelector):
    """The generated values that are used: fields by their path, such as `path.basename`."""

    match_labels: Mapping[LabelKey, str] = Field(default_factory=dict)
    """Fields with their values."""

    match_expressions: tuple[SelectorRequirement, ...] = ()
    """Further requirements, which must all be met."""


class ClusterGenerator(Settings):
    """An Application for each of the clusters that the generator's own `selector` names."""

    selector: Selector | None = None
    """Labels that the cluster's Secret must have."""

    values: Mapping[str, str] = Field(default_factory=dict)
    """Further values, with the fields of the generator: `{{ .values.<key> }}`."""

    flat_list: Flag | None = None
    """One value `clusters` with all of them."""


class ConfigMapRef(Settings):
    """The ConfigMap of a plugin."""

    name: DnsName
    """Its name, in Argo CD's namespace."""


class PluginInput(Settings):
    """What a plugin gets."""

    parameters: FreeMap = Field(default_factory=dict)
    """Parameters by name."""


class PluginGenerator(_Polling):
    """What a server of the platform answers."""

    config_map_ref: ConfigMapRef
    """The ConfigMap with the server's URL and its token."""

    input: PluginInput = PluginInput()
    """What the server gets."""
