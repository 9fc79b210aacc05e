"""Gates: what must hold before a result is believed."""

from aurelius_kernel.gates.case import Case, Found, TrialCount, Universe
from aurelius_kernel.gates.policy import Policy
from aurelius_kernel.gates.probing import probe
from aurelius_kernel.gates.reference import Ledger, simulate_plainly
from aurelius_kernel.gates.report import Finding, VerificationReport
from aurelius_kernel.gates.rules import RULES, Rule
from aurelius_kernel.gates.second_engine import Disagreement, compare
from aurelius_kernel.gates.verification import judge
from aurelius_kernel.gates.violation import Evidence, Severity, Violation

__all__ = [
    "RULES",
    "Case",
    "Disagreement",
    "Evidence",
    "Finding",
    "Found",
    "Ledger",
    "Policy",
    "Rule",
    "Severity",
    "TrialCount",
    "Universe",
    "VerificationReport",
    "Violation",
    "compare",
    "judge",
    "probe",
    "simulate_plainly",
]
