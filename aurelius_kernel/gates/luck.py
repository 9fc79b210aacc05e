"""How likely a result is more than the best of everything that was tried."""

from __future__ import annotations

import math
from collections.abc import Mapping

from aurelius_kernel.gates.case import TrialCount
from aurelius_kernel.metrics.deflated_sharpe import deflated_sharpe_ratio

__all__ = ["deflated"]


def deflated(metrics: Mapping[str, float | None], bars: int, year: float, trials: TrialCount) -> float | None:
    """The deflated Sharpe ratio of an account among so many trials; None where it has no Sharpe ratio.

    Where nobody knows how much the trials' Sharpe ratios vary, they are taken to vary as those of worthless strategies do over so
    many bars, by 1/(bars − 1) per bar (Lo, The Statistics of Sharpe Ratios, 2002, for a true ratio of 0).
    """
    sharpe, skew, kurtosis = (metrics.get(name) for name in ("sharpe_ratio", "skew", "kurtosis"))
    if sharpe is None or skew is None or kurtosis is None or bars < 2:
        return None
    number = trials.count if trials.effective is None else trials.effective
    variance = 1.0 / (bars - 1) if trials.variance is None else trials.variance
    found = deflated_sharpe_ratio(sharpe / math.sqrt(year), bars, number, variance, skew, kurtosis)
    return None if math.isnan(found) else found
