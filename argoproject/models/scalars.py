"""The scalars of the configuration: what each kind of text means, and how a wrong one is told.

Every scalar arrives as text (`argoproject.yamlfile.reader`). The types below give it its meaning, so that `1.10`
stays a revision and `no` a word, while a field that wants a truth value says so when it gets `no`. Patterns are matched
whole and in ASCII: `$` would accept a trailing newline, `\\d` other scripts' digits.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Annotated, Any, NoReturn, TypeAlias

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from argoproject.upstream.argocd.windows import is_duration, is_schedule
from argoproject.upstream.groups import group_problem
from argoproject.yamlfile.reader import Plain

__all__ = [
    "Count",
    "Cron",
    "Date",
    "DnsLabel",
    "DnsName",
    "Duration",
    "Flag",
    "FreeForm",
    "Glob",
    "Group",
    "Key",
    "LabelKey",
    "LabelValue",
    "Quantity",
    "Reviewer",
    "Revision",
    "SecretName",
    "Text",
    "Url",
    "Word",
    "is_label",
    "refuse",
]

LABEL_LIMIT = 63
NAME_LIMIT = 253
TEXT_LIMIT = 255
QUANTITY_LIMIT = 24

_LABEL = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")
_LABEL_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?")
_LABEL_NAME = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?")
_QUANTITY = re.compile(
    r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2}|[numkMGTPE]|[KMGTPE]i)?"
)


_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
_URL = re.compile(
    rf"(?:(?:https?|ssh|oci|git)://)?(?:[A-Za-z0-9._-]+@)?{_HOST}(?::[0-9]{{1,5}})?(?:/[A-Za-z0-9._~%+@/-]*)?"
    rf"|(?:[A-Za-z0-9._-]+@)?{_HOST}:[A-Za-z0-9._~][A-Za-z0-9._~%+@/-]*"
)
"""With a scheme, as `host/path` of an OCI registry, or as Git's `user@host:path`."""

_GLOB = re.compile(r"[A-Za-z0-9._~:/@+*?%-]+")
_WORD = re.compile(r"[!-,./-~][!-~]*")
_REVISION = re.compile(r"[!-,./-~](?:[ -~]*[!-~])?")
_REVIEWER = re.compile(
    r"@[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
)
_INT = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)?\.?[0-9]+(?:[eE][+-]?[0-9]+)?")
_LEADING_ZERO = re.compile(r"[+-]?0[0-9]+")
_YES_NO = frozenset({"yes", "no", "on", "off", "Yes", "No", "On", "Off", "YES", "NO", "ON", "OFF"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})


def refuse(code: str, message: str, remedy: str = "", path: tuple[str | int, ...] = ()) -> NoReturn:
    """Refuse a value inside a validator. The message must not hold a value that may be a secret.

    `path` leads from the validated value to the part that is wrong.

    Raises:
        PydanticCustomError: always; `argoproject.tree.load` turns it into a `Problem`.
    """
    raise PydanticCustomError(
        "refused", "{message}", {"code": code, "message": message, "remedy": remedy, "path": path}
    )


def _pattern(
    pattern: re.Pattern[str], limit: int, code: str, what: str, rule: str
) -> Callable[[str], str]:
    def check(value: str) -> str:
        if len(value) > limit:
            refuse(
                code,
                f"{what} has {len(value)} characters, at most {limit} are allowed",
                "shorten it",
            )
        if not pattern.fullmatch(value):
            refuse(code, f"{value!r} is not {what}", rule)
        return value

    return check


def _text(value: str) -> str:
    if len(value) > TEXT_LIMIT:
        refuse(
            "text",
            f"the text has {len(value)} characters, at most {TEXT_LIMIT} are allowed",
            "shorten it",
        )
    if not value.strip():
        refuse("text", "the text is empty", "write something, or remove the line")
    return unicodedata.normalize("NFC", value)


def _key(value: str) -> str:
    return _check_label(value)


_check_label = _pattern(
    _LABEL, LABEL_LIMIT, "name", "a DNS label", "use lower-case letters, digits and inner hyphens"
)


def _secret_name(value: str) -> str:
    if not is_label(value):
        refuse(
            "secret-name",
            "this is not the name of a secret",
            "name the secret; its value stands elsewhere",
        )
    return value


