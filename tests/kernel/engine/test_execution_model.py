"""Each sentence of docs/explanation/execution-model.md, worked by hand on a few bars."""

from __future__ import annotations

import numpy as np
import pytest

from aurelius_kernel.errors import ImpossibleRequest
from tests.kernel.engine.conftest import fills

FLAT = [[100], [100], [100], [100], [100]]
UP = [[10], [20], [40], [80], [160]]
NO_BAR = [np.nan] * 5


def test_a_signal_fills_at_the_next_open(run):
    bars = [[10, 11, 9, 10], [12, 14, 11, 13], [15, 16, 14, 15], [20, 21, 19, 20]]
    done = run(bars, entries=[0], exits=[1])
    size = round(1000 / 12, 9)
    assert fills(done) == [(1, "buy", "market", size, 12.0), (2, "sell", "market", size, 15.0)]
    assert done.equity[-1] == pytest.approx(1000 / 12 * 15)


def test_a_same_bar_fill_is_at_the_close_and_is_told(run):
    done = run([[10, 11, 9, 10], [12, 14, 11, 13], [15]], entries=[1], spec={"execution": "close"})
    assert fills(done) == [(1, "buy", "market", round(1000 / 13, 9), 13.0)]
    assert "same_bar_fill" in done.flags


def test_signals_of_the_last_bar_never_fill(run):
    assert fills(run(FLAT, entries=[4])) == []


def test_an_entry_and_an_exit_on_one_bar_decide_nothing(run):
    assert fills(run(FLAT, entries=[0], exits=[0])) == []


def test_entries_of_both_sides_on_one_bar_decide_nothing(run):
    assert fills(run(FLAT, entries=[0], short_entries=[0], spec={"direction": "both"})) == []


def test_a_signal_on_a_bar_the_instrument_lacks_waits_for_its_next_bar(run):
    done = run({"A": [[100], NO_BAR, [110], [120]], "B": FLAT[:4]}, entries={"A": [1]})
    assert fills(done) == [(2, "buy", "market", round(500 / 110, 9), 110)]


def test_an_entry_of_the_side_held_takes_back_a_reversal_still_pending(run):
    bars = {"A": [[100], [100], NO_BAR, [100]], "B": FLAT[:4]}
    done = run(bars, entries={"A": [0, 2]}, short_entries={"A": [1]}, spec={"direction": "both"})
    assert fills(done) == [(1, "buy", "market", 5, 100)]


def test_an_exit_takes_back_the_opening_of_a_reversal_and_leaves_its_close(run):
    bars = {"A": [[100], [100], NO_BAR, [100]], "B": FLAT[:4]}
    done = run(bars, entries={"A": [0]}, short_entries={"A": [1]}, short_exits={"A": [2]}, spec={"direction": "both"})
    assert fills(done) == [(1, "buy", "market", 5, 100), (3, "sell", "market", 5, 100)]


def test_an_entry_while_long_does_nothing(run):
    assert len(fills(run(FLAT, entries=[0, 1, 2]))) == 1


def test_a_reversal_is_a_close_and_an_opening(run):
    done = run(FLAT, entries=[0], short_entries=[1], spec={"direction": "both"})
    assert fills(done) == [(1, "buy", "market", 10, 100), (2, "sell", "market", 10, 100), (2, "sell", "market", 10, 100)]
    assert done.positions[-1, 0] == -10


def test_direction_long_ignores_short_entries(run):
    assert fills(run(FLAT, short_entries=[0])) == []


def test_direction_short_ignores_long_entries(run):
    assert fills(run(FLAT, entries=[0], spec={"direction": "short"})) == []


def test_a_short_position_gains_what_the_price_loses(run):
    done = run([[100], [100], [80], [80]], short_entries=[0], spec={"direction": "short"})
    assert done.equity.tolist() == [1000, 1000, 1200, 1200]


