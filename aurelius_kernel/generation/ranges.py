"""What the parameters of a family may be when candidates are drawn: a few values each, around the base lookback."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import product
from typing import Any, NamedTuple, TypeAlias

from aurelius_kernel.errors import InvalidInput
from aurelius_kernel.strategies import Strategy, describe

__all__ = ["Range", "fitted", "longest_warm_up", "neighbours", "range_of"]

Values: TypeAlias = dict[str, list[Any]]


class Range(NamedTuple):
    """The values by parameter, and which combinations make sense, as the sweep's `where` says it."""

    values: Values
    where: str | None = None


def range_of(family: type[Strategy], lookback: int) -> Range:
    """What a family's parameters may be around a base lookback; for one of one's own, half, once and twice each default."""
    written = RANGES.get(family.type)
    return written(lookback) if written else Range(_around_defaults(family))


def neighbours(values: Values, at: Mapping[str, Any], most: int = 3) -> Values:
    """The part of a range next to one point: on each axis of numbers the value and one step to either side, elsewhere the value.

    Of the axes the first `most` keep their neighbours, so that the part stays small.
    """
    near: Values = {}
    for name, own in at.items():
        axis = values.get(name, [])
        numbers = sorted(value for value in axis if isinstance(value, int | float) and not isinstance(value, bool))
        wide = sum(len(column) > 1 for column in near.values()) < most
        place = numbers.index(own) if own in numbers else -1
        near[name] = numbers[max(place - 1, 0) : place + 2] if place >= 0 and wide else [own]
    return near


def fitted(given: Mapping[str, list[Any]] | None, strategy: Strategy, lookback: int) -> dict[str, list[Any]] | None:
    """What is fitted on each window: what was asked for, else the values beside the strategy's own in its family's range."""
    if given is not None:
        return dict(given)
    near = neighbours(range_of(type(strategy), lookback).values, strategy.document())
    return {name: values for name, values in near.items() if len(values) > 1} or None


def longest_warm_up(strategy: Strategy, grid: Mapping[str, list[Any]] | None) -> int:
    """The most bars that the strategy waits for, over the corners of the grid that its family takes."""
    axes = {name: (min(values), max(values)) if _is_number(values) else tuple(values) for name, values in (grid or {}).items()}
    longest = strategy.warm_up
    for corner in product(*axes.values()):
        with suppress(InvalidInput):
            longest = max(longest, type(strategy).of({**strategy.document(), **dict(zip(axes, corner, strict=True))}).warm_up)
    return longest


def _is_number(values: list[Any]) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def _lengths(lookback: int, *times: float, least: int = 2) -> list[int]:
    return sorted({max(round(lookback * factor), least) for factor in times})


def _ts_momentum(lookback: int) -> Range:
    return Range(
        {
            "lookback": _lengths(lookback, 1, 2, 3, 6, 12),
            "dead_band": [0.0, 0.25, 0.5],
            "vol_window": [20, 60],
            "rebalance": ["week", "month"],
        }
    )


def _trend_following(lookback: int) -> Range:
    return Range(
        {
            "fast": _lengths(lookback, 0.25, 0.5, 1, 2),
            "slow": _lengths(lookback, 1, 2, 3, 5, 10, least=3),
            "average": ["sma", "ema"],
            "atr_stop": [0.0, 3.0, 5.0],
        },
        "fast < slow",
    )


def _mean_reversion(lookback: int) -> Range:
    return Range(
        {"window": _lengths(lookback, 0.5, 1, 2, 3, least=5), "num_std": [1.0, 1.5, 2.0, 2.5], "exit_z": [0.0, 0.5]},
        "exit_z < num_std",
    )


def _breakout(lookback: int) -> Range:
    return Range(
        {
            "lookback": _lengths(lookback, 0.5, 1, 2, 3, 5, least=5),
            "exit_lookback": _lengths(lookback, 0.25, 0.5, 1),
            "atr_mult": [0.0, 0.25, 0.5],
            "atr_stop": [0.0, 2.0, 3.0],
        },
        "exit_lookback <= lookback",
    )


def _pairs_trading(lookback: int) -> Range:
    return Range(
        {
            "window": _lengths(lookback, 2, 3, 6, 12, least=10),
            "entry_z": [1.5, 2.0, 2.5],
            "exit_z": [0.0, 0.5, 1.0],
            "stop_z": [3.0, 4.0],
        },
        "exit_z < entry_z and entry_z < stop_z",
    )


def _stat_arb(lookback: int) -> Range:
    return Range(
        {
            "lookback": _lengths(lookback, 0.1, 0.25, 0.5, least=1),
            "beta_window": _lengths(lookback, 3, 6, least=20),
            "rebalance": ["week", "month"],
        },
        "lookback <= beta_window",
    )


def _market_neutral(lookback: int) -> Range:
    return Range(
        {
            "lookback": _lengths(lookback, 3, 6, 12, least=10),
            "skip": [0, 5, 21],
            "fraction": [0.25, 0.5],
            "beta_window": _lengths(lookback, 6, 12, least=20),
        },
        "skip < lookback",
    )


def _volatility_trading(lookback: int) -> Range:
    return Range(
        {
            "estimator": ["ewma", "realised"],
            "window": _lengths(lookback, 0.5, 1, 2, 3, least=4),
            "regime_window": _lengths(lookback, 6, 12, least=20),
            "threshold": [1.0, 1.25, 1.5, 2.0],
        },
        "window < regime_window",
    )


def _carry_trade(lookback: int) -> Range:
    return Range(
        {
            "rule": ["sign", "rank"],
            "carry_window": _lengths(lookback, 3, 6, 12),
            "vol_window": [20, 60],
            "rebalance": ["week", "month"],
        }
    )


def _ml_classifier(lookback: int) -> Range:
    return Range({"horizon": [5, 10], "threshold": [0.5, 0.55], "feature_window": _lengths(lookback, 0.5, 1, least=4)})


def _fib_rsi(lookback: int) -> Range:
    return Range(
        {
            "swing_window": _lengths(lookback, 1.5, 3, 6, least=5),
            "rsi_window": [7, 14, 21],
            "rsi_level": [40.0, 45.0, 50.0],
            "target_ratio": [1.0, 1.272, 1.618],
        }
    )


RANGES: Mapping[str, Callable[[int], Range]] = {
    "breakout": _breakout,
    "carry_trade": _carry_trade,
    "fib_rsi": _fib_rsi,
    "market_neutral": _market_neutral,
    "mean_reversion": _mean_reversion,
    "ml_classifier": _ml_classifier,
    "pairs_trading": _pairs_trading,
    "stat_arb": _stat_arb,
    "trend_following": _trend_following,
    "ts_momentum": _ts_momentum,
    "volatility_trading": _volatility_trading,
}


def _around_defaults(family: type[Strategy]) -> Values:
    """Half, once and twice each number's default, as far as the family takes them; other parameters keep their defaults."""
    values: Values = {}
    for row in describe(family):
        default = row["default"]
        if isinstance(default, bool) or not isinstance(default, int | float) or row["parameter"] == "periods_per_year":
            continue
        near = [type(default)(factor * default) for factor in (0.5, 1, 2)]
        values[row["parameter"]] = sorted({value for value in near if _taken(family, row["parameter"], value)} | {default})
    return values


def _taken(family: type[Strategy], parameter: str, value: float) -> bool:
    try:
        family.of({parameter: value})
    except InvalidInput:
        return False
    return True
