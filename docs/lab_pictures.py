"""Take the pictures of Aurelius in JupyterLab, light and dark, and of a newcomer's first minutes: `python -m docs.lab_pictures`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from docs.dashboard_pictures import saved
from tests.support.chromium import browser
from tests.support.lab import Lab
from tests.support.newcomer import first_minutes
from tests.support.running import Person, people
from tests.support.visits import ROOT, Gallery, Visit, enter, some_work
from tests.support.waiting import until_the_end

FOLDER = ROOT / "docs/images"
SIZE = {"width": 1280, "height": 800}
SETTLE = 900
"""Milliseconds for Lab to come to rest."""
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
TUTORIAL = "tutorials/01-first-backtest.ipynb"
SCHEDULE = {"name": "After the close", "notebook": "backtest.ipynb", "calendar": "XNYS", "offset_minutes": 15}


def main() -> int:
    """Write the pictures."""
    with tempfile.TemporaryDirectory(prefix="aurelius-", ignore_cleanup_errors=True) as name, browser() as chromium:
        server = Gallery(Path(name)).prepare().start()
        try:
            quant = people(server, "quant-a")["quant-a"]
            newcomer(chromium, quant)
            work(quant)
            for theme in THEMES:
                lab_in(theme, chromium, quant)
        finally:
            server.stop()
    return 0


def newcomer(chromium: Browser, quant: Person) -> None:
    """The first minutes, step by step."""
    visit = Visit.of(chromium.new_context(viewport=SIZE), quant.server.url)
    first_minutes(visit, quant.email, camera(visit.page, "newcomer"))


def work(quant: Person) -> None:
    """Something in every section: backtests, a schedule, and a job that fails."""
    for instrument in ("GOOG", "MSFT"):
        until_the_end(quant, f"/api/v1/jobs/{some_work(quant, instrument)['job_id']}")
    quant.post("/api/v1/schedules/", SCHEDULE).raise_for_status()
    failing = {"notebook": "backtest.ipynb", "parameters": {"instruments": ["NOSUCH"]}}
    until_the_end(quant, f"/api/v1/jobs/{quant.post('/api/v1/jobs/', failing).raise_for_status().json()['job_id']}")


def lab_in(theme: str, chromium: Browser, quant: Person) -> None:
    """The launcher, the panel beside a notebook, the two forms, the palette and a dashboard, in one theme."""
    context = enter(chromium.new_context(viewport=SIZE), quant)
    context.set_default_timeout(60_000)
    lab = Lab.of(context, quant.server.url)
    picture = camera(lab.page, "lab", f"-{theme}")
    lab.command(f"Use Theme: {THEMES[theme]}")
    lab.section("Jobs")
    picture("launcher")
    lab.page.goto(f"{quant.server.url}/lab/tree/{TUTORIAL}")
    lab.until_ready()
    lab.section("Jobs")
    picture("panel")
    form = lab.ask("Run as job…").fill(fast="ten")
    form.send_in_vain()
    picture("run-as-job")
    lab.page.keyboard.press("Escape")
    lab.ask("Schedule…")
    picture("schedule")
    lab.page.keyboard.press("Escape")
    lab.find_commands("aurelius")
    picture("palette")
    lab.page.keyboard.press("Escape")
    lab.row("Strategies", "Trend on GOOG").get_by_role("button").click()
    expect(lab.page.frame_locator(".jp-IFrame iframe").get_by_text("Versions and their parameters")).to_be_visible(timeout=60_000)
    picture("dashboard")
    context.close()


def camera(page: Page, folder: str, ending: str = "") -> Callable[[str], None]:
    """What takes a picture of the page and keeps it under a name."""
    (FOLDER / folder).mkdir(parents=True, exist_ok=True)

    def take(name: str) -> None:
        page.wait_for_timeout(SETTLE)
        path = saved(page.screenshot(), FOLDER / folder / f"{name}{ending}.png")
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB", flush=True)

    return take


if __name__ == "__main__":
    sys.exit(main())
