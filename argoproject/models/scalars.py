"""The scalars of the configuration: which text each type accepts, and what it becomes.

Every scalar arrives as text (`argoproject.yamlfile.reader`) and the type of its field decides what it means: `1.10`
stays a revision and `no` a word, while a field that wants a truth value refuses `no`. Here are the types that stay
text; `argoproject.models.values` has those that become something else. Patterns match the whole text and ASCII only:
`$` would accept a trailing newline, `\\d` digits of other scripts.

The docstring of each type lists texts that it accepts and texts that it refuses; tests/models check each of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Annotated, NoReturn, TypeAlias

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from argoproject.problems import without_logins
from argoproject.upstream.argocd.windows import is_duration, is_schedule
from argoproject.upstream.groups import group_mistake
from argoproject.upstream.urls import registry_key, registry_remedy

__all__ = [
    "Branch",
    "ClusterServer",
    "Cron",
    "DataName",
    "DnsLabel",
    "DnsName",
    "Duration",
    "Glob",
    "GpgKey",
    "Group",
    "GroupName",
    "Key",
    "KindName",
    "KindPattern",
    "KubeVersion",
    "LabelKey",
    "LabelValue",
    "LimitType",
    "LongText",
    "Quantity",
    "Reference",
    "RegistryServer",
    "Reviewer",
    "Revision",
    "Scheme",
    "SecretName",
    "Text",
    "Url",
    "ValueName",
    "Word",
    "is_label",
    "is_label_key",
    "is_label_value",
    "read_group",
    "read_quantity",
    "read_text",
    "refuse",
]

LABEL_LIMIT = 63
NAME_LIMIT = 253
TEXT_LIMIT = 255
LONG_LIMIT = 8192
QUANTITY_LIMIT = 24


def refuse(
    *, code: str, message: str, remedy: str = "", path: tuple[str | int, ...] = ()
) -> NoReturn:
    """Refuse a value inside a validator.

    Args:
        code: Code of the problem, for example `quantity`.
        message: The reason. It must not contain a value that may be a secret.
        remedy: What the author of the file can do.
        path: Way from the validated value to the part that is refused; empty where it is the value itself.

    Raises:
        PydanticCustomError: Always; `argoproject.models.validation` turns it into a `Problem` with a position.
    """
    raise PydanticCustomError(
        "refused", "{message}", {"code": code, "message": message, "remedy": remedy, "path": path}
    )


def _only(
    accepts: Callable[[str], object],
    *,
    code: str,
    noun: str,
    remedy: str,
    limit: int | None = None,
    message: str = "{value!r} is not {noun}",
) -> AfterValidator:
    """The rule of a type that takes a text unchanged, or refuses it.

    Args:
        accepts: Gives something true for a text that is accepted.
        code: Code of the problem.
        noun: The type with its article, as messages name it: `a DNS label`.
        remedy: What the author of the file can do.
        limit: Most characters that the text may have; None where `accepts` bounds it.
        message: The reason, with `{value}` and `{noun}`. Without `{value}` where the text may be a secret.
    """

    def check(value: str) -> str:
        if limit is not None and len(value) > limit:
            long = f"{noun} has {len(value)} characters, at most {limit} are allowed"
            refuse(code=code, message=long, remedy="shorten it")
        if not accepts(value):
            refuse(code=code, message=message.format(value=value, noun=noun), remedy=remedy)
        return value

    return AfterValidator(_remembered(check))


_remembered = lru_cache(maxsize=4096)
"""Environments repeat most texts of each other, and each text comes twice: in its file and in the merged settings."""

_LABEL = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(rf"{_LABEL.pattern}(?:\.{_LABEL.pattern})*")
_LABEL_NAME = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?")
_LABEL_VALUE = re.compile(rf"(?:{_LABEL_NAME.pattern})?")
_QUANTITY = re.compile(
    r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2}|[numkMGTPE]|[KMGTPE]i)?"
)


def is_label(value: str) -> bool:
    """Whether a text is an RFC 1123 label: at most 63 lower-case letters, digits and inner hyphens."""
    return len(value) <= LABEL_LIMIT and _LABEL.fullmatch(value) is not None


def is_label_key(value: str) -> bool:
    """Whether a text is the key of a label: `name` or `<DNS name>/name`, the name with at most 63 characters.

    Source: kubernetes.io, "Labels and Selectors", "Syntax and character set".
    """
    prefix, slash, name = value.rpartition("/")
    if slash and (len(prefix) > NAME_LIMIT or not _SUBDOMAIN.fullmatch(prefix)):
        return False
    return len(name) <= LABEL_LIMIT and _LABEL_NAME.fullmatch(name) is not None


def is_label_value(value: str) -> bool:
    """Whether a text is the value of a label: empty, or at most 63 letters, digits, and inner `-`, `_` and `.`."""
    return len(value) <= LABEL_LIMIT and _LABEL_VALUE.fullmatch(value) is not None


def read_quantity(value: str) -> str:
    """A quantity as Kubernetes writes it, unchanged. At most 24 characters, never negative."""
    if len(value) > QUANTITY_LIMIT or not _QUANTITY.fullmatch(value):
        refuse(
            code="quantity",
            message=f"{without_logins(value)[:QUANTITY_LIMIT]!r} is not a Kubernetes quantity",
            remedy="write for example 500m, 2, 512Mi or 4Gi",
        )
    return value


DnsLabel: TypeAlias = Annotated[
    str,
    _only(
        _LABEL.fullmatch,
        code="name",
        noun="a DNS label",
        remedy="use lower-case letters, digits and inner hyphens",
        limit=LABEL_LIMIT,
    ),
]
"""RFC 1123 label, for example a namespace.
Accepts `payments`, `blue-2`, `0`; refuses `Payments`, `blue_2`, `-blue`, `blue-`, `a.b`."""

Key: TypeAlias = DnsLabel
"""A name that the user chooses and that becomes part of Kubernetes names: a DNS label.
Accepts `gitlab`, `worker-2`; refuses `GitLab`, `worker_2`."""

DnsName: TypeAlias = Annotated[
    str,
    _only(
        _SUBDOMAIN.fullmatch,
        code="name",
        noun="a DNS name",
        remedy="use lower-case letters, digits, `-` and `.`",
        limit=NAME_LIMIT,
    ),
]
"""RFC 1123 subdomain: labels joined by dots, at most 253 characters.
Accepts `payments`, `shop.example.org`; refuses `shop..org`, `.org`, `Shop.example.org`."""

SecretName: TypeAlias = Annotated[
    str,
    _only(
        is_label,
        code="secret-name",
        noun="the name of a secret",
        remedy="name the secret; its value is elsewhere",
        message="this is not {noun}",
    ),
]
"""Name of a secret: a DNS label. The message does not repeat a refused one, as it may be the secret itself.
Accepts `gitlab-token`; refuses `Hunter2!`, `glpat_x`."""

_DATA_KEY = re.compile(r"(?!\.{1,2}\Z)[-._a-zA-Z0-9]{1,253}")

DataName: TypeAlias = Annotated[
    str,
    _only(
        _DATA_KEY.fullmatch,
        code="secret-key",
        noun="a key of a Secret",
        remedy="use letters, digits, `-`, `_` and `.`, at most 253",
        message="this is not {noun}",
    ),
]
"""Key of the data of a Secret. Accepts `key.txt`, `AGE_KEY`; refuses `a/b`, `..`."""

LabelKey: TypeAlias = Annotated[
    str,
    _only(
        is_label_key,
        code="label-key",
        noun="a label key",
        remedy="write `name` or `example.org/name`",
    ),
]
"""Key of a label or annotation, with or without a DNS name before it.
Accepts `team`, `example.org/cost-centre`, `Tier_1`; refuses `/team`, `example.org/`, `-team`, `Example.org/team`."""

LabelValue: TypeAlias = Annotated[
    str,
    _only(
        is_label_value,
        code="label-value",
        noun="a label value",
        remedy="use letters, digits, `-`, `_` and `.`",
        limit=LABEL_LIMIT,
    ),
]
"""Value of a label. The empty text is one. Accepts `gold`, `v1.2_rc`, ``; refuses `a b`, `-gold`, `a/b`."""

_LIMIT_TYPE = re.compile(rf"Pod|PersistentVolumeClaim|{_SUBDOMAIN.pattern}/{_LABEL_NAME.pattern}")

LimitType: TypeAlias = Annotated[
    str,
    _only(
        _LIMIT_TYPE.fullmatch,
        code="limit-range",
        noun="the type of a further limit",
        remedy="write Pod or PersistentVolumeClaim; what containers may use is next to `extra`",
        limit=NAME_LIMIT,
    ),
]
"""Type of an item of a LimitRange, apart from Container.
Accepts `Pod`, `PersistentVolumeClaim`, `openshift.io/Image`; refuses `pod`, `Container`."""

Quantity: TypeAlias = Annotated[str, AfterValidator(_remembered(read_quantity))]
"""A Kubernetes quantity. Accepts `500m`, `2`, `512Mi`, `1.5Gi`, `1e3`; refuses `-1`, `1 Gi`, `1gi`, `1KB`."""

_GLOB = re.compile(r"[A-Za-z0-9._~:/@+*?%-]+")
_WORD = re.compile(r"[!-,./-~][!-~]*")
_REVISION = re.compile(r"[!-,./-~](?:[ -~]*[!-~])?")
_BRANCH = re.compile(
    r"(?![-./]|refs/|HEAD$|@$|.*(?:\.\.|//|@\{|/\.|\.lock(?:/|$)|[./]$))[!-)+-9;->@-Z\]_-}]+"
)
_REVIEWER = re.compile(
    r"@[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
)
_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
_URL = re.compile(
    rf"(?:(?:https?|ssh|oci|git)://)?(?:[A-Za-z0-9._-]+@)?{_HOST}(?::[0-9]{{1,5}})?(?:/[A-Za-z0-9._~%+@/-]*)?"
    rf"|(?:[A-Za-z0-9._-]+@)?{_HOST}:[A-Za-z0-9._~][A-Za-z0-9._~%+@/-]*"
)
"""With a scheme, as `host/path` of an OCI registry, or as Git's `user@host:path`."""

