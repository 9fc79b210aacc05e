"""The gates as one calls them: what they look at is collected above, by whoever can run a backtest again, found by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Protocol, TypeAlias

import pandas as pd

from aurelius_kernel.artifacts import Store
from aurelius_kernel.errors import UnknownName
from aurelius_kernel.gates.keeping import policy_in_force as _policy_in_force
from aurelius_kernel.gates.keeping import put_in_force
from aurelius_kernel.gates.policy import Policy
from aurelius_kernel.gates.verdict import Verdict
from aurelius_kernel.gates.waiver import Waiver
from aurelius_kernel.model import BacktestResult
from aurelius_kernel.strategies import Strategy

__all__ = ["crv", "dev", "policy_in_force", "product", "set_policy", "stale", "waive"]

JUDGES = "aurelius.judges"
"""The entry-point group of those who can collect evidence."""

OwnBars: TypeAlias = Mapping[str, pd.DataFrame] | None
Tell: TypeAlias = Callable[[float, str], None] | None


class Judge(Protocol):
    """Collects evidence and brings it before a gate."""

    def dev(self, result: BacktestResult | str, **options: Any) -> Verdict:
        """The verdict of the dev gate."""

    def crv(self, result: BacktestResult | str, **options: Any) -> Verdict:
        """The verdict of the crv gate."""

    def product(self, result: BacktestResult | str, **options: Any) -> Verdict:
        """The verdict of the product gate."""

    def waive(self, result: BacktestResult | str, **options: Any) -> Waiver:
        """A waiver for the run of a result."""

    def stale(self, verdict: Verdict | str, **options: Any) -> tuple[str, ...]:
        """Why a verdict no longer holds."""


def dev(
    result: BacktestResult | str,
    *,
    bars: OwnBars = None,
    strategy: Strategy | None = None,
    policy: Policy | None = None,
    progress: Tell = None,
) -> Verdict:
    """The verdict of the dev gate: the strategy is known and can be run, the run is named, repeated and the same on both paths.

    Every verdict is stored under its hash, with its evidence as parents.

    Parameters
    ----------
    result : a backtest, in hand or by its hash, a prefix of one or a pinned name
    bars : own bars by instrument, needed again where the run was made on some
    strategy : the strategy, for a class that is not registered
    policy : limits other than those in force
    progress : called with the fraction done and what is being looked at
    """
    return _judge().dev(result, bars=bars, strategy=strategy, policy=policy, progress=progress)


def crv(
    result: BacktestResult | str,
    *,
    report: Any = None,
    bars: OwnBars = None,
    strategy: Strategy | None = None,
    universe: Any = None,
    policy: Policy | None = None,
    progress: Tell = None,
) -> Verdict:
    """The verdict of the crv gate: the result keeps the policy's Sharpe ratio, drawdown and return, and breaks no grave rule.

    `report` is the verification report of this very result, which is made unless given; the other arguments are those of `dev`,
    and `universe` that of `ak.verify`.
    """
    more = {"bars": bars, "strategy": strategy, "universe": universe, "policy": policy}
    return _judge().crv(result, report=report, progress=progress, **more)


def product(
    result: BacktestResult | str,
    *,
    validation: Any = None,
    bars: OwnBars = None,
    strategy: Strategy | None = None,
    universe: Any = None,
    policy: Policy | None = None,
    progress: Tell = None,
) -> Verdict:
    """The verdict of the product gate: dev and crv are passed, a validation too, it is more than luck, and no link is missing.

    `validation` is a walk-forward validation of the strategy on these data, in hand or by its hash; without one the gate is not
    passed. Verdicts of dev and crv on this result are taken from the store where they still hold, and made where not. The other
    arguments are those of `crv`.
    """
    more = {"bars": bars, "strategy": strategy, "universe": universe, "policy": policy}
    return _judge().product(result, validation=validation, progress=progress, **more)


def waive(
    result: BacktestResult | str,
    *,
    by: str,
    reason: str,
    check_name: str = "deflated_sharpe",
    expires_at: datetime | None = None,
) -> Waiver:
    """A waiver of one check of the product gate for this run, on the record: who lets it pass, why, and until when.

    Verdicts of the product gate on the run find it until it expires, name it, and are graded a letter lower. Raises InvalidField
    without a name or a reason, ImpossibleRequest for a check that cannot be waived.
    """
    return _judge().waive(result, by=by, reason=reason, check_name=check_name, expires_at=expires_at)


def stale(verdict: Verdict | str, *, bars: OwnBars = None) -> tuple[str, ...]:
    """Why a verdict no longer holds: the strategy, the data or the engine are others now; empty while it does."""
    return _judge().stale(verdict, bars=bars)


def policy_in_force() -> Policy:
    """The limits that rules and gates hold results to: those that were set last, or the defaults."""
    return _policy_in_force(Store())


def set_policy(*, by: str, reason: str, **limits: Any) -> Policy:
    """Put other limits in force, on the record: the new policy names who changed it, why, and the one before.

    Raises InvalidField without a name, a reason or a change, UnknownName for a limit that there is not.
    """
    store = Store()
    revised = _policy_in_force(store).revised(by=by, reason=reason, **limits)
    put_in_force(store, revised)
    return revised


@cache
def _judge() -> Judge:
    known = {entry.name: entry for entry in entry_points(group=JUDGES)}
    if not known:
        raise UnknownName("judge", "research", known)
    found: Judge = known[min(known)].load()
    return found
