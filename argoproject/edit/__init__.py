"""Texts that commands write: the project.yaml of a new environment, promoted revisions, CODEOWNERS."""
