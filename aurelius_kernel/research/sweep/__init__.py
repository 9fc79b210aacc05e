"""Sweeps: what a strategy family would have earned under each of many parameter sets."""

from aurelius_kernel.research.sweep.plan import Plan
from aurelius_kernel.research.sweep.result import Best, SweepResult
from aurelius_kernel.research.sweep.run import plan_sweep, sweep
from aurelius_kernel.research.sweep.spec import SweepSpec

__all__ = ["Best", "Plan", "SweepResult", "SweepSpec", "plan_sweep", "sweep"]
