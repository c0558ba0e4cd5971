"""Secrets that stand in Git, encrypted with sops: what the files hold, for whom they are, and how they are read.

`file` and `recipients` are pure and need neither key nor program. `program` runs sops itself; only `decrypt`, and the
commands that write files, need it.
"""
