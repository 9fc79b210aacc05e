"""From a goal or a strategy to a verdict, in six stages that are stored as they end."""

from aurelius_kernel.research.orchestrate.journal import journals
from aurelius_kernel.research.orchestrate.result import Orchestration
from aurelius_kernel.research.orchestrate.run import orchestrate, resume_orchestration
from aurelius_kernel.research.orchestrate.spec import STAGES, OrchestrationSpec, Outcome, Stage, StageRecord

__all__ = [
    "STAGES",
    "Orchestration",
    "OrchestrationSpec",
    "Outcome",
    "Stage",
    "StageRecord",
    "journals",
    "orchestrate",
    "resume_orchestration",
]
