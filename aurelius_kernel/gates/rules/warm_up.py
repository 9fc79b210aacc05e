"""A decision needs no more history than the strategy declares."""

from __future__ import annotations

import numpy as np

from aurelius_kernel.gates.case import Case, Found
from aurelius_kernel.gates.probing import Answer, Probe, ask, rows_to_probe
from aurelius_kernel.gates.violation import Evidence, Severity, Violation, stamp
from aurelius_kernel.strategies.frames import which_are_bars
from aurelius_kernel.typing import BoolArray

__all__ = ["warm_up"]

BEGINNINGS = 150
SHOWN = 5


def warm_up(case: Case) -> Found:
    """Ask the strategy on data that begin exactly its warm-up before a bar, and compare what it decides from there on.

    A strategy that declares that it learns from all history is left out, and the report says so.
    """
    if case.strategy.expanding:
        return Found(looked="nothing: the strategy declares that it learns from all the history there is")
    index, needed = case.signals.index, case.strategy.warm_up
    common = _bars_in_common(case)
    counted = np.cumsum(common)
    found: list[Answer] = []
    asked = 0
    for row in rows_to_probe(case.signals, needed, min(case.probes or BEGINNINGS, BEGINNINGS)).tolist():
        if not common[row] or counted[row] <= needed:
            continue
        start = int(np.searchsorted(counted, counted[row] - needed))
        probe = Probe(method="begin", at=index[start], seed=row)
        answer = ask(case.strategy, case.bars, case.signals, probe, slice(row, len(index)), offset=start)
        asked += answer is not None
        if answer and (answer.difference or answer.failure):
            found.append(answer)
        if len(found) == SHOWN:
            break
    looked = f"{asked:,} beginnings of the data, each {needed:,} bars before a decision"
    return Found.of(looked, [_violation(found, case)] if found else [])


def _violation(found: list[Answer], case: Case) -> Violation:
    evidence = tuple(_evidence(one, case) for one in found)
    first = f"{evidence[0].place} is {evidence[0].found}, and {evidence[0].expected}"
    message = f"{first} when {found[0].probe}, {case.strategy.warm_up} bars before: the declared warm-up is too short."
    return Violation(rule_id="warm_up", severity=Severity.HIGH, message=message, evidence=evidence)


def _evidence(answer: Answer, case: Case) -> Evidence:
    replay = answer.probe.document()
    if answer.difference is None:
        return Evidence.at("signals", found="the decisions", expected=f"a failure ({answer.failure})", replay=replay)
    row, column, kind, before, after = answer.difference
    place = f"signals.{kind}[{case.signals.instruments[column]}, {stamp(case.signals.index[row])}]"
    return Evidence.at(place, found=before, expected=after, replay=replay)


def _bars_in_common(case: Case) -> BoolArray:
    """On which rows every traded instrument has a bar; a decision counts its history in these."""
    index = case.signals.index
    common = np.ones(len(index), dtype=np.bool_)
    for name in case.strategy.traded(case.bars):
        frame = case.bars[name]
        own = np.zeros(len(index), dtype=np.bool_)
        own[index.get_indexer(frame.index[which_are_bars(frame)[0]])] = True
        common &= own
    return common
