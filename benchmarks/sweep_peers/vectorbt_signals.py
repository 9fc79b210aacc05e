"""vectorbt: given signals of any family, nine metrics."""

from __future__ import annotations

import numpy as np
import pandas as pd
import vectorbt as vbt
from protocol import Run, serve
from vectorbt_sweep import COLUMNS, framed, measured
from work import CAPITAL, FEE, METRICS, Work


def prepare(work: Work) -> Run:
    vbt.settings["returns"]["year_freq"] = f"{work.year} days"
    opens, close = framed(work.open, "D"), framed(work.close, "D")
    entries, exits = (pd.DataFrame(signals.T, index=close.index).shift(1, fill_value=False) for signals in work.random_signals())

    def run() -> dict[str, np.ndarray]:
        parts = []
        for begin in range(0, entries.shape[1], COLUMNS):
            enter, leave = (signals.iloc[:, begin : begin + COLUMNS] for signals in (entries, exits))
            account = vbt.Portfolio.from_signals(close, enter, leave, price=opens, fees=FEE, init_cash=CAPITAL, freq="1D")
            parts.append(measured(account))
        return dict(zip(METRICS, np.concatenate(parts, axis=1), strict=True))

    return run


if __name__ == "__main__":
    serve(prepare)
