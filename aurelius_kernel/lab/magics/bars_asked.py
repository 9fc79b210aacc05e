"""What `%bars` does."""

from __future__ import annotations

from argparse import Namespace

import pandas as pd

from aurelius_kernel import data

__all__ = ["load_asked_bars"]


def load_asked_bars(options: Namespace) -> pd.DataFrame:
    """The bars that the options of `%bars` name; raises what `ak.load_bars` raises."""
    bars = data.load_bars(options.instrument, options.start, options.end, options.interval, options.source)
    bars.attrs["instrument"] = options.instrument
    return bars
