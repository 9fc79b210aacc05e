"""Walk-forward validation: parameters refitted on the past, judged on what came next, again and again."""

from aurelius_kernel.research.walk_forward.evidence import Overfitting
from aurelius_kernel.research.walk_forward.result import WalkForwardResult
from aurelius_kernel.research.walk_forward.run import replay, walk_forward
from aurelius_kernel.research.walk_forward.spec import WalkForwardSpec

__all__ = ["Overfitting", "WalkForwardResult", "WalkForwardSpec", "replay", "walk_forward"]
