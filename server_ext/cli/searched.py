"""What the commands that search over parameters have in common."""

from __future__ import annotations

from typing import Any

from server_ext.cli.axes import axes, ends
from server_ext.cli.values import assignments

__all__ = ["searched"]


def searched(
    family: str,
    *,
    grid: tuple[str, ...],
    ranges: tuple[str, ...],
    fixed: tuple[str, ...],
    instruments: tuple[str, ...],
    cost_bps: float | None,
    slippage_bps: float | None,
    **plain: Any,
) -> dict[str, Any]:
    """The notebook's parameters that have an option of their own, where it was used."""
    costs = {"commission_bps": cost_bps, "slippage_bps": slippage_bps}
    told = plain | {
        "strategy": family,
        "grid": axes(grid),
        "ranges": ends(ranges) or None,
        "fixed": assignments(fixed, "--fix") or None,
        "instruments": list(instruments) or None,
        "costs": {name: value for name, value in costs.items() if value is not None} or None,
    }
    return {name: value for name, value in told.items() if value is not None}
