"""One combination's trades over one tile of bars: constant work a trade, none a bar."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aurelius_kernel.engine.fused.compiled import part
from aurelius_kernel.engine.fused.ledger import (
    BARS_HELD,
    CLOSED,
    EQUITY,
    GAIN,
    LOSS,
    PAID,
    PEAK,
    RETURNS,
    SINCE,
    TRADES,
    TROUGH,
    UNITS,
    WINS,
)
from aurelius_kernel.engine.fused.tape import FALL, HIGH, LOW, SUMS, Tape
from aurelius_kernel.engine.fused.words import highest
from aurelius_kernel.typing import FloatArray

__all__ = ["settle"]

@part
def settle(row: FloatArray, changes: NDArray[np.int32], count: int, tape: Tape, close: FloatArray, tile: int, low: int, high: int) -> None:
    """Account for the changes of one tile: entries and exits in turn, beginning with whichever the position asks for.

    `changes` holds the bars of the fills, counted from the start of the tape.
    """
    equity, peak, trough, gain, loss = row[EQUITY], row[PEAK], row[TROUGH], row[GAIN], row[LOSS]
    units, paid, since = row[UNITS], row[PAID], row[SINCE]
    s1,s2,s3,s4,n1,n2,sb=row[1],row[2],row[3],row[4],row[5],row[6],row[7]
    held = 0; wins = 0; closed = 0
    i = 0
    begin = low
    while i < count or units > 0.0:
        if units == 0.0:
            begin = np.int64(changes[i]); i += 1
            e = tape.entry[begin]
            paid = equity; since = begin
            units = equity * e[0]
            s1+=e[1];s2+=e[2];s3+=e[3];s4+=e[4];n1+=e[5];n2+=e[6];sb+=e[7]
        out = i < count
        end = np.int64(changes[i]) if out else high
        i += 1
        x = tape.exit[end] if out else tape.held[tile]
        s1+=x[1];s2+=x[2];s3+=x[3];s4+=x[4];n1+=x[5];n2+=x[6];sb+=x[7]
        last = end - 1
        if last > begin:
            level = highest(begin ^ last)
            a = tape.ranges[level, begin]; b = tape.ranges[level, last]
            lo = min(a[LOW], b[LOW]); fall = min(a[FALL], b[FALL]); hi = max(a[HIGH], b[HIGH])
            if b[LOW] < fall * a[HIGH]:
                fall = b[LOW] / a[HIGH]
            trough = min(trough, fall)
            if units * lo < trough * peak:
                trough = units * lo / peak
            peak = max(peak, units * hi)
        elif last == begin:
            value = units * close[last]
            if value < trough * peak: trough = value / peak
            peak = max(peak, value)
        held += end - begin
        if not out:
            equity = units * close[last]
            break
        equity = units * x[0]
        if equity < trough * peak: trough = equity / peak
        peak = max(peak, equity)
        profit = equity - paid
        wins += profit > 0.0
        gain += max(profit, 0.0)
        loss -= min(profit, 0.0)
        closed += 1
        units = 0.0
    row[EQUITY], row[PEAK], row[TROUGH], row[GAIN], row[LOSS] = equity, peak, trough, gain, loss
    row[UNITS], row[PAID], row[SINCE] = units, paid, since
    row[1]=s1;row[2]=s2;row[3]=s3;row[4]=s4;row[5]=n1;row[6]=n2;row[7]=sb
    row[WINS] += wins
    row[CLOSED] += closed
    row[BARS_HELD] += held
