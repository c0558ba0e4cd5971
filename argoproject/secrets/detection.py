"""What looks like a secret in data of free form, by the name of its key or the form of its value.

The checks refuse it in clear (`secret_paths`), and no output shows it (`masked`), unless it is a placeholder for a
secret. A value that a team allows by name is not shown either: it does not belong in a log. Output is stricter: below a
key with the name of a secret it shows nothing, while the checks accept a list or mapping there, as charts keep options
in it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

from argoproject.yamlfile.reader import DataPath, parse

__all__ = [
    "NOT_SHOWN",
    "found_in_text",
    "is_clear",
    "is_encrypted_by_pulumi",
    "is_kubeconfig",
    "is_secret_key",
    "looks_secret",
    "masked",
    "masked_at",
    "secret_paths",
    "unencrypted",
]

_SECRET_KEY = re.compile(
    r".*(?:password|passwd|passphrase|pwd|token|secretkey|apikey|accesskey|privatekey|signingkey|encryptionkey"
    r"|masterkey|sshkey|connectionstring"
    r"|(?:client|app|application|shared|webhook|signing|session|cookie|jwt|hmac|consumer|oauth)secret)"
)
"""How keys of secrets end, in lower case and without punctuation. Keys that name a Secret (`passwordSecret`,
`tokenSecretRef`, `secretName`) end otherwise; `existing…` is left out as well."""

_SECRETS_KEY = re.compile(
    r".*(?:password|passwd|passphrase|token|apikey|accesskey|privatekey|signingkey|encryptionkey"
    r"|(?:client|app|application|shared|webhook|signing|session|jwt|hmac|oauth)secret)s"
)
"""How keys of several secrets end. `secretKeys` and `sshKeys` are names and public keys as often."""

_OPTION = re.compile(r"key|name|type|enabled|.*(?:secret|secretname|secretref|secretkey|ref)")
"""Keys of mappings that are options, although the name above them is that of several secrets: they name a Secret."""

_COUNTED = re.compile(r"(?:max|min|num|stop|total)?tokens")

_REFERENCE = re.compile(
    r"true|false|yes|no|null|ref\+.*|vault:.*|<[^<>]+>|\{\{.*\}\}|\$\(.*\)|\$\{?[A-Z][A-Z0-9_]*\}?|ENC\[.*\]",
    re.DOTALL | re.IGNORECASE,
)
"""Values that are looked up elsewhere, encrypted, or plain switches."""

_SECRET_VALUE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|AGE-SECRET-KEY-1[0-9A-Z]{20}|\bgh[pousr]_[A-Za-z0-9]{20}"
    r"|\bgithub_pat_[A-Za-z0-9_]{20}|\bgl(?:pat|dt|rt|ptt|soat|cbt)-[A-Za-z0-9_-]{16}|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bey[A-Za-z0-9_-]{8,}\.ey[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8}|\bxox[abeprs]-[A-Za-z0-9-]{10}"
    r"|\bsk_live_[A-Za-z0-9]{16}|\bhv[sb]\.[A-Za-z0-9_-]{20}|\bAIza[0-9A-Za-z_-]{35}"
    # A URL's password is none where it has a reference in it: $(X), ${X}, {{ x }}, {x}, <x>; or is $X.
    r"|://[^/\s:@]*:(?!\$[A-Za-z_]\w*@)(?:(?!\$[({]|\{\{|\{[\w.-]+\}|<[^<>\s@]*>)[^/\s@])+@"
)
"""Private keys, tokens of well-known services, JSON web tokens, and URLs with a password."""

_PAIR = re.compile(
    r"""(?:^|[\s{,'"-])([A-Za-z0-9_.-]+)['"]?\s*:[ \t]+("[^"\n]*"|'[^'\n]*'|[^\s,}\]#][^\n,}\]#]*)"""
)
"""A key and its scalar in text that is YAML."""

_MARKS = re.compile(r"(?<=[\s\[{,:-])[&*!][^\s,\]}]*")
"""Anchors, aliases and tags of YAML."""

_POINTER = re.compile(r"remoteref|sourceref|secret(?:name|ref)|.*existingsecret(?:name|ref)?")
"""Keys that name a Secret, or a value in a store: `secretKey` next to one is the name of a key there."""

_POINTED = re.compile(
    r"[a-z]+(?:[-_.][a-z0-9]+)*|[A-Z]+(?:_[A-Z0-9]+)*|[a-z]+(?:[A-Z][a-z]+)+|(?:tls|ca)\.(?:crt|key)"
)
"""How people name the keys of a Secret: `password`, `DB_PASSWORD`, `dbPassword`, but not `hunter2`."""

_DATA_KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}")
"""Source: Kubernetes, `IsConfigMapKey`."""

_TEMPLATE = re.compile(r"\{\{[^{}\n]*\}\}")
"""Templates in a text, of which nothing is a secret: `{{ .password }}` of an ExternalSecret."""

_SHORTEST = 12
"""No value that `_SECRET_VALUE` finds is shorter."""

_VALUE_KEYS = ("value", "string")
"""Keys next to a `name` that names the value, as in the environment of a container."""


def secret_paths(data: Any, path: DataPath = ()) -> Iterator[DataPath]:
    """The paths at which data of free form has a secret in clear. Texts of several lines are read as YAML.

    Args:
        data: mappings, lists and scalars.
        path: the place of the data itself.

    Example:
        >>> list(secret_paths({"db": {"password": "hunter2", "passwordSecret": "db-login"}}))
        [('db', 'password')]
    """
    if isinstance(data, Mapping):
        yield from _in_mapping(data, path)
    elif isinstance(data, list | tuple):
        for index, item in enumerate(data):
            yield from secret_paths(item, (*path, index))
    elif isinstance(data, str):
        structured = "\n" in data or "{" in data
        if looks_secret(data) or (structured and found_in_text(data)):
            yield path


def _in_mapping(data: Mapping[Any, Any], path: DataPath) -> Iterator[DataPath]:
    named = _names_secret(data)
    sealed = bool(path) and path[-1] == "encryptedData"
    for key, value in data.items():
        several = is_secrets_key(key) and _are_secrets(key, value)
        secret = is_secret_key(key) or several or (named and key in _VALUE_KEYS)
        if isinstance(key, str) and looks_secret(key):
            yield path  # not the key: paths are printed
        elif several and isinstance(value, Mapping | list | tuple):
            for step, item in value.items() if isinstance(value, Mapping) else enumerate(value):
                here = (*path, key, step)
                clear = isinstance(item, str) and is_clear(item)
                yield from (here,) if clear else secret_paths(item, here)
        elif not (secret and is_clear(value) and not _refers(data, key, value)):
            yield from secret_paths(value, (*path, key))
        elif not (sealed and _is_sealed(value)):
            yield (*path, key)


def _are_secrets(key: str, value: Any) -> bool:
    """Whether a value below a key of several secrets has them, and no options or numbers of tokens.

    Only a list is enough for `tokens`, which charts also use for settings: `tokens: {issuer: example.org}`.
    """
    if isinstance(value, list | tuple):
        return True
    if _COUNTED.match(_plain(key)):
        return False
    if isinstance(value, Mapping):
        return not any(_OPTION.fullmatch(_plain(str(name))) for name in value)
    return isinstance(value, str) and not value.isdigit()


def _names_secret(data: Mapping[Any, Any]) -> bool:
    """Whether a mapping has a `name` that is the name of a secret, so that the value next to it is one."""
    name = data.get("name")
    return isinstance(name, str) and (is_secret_key(name) or is_secrets_key(name))


def _refers(data: Mapping[Any, Any], key: str, value: Any) -> bool:
    """Whether a `secretKey` is the name of a key of a Secret that the mapping, or the rest of its own name, names.

    Example:
        {secretKey: db-2, remoteRef: {key: shop/db}}     an ExternalSecret's: every name of a key
        {existingSecret: shop-db, secretKey: password}   a chart's: only what reads as the name of a secret
        {existingSecret: shop-db, secretKey: hunter2}    no name of a secret, so a value in clear
        {adminPasswordSecretKey: admin-password}         named by the key itself
    """
    if not isinstance(value, str) or not _DATA_KEY.fullmatch(value):
        return False
    plain = _plain(key)
    if not plain.endswith("secretkey"):
        return False
    if plain.endswith("existingsecretkey"):
        return True
    pointers = {_plain(name) for name, item in data.items() if item and isinstance(name, str)}
    if plain == "secretkey" and pointers & {"remoteref", "sourceref"}:
        return True
    named = _POINTED.fullmatch(value) is not None and _reads_as_key(value)
    by_name = len(plain) > len("secretkey") and is_secret_key(plain.removesuffix("secretkey"))
    return named and (by_name or any(map(_POINTER.fullmatch, pointers)))


def _reads_as_key(value: str) -> bool:
    return is_secret_key(value) or value in ("key", "secret", "value") or value.startswith("tls.")


@lru_cache(maxsize=1024)
def _is_sealed(value: Any) -> bool:
    """Whether a value of a SealedSecret's `encryptedData` is encrypted: the length of a key encrypted with RSA in two
    bytes, that key, and the value encrypted with it. Source: sealed-secrets, pkg/crypto/crypto.go `HybridEncrypt`.
    """
    try:
        data = base64.b64decode(value, validate=True)
    except (TypeError, ValueError):
        return False
    length = int.from_bytes(data[:2], "big")
    return length in (256, 384, 512, 1024) and len(data) >= 2 + length + 16


def looks_secret(value: str) -> bool:
    """Whether a value is a private key, a token of a well-known service, or a URL with a password."""
    return len(value) >= _SHORTEST and _SECRET_VALUE.search(value) is not None


@lru_cache(maxsize=8192)
def is_secret_key(key: str) -> bool:
    """Whether a key, or the last part of a dotted one, is the name of a secret: `db.adminPassword`."""
    plain = _plain(key)
    return _SECRET_KEY.fullmatch(plain) is not None and not plain.startswith("existing")


@lru_cache(maxsize=8192)
def is_secrets_key(key: str) -> bool:
    """Whether a key is the name of several secrets: `apiTokens`."""
    plain = _plain(str(key))
    return _SECRETS_KEY.fullmatch(plain) is not None and not plain.startswith("existing")


def _plain(key: str) -> str:
    """The last part of a dotted key in lower case, without punctuation: `auth.Secret-Key[0]` gives `secretkey`."""
    last = re.split(r"(?<!\\)\.", key)[-1]
    return re.sub(r"\[[0-9]+\]$|[^a-z0-9]", "", last.lower())


def is_clear(value: Any) -> bool:
    """Whether a scalar is a value in clear. A truth value is a switch, not a secret."""
    if isinstance(value, str):
        text = value.strip()
        return bool(text) and _REFERENCE.fullmatch(text) is None
    return isinstance(value, int | float) and not isinstance(value, bool)


@lru_cache(maxsize=4096)
def found_in_text(text: str) -> bool:
    """Whether a text that is probably YAML holds a secret. What is none, such as a template, is read line by line."""
    # Anchors, aliases and tags are not this project's YAML, but they are Helm's.
    text = _TEMPLATE.sub("<template>", text)
    document, problems = parse("", _MARKS.sub("", text).encode(errors="replace"))
    if not problems and isinstance(document.data, dict | list):
        return any(True for _ in secret_paths(document.data))
    return any(
        is_secret_key(key) and is_clear(value.strip("\"' ")) for key, value in _PAIR.findall(text)
    )


NOT_SHOWN = "<not shown>"

_PLACEHOLDER = re.compile(r"<(?:secret|docker configuration for) [^<>]+>|<secret>|<not shown>")
"""What a plan has in the place of a secret (`argoproject.plan.model`)."""


def masked_at(value: Any, names: Iterable[object]) -> Any:
    """Copy a value without what may be a secret.

    Args:
        value: plain data.
        names: the keys that lead to it, the outermost first. Below one with the name of a secret, nothing is shown.
    """
    steps = [*names, 0] if isinstance(value, list | tuple) else [*names]
    secret = any(isinstance(name, str) and is_secret_key(name) for name in steps)
    # An element of a list has an index, or a text of another type than keys.
    for key, below in pairwise(steps):
        secret = secret or (type(key) is str and type(below) is not str and is_secrets_key(key))
    return masked(value, hidden=secret)


def masked(value: Any, key: object = "", *, hidden: bool = False) -> Any:
    """Copy a value without what may be a secret.

    Args:
        value: plain data.
        key: the key of the value, if it has one.
        hidden: whether it is the value of a secret: only its structure is shown, with placeholders for secrets, truth
            values and nulls.

    Example:
        >>> masked({"user": "shop", "password": "hunter2", "env": [{"name": "API_TOKEN", "value": "x"}]})
        {'user': 'shop', 'password': '<not shown>', 'env': [{'name': 'API_TOKEN', 'value': '<not shown>'}]}
    """
    if isinstance(key, str):
        several = is_secrets_key(key) and _are_secrets(key, value)
        hidden = hidden or is_secret_key(key) or several
    if isinstance(value, Mapping):
        named = _names_secret(value)
        return {
            NOT_SHOWN if isinstance(key, str) and looks_secret(key) else key: masked(
                item, key, hidden=hidden or (named and key in _VALUE_KEYS)
            )
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [masked(item, hidden=hidden) for item in value]
    if isinstance(value, str):
        clear = not _PLACEHOLDER.fullmatch(value) and (
            hidden or any(True for _ in secret_paths(value))
        )
    else:
        clear = hidden and value is not None and not isinstance(value, bool)
    return NOT_SHOWN if clear else value


def _masked_key(key: Any) -> Any:
    return NOT_SHOWN if isinstance(key, str) and looks_secret(key) else key


_OF_PULUMI = re.compile(
    r"v1:[A-Za-z0-9+/]{16}:(?=.{24})(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
    r"|v1:[A-Za-z0-9]{1,3}={0,2}:[A-Za-z0-9]{1,3}={0,2}"
    r"|(?=.{40})(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
)
"""What Pulumi writes after `secure:`: `v1:<nonce>:<ciphertext>`, base64 of 12 and of 16 bytes or more, or base64 of its
service, which is longer than words. The few letters of an example are no secret.
Source: pulumi, sdk/go/common/resource/config/crypt.go."""


def unencrypted(value: Any, path: DataPath) -> Iterator[DataPath]:
    """The places of the values that are in clear, at and below a place."""
    if is_encrypted_by_pulumi(value):
        if not _OF_PULUMI.fullmatch(value["secure"]):
            yield (*path, "secure")
    elif isinstance(value, Mapping | list):
        for step, item in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from unencrypted(item, (*path, step))
    elif value not in (None, ""):
        yield path


def is_encrypted_by_pulumi(value: Any) -> bool:
    """Whether Pulumi reads a value as an encrypted one."""
    return (
        isinstance(value, Mapping) and set(value) == {"secure"} and isinstance(value["secure"], str)
    )


def is_kubeconfig(kubeconfig: str) -> bool:
    """Whether a kubeconfig is the content of a file. The path of one is on one line, and no mapping."""
    return any(mark in kubeconfig.strip() for mark in ("\n", "{", ": "))
