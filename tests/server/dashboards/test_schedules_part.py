"""Schedules on the page of jobs: when they are due, what came of them, and pausing or starting one."""

import pytest

from aurelius_kernel.views.pages import schedules

HOURLY = {"notebook": "backtest.ipynb", "parameters": {"strategy": "breakout", "instruments": ["GOOG"]}, "interval_seconds": 3600}


@pytest.fixture(scope="module")
def schedule(house):
    """A schedule of quant-a's."""
    answer = house["quant-a"].post("/api/v1/schedules/", {"name": "Each <hour>", **HOURLY})
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("trigger", "said"),
    [
        ({"cron": "30 16 * * fri", "timezone": "America/New_York"}, "30 16 * * fri, America/New_York"),
        ({"interval_seconds": 3600.0}, "every hour"),
        ({"interval_seconds": 900.0}, "every 15 minutes"),
        ({"interval_seconds": 90.0}, "every 90 seconds"),
        ({"interval_seconds": 172_800.0}, "every 2 days"),
        ({"calendar": "XNYS", "at": "close", "offset_minutes": 30}, "30 minutes after the close of XNYS"),
        ({"calendar": "XLON", "at": "open", "offset_minutes": -1}, "1 minute before the open of XLON"),
        ({"calendar": "XETR", "at": "open", "offset_minutes": 0}, "the open of XETR"),
    ],
)
def test_when_a_schedule_is_due_is_said_in_words(trigger, said):
    assert schedules.in_words(trigger) == said


def test_a_schedule_stands_with_its_next_times(house, looking, schedule):
    looking(house["quant-a"])
    shown = schedules.everything().value
    assert "Each &lt;hour&gt;" in shown
    assert schedule["next_runs"][0][:16].replace("T", " ") in shown


def test_a_schedule_is_paused_and_resumed_by_a_click(house, looking, schedule):
    looking(house["quant-a"])
    part = schedules.everything()
    assert part.hands.do("pause_schedule", schedule["id"]).kind == "good"
    part.hands.afterwards()
    assert "data-act='resume_schedule'" in part.value
    assert part.hands.do("resume_schedule", schedule["id"]).text.startswith("“Each <hour>” goes on, next at")
    part.hands.afterwards()
    assert "data-act='pause_schedule'" in part.value


def test_a_schedule_is_started_now_by_a_click(house, looking, schedule):
    looking(house["quant-a"])
    part = schedules.everything()
    assert "never" in part.value
    assert part.hands.do("run_schedule", schedule["id"]).kind == "good"
    part.hands.afterwards()
    assert ">queued</span>" in part.value


def test_schedules_of_others_are_not_shown(house, looking, schedule):
    looking(house["viewer-a"])
    shown = schedules.everything().value
    assert "Nothing is scheduled" in shown
    assert "data-act" not in shown


def test_a_crafted_click_of_a_viewer_is_refused(house, looking, schedule):
    looking(house["viewer-a"])
    outcome = schedules.everything().hands.do("run_schedule", schedule["id"])
    assert (outcome.kind, "you are viewer" in outcome.text) == ("bad", True)
