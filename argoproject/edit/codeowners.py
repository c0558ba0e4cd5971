"""CODEOWNERS: who must review which file, generated from platform.yaml. GitHub and GitLab read it alike.

The last line that matches a file decides, and the approval of one of its owners is enough. So the first line gives
everything to the platform, and the lines below it give teams their own folders: a file that no line mentions belongs to
the platform.
Source: docs.github.com "About code owners", docs.gitlab.com "Code Owners file".
"""

from __future__ import annotations

from argoproject.layout import PROJECTS
from argoproject.models import Platform

__all__ = ["codeowners", "is_generated"]

# These comments are part of a file that CI compares (`codeowners --check`): any change of them fails it until the file
# is generated again.
_MARK = "# Made by `argoproject codeowners`"
_HEAD = f"""\
{_MARK} from the reviewers in platform.yaml: change those, not this.
# The last line that matches a file decides.

# Everything that no line below names: platform.yaml, stacks, CI, and this file.
"""
_TEAMS = """
# Teams review what is theirs: platform.yaml bounds what may be written there.
"""
_ENVIRONMENTS = """
# Teams review their environments. Those of the classes in delivery.requireApproval ({}) are the platform's to review,
# and so is what teams and products share with them.
"""


def codeowners(platform: Platform, folder: str) -> str:
    """Return the whole file.

    A team reviews its folder. Where classes of environments need the platform's approval
    (`delivery.requireApproval`), it reviews only its environments of other classes, and nothing that it shares with
    the approved ones: `*` takes the place of products and clusters in such lines.

    Args:
        platform: platform.yaml, which names the reviewers.
        folder: The folder of platform.yaml, relative to the root of the repository; `.` where it is the root.
    """
    approved = platform.delivery.require_approval if platform.delivery is not None else ()
    own = [name for name, item in sorted(platform.environments.items()) if item not in approved]
    above = f"/{PROJECTS}" if folder == "." else f"/{folder}/{PROJECTS}"
    rules = [("*", platform.reviewers)]
    for team, settings in sorted(platform.teams.items()):
        if settings.reviewers:
            paths = [f"{team}/*/*/{name}" for name in own] if approved else [team]
            rules += [(f"{above}/{it}/".replace(" ", r"\ "), settings.reviewers) for it in paths]
    width = max(len(pattern) for pattern, _ in rules)
    first, *others = (
        f"{pattern:<{width}} {' '.join(dict.fromkeys(owners))}\n" for pattern, owners in rules
    )
    if not others:
        return _HEAD + first
    title = _ENVIRONMENTS.format(", ".join(approved)) if approved else _TEAMS
    return _HEAD + first + title + "".join(others)


def is_generated(text: str) -> bool:
    """Return whether a CODEOWNERS was generated, so that it may be replaced."""
    return text.startswith(_MARK)
