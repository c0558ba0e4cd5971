"""Who can decrypt which secret: platform.yaml's recipients as sops' creation rules.

A secret of an environment is for the platform's recipients, those of the environment's class and the team's. A secret
that a team or product shares is for environments of every class, so it is for the platform's recipients, those of
every class and the team's. The platform's own secrets are for the platform and every class.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from argoproject.identity import PLATFORM
from argoproject.layout import LEVELS, MANIFESTS, PROJECTS, SECRETS
from argoproject.models import Platform
from argoproject.secrets.file import SecretFile, SecretKey
from argoproject.yamlfile.reader import DataPath

__all__ = [
    "SOPS_CONFIG",
    "canonical",
    "compare_recipients",
    "creation_rule",
    "is_recipient",
    "named_recipients",
    "names_any_recipient",
    "outside_services",
    "recipients_for",
    "recipients_of",
    "service_of",
    "sops_config",
]

SOPS_CONFIG = ".sops.yaml"
"""The file in which sops looks for its creation rules, next to platform.yaml."""

_SERVICES: Mapping[str, re.Pattern[str]] = {
    "age": re.compile(r"age1[a-z0-9-]{16,4096}|ssh-(?:ed25519|rsa) [A-Za-z0-9+/]+={0,2}"),
    "pgp": re.compile(r"[0-9A-Fa-f]{40}"),
    "kms": re.compile(
        r"arn:aws[a-z-]*:kms:[^\s,+:]+:[0-9]+:(?:key|alias)/[^\s,+]+(?:\+arn:aws[a-z-]*:iam:[^\s,+]+)?"
    ),
    "gcp_kms": re.compile(
        r"projects/[^/\s,]+/locations/[^/\s,]+/keyRings/[^/\s,]+/cryptoKeys/[^/\s,]+"
    ),
    "azure_keyvault": re.compile(r"https://[^/\s,@]+/keys/[^/\s,]+/[^/\s,]+"),
    "hc_vault_transit_uri": re.compile(r"https?://[^/\s,@]+/v1/[^\s,]+/keys/[^/\s,]+"),
}
"""How recipients of each key service are written, by the key of a creation rule.
Source: sops 3.13, the keysource.go of each service. A URL has no login: it would be copied into every file."""

_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)

_DATA_RULE = {"encrypted_regex": "^(data|stringData)$"}
"""A Secret among the extra manifests keeps its names readable: they are judged before anything is decrypted."""

_HEADER = """\
# Made by `argoproject secret sops-config` from the recipients of platform.yaml: change those, not this.
creation_rules:
"""


def service_of(recipient: str) -> str | None:
    """The key service of a recipient, by the key of a creation rule; None where the form is that of no service."""
    text = canonical(recipient)
    return next((name for name, form in _SERVICES.items() if form.fullmatch(text)), None)


@lru_cache(maxsize=1024)
def is_recipient(text: str) -> bool:
    """Whether a text is a recipient of any key service. A mistyped age key is none, and neither is half an SSH key."""
    if service_of(text) is None:
        return False
    if text.startswith("ssh-"):
        return _is_ssh_key(*text.split()[:2])
    return not text.startswith("age1") or _is_bech32(text)


def _is_ssh_key(kind: str, text: str) -> bool:
    """Whether base64 is a public key of a kind: its name, then 32 bytes, or an exponent and at least 2,048 bits.

    Source: RFC 4253, section 6.6; RFC 8709, section 4; age, agessh/agessh.go `NewRSARecipient`.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return False
    parts: list[bytes] = []
    while len(data) >= 4:
        length = int.from_bytes(data[:4], "big")
        parts.append(data[4 : 4 + length])
        if len(parts[-1]) < length:
            return False
        data = data[4 + length :]
    if data or not parts or parts[0] != kind.encode():
        return False
    if kind == "ssh-ed25519":
        return len(parts) == 2 and len(parts[1]) == 32
    return len(parts) == 3 and int.from_bytes(parts[2], "big").bit_length() >= 2048


