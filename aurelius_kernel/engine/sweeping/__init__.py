"""Many parameter sets of one family over one market, each through the fastest door that gives its exact numbers."""

from aurelius_kernel.engine.fused.threads import Crew, cores
from aurelius_kernel.engine.sweeping.evaluation import ENGINES, Evaluation, Evaluator
from aurelius_kernel.engine.sweeping.outcome import ALL, QUICK

__all__ = ["ALL", "ENGINES", "QUICK", "Crew", "Evaluation", "Evaluator", "cores"]