_WITHOUT_LOGIN = re.compile(r"(?!https?://[^/]*@).*")


def read_text(value: str, limit: int = TEXT_LIMIT) -> str:
    """A text for people, in Unicode's normal form NFC: at most `limit` characters, and not only blanks."""
    if len(value) > limit:
        message = f"the text has {len(value)} characters, at most {limit} are allowed"
        refuse(code="text", message=message, remedy="shorten it")
    if not value.strip():
        refuse(
            code="text", message="the text is empty", remedy="write something, or remove the line"
        )
    return unicodedata.normalize("NFC", value)


def read_group(value: str) -> str:
    """A group in Unicode's normal form NFC. `argoproject.upstream.groups` has the rules, with their reasons."""
    text = unicodedata.normalize("NFC", value)
    if mistake := group_mistake(text):
        refuse(**mistake._asdict())
    return text


Text: TypeAlias = Annotated[str, AfterValidator(_remembered(read_text))]
"""Free text for people, at most 255 characters (Argo CD's limit for a description).
Accepts `The web shop: orders & payments`; refuses ``, ` `."""

LongText: TypeAlias = Annotated[
    str, AfterValidator(_remembered(partial(read_text, limit=LONG_LIMIT)))
]
"""A text that tools print or read, at most 8,192 characters: a public key, a list of hosts.
Accepts `ssh-ed25519 AAAA bot`; refuses ``."""

