"""Gates: what must hold before a result is believed, and who says so on which evidence."""

from aurelius_kernel.gates.case import Case, Found, TrialCount, Universe
from aurelius_kernel.gates.crv_gate import judge_crv
from aurelius_kernel.gates.dev_gate import Agreement, DevEvidence, Replay, judge_dev
from aurelius_kernel.gates.doors import crv, dev, policy_in_force, product, set_policy, stale, waive
from aurelius_kernel.gates.policy import Policy
from aurelius_kernel.gates.probing import probe
from aurelius_kernel.gates.product_gate import Held, ProductEvidence, Validated, judge_product
from aurelius_kernel.gates.promotion import Approval, Promotion, PromotionState, decide, promotion_blocks, propose, withdraw
from aurelius_kernel.gates.readiness import WEIGHTS, Band, Deduction, ReadinessFacts, Scorecard, score
from aurelius_kernel.gates.reference import Ledger, simulate_plainly
from aurelius_kernel.gates.report import Finding, VerificationReport
from aurelius_kernel.gates.rules import RULES, Rule
from aurelius_kernel.gates.second_engine import Disagreement, compare
from aurelius_kernel.gates.staleness import Present, stale_reasons
from aurelius_kernel.gates.verdict import GATES, Check, Subject, Verdict, grade_of
from aurelius_kernel.gates.verification import judge
from aurelius_kernel.gates.violation import Evidence, Severity, Violation
from aurelius_kernel.gates.waiver import Waiver

__all__ = [
    "GATES",
    "RULES",
    "WEIGHTS",
    "Agreement",
    "Approval",
    "Band",
    "Case",
    "Check",
    "Deduction",
    "DevEvidence",
    "Disagreement",
    "Evidence",
    "Finding",
    "Found",
    "Held",
    "Ledger",
    "Policy",
    "Present",
    "ProductEvidence",
    "Promotion",
    "PromotionState",
    "ReadinessFacts",
    "Replay",
    "Rule",
    "Scorecard",
    "Severity",
    "Subject",
    "TrialCount",
    "Universe",
    "Validated",
    "Verdict",
    "VerificationReport",
    "Violation",
    "Waiver",
    "compare",
    "crv",
    "decide",
    "dev",
    "grade_of",
    "judge",
    "judge_crv",
    "judge_dev",
    "judge_product",
    "policy_in_force",
    "probe",
    "product",
    "promotion_blocks",
    "propose",
    "score",
    "set_policy",
    "simulate_plainly",
    "stale",
    "stale_reasons",
    "waive",
    "withdraw",
]
