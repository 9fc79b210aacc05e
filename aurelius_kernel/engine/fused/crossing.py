from __future__ import annotations
import numpy as np
from aurelius_kernel.engine.fused.compiled import kernel
from aurelius_kernel.engine.fused.averages import simple_rows
from aurelius_kernel.engine.fused.round_trips import settle
from aurelius_kernel.engine.fused.tape import TILE
from aurelius_kernel.engine.fused.words import WORD, greater, lowest, sides

@kernel
def cross(ledger, carry, tape, close, sums, windows, fast, slow, start, next_open, first, step):
    """long while fast above slow"""
    n = tape.entry.shape[0]
    k = fast.shape[0]
    one = np.uint64(1); none = np.uint64(0)
    used = np.zeros(windows.shape[0], np.bool_)
    for q in range(first, k, step):
        used[fast[q]] = True; used[slow[q]] = True
    rows = np.full((windows.shape[0], TILE), np.nan)
    changes = np.empty(TILE + 1, np.int32)
    for low in range(0, n, TILE):
        high = min(low + TILE, n)
        simple_rows(sums, windows, used, rows, start + low, start + high)
        rows[:, high - low :] = np.nan
        words = (high - low + WORD - 1) // WORD
        tail = high - low
        for q in range(first, k, step):
            a = rows[fast[q]]; b = rows[slow[q]]
            side = carry[q] & one; held = carry[q] >> one
            armed = ledger[q, 18] > 0.0 or held == none
            count = 0
            for w in range(words):
                i = w * WORD
                s = sides(greater(a, i, b, i), greater(b, i, a, i), side)
                h = ((s << one) | side) if next_open else s
                side = s >> np.uint64(63)
                x = h ^ ((h << one) | held)
                held = h >> np.uint64(63)
                while x != none:
                    changes[count] = low + i + lowest(x)
                    count += 1
                    x &= x - one
            # bars past the end carry the last side
            carry[q] = side | (held << one)
            if count > 0 and changes[count-1] >= high:
                count -= 1
            if armed:
                settle(ledger[q], changes, count, tape, close, low // TILE, low, high)
            elif count > 0:
                settle(ledger[q], changes[1:], count - 1, tape, close, low // TILE, low, high)
