"""Performance metrics: arrays of simple returns in, plain numbers out.

Fractions, never percent; NaN among the returns is ignored, and NaN comes out where a metric is undefined. `summarise` gives them
all for one account, under the names of `Metric`, with None in the place of NaN.
"""

from aurelius_kernel.metrics.better import best, better_high
from aurelius_kernel.metrics.drawdown import max_drawdown, max_drawdown_duration, ulcer_index
from aurelius_kernel.metrics.episodes import EPISODES, Episode, EpisodeOutcome, through_episodes
from aurelius_kernel.metrics.filtered_returns import filtered_returns
from aurelius_kernel.metrics.growth import cagr, total_return, volatility
from aurelius_kernel.metrics.moments import kurtosis, skew
from aurelius_kernel.metrics.names import Metric, Unit
from aurelius_kernel.metrics.ratios import calmar_ratio, omega_ratio, sharpe_ratio, sortino_ratio
from aurelius_kernel.metrics.relative import alpha, beta, information_ratio
from aurelius_kernel.metrics.summary import summarise
from aurelius_kernel.metrics.tail_risk import expected_shortfall, tail_ratio, value_at_risk
from aurelius_kernel.metrics.trades import expectancy, exposure, profit_factor, turnover, win_rate
from aurelius_kernel.metrics.wire import PERCENT, on_the_wire

__all__ = [
    "EPISODES",
    "PERCENT",
    "Episode",
    "EpisodeOutcome",
    "Metric",
    "Unit",
    "alpha",
    "best",
    "beta",
    "better_high",
    "cagr",
    "calmar_ratio",
    "expectancy",
    "expected_shortfall",
    "exposure",
    "filtered_returns",
    "information_ratio",
    "kurtosis",
    "max_drawdown",
    "max_drawdown_duration",
    "omega_ratio",
    "on_the_wire",
    "profit_factor",
    "sharpe_ratio",
    "skew",
    "sortino_ratio",
    "summarise",
    "tail_ratio",
    "through_episodes",
    "total_return",
    "turnover",
    "ulcer_index",
    "value_at_risk",
    "volatility",
    "win_rate",
]