def _group(value: str) -> str:
    text = unicodedata.normalize("NFC", value)
    if problem := group_problem(text):
        refuse(*problem)
    return text


def _label_key(value: str) -> str:
    prefix, slash, name = value.rpartition("/")
    ok = len(name) <= LABEL_LIMIT and _LABEL_NAME.fullmatch(name)
    if not ok or (slash and not (len(prefix) <= NAME_LIMIT and _SUBDOMAIN.fullmatch(prefix))):
        refuse("label-key", f"{value!r} is not a label key", "write `name` or `example.org/name`")
    return value


def _quantity(value: str) -> str:
    if len(value) > QUANTITY_LIMIT or not _QUANTITY.fullmatch(value):
        refuse(
            "quantity",
            f"{value[:QUANTITY_LIMIT]!r} is not a Kubernetes quantity",
            "write for example 500m, 2, 512Mi or 4Gi",
        )
    return value


def _duration(value: str) -> str:
    if not is_duration(value):
        refuse("duration", f"{value!r} is not a duration", "write for example 90s, 30m or 1h30m")
    return value


@lru_cache(maxsize=1024)
def _cron(value: str) -> str:
    remedy = "write five fields, for example `0 22 * * 1-5`; Sunday is 0 or SUN"
    if not is_schedule(value):
        refuse("cron", f"{value!r} is not a cron expression", remedy)
    return value


def _date(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            refuse(
                "date", f"{value!r} is not a date", "write year-month-day, for example 2026-12-24"
            )
    return value


def _url(value: str) -> str:
    if not _URL.fullmatch(value):
        refuse(
            "url",
            "this is not a repository URL",
            "write https://host/path, ssh://git@host/path, git@host:path or host/path, "
            "without credentials, query or blanks",
        )
    if value.startswith(("https://", "http://")) and "@" in value.split("/")[2]:
        refuse(
            "url-credentials",
            "the URL holds credentials",
            "remove them; use repositories or credentials",
        )
    return value


def _glob(value: str) -> str:
    if not _GLOB.fullmatch(value) or value.startswith("!"):
        refuse(
            "pattern", f"{value!r} is not a pattern", "use letters, digits, `-`, `.`, `/` and `*`"
        )
    return value


def _flag(value: Any) -> Any:
    if value.__class__ is not Plain:
        if isinstance(value, str):
            refuse("flag", "a truth value must not be quoted", "write true or false")
        return value
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    return refuse("flag", f"{str(value)!r} is not a truth value", "write true or false")


def _count(value: Any) -> Any:
    if isinstance(value, str):
        if not _INT.fullmatch(value):
            remedy = (
                f"write {value.lstrip('+-0') or '0'}"
                if _LEADING_ZERO.fullmatch(value)
                else "write digits"
            )
            refuse("number", f"{str(value)!r} is not a whole number", remedy)
        return int(value)
    return value


def free_form(value: Any, path: tuple[str | int, ...] = ()) -> Any:
    """Data of Kubernetes, Argo CD or a chart, as YAML 1.2 reads it.

    `no`, `on` and `12:30` stay text, as in Kubernetes' own reader of YAML 1.2. A number with leading zeros means
    different things to different readers, so it must be quoted or rewritten.
    """
    if value.__class__ is Plain:
        return _free_scalar(value, path)
    if isinstance(value, dict):
        return {
            key: free_form(item, (*path, key)) for key, item in value.items() if item is not None
        }
    if isinstance(value, list | tuple):
        return [free_form(item, (*path, index)) for index, item in enumerate(value)]
    return value


def _free_scalar(value: str, path: tuple[str | int, ...]) -> Any:
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    if value in _YES_NO:
        refuse(
            "ambiguous-scalar",
            f"{str(value)!r} is text to some YAML readers and a truth value to others",
            f'write true or false, or "{value}" in quotes',
            path,
        )
    if _INT.fullmatch(value):
        return int(value)
    if _LEADING_ZERO.fullmatch(value):
        refuse(
            "ambiguous-scalar",
            f"{str(value)!r} is a different number to different YAML readers",
            f'write "{value}" in quotes, or the number without leading zeros',
            path,
        )
    if _FLOAT.fullmatch(value):
        number = float(value)
        if not math.isfinite(number):
            message = f"{str(value)!r} is beyond what a number can be"
            refuse("number", message, "write a smaller number, or text in quotes", path)
        return number
    return str(value)


Text: TypeAlias = Annotated[str, AfterValidator(_text)]
"""Free text for people, one line, at most 255 characters (Argo CD's limit for a description)."""

Key: TypeAlias = Annotated[str, AfterValidator(_key)]
"""A name chosen by the user that becomes part of Kubernetes names: a DNS label."""

DnsLabel: TypeAlias = Annotated[str, AfterValidator(_check_label)]
"""RFC 1123 label: at most 63 lower-case letters, digits and inner hyphens."""

DnsName: TypeAlias = Annotated[
    str,
    AfterValidator(
        _pattern(
            _SUBDOMAIN,
            NAME_LIMIT,
            "name",
            "a DNS name",
            "use lower-case letters, digits, `-` and `.`",
        )
    ),
]
"""RFC 1123 subdomain: labels joined by dots, at most 253 characters."""

SecretName: TypeAlias = Annotated[str, AfterValidator(_secret_name)]
"""Name of a secret. A wrong one is not repeated in the report: it may be the secret itself."""

Group: TypeAlias = Annotated[str, AfterValidator(_group)]
"""A group as the SSO provider sends it (`argoproject.upstream.groups`)."""

LabelKey: TypeAlias = Annotated[str, AfterValidator(_label_key)]
LabelValue: TypeAlias = Annotated[
    str,
    AfterValidator(
        _pattern(
            _LABEL_VALUE,
            LABEL_LIMIT,
            "label-value",
            "a label value",
            "use letters, digits, `-`, `_` and `.`",
        )
    ),
]
Quantity: TypeAlias = Annotated[str, AfterValidator(_quantity)]
"""A Kubernetes quantity: 500m, 2, 512Mi. Not negative."""

Duration: TypeAlias = Annotated[str, AfterValidator(_duration)]
"""A duration as Go writes it: 90s, 30m, 1h30m."""

Cron: TypeAlias = Annotated[str, AfterValidator(_cron)]
"""A cron expression of five fields."""

Date: TypeAlias = Annotated[
    dt.date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})
]
Url: TypeAlias = Annotated[str, AfterValidator(_url)]
"""A repository's URL: HTTPS, SSH, OCI, or `host/path` of an OCI registry. Never with credentials."""

