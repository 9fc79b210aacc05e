from __future__ import annotations
import numpy as np
from aurelius_kernel.engine.fused.compiled import part

@part
def simple_rows(sums, windows, used, rows, low, high):
    """Simple averages of bars low..high-1."""
    for j in range(windows.shape[0]):
        if not used[j]:
            continue
        w = windows[j]
        row = rows[j]
        blank = max(0, min(high - low, w - 1 - low))
        row[:blank] = np.nan
        width = np.float64(w)
        ahead = sums[low + blank + 1 : high + 1]
        behind = sums[low + blank + 1 - w : high + 1 - w]
        rest = row[blank : high - low]
        for t in range(high - low - blank):
            rest[t] = (ahead[t] - behind[t]) / width
