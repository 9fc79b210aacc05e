"""No decision knows what comes after it, and nothing is filled before it is decided."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from aurelius_kernel.gates.case import Case, Found
from aurelius_kernel.gates.probing import Answer, ask, probes_at, rows_to_probe, spread
from aurelius_kernel.gates.violation import Evidence, Severity, Violation, stamp

__all__ = ["lookahead_bias"]

CUTS, CUTS_OF_THE_SLOW, FEWEST = 2_400, 36, 150
BARS_IN_ALL = 12_000_000
"""Long histories are cut less often, so that a check ends: so many bars are decided on again in all."""
FUTURES = 400
SHOWN = 5
OWN_BAR = ("stop", "take_profit", "trailing_stop", "liquidation")
"""Orders that the account gives inside a bar; no signal stands behind them."""


def lookahead_bias(case: Case) -> Found:
    """Ask the strategy again with its future cut off, and with another one; then look at when each order was filled.

    Neither way is enough alone. Another future does not move a maximum taken from the end, and a cut shows a peek of one bar only
    at that very bar, so cuts are dense where decisions change. Decisions are compared, not trades: most peeks never become one.
    """
    strategy, signals = case.strategy, case.signals
    cut_rows = rows_to_probe(signals, strategy.warm_up, case.probes or _usual(case))
    rows = {"cut": cut_rows, "perturb": cut_rows[spread(len(cut_rows), min(max(len(cut_rows) // 3, 1), FUTURES))]}
    asked = {method: [one for one in _answers(case, rows[method], method) if one] for method in rows}
    violations = [*_told(asked["cut"], case), *_told(asked["perturb"], case), *_fills(case)]
    if not asked["cut"]:
        return _unable(violations)
    looked = (
        f"{len(asked['cut']):,} of {max(len(signals.index) - strategy.warm_up, 0):,} bars with the future cut off, "
        f"{len(asked['perturb']):,} with another one, and the fills of {len(case.result.orders):,} orders"
    )
    return Found.of(looked, violations)


def _usual(case: Case) -> int:
    """How many futures are cut off when nobody says."""
    if case.strategy.expanding:
        return CUTS_OF_THE_SLOW
    return max(min(CUTS, BARS_IN_ALL // len(case.signals.index)), FEWEST)


def _unable(violations: list[Violation]) -> Found:
    message = "The strategy could be asked on no shorter history, so that nothing shows that it does not look ahead."
    return Found(looked="nothing", violations=(*violations, _violation(Severity.HIGH, message)), known=False)


def _answers(case: Case, rows: np.ndarray, method: str) -> Iterator[Answer | None]:
    wrong = 0
    for row, probe in probes_at(case.signals.index, rows, method):
        answer = ask(case.strategy, case.bars, case.signals, probe, slice(0, row + 1))
        yield answer
        wrong += bool(answer and (answer.difference or answer.failure))
        if wrong == SHOWN:
            return


def _told(answers: list[Answer], case: Case) -> Iterator[Violation]:
    """One violation for all that one way shows, the first places as evidence."""
    wrong = [one for one in answers if one.difference or one.failure]
    if not wrong:
        return
    first = wrong[0]
    if first.difference:
        bar, name = case.signals.index[first.difference.row], case.signals.instruments[first.difference.column]
        what = (
            f"{first.difference.kind} of {name} on {bar:%Y-%m-%d %H:%M} is {first.difference.before}, and {first.difference.after}"
        )
    else:
        what = f"The strategy fails ({first.failure})"
    yield _violation(Severity.CRITICAL, f"{what} when {first.probe}.", *(_evidence(one, case) for one in wrong))


def _evidence(answer: Answer, case: Case) -> Evidence:
    replay = answer.probe.document()
    if answer.difference is None:
        return Evidence.at("signals", found=answer.failure, expected="the same decisions", replay=replay)
    row, column, kind, before, after = answer.difference
    place = f"signals.{kind}[{case.signals.instruments[column]}, {stamp(case.signals.index[row])}]"
    return Evidence.at(place, found=before, expected=after, replay=replay)


def _fills(case: Case) -> Iterator[Violation]:
    orders = case.result.orders
    filled = orders[(orders["size"] > 0.0) & ~orders["kind"].isin(OWN_BAR)]
    early = filled[filled["time"] <= filled["signal_time"]]
    if len(early):
        evidence = [
            Evidence.at(
                f"orders[{number}].time",
                found=order["time"],
                expected=f"after {stamp(order['signal_time'])}",
                artifact=case.address,
            )
            for number, order in islice(early.iterrows(), SHOWN)
        ]
        first = early.iloc[0]
        message = (
            f"{len(early):,} of {len(filled):,} orders are filled on the bar whose close decides them, or before; "
            f"the first on {first['time']:%Y-%m-%d %H:%M}."
        )
        yield _violation(Severity.CRITICAL, message, *evidence)


def _violation(severity: Severity, message: str, *evidence: Evidence) -> Violation:
    return Violation(rule_id="lookahead_bias", severity=severity, message=message, evidence=evidence)
