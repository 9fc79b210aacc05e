"""What trading costs: commission, slippage and the fee for borrowing shares."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from aurelius_kernel.model.record import Record

__all__ = ["Costs"]

BasisPoints = Annotated[float, Field(ge=0.0, le=1_000.0)]


class Costs(Record):
    """Commission, slippage and borrow fee of every fill.

    A fill of `q` shares at market price `p` happens at `p·(1 ± slippage)`, worse for the trader, and pays
    `max(commission_bps·1e-4·q·price + commission_per_share·q, commission_minimum)`. Limit and take-profit
    orders fill at their own price, without slippage.

    - `slippage_bps` and `half_spread` (in price units) add up; `volume_impact` adds `volume_impact·(q/volume)²`
      of the price, the square-law impact of zipline's volume-share model.
    - `max_volume_share` caps a fill at that share of the bar's volume; what is left waits for the next bar. None: no cap.
    - `borrow_rate` is a yearly rate on the value of short positions, charged for every bar they are carried into.
    """

    commission_bps: BasisPoints = 5.0
    commission_per_share: Annotated[float, Field(ge=0.0, le=1_000.0)] = 0.0
    commission_minimum: Annotated[float, Field(ge=0.0, le=1_000_000.0)] = 0.0
    slippage_bps: BasisPoints = 5.0
    half_spread: Annotated[float, Field(ge=0.0, le=1_000_000.0)] = 0.0
    volume_impact: Annotated[float, Field(ge=0.0, le=100.0)] = 0.0
    max_volume_share: Annotated[float, Field(gt=0.0, le=1.0)] | None = None
    borrow_rate: Annotated[float, Field(ge=0.0, le=10.0)] = 0.0

    @classmethod
    def zero(cls) -> Costs:
        """Costs of nothing at all: for tests and for measuring what costs take away."""
        return cls(commission_bps=0.0, slippage_bps=0.0)
