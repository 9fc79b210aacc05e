"""A small curve as SVG in the reader's own text colour, so that any theme shows it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
import pandas as pd

from aurelius_kernel.views.thinning import thinned

__all__ = ["sparkline"]

WIDTH, HEIGHT, POINTS = 300.0, 64.0, 240


def sparkline(curves: Sequence[pd.Series], label: str, *, logarithmic: bool = True) -> str:
    """Curves over one time axis as lines of one SVG: the last in full, those before it faint; empty where nothing is known.

    With `logarithmic` equal heights are equal growth, and what is not above 0 is left out.
    """
    drawn = [thinned(_logarithm(curve) if logarithmic else curve, POINTS) for curve in curves]
    known = [curve for curve in drawn if len(curve)]
    if not known:
        return ""
    low, high = min(curve.min() for curve in known), max(curve.max() for curve in known)
    first, last = min(curve.index[0] for curve in curves), max(curve.index[-1] for curve in curves)
    lines = [_polyline(curve, (first, last), (low, high), is_main=curve is drawn[-1]) for curve in known]
    return (
        f"<svg viewBox='0 0 {WIDTH:g} {HEIGHT:g}' width='{WIDTH:g}' height='{HEIGHT:g}' role='img' "
        f"aria-label='{escape(label, quote=True)}' style='display:block;margin:4px 0'>{''.join(lines)}</svg>"
    )


def _logarithm(series: pd.Series) -> pd.Series:
    return pd.Series(np.log(series.where(series > 0).to_numpy(np.float64)), index=series.index)


def _polyline(curve: pd.Series, span: tuple[pd.Timestamp, pd.Timestamp], values: tuple[float, float], *, is_main: bool) -> str:
    seconds = max((span[1] - span[0]).total_seconds(), 1.0)
    across = (pd.DatetimeIndex(curve.index) - span[0]).total_seconds().to_numpy() / seconds * WIDTH
    down = 2 + (values[1] - curve.to_numpy()) / max(values[1] - values[0], 1e-12) * (HEIGHT - 4)
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True))
    opacity, width = ("1", "1.5") if is_main else ("0.35", "1")
    return f"<polyline points='{points}' fill='none' stroke='currentColor' stroke-opacity='{opacity}' stroke-width='{width}'/>"
