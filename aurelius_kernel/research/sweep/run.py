"""One sweep from question to stored result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from aurelius_kernel.model import Costs, Sizing
from aurelius_kernel.research.backtest import Day, Progress
from aurelius_kernel.research.sweep.plan import Plan, planned
from aurelius_kernel.research.sweep.question import Question, ask
from aurelius_kernel.research.sweep.result import SweepResult
from aurelius_kernel.research.sweep.tiles import Cancel
from aurelius_kernel.research.sweep.where import Columns, Where
from aurelius_kernel.research.sweep.work import across, carry_out
from aurelius_kernel.strategies import Strategy
from aurelius_kernel.watching import silent, watched

__all__ = ["plan_sweep", "sweep"]


@watched("Finished combinations are kept: the same call goes on from there.")
def sweep(
    strategy: Strategy | type[Strategy] | str,
    *,
    grid: Mapping[str, Sequence[Any]] | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    samples: int | None = None,
    search: str | None = None,
    trials: int | None = None,
    fixed: Mapping[str, Any] | None = None,
    where: Where = None,
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
    objective: str | Sequence[str] = "sharpe_ratio",
    metrics: str | Sequence[str] = "quick",
    engine: str = "fused",
    accounts: str = "shared",
    memory: int | str = "500MB",
    executor: str | None = None,
    seed: int = 42,
    keep: bool = True,
    cancel: Cancel = None,
    progress: Progress | None = None,
) -> SweepResult:
    """Run a family under many parameter sets and return what each would have earned, a row each, equal to `ak.backtest` of it.

    What all combinations share, from `instruments` to `bars`, is as in `ak.backtest`.

    Parameters
    ----------
    strategy : the name of a family, its class, or a strategy whose parameters are fixed where they are not swept
    grid : values by parameter, `{"fast": range(5, 55), "slow": range(10, 110)}`; `stop_loss`, `take_profit` and `trailing_stop` of
        the run may be swept too. All combinations are run, or as many of them as `samples` or `trials` say
    ranges : the ends of an interval by parameter, both included, to draw from
    samples : draw so many different combinations, each as likely
    search, trials : `search="tpe"` lets Optuna choose so many combinations, each batch learning from those before
    fixed : parameters that are the same in all combinations; others have their defaults
    where : which combinations are wanted: `"fast < slow and slow % fast == 0"`, or a function of parameters by their names
    objective : the metric that ranks, or several of them; `tpe` makes them good together
    metrics : "quick" for all that need no path of the account, "all", or names; "all" takes some times longer
    engine : "fused", or "vectorbt" for one run of the vectorbt engine a combination, which is what fused is held to
    accounts : "shared", one cash account for all instruments; "separate" runs each instrument alone, with rows of its own
    memory : what the sweep may take at most, beside the bars; it is cut into tiles that fit
    executor : "threads" of this process, or "dask": a cluster at `DASK_SCHEDULER_ADDRESS`, else one on this machine. Unless said,
        threads begin, and what proves to be long work goes to a cluster where that is faster
    seed : what is drawn, by the search and by strategies that draw random numbers
    keep : store the table, its spec and its lineage under their hashes. A sweep that is killed goes on from there when it is asked
        again. What was tried is counted in any case
    cancel : an Event, or a function that answers True, to stop between two tiles
    progress : called with the fraction done and the stage

    Raises
    ------
    InvalidInput
        One of its children, naming the field: nothing was run. A combination that the family refuses, or whose rule fails, is no
        error: its row says why.
    RunCancelled
        When `cancel` said so; what was finished is kept for the next time.
    """
    question = ask(
        strategy,
        grid=grid,
        ranges=ranges,
        samples=samples,
        search=search,
        trials=trials,
        fixed=fixed,
        where=where,
        instruments=instruments,
        start=start,
        end=end,
        capital=capital,
        costs=costs,
        execution=execution,
        sizing=sizing,
        direction=direction,
        leverage=leverage,
        whole_shares=whole_shares,
        stop_loss=stop_loss,
        take_profit=take_profit,
        trailing_stop=trailing_stop,
        liquidate_at_end=liquidate_at_end,
        frequency=frequency,
        source=source,
        bars=bars,
        objective=objective,
        metrics=metrics,
        engine=engine,
        accounts=accounts,
        memory=memory,
        seed=seed,
    )
    return carry_out(question, executor=executor, keep=keep, cancel=cancel, tell=progress or silent)


def plan_sweep(strategy: Strategy | type[Strategy] | str, **asked: Any) -> Plan:
    """What `sweep` with these arguments would take: combinations, memory, seconds. Some combinations are run and thrown away.

    Raises what `sweep` raises.
    """
    question = ask(strategy, **asked)
    columns = question.combinations()
    books = question.books(columns)
    return planned(books, across(books, _able(question, columns)), question.room(books, len(next(iter(columns.values())))))


def _able(question: Question, columns: Columns) -> Columns:
    kept = np.ones(len(next(iter(columns.values()))), dtype=np.bool_)
    kept[list(question.refusals(columns))] = False
    return {name: column[kept] for name, column in columns.items()} if kept.any() else columns