def test_commission_and_slippage_come_out_of_the_budget(run):
    costs = {"commission_bps": 100.0, "slippage_bps": 200.0}
    done = run(FLAT, entries=[0], exits=[1], spec={"costs": costs})
    size = 1000 / (102 * 1.01)
    proceeds = size * 98 * 0.99
    assert done.orders["commission"].tolist() == pytest.approx([size * 102 * 0.01, size * 98 * 0.01])
    assert done.orders["slippage"].tolist() == pytest.approx([size * 2, size * 2])
    assert done.equity[-1] == pytest.approx(proceeds)


def test_commission_per_share_has_a_minimum(run):
    costs = {"commission_bps": 0.0, "slippage_bps": 0.0, "commission_per_share": 0.5, "commission_minimum": 20.0}
    done = run(FLAT, entries=[0], spec={"costs": costs})
    assert done.orders.loc[0, ["size", "commission"]].tolist() == pytest.approx([9.8, 20.0])


def test_the_half_spread_is_paid_on_both_sides(run):
    costs = {"commission_bps": 0.0, "slippage_bps": 0.0, "half_spread": 1.0}
    assert run(FLAT, entries=[0], exits=[1], spec={"costs": costs}).orders["price"].tolist() == [101.0, 99.0]


def test_a_short_that_would_bring_nothing_is_refused(run):
    costs = {"commission_bps": 0.0, "slippage_bps": 0.0, "half_spread": 100.0}
    done = run(FLAT, short_entries=[0], spec={"direction": "short", "costs": costs})
    assert done.orders[["status", "reason"]].values.tolist() == [["refused", "no budget"]]


def test_volume_impact_moves_the_price_by_the_square_of_the_share(run):
    costs = {"commission_bps": 0.0, "slippage_bps": 0.0, "volume_impact": 0.1}
    bars = [[100, 100, 100, 100, 40]] * 3
    done = run(bars, entries=[0], spec={"costs": costs, "sizing": {"kind": "fixed_cash", "amount": 900.0}})
    size, price = done.orders.loc[0, ["size", "price"]]
    assert price == pytest.approx(100 * (1 + 0.1 * (size / 40) ** 2))
    assert size * price == pytest.approx(900)


def test_a_short_is_sized_without_its_impact(run):
    costs = {"commission_bps": 0.0, "slippage_bps": 0.0, "volume_impact": 0.1}
    sizing = {"kind": "fixed_cash", "amount": 900.0}
    done = run([[100, 100, 100, 100, 40]] * 3, short_entries=[0], spec={"direction": "short", "costs": costs, "sizing": sizing})
    assert fills(done) == [(1, "sell", "market", 9, round(100 * (1 - 0.1 * (9 / 40) ** 2), 9))]


def test_where_impact_counts_a_bar_without_volume_fills_no_order(run):
    costs = {"commission_bps": 0.0, "slippage_bps": 0.0, "volume_impact": 1e-9}
    done = run([[100], [100, 100, 100, 100, 0], [200], [200]], entries=[0], spec={"costs": costs})
    assert fills(done)[0][:3] == (2, "buy", "market")


def test_whole_shares_are_rounded_down(run):
    assert fills(run([[300], [300], [300]], entries=[0], spec={"whole_shares": True})) == [(1, "buy", "market", 3, 300)]


def test_less_than_one_share_is_refused_and_recorded(run):
    done = run([[3000], [3000], [3000]], entries=[0], spec={"whole_shares": True})
    assert done.orders[["status", "reason"]].values.tolist() == [["refused", "less than one share"]]


def test_fixed_cash_takes_its_amount(run):
    done = run(FLAT, entries=[0], spec={"sizing": {"kind": "fixed_cash", "amount": 250.0}})
    assert fills(done) == [(1, "buy", "market", 2.5, 100)]


