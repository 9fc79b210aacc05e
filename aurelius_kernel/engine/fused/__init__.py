"""The fused sweep: from signals to metrics in one pass, without a matrix of bars by combinations and without vectorbt."""

__all__: list[str] = []
