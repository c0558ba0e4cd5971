"""A site of the fleet for people who prefer to look: one page that fetches nothing.

`gather` collects what is shown, without any HTML; `site` writes it. The page is complete without scripts. Its own
script divides it into views, filters and sorts lists, and shows each environment by itself.
"""

from __future__ import annotations

from argoproject.output.page.facts import gather
from argoproject.output.page.page import site

__all__ = ["gather", "site"]