Group: TypeAlias = Annotated[str, AfterValidator(_remembered(read_group))]
"""A group as the SSO provider sends it.
Accepts `blue-admins`, `Blue Admins`, `org/team:admins`; refuses `role:admin`, `system:masters`, `a,b`."""

Url: TypeAlias = Annotated[
    str,
    _only(
        _URL.fullmatch,
        code="url",
        noun="a repository URL",
        remedy="write https://host/path, ssh://git@host/path, git@host:path or host/path, "
        "without credentials, query or blanks",
        message="this is not {noun}",
    ),
    _only(
        _WITHOUT_LOGIN.fullmatch,
        code="url-credentials",
        noun="the URL",
        remedy="remove them; use repositories or credentials",
        message="{noun} holds credentials",
    ),
]
"""URL of a repository: HTTPS, SSH, OCI, or `host/path` of an OCI registry. Never with credentials.
Accepts `https://gitlab.example.org/blue/shop.git`, `git@example.org:blue/shop.git`, `registry.example.org/charts`;
refuses `https://bot:token@gitlab.example.org/x`, `https://x.example.org/?q=1`, `file:///etc/passwd`."""

_SERVER = re.compile(
    rf"https?://(?:{_HOST}|\[[0-9a-fA-F:.]+\])(?::[0-9]{{1,5}})?(?:/[A-Za-z0-9._~%+/-]*)?"
    r"|arn:aws[a-z-]*:eks:[a-z0-9-]+:[0-9]{12}:cluster/[A-Za-z0-9][A-Za-z0-9_-]{0,99}"
)


def _is_server(text: str) -> bool:
    """Whether a text is the address of an API server, with a port that exists."""
    port = re.match(r"https?://[^/]*:([0-9]+)(?:/|$)", text)
    return _SERVER.fullmatch(text) is not None and (port is None or 0 < int(port[1]) < 1 << 16)


