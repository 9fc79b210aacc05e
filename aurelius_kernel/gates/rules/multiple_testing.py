"""Among everything that was tried, the result is more than luck."""

from __future__ import annotations

from aurelius_kernel.gates.case import Case, Found, TrialCount
from aurelius_kernel.gates.luck import deflated
from aurelius_kernel.gates.violation import Evidence, Severity, Violation

__all__ = ["multiple_testing"]

EVEN = 0.5


def multiple_testing(case: Case) -> Found:
    """Deflate the Sharpe ratio by every parameter set of the family that was evaluated on these data."""
    trials = case.trials
    if trials is None:
        return Found(looked="nothing: nobody counted what was tried", known=False)
    dsr = deflated(case.recomputed, len(case.result.index), case.panel.periods_per_year, trials)
    if dsr is None:
        return Found(looked=f"{trials.count:g} trials, and an account without a Sharpe ratio")
    looked = f"a deflated Sharpe ratio of {dsr:.1%} after {_counted(trials)} by {trials.source}"
    if trials.count > 1 and dsr < EVEN:
        evidence = [
            Evidence.at("deflated_sharpe_ratio", found=dsr, expected=EVEN, artifact=case.address),
            Evidence.at(f"{trials.source}[{case.result.spec.strategy.type}, {case.result.identity.data_hash}]", found=trials.count),
        ]
        message = (
            f"After {_counted(trials)} the Sharpe ratio is more than luck with probability {dsr:.1%}: "
            "the best of so many worthless ones would look as good."
        )
        violation = Violation(rule_id="multiple_testing", severity=Severity.MEDIUM, message=message, evidence=tuple(evidence))
        return Found.of(looked, [violation])
    return Found(looked=looked)


def _counted(trials: TrialCount) -> str:
    told = "1 trial" if trials.count == 1 else f"{trials.count:,.0f} trials"
    alike = trials.effective is not None and trials.effective < trials.count
    return f"{told} (worth {trials.effective:,.0f})" if alike else told
