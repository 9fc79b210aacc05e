"""The reports behind a page: each is downloaded by its link, opened by what opens such files, and has the numbers of the JSON."""

from __future__ import annotations

import json
import re
import subprocess

import openpyxl
import pytest

from tests.support.visits import Visit

DIGITS = 2


@pytest.fixture(scope="module")
def facts(staff, work):
    """The report as JSON: what every other form of it must say."""
    return staff["analyst-a"].get(f"/api/v1/backtests/{work['backtest_id']}/report.json").raise_for_status().json()


@pytest.fixture(scope="module")
def opened(contexts, gallery, work):
    """The page of the backtest."""
    visit = Visit.of(contexts("analyst-a"), gallery.url)
    yield visit.open("backtest", backtest_id=work["backtest_id"])
    visit.page.close()


@pytest.fixture
def download(opened, tmp_path):
    """Download a report by its link on the page of its backtest."""

    def of(name):
        with opened.page.expect_download(timeout=120_000) as coming:
            opened.page.click(f"main a[href*='{name}']")
        path = tmp_path / name
        coming.value.save_as(path)
        return path

    return of


@pytest.fixture(scope="module")
def numbers(staff, work):
    """The metrics as the API gives them."""
    return staff["analyst-a"].get(f"/api/v1/backtests/{work['backtest_id']}").json()["backtest"]["metrics"]


def plain(text):
    """The text with a plain minus and without thin spaces."""
    return re.sub(r"[\s\u2009\u202f\u00a0]+", " ", text.replace("−", "-"))


def test_the_pdf_opens_and_says_the_numbers_of_the_json(download, numbers):
    path = download("report.pdf")
    text = plain(subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True, timeout=60).stdout)
    assert f"{numbers['sharpe_ratio']:.{DIGITS}f}" in text
    assert f"{numbers['max_drawdown']:.{DIGITS}f}" in text


def test_the_workbook_opens_with_real_numbers_that_are_the_jsons(download, numbers):
    book = openpyxl.load_workbook(download("report.xlsx"), data_only=True)
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    found = [value for value in cells if isinstance(value, float)]
    assert any(abs(value - numbers["sharpe_ratio"]) < 1e-6 for value in found)
    assert any(abs(value - numbers["max_drawdown"] / 100) < 1e-6 or abs(value - numbers["max_drawdown"]) < 1e-6 for value in found)
    assert len(book.sheetnames) >= 4


def test_the_html_opens_by_itself_and_says_the_numbers_of_the_json(download, numbers, browser):
    path = download("report.html")
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    text = plain(page.inner_text("body"))
    page.close()
    assert f"{numbers['sharpe_ratio']:.{DIGITS}f}" in text
    assert [address for address in asked if not address.startswith(("file:", "data:", "blob:"))] == []


def test_the_json_is_the_json_of_the_api(download, facts):
    assert json.loads(download("report.json").read_text()) == facts


def test_the_notebook_is_the_one_that_was_run(download):
    notebook = json.loads(download("notebook.ipynb").read_text())
    ran = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in ran)
