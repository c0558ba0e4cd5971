"""`python -m argoproject`."""

from argoproject.cli import main

main(prog_name="python -m argoproject")
