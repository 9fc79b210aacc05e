"""A classifier of the next move, from technical features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
import pandas as pd

from aurelius_kernel.strategies import learning, windows
from aurelius_kernel.strategies.base import Parameter, SingleInstrumentStrategy
from aurelius_kernel.strategies.events import crossed_above
from aurelius_kernel.strategies.registry import register
from aurelius_kernel.strategies.volatility_forecast import realised
from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["MlClassifier"]


@register
class MlClassifier(SingleInstrumentStrategy):
    """Long when the probability that the close is higher in `horizon` bars rises above `threshold`, until it is below one half.

    Short the other way round. A scikit-learn pipeline (standardised features, then a logistic regression or boosted trees) is
    fitted every `refit_every` bars on the whole past whose labels were known then, less an `embargo`. The features are returns
    over four horizons in units of volatility, the Bollinger score, RSI, the place in the Donchian channel and short over long
    volatility. Because it learns from all the history there is, its decisions depend on where the data begins. Source: López de
    Prado, Advances in Financial Machine Learning (2018); that forecasts of this kind are weak, Gu, Kelly and Xiu (2020).
    """

    type: ClassVar[str] = "ml_classifier"
    summary: ClassVar[str] = "Trades the probability of a rise, learned from technical features of the past only."
    scale_invariant: ClassVar[bool] = True
    expanding: ClassVar[bool] = True

    model: Annotated[Literal["logistic", "boosting"], Parameter(description="Logistic regression or boosted trees.")] = "logistic"
    horizon: Annotated[int, Parameter(ge=1, le=252, description="Bars ahead whose rise is forecast.")] = 5
    threshold: Annotated[float, Parameter(ge=0.5, lt=1.0, description="Probability above which a position is entered.")] = 0.55
    feature_window: Annotated[
        int, Parameter(ge=4, le=252, description="Bars of the features; the slowest take three times as many.")
    ] = 20
    min_train: Annotated[int, Parameter(ge=50, le=10_000, description="Bars of the first fit.")] = 250
    refit_every: Annotated[int, Parameter(ge=1, le=2_520, description="Bars from one fit to the next.")] = 60
    embargo: Annotated[int, Parameter(ge=0, le=252, description="Bars left out between the last known label and the fit.")] = 5
    seed: Annotated[
        int | None, Parameter(ge=0, lt=2**32, description="Seed of the boosted trees; the run's own when none, 0 outside a run.")
    ] = None

    @property
    def warm_up(self) -> int:
        """The features' memory, the bars of the first fit, and those whose labels are not known by then."""
        return self._memory + self.min_train + self.horizon + self.embargo

    @property
    def _memory(self) -> int:
        return windows.WILDER_MEMORY * self.feature_window

    def decide_one(self, bars: pd.DataFrame) -> Mapping[str, BoolArray | FloatArray]:
        """Entries where the probability crosses the threshold, exits while it is on the other side of one half."""
        high, low, close = (bars[column].to_numpy(np.float64) for column in ("high", "low", "close"))
        ahead = np.full(len(close), np.nan)
        ahead[: -self.horizon] = close[self.horizon :]
        rise = learning.probabilities(
            features(high, low, close, self.feature_window),
            ahead > close,
            model=self.model,
            first=self.warm_up,
            every=self.refit_every,
            reach=self.horizon + self.embargo,
            seed=self.seed or 0,
        )
        return {
            "entries": crossed_above(rise, self.threshold),
            "exits": rise < 0.5,
            "short_entries": crossed_above(1.0 - rise, self.threshold),
            "short_exits": rise > 0.5,
        }


def features(high: FloatArray, low: FloatArray, close: FloatArray, window: int) -> FloatArray:
    """What the model sees of each bar, shape (bars, 8): numbers without a unit, NaN until every window is full."""
    volatility, slow_volatility = realised(close, window), realised(close, 3 * window)
    top, bottom = windows.maximum(high, window), windows.minimum(low, window)
    spans = (1, max(window // 4, 2), window, 3 * window)
    columns = [windows.quotient(windows.returns(close, bars), volatility * np.sqrt(bars), blank=0.0) for bars in spans]
    columns += [
        np.nan_to_num(windows.score(close, window)),
        windows.rsi(close, window) / 100.0,
        windows.quotient(close - bottom, top - bottom, blank=0.0),
        windows.quotient(volatility, slow_volatility, blank=0.0),
    ]
    out = np.column_stack(columns)
    out[: windows.WILDER_MEMORY * window] = np.nan
    return out
