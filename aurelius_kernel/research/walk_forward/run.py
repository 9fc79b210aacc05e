"""One walk-forward validation from question to stored result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from aurelius_kernel.errors import InvalidField
from aurelius_kernel.model import Costs, Sizing
from aurelius_kernel.research.backtest import Day, Progress
from aurelius_kernel.research.sweep.question import ask
from aurelius_kernel.research.sweep.tiles import Cancel
from aurelius_kernel.research.sweep.where import Where
from aurelius_kernel.research.walk_forward.grid import grid_around
from aurelius_kernel.research.walk_forward.result import WalkForwardResult
from aurelius_kernel.research.walk_forward.walk import Plan, walk
from aurelius_kernel.strategies import Strategy

__all__ = ["walk_forward"]


def walk_forward(
    strategy: Strategy | str,
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
    if not isinstance(strategy, Strategy | str):
        raise InvalidField.of("strategy", f"must be a strategy or the name of a family, not {strategy!r:.60}")
    chosen = Strategy.create(strategy) if isinstance(strategy, str) and not (grid or ranges) else strategy
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
    question = ask(chosen, **asked, start=start, end=end, metrics=("sharpe_ratio",))
    plan = Plan.of(chosen, asked, question, train_days=train_days, test_days=test_days, anchored=anchored, embargo=embargo)
    return walk(plan, executor=executor, keep=keep, cancel=cancel, tell=progress or _silent)


def _silent(_fraction: float, _stage: str) -> None:
    """Tell nobody."""
