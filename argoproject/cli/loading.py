"""How commands load the configuration, and find the environments that their arguments name.

Each function ends the command where it cannot give what it promises, after it has reported why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from argoproject.cli.ending import fail, refuse
from argoproject.layout import PLATFORM_FILE, PROJECTS
from argoproject.output.text import command_line
from argoproject.problems import counted, listed

if TYPE_CHECKING:
    from argoproject.fleet.pipeline import Judged
    from argoproject.identity import Identity
    from argoproject.models import Platform
    from argoproject.project.model import Project

__all__ = [
    "chosen",
    "chosen_identities",
    "judged_tree",
    "loaded_platform",
    "one_environment",
    "report_unreadable",
    "resolved_tree",
    "steps_below",
    "today",
    "validated_tree",
]

_SHOWN = 5
"""How many environments a warning names."""


def today() -> dt.date:
    """Return the day on which access and `allow` expire, in UTC."""
    return dt.datetime.now(tz=dt.UTC).date()


def loaded_platform(config: str) -> Platform:
    """Return platform.yaml; end where it has errors."""
    from argoproject.problems import Severity
    from argoproject.tree.load import load_platform

    platform, problems = load_platform(Path(config), config.rstrip("/"))
    errors = [item for item in problems if item.severity is Severity.ERROR]
    if platform is None or errors:
        refuse(errors)
    return platform


def resolved_tree(config: str, name: str | None = None) -> tuple[Judged, Platform]:
    """Return the tree with its environments, resolved but not checked, and platform.yaml; end where there is none.

    Args:
        config: The folder of the configuration.
        name: The name of that folder in reports; by default the path as given.
    """
    from argoproject.fleet.pipeline import Judged
    from argoproject.project.resolve import resolve
    from argoproject.tree.load import load_tree

    tree = load_tree(Path(config), config.rstrip("/") if name is None else name)
    if tree.platform is None:
        refuse(sorted(tree.problems))
    projects, problems = resolve(tree)
    return Judged(tree, tuple(projects), (*tree.problems, *problems)), tree.platform


def judged_tree(config: str, *, broken: bool = False) -> Judged:
    """Return the tree with all its problems, those of stack files excepted; end where platform.yaml cannot be used.

    Args:
        config: The folder of the configuration.
        broken: Whether a platform.yaml with errors is accepted, so that a comparison can report them.
    """
    from argoproject.fleet.pipeline import judge
    from argoproject.tree.stacks import plain_secrets

    root = Path(config)
    judged = judge(root, today(), config.rstrip("/"), plain=plain_secrets(root))
    if judged.tree.platform is None and not (broken and (root / PLATFORM_FILE).is_file()):
        refuse(judged.errors)
    return judged


def validated_tree(config: str) -> tuple[Judged, Platform]:
    """Return the tree with all problems that `validate` reports, and its platform.yaml; end where there is none."""
    from argoproject.fleet.pipeline import validate_tree

    judged = validate_tree(Path(config), today(), config.rstrip("/"))
    if judged.tree.platform is None:
        refuse(judged.errors)
    return judged, judged.tree.platform


def chosen(judged: Judged, select: Sequence[str]) -> tuple[Project, ...]:
    """Return the environments that match SELECT and can be read; end where there is none.

    Raises:
        click.UsageError: for a pattern that matches no environment.
    """
    if not select:
        return judged.projects
    identities = set(chosen_identities(judged, select))
    projects = tuple(item for item in judged.projects if item.identity in identities)
    if not projects:
        report_unreadable(judged)
        fail(f"no environment of {' or '.join(select)} can be read")
    return projects


def chosen_identities(judged: Judged, select: Sequence[str]) -> tuple[Identity, ...]:
    """Return the environments that match SELECT, whether they can be read or not.

    Raises:
        click.UsageError: for a pattern that matches no environment.
    """
    from argoproject.tree.selection import NothingSelectedError
    from argoproject.tree.selection import chosen as matching

    try:
        return matching(judged.names, select) if select else tuple(sorted(judged.names))
    except NothingSelectedError as error:
        raise click.UsageError(str(error)) from None


def one_environment(judged: Judged, name: str) -> Project:
    """Return the environment of a folder below projects/, or of a project's name; end where it cannot be read.

    Raises:
        click.UsageError: where there is no such environment, or where the name is that of a folder above some.
    """
    project = judged.project(name.strip("/"))
    if project is not None:
        return project
    identities = chosen_identities(judged, [name])
    if len(identities) > 1 or identities[0] not in judged.unusable:
        raise click.UsageError(
            f"name one environment: {listed(list(map(str, identities)), _SHOWN)}"
        )
    validate = command_line("validate", judged.tree.name)
    return fail(f"{identities[0]} cannot be read: {validate} reports why")


def report_unreadable(judged: Judged) -> bool:
    """Warn of environments that are missing because they cannot be read. Return whether there are any."""
    missing = [str(identity) for identity in judged.unusable]
    if missing:
        number = counted(len(missing), "environment")
        names = listed(missing, _SHOWN)
        remedy = "argoproject validate reports why"
        click.echo(f"warning: {number} cannot be read: {names} ({remedy})", err=True)
    return bool(missing)


def steps_below(config: str, path: str) -> list[str]:
    """Return the folders of a path below projects/, which the shell may have completed from the current folder.

    Example:
        >>> steps_below("config", "config/projects/blue/shop/")
        ['blue', 'shop']
    """
    projects = Path(config) / PROJECTS
    text = path.rstrip("/")
    for above in (f"{projects}/", f"./{projects}/", f"{projects.resolve()}/"):
        text = text.removeprefix(above)
    return text.split("/")