def _is_bech32(text: str) -> bool:
    """Whether the checksum at the end of an age key is right. Source: BIP 173, "Bech32"."""
    prefix, _, data = text.rpartition("1")
    if any(letter not in _BECH32 for letter in data):
        return False
    codes = [ord(letter) for letter in prefix]
    values = [*(code >> 5 for code in codes), 0, *(code & 31 for code in codes)]
    checksum = 1
    for value in [*values, *map(_BECH32.index, data)]:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            checksum ^= generator if top >> bit & 1 else 0
    return checksum == 1


def names_any_recipient(platform: Platform) -> bool:
    """Whether platform.yaml names any recipient. If not, files cannot be compared with it."""
    return platform.recipients is not None or any(
        team.recipients for team in platform.teams.values()
    )


def named_recipients(platform: Platform) -> Iterator[tuple[DataPath, str]]:
    """Every recipient of platform.yaml as written, with its path there."""
    if platform.recipients is not None:
        for index, recipient in enumerate(platform.recipients.platform):
            yield ("recipients", "platform", index), recipient
        for name, members in platform.recipients.classes.items():
            for index, recipient in enumerate(members):
                yield ("recipients", "classes", name, index), recipient
    for team, settings in platform.teams.items():
        for index, recipient in enumerate(settings.recipients):
            yield ("teams", team, "recipients", index), recipient


def recipients_for(platform: Platform, key: SecretKey) -> frozenset[str]:
    """The recipients that platform.yaml names for a secret, as `canonical` writes them.

    Example: for `blue/shop/eu-1/prod/db` those of the platform, of the class of `prod`, and of the team blue; for
    `blue/shop/db` those of the platform, of every class, and of the team blue.
    """
    general = platform.recipients
    named = set(general.platform) if general is not None else set()
    classes = general.classes if general is not None else {}
    team = platform.teams.get(key.owner)
    if team is not None:
        named.update(team.recipients)
    # An environment that platform.yaml does not know has no class, so that nobody of a class can read its secrets.
    is_environment = len(key.steps) == len(LEVELS)
    own = platform.environments.get(key.steps[-1], "")
    for name in (own,) if is_environment else classes:
        named.update(classes.get(name, ()))
    # Anything else, perhaps a private key, is not passed on: the checks report it in platform.yaml.
    return frozenset(canonical(item) for item in named if is_recipient(item))


def recipients_of(metadata: Mapping[str, Any]) -> Iterator[str]:
    """Who can decrypt a file, written as in platform.yaml.

    Groups of keys are left out: `argoproject.checks` refuses files that have them.

    Args:
        metadata: what sops wrote into the file.
    """
    yield from (canonical(str(item.get("recipient"))) for item in _maps(metadata.get("age")))
    yield from (canonical(str(item.get("fp"))) for item in _maps(metadata.get("pgp")))
    yield from outside_services(metadata)


def outside_services(metadata: Mapping[str, Any]) -> Iterator[str]:
    """The keys of services that sops calls over the network, at addresses from the file.

    The checks allow only those that platform.yaml names: otherwise the author of a file could have the deployment's
    credentials for a service sent to another server.
    """
    for item in _maps(metadata.get("kms")):
        yield f"{item.get('arn')}+{item['role']}" if item.get("role") else str(item.get("arn"))
    for item in _maps(metadata.get("gcp_kms")):
        yield str(item.get("resource_id"))
    for item in _maps(metadata.get("azure_kv")):
        yield f"{item.get('vault_url')}/keys/{item.get('name')}/{item.get('version')}"
    for item in _maps(metadata.get("hc_vault")):
        address, engine, name = (
            item.get(key) for key in ("vault_address", "engine_path", "key_name")
        )
        yield f"{address}/v1/{engine}/keys/{name}"


