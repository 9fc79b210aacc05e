"""Aurelius in JupyterLab: the panel, the forms of a notebook's parameters, reports, and no request to anywhere else."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.support.lab import Lab
from tests.support.notebooks import write_notebook
from tests.support.waiting import until, until_the_end

STEPS = (
    "import time\nfrom aurelius_kernel import lab\n"
    "for step in range(steps):\n    time.sleep(0.15)\n    lab.show_progress((step + 1) / steps, f'step {step + 1}')\n"
    "print('the steps are', steps)"
)
RUNS = "document.querySelector('#aurelius progress')?.value > 0"
REFUSED = re.compile(r"status of 4(00|22) .*/api/v1/(jobs|notebooks|schedules)/")
PAPER = "getComputedStyle(document.querySelector('#aurelius .aur-Section')).backgroundColor"


@pytest.fixture(scope="module")
def lab(contexts, gallery):
    """JupyterLab with a notebook open; at the end nothing was complained of but what the tests asked wrongly."""
    research = gallery.folder / "notebooks/research"
    write_notebook(research / "steps.ipynb", "steps: int = 2  # how many\nnames: list[str] = ['GOOG']\nquick: bool = True", STEPS)
    write_notebook(research / "wrong.ipynb", "number: int = 1", "raise ValueError('no such luck')")
    write_notebook(research / "bare.ipynb", None, "1 + 1")
    opened = Lab.of(contexts("quant-a"), gallery.url, "research/steps.ipynb")
    yield opened
    opened.page.close()
    assert [error for error in opened.visit.errors if not REFUSED.search(error)] == []
    assert opened.visit.outside == []


def newest(person):
    return person.get("/api/v1/jobs/").json()["jobs"][0]


def test_a_strategy_that_is_made_over_the_api_shows_by_itself(lab, staff):
    made = {"name": "Made outside", "strategy_type": "breakout", "parameters": {}}
    staff["quant-a"].post("/api/v1/strategies/", made).raise_for_status()
    expect(lab.row("Strategies", "Made outside")).to_contain_text("breakout, version 1")
    expect(lab.row("Events", "Made outside")).to_contain_text("Strategy created")


def test_a_notebook_runs_as_a_job_with_a_changed_parameter_and_is_watched_to_its_end(lab, staff):
    lab.ask("Run as job…").fill(steps="15").send()
    lab.page.wait_for_function(RUNS, timeout=60_000)
    expect(lab.page.locator(".aur-status")).to_contain_text("1 job")
    expect(lab.row("Jobs", "steps")).to_contain_text("completed in", timeout=60_000)
    lab.notice("steps completed")
    job = newest(staff["quant-a"])
    assert (job["notebook"], job["parameters"], job["status"]) == ("research/steps.ipynb", {"steps": 15}, "completed")


def test_what_a_job_printed_is_a_click_away(lab):
    lab.row("Jobs", "steps").get_by_label("Show the log").click()
    expect(lab.page.locator(".aur-log")).to_have_text("the steps are 15\n")
    lab.page.keyboard.press("Escape")


def test_a_notebook_is_exported_as_it_is_by_a_command(lab):
    with lab.page.expect_download(timeout=120_000) as saved:
        lab.command("Export report")
    assert saved.value.path().read_bytes().startswith(b"%PDF")


def test_a_wrong_value_is_refused_at_its_field_and_nothing_is_queued(lab, staff):
    before = staff["quant-a"].get("/api/v1/jobs/").json()["total"]
    form = lab.ask("Run as job…").fill(steps="many", names="GOOG")
    assert form.send_in_vain() == {
        "parameters.steps": "must be a whole number, not 'many'",
        "parameters.names": "must be a list, not 'GOOG'",
    }
    focused = lab.page.evaluate("document.activeElement.name")
    lab.page.keyboard.press("Escape")
    after = staff["quant-a"].get("/api/v1/jobs/").json()["total"]
    assert (focused, after) == ("parameters.steps", before)


def test_a_schedule_is_made_paused_and_deleted(lab, staff):
    quant = staff["quant-a"]
    form = lab.ask("Schedule…")
    lab.page.fill("[name=name]", "After the close")
    lab.page.fill("[name=calendar]", "XMARS")
    assert list(form.send_in_vain()) == ["calendar"]
    lab.page.fill("[name=calendar]", "XNYS")
    form.fill(steps="3").send()
    row = lab.row("Schedules", "After the close")
    expect(row).to_contain_text("next")
    (made,) = quant.get("/api/v1/schedules/").json()["schedules"]
    assert (made["notebook"], made["parameters"], len(made["next_runs"])) == ("research/steps.ipynb", {"steps": 3}, 5)
    row.get_by_label("Pause").click()
    expect(row).to_contain_text("paused")
    row.get_by_label("Delete").click()
    expect(row).to_have_count(0)
    assert quant.get("/api/v1/schedules/").json()["total"] == 0


def test_a_job_that_fails_is_told_with_its_reason(lab, staff):
    asked = {"notebook": "research/wrong.ipynb", "parameters": {}}
    job_id = staff["quant-a"].post("/api/v1/jobs/", asked).raise_for_status().json()["job_id"]
    until_the_end(staff["quant-a"], f"/api/v1/jobs/{job_id}")
    expect(lab.notice("wrong failed")).to_contain_text("ValueError: no such luck")
    expect(lab.row("Jobs", "wrong")).to_contain_text("ValueError: no such luck")
    lab.page.get_by_role("button", name="Hide notification").first.click()


def test_after_a_break_what_was_missed_is_there(lab, staff):
    lab.lose_connection()
    lab.until_says("Reconnecting")
    made = {"name": "Made meanwhile", "strategy_type": "breakout", "parameters": {}}
    staff["quant-a"].post("/api/v1/strategies/", made).raise_for_status()
    lab.until_says("Live")
    expect(lab.row("Strategies", "Made meanwhile")).to_be_visible()
    expect(lab.row("Events", "Made meanwhile")).to_have_count(1)


def test_a_notebook_without_parameters_is_told_how_it_gets_them(lab, gallery):
    lab.file("bare.ipynb").dblclick()
    lab.page.locator(".jp-NotebookPanel-toolbar:visible").get_by_text("Run as job…").click()
    lab.page.get_by_role("button", name="Add the cell").click()
    until(lambda: lab.page.locator(".jp-Notebook:visible .jp-Cell").count(), lambda cells: cells == 2)
    lab.ask("Run as job…")
    assert "declares none" in lab.page.inner_text(".aur-Form")
    lab.page.keyboard.press("Escape")


def test_the_palette_and_the_context_menu_have_what_can_be_done_with_a_notebook(lab):
    found = lab.find_commands("aurelius").all_inner_texts()
    lab.page.keyboard.press("Escape")
    assert {"Run as job…", "Schedule…", "Export report", "New Aurelius notebook", "Open the page Overview"} <= set(found)
    assert "Tutorial 1 · Your first backtest" in found
    lab.file("steps.ipynb").click(button="right")
    expect(lab.page.locator(".lm-Menu >> text=Run as job…")).to_be_visible()
    expect(lab.page.locator(".lm-Menu >> text=Export report")).to_be_visible()
    lab.page.keyboard.press("Escape")


def test_the_launcher_has_a_card_for_each_tutorial_and_each_dashboard(lab):
    lab.command("New Launcher")
    cards = lab.page.locator(".jp-LauncherCard:visible")
    expect(cards.filter(has_text="1 · Your first backtest")).to_be_visible()
    expect(cards.filter(has_text="Overview")).to_be_visible()


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_the_panel_follows_labs_theme_and_everybody_can_read_it(lab, theme):
    lab.section("Jobs")
    before = lab.page.evaluate(PAPER)
    lab.command(f"Use Theme: {theme}")
    until(lambda: lab.page.evaluate(PAPER), lambda now: now != before)
    found = Axe().run(lab.page, context="#aurelius")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []
