"""Mean reversion inside Bollinger bands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

import numpy as np
import pandas as pd
from pydantic import model_validator

from aurelius_kernel.strategies import windows
from aurelius_kernel.strategies.base import Parameter, SingleInstrumentStrategy
from aurelius_kernel.strategies.events import crossed_above
from aurelius_kernel.strategies.registry import register
from aurelius_kernel.typing import BoolArray, FloatArray

__all__ = ["MeanReversion"]


@register
class MeanReversion(SingleInstrumentStrategy):
    """Long when the close falls through the lower band, out when it is back at the mean; short the other way round.

    The score is (close − mean)/σ over `window` bars with the population σ of the bands; where the price has not moved there is
    none. After a stop the close must come back inside the band before it can fall through it again. Source: John Bollinger,
    Bollinger on Bollinger Bands (2001); that prices overreact and come back over short horizons, Jegadeesh (1990).
    """

    type: ClassVar[str] = "mean_reversion"
    summary: ClassVar[str] = "Buys below the lower Bollinger band and sells above the upper one, back to the mean."
    scale_invariant: ClassVar[bool] = True

    window: Annotated[int, Parameter(ge=2, le=1_000, description="Bars of the mean and the standard deviation.")] = 20
    num_std: Annotated[float, Parameter(gt=0.0, le=10.0, description="Width of the bands in standard deviations.")] = 2.0
    exit_z: Annotated[
        float, Parameter(ge=0.0, le=10.0, description="Leaves this many deviations before the mean; 0 at the mean itself.")
    ] = 0.0

    @model_validator(mode="after")
    def _exit_inside_the_band(self) -> Self:
        if self.exit_z >= self.num_std:
            raise ValueError(f"exit_z ({self.exit_z}) must be less than num_std ({self.num_std})")
        return self

    @property
    def warm_up(self) -> int:
        """The window, and one bar from inside the band."""
        return self.window

    def decide_one(self, bars: pd.DataFrame) -> Mapping[str, BoolArray | FloatArray]:
        """Entries where the score leaves the bands, exits wherever it is past the mean."""
        score = windows.score(bars["close"].to_numpy(np.float64), self.window)
        return {
            "entries": crossed_above(-score, self.num_std),
            "exits": score >= -self.exit_z,
            "short_entries": crossed_above(score, self.num_std),
            "short_exits": score <= self.exit_z,
        }
