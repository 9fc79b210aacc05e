from __future__ import annotations

from dataclasses import replace

import pytest

from aurelius_kernel.reporting import summary
from aurelius_kernel.reporting.notices import notices

FLAGS = (
    "same_bar_fill",
    "close_only",
    "orders_cut",
    "bankrupt",
    "open_at_end",
    "mixed_calendars",
    "mixed_adjustment",
    "mixed_fidelity",
)


@pytest.mark.parametrize("flag", FLAGS)
def test_every_flag_is_a_plain_sentence(goog, flag):
    (sentence,) = notices(summary(replace(goog, flags=(flag,))))
    assert flag not in sentence
    assert sentence[0].isupper() or sentence[0].isdigit()
    assert sentence.endswith(".")


def test_a_run_without_flags_needs_no_notice(goog):
    assert notices(summary(replace(goog, flags=()))) == []


def test_open_trades_are_counted(goog):
    assert notices(summary(goog)) == ["1 trade still open on the last bar, valued at its close: that profit is not realised."]


def test_cut_and_refused_orders_are_counted(goog):
    orders = goog.orders.assign(status=["cut", "cut", "refused", *["filled"] * (len(goog.orders) - 3)])
    told = notices(summary(replace(goog, orders=orders, flags=("orders_cut",))))
    assert told == ["Orders went beyond the leverage limit of 1× equity: 2 were cut and 1 refused."]


def test_a_flag_that_is_not_known_is_told_by_its_name(goog):
    assert notices(summary(replace(goog, flags=("new_flag",)))) == ["The run is flagged new_flag."]
