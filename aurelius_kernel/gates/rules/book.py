"""The rules of verification, one line each: what fails, and how much that weighs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aurelius_kernel.gates.case import Case, Found
from aurelius_kernel.gates.rules.costs import cost_fragility
from aurelius_kernel.gates.rules.limits import concentration_limit, drawdown_limit, leverage_limit, turnover_limit
from aurelius_kernel.gates.rules.lookahead import lookahead_bias
from aurelius_kernel.gates.rules.metric_mismatch import metric_mismatch
from aurelius_kernel.gates.rules.multiple_testing import multiple_testing
from aurelius_kernel.gates.rules.plausibility import drawdown_range, sharpe_plausibility
from aurelius_kernel.gates.rules.reconciliation import equity_reconciles
from aurelius_kernel.gates.rules.second_engine import second_engine
from aurelius_kernel.gates.rules.survivorship import survivorship_bias
from aurelius_kernel.gates.rules.warm_up import warm_up

__all__ = ["RULES", "Rule"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule: when it fails, the weights that its violations have, and the function that looks."""

    check: Callable[[Case], Found]
    fails_when: str
    weighs: str

    @property
    def rule_id(self) -> str:
        """The name that violations carry."""
        return self.check.__name__


_BOOK = (
    Rule(
        check=lookahead_bias,
        fails_when="a decision at or before t differs when the data is cut at t or when everything after t is another, "
        "or a fill is not strictly after its signal's bar",
        weighs="critical",
    ),
    Rule(
        check=warm_up,
        fails_when="a decision changes when the data begins the declared warm-up before it",
        weighs="high",
    ),
    Rule(
        check=survivorship_bias,
        fails_when="the delisted share of the universe is beyond policy (5 %) and the data has none of them; or less than 10 % "
        "of a universe of more than ten is traded; or no universe is declared and the policy requires one",
        weighs="high; medium for few traded",
    ),
    Rule(
        check=second_engine,
        fails_when="a plain bar-by-bar simulator that shares no code with the engine disagrees by a cent on any fill, fee or bar",
        weighs="critical",
    ),
    Rule(
        check=metric_mismatch,
        fails_when="a reported metric differs by more than 1e-9 from what trades and equity give, or a trade from the orders",
        weighs="high",
    ),
    Rule(
        check=sharpe_plausibility,
        fails_when="the Sharpe ratio is beyond 10, or beyond 3 from fewer than 30 trades",
        weighs="medium",
    ),
    Rule(check=drawdown_range, fails_when="the drawdown is outside −1 … 0", weighs="critical"),
    Rule(check=drawdown_limit, fails_when="the drawdown is beyond policy (25 %)", weighs="high"),
    Rule(check=leverage_limit, fails_when="gross positions over equity are beyond policy (2×) at any close", weighs="high"),
    Rule(check=turnover_limit, fails_when="the turnover a year is beyond policy (50×)", weighs="high"),
    Rule(
        check=concentration_limit,
        fails_when="one instrument's share of the account (of equity, or of gross positions where they are more) is beyond policy "
        "(100 %) at any close",
        weighs="high",
    ),
    Rule(
        check=equity_reconciles,
        fails_when="cash and positions are not the equity at any bar, or orders and trades do not add up to them",
        weighs="critical",
    ),
    Rule(
        check=multiple_testing,
        fails_when="trials were run and the deflated Sharpe ratio is below 50 %",
        weighs="medium",
    ),
    Rule(
        check=cost_fragility,
        fails_when="the edge is gone at twice the costs; the break-even cost in basis points is always shown",
        weighs="medium",
    ),
)
RULES = {rule.rule_id: rule for rule in _BOOK}
"""Every rule by its name, in the order in which reports show them."""
