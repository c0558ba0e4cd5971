"""The files that hold secrets: what each contains, who can decrypt it, and that no team gets the secret of another.

The attack behind half of these rules: somebody who may write into one folder copies an encrypted file of another team
there, and the deployment, which can decrypt everything, gives him the value. See docs/adr/0009-secret-files.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from argoproject.checks.secrets.one_file import file_mistakes
from argoproject.identity import PLATFORM, Identity
from argoproject.models import Platform
from argoproject.models.validation import nearest
from argoproject.problems import Mistake, Position, Problem, Severity
from argoproject.project.model import Found, Project
from argoproject.project.repositories import secret_refs
from argoproject.secrets.file import (
    METADATA,
    VALUE,
    SecretFile,
    SecretKey,
    ciphertext,
    encrypted_leaves,
    is_encrypted,
    write_again,
)
from argoproject.secrets.recipients import (
    SOPS_CONFIG,
    compare_recipients,
    is_recipient,
    named_recipients,
    names_any_recipient,
    outside_services,
    recipients_for,
    recipients_of,
    sops_config,
)
from argoproject.tree.model import Tree
from argoproject.yamlfile.reader import DataPath, path_text

__all__ = ["check", "check_recipients", "check_sops_config"]

_ROTATE = "argoproject secret rotate-keys"


def check(
    tree: Tree, platform: Platform, projects: Sequence[Project], plain: Collection[SecretKey]
) -> Iterator[Problem]:
    """All rules about secret files.

    Args:
        tree: the tree with the files.
        platform: its platform.yaml.
        projects: the environments that could be resolved.
        plain: the keys of secrets that may be in clear.
    """
    files = tuple(tree.secret_files())
    if not files:
        return
    for file in files:
        yield from contents(file)
        yield from in_clear(file, plain)
        yield from without_place(file)
        yield from file.document.problems(key_services(file, platform), readers(file, platform))
    yield from copies(files)
    yield from unused(tree, projects)
    yield from shadows(platform, projects)


def contents(file: SecretFile) -> Iterator[Problem]:
    """Refuses a file that is not what sops makes of one secret, by the rules of `one_file`."""
    for path, mistake in file_mistakes(file):
        # A strange key may be the secret itself.
        shown = "" if mistake.code == "secret-file-key" else path_text(path)
        yield Problem(position=file.document.position(path), path=shown, **mistake._asdict())


def in_clear(file: SecretFile, plain: Collection[SecretKey]) -> Iterator[Problem]:
    """Refuses a value in clear, unless every stack that may need it allows it by its key."""
    value = file.document.data.get(VALUE)
    if file.plain and file.key not in plain and not is_encrypted(value):
        message = (
            "the file is not encrypted: everybody who can read the repository can read the secret"
        )
        remedy = (
            f"{write_again(file.key)}; if Git has seen it, replace it where it is valid; "
            "a stack for trying things out may allow it by name in its plainSecrets"
        )
        position = Position(file.file, 1, 1)
        yield Problem(position=position, code="secret-plain", message=message, remedy=remedy)


def without_place(file: SecretFile) -> Iterator[Problem]:
    """Warns of a file that does not say where it belongs. In a manifest this is an error: see `bound_manifests`."""
    if not file.plain and not file.bound and not file.is_manifest:
        yield Problem(
            position=Position(file.file, 1, 1),
            code="secret-not-bound",
            message="the file does not say where it belongs: a copy in another folder would be decrypted there",
            remedy=f"{write_again(file.key)}; or, if it is here by right: {_ROTATE} --trust {file.key}",
            severity=Severity.WARNING,
        )


def key_services(file: SecretFile, platform: Platform) -> Found:
    """Refuses key services that platform.yaml does not name: sops would send them the deployment's credentials."""
    strange = _strange_services(file, platform)
    if strange:
        message = (
            f"the file asks a key service that platform.yaml does not name: {', '.join(strange)}"
        )
        remedy = "the deployment's credentials would be sent there: remove it, or add it to platform.yaml's recipients"
        yield (METADATA,), Mistake(code="secret-key-service", message=message, remedy=remedy)


def readers(file: SecretFile, platform: Platform) -> Found:
    """Refuses a file that other people can decrypt than platform.yaml names. Key services are `key_services`' part."""
    wanted = recipients_for(platform, file.key)
    if file.plain or not wanted or not any(recipients_of(file.metadata)):
        return
    surplus, missing = compare_recipients(file, wanted)
    strange = _strange_services(file, platform)
    named = (
        ("can read it and should not", [item for item in surplus if item not in strange]),
        ("cannot read it and should", missing),
    )
    texts = [f"{verb}: {', '.join(names)}" for verb, names in named if names]
    if texts:
        message = f"its recipients are not those of platform.yaml; {'; '.join(texts)}"
        yield (METADATA,), Mistake(code="secret-recipients", message=message, remedy=_ROTATE)


