"""Strict YAML with positions, and edits that keep every other byte."""
