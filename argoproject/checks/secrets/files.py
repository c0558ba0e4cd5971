"""The files that hold secrets: what each is, who can read it, and that nobody gets at another's.

The attack behind half of these rules: who may write into one folder copies an encrypted file of another team there,
and lets the deployment, which can decrypt everything, hand him the value. See docs/adr/0009-secret-files.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from argoproject.checks.secrets.one_file import file_problems
from argoproject.identity import PLATFORM
from argoproject.models import Platform
from argoproject.models.validation import nearest
from argoproject.problems import Position, Problem, Severity
from argoproject.project.model import Project
from argoproject.project.secrets import secret_refs
from argoproject.secrets.file import (
    METADATA,
    VALUE,
    SecretFile,
    ciphertext,
    encrypted_leaves,
    is_encrypted,
    write_again,
)
from argoproject.secrets.key import SecretKey
from argoproject.secrets.recipients import (
    SOPS_CONFIG,
    declared,
    difference,
    is_recipient,
    named_recipients,
    outside_services,
    recipients_for,
    recipients_of,
    sops_config,
)
from argoproject.tree.model import Tree
from argoproject.yamlfile.reader import Document, path_text
from argoproject.yamlfile.reader import Path as DataPath

__all__ = ["check", "check_recipients", "check_sops_config"]

_ROTATE = "argoproject secret rotate-keys"


def check(
    tree: Tree, platform: Platform, projects: Sequence[Project], plain: Collection[SecretKey]
) -> Iterator[Problem]:
    """All rules about secret files. `plain` are the keys of those that may stand in clear."""
    files = list(tree.secret_files())
    if files:
        for file in files:
            yield from _check_file(file, plain)
            yield from _check_readers(platform, file)
        yield from _check_copies(files)
        yield from _check_used(tree, projects)
        yield from _check_shadows(platform, projects)


def check_recipients(document: Document, platform: Platform) -> Iterator[Problem]:
    """Recipients of platform.yaml that no key service knows."""
    for path, recipient in named_recipients(platform):
        if not is_recipient(recipient):
            message = "this is no recipient that sops knows, or a letter of it is wrong"
            if "SECRET-KEY" in recipient.upper():
                message = (
                    "this is a private key: it is in Git now, and opens every file that it is for"
                )
            remedy = "write a public key as its tool prints it: age1…, ssh-ed25519 …, a PGP fingerprint, arn:aws:kms:…"
            yield Problem(
                position=document.position(path),
                path=path_text(path),
                code="recipient",
                message=message,
                remedy=remedy,
            )


def _check_file(file: SecretFile, plain: Collection[SecretKey]) -> Iterator[Problem]:
    document = file.document
    for path, (code, message, remedy) in file_problems(file):
        # A strange key may be the secret itself.
        shown = "" if code == "secret-file-key" else path_text(path)
        yield Problem(
            position=document.position(path), path=shown, code=code, message=message, remedy=remedy
        )
    if file.plain and file.key not in plain and not is_encrypted(document.data.get(VALUE)):
        message = (
            "the file is not encrypted: everybody who can read the repository can read the secret"
        )
        remedy = (
            f"{write_again(file.key)}; if Git has seen it, replace it where it is valid; "
            "a stack for trying things out may allow it by name in argo-projects:plainSecrets"
        )
        yield Problem(
            position=Position(file.file, 1, 1),
            path="",
            code="secret-plain",
            message=message,
            remedy=remedy,
        )
    elif not file.plain and not file.bound and not file.is_manifest:
        message = "the file does not say where it belongs: a copy in another folder would be decrypted there"
        remedy = (
            f"{write_again(file.key)}; or, if it is here by right: {_ROTATE} --trust {file.key}"
        )
        position = Position(file.file, 1, 1)
        yield Problem(
            position=position,
            path="",
            code="secret-not-bound",
            message=message,
            remedy=remedy,
            severity=Severity.WARNING,
        )


def _check_readers(platform: Platform, file: SecretFile) -> Iterator[Problem]:
    """Whether exactly the recipients of platform.yaml can read a file."""
    if file.plain or not file.metadata:
        return
    position = file.document.position((METADATA,))
    wanted = recipients_for(platform, file.key)
    strange = [item for item in outside_services(file.metadata) if item not in wanted]
    if strange:
        message = (
            f"the file asks a key service that platform.yaml does not name: {', '.join(strange)}"
        )
        remedy = "the deployment's credentials would be sent there: remove it, or add it to platform.yaml's recipients"
        yield Problem(
            position=position,
            path=METADATA,
            code="secret-key-service",
            message=message,
            remedy=remedy,
        )
    if not wanted or not any(recipients_of(file.metadata)):
        return
    surplus, missing = difference(file, wanted)
    surplus = [item for item in surplus if item not in strange]
    said = [
        f"{verb}: {', '.join(names)}"
        for verb, names in (
            ("can read it and should not", surplus),
            ("cannot read it and should", missing),
        )
        if names
    ]
    if said:
        message = f"its recipients are not those of platform.yaml; {'; '.join(said)}"
        yield Problem(
            position=position,
            path=METADATA,
            code="secret-recipients",
            message=message,
            remedy=_ROTATE,
        )


def _check_copies(files: Sequence[SecretFile]) -> Iterator[Problem]:
    """Ciphertext that stands in two files: one is a copy, as no two encryptions are alike. Nobody can tell which."""
    places: dict[tuple[str, ...], list[tuple[SecretFile, DataPath]]] = defaultdict(list)
    for file in files:
        for path, text in encrypted_leaves(file.document.data):
            match = ciphertext(text)
            places[match.group("data", "iv", "tag") if match else ()].append((file, path))
    for owners in places.values():
        for file, path in owners if len(owners) > 1 else ():
            others = sorted({other.file for other, _ in owners} - {file.file})
            message = (
                f"the same ciphertext stands in {', '.join(others) or 'the file a second time'}"
            )
            remedy = (
                "a secret for several environments belongs beside their product.yaml or team.yaml; "
                f"else {write_again(file.key)}"
            )
            position = file.document.position(path)
            yield Problem(
                position=position,
                path=path_text(path),
                code="secret-copied",
                message=message,
                remedy=remedy,
            )


def _check_used(tree: Tree, projects: Sequence[Project]) -> Iterator[Problem]:
    """Secrets that no environment names. Of what is broken nobody can tell what it names."""
    uses = {str(item.identity): set(map(item.secret_key, _names(item))) for item in projects}
    used = set().union(*uses.values())
    unknown = set(map(str, tree.declared())) - set(uses)
    reaching = {folder for name in unknown for folder in _above(name)}
    keys = {file.key for file in tree.secret_files()}
    for file in tree.secret_files():
        folder = file.key.folder
        if file.is_manifest or file.key in used or folder in reaching:
            continue
        own = (names for name, names in uses.items() if folder in _above(name))
        without = {key.name for key in set().union(*own) - keys} - {file.key.name}
        match = nearest(file.key.name, sorted(without))
        hint = f"an environment names {match}: did you mean that? else " if match else ""
        where = "a repository, registry or namespace.secrets"
        remedy = f"{hint}name it ({{secret: {file.key.name}}}) in {where}, or remove the file"
        yield Problem(
            position=Position(file.file),
            path="",
            code="secret-unused",
            message="nothing uses the secret",
            remedy=remedy,
        )


def _names(project: Project) -> Iterator[str]:
    return (name for _, name in secret_refs(project))


def _above(environment: str) -> tuple[str, ...]:
    """The folders whose secrets are for an environment: its own, its product's, its team's and the platform's."""
    team, product, _, _ = environment.split("/")
    return environment, f"{team}/{product}", team, PLATFORM


