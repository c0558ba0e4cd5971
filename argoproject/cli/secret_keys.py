"""`argoproject secret rotate-keys` and `leaver`: when the people change who can read secrets."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import click

from argoproject.cli.ending import fail, refuse_damaged, save, show, stop
from argoproject.cli.loading import judged_tree, loaded_platform
from argoproject.cli.options import CONFIG, FORMAT
from argoproject.cli.secret import no_recipients, update_sops_config
from argoproject.problems import Mistake, Position, Problem, counted

if TYPE_CHECKING:
    from argoproject.models import Platform
    from argoproject.secrets.file import SecretFile
    from argoproject.secrets.write import Sealed

__all__ = ["leaver", "rotate_keys"]


@click.command("rotate-keys")
@click.option("--all", "everything", is_flag=True, help="Every file, not only those that need it.")
@click.option(
    "--trust",
    multiple=True,
    metavar="KEY",
    help="A secret whose file does not say where it belongs, as PATH/NAME: you know that it is here by right.",
)
@CONFIG
def rotate_keys(everything: bool, trust: tuple[str, ...], config: str) -> None:
    """Re-encrypt files for the recipients that platform.yaml names now, with new data keys.

    Takes the files whose recipients differ, and those that --trust names, which are bound to their places. Needs the
    sops program and a private key that reads them. All are decrypted before the first is written; after an interruption
    run it again.
    """
    from argoproject.secrets.file import SecretKey
    from argoproject.secrets.recipients import compare_recipients, recipients_for

    platform = loaded_platform(config)
    judged = judged_tree(config)
    trusted = set(map(SecretKey.parse, trust))
    encrypted = [file for file in judged.tree.secret_files() if not file.plain]
    files = [
        file
        for file in encrypted
        if everything
        or file.key in trusted
        or any(compare_recipients(file, recipients_for(platform, file.key)))
    ]
    unknown = sorted(map(str, trusted - {file.key for file in encrypted}))
    if unknown:
        fail(f"--trust: there is no encrypted file of {', '.join(unknown)}")
    refuse_damaged(judged, files)
    stop(
        Problem(
            position=Position(file.file),
            path="",
            code="secret-not-bound",
            message="the file does not say where it belongs: it may be a copy of another team's",
            remedy=f"find out where it comes from; if it is here by right: --trust {file.key}",
        )
        for file in files
        if not file.bound and file.key not in trusted
    )
    sealed = _resealed(platform, files, config)
    for item in sealed:
        target = Path(config) / item.key.file
        save(Path(config), target, item.text)
        click.echo(f"{target}: readable by {counted(len(item.recipients), 'recipient')}")
    click.echo(update_sops_config(config, platform))
    click.echo(f"{counted(len(sealed), 'file')} re-encrypted")
    if sealed:
        click.echo(
            "Git's history keeps the old files: `secret leaver RECIPIENT` lists the values to replace"
        )


@click.command()
@click.argument("recipient")
@CONFIG
@FORMAT
def leaver(recipient: str, config: str, form: str) -> None:
    """List every secret that RECIPIENT could ever read, in any commit: those values must be replaced.

    RECIPIENT is the public key. Taking it out of platform.yaml does not take away what it has read: the list stays the
    same, whether values were replaced or not. Needs the whole history of the repository. Values that were never in
    files (those of Pulumi's config) are not listed.
    """
    from argoproject.output.secrets import ever_read
    from argoproject.secrets.history import HistoryError, files_for
    from argoproject.secrets.recipients import is_recipient
    from argoproject.tree.load import load_tree

    if "SECRET-KEY" in recipient.upper():
        raise click.UsageError(
            "this is a private key: name the public one; your shell's history has this one now"
        )
    if not is_recipient(recipient):
        raise click.UsageError(
            "this is not a public key that sops knows: copy the whole of it, for example age1…"
        )
    try:
        past = files_for(Path(config), recipient)
    except HistoryError as error:
        fail(f"{error}; what a key could ever read is not known without it")
    rows = ever_read(load_tree(Path(config)), recipient, past)
    lines = [*(row.text() for row in rows), f"{counted(len(rows), 'value')} to replace, in files"]
    show(form, [row.data() for row in rows], lines)
    if not rows:
        fail("no commit of any branch has a secret for this key: check that it is the right one")


def _resealed(platform: Platform, files: list[SecretFile], config: str) -> list[Sealed]:
    """Re-encrypt files in parallel; with any failure, report all and end before anything is written."""
    from argoproject.secrets.program import Sops, SopsError
    from argoproject.secrets.write import NoRecipientsError, Sealed, reseal

    def one(file: SecretFile) -> Sealed | Problem:
        try:
            return reseal(Sops(), platform, file)
        except NoRecipientsError:
            mistake = Mistake(code="no-recipients", message=no_recipients(file.key, config))
        except SopsError as error:
            mistake = error.mistake
        return Problem(position=Position(file.file), path="", **mistake._asdict())

    with ThreadPoolExecutor() as workers:
        work = workers.map(one, files)
        if sys.stderr.isatty():
            with click.progressbar(
                work, length=len(files), label="files", file=sys.stderr
            ) as shown:
                done = list(shown)
        else:
            done = list(work)
    stop(item for item in done if isinstance(item, Problem))
    return [item for item in done if isinstance(item, Sealed)]
