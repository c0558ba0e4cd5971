"""Secrets in Git, with the real sops and age programs."""
