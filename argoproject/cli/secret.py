"""`argoproject secret …`: commands for secrets in Git. No value is ever printed, or taken as an argument."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from argoproject.cli.ending import fail, refuse_damaged, save, show
from argoproject.cli.loading import judged_tree, loaded_platform, steps_below
from argoproject.cli.options import CONFIG, FORMAT, PLACE
from argoproject.identity import PLATFORM
from argoproject.layout import PROJECTS, SECRETS, SETTINGS_FILES
from argoproject.problems import counted

if TYPE_CHECKING:
    from argoproject.models import Platform
    from argoproject.secrets.file import SecretKey
    from argoproject.secrets.program import Sops
    from argoproject.secrets.write import Sealed

__all__ = ["no_recipients", "secret", "update_sops_config"]


@click.group(short_help="Secrets in Git: write, list, find, rotate.")
def secret() -> None:
    """Secrets in Git, encrypted with sops: write, list, find, rotate."""


@secret.command("set")
@PLACE
@click.argument("name")
@click.argument("surplus", nargs=-1, metavar="")
@CONFIG
def set_(path: str, name: str, surplus: tuple[str, ...], config: str) -> None:
    """Write the secret NAME of a team, product or environment.

    PATH is a folder below projects/: blue, blue/shop or blue/shop/eu-1/prod; `platform` for the platform's own. The
    value is read from standard input, or asked for; a single line loses the newline at its end. Needs the sops program
    and, for age, the public keys of platform.yaml only. An existing file is replaced.
    """
    if surplus:
        raise click.UsageError(
            "the value is never an argument: give it on standard input; your shell's history has it now"
        )
    platform = loaded_platform(config)
    key = _key(path, name, config, platform)
    value = _value()
    sealed = _sealed(platform, key, config, lambda _: value)
    target = Path(config) / key.file
    existed = target.exists()
    save(Path(config), target, sealed.text)
    readers = counted(len(sealed.recipients), "recipient")
    click.echo(f"{target}: {'replaced' if existed else 'written'}, readable by {readers}")
    if not existed:
        click.echo(f"next: name it where it is used, as {{secret: {name}}}, and commit both")


@secret.command()
@click.argument("old")
@click.argument("new")
@click.option(
    "--trust",
    is_flag=True,
    help="The file does not say where it belongs; you know where it comes from.",
)
@CONFIG
def move(old: str, new: str, trust: bool, config: str) -> None:
    """Move a secret to another place or name, each as PATH/NAME: after its folder was renamed, or to share it.

    A file says where it belongs, so that `mv` alone would make it useless. Needs the sops program and a private key.
    """
    from argoproject.secrets.decrypt import decrypt_secret
    from argoproject.secrets.file import SecretKey

    platform = loaded_platform(config)
    former = SecretKey.parse(old)
    wanted = SecretKey.parse(new)
    if not wanted.folder:
        raise click.UsageError(f"{new}: write the folder as well, as in blue/shop/{new}")
    key = _key(wanted.folder, new.removeprefix(f"{wanted.folder}/"), config, platform)
    judged = judged_tree(config)
    at = {file.key: file for file in judged.tree.secret_files() if not file.is_manifest}
    # The folder may have been moved before: then the file is at its new place, and bound to the old one.
    file = at.get(former) or at.get(key)
    if file is None or file.plain:
        fail(f"there is no encrypted file of the secret {old}")
    target = Path(config) / key.file
    if file.key != key and target.exists():
        fail(f"there is a secret {key} already")
    refuse_damaged(judged, [file])
    if not file.bound and not trust:
        fail(
            f"{file.file} does not say where it belongs: find out where it comes from, then use --trust"
        )
    sealed = _sealed(
        platform, key, config, lambda sops: decrypt_secret(sops, file, written_for=former)
    )
    save(Path(config), target, sealed.text)
    if file.key != key:
        (Path(config) / file.key.file).unlink()
    click.echo(f"{target}: moved, readable by {counted(len(sealed.recipients), 'recipient')}")


@secret.command("list")
@CONFIG
@FORMAT
def list_(config: str, form: str) -> None:
    """List every secret: where its value is, who uses it, who can read it."""
    from argoproject.output.secrets import listed

    rows = listed(judged_tree(config))
    lines = [*(row.text() for row in rows), counted(len(rows), "secret")]
    show(form, [row.data() for row in rows], lines)


@secret.command("where-used")
@click.argument("name")
@CONFIG
@FORMAT
def where_used(name: str, config: str, form: str) -> None:
    """Show every place that names the secret NAME, or the one of a whole key such as blue/shop/NAME."""
    from argoproject.output.secrets import uses

    found = uses(judged_tree(config), name)
    lines = [*(use.text() for use in found), counted(len(found), "use")]
    show(form, [use.data() for use in found], lines)
    sys.exit(0 if found else 1)


@secret.command("sops-config")
@CONFIG
def write_sops_config(config: str) -> None:
    """Make .sops.yaml from platform.yaml's recipients, so that sops by itself encrypts for the right people.

    sops finds it from the folder in which it is: run `cd config` first, or pass `sops --config config/.sops.yaml`.
    """
    click.echo(update_sops_config(config, loaded_platform(config)))


def update_sops_config(config: str, platform: Platform) -> str:
    """Write `.sops.yaml` if platform.yaml has recipients.

    Returns:
        A line for the user: the file, or why it was not made.
    """
    from argoproject.secrets.recipients import SOPS_CONFIG, names_any_recipient, sops_config

    target = Path(config) / SOPS_CONFIG
    if not names_any_recipient(platform):
        return f"{target}: not made, platform.yaml names no recipients"
    save(Path(config), target, sops_config(platform))
    return str(target)


def _sealed(
    platform: Platform, key: SecretKey, config: str, value: Callable[[Sops], str]
) -> Sealed:
    """Encrypt a value for the recipients of its place; end where that fails."""
    from argoproject.secrets.program import Sops, SopsError
    from argoproject.secrets.write import NoRecipientsError, seal

    sops = Sops()
    try:
        return seal(sops, platform, key, value(sops))
    except NoRecipientsError:
        return fail(no_recipients(key, config))
    except SopsError as error:
        return fail(f"{error.mistake.message} ({error.mistake.remedy})")


def no_recipients(key: SecretKey, config: str) -> str:
    """The message where platform.yaml names no recipient for a secret."""
    return (
        f"{config.rstrip('/')}/platform.yaml names no recipient for {key}: add public keys under "
        "recipients.platform, recipients.classes or teams.<team>.recipients (age-keygen makes a pair)"
    )


def _key(path: str, name: str, config: str, platform: Platform) -> SecretKey:
    """The key of a secret, whose folder is a path below projects/ or as the shell completes it.

    Raises:
        click.UsageError: for a folder that cannot have secrets, or for a name that is no label.
    """
    from argoproject.models.scalars import is_label
    from argoproject.secrets.file import SecretKey

    projects = Path(config) / PROJECTS
    parts = steps_below(config, path.rstrip("/").removesuffix(f"/{SECRETS}"))
    if parts != [PLATFORM]:
        if len(parts) not in SETTINGS_FILES or not all(map(is_label, parts)):
            levels = "a team, a team/product, or a team/product/cluster/environment"
            raise click.UsageError(f"PATH: name {levels} below {projects}")
        if parts[0] not in platform.teams:
            known = ", ".join(sorted(platform.teams))
            raise click.UsageError(f"PATH: platform.yaml knows no team {parts[0]} (known: {known})")
        if len(parts) > 1 and not projects.joinpath(*parts).is_dir():
            raise click.UsageError(f"PATH: there is no folder {projects / '/'.join(parts)}")
    if not is_label(name):
        raise click.UsageError("NAME: use lower-case letters, digits and inner hyphens, at most 63")
    return SecretKey("/".join(parts), name)


def _value() -> str:
    if sys.stdin.isatty():
        value = str(click.prompt("Value", hide_input=True, confirmation_prompt="Once more"))
    else:
        try:
            value = sys.stdin.buffer.read().decode()
        except UnicodeDecodeError:
            message = "the value is not UTF-8 text: encode it, for example with base64"
            raise click.UsageError(message) from None
    if value.count("\n") == 1:
        value = value.removesuffix("\n").removesuffix("\r")
    if not value.strip():
        raise click.UsageError("the value is empty: give it on standard input")
    if "\x00" in value:
        raise click.UsageError("the value holds a zero byte: encode it, for example with base64")
    return value
