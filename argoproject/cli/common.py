"""What the commands share: their options, and how they end. Imports nothing heavy, so that `--help` answers at once."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from argoproject.layout import PROJECTS, project_file
from argoproject.output.text import command_line
from argoproject.problems import counted

if TYPE_CHECKING:
    from argoproject.fleet.pipeline import Judged
    from argoproject.identity import Identity
    from argoproject.models import Platform
    from argoproject.problems import Problem
    from argoproject.project.model import Project
    from argoproject.secrets.file import SecretFile

__all__ = [
    "BASE",
    "CONFIG",
    "FORMAT",
    "chosen",
    "chosen_identities",
    "fail",
    "judged_tree",
    "loaded_platform",
    "one_environment",
    "place_of_project",
    "refuse_damaged",
    "report",
    "resolved_tree",
    "save",
    "steps_below",
    "stop",
    "tell_left_out",
    "today",
    "unknown_word",
]

BASE = click.option(
    "--base",
    metavar="REF",
    help="Git revision to compare with. Default: the merge base with main.",
)
CONFIG = click.option(
    "--config",
    default="config",
    show_default=True,
    metavar="DIR",
    type=click.Path(file_okay=False),
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


def today() -> dt.date:
    """The day on which access and `allow` expire."""
    return dt.datetime.now(tz=dt.UTC).date()


def report(problems: Iterable[Problem]) -> None:
    """Tell problems where they are in nobody's way."""
    for problem in problems:
        click.echo(str(problem), err=True)


def fail(message: str, status: int = 1) -> NoReturn:
    """End with a reason."""
    click.echo(f"Error: {message}", err=True)
    sys.exit(status)


def refuse_damaged(judged: Judged, files: Iterable[SecretFile]) -> None:
    """End where anything is wrong with files that are to be encrypted anew, but for their recipients.

    sops acts on what a file says about keys; and what is encrypted anew looks clean afterwards, and can be read by the
    people of the place where it stands.
    """
    names = {file.file for file in files}
    mended = ("secret-recipients", "secret-unused", "secret-shadows-platform")
    stop(item for item in judged.errors if item.position.file in names and item.code not in mended)


def stop(problems: Iterable[Problem]) -> None:
    """End before anything is written, if there is a problem."""
    found = list(problems)
    if found:
        report(found)
        click.echo("nothing was written", err=True)
        sys.exit(1)


def steps_below(config: str, path: str) -> list[str]:
    """The folders of a path below projects/, also where the shell completed it from the current folder."""
    projects = Path(config) / PROJECTS
    text = path.rstrip("/")
    for above in (f"{projects}/", f"./{projects}/", f"{projects.resolve()}/"):
        text = text.removeprefix(above)
    return text.split("/")


def place_of_project(config: str, identity: Identity) -> Path:
    """The project.yaml of an environment."""
    return Path(config) / project_file(identity)


def save(root: Path, target: Path, text: str) -> None:
    """Write a file below `root`, never through a link, or say why not and end."""
    from argoproject.tree.files import has_link, write  # noqa: PLC0415

    try:
        if has_link(root, target):
            fail(f"{target}: there is a symbolic link on the way, which could lead anywhere")
        write(target, text)
    except OSError as error:
        fail(f"{target}: cannot be written: {error.strerror}")


def loaded_platform(config: str) -> Platform:
    """platform.yaml, or its problems and the end."""
    from argoproject.problems import Severity  # noqa: PLC0415
    from argoproject.tree.load import load_platform  # noqa: PLC0415

    platform, problems = load_platform(Path(config), config.rstrip("/"))
    errors = [item for item in problems if item.severity is Severity.ERROR]
    if platform is None or errors:
        report(errors)
        sys.exit(1)
    return platform


def resolved_tree(config: str, name: str | None = None) -> Judged:
    """The tree with its environments, resolved but not judged; where there is no platform.yaml, the end. `name` is what
    reports call it; by default the path as given."""
    from argoproject.fleet.pipeline import Judged  # noqa: PLC0415
    from argoproject.project.resolve import resolve  # noqa: PLC0415
    from argoproject.tree.load import load_tree  # noqa: PLC0415

    tree = load_tree(Path(config), config.rstrip("/") if name is None else name)
    if tree.platform is None:
        report(sorted(tree.problems))
        sys.exit(1)
    projects, problems = resolve(tree)
    return Judged(tree, tuple(projects), (*tree.problems, *problems))


def judged_tree(config: str) -> Judged:
    """The tree with all that is wrong in it; where there is no platform.yaml, the end."""
    from argoproject.fleet.pipeline import judge  # noqa: PLC0415
    from argoproject.tree.stacks import plain_secrets  # noqa: PLC0415

    root = Path(config)
    judged = judge(root, today(), config.rstrip("/"), plain=plain_secrets(root))
    if judged.tree.platform is None:
        report(judged.errors)
        sys.exit(1)
    return judged


def chosen(judged: Judged, select: Sequence[str]) -> tuple[Project, ...]:
    """The environments that SELECT takes and that can be read. A pattern that takes none is wrong use."""
    if not select:
        return judged.projects
    identities = set(chosen_identities(judged, select))
    projects = tuple(item for item in judged.projects if item.identity in identities)
    if not projects:
        tell_left_out(judged)
        fail(f"no environment of {' or '.join(select)} can be read")
    return projects


def chosen_identities(judged: Judged, select: Sequence[str]) -> tuple[Identity, ...]:
    """The environments that SELECT takes, whether they can be read or not. A pattern that takes none is wrong use."""
    from argoproject.tree.selection import NothingSelectedError  # noqa: PLC0415
    from argoproject.tree.selection import chosen as taken  # noqa: PLC0415

    try:
        return taken(judged.names, select) if select else tuple(sorted(judged.names))
    except NothingSelectedError as error:
        raise click.UsageError(str(error)) from None


def tell_left_out(judged: Judged) -> bool:
    """Whether environments are missing because their files cannot be used; if so, it is told."""
    missing = [str(identity) for identity in judged.unusable]
    if missing:
        known = ", ".join([*missing[:5], "…"] if len(missing) > 5 else missing)
        number = counted(len(missing), "environment")
        remedy = "argoproject validate tells why"
        click.echo(f"warning: {number} cannot be read: {known} ({remedy})", err=True)
    return bool(missing)


def unknown_word(
    message: str, word: str, known: Iterable[str], *, meant: str | None = None
) -> click.UsageError:
    """Wrong use: a word that is not one of those known, with the one that was `meant`, probably."""
    from argoproject.models.validation import nearest  # noqa: PLC0415

    words = list(known)
    match = meant or nearest(word, words)
    hint = f"did you mean {match}?" if match else f"known: {', '.join(words) or 'none'}"
    return click.UsageError(f"{message} {word} ({hint})")


def one_environment(judged: Judged, name: str) -> Project:
    """The environment of a folder below projects/, or of a project's name; where there is none, the end."""
    project = judged.project(name.strip("/"))
    if project is not None:
        return project
    (identity, *_) = chosen_identities(judged, [name])
    fail(f"{identity} cannot be read: {command_line('validate', judged.tree.name)} tells why")
