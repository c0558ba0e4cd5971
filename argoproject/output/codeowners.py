"""CODEOWNERS: who must review which file, made from platform.yaml. GitHub and GitLab read it alike.

The last line that matches a file decides, and one of its owners is enough. So everything is the platform's, and lines
below it hand to teams what is theirs: what nobody thought of stays with the platform.
Source: docs.github.com "About code owners", docs.gitlab.com "Code Owners file".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from argoproject.layout import PROJECTS
from argoproject.models import Platform

__all__ = ["codeowners", "is_made_here"]

_MARK = "# Made by `argoproject codeowners`"
_HEAD = f"""\
{_MARK} from the reviewers in platform.yaml: change those, not this.
# The last line that matches a file decides.

# Everything that no line below names: platform.yaml, stacks, CI, and this file.
"""
_TEAMS = """
# Teams review what is theirs: platform.yaml bounds what may stand there.
"""
_ENVIRONMENTS = """
# Teams review their environments. Those of the classes in delivery.requireApproval ({}) are the platform's to review,
# and so is what teams and products share with them.
"""


def codeowners(platform: Platform, folder: str) -> str:
    """The whole file. `folder` holds platform.yaml, relative to the repository's root; `.` where it is the root."""
    approved = _approved(platform)
    above = f"/{PROJECTS}" if folder == "." else f"/{folder}/{PROJECTS}"
    rules = [
        (f"{above}/{path}/".replace(" ", r"\ "), owners)
        for path, owners in _rules(platform, approved)
    ]
    width = max(map(len, ["*", *(pattern for pattern, _ in rules)]))
    head = _HEAD + _line("*", platform.reviewers, width)
    if not rules:
        return head
    title = _ENVIRONMENTS.format(", ".join(approved)) if approved else _TEAMS
    return head + title + "".join(_line(pattern, owners, width) for pattern, owners in rules)


def is_made_here(text: str) -> bool:
    """Whether a CODEOWNERS may be written anew."""
    return text.startswith(_MARK)


def _approved(platform: Platform) -> tuple[str, ...]:
    """The classes whose environments are not a team's alone to change."""
    return platform.delivery.require_approval if platform.delivery is not None else ()


def _rules(platform: Platform, approved: Collection[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What teams review themselves, as paths below projects/."""
    own = [name for name, item in sorted(platform.environments.items()) if item not in approved]
    for team, settings in sorted(platform.teams.items()):
        if settings.reviewers:
            folders = [f"{team}/*/*/{name}" for name in own] if approved else [team]
            yield from ((folder, settings.reviewers) for folder in folders)


def _line(pattern: str, owners: tuple[str, ...], width: int) -> str:
    return f"{pattern:<{width}} {' '.join(dict.fromkeys(owners))}\n"
