"""`argoproject secret …`: commands for secrets in Git. No value is ever printed, or taken as an argument."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from argoproject.errors import Problem
    from argoproject.fleet import Judged
    from argoproject.load import Tree
    from argoproject.models import Platform
    from argoproject.sops.file import SecretFile
    from argoproject.sops.write import Sealed

__all__ = ["secret"]

CONFIG = click.option(
    "--config",
    default="config",
    show_default=True,
    metavar="DIR",
    help="Folder that holds platform.yaml and projects/.",
)
FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for scripts.",
)


@click.group()
def secret() -> None:
    """Secrets in Git, encrypted with sops: write, list, find, rotate."""


@secret.command("set")
@click.argument("path")
@click.argument("name")
@CONFIG
def set_(path: str, name: str, config: str) -> None:
    """Write the secret NAME of a team, product or environment.

    PATH is a folder below projects/: blue, blue/shop or blue/shop/eu-1/prod; `platform` for the platform's own. The
    value is read from standard input, or asked for; a single line loses the newline at its end. Needs the sops program
    and public keys only, those of platform.yaml. An existing file is replaced.
    """
    from argoproject.sops.program import Sops, SopsError  # noqa: PLC0415
    from argoproject.sops.write import NoRecipientsError, place_of, seal, write  # noqa: PLC0415
    from argoproject.types import is_label  # noqa: PLC0415

    platform = _platform(config)
    folder = _folder(path, config, platform)
    if not is_label(name):
        raise click.UsageError("NAME: use lower-case letters, digits and inner hyphens, at most 63")
    key = f"{folder}/{name}"
    value = _value()
    try:
        sealed = seal(Sops(), platform, key, value)
    except NoRecipientsError:
        _fail(_no_recipients(key, config))
    except SopsError as error:
        _fail(f"{error.message} ({error.remedy})")
    target = place_of(Path(config), key)
    existed = target.exists()
    write(target, sealed.text)
    readers = _counted(len(sealed.recipients), "recipient")
    click.echo(f"{target}: {'replaced' if existed else 'written'}, readable by {readers}")
    if not existed:
        click.echo(f"next: name it where it is used, as {{secret: {name}}}, and commit both")


@secret.command("list")
@CONFIG
@FORMAT
def list_(config: str, form: str) -> None:
    """List every secret: where its value stands, who uses it, who can read it."""
    from argoproject.commands.secret_report import listed  # noqa: PLC0415

    rows = listed(_judged(config))
    if form == "json":
        click.echo(json.dumps([row.data() for row in rows], indent=2))
        return
    for row in rows:
        click.echo(row.text())
    click.echo(_counted(len(rows), "secret"))


@secret.command("where-used")
@click.argument("name")
@CONFIG
@FORMAT
def where_used(name: str, config: str, form: str) -> None:
    """Show every place that names the secret NAME, or the one of a whole key such as blue/shop/NAME."""
    from argoproject.commands.secret_report import uses  # noqa: PLC0415

    found = uses(_judged(config), name)
    if form == "json":
        click.echo(json.dumps([use.data() for use in found], indent=2))
    else:
        for use in found:
            click.echo(use.text())
        click.echo(_counted(len(found), "use"))
    sys.exit(0 if found else 1)


@secret.command("sops-config")
@CONFIG
def write_sops_config(config: str) -> None:
    """Make .sops.yaml from platform.yaml's recipients, so that sops by itself encrypts for the right people."""
    platform = _platform(config)
    click.echo(_write_sops_config(config, platform))


@secret.command("rotate-keys")
@click.option("--all", "everything", is_flag=True, help="Every file, not only those that need it.")
@CONFIG
def rotate_keys(everything: bool, config: str) -> None:
    """Encrypt files anew for the recipients that platform.yaml names now, with new data keys.

    Takes the files whose recipients differ, and those that do not say where they belong. Needs the sops program and a
    private key that reads them. All are decrypted before the first is written.
    """
    from argoproject.load import load_tree  # noqa: PLC0415
    from argoproject.sops.write import place_of, write  # noqa: PLC0415

    platform = _platform(config)
    files = [
        item
        for item in _encrypted(load_tree(Path(config)))
        if everything or _outdated(platform, item)
    ]
    sealed = _resealed(platform, files, config)
    for item in sealed:
        target = place_of(Path(config), item.key)
        write(target, item.text)
        click.echo(f"{target}: readable by {_counted(len(item.recipients), 'recipient')}")
    click.echo(_write_sops_config(config, platform))
    click.echo(f"{_counted(len(sealed), 'file')} encrypted anew")
    if sealed:
        click.echo(
            "Git's history keeps the old files: `secret leaver RECIPIENT` lists the values to replace"
        )


@secret.command()
@click.argument("recipient")
@CONFIG
@FORMAT
def leaver(recipient: str, config: str, form: str) -> None:
    """List every secret that RECIPIENT could ever read, in any commit: those values must be replaced.

    Taking a recipient away does not take away what it has read. Needs the whole history of the repository.
    """
    from argoproject.commands.secret_report import ever_read  # noqa: PLC0415
    from argoproject.load import load_tree  # noqa: PLC0415
    from argoproject.sops.history import HistoryError, files_naming  # noqa: PLC0415

    try:
        past = files_naming(Path(config), recipient)
    except HistoryError as error:
        _fail(f"{error}; what a key could ever read is not known without it")
    rows = ever_read(load_tree(Path(config)), recipient, past)
    if form == "json":
        click.echo(json.dumps([row.data() for row in rows], indent=2))
        return
    for row in rows:
        click.echo(row.text())
    click.echo(f"{_counted(len(rows), 'value')} to replace")


