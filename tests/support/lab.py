"""JupyterLab in somebody's browser, with the panel of Aurelius."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page

from tests.support.visits import Visit

READY = "#jupyterlab-splash"


@dataclass
class Lab:
    """JupyterLab, opened."""

    visit: Visit

    @classmethod
    def of(cls, context: BrowserContext, url: str) -> Lab:
        """A page of it, as soon as it can be used."""
        lab = cls(Visit.of(context, url))
        lab.page.goto(f"{url}/lab?reset")
        return lab.until_ready()

    @property
    def page(self) -> Page:
        return self.visit.page

    def until_ready(self) -> Lab:
        """Wait until Lab has restored its layout and the panel its connection."""
        self.page.wait_for_selector("#jp-main-dock-panel", timeout=60_000)
        self.page.wait_for_selector(READY, state="detached", timeout=60_000)
        self.page.wait_for_selector(".aur-status >> text=Live", timeout=60_000)
        return self

    def panel(self) -> Locator:
        """The side panel, shown."""
        shown = self.page.locator("#aurelius")
        if not shown.is_visible():
            self.page.click(".aur-status")
            shown.wait_for()
        return shown

    def section(self, label: str) -> Locator:
        """A section of the panel."""
        at = ["Jobs", "Strategies", "Schedules", "Events"].index(label)
        return self.panel().locator(".aur-Section").nth(at)

    def command(self, label: str) -> None:
        """Find a command in the palette and run it."""
        self.page.keyboard.press("Control+Shift+C")
        self.page.fill(".lm-CommandPalette-input", label)
        self.page.click(f".lm-CommandPalette-item:has-text('{label}')")

    def open(self, path: str) -> Locator:
        """Open a notebook, and wait until it has a kernel that does nothing."""
        self.page.evaluate("path => window.jupyterapp?.commands.execute('docmanager:open', { path })", path)
        return self.page.locator(".jp-NotebookPanel[id]:visible")


def write_notebook(path: Path, parameters: str | None, work: str) -> None:
    """A notebook with its parameters, where it declares any, and one cell of work."""
    cells = [] if parameters is None else [_cell("parameters", parameters, tags=["parameters"])]
    kernel = {"name": "aurelius", "display_name": "Aurelius", "language": "python"}
    document = {"cells": [*cells, _cell("work", work)], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document))


def _cell(name: str, source: str, **metadata: object) -> dict[str, object]:
    return {"cell_type": "code", "id": name, "metadata": metadata, "execution_count": None, "outputs": [], "source": source}
