"""The pages of validations, against a validation that ran: what they show is what the API says, to whom it says it."""

import json
from urllib.parse import unquote

import numpy as np
import pytest

from aurelius_kernel.views import pages
from aurelius_kernel.views.numerals import ratio


@pytest.fixture
def detail(staff, studied):
    """The validation, as the API tells it."""
    return staff["analyst-a"].get(f"/api/v1/validation/{studied['validation']}").json()


def test_the_page_shows_the_numbers_of_the_api(staff, looking, studied, detail):
    looking(staff["analyst-a"], validation_id=studied["validation"])
    shown = pages.validation.head().value
    told = detail["validation"]
    assert f"{ratio(told['stability'], 0)} of 100" in shown
    assert ratio(told["metrics"]["sharpe_ratio"]) in shown
    assert ("Not passed" in shown) is not told["passed"]


def test_its_reports_are_links_that_work(staff, looking, studied):
    looking(staff["analyst-a"], validation_id=studied["validation"])
    address = f"/api/v1/validation/{studied['validation']}/report.json"
    assert f"href='../../..{address}' download" in pages.validation.head().value
    assert staff["analyst-a"].get(address).status_code == 200


def test_the_stitched_account_is_drawn_beside_buy_and_hold(staff, looking, studied, detail):
    looking(staff["analyst-a"], validation_id=studied["validation"])
    lines = pages.validation.account().children[0].children[1].marks[0]
    ends = [[point[name] for point in (detail["equity_curve"][0], detail["equity_curve"][-1])] for name in ("equity", "benchmark")]
    np.testing.assert_array_equal(np.array(lines.y)[:, [0, -1]], ends)


def test_every_window_is_drawn_and_listed(staff, looking, studied, detail):
    looking(staff["analyst-a"], validation_id=studied["validation"])
    timeline, sharpes = pages.validation.windows().children
    assert timeline.value.count("<rect") == 2 * len(detail["windows"])
    np.testing.assert_array_equal(sharpes.children[1].marks[1].y, [window["train_sharpe"] or 0.0 for window in detail["windows"]])
    rows = unquote(pages.validation.windows_table().value).partition("charset=utf-8,")[2].partition("'")[0].splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == [window["train_start"] for window in detail["windows"]]


def test_what_is_known_of_luck_is_told(staff, looking, studied, detail):
    looking(staff["analyst-a"], validation_id=studied["validation"])
    assert f"{100 * detail['overfitting']['pbo']:.1f}%" in pages.validation.luck().value
    ranks, histories = (part.children[1] for part in pages.validation.histories().children)
    assert sum(ranks.marks[0].y) == sum(detail["overfitting"]["logits"]["splits"])
    assert len(histories.marks) == 4


def test_the_list_leads_to_ones_own_and_to_no_others(staff, looking, studied):
    looking(staff["analyst-a"])
    assert f"validation_id={studied['validation']}" in pages.validations.everything().value
    looking(staff["quant-b"])
    assert "class='state'" in pages.validations.everything().value


@pytest.mark.parametrize("validation_id", ["", "nope", "<script>"])
def test_a_validation_that_is_not_there_is_said_to_be_missing(staff, looking, validation_id):
    looking(staff["viewer-a"], validation_id=validation_id)
    assert "There is no such validation" in pages.validation.head().value
    assert pages.validation.account().children == pages.validation.windows().children == pages.validation.histories().children == ()
    assert pages.validation.luck().value == pages.validation.windows_table().value == ""


def test_a_validation_is_run_from_the_form_and_cancelled_by_a_click(staff, looking, studied):
    analyst = staff["analyst-a"]
    looking(analyst)
    form = pages.new_validation.form()
    form.submit({"strategy_id": studied["strategy"], "instruments": ["GOOG"], "train_size_days": 10_000})
    assert (form.outcome["kind"], list(form.outcome["fields"])) == ("bad", ["window_size_days"])
    form.submit({"strategy_id": studied["strategy"], "instruments": ["GOOG"], "window_size_days": 63})
    assert form.outcome["progress"] is not None, form.outcome
    validation_id = form.outcome["href"].partition("=")[2]
    job = analyst.get(f"/api/v1/validation/{validation_id}").json()["validation"]["job_id"]
    looking(analyst, validation_id=validation_id)
    head = pages.validation.head()
    assert f"data-act='cancel_job' data-id='{job}'" in head.value
    assert head.hands.do("cancel_job", job).kind in {"good", "soft"}


def test_numbers_that_are_not_there_are_dashes(staff, looking):
    looking(staff["viewer-a"])
    assert json.dumps(pages.validations.numbers().value).count("0 of 0") == 1