ClusterServer: TypeAlias = Annotated[
    str,
    _only(
        _is_server,
        code="url",
        noun="the address of an API server",
        remedy="write https://host:port, or the ARN of an EKS cluster for Argo CD as an EKS capability",
        limit=TEXT_LIMIT,
        message="this is not {noun}",
    ),
]
"""Address of an API server, as Argo CD knows it.
Accepts `https://eu-1.example.org:6443`, `arn:aws:eks:eu-central-1:123456789012:cluster/shop`;
refuses `eu-1.example.org`, `https://bot:token@eu-1.example.org`, `arn:aws:eks:eu-central-1:1:cluster/shop`."""

Glob: TypeAlias = Annotated[
    str,
    _only(
        _GLOB.fullmatch,
        code="pattern",
        noun="a pattern",
        remedy="use letters, digits, `-`, `.`, `/` and `*`",
    ),
    _only(
        _WITHOUT_LOGIN.fullmatch,
        code="url-credentials",
        noun="the pattern",
        remedy="remove them; use repositories or credentials",
        message="{noun} holds credentials",
    ),
]
"""A pattern in which `*` matches any text. A negation (`!`) is none.
Accepts `*`, `blue-*`, `https://gitlab.example.org/*`; refuses `!blue-*`, `a b`, `{a,b}`."""


def read_registry(value: str) -> str:
    """The server of a registry's login, as images name it. A message never repeats it: it may hold a password."""
    if registry_key(value) is None:
        message = "no image can match this server: nothing would be pulled with the login"
        refuse(code="registry-server", message=message, remedy=registry_remedy(value))
    return value


RegistryServer: TypeAlias = Annotated[str, AfterValidator(_remembered(read_registry))]
"""Server of a registry's login: a host with a dot or a port, and the beginning of a path.
Accepts `harbor.example.org:5000/blue`, `docker.io`, `https://index.docker.io/v1/`, `*.example.org`;
refuses `oci://harbor.example.org`, `harbor`, `harbor.example.org/blue/app:1.2`, `index.docker.io/blue`."""

Scheme: TypeAlias = Annotated[
    str,
    _only(
        re.compile(r"[a-z][a-z0-9+.-]{0,62}").fullmatch,
        code="scheme",
        noun="the scheme of a URL",
        remedy="write `https`: small letters, without `://`",
    ),
]
"""What a URL begins with. Accepts `https`, `secrets+age-import`; refuses `https://`, `HTTPS`."""
_KIND = re.compile(r"[A-Z][A-Za-z0-9]{0,62}")
_GROUP_NAME = re.compile(rf"\*|(?:{_SUBDOMAIN.pattern})?")

GroupName: TypeAlias = Annotated[
    str,
    _only(
        _GROUP_NAME.fullmatch,
        code="kind",
        noun="an API group",
        remedy="write the name before the `/` of apiVersion; the core group is an empty text",
        limit=NAME_LIMIT,
    ),
]
"""An API group, or `*`. Accepts ``, `apps`, `networking.k8s.io`, `*`; refuses `apps/v1`, `*.k8s.io`."""

KindName: TypeAlias = Annotated[
    str,
    _only(
        _KIND.fullmatch,
        code="kind",
        noun="a kind",
        remedy="write for example ConfigMap, without patterns",
    ),
]
"""A kind of Kubernetes objects. Accepts `ConfigMap`; refuses `configmap`, `*`, `apps/Deployment`."""

KindPattern: TypeAlias = Annotated[
    str,
    _only(
        re.compile(rf"\*|{_KIND.pattern}").fullmatch,
        code="kind",
        noun="a kind",
        remedy="write for example ConfigMap, or `*` for all kinds of the group",
    ),
]
"""A kind, or all of a group. Accepts `ConfigMap`, `*`; refuses `configmap`, `Config*`."""

Word: TypeAlias = Annotated[
    str,
    _only(
        _WORD.fullmatch,
        code="word",
        noun="one word",
        remedy="use printable characters without blanks",
        limit=TEXT_LIMIT,
    ),
]
"""One word of printable ASCII. It does not begin with `-`, as a program could read it as an option.
Accepts `ServerSideApply=true`, `/spec/replicas`; refuses `--set`, `two words`."""

Revision: TypeAlias = Annotated[
    str,
    _only(
        _REVISION.fullmatch,
        code="revision",
        noun="a revision",
        remedy="write a version, branch, tag or commit",
        limit=TEXT_LIMIT,
    ),
]
"""A version, a range of versions, a branch, a tag, a commit or a digest.
Accepts `v1.4.2`, `>=1.2.0 <2.0.0`, `main`, `sha256:0a1b`; refuses `--upload-pack=x`, ` main`, ``."""

