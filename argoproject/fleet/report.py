"""The report of `validate`, whatever form it is written in."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from argoproject.fleet.pipeline import validate_tree
from argoproject.problems import Problem, Severity, counted
from argoproject.tree.selection import Concern, chosen

__all__ = ["Report", "fingerprints", "report_tree"]


@dataclass(frozen=True, slots=True)
class Report:
    """The result of `validate`.

    Attributes:
        problems: errors and warnings, sorted.
        environments: the environments that could be checked, as `team/product/cluster/environment`.
        hidden: number of environments that could not be checked, because a file of theirs or above them is broken.
    """

    problems: tuple[Problem, ...]
    environments: tuple[str, ...]
    hidden: int = 0

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(item for item in self.problems if item.severity is Severity.ERROR)

    @property
    def valid(self) -> bool:
        return not self.errors

    def summary(self) -> str:
        """One line: the number of problems and files, or that there are none."""
        number = len(self.problems) - len(self.errors)
        warnings = f", {counted(number, 'warning')}" if number else ""
        if self.valid:
            return f"{counted(len(self.environments), 'environment')}: no problems{warnings}"
        files = {item.position.file for item in self.errors}
        hidden = counted(self.hidden, "environment")
        they_are = "it is" if len(self.errors) == 1 else "they are"
        more = f"; {hidden} not checked until {they_are} fixed" if self.hidden else ""
        return f"{counted(len(self.errors), 'problem')} in {counted(len(files), 'file')}{warnings}{more}"


def report_tree(
    root: Path,
    today: dt.date,
    name: str,
    select: Sequence[str] = (),
    more: Sequence[Problem] = (),
) -> Report:
    """Check the whole tree, and report what concerns the selected environments; without `select`, everything.

    Args:
        root: the folder that holds platform.yaml and projects/.
        today: the day on which time-limited access and allowances expire.
        name: the name of `root` in messages.
        select: patterns as on the command line (`blue/*/eu-1/prod`).
        more: the problems of files that decide about no environment.

    Raises:
        NothingSelectedError: for a pattern that matches no environment.
    """
    judged = validate_tree(root, today, name)
    if not select:
        environments = tuple(str(item.identity) for item in judged.projects)
        problems = tuple(sorted((*judged.problems, *more)))
        return Report(problems, environments, hidden=len(judged.unusable))
    wanted = chosen(judged.names, select)
    environments = tuple(str(it.identity) for it in judged.projects if it.identity in wanted)
    hidden = sum(item in wanted for item in judged.unusable)
    return Report(
        tuple(Concern(judged.tree, wanted).of(judged.problems)), environments, hidden=hidden
    )


def fingerprints(problems: Iterable[Problem]) -> Iterator[str]:
    """The identifier of each problem, by which a platform recognises it in the next report: 32 hexadecimal digits.

    It stays the same when lines come or go above the problem, and when more or fewer environments have it: only the
    file, the key, the code and the message count. Of problems that are equal in these, each gets its own, by the order.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for problem in problems:
        facts = (problem.position.file, problem.path, problem.code, problem.message)
        text = "\0".join((*facts, str(seen[facts])))
        seen[facts] += 1
        yield hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:32]
