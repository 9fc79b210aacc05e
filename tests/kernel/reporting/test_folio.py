"""Reports of several runs: the same numbers in PDF, HTML, Excel and JSON, and text of strangers that stays text."""

from __future__ import annotations

import io
import json
from html import unescape

import openpyxl
import pypdf
import pytest

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.metrics import Metric
from aurelius_kernel.model import StrategySpec
from aurelius_kernel.portfolio import combine, compare
from aurelius_kernel.reporting.comparison_report import comparison_folio
from aurelius_kernel.reporting.folio_book import folio_xlsx
from aurelius_kernel.reporting.folio_page import folio_html, folio_pdf
from aurelius_kernel.reporting.portfolio_report import portfolio_folio
from aurelius_kernel.views.metric_table import written

HOSTILE = "<script>alert(1)</script>{{ 7 * 7 }}"


@pytest.fixture(scope="module")
def compared(run, closes):
    spec = StrategySpec(type="trend_following", parameters={})
    slow = run(closes.iloc[300:], spec, fast=20, slow=60, capital=50_000.0)
    return compare({"Fast": run(closes, spec), "Slow": slow, HOSTILE: run(closes, spec, fast=5, slow=15)})


@pytest.fixture(scope="module")
def held(compared):
    return combine(compared, {"Fast": 0.5, "Slow": 0.3, HOSTILE: 0.2}, "yearly")


def words(document: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(document)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def sheets(document: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(document))


def test_the_pdf_and_the_page_show_every_metric_of_every_run(compared):
    folio = comparison_folio(compared)
    pdf, page = words(folio_pdf(folio)), unescape(folio_html(folio))
    for metric in (Metric.TOTAL_RETURN, Metric.SHARPE_RATIO, Metric.MAX_DRAWDOWN, Metric.WIN_RATE):
        for value in compared.table.loc[metric.value]:
            assert written(metric, value) in pdf
            assert written(metric, value) in page


def test_the_best_of_a_row_is_marked_once(compared):
    metrics = next(section for section in comparison_folio(compared).sections if section.title == "Metrics")
    returns = metrics.parts[0].rows[0][1:]
    assert [amount.best for amount in returns] == [amount.value == max(one.value for one in returns) for amount in returns]
    assert sum(amount.best for amount in returns) == 1


def test_the_workbook_holds_real_numbers_dates_and_a_drawing(compared):
    book = sheets(folio_xlsx(comparison_folio(compared)))
    wealth = book["What 1 became"]
    assert wealth.max_row == len(compared.index) + 1
    assert wealth["A2"].value == compared.index[0].to_pydatetime().replace(tzinfo=None)
    assert wealth["B3"].value == pytest.approx(compared.wealth["Fast"].iloc[1], rel=1e-12)
    assert wealth.freeze_panes == "B2"
    assert len(book["Summary"]._charts) == 2
    assert book["Correlation"]["C2"].value == pytest.approx(compared.correlation.loc["Fast", "Slow"], rel=1e-12)


def test_the_json_has_the_numbers_of_the_comparison(compared, tmp_path):
    told = json.loads(compared.report(tmp_path / "c.json").read_text(encoding="utf-8"))
    assert told["hash"] == compared.hash
    returns = dict(zip(told["tables"]["Return"]["columns"][1:], told["tables"]["Return"]["rows"][0][1:], strict=True))
    assert returns == {str(name): pytest.approx(value) for name, value in compared.table.loc["total_return"].items()}


def test_a_portfolio_says_who_brought_what(held, tmp_path):
    told = json.loads(held.report(tmp_path / "p.json").read_text(encoding="utf-8"))
    rows = told["tables"]["Contributions"]["rows"]
    assert [row[0] for row in rows] == ["Fast", "Slow", HOSTILE, "All"]
    assert rows[-1][3] == pytest.approx(held.metrics["total_return"])
    assert rows[-1][4] == pytest.approx(1.0)
    assert told["headline"]["Sharpe ratio"] == pytest.approx(held.metrics["sharpe_ratio"])


def test_a_portfolio_as_pdf_shows_its_own_numbers_first(held):
    text = words(folio_pdf(portfolio_folio(held), "letter"))
    assert written(Metric.TOTAL_RETURN, held.metrics["total_return"]) in text
    assert "Fast 50.0% · Slow 30.0%" in text


def test_names_of_strangers_are_never_markup(compared, held):
    for page in (folio_html(comparison_folio(compared)), folio_html(portfolio_folio(held))):
        assert "<script>alert" not in page
        assert HOSTILE in unescape(page)
    names = sheets(folio_xlsx(comparison_folio(compared)))["Runs"]["A4"]
    assert (names.value, names.data_type) == (HOSTILE, "s")


def test_the_same_folio_gives_the_same_bytes(compared):
    for write in (folio_pdf, folio_xlsx, lambda folio: folio_html(folio).encode()):
        assert write(comparison_folio(compared)) == write(comparison_folio(compared))


def test_a_page_asks_nothing_of_the_network(compared):
    page = folio_html(comparison_folio(compared))
    assert "default-src 'none'" in page
    assert 'src="http' not in page


def test_another_ending_or_paper_is_refused(compared, tmp_path):
    with pytest.raises(InvalidField, match=r"path must end in \.pdf, \.html, \.xlsx or \.json, not 'c\.docx'"):
        compared.report(tmp_path / "c.docx")
    with pytest.raises(InvalidField, match="paper must be a4 or letter, not 'a3'"):
        compared.report(tmp_path / "c.pdf", paper="a3")
    assert list(tmp_path.iterdir()) == []


def test_a_notebook_shows_the_main_numbers_and_a_drawing(compared, held):
    for record in (compared, held):
        shown = record._repr_mimebundle_()
        assert "Sharpe ratio" in shown["text/plain"]
        assert "<script>alert" not in shown["text/html"]
        assert record.plot().svg().startswith("<?xml")
