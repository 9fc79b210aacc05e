"""One walk-forward validation from question to stored result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from aurelius_kernel.errors import ImpossibleRequest, InvalidField
from aurelius_kernel.model import Costs, Sizing
from aurelius_kernel.research.backtest import Day, Progress
from aurelius_kernel.research.sweep.question import ask
from aurelius_kernel.research.sweep.tiles import Cancel
from aurelius_kernel.research.sweep.where import Where
from aurelius_kernel.research.walk_forward.grid import grid_around
from aurelius_kernel.research.walk_forward.result import WalkForwardResult
from aurelius_kernel.research.walk_forward.spec import WalkForwardSpec
from aurelius_kernel.research.walk_forward.walk import Plan, walk
from aurelius_kernel.strategies import Strategy
from aurelius_kernel.watching import silent, watched

__all__ = ["replay", "walk_forward"]

FITTED_BY = ("sharpe_ratio",)


@watched("Finished windows are kept: the same call goes on from there.")
def walk_forward(
    strategy: Strategy | type[Strategy] | str,
    *,
    grid: Mapping[str, Sequence[Any]] | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    samples: int | None = None,
    fixed: Mapping[str, Any] | None = None,
    where: Where = None,
    train_days: int = 180,
    test_days: int = 90,
    anchored: bool = False,
    embargo: int | None = None,
    instruments: Sequence[str] | str | None = None,
    start: Day = None,
    end: Day = None,
    capital: float = 100_000.0,
    costs: Costs | Mapping[str, Any] | None = None,
    execution: str = "next_open",
    sizing: Sizing | Mapping[str, Any] | None = None,
    direction: str | None = None,
    leverage: float = 1.0,
    whole_shares: bool = False,
    stop_loss: float | None = None,
    take_profit: float | None = None,
    trailing_stop: float | None = None,
    liquidate_at_end: str | None = None,
    frequency: str = "1d",
    source: str = "default",
    bars: Mapping[str, pd.DataFrame] | None = None,
    objective: str = "sharpe_ratio",
    memory: int | str = "500MB",
    executor: str | None = None,
    seed: int = 42,
    keep: bool = True,
    cancel: Cancel = None,
    progress: Progress | None = None,
) -> WalkForwardResult:
    """Refit a family on each training window, judge the fit on the days that follow, and return what the judged days add up to.

    Parameters that are not explained here are those of `ak.sweep`, by which every window is fitted.

    Parameters
    ----------
    strategy : a strategy, whose parameters are kept where they are not fitted, or the name of a family
    grid, ranges, samples, where : the parameter sets, as in `ak.sweep`; values around the strategy's own unless given
    train_days, test_days : days with bars in a training window, and in the test after it; windows move on by a test
    anchored : every training window begins at the first bar and grows
    embargo : days between training and test; as long as the longest trade of the first fit unless given
    start, end : the days over which the windows lie
    liquidate_at_end : where a test's open positions are sold; at the close of its last bar unless given, with costs
    objective : the metric by which a window chooses
    keep : store the result with its lineage. A validation that is killed goes on from there when it is asked again
    cancel, progress : as in `ak.sweep`

    Raises
    ------
    NotEnoughBars
        When not even one window fits; it says how many bars are missing.
    InvalidInput
        One of its children, naming the field: nothing was run.
    RunCancelled
        When `cancel` said so; finished windows are kept for the next time.
    """
    if not isinstance(objective, str):
        raise InvalidField.of("objective", f"must be one metric, by which a window chooses, not {objective!r:.60}")
    chosen = strategy if grid or ranges else _with_parameters(strategy)
    if isinstance(chosen, Strategy) and not (grid or ranges):
        grid = grid_around(chosen)
    asked: dict[str, Any] = {
        "grid": grid,
        "ranges": ranges,
        "samples": samples,
        "fixed": fixed,
        "where": where,
        "instruments": instruments,
        "capital": capital,
        "costs": costs,
        "execution": execution,
        "sizing": sizing,
        "direction": direction,
        "leverage": leverage,
        "whole_shares": whole_shares,
        "stop_loss": stop_loss,
        "take_profit": take_profit,
        "trailing_stop": trailing_stop,
        "liquidate_at_end": liquidate_at_end,
        "frequency": frequency,
        "source": source,
        "bars": bars,
        "objective": objective,
        "memory": memory,
        "seed": seed,
    }
    plan = Plan.of(
        chosen,
        asked,
        ask(chosen, **asked, start=start, end=end, metrics=FITTED_BY),
        train_days=train_days,
        test_days=test_days,
        anchored=anchored,
        embargo=embargo,
    )
    return walk(plan, executor=executor, keep=keep, cancel=cancel, tell=progress or silent)


def replay(
    spec: WalkForwardSpec,
    *,
    seed: int = 42,
    bars: Mapping[str, pd.DataFrame] | None = None,
    executor: str | None = None,
    keep: bool = False,
    cancel: Cancel = None,
    progress: Progress | None = None,
) -> WalkForwardResult:
    """Carry out a spec again: on the same data, with the same seed, the result has the same hash.

    `bars` are needed again where the caller handed them over. Raises ImpossibleRequest for parameter sets that a function chose,
    which no spec can hold, and for a family that is no longer what it was.
    """
    if spec.search == "grid" and spec.where == "a function":
        raise ImpossibleRequest.of("where", "was a function, which cannot be asked again; ak.walk_forward with it can")
    base = spec.base
    grid = {name: [_or_none(value) for value in values] for name, values in spec.space.items() if isinstance(values, list)}
    ranges = {name: (ends["low"], ends["high"]) for name, ends in spec.space.items() if name not in grid}
    shared = ("capital", "costs", "execution", "sizing", "direction", "leverage", "whole_shares", "liquidate_at_end", "frequency")
    exits = {name: getattr(base, name) for name in ("stop_loss", "take_profit", "trailing_stop") if name not in spec.space}
    asked = {
        **{name: getattr(base, name) for name in shared},
        **exits,
        "grid": grid or None,
        "ranges": ranges or None,
        "samples": spec.samples,
        "fixed": base.strategy.parameters,
        "where": spec.where,
        "instruments": base.instruments,
        "source": base.source,
        "bars": bars,
        "objective": spec.objective,
        "seed": seed,
    }
    family = base.strategy.type
    question = ask(family, **asked, start=base.start, end=base.end, metrics=FITTED_BY)
    layout = {name: getattr(spec, name) for name in ("train_days", "test_days", "anchored", "embargo")}
    plan = Plan.of(family, asked, question, **layout)
    if plan.spec.hash != spec.hash:
        raise ImpossibleRequest.of("spec", f"is not what {family} makes of it today: the family has changed")
    return walk(plan, executor=executor, keep=keep, cancel=cancel, tell=progress or silent)


def _with_parameters(strategy: Strategy | type[Strategy] | str) -> Strategy:
    """The strategy that values are laid around: the one given, or the family's default."""
    if isinstance(strategy, Strategy):
        return strategy
    if isinstance(strategy, type) and issubclass(strategy, Strategy):
        return strategy.of({})
    if isinstance(strategy, str):
        return Strategy.create(strategy)
    raise InvalidField.of("strategy", f"must be a strategy or the name of a family, not {strategy!r:.60}")


def _or_none(value: Any) -> Any:
    """The value; None for the NaN that stands for no stop among numbers."""
    return None if value != value else value  # noqa: PLR0124  NaN alone differs from itself
