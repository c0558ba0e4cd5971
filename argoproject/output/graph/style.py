"""How a picture looks: in light and in dark, as the reader's system has it."""

from __future__ import annotations

__all__ = ["COLOURS", "CSS"]

_TEAMS = (
    ("#0b63b0", "#6cb6f5"),
    ("#0a7d55", "#4fd1a1"),
    ("#b3490a", "#ff9d5c"),
    ("#7a4bb5", "#bd9cf0"),
    ("#a8336f", "#f08fbf"),
    ("#74620a", "#dcc54a"),
    ("#0b7285", "#5fd0e3"),
    ("#5c5f66", "#b4b8c0"),
)
"""A team's colour in light and in dark. Against the page marks stand out by more than 4.5 to 1, and lines, which are
translucent, by more than 3 to 1. Source: WCAG 2.2, 1.4.11. Colours only help: every line can be followed without."""

COLOURS = len(_TEAMS)


def _teams(dark: int) -> str:
    return "\n".join(f".t{at} {{ --team: {both[dark]} }}" for at, both in enumerate(_TEAMS))


CSS = f"""
.argoproject-graph {{
  --page: #ffffff; --panel: #f6f7f9; --box: #ffffff; --border: #d3d8df; --ink: #1b2430; --soft: #566173;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}}
{_teams(0)}
@media (prefers-color-scheme: dark) {{
.argoproject-graph {{
  --page: #12161c; --panel: #191f28; --box: #222a35; --border: #3a4554; --ink: #e8edf4; --soft: #a3afbf;
}}
{_teams(1)}
}}
.argoproject-graph text {{ fill: var(--ink); font-size: 13px }}
.argoproject-graph .title {{ font-size: 21px; font-weight: 650 }}
.argoproject-graph .soft {{ fill: var(--soft); font-size: 12px }}
.argoproject-graph .head {{ fill: var(--soft); font-size: 12px; font-weight: 600 }}
.argoproject-graph .name {{ font-weight: 600 }}
.argoproject-graph .page {{ fill: var(--page) }}
.argoproject-graph .panel {{ fill: var(--panel); stroke: var(--border) }}
.argoproject-graph .box {{ fill: var(--box); stroke: var(--border) }}
.argoproject-graph .badge {{ fill: none; stroke: var(--soft) }}
.argoproject-graph .mark {{ fill: var(--team) }}
.argoproject-graph .line {{ fill: none; stroke: var(--team); stroke-width: 1.6; opacity: .7 }}
.argoproject-graph .sample {{ fill: none; stroke: var(--soft); stroke-width: 1.6 }}
.argoproject-graph .dashed {{ stroke-dasharray: 2 5; stroke-linecap: round; stroke-width: 2 }}
.argoproject-graph .node:hover .line {{ stroke-width: 3; opacity: 1 }}
.argoproject-graph .node:hover .box {{ stroke: var(--team); stroke-width: 2 }}
.argoproject-graph:has(.node:hover) .node:not(:hover) .line {{ opacity: .12 }}
""".strip()
