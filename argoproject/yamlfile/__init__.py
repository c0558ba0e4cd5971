"""Strict YAML with positions (`reader`), and edits that keep every other byte (`edit`)."""
