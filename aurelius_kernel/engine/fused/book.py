"""What the streaming kernel reads of the market, of the rules and of the decisions, and what it keeps of one account.

A few arrays of records instead of many arrays of numbers: an array handed from function to function is counted each time.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from aurelius_kernel.engine.fused.compiled import part
from aurelius_kernel.engine.fused.words import Words
from aurelius_kernel.typing import FloatArray, IntArray

__all__ = [
    "BAR",
    "ENTER_LONG",
    "ENTER_SHORT",
    "FLAT",
    "LEAVE_LONG",
    "LEAVE_SHORT",
    "LONG",
    "NOTHING",
    "OWN",
    "PLAN",
    "SHORT",
    "WEIGHT",
    "Records",
    "Rules",
    "Run",
    "clear",
    "planned",
]

Records: TypeAlias = NDArray[np.void]

NOTHING, FLAT, LONG, SHORT, WEIGHT = range(5)
"""What a position has pending."""

ENTER_LONG, LEAVE_LONG, ENTER_SHORT, LEAVE_SHORT = range(4)
"""The rows of signals in words."""


def _record(*names: str, whole: tuple[str, ...] = ()) -> np.dtype[np.void]:
    return np.dtype([(name, np.int64 if name in whole else np.float64) for name in (*names, *whole)])


BAR = _record("open", "high", "low", "close", "volume")
"""One instrument's bar; NaN throughout where it has none."""

PLAN = _record("weight", "budget", "stop", "target", "trail", "limit")
"""What goes with a decision, NaN for none: a target weight, the budget of an entry in cash or as a fraction of equity, absolute
levels, a distance from the best price, and the price of a limit order."""

OWN = _record("stop_loss", "take_profit", "trailing_stop", "trail_times")
"""One combination's own: fractions of the fill price or of the best price since, and what multiplies the plan's distance."""

ACCOUNT = _record("cash", "ended", "won", "gains", "losses")
"""Cash, and how the positions so far have ended: what Kelly's rule counts."""

POSITION = _record(
    "units",
    "last",  # close
    "best",  # price since the fill
    "stop",
    "target",
    "trail",
    "rest",  # what a volume-limited entry still wants
    "size",  # units of the open round trip
    "value",  # what they cost
    "fees",  # and in commission
    "spent",  # money the position has taken, what came back subtracted
    whole=(
        "since",  # the bar it began
        "pending",
        "decided",  # the bar whose close decided what is pending
        "inside",  # the bar on which a position last began after the open
        "held_up",  # whether this bar's volume leaves some of a reduction for the next
    ),
)


class Rules(NamedTuple):
    """The numbers that decide a fill, the same for every combination; `volume_share` is NaN where volume sets no limit."""

    capital: float
    leverage: float
    commission: float
    per_share: float
    minimum: float
    slippage: float
    half_spread: float
    impact: float
    volume_share: float
    borrow: float
    at_close: bool
    weights: bool
    limits: bool
    whole_shares: bool
    liquidate_at_open: bool
    liquidate_at_close: bool
    in_cash: bool
    kelly_trades: int
    kelly_fraction: float


class Run(NamedTuple):
    """All that the account of combination `q` touches.

    `bars` has the shape (bars, instruments), `plan` that shape or (1, instruments) where it is the same on every bar, `signals` the
    shape (combinations, 4, instruments, words), `own` and the rows of `ledger` the length (combinations,). `order` is the order in
    which instruments are filled; `path` is as `equity.add_up` reads it.
    """

    bars: Records
    path: FloatArray
    order: IntArray
    rules: Rules
    signals: Words
    plan: Records
    own: Records
    ledger: FloatArray
    account: Records
    positions: Records
    q: int


@part
def clear(account: Records, positions: Records, capital: float) -> None:
    """Make the account one with cash only."""
    account[0].cash = capital
    account[0].ended = account[0].won = account[0].gains = account[0].losses = 0.0
    for i in range(len(positions)):
        position = positions[i]
        position.units = position.size = position.value = position.fees = position.spent = 0.0
        position.last = position.best = position.stop = position.target = position.trail = position.rest = np.nan
        position.pending = NOTHING
        position.since = position.decided = position.inside = -1


@part
def planned(run: Run, i: int) -> int:
    """The row of the plan that belongs to the decision pending for instrument `i`."""
    return run.positions[i].decided if run.plan.shape[0] > 1 else 0
