"""The share of mutants of `mutmut run` that were noticed: it must be at least nine of ten.

Mutants that no test reaches count as not noticed; those that never end count as noticed.
"""

from __future__ import annotations

import json
import sys
from collections import Counter

from tests.support.paths import ROOT

_AT_LEAST = 0.9
_NOTICED = frozenset({1, 3, 24, -24, 152, 36, 255})
"""Exit codes of a noticed mutant: failed tests, and a timeout. Source: mutmut 3.8, `status_by_exit_code`."""


def main() -> int:
    """Print the share for each file. The exit status is 0 if it is enough."""
    noticed: Counter[str] = Counter()
    made: Counter[str] = Counter()
    for meta in sorted(ROOT.glob("mutants/argoproject/**/*.meta")):
        codes = json.loads(meta.read_text())["exit_code_by_key"].values()
        name = str(meta.relative_to(ROOT / "mutants")).removesuffix(".meta")
        made[name] = sum(code is not None for code in codes)
        noticed[name] = sum(code in _NOTICED for code in codes)
    if not made.total():
        print("there are no mutants: run mutmut first")
        return 1
    for name, number in made.items():
        if number:
            print(f"{noticed[name] / number:6.1%}  {noticed[name]} of {number}  {name}")
    share = noticed.total() / made.total()
    print(f"{share:6.1%}  {noticed.total()} of {made.total()}, at least {_AT_LEAST:.0%} is needed")
    return share < _AT_LEAST


if __name__ == "__main__":
    sys.exit(main())
