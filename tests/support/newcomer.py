"""What somebody does who opens Aurelius for the first time, from the login page to a report on paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.support.lab import PATIENCE, Lab
from tests.support.running import PASSWORD
from tests.support.visits import Visit

TUTORIAL = "1 · Your first backtest"
FAILURES = ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr'], .jp-RenderedText[data-mime-type*='error']"


def first_minutes(visit: Visit, email: str, picture: Callable[[str], None]) -> Path:
    """Log in, run the first tutorial, run it as a job with another length, and export its report; gives the PDF.

    `picture` is called with the name of each step once it is done.
    """
    lab, page = Lab.about(visit), visit.page
    page.goto(f"{visit.url}/lab?reset")  # and not to what others have left open: Lab keeps one layout for a server
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    picture("1-log-in")
    page.click("form button")
    lab.until_ready()
    picture("2-launcher")

    page.locator(".jp-LauncherCard", has_text=TUTORIAL).click()
    page.locator(".jp-Notebook:visible .jp-CodeCell").first.wait_for(timeout=PATIENCE)
    lab.run_all_cells()
    expect(page.locator(FAILURES)).to_have_count(0)
    page.mouse.move(800, 500)
    page.mouse.wheel(0, -600)
    page.wait_for_timeout(500)
    picture("3-tutorial")

    form = lab.ask("Run as job…").fill(fast="15")
    picture("4-run-as-job")
    form.send()
    row = lab.row("Jobs", "01-first-backtest")
    expect(row).to_be_visible(timeout=PATIENCE)
    picture("5-running")
    expect(row).to_contain_text("completed in", timeout=2 * PATIENCE)
    picture("6-completed")

    with page.expect_download(timeout=2 * PATIENCE) as saved:
        row.get_by_label("Export the report").click()
    lab.notice("is saved")
    picture("7-report")
    return Path(saved.value.path())