def _check_shadows(platform: Platform, projects: Sequence[Project]) -> Iterator[Problem]:
    """A team's file of the same name as a secret that the platform gives it: which one is meant would be a guess."""
    told: set[str] = set()
    for project in projects:
        for name, file in project.secrets.items():
            shared = platform.secrets.get(name)
            theirs = file.key.folder == PLATFORM
            if (
                shared is None
                or theirs
                or project.identity.team not in shared.teams
                or file.file in told
            ):
                continue
            told.add(file.file)
            message = f"the platform has a secret {name} for the team as well"
            remedy = "choose another name for this one"
            yield Problem(
                position=Position(file.file),
                path="",
                code="secret-shadows-platform",
                message=message,
                remedy=remedy,
            )


def check_sops_config(tree: Tree, platform: Platform) -> Iterator[Problem]:
    """Whether `.sops.yaml` is what platform.yaml makes of it. Without recipients it is the users' own."""
    if not declared(platform):
        return
    path = tree.root / SOPS_CONFIG
    shown = f"{tree.name}/{SOPS_CONFIG}"
    found = path.read_text(errors="replace") if path.is_file() and not path.is_symlink() else None
    if found != sops_config(platform):
        what = (
            "is missing"
            if found is None
            else "is not what the recipients of platform.yaml make of it"
        )
        remedy = "make it: argoproject secret sops-config"
        message = f"{SOPS_CONFIG} {what}: sops would encrypt new files for the wrong people"
        yield Problem(
            position=Position(shown), path="", code="sops-config", message=message, remedy=remedy
        )