def test_an_order_beyond_the_leverage_is_cut_and_keeps_what_was_requested(run):
    done = run(FLAT, entries=[0], spec={"sizing": {"kind": "fraction_of_equity", "fraction": 3.0}, "leverage": 2.0})
    order = done.orders.loc[0]
    assert (order["requested"], order["size"], order["status"], order["reason"]) == (30.0, 20.0, "cut", "leverage")
    assert "orders_cut" in done.flags
    assert done.cash[-1] == -1000.0


def test_the_second_instrument_finds_only_what_the_first_left(run):
    bars = {"B": FLAT, "A": FLAT}
    done = run(bars, entries={"A": [0], "B": [0]}, spec={"sizing": {"kind": "fraction_of_equity", "fraction": 0.7}})
    assert [(row.instrument, round(row.size, 9), row.status) for row in done.orders.itertuples()] == [
        ("A", 7.0, "filled"),
        ("B", 3.0, "cut"),
    ]


def test_reductions_come_before_increases(run):
    bars = {"A": FLAT, "B": FLAT}
    done = run(
        bars, entries={"A": [1], "B": [0]}, exits={"B": [1]}, spec={"sizing": {"kind": "fraction_of_equity", "fraction": 1.0}}
    )
    assert [(row.instrument, row.side) for row in done.orders.itertuples()] == [("B", "buy"), ("B", "sell"), ("A", "buy")]
    assert done.orders["status"].tolist() == ["filled"] * 3


@pytest.mark.parametrize(
    ("bar", "price", "kind"),
    [
        ([100, 101, 94, 96], 95.0, "stop"),
        ([93, 97, 92, 96], 93.0, "stop"),
        ([100, 111, 99, 105], 110.0, "take_profit"),
        ([112, 115, 111, 113], 112.0, "take_profit"),
        ([100, 111, 94, 100], 95.0, "stop"),
    ],
    ids=["stop touched", "stop gapped", "target touched", "target gapped", "both touched"],
)
def test_a_long_position_leaves_at_its_stop_or_target(run, bar, price, kind):
    done = run([[100], [100], bar, [100]], entries=[0], spec={"stop_loss": 0.05, "take_profit": 0.10})
    assert fills(done)[1] == (2, "sell", kind, 10, price)


@pytest.mark.parametrize(
    ("bar", "price", "kind"),
    [
        ([100, 106, 99, 101], 105.0, "stop"),
        ([107, 108, 104, 106], 107.0, "stop"),
        ([100, 101, 89, 95], 90.0, "take_profit"),
        ([88, 89, 85, 86], 88.0, "take_profit"),
        ([100, 106, 89, 100], 105.0, "stop"),
    ],
    ids=["stop touched", "stop gapped", "target touched", "target gapped", "both touched"],
)
def test_a_short_position_leaves_at_its_stop_or_target(run, bar, price, kind):
    spec = {"direction": "short", "stop_loss": 0.05, "take_profit": 0.10}
    assert fills(run([[100], [100], bar, [100]], short_entries=[0], spec=spec))[1] == (2, "buy", kind, 10, price)


def test_a_stop_can_act_on_the_bar_of_the_fill(run):
    done = run([[100], [100, 101, 90, 92], [92]], entries=[0], spec={"stop_loss": 0.05})
    assert fills(done) == [(1, "buy", "market", 10, 100), (1, "sell", "stop", 10, 95)]


def test_after_a_stop_a_new_signal_is_needed(run):
    done = run([[100], [100, 101, 90, 92], [100], [100], [100]], entries=[0, 3], spec={"stop_loss": 0.05})
    assert [fill[0] for fill in fills(done)] == [1, 1, 4]


def test_a_trailing_stop_knows_the_highs_of_earlier_bars_only(run):
    bars = [[100], [100, 100, 100, 100], [100, 120, 99, 118], [118, 118, 107, 107], [100]]
    done = run(bars, entries=[0], spec={"trailing_stop": 0.10})
    assert fills(done)[1] == (3, "sell", "trailing_stop", 10, 108)


