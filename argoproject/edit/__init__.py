"""Edits of project.yaml: a new environment's, and promoted revisions. Texts only; the commands write them."""
