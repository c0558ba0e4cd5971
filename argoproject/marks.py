"""Files by which a folder is known again that a command wrote, and may replace."""

__all__ = ["RENDERED"]

RENDERED = ".argoproject-rendered"
"""Of `render`."""