def test_a_trail_in_price_units_follows_a_short_down(run):
    bars = [[100], [100], [100, 100, 80, 82], [82, 91, 82, 90], [90]]
    done = run(bars, short_entries=[0], trail_distance={0: 10.0}, spec={"direction": "short"})
    assert fills(done)[1] == (3, "buy", "trailing_stop", 10, 90)


def test_a_trailing_stop_follows_while_the_position_is_enlarged_at_the_close(run):
    bars = [[100], [100, 120, 100, 100], [111, 111, 107, 107]]
    done = run(bars, weights={0: 0.5, 1: 0.6}, spec={"execution": "close", "trailing_stop": 0.10})
    assert fills(done)[-1] == (2, "sell", "trailing_stop", 6, 108)


def test_a_trailing_stop_does_not_know_the_high_of_the_bar_that_filled_a_limit(run):
    bars = [[100], [100, 120, 95, 100], [100, 100, 100, 100], [100]]
    assert len(fills(run(bars, entries=[0], limit_price={0: 95.0}, spec={"trailing_stop": 0.10}))) == 1


def test_the_nearest_of_several_stops_holds(run):
    done = run([[100], [100], [100, 100, 90, 95], [95]], entries=[0], stop_price={0: 97.0}, spec={"stop_loss": 0.05})
    assert fills(done)[1] == (2, "sell", "stop", 10, 97)


def test_a_stop_pays_slippage_and_a_target_does_not(run):
    costs = {"commission_bps": 0.0, "slippage_bps": 100.0}
    stopped = run([[100], [100], [100, 100, 90, 95]], entries=[0], stop_price={0: 95.0}, spec={"costs": costs})
    reached = run([[100], [100], [100, 120, 100, 110]], entries=[0], target_price={0: 110.0}, spec={"costs": costs})
    assert (stopped.orders.loc[1, "price"], reached.orders.loc[1, "price"]) == pytest.approx((95 * 0.99, 110))


@pytest.mark.parametrize(
    ("bar", "expected"),
    [([100, 101, 94, 96], 95.0), ([93, 97, 92, 96], 93.0)],
    ids=["touched", "opened beyond"],
)
def test_a_limit_entry_fills_there_or_better(run, bar, expected):
    costs = {"commission_bps": 0.0, "slippage_bps": 100.0}
    done = run([[100], bar, [100]], entries=[0], limit_price={0: 95.0}, spec={"costs": costs})
    assert fills(done) == [(1, "buy", "limit", round(1000 / expected, 9), expected)]


def test_a_limit_entry_lapses_after_one_bar(run):
    done = run([[100], [100, 101, 96, 98], [90], [90]], entries=[0], limit_price={0: 95.0})
    assert fills(done) == []


def test_a_limit_already_reached_at_the_open_takes_its_turn_among_the_openings(run):
    bars = {"A": [[100], [90], [90]], "B": [[100], [100], [100]]}
    sizing = {"kind": "fraction_of_equity", "fraction": 0.9}
    done = run(bars, entries={"A": [0], "B": [0]}, limit_price={"A": {0: 95.0}}, spec={"sizing": sizing})
    assert fills(done) == [(1, "buy", "limit", 10, 90), (1, "buy", "market", 1, 100)]


def test_a_limit_entry_takes_the_volume_share_once_and_its_rest_lapses(run):
    costs = {"commission_bps": 0.0, "slippage_bps": 0.0, "max_volume_share": 0.1}
    done = run([[100, 100, 100, 100, 40]] * 3, entries=[0], limit_price={0: 101.0}, spec={"costs": costs})
    assert fills(done) == [(1, "buy", "limit", 4, 100)]


