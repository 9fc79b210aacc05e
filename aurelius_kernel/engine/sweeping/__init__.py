"""Many parameter sets of one family over one market, each through the fastest door that gives its exact numbers."""

from aurelius_kernel.engine.fused.threads import Crew, cores
from aurelius_kernel.engine.sweeping.evaluation import ENGINES, Evaluation, Evaluator
from aurelius_kernel.engine.sweeping.outcome import ALL, QUICK
from aurelius_kernel.engine.sweeping.separate_door import SeparateDoor

__all__ = ["ALL", "ENGINES", "QUICK", "Crew", "Evaluation", "Evaluator", "SeparateDoor", "cores"]
