"""Argo CD's own rules: tables, and Argo CD's own code as the judge of them."""
