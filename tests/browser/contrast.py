"""Contrast of all text in sight, as WCAG 2.2 computes it (relative luminance, success criterion 1.4.3)."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

__all__ = ["borders", "faint"]

_RATIO = """
const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
const linear = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
const over = ([r, g, b, a = 1], below) => [r, g, b].map((value, at) => value * a + below[at] * (1 - a));
const ratio = (one, other) => {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
};
const background = (element) => {
  const layers = [];
  for (let at = element; at; at = at.parentElement) layers.push(channels(getComputedStyle(at).backgroundColor));
  return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
};
"""

_FAINT = f"""() => {{
{_RATIO}
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const found = [];
let seen = 0;
while (walker.nextNode()) {{
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
  if (element.closest("option, script, style")) continue;
  const style = getComputedStyle(element);
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  const below = background(element);
  const is = ratio(over(channels(style.color), below), below);
  seen += 1;
  if (is < (large ? 3 : 4.5)) found.push(`${{walker.currentNode.data.trim().slice(0, 40)}}: ${{is.toFixed(2)}}`);
}}
return {{ seen, found }};
}}"""

_BORDERS = f"""() => {{
{_RATIO}
return [...document.querySelectorAll("section.current :is(input, select, button.more)")]
  .filter((element) => element.checkVisibility())
  .map((element) => ratio(channels(getComputedStyle(element).borderTopColor), background(element.parentElement)));
}}"""


def faint(page: Page) -> tuple[int, list[str]]:
    """How many texts are in sight, and those that are too faint to be read by everyone."""
    result: dict[str, Any] = page.evaluate(_FAINT)
    return result["seen"], result["found"]


def borders(page: Page) -> list[float]:
    """Contrast of the borders by which fields are recognised (success criterion 1.4.11: at least 3)."""
    ratios: list[float] = page.evaluate(_BORDERS)
    return ratios