Branch: TypeAlias = Annotated[
    str,
    _only(
        _BRANCH.fullmatch,
        code="branch",
        noun="the name of a branch",
        remedy="write for example environments/prod",
        limit=TEXT_LIMIT,
    ),
]
"""A branch of Git, without `refs/heads/`. Accepts `environments/prod`; refuses `HEAD`, `refs/heads/main`, `a..b`.
Source: Git, `git check-ref-format --branch`."""

_KUBE_VERSION = re.compile(
    r"v?(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))?(?:[-+][0-9A-Za-z.+-]*)?"
)
_REFERENCE = re.compile(r"[A-Za-z0-9_-]+")
_KEY_ID = re.compile(r"(?:[0-9A-Fa-f]{16}|[0-9A-Fa-f]{40})")
_VALUE_PART = r"(?:[^\s\\.,=\[\]{}\"'\x00-\x1f]|\\[.,=\[\]])+(?:\[[0-9]{1,4}\])*"
_VALUE_NAME = re.compile(rf"{_VALUE_PART}(?:\.{_VALUE_PART})*")

KubeVersion: TypeAlias = Annotated[
    str,
    _only(
        _KUBE_VERSION.fullmatch,
        code="kube-version",
        noun="a Kubernetes version",
        remedy="write for example 1.34.2",
        limit=LABEL_LIMIT,
    ),
]
"""A version of Kubernetes, of two or three numbers. Source: apimachinery, pkg/util/version, `ParseGeneric`.
Accepts `1.34.2`, `v1.34`, `1.34.2+k3s1`; refuses `abc`, `1`, `01.2`."""

Reference: TypeAlias = Annotated[
    str,
    _only(
        _REFERENCE.fullmatch,
        code="name",
        noun="the `ref` of a source",
        remedy="use letters, digits, `-` and `_`",
        limit=LABEL_LIMIT,
    ),
]
"""`ref` of a source. Source: argo-cd, util/argo/argo.go, `GetRefSources`.
Accepts `values`, `Shared_values`, `v-2`; refuses `a.b`, `a b`, `$values`."""

GpgKey: TypeAlias = Annotated[
    str,
    _only(
        _KEY_ID.fullmatch,
        code="gpg-key",
        noun="the ID of a GPG key",
        remedy="write the 16 or 40 hexadecimal digits of `gpg --list-keys --keyid-format long`",
    ),
]
"""ID or fingerprint of a GPG key. Source: argo-cd, util/sourceintegrity/gpg.go, `KeyID`.
Accepts `4AEE18F83AFDEB23`, `d56c4fca57a46444d56c4fca57a46444d56c4fca`; refuses `4AEE18F8`, `me@example.org`."""

ValueName: TypeAlias = Annotated[
    str,
    _only(
        _VALUE_NAME.fullmatch,
        code="value-name",
        noun="the name of a value",
        remedy="write it as `helm --set` takes it: image.tag, hosts[0].name, annotations.example\\.org/x",
        limit=TEXT_LIMIT,
    ),
]
"""Name of a value of a chart. Source: Helm, pkg/strvals.
Accepts `image.tag`, `hosts[0].name`, `a\\.b`; refuses ``, `a=b`, `a,b`, `a..b`, `.a`."""

Reviewer: TypeAlias = Annotated[
    str,
    _only(
        _REVIEWER.fullmatch,
        code="reviewer",
        noun="a reviewer",
        remedy='write "@user", "@organisation/team" or an e-mail address',
        limit=TEXT_LIMIT,
    ),
]
"""A reviewer as CODEOWNERS spells it: a user, a team (in GitLab a group or a subgroup), or an e-mail address.
Accepts `@alice`, `@blue/shop/leads`, `alice@example.org`; refuses `alice`, `@blue leads`, `@-x`."""


Duration: TypeAlias = Annotated[
    str,
    _only(
        is_duration,
        code="duration",
        noun="a duration",
        remedy="write for example 90s, 30m or 1h30m",
    ),
]
"""A duration as Go writes it. Accepts `90s`, `30m`, `1h30m`, `1.5h`; refuses `90`, `1d`, `-1h`."""

Cron: TypeAlias = Annotated[
    str,
    _only(
        is_schedule,
        code="cron",
        noun="a cron expression",
        remedy="write five fields, for example `0 22 * * 1-5`; Sunday is 0 or SUN",
    ),
]
"""A cron expression of five fields, as Argo CD reads it.
Accepts `0 22 * * 1-5`, `*/15 0 1,15 * MON`; refuses `@daily`, `0 8 * * 7`, `0 0 * * * *`."""
