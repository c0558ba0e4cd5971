"""`python -m argoproject`."""

import sys

try:
    from argoproject.cli.main import COMPLETE, main
except ModuleNotFoundError as missing:
    sys.exit(
        f"{missing.name} is not installed here: run `make validate`, or .venv/bin/python -m argoproject"
    )

main(prog_name="python -m argoproject", complete_var=COMPLETE)
