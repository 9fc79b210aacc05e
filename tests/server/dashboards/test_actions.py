"""What can be done on a page: offered to those who may, checked by the platform, and answered in a sentence."""

import threading
import time

import pytest

from aurelius_kernel.views import pages
from aurelius_kernel.views.pages.form import Form
from aurelius_kernel.views.pages.hands import Hands
from aurelius_kernel.views.pages.outcome import Outcome
from tests.support.waiting import until_the_end

NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def strategy(studied):
    """A strategy of analyst-a."""
    return studied["strategy"]


def test_a_viewer_is_offered_nothing_to_do(staff, looking):
    looking(staff["viewer-a"])
    forms = [pages.new_backtest.form(), pages.new_validation.form()]
    assert [type(form) is Form for form in forms] == [False, False]
    assert "Actions" not in pages.strategies.everything().value + pages.jobs.queue().value


def test_an_analyst_is_offered_runs_where_they_are_expected(staff, looking, studied):
    looking(staff["analyst-a"], backtest_id=studied["backtest"])
    assert "validations.ipynb?new=validation" in pages.backtest.head().value
    assert f"backtests.ipynb?new=backtest&amp;strategy_id={studied['strategy']}" in pages.strategies.everything().value.replace(
        "&s", "&amp;s"
    )


def test_a_form_opens_with_the_strategy_that_the_address_names(staff, looking, strategy):
    looking(staff["analyst-a"], new="backtest", strategy_id=strategy)
    form = pages.new_backtest.form()
    assert (form.is_open, form.fields[0]["value"]) == (True, strategy)
    assert strategy in [value for value, _ in form.fields[0]["options"]]


def test_a_backtest_is_run_from_the_form_and_told_of_until_it_has_ended(staff, looking, strategy):
    looking(staff["analyst-a"])
    form = pages.new_backtest.form()
    form.submit(
        {"strategy_id": strategy, "instruments": ["GOOG"], "start_date": "2010-03-01", "end_date": "", "costs.slippage_bps": 3}
    )
    assert form.outcome["kind"] in {"soft", "good"}, form.outcome
    backtest_id = form.outcome["href"].partition("=")[2]
    until_the_end(staff["analyst-a"], f"/api/v1/backtests/{backtest_id}/status")
    form.ears.heard += 1
    assert (form.outcome["text"], form.outcome["progress"]) == ("The backtest is complete.", None)
    spec = staff["analyst-a"].get(f"/api/v1/backtests/{backtest_id}").json()["backtest"]["spec"]
    assert (spec["start"][:10], spec["costs"]["slippage_bps"]) == ("2010-03-01", 3)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"initial_capital": -1}, "initial_capital"),
        ({"instruments": ["NOPE"]}, "instruments"),
        ({"start_date": "2030-01-01"}, "start_date"),
        ({"costs.commission_bps": -4}, "costs"),
        ({"strategy_id": NOBODY}, None),
    ],
)
def test_what_the_platform_refuses_is_said_at_the_field_it_names(staff, looking, strategy, values, problem):
    looking(staff["analyst-a"])
    form = pages.new_backtest.form()
    form.submit({"strategy_id": strategy, "instruments": ["GOOG"], **values})
    assert form.outcome["kind"] == "bad"
    assert [name.partition(".")[0] for name in form.outcome["fields"]] == ([problem] if problem else [])


def test_values_that_no_field_asks_for_are_left_out(staff, looking, strategy):
    looking(staff["analyst-a"])
    seen = []
    form = Form(
        lambda given: seen.append(given) or (lambda: Outcome(text="done")), "A form", "Go", [{"name": "costs.a"}, {"name": "b"}]
    )
    form.submit({"costs.a": 3, "b": "", "c": "smuggled"})
    assert seen == [{"costs": {"a": 3}}]


def test_a_job_is_cancelled_and_run_again_by_clicks_on_its_row(house, looking):
    person = house["quant-a"]
    looking(person)
    job = person.post("/api/v1/jobs/", {"notebook": "backtest.ipynb", "parameters": {"strategy": "breakout"}}).json()["job_id"]
    part = pages.jobs.queue()
    assert f"data-act='cancel_job' data-id='{job}'" in part.value
    assert part.hands.do("cancel_job", job).kind in {"good", "soft"}
    until_the_end(person, f"/api/v1/jobs/{job}")
    part.hands.afterwards()
    assert f"data-act='retry_job' data-id='{job}'" in part.value
    assert part.hands.do("retry_job", job).text == "The job is queued again, as it was asked."
    part.hands.afterwards()
    assert person.get("/api/v1/jobs/", params={"limit": 1}).json()["jobs"][0]["error"] is None
    person.post(f"/api/v1/jobs/{job}/cancel")


@pytest.mark.parametrize("identifier", ["", "../../auth/logout", NOBODY + "/x", "<script>"])
def test_a_click_on_what_is_no_identifier_does_nothing(house, looking, identifier):
    looking(house["quant-a"])
    assert pages.jobs.queue().hands.do("cancel_job", identifier) == Outcome(text="There is no such action.", kind="bad")


def test_an_act_that_the_part_does_not_know_does_nothing(house, looking):
    looking(house["quant-a"])
    assert pages.jobs.queue().hands.do("remove_user", NOBODY).text == "There is no such action."


def test_what_a_crafted_click_of_a_viewer_asks_for_is_refused_by_the_platform(house, looking):
    looking(house["viewer-a"])
    outcome = pages.jobs.queue().hands.do("cancel_job", NOBODY)
    assert (outcome.kind, "you are viewer" in outcome.text) == ("bad", True)


def test_another_account_is_not_offered_what_is_not_its_own(staff, looking):
    person = staff["quant-a"]
    job = person.post("/api/v1/jobs/", {"notebook": "research/sleepy.ipynb", "parameters": {"seconds": 30}}).json()["job_id"]
    looking(staff["quant-b"])
    assert job not in pages.jobs.queue().value
    looking(person)
    assert pages.jobs.queue().hands.do("cancel_job", job).kind in {"good", "soft"}


def test_a_click_is_answered_beside_the_page():
    hands, heard, done = Hands(wait=lambda _identifier: time.sleep(0.2) or Outcome(text="done")), [], threading.Event()
    hands.send = lambda content: (heard.append(content), done.set())
    hands._handle_custom_msg({"act": "wait", "id": NOBODY}, [])
    assert heard == []
    assert done.wait(10)
    assert (heard[0]["id"], heard[0]["outcome"]["text"]) == (NOBODY, "done")