def test_a_reversal_by_limit_goes_on_closing_after_the_limit_has_lapsed(run):
    costs = {"commission_bps": 0.0, "slippage_bps": 0.0, "max_volume_share": 0.1}
    bars = [[100], [100], [100, 100, 100, 100, 40], [100]]
    spec = {"direction": "both", "costs": costs}
    done = run(bars, entries=[0], short_entries=[1], limit_price={1: 105.0}, spec=spec)
    assert fills(done)[1:] == [(2, "sell", "market", 4, 100), (3, "sell", "market", 6, 100)]


def test_a_limit_entry_can_be_stopped_on_its_bar_but_not_reach_its_target(run):
    bar = [100, 112, 88, 100]
    stopped = run([[100], bar, [100]], entries=[0], limit_price={0: 95.0}, stop_price={0: 90.0}, target_price={0: 110.0})
    held = run(
        [[100], [100, 112, 94, 100], [100]], entries=[0], limit_price={0: 95.0}, stop_price={0: 90.0}, target_price={0: 110.0}
    )
    assert [fill[2:] for fill in fills(stopped)] == [("limit", round(1000 / 95, 9), 95.0), ("stop", round(1000 / 95, 9), 90.0)]
    assert len(fills(held)) == 1


def test_target_weights_rebalance_at_the_next_open(run):
    done = run([[100], [100], [200], [200]], weights={0: 0.5, 1: 0.5, 2: 0.0})
    assert fills(done) == [(1, "buy", "market", 5, 100), (2, "sell", "market", 1.25, 200), (3, "sell", "market", 3.75, 200)]


def test_a_weight_of_not_a_number_leaves_the_position_alone(run):
    assert len(fills(run(UP, weights={0: 0.5}))) == 1


def test_negative_weights_are_short_and_clipped_when_long_only(run):
    both = run(FLAT, weights={0: -0.5}, spec={"direction": "both"})
    assert (both.positions[-1, 0], fills(run(FLAT, weights={0: -0.5}))) == (-5.0, [])


def test_weights_of_two_instruments_that_add_up_to_one_are_never_cut(run):
    bars = {"A": UP, "B": UP[::-1]}
    weights = {"A": {0: 0.5, 2: 0.2}, "B": {0: 0.5, 2: 0.8}}
    done = run(bars, weights=weights, spec={"costs": {"commission_bps": 10.0, "slippage_bps": 10.0}})
    assert set(done.orders["status"]) == {"filled"}


def test_a_weight_decided_on_the_only_bar_fills_at_its_close(run):
    done = run({"A": [[100]], "B": [[50]]}, weights={"A": {0: 0.3}, "B": {0: 0.6}}, spec={"execution": "close"})
    assert fills(done) == [(0, "buy", "market", 3, 100), (0, "buy", "market", 12, 50)]


def test_an_account_that_opens_below_zero_takes_a_weight_as_none(run):
    bars = {"A": [[100], [100], [300, 300, 100, 100], [100]], "B": FLAT[:4]}
    done = run(bars, weights={"A": {0: -0.9}, "B": {1: 0.5}}, spec={"direction": "both"})
    assert fills(done) == [(1, "sell", "market", 9, 100)]
    assert done.orders["status"].tolist() == ["filled"]


def test_less_than_a_billionth_of_the_capital_is_not_traded(run):
    assert len(fills(run(FLAT, weights={0: 0.5, 1: 0.5 + 1e-10}))) == 1


def test_the_borrow_fee_is_paid_for_every_bar_a_short_is_carried_into(run):
    costs = {"commission_bps": 0.0, "slippage_bps": 0.0, "borrow_rate": 2.52}
    done = run(FLAT, short_entries=[0], spec={"direction": "short", "costs": costs})
    assert done.borrow_fees.tolist() == pytest.approx([0, 0, 10, 10, 10])
    assert done.equity[-1] == pytest.approx(970)


