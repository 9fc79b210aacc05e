"""The workbook, opened by another library: real numbers and dates, equal to the JSON, and no text that acts."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from datetime import datetime

import numpy as np
import openpyxl
import pandas as pd
import pytest

from aurelius_kernel import reporting
from aurelius_kernel.errors import InvalidField
from aurelius_kernel.model import StrategySpec

SHEETS = ["Summary", "Monthly", "Trades", "Orders", "Equity", "Parameters", "Evidence"]
FORMULA = '=HYPERLINK("https://example.com","+1")'


@pytest.fixture(scope="module")
def book(goog):
    return opened(reporting.workbook(goog, trials=3))


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def column(sheet, heading):
    names = [cell.value for cell in sheet[1]]
    return [row[names.index(heading)] for row in sheet.iter_rows(min_row=2, values_only=True)]


def beside(sheet, label):
    """What stands right of a label."""
    return next(row[1] for row in sheet.iter_rows(values_only=True) if row[0] == label)


def test_every_sheet_is_there_with_its_heading_frozen(book):
    assert book.sheetnames == SHEETS
    assert {sheet.freeze_panes for sheet in book.worksheets[1:]} == {"B2"}


def test_metrics_equal_those_of_the_json_and_are_numbers(book, goog):
    numbers = reporting.summary(goog, trials=3)
    sheet = book["Summary"]
    assert beside(sheet, "Total return") == pytest.approx(numbers["metrics"]["total_return"], rel=1e-14)
    assert beside(sheet, "Sharpe ratio") == pytest.approx(numbers["metrics"]["sharpe_ratio"], rel=1e-14)
    assert beside(sheet, "Final value") == pytest.approx(numbers["final_equity"], rel=1e-14)
    assert beside(sheet, "Trials behind the Sharpe ratio") == 3


def test_equity_stands_bar_by_bar_with_real_times(book, goog):
    sheet = book["Equity"]
    times, account = column(sheet, "Bar's close (UTC)"), column(sheet, "Account value")
    assert isinstance(times[0], datetime)
    assert [time.isoformat() for time in times] == [time.replace(tzinfo=None).isoformat() for time in goog.index.to_pydatetime()]
    np.testing.assert_allclose(account, goog.equity_values, rtol=1e-14)
    np.testing.assert_allclose(column(sheet, "Drawdown"), goog.drawdown, rtol=1e-12)


def test_trades_and_orders_are_whole(book, goog):
    np.testing.assert_allclose(column(book["Trades"], "Profit"), goog.trades["pnl"], rtol=1e-14)
    assert column(book["Trades"], "Side") == goog.trades["side"].tolist()
    assert len(column(book["Orders"], "Price")) == len(goog.orders)


def test_months_equal_the_json_and_what_is_undefined_is_empty(book, goog):
    rows = [list(row) for row in book["Monthly"].iter_rows(min_row=2, values_only=True)]
    years = reporting.summary(goog)["monthly_returns"]
    expected = [[year["year"], *year["months"], year["return"], year["benchmark"]] for year in years]
    for found, wanted in zip(rows, expected, strict=True):
        blank = [value is None or np.isnan(value) for value in wanted]
        assert [value is None for value in found] == blank
        np.testing.assert_allclose(
            [value for value in found if value is not None], [v for v, out in zip(wanted, blank, strict=True) if not out]
        )


def test_hashes_stand_in_full(book, goog):
    assert beside(book["Evidence"], "Result") == goog.hash
    assert beside(book["Evidence"], "Identity") == goog.identity.key


def test_charts_are_excels_own_over_the_sheet_of_equity(book):
    charts = book["Summary"]._charts
    assert len(charts) == 2
    assert {series.val.numRef.f.split("!")[0] for chart in charts for series in chart.series} == {"Equity"}


def test_no_text_is_a_formula_or_a_link(run, closes):
    result = run(closes.rename(columns={"GOOG": FORMULA}), StrategySpec(type="trend_following", parameters={FORMULA: FORMULA}))
    book = opened(reporting.workbook(result))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert FORMULA in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert [cell.coordinate for cell in cells if cell.hyperlink] == []


@pytest.mark.parametrize("name", ["\x00\x07 bell", "a" * 40_000, "株式 \u202eabc", "<&>'\""])
def test_odd_names_leave_a_book_that_opens(run, closes, name):
    result = run(closes.rename(columns={"GOOG": name}).iloc[:300], StrategySpec(type="trend_following"))
    assert opened(reporting.workbook(result)).sheetnames == SHEETS


def test_a_run_without_trades_has_empty_tables_under_their_headings(run, closes):
    flat = pd.DataFrame({"GOOG": np.full(60, 10.0)}, index=closes.index[:60])
    book = opened(reporting.workbook(run(flat, StrategySpec(type="trend_following"))))
    assert book["Trades"].max_row == 1
    assert book["Trades"]["A1"].value == "Instrument"


def test_bars_of_before_1900_are_written_as_text(run, closes):
    early = closes.iloc[:80].set_axis(pd.bdate_range("1890-01-01", periods=80, tz="UTC").as_unit("ns"))
    book = opened(reporting.workbook(run(early, StrategySpec(type="trend_following"))))
    assert column(book["Equity"], "Bar's close (UTC)")[0] == "1890-01-01 00:00"


def test_the_same_result_gives_the_same_bytes_in_another_process(goog, tmp_path):
    (tmp_path / "result.json").write_bytes(goog.canonical_bytes)
    program = (
        "import hashlib, json, sys; from aurelius_kernel import reporting; from aurelius_kernel.model import BacktestResult;"
        "result = BacktestResult.from_document(json.load(open(sys.argv[1])));"
        "print(hashlib.sha256(reporting.workbook(result)).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", program, tmp_path / "result.json"], capture_output=True, text=True, check=True)
    assert there.stdout.strip() == hashlib.sha256(reporting.workbook(goog)).hexdigest()


def test_another_ending_is_refused_before_anything_is_written(goog, tmp_path):
    with pytest.raises(InvalidField, match=r"must end in \.xlsx"):
        reporting.write_xlsx(goog, tmp_path / "book.xls")
    assert list(tmp_path.iterdir()) == []
