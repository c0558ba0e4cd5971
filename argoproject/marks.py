"""Files by which a folder is known again that a command wrote, and may replace."""

__all__ = ["RENDERED", "REPORTED"]

RENDERED = ".argoproject-rendered"
"""Of `render`."""

REPORTED = ".argoproject-report"
"""Of `report`."""
