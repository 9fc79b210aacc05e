"""How large a position is opened: one record a rule, told apart by `kind`."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from aurelius_kernel.model.record import Record

__all__ = ["EqualRisk", "FixedCash", "FractionOfEquity", "HalfKelly", "Sizing", "VolatilityTarget"]

Window = Annotated[int, Field(ge=2, le=2_520)]
Weight = Annotated[float, Field(gt=0.0, le=10.0)]


class FractionOfEquity(Record):
    """Each position takes `fraction` of the account's equity at its fill, commission included."""

    kind: Literal["fraction_of_equity"] = "fraction_of_equity"
    fraction: Weight = 1.0

    def __init__(self, fraction: float = 1.0, **more: Any) -> None:
        super().__init__(**{"fraction": fraction, **more})


class FixedCash(Record):
    """Each position takes `amount` of money, commission included."""

    kind: Literal["fixed_cash"] = "fixed_cash"
    amount: Annotated[float, Field(gt=0.0, le=1e15)]

    def __init__(self, amount: float, **more: Any) -> None:
        super().__init__(**{"amount": amount, **more})


class VolatilityTarget(Record):
    """Each position takes `annual_volatility` over the instrument's forecast annual volatility, at most `max_weight` of equity.

    The forecast is the standard deviation of the last `window` close-to-close returns up to the signal's bar (ddof=1), annualised.
    """

    kind: Literal["volatility_target"] = "volatility_target"
    annual_volatility: Annotated[float, Field(gt=0.0, le=5.0)] = 0.15
    window: Window = 20
    max_weight: Weight = 1.0


class HalfKelly(Record):
    """Each position takes half of Kelly's fraction `W − (1 − W)/R` of equity, at most 25 %.

    `W` is the share of winning round trips and `R` the mean win over the mean loss, both from the account's own closed trades;
    before `min_trades` of them, a position takes `initial_fraction`. A negative fraction opens nothing.
    """

    kind: Literal["half_kelly"] = "half_kelly"
    min_trades: Annotated[int, Field(ge=2, le=10_000)] = 20
    initial_fraction: Annotated[float, Field(gt=0.0, le=0.25)] = 0.05


class EqualRisk(Record):
    """Positions share `total` of equity in inverse proportion to each instrument's trailing volatility over `window` returns."""

    kind: Literal["equal_risk"] = "equal_risk"
    window: Window = 60
    total: Weight = 1.0


Sizing: TypeAlias = Annotated[FractionOfEquity | FixedCash | VolatilityTarget | HalfKelly | EqualRisk, Field(discriminator="kind")]
