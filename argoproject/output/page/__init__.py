"""A site of the fleet for people who prefer to look: one page that fetches nothing.

`facts.gather` collects what is shown, without any HTML; `page.site` writes it. The page is complete without scripts.
Its own script divides it into views, filters and sorts lists, and shows each environment by itself.
"""
