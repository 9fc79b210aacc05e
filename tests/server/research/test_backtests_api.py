"""Backtests over HTTP: run by a notebook on a worker, answered with their numbers and files, and nobody else's business."""

import json

import pytest

from aurelius_kernel.artifacts import Store, load_result

RUN = "/api/v1/backtests/run"


def test_a_backtest_is_queued_and_names_its_job(finished, strategy):
    answer = finished[0]
    body = answer.json()
    assert (answer.status_code, body["status"]) == (202, "queued")
    assert body["execution_metadata"] == {"seed": 42, "data_source": "default"}
    assert answer.headers["Location"] == f"/api/v1/backtests/{body['backtest_id']}"


def test_a_finished_backtest_has_the_numbers_of_its_result_in_percent(finished, shop):
    backtest, trades, curve = (finished[1][name] for name in ("backtest", "trades", "equity_curve"))
    result = load_result(Store(shop.folder / "home/store"), backtest["result"])
    assert backtest["status"] == "completed"
    assert backtest["metrics"]["total_return"] == pytest.approx(100 * (result.equity_values[-1] / 50_000 - 1))
    assert backtest["metrics"]["max_drawdown"] == pytest.approx(100 * result.drawdown.min())
    assert backtest["metrics"]["sharpe_ratio"] == pytest.approx(result.metrics["sharpe_ratio"])
    assert [point["equity"] for point in curve] == list(result.equity_values)
    assert [trade["pnl"] for trade in trades] == list(result.trades["pnl"])
    assert trades[0]["return"] == pytest.approx(100 * result.trades["return"].iloc[0])


def test_its_account_stands_beside_buy_and_hold_with_exposure_and_costs(finished, shop):
    curve, result = finished[1]["equity_curve"], load_result(Store(shop.folder / "home/store"), finished[1]["backtest"]["result"])
    exposure = 100 * (1 - result.cash_values / result.equity_values)
    orders = result.orders
    assert [point["benchmark"] for point in curve] == list(result.benchmark_values)
    assert [point["exposure"] for point in curve] == pytest.approx(list(exposure))
    assert finished[1]["costs"]["commission"] == pytest.approx(orders["commission"].sum())
    assert finished[1]["costs"]["slippage"] == pytest.approx(orders["slippage"].sum())
    assert curve[-1]["costs"] == pytest.approx(orders["commission"].sum() + orders["slippage"].sum())
    first = result.index.get_loc(orders["time"].iloc[0])
    assert [curve[first - 1]["costs"] == 0.0, curve[first]["costs"] > 0.0] == [True, True]
    assert finished[1]["periods_per_year"] == result.periods_per_year


def test_the_files_of_a_backtest_are_what_they_say(finished, staff):
    base = f"/api/v1/backtests/{finished[1]['backtest']['id']}"
    names = ("report.pdf", "report.xlsx", "report.html", "report.json", "notebook.ipynb")
    pdf, workbook, page, numbers, notebook = (staff["quant-a"].get(f"{base}/{name}") for name in names)
    assert pdf.content.startswith(b"%PDF-")
    assert workbook.content.startswith(b"PK")
    assert page.text.lstrip().casefold().startswith("<!doctype html>")
    assert json.loads(numbers.content)
    assert {"parameters", "injected-parameters"} <= {
        tag for cell in notebook.json()["cells"] for tag in cell["metadata"].get("tags", [])
    }
    for answer in (pdf, workbook, page, numbers, notebook):
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_its_events_tell_the_story_once_and_in_order(finished, staff):
    told = staff["quant-a"].get("/api/v1/events", params={"limit": 1000}).json()["events"]
    own = [event for event in told if event["data"].get("backtest_id") == finished[1]["backtest"]["id"]]
    kinds = [event["type"] for event in own if event["type"] != "backtest_progress"]
    assert kinds == ["backtest_queued", "backtest_started", "backtest_completed"]
    assert own[-1]["data"]["metrics"] == finished[1]["backtest"]["metrics"]
    fractions = [event["data"]["fraction"] for event in own if event["type"] == "backtest_progress"]
    assert fractions == sorted(fractions)


def test_a_question_that_was_asked_before_is_answered_at_once(finished, staff, strategy):
    asked = {"strategy_id": strategy, "start_date": "2010-01-01", "end_date": "2012-12-31", "initial_capital": 50_000}
    again = staff["quant-a"].post(RUN, asked).json()
    other = staff["quant-a"].post(RUN, {**asked, "seed": 7}).json()
    staff["quant-a"].post(f"/api/v1/backtests/{other['backtest_id']}/cancel")
    assert (again["status"], other["status"]) == ("completed", "queued")
    found = staff["quant-a"].get(f"/api/v1/backtests/{again['backtest_id']}").json()["backtest"]
    assert found["result"] == finished[1]["backtest"]["result"]


