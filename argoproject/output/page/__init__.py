"""A site of the fleet, for people who would rather look: one page that fetches nothing.

`gather` collects what is shown, without a word of HTML; `site` writes it. The page is whole without scripts: its own
script divides it into views, filters, sorts, and shows each environment by itself.
"""

from __future__ import annotations

from argoproject.output.page.facts import gather
from argoproject.output.page.page import site

__all__ = ["gather", "site"]