Glob: TypeAlias = Annotated[str, AfterValidator(_glob)]
"""A pattern in which `*` stands for any text."""

Word: TypeAlias = Annotated[
    str,
    AfterValidator(
        _pattern(_WORD, TEXT_LIMIT, "word", "one word", "use printable characters without blanks")
    ),
]
"""One word of printable ASCII that is no command line option: `ServerSideApply=true`."""

Revision: TypeAlias = Annotated[
    str,
    AfterValidator(
        _pattern(
            _REVISION,
            TEXT_LIMIT,
            "revision",
            "a revision",
            "write a version, branch, tag or commit",
        )
    ),
]
"""A version, a range of versions, a branch, a tag, a commit or a digest."""

Reviewer: TypeAlias = Annotated[
    str,
    AfterValidator(
        _pattern(
            _REVIEWER,
            TEXT_LIMIT,
            "reviewer",
            "a reviewer",
            'write "@user", "@organisation/team" or an e-mail address',
        )
    ),
]
"""Who reviews, as CODEOWNERS spells it: a user, a team (in GitLab a group, also of a group), or an e-mail address."""

Flag: TypeAlias = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
Count: TypeAlias = Annotated[int, BeforeValidator(_count), WithJsonSchema({"type": "integer"})]


def _free(value: Any) -> Any:
    return free_form(value)


FreeForm: TypeAlias = Annotated[Any, BeforeValidator(_free)]
"""Data whose structure belongs to somebody else: chart values, a policy's spec."""

FreeMap: TypeAlias = Annotated[Mapping[str, Any], BeforeValidator(_free)]
FreeMaps: TypeAlias = Annotated[tuple[Mapping[str, Any], ...], BeforeValidator(_free)]


def is_label(value: str) -> bool:
    """Whether a text is an RFC 1123 label."""
    return len(value) <= LABEL_LIMIT and _LABEL.fullmatch(value) is not None