def _strange_services(file: SecretFile, platform: Platform) -> list[str]:
    wanted = recipients_for(platform, file.key)
    return [item for item in outside_services(file.metadata) if item not in wanted]


def copies(files: Sequence[SecretFile]) -> Iterator[Problem]:
    """Refuses ciphertext that is in two places: one is a copy, as no two encryptions are equal. All are reported."""
    places: dict[tuple[str, ...], list[tuple[SecretFile, DataPath]]] = defaultdict(list)
    for file in files:
        for path, text in encrypted_leaves(file.document.data):
            match = ciphertext(text)
            places[match.group("data", "iv", "tag") if match else ()].append((file, path))
    for owners in places.values():
        for file, path in owners if len(owners) > 1 else ():
            others = sorted({other.file for other, _ in owners} - {file.file})
            message = f"the same ciphertext is in {', '.join(others) or 'the file a second time'}"
            remedy = (
                "a secret for several environments belongs next to their product.yaml or team.yaml; "
                f"else {write_again(file.key)}"
            )
            yield file.document.problem(
                path=path, code="secret-copied", message=message, remedy=remedy
            )


def unused(tree: Tree, projects: Sequence[Project]) -> Iterator[Problem]:
    """Refuses secrets that no environment names, unless one that could not be resolved might."""
    uses = {
        item.identity: {item.secret_key(name) for _, name in secret_refs(item)} for item in projects
    }
    used = set().union(*uses.values())
    unknown = {item for item in tree.declared() if item not in uses}
    reaching = {folder for identity in unknown for folder in _above(identity)}
    keys = {file.key for file in tree.secret_files()}
    for file in tree.secret_files():
        folder, name = file.key.folder, file.key.name
        if file.is_manifest or file.key in used or folder in reaching:
            continue
        own = (names for identity, names in uses.items() if folder in _above(identity))
        without = {key.name for key in set().union(*own) - keys} - {name}
        match = nearest(name, sorted(without))
        hint = f"an environment names {match}: did you mean that? else " if match else ""
        where = "a repository, registry or namespace.secrets"
        remedy = f"{hint}name it ({{secret: {name}}}) in {where}, or remove the file"
        position, message = Position(file.file), "nothing uses the secret"
        yield Problem(position=position, code="secret-unused", message=message, remedy=remedy)


def _above(identity: Identity) -> tuple[str, ...]:
    """The folders whose secrets are for an environment: its own, its product's, its team's and the platform's."""
    team, product, _, _ = identity.steps
    return str(identity), f"{team}/{product}", team, PLATFORM


def shadows(platform: Platform, projects: Sequence[Project]) -> Iterator[Problem]:
    """Refuses a team's file with the name of a secret that the platform gives the team: either could be meant."""
    found: dict[str, str] = {}
    for project in projects:
        for name, file in project.secrets.items():
            shared = platform.secrets.get(name)
            given = shared is not None and project.identity.team in shared.teams
            if given and file.key.folder != PLATFORM:
                found[file.file] = name
    for place, name in found.items():
        yield Problem(
            position=Position(place),
            code="secret-shadows-platform",
            message=f"the platform has a secret {name} for the team as well",
            remedy="choose another name for this one",
        )


def check_recipients(platform: Platform) -> Found:
    """Refuses recipients of platform.yaml that no key service knows. A private key among them is not repeated."""
    for path, recipient in named_recipients(platform):
        if not is_recipient(recipient):
            message = "this is not a recipient that sops knows, or a letter of it is wrong"
            if "SECRET-KEY" in recipient.upper():
                message = (
                    "this is a private key: it is in Git now, and opens every file that it is for"
                )
            if "://" in recipient and "@" in recipient:
                message = "the URL holds credentials, which would be copied into every file"
            remedy = "write a public key as its tool prints it: age1…, ssh-ed25519 …, a PGP fingerprint, arn:aws:kms:…"
            yield path, Mistake(code="recipient", message=message, remedy=remedy)


def check_sops_config(tree: Tree, platform: Platform) -> Iterator[Problem]:
    """Refuses a `.sops.yaml` that is not made from platform.yaml's recipients. Without these it is the users' own."""
    if not names_any_recipient(platform):
        return
    path = tree.root / SOPS_CONFIG
    found = path.read_text(errors="replace") if path.is_file() and not path.is_symlink() else None
    if found != sops_config(platform):
        differs = "is not what the recipients of platform.yaml make of it"
        state = "is missing" if found is None else differs
        message = f"{SOPS_CONFIG} {state}: sops would encrypt new files for the wrong people"
        remedy = "make it: argoproject secret sops-config"
        position = Position(f"{tree.name}/{SOPS_CONFIG}")
        yield Problem(position=position, code="sops-config", message=message, remedy=remedy)