def creation_rule(recipients: Iterable[str], *, manifest: bool) -> dict[str, Any]:
    """A rule of sops that encrypts for these recipients; of a manifest only the values of a Secret."""
    by_service: dict[str, list[str]] = {}
    for recipient in sorted(recipients):
        by_service.setdefault(service_of(recipient) or "age", []).append(recipient)
    keys = {service: ",".join(names) for service, names in sorted(by_service.items())}
    return {**(_DATA_RULE if manifest else {}), **keys}


def sops_config(platform: Platform) -> str:
    """The text of `.sops.yaml`, with which sops itself encrypts a new file for the right recipients.

    Example: the rules for the secrets of the team blue, of its environments of one class and of those that they share:

        - path_regex: '^projects/(blue)/[^/]+/[^/]+/(prod)/secrets/[^/]+\\.yaml$'
          age: 'age1…'
        - path_regex: '^projects/(blue)/([^/]+/)?secrets/[^/]+\\.yaml$'
          age: 'age1…'

    A team has no manifests/ of its own, so only the pattern for shared secrets has a `?`.
    """
    rules = []
    for key, pattern in _places(platform):
        recipients = recipients_for(platform, key)
        if recipients:
            rule = creation_rule(recipients, manifest=key.is_manifest)
            rules.append({"path_regex": pattern, **rule})
    lines = [_HEADER if rules else _HEADER.replace("rules:\n", "rules: []\n")]
    for rule in rules:
        marks = ["  - ", *["    "] * (len(rule) - 1)]
        for mark, (name, text) in zip(marks, rule.items(), strict=True):
            # In single quotes, a backslash is a backslash.
            quoted = text.replace("'", "''")
            lines.append(f"{mark}{name}: '{quoted}'\n")
    return "".join(lines)


def _places(platform: Platform) -> Iterator[tuple[SecretKey, str]]:
    """Every kind of place for secrets: the key of an example there, and the pattern of its paths."""
    yield SecretKey(PLATFORM, "x"), rf"^{SECRETS}/[^/]+\.yaml$"
    teams_by_recipients: dict[frozenset[str], list[str]] = {}
    for name, settings in sorted(platform.teams.items()):
        teams_by_recipients.setdefault(frozenset(map(canonical, settings.recipients)), []).append(
            name
        )
    # Teams with the same recipients have one rule.
    for teams in teams_by_recipients.values():
        team, above = teams[0], f"^{PROJECTS}/({'|'.join(teams)})/"
        for name in sorted(platform.environment_classes):
            members = sorted(key for key, item in platform.environments.items() if item == name)
            if members:
                folder = f"{above}[^/]+/[^/]+/({'|'.join(members)})/"
                yield from _in_folder(f"{team}/x/x/{members[0]}", folder, folder)
        yield from _in_folder(f"{team}/x", f"{above}([^/]+/)?", f"{above}[^/]+/")


def _in_folder(
    example: str, secrets_above: str, manifests_above: str
) -> Iterator[tuple[SecretKey, str]]:
    yield SecretKey(example, "x"), rf"{secrets_above}{SECRETS}/[^/]+\.yaml$"
    yield SecretKey(example, "x.yaml"), rf"{manifests_above}{MANIFESTS}/[^/]+\.yaml$"


def compare_recipients(file: SecretFile, wanted: frozenset[str]) -> tuple[list[str], list[str]]:
    """The recipients that a file has and should not have, and those that it lacks, each sorted."""
    found = frozenset(recipients_of(file.metadata))
    return sorted(found - wanted), sorted(wanted - found)


def canonical(recipient: str) -> str:
    """A recipient in the form in which it is compared and passed to sops.

    Tools print more: gpg a fingerprint in groups and either case, ssh-keygen a comment after the key.

    Example:
        `ssh-ed25519 AAAAC3… bot@example.org` is `ssh-ed25519 AAAAC3…`.
    """
    if recipient.startswith("ssh-"):
        return " ".join(recipient.split()[:2])
    fingerprint = re.sub(r"^0[xX]|\s", "", recipient)
    return fingerprint.upper() if _SERVICES["pgp"].fullmatch(fingerprint) else recipient.strip()


def _maps(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, Mapping))