def test_a_volume_share_spreads_an_entry_over_bars(run):
    costs = {"commission_bps": 0.0, "slippage_bps": 0.0, "max_volume_share": 0.1}
    bars = [[100, 100, 100, 100, 40]] * 5
    done = run(bars, entries=[0], spec={"costs": costs})
    assert fills(done) == [(1, "buy", "market", 4, 100), (2, "buy", "market", 4, 100), (3, "buy", "market", 2, 100)]
    assert done.orders["reason"].tolist() == ["volume", "volume", ""]


def test_a_volume_share_spreads_an_exit_over_bars(run):
    costs = {"commission_bps": 0.0, "slippage_bps": 0.0, "max_volume_share": 0.1}
    bars = [[100], [100], [100, 100, 100, 100, 40], [100, 100, 100, 100, 40], [100]]
    done = run(bars, entries=[0], exits=[1], spec={"costs": costs})
    assert fills(done)[1:] == [(2, "sell", "market", 4, 100), (3, "sell", "market", 4, 100), (4, "sell", "market", 2, 100)]
    assert done.orders["status"].tolist() == ["filled", "cut", "cut", "filled"]


def test_a_volume_share_spreads_the_way_to_a_smaller_weight_over_bars(run):
    costs = {"commission_bps": 0.0, "slippage_bps": 0.0, "max_volume_share": 0.1}
    bars = [[100], [100], [100, 100, 100, 100, 40], [100, 100, 100, 100, 40], [100]]
    done = run(bars, weights={0: 1.0, 1: 0.5}, spec={"costs": costs})
    assert fills(done)[1:] == [(2, "sell", "market", 4, 100), (3, "sell", "market", 1, 100)]


def test_what_leverage_has_cut_does_not_wait_for_volume(run):
    costs = {"commission_bps": 0.0, "slippage_bps": 0.0, "max_volume_share": 0.1}
    bars = [[100], [100, 100, 100, 100, 40], [100], [100]]
    done = run(bars, entries=[0], spec={"costs": costs, "sizing": {"kind": "fixed_cash", "amount": 1500.0}})
    assert done.orders[["requested", "size"]].values.tolist() == [[15.0, 4.0], [6.0, 6.0]]


def test_a_volume_rule_needs_volume(run):
    bars = [[100, 100, 100, 100, np.nan]] * 3
    with pytest.raises(ImpossibleRequest, match="need bars with volume"):
        run(bars, entries=[0], spec={"costs": {"max_volume_share": 0.1}})


def test_liquidation_at_the_open_cancels_what_is_pending(run):
    done = run([[10], [20], [40], [80, 90, 70, 85]], entries=[0], spec={"liquidate_at_end": "open"})
    assert fills(done)[-1] == (3, "sell", "liquidation", 50, 80)
    assert "open_at_end" not in done.flags


def test_liquidation_at_the_close(run):
    done = run([[10], [20], [40], [80, 90, 70, 85]], entries=[0], spec={"liquidate_at_end": "close"})
    assert fills(done)[-1] == (3, "sell", "liquidation", 50, 85)


def test_liquidation_leaves_open_what_has_no_bar_to_be_sold_on(run):
    done = run({"A": [[100], [100], NO_BAR], "B": FLAT[:3]}, entries={"A": [0]}, spec={"liquidate_at_end": "close"})
    assert len(fills(done)) == 1
    assert "open_at_end" in done.flags


def test_an_open_position_is_marked_at_the_last_close(run):
    done = run(UP, entries=[0])
    assert done.equity[-1] == 8000
    assert "open_at_end" in done.flags


def test_a_trade_still_open_ends_at_the_last_close_and_says_so(run_with_trades):
    trade = run_with_trades(UP, entries=[0]).trades.iloc[0]
    assert (trade["status"], trade["exit_price"], trade["pnl"], trade["exit_kind"]) == ("open", 160.0, 7000.0, "")


def test_an_instrument_without_a_bar_neither_fills_nor_moves(run):
    done = run({"A": [[100], NO_BAR, [100], [110]], "B": FLAT[:4]}, entries={"A": [0]})
    assert fills(done) == [(2, "buy", "market", 5, 100)]
    assert done.equity.tolist() == [1000, 1000, 1000, 1050]