def _folder(path: str, config: str, platform: Platform) -> str:
    """The key of a folder, from a path below projects/ or as the shell completes it."""
    from argoproject.identity import PLATFORM  # noqa: PLC0415

    text = path.strip("/").removeprefix("./")
    projects = (Path(config) / "projects").resolve()
    below = Path(path).resolve()
    if below.is_relative_to(projects) and below != projects:
        text = below.relative_to(projects).as_posix()
    parts = text.removesuffix("/secrets").split("/")
    if parts == [PLATFORM]:
        return PLATFORM
    if len(parts) not in (1, 2, 4):
        levels = "a team, a team/product, or a team/product/cluster/environment"
        raise click.UsageError(f"PATH: name {levels} below {projects.parent.name}/projects")
    if parts[0] not in platform.teams:
        known = ", ".join(sorted(platform.teams))
        raise click.UsageError(f"PATH: platform.yaml knows no team {parts[0]} (known: {known})")
    folder = projects.joinpath(*parts)
    if len(parts) > 1 and not folder.is_dir():
        raise click.UsageError(
            f"PATH: there is no folder {Path(config) / 'projects' / '/'.join(parts)}"
        )
    return "/".join(parts)


def _value() -> str:
    if sys.stdin.isatty():
        value = str(click.prompt("Value", hide_input=True, confirmation_prompt="Once more"))
    else:
        try:
            value = sys.stdin.buffer.read().decode()
        except UnicodeDecodeError:
            raise click.UsageError(
                "the value is no UTF-8 text: encode it, for example with base64"
            ) from None
    if value.count("\n") == 1:
        value = value.removesuffix("\n").removesuffix("\r")
    if not value.strip():
        raise click.UsageError("the value is empty: give it on standard input")
    if "\x00" in value:
        raise click.UsageError("the value holds a zero byte: encode it, for example with base64")
    return value


def _platform(config: str) -> Platform:
    """platform.yaml, or its problems and the end."""
    from argoproject.errors import Severity  # noqa: PLC0415
    from argoproject.load import load_platform  # noqa: PLC0415

    platform, problems = load_platform(Path(config), config.rstrip("/"))
    errors = [item for item in problems if item.severity is Severity.ERROR]
    if platform is None or errors:
        _report(errors)
        sys.exit(1)
    return platform


def _judged(config: str) -> Judged:
    import datetime as dt  # noqa: PLC0415

    from argoproject.fleet import judge  # noqa: PLC0415

    judged = judge(Path(config), dt.datetime.now(tz=dt.UTC).date(), config.rstrip("/"))
    if judged.tree.platform is None:
        _report(judged.errors)
        sys.exit(1)
    return judged


def _encrypted(tree: Tree) -> list[SecretFile]:
    return [file for file in tree.secret_files() if not file.plain]


def _outdated(platform: Platform, file: SecretFile) -> bool:
    from argoproject.sops.recipients import difference, recipients_for  # noqa: PLC0415

    unbound = not file.is_manifest and not file.bound
    return unbound or any(difference(file, recipients_for(platform, file.key)))


def _resealed(platform: Platform, files: list[SecretFile], config: str) -> list[Sealed]:
    """All files encrypted anew, or all reasons why not and the end."""
    from argoproject.errors import Position, Problem  # noqa: PLC0415
    from argoproject.sops.program import Sops, SopsError  # noqa: PLC0415
    from argoproject.sops.write import NoRecipientsError, Sealed, reseal  # noqa: PLC0415

    def one(file: SecretFile) -> Sealed | Problem:
        try:
            return reseal(Sops(), platform, file)
        except NoRecipientsError:
            return Problem(
                Position(file.file), "", _no_recipients(file.key, config), "", "no-recipients"
            )
        except SopsError as error:
            return Problem(Position(file.file), "", error.message, error.remedy, error.code)

    with ThreadPoolExecutor() as workers:
        done = list(_with_progress(workers.map(one, files), len(files)))
    problems = [item for item in done if isinstance(item, Problem)]
    if problems:
        _report(problems)
        click.echo("nothing was written", err=True)
        sys.exit(1)
    return [item for item in done if isinstance(item, Sealed)]


def _with_progress(items: Iterable[Any], length: int) -> Iterable[Any]:
    """Long work shows that it goes on, where somebody watches."""
    if not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(items, length=length, label="files", file=sys.stderr) as shown:
        yield from shown


def _write_sops_config(config: str, platform: Platform) -> str:
    from argoproject.sops.recipients import SOPS_CONFIG, declared, sops_config  # noqa: PLC0415
    from argoproject.sops.write import write  # noqa: PLC0415

    target = Path(config) / SOPS_CONFIG
    if not declared(platform):
        return f"{target}: not made, platform.yaml names no recipients"
    write(target, sops_config(platform))
    return str(target)


def _no_recipients(key: str, config: str) -> str:
    return (
        f"{config.rstrip('/')}/platform.yaml names nobody who may read {key}: add public keys under "
        "recipients.platform, recipients.classes or teams.<team>.recipients (age-keygen makes a pair)"
    )


def _report(problems: Iterable[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem), err=True)


def _fail(message: str) -> NoReturn:
    click.echo(f"Error: {message}", err=True)
    sys.exit(1)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
