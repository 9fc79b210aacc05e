"""Reports over the API: comparisons, portfolios, tables and notebooks on paper, for those who may read what is in them."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pypdf
import pytest

RUN = "/api/v1/backtests/run"


@pytest.fixture(scope="module")
def two(finished, staff, wait):
    """Two finished backtests of quant-a's: their ids, the second of another strategy of the same name."""
    quant = staff["quant-a"]
    asked = {"name": "Trend", "strategy_type": "mean_reversion"}
    other = quant.post("/api/v1/strategies/", asked).json()["id"]
    queued = quant.post(RUN, {"strategy_id": other, "start_date": "2011-01-03", "end_date": "2012-12-31"}).json()
    wait(quant, f"/api/v1/backtests/{queued['backtest_id']}/status")
    return finished[1]["backtest"]["id"], queued["backtest_id"]


def test_backtests_side_by_side_have_the_numbers_of_the_bars_they_share(two, staff):
    told = staff["quant-a"].get("/api/v1/comparisons/report.json", params={"backtest_ids": ",".join(two)}).json()
    assert list(told["tables"]["Return"]["columns"][1:]) == ["Trend", "Trend (2)"]
    assert told["facts"]["First shared bar"].startswith("2011-01-03")
    second = staff["quant-a"].get(f"/api/v1/backtests/{two[1]}").json()["backtest"]["metrics"]["total_return"]
    assert told["tables"]["Return"]["rows"][0][2] * 100 == pytest.approx(second, rel=1e-9)


def test_a_portfolio_is_drawn_in_every_format(two, staff):
    asked = {"backtest_ids": ",".join(two), "weights": "0.25,0.75", "rebalance": "monthly"}
    pdf, book, page = (staff["quant-a"].get(f"/api/v1/portfolios/report.{kind}", params=asked) for kind in ("pdf", "xlsx", "html"))
    assert "Trend 25.0%" in pypdf.PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
    assert "Contributions" in openpyxl.load_workbook(io.BytesIO(book.content)).sheetnames
    assert "Portfolio of backtests" in page.text
    for answer in (pdf, book, page):
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("comparisons", {}, "backtest_ids"),
        ("comparisons", {"backtest_ids": "one"}, "backtest_ids"),
        ("comparisons", {"backtest_ids": "one,one"}, "backtest_ids"),
        ("comparisons", {"backtest_ids": ",".join(map(str, range(21)))}, "backtest_ids"),
        ("portfolios", {"backtest_ids": "one,two", "weights": "a,b"}, "weights"),
        ("portfolios", {"backtest_ids": "one,two", "rebalance": "weekly"}, "rebalance"),
    ],
)
def test_a_question_that_makes_no_sense_names_its_field(staff, path, query, field):
    answer = staff["quant-a"].get(f"/api/v1/{path}/report.json", params=query)
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, [field])


@pytest.mark.parametrize("weights", ["0.5", "0.5,0.4", "1.5,-0.5"])
def test_shares_that_do_not_fit_are_refused(two, staff, weights):
    asked = {"backtest_ids": ",".join(two), "weights": weights}
    answer = staff["quant-a"].get("/api/v1/portfolios/report.json", params=asked)
    assert answer.status_code == 422
    assert all(name.startswith("weights") for name in answer.json()["error"]["fields"])


def test_nobody_compares_what_is_not_theirs_to_read(two, staff):
    for who in ("quant-b", "analyst-a", "viewer-a"):
        assert staff[who].get("/api/v1/comparisons/report.json", params={"backtest_ids": ",".join(two)}).status_code == 404
        for rest in ("trades.csv", "equity.csv", "notebook.pdf"):
            assert staff[who].get(f"/api/v1/backtests/{two[0]}/{rest}").status_code == 404


def test_tables_are_had_as_csv_with_the_numbers_of_the_api(finished, staff):
    detail = finished[1]
    base = f"/api/v1/backtests/{detail['backtest']['id']}"
    equity, trades = (
        list(csv.DictReader(io.StringIO(staff["quant-a"].get(f"{base}/{name}.csv").text))) for name in ("equity", "trades")
    )
    assert [float(row["equity"]) for row in equity] == pytest.approx([point["equity"] for point in detail["equity_curve"]])
    assert [float(row["pnl"]) for row in trades] == pytest.approx([trade["pnl"] for trade in detail["trades"]])
    assert staff["quant-a"].get(f"{base}/orders.csv").headers["Content-Type"] == "text/csv; charset=utf-8"


def test_the_executed_notebook_is_had_on_paper(finished, staff):
    backtest = finished[1]["backtest"]
    for path in (f"/api/v1/backtests/{backtest['id']}/notebook.pdf", f"/api/v1/jobs/{backtest['job_id']}/notebook.pdf"):
        answer = staff["quant-a"].get(path)
        assert answer.status_code == 200, answer.text
        text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
        assert "trend_following" in text
        assert "Sharpe ratio" in text


def test_a_report_is_drawn_once(two, shop, staff):
    asked = {"backtest_ids": ",".join(reversed(two))}
    first = staff["quant-a"].get("/api/v1/comparisons/report.json", params=asked)
    kept = {path: path.stat().st_mtime_ns for path in (shop.folder / "home/reports").iterdir()}
    again = staff["quant-a"].get("/api/v1/comparisons/report.json", params=asked)
    assert json.loads(first.content) == json.loads(again.content)
    assert {path: path.stat().st_mtime_ns for path in (shop.folder / "home/reports").iterdir()} == kept
