"""The few functions that a notebook calls."""

from aurelius_kernel.research.backtest import Progress, backtest, measure, run
from aurelius_kernel.research.generate import Generation, generate
from aurelius_kernel.research.market_data import MarketData, gather
from aurelius_kernel.research.orchestrate import Orchestration, orchestrate, resume_orchestration
from aurelius_kernel.research.readiness import readiness
from aurelius_kernel.research.reflect import Reflexion, reflect, reflexions
from aurelius_kernel.research.report import Reports, make_reports
from aurelius_kernel.research.sweep import SweepResult, plan_sweep, sweep
from aurelius_kernel.research.trials import trials
from aurelius_kernel.research.verify import verify
from aurelius_kernel.research.walk_forward import WalkForwardResult, walk_forward

__all__ = [
    "Generation",
    "MarketData",
    "Orchestration",
    "Progress",
    "Reflexion",
    "Reports",
    "SweepResult",
    "WalkForwardResult",
    "backtest",
    "gather",
    "generate",
    "make_reports",
    "measure",
    "orchestrate",
    "plan_sweep",
    "readiness",
    "reflect",
    "reflexions",
    "resume_orchestration",
    "run",
    "sweep",
    "trials",
    "verify",
    "walk_forward",
]
