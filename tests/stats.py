"""Figures of the code's size and form: `make stats`, or `python -m tests.stats FOLDER …` for some folders.

    code        lines without blanks, comments and docstrings
    prose       share of lines that are docstrings or comments
    used once   private functions and methods whose name is used in one place, of all functions and methods

Limits are those that CONTRIBUTING.md names; the exit status is 1 where one is exceeded.
"""

from __future__ import annotations

import ast
import io
import statistics
import sys
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.paths import ROOT

__all__ = ["Figures", "figures"]

_LAYOUT = (
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
)
_DOCUMENTED = (ast.Expr, ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)

LIMITS: Mapping[str, Mapping[str, float]] = {
    "argoproject": {"files": 221, "code": 28_200, "used once": 0.18, "longest function": 60},
    "tests": {"code": 37_500},
}
"""A commit that adds a feature raises the limits of files and code, and CHANGELOG says why."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of a folder."""

    values: Mapping[str, float]
    prose: float
    median: float
    longest: str
    """The file and line of the longest function."""


def figures(folder: Path) -> Figures:
    """Count the Python files below a folder."""
    sources = {file: file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.py"))}
    trees = {file: ast.parse(text) for file, text in sources.items()}
    lengths = sorted(_functions(trees))
    counted = [_lines(text, trees[file]) for file, text in sources.items()]
    total = sum(text.count("\n") for text in sources.values())
    size, file, line = lengths[-1]
    return Figures(
        {
            "files": len(sources),
            "code": sum(code for code, _ in counted),
            "used once": _used_once(trees.values()) / len(lengths),
            "longest function": size,
        },
        prose=sum(prose for _, prose in counted) / total,
        median=statistics.median(text.count("\n") for text in sources.values()),
        longest=f"{file.relative_to(ROOT)}:{line}",
    )


def _functions(trees: Mapping[Path, ast.Module]) -> Iterator[tuple[int, Path, int]]:
    """The length of each function in lines without its docstring, with its place."""
    for file, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                yield lines - len(_docstring(node)), file, node.lineno


def _docstring(node: ast.AST) -> range:
    """The lines of a docstring, and of the string that documents the attribute above it."""
    if not isinstance(node, _DOCUMENTED):
        return range(0)
    first = node if isinstance(node, ast.Expr) else next(iter(node.body), None)
    text = first.value if isinstance(first, ast.Expr) else None
    if first is None or not (isinstance(text, ast.Constant) and isinstance(text.value, str)):
        return range(0)
    return range(first.lineno, (first.end_lineno or first.lineno) + 1)


def _lines(text: str, tree: ast.Module) -> tuple[int, int]:
    """Lines of code, and lines of docstrings and comments."""
    prose = {line for node in ast.walk(tree) for line in _docstring(node)}
    documented = frozenset(prose)
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            prose.add(token.start[0])
        elif token.type not in _LAYOUT:
            code.update(range(token.start[0], token.end[0] + 1))
    code -= documented
    return len(code), len(prose - code)


def _used_once(trees: Iterable[ast.Module]) -> int:
    """Private functions and methods that their module uses in one place."""
    number = 0
    for tree in trees:
        uses: Counter[str] = Counter()
        private: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                if node.name.startswith("_") and not node.name.startswith("__"):
                    private.add(node.name)
            elif isinstance(node, ast.Name | ast.Attribute):
                uses[node.id if isinstance(node, ast.Name) else node.attr] += 1
        number += sum(uses[name] == 1 for name in private)
    return number


def main() -> int:
    """Print the figures, and say which limits are exceeded."""
    exceeded = 0
    for name in sys.argv[1:] or ("argoproject", "components", "tests"):
        found = figures(ROOT / name)
        print(f"{name}")
        for what, value in found.values.items():
            limit = LIMITS.get(name, {}).get(what)
            shown = f"{value:.0%}" if value < 1 else f"{value:,.0f}"
            bound = (
                ""
                if limit is None
                else f"  limit {limit:.0%}"
                if limit < 1
                else f"  limit {limit:,.0f}"
            )
            over = limit is not None and value > limit
            exceeded += over
            place = f"  {found.longest}" if what == "longest function" else ""
            print(f"  {what:<17}{shown:>8}{bound}{'  EXCEEDED' if over else ''}{place}")
        print(f"  {'median file':<17}{found.median:>8.0f}")
        print(f"  {'prose':<17}{found.prose:>8.0%}")
    return 1 if exceeded else 0


if __name__ == "__main__":
    sys.exit(main())