def test_a_run_is_found_by_its_identity(finished, staff):
    identity = finished[1]["backtest"]["identity"]
    found = staff["quant-a"].get("/api/v1/backtests/audit/replay", params=identity)
    assert found.json()["backtest"]["result"] == finished[1]["backtest"]["result"]
    assert staff["quant-b"].get("/api/v1/backtests/audit/replay", params=identity).status_code == 404
    unknown = {**identity, "seed": 4_294_967_295}
    assert staff["quant-a"].get("/api/v1/backtests/audit/replay", params=unknown).status_code == 404


def test_the_same_idempotency_key_queues_once(staff, strategy):
    key, asked = {"Idempotency-Key": "once"}, {"strategy_id": strategy, "seed": 1, "start_date": "2012-01-01"}
    first, second = (staff["quant-a"].post(RUN, asked, headers=key).json() for _ in range(2))
    other = staff["quant-a"].post(RUN, {**asked, "seed": 2}, headers=key)
    staff["quant-a"].post(f"/api/v1/backtests/{first['backtest_id']}/cancel")
    assert first == second
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("asked", "status", "field"),
    [
        ({"start_date": "2012-01-01", "end_date": "2011-01-01"}, 400, "start_date"),
        ({"instruments": ["GOOGL"]}, 400, "instruments"),
        ({"initial_capital": 0}, 422, "initial_capital"),
        ({"seed": -1}, 422, "seed"),
        ({"data_source": "nowhere"}, 400, "data_source"),
        ({"options": {"leverag": 2.0}}, 400, "parameter"),
        ({"options": {"capital": 5.0}}, 422, "options.capital"),
        ({"options": {"leverage": "x"}}, 422, "leverage"),
        ({"options": {"x=1; import os; os.abort() #": 1}}, 400, "parameter"),
        ({"notebook": "../../etc/passwd.ipynb"}, 422, "notebook"),
        ({"start_date": "2013-02-26"}, 400, "start_date"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field_and_queues_nothing(staff, strategy, asked, status, field):
    before = staff["quant-a"].get("/api/v1/jobs/").json()["total"]
    answer = staff["quant-a"].post(RUN, {"strategy_id": strategy, **asked})
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (status, [field])
    assert staff["quant-a"].get("/api/v1/jobs/").json()["total"] == before


def test_b2_another_users_backtest_is_not_there(finished, staff, strategy):
    backtest_id = finished[1]["backtest"]["id"]
    for who in ("quant-b", "analyst-a", "viewer-a"):
        person = staff[who]
        for rest in ("", "/status", "/report.pdf", "/report.json", "/notebook.ipynb"):
            assert person.get(f"/api/v1/backtests/{backtest_id}{rest}").status_code == 404
        assert person.post(f"/api/v1/backtests/{backtest_id}/cancel").status_code == (403 if who == "viewer-a" else 404)
        assert person.post(RUN, {"strategy_id": strategy}).status_code == (403 if who == "viewer-a" else 404)
        assert backtest_id not in person.get("/api/v1/backtests/", params={"limit": 200}).text
    assert staff["admin"].get(f"/api/v1/backtests/{backtest_id}").status_code == 200


def test_backtests_are_listed_by_strategy_and_state(finished, staff, strategy):
    listed = (
        staff["quant-a"].get("/api/v1/backtests/", params={"strategy_id": strategy, "status": "completed", "limit": 200}).json()
    )
    assert finished[1]["backtest"]["id"] in {backtest["id"] for backtest in listed["backtests"]}
    assert {backtest["status"] for backtest in listed["backtests"]} == {"completed"}
    assert staff["quant-a"].get("/api/v1/backtests/", params={"strategy_id": "another"}).json()["total"] == 0


def test_a_finished_backtest_cannot_be_cancelled(finished, staff):
    answer = staff["quant-a"].post(f"/api/v1/backtests/{finished[1]['backtest']['id']}/cancel")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")


def test_a_backtest_that_is_shared_is_read_by_whom_it_is_shared_with_and_no_longer(finished, staff):
    path = f"/api/v1/backtests/{finished[1]['backtest']['id']}"
    viewer = staff["viewer-a"]
    share, other = (staff["quant-a"].post(f"{path}/shares/", {"email": staff[who].email}).json() for who in ("viewer-a", "quant-b"))
    assert viewer.get(path).json()["backtest"] == finished[1]["backtest"]
    assert viewer.get(f"{path}/report.json").status_code == 200
    assert viewer.get("/api/v1/backtests/").json()["total"] == 1
    assert staff["analyst-a"].get(path).status_code == 404
    for method, rest in (("POST", "/cancel"), ("POST", "/shares/"), ("GET", "/shares/")):
        body = {"email": staff["analyst-a"].email} if rest == "/shares/" and method == "POST" else None
        assert staff["quant-b"].call(method, f"{path}{rest}", body).status_code == 403
    for one in (share, other):
        assert staff["quant-a"].call("DELETE", f"{path}/shares/{one['id']}").status_code == 204
    assert viewer.get(path).status_code == 404
