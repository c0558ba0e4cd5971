"""Sites of `report` on disk, and the Chromium that opens them."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from argoproject.diff.saved import read_diff
from argoproject.fleet.pipeline import validate_tree
from argoproject.output.page.facts import gather
from argoproject.output.page.page import site

__all__ = ["SWITCHES", "chromium", "launched", "write_site"]

SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Chromium opens this page only, and must fetch nothing else."""


def chromium() -> str | None:
    """The path of the machine's Chromium."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def launched(executable: str) -> Iterator[Browser]:
    """The browser, until the end of the block. Its event loop runs in this thread, in which no other can run then."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(SWITCHES))
        try:
            yield browser
        finally:
            browser.close()


def write_site(
    config: Path, out: Path, today: dt.date, difference: dict[str, Any] | None = None
) -> Path:
    """Write the page of a tree as `report` would on a day; `difference` is data as `diff` would write it."""
    judged = validate_tree(config, today, "config")
    if judged.tree.platform is None:
        raise ValueError(f"{config} has no usable platform.yaml")
    out.mkdir(parents=True)
    diff = None
    if difference is not None:
        (out / "diff.json").write_text(json.dumps(difference))
        diff = read_diff(out / "diff.json")
    for name, text in site(gather(judged, judged.tree.platform, today, diff)):
        (out / name).write_text(text, encoding="utf-8")
    return out / "index.html"
