"""Every combination as a line through its parameters; what is brushed on the axes is chosen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets

from aurelius_kernel.typing import BoolArray, FloatArray
from aurelius_kernel.views.pages.sweep_surface import Dimension

__all__ = ["ParallelCoordinates"]

SLACK = 1e-6


class ParallelCoordinates(anywidget.AnyWidget):
    """Lines over axes that are brushed by pointer or keys; `brushes` has the two ends for each brushed axis, by its number."""

    _esm = Path(__file__).with_name("parallel_coordinates.js")
    _css = Path(__file__).with_name("parallel_coordinates.css")
    axes = traitlets.List(traitlets.Dict()).tag(sync=True)
    places = traitlets.Bytes().tag(sync=True)
    tones = traitlets.Bytes().tag(sync=True)
    brushes = traitlets.Dict().tag(sync=True)

    def draw(self, dimensions: Sequence[Dimension], tones: FloatArray) -> None:
        """Show these rows, the better the deeper their colour; the brushes are taken off."""
        self._columns = np.column_stack([one.places for one in dimensions])
        with self.hold_sync():
            self.brushes = {}
            self.axes = [{"name": one.name, "ticks": [list(tick) for tick in one.ticks]} for one in dimensions]
            self.places = np.ascontiguousarray(self._columns, dtype="<f4").tobytes()
            self.tones = np.nan_to_num(tones, nan=0.0).astype("<f4").tobytes()

    def chosen(self) -> BoolArray:
        """Which rows every brush holds; the browser may have sent anything, and what makes no sense brushes nothing."""
        inside = np.ones(len(self._columns), dtype=bool)
        for number, ends in self.brushes.items():
            if (axis := _axis(number, self._columns.shape[1])) is not None and (between := _ends(ends)) is not None:
                column = self._columns[:, axis]
                inside &= (column >= between[0] - SLACK) & (column <= between[1] + SLACK)
        return inside


def _axis(number: Any, axes: int) -> int | None:
    place = int(number) if str(number).isascii() and str(number).isdigit() else axes
    return place if place < axes else None


def _ends(ends: Any) -> tuple[float, float] | None:
    if not isinstance(ends, list) or len(ends) != 2 or not all(isinstance(end, int | float) for end in ends):
        return None
    low, high = sorted(float(end) for end in ends)
    return (low, high) if math.isfinite(low) and math.isfinite(high) else None
