"""From a run that failed to a child that is changed for a reason, and measured."""

from aurelius_kernel.research.reflect.reflexion import Reflexion, reflexions
from aurelius_kernel.research.reflect.run import reflect

__all__ = ["Reflexion", "reflect", "reflexions"]
