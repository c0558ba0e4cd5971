"""Secrets in Git, encrypted with sops: what the files contain, who can decrypt them, and how that is done.

`file` and `recipients` are pure and need neither key nor program. `program` runs sops itself; only `decrypt`, and the
commands that write files, need it.
"""
