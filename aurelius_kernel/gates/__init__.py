"""Gates: what must hold before a result is believed."""

from aurelius_kernel.gates.reference import Ledger, simulate_plainly
from aurelius_kernel.gates.second_engine import Disagreement, compare

__all__ = ["Disagreement", "Ledger", "compare", "simulate_plainly"]
