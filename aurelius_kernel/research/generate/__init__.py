"""From a goal in words to measured, ranked candidates."""

from aurelius_kernel.research.generate.result import Generation
from aurelius_kernel.research.generate.run import generate
from aurelius_kernel.research.generate.spec import Candidate, GenerationSpec
from aurelius_kernel.research.generate.stretch import Stretch

__all__ = ["Candidate", "Generation", "GenerationSpec", "Stretch", "generate"]