def test_data_of_closes_fills_at_the_next_close_and_is_told(run):
    done = run([[100], [110], [120], [104]], entries=[0], close_only=True, spec={"stop_loss": 0.05})
    assert fills(done) == [(1, "buy", "market", round(1000 / 110, 9), 110.0), (3, "sell", "stop", round(1000 / 110, 9), 104.0)]
    assert "close_only" in done.flags


def test_a_bankrupt_account_trades_no_more(run):
    done = run([[100], [100], [250], [100], [100]], short_entries=[0, 3], spec={"direction": "short"})
    assert done.equity.tolist() == [1000, 1000, -500, -500, -500]
    assert "bankrupt" in done.flags
    assert fills(done)[-1][:3] == (2, "buy", "liquidation")


def test_half_kelly_waits_for_closed_trades(run):
    sizing = {"kind": "half_kelly", "min_trades": 2, "initial_fraction": 0.1}
    bars = [[100], [100], [120], [100], [90], [100], [100], [100]]
    done = run(bars, entries=[0, 2, 4], exits=[1, 3], spec={"sizing": sizing})
    # Won 1.0·20 = 20, then lost (1020·.1/100)·10 = 10.2: W = 1/2, R = 20/10.2, half Kelly = (1/2 − (1/2)/R)/2.
    fraction = 0.5 * (0.5 - 0.5 / (20 / 10.2))
    assert done.orders["size"].iloc[-1] == pytest.approx(fraction * (1020 - 10.2) / 100)


def test_half_kelly_counts_a_trade_without_profit_as_lost(run):
    sizing = {"kind": "half_kelly", "min_trades": 3, "initial_fraction": 0.1}
    bars = [[100], [100], [100], [100], [100], [100], [120], [100], [100]]
    done = run(bars, entries=[0, 2, 4, 7], exits=[1, 3, 5], spec={"sizing": sizing})
    # One win and two trades without profit: W = 1/3, R without bound, half Kelly = W/2.
    assert done.orders["size"].iloc[-1] == pytest.approx(1 / 6 * 1020 / 100)


def test_a_volatility_target_divides_by_the_annual_forecast(run):
    bars = [[100], [110], [99], [108.9], [100], [100]]
    spec = {"sizing": {"kind": "volatility_target", "annual_volatility": 0.5, "window": 3, "max_weight": 1.0}}
    done = run(bars, entries=[3], spec=spec)
    forecast = np.std([0.1, -0.1, 0.1], ddof=1) * np.sqrt(252)
    assert done.orders["size"].iloc[0] == pytest.approx(0.5 / forecast * 1000 / 100)


def test_a_volatility_forecast_owes_nothing_to_what_came_before_its_window(run):
    quiet = [[100 * (1 + 1e-5 * np.sin(bar))] for bar in range(8)]
    spec = {"sizing": {"kind": "volatility_target", "annual_volatility": 1e-5, "window": 3}, "leverage": 10.0}
    alone, after_a_jump = run(quiet, entries=[6], spec=spec), run([[7.0], *quiet], entries=[7], spec=spec)
    assert after_a_jump.orders["size"].tolist() == alone.orders["size"].tolist()


def test_without_volatility_nothing_is_opened(run):
    spec = {"sizing": {"kind": "volatility_target", "window": 2}}
    assert fills(run(FLAT, entries=[3], spec=spec)) == []


def test_equal_risk_gives_the_calmer_instrument_more(run):
    bars = {"A": [[100], [110], [99], [108.9], [100]], "B": [[100], [105], [99.75], [104.7375], [100]]}
    done = run(bars, entries={"A": [3], "B": [3]}, spec={"sizing": {"kind": "equal_risk", "window": 3}})
    assert done.orders["size"].tolist() == pytest.approx([1000 / 3 / 100, 2000 / 3 / 100])
