"""Every rule against one result, from question to stored report."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from aurelius_kernel.artifacts import Store
from aurelius_kernel.gates import Policy, TrialCount, Universe, VerificationReport, judge
from aurelius_kernel.gates.keeping import keep_report, policy_in_force
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.research.backtest import Progress
from aurelius_kernel.research.case import case_of, result_of
from aurelius_kernel.strategies import Strategy
from aurelius_kernel.watching import watched

__all__ = ["verify"]


@watched("No report was kept.")
def verify(
    result: BacktestResult | str,
    *,
    bars: Mapping[str, pd.DataFrame] | None = None,
    strategy: Strategy | None = None,
    universe: Universe | Mapping[str, object] | None = None,
    trials: int | TrialCount | None = None,
    policy: Policy | None = None,
    probes: int | None = None,
    keep: bool = True,
    progress: Progress | None = None,
) -> VerificationReport:
    """Hold a result to every rule of `docs/reference/rules.md` and return the report, with evidence for each violation.

    Nothing that the result says of itself is believed: the strategy decides again on the same bars, with its future cut off and
    with another one; a second engine trades the decisions; every metric is made again.

    Parameters
    ----------
    result : a backtest, in hand or by its hash, a prefix of one or a pinned name
    bars : own bars by instrument, needed again where the run was made on some
    strategy : the strategy, for a class that is not registered
    universe : what could have been traded, as `ak.gates.Universe` or a mapping of its fields
    trials : how many parameter sets were tried before this one, itself included; what the trial ledger counts unless given
    policy : limits other than those in force
    probes : how many futures are cut off; as many as 900 bars unless given
    keep : store the report under its hash, with the result and the policy as its parents
    progress : called with the fraction done and the rule at work

    Raises
    ------
    InvalidInput
        When the bars or the strategy are no longer those of the result, or are not known.
    """
    store = Store()
    found = result_of(result, store)
    counted = TrialCount(count=float(trials), source="the caller") if isinstance(trials, int) else trials
    named = Universe.of(universe) if isinstance(universe, Mapping) else universe
    limits = policy or policy_in_force(store)
    case = case_of(found, store, bars=bars, strategy=strategy, policy=limits, trials=counted, universe=named, probes=probes)
    report = judge(case, progress)
    if keep:
        keep_report(store, report, found, limits, named)
    return report
