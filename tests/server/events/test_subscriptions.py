"""Subscriptions: types added and given up, each whole or narrowed by its data."""

from datetime import UTC, datetime

import pytest

from aurelius_kernel.errors import InvalidField, UnknownName
from server_ext.access.visibility import Audience
from server_ext.events.frames import Framed
from server_ext.events.subscriptions import BY_DEFAULT, EVERYTHING, Subscriptions
from server_ext.events.types import DEFAULTS, EVENT_TYPES
from server_ext.events.views import View


class Ann:
    id, team, is_admin = "ann", None, False


def event(type, data="{}", owner="ann"):
    return Framed(
        seq=1, at=datetime(2026, 1, 1, tzinfo=UTC), type=type, audience=Audience.OWNER, owner_id=owner, team=None, text=data
    )


def wants(subscriptions, *events):
    view = View(Ann(), subscriptions)
    return [view.wants(one) for one in events]


def test_a_subscription_adds_to_the_defaults_and_is_given_up_again():
    more = BY_DEFAULT.adding(["job_failed"], {})
    assert set(more.names) == {*DEFAULTS, "job_failed"}
    assert more.without(["job_failed"], {}) == BY_DEFAULT


def test_a_filter_narrows_a_type_and_several_filters_widen_it_again():
    one = Subscriptions.of(["backtest_progress"], {"backtest_id": "b1"})
    two = one.adding(["backtest_progress"], {"backtest_id": "b2", "stage": "fills"})
    first, second = event("backtest_progress", '{"backtest_id":"b1"}'), event("backtest_progress", '{"backtest_id":"b2"}')
    third = event("backtest_progress", '{"backtest_id":"b2","stage":"fills"}')
    assert wants(one, first, second, third) == [True, False, False]
    assert wants(two, first, second, third) == [True, False, True]


def test_a_type_that_is_wanted_whole_is_not_narrowed_by_a_filter_beside_it():
    both = Subscriptions.of(["job_failed"], {"job_id": "1"}).adding(["job_failed"], {})
    assert wants(both, event("job_failed", '{"job_id":"2"}')) == [True]


def test_giving_up_with_a_filter_gives_up_what_was_narrowed_just_so():
    both = Subscriptions.of(["job_failed"], {"job_id": "1"}).adding(["job_failed"], {"job_id": "2"})
    assert both.without(["job_failed"], {"job_id": "1"}) == Subscriptions.of(["job_failed"], {"job_id": "2"})
    assert both.without(["job_failed"], {}).names == []


def test_all_means_every_type_and_can_be_reduced():
    assert EVERYTHING.names == sorted(EVENT_TYPES)
    assert Subscriptions.of(["all"], {}) == EVERYTHING
    assert EVERYTHING.without(["notification"], {}).names == sorted(set(EVENT_TYPES) - {"notification"})


def test_all_narrowed_means_every_type_that_has_the_field():
    narrowed = Subscriptions.of(["all"], {"backtest_id": "b1"})
    assert set(narrowed.names) == {name for name, kind in EVENT_TYPES.items() if "backtest_id" in kind.fields}
    mine, other, another = event("backtest_started", '{"backtest_id":"b1"}'), event("job_failed"), event("backtest_started", "{}")
    assert wants(narrowed, mine, other, another) == [True, False, False]
    with pytest.raises(InvalidField, match="no type of event has that"):
        Subscriptions.of(["all"], {"nothing": "b1"})


@pytest.mark.parametrize("name", ["nothing", "*", "backtest_*", "", "user:ann", "notification ", "all,*", "%2a"])
def test_w6_a_name_that_is_no_type_is_refused_wildcards_too(name):
    with pytest.raises(UnknownName):
        BY_DEFAULT.adding([name], {})


@pytest.mark.parametrize("field", ["owner_id", "team", "seq", "nothing"])
def test_w6_a_filter_names_data_of_its_type_and_nothing_else(field):
    with pytest.raises(InvalidField, match="is no field of"):
        BY_DEFAULT.adding(["backtest_progress"], {field: "x"})


def test_w6_a_filter_never_shows_what_belongs_to_others():
    of_another = Subscriptions.of(["backtest_progress"], {"backtest_id": "b1"})
    assert wants(of_another, event("backtest_progress", '{"backtest_id":"b1"}', owner="bob")) == [False]


def test_filters_are_bounded():
    narrowed = BY_DEFAULT
    for number in range(100 - len(DEFAULTS)):
        narrowed = narrowed.adding(["job_failed"], {"job_id": str(number)})
    with pytest.raises(InvalidField, match="more than"):
        narrowed.adding(["job_failed"], {"job_id": "one more"})
